package credentials

import (
	"strconv"
	"time"

	"holdfast/views/ui"
)

// Health is how the connection of a credential is, from what was seen last. The
// zero Health is that of a credential which connects no account.
type Health struct {
	State string    // ok expiring retrying needs_consent reconnect client_problem disconnected
	At    time.Time // when that was seen; zero is never
	Until time.Time // of expiring the end, of retrying the next try
	Works bool      // programs still get a token
}

// Connection is what a credential is connected to, as its owner sees it.
type Connection struct {
	Health
	Provider, Account string
	By                string // who connected it, when that is not its owner
	Told              bool   // the provider can be told that it is given up
	Client, ClientURL string // URL is empty when it is not the person's to open
	Gone              bool   // the client was deleted
	ClientOwner       string // whom to ask about a client that is somebody else's; may be empty
	Scopes, Missing   []string
	Refreshable       bool
	ExpiresAt, EndsAt time.Time // of the token, and of all of it; zero is not known
	Kept              []string  // names of what programs get besides the token
	Why               string    // the cause in words; empty for none
	Code              string    // and as a code
	CanChange         bool      // the credential is not about to be deleted
	CanRefresh        bool
	Ledger            []Refresh
}

// Refresh is one line of the ledger.
type Refresh struct {
	At           time.Time
	Why, Outcome string
	OK           bool
	Millis       int64 // until the answer; zero while there is none
}

// label is the state in a word or two.
func (h Health) label() string {
	switch h.State {
	case "ok":
		return "Connected"
	case "expiring":
		return "Expiring"
	case "retrying":
		return "Retrying"
	case "needs_consent":
		return "Needs consent"
	case "reconnect":
		return "Reconnect"
	case "client_problem":
		return "Client problem"
	}
	return "Not connected"
}

func (h Health) tone() ui.Tone {
	switch h.State {
	case "ok":
		return ui.Success
	case "reconnect", "client_problem":
		return ui.Danger
	case "expiring", "retrying", "needs_consent":
		return ui.Warning
	}
	return ui.Neutral
}

func (h Health) icon() string {
	switch h.State {
	case "ok":
		return "circle-check"
	case "expiring":
		return "clock-alert"
	case "retrying":
		return "rotate-ccw"
	case "needs_consent":
		return "list-checks"
	case "reconnect", "client_problem":
		return "triangle-alert"
	}
	return "unplug"
}

// evidence says how it is, as far as anybody has seen; the time follows.
func (c Connection) evidence() string {
	switch c.State {
	case "ok":
		return "Works; the provider last answered"
	case "expiring", "needs_consent":
		return "Works for now; the provider last answered"
	case "retrying":
		return "The provider has not answered as it should since"
	case "reconnect":
		return "Refused, or over, since"
	case "client_problem":
		if c.Gone {
			return "Its client is gone; the provider last answered"
		}
		return "The client has been refused since"
	}
	return ""
}

// trouble is the title of what stands in the way; empty when nothing does.
func (c Connection) trouble() string {
	switch {
	case c.State == "expiring":
		return "The connection ends " + ui.Exact(c.Until)
	case c.State == "retrying":
		return c.Provider + " does not answer as it should"
	case c.State == "needs_consent":
		return "Needs consent for more"
	case c.State == "reconnect":
		return "The account must be connected again"
	case c.State == "client_problem" && c.Gone:
		return "The OAuth client was deleted"
	case c.State == "client_problem":
		return c.Provider + " refuses the OAuth client"
	}
	return ""
}

// what happened, and what it means for programs.
func (c Connection) what() string {
	switch {
	case c.State == "expiring":
		return "Nothing but a person can prevent it. Until then programs get a token as before."
	case c.State == "retrying" && c.Works:
		return "Holdfast goes on trying, and programs still get the present token."
	case c.State == "retrying":
		return "Holdfast goes on trying. Until it answers, programs get no token."
	case c.State == "needs_consent":
		return "Not everything that was asked for was granted, so programs that need the rest fail."
	case c.State == "reconnect" && !c.Refreshable && !c.Works:
		return "The token is over, and " + c.Provider + " gave none to refresh it with. Programs get no token."
	case c.State == "reconnect":
		return c.Provider + " does not accept this connection any more. Programs get no token" + c.still()
	case c.State == "client_problem" && c.Gone:
		return "Without it the tokens can't be refreshed" + c.until()
	case c.State == "client_problem":
		return "No token can be had with it until its owner has mended it" + c.until()
	}
	return ""
}

func (c Connection) still() string {
	if c.Works && !c.ExpiresAt.IsZero() {
		return " once the present one ends, " + ui.Exact(c.ExpiresAt) + "."
	}
	return "."
}

func (c Connection) until() string {
	switch {
	case !c.Works:
		return ", and the last one is over."
	case c.ExpiresAt.IsZero():
		return "; the present one goes on working as long as the provider takes it."
	}
	return "; the present one works until " + ui.Exact(c.ExpiresAt) + "."
}

// todo says what to do, and who.
func (c Connection) todo() string {
	switch {
	case c.State == "expiring", c.State == "reconnect":
		return "Reconnect: you sign in at " + c.Provider + " and say yes once more."
	case c.State == "retrying":
		return "There is nothing you have to do. If " + c.Provider + " works again, you can have it asked now."
	case c.State == "needs_consent":
		return "Reconnect and grant everything, or ask for less."
	case c.State == "client_problem" && c.Gone:
		return "Reconnect with another client."
	case c.State == "client_problem" && c.ClientURL != "" && c.ClientOwner == "":
		return "The client is yours: correct its ID or secret, then it is tried again."
	case c.State == "client_problem" && c.ClientOwner != "":
		return "Ask its owner, " + c.ClientOwner + ", to correct its ID or secret, or reconnect with another client."
	case c.State == "client_problem":
		return "Ask its owner to correct its ID or secret, or reconnect with another client."
	}
	return ""
}

func (c Connection) tone() ui.Tone { return c.Health.tone() }

// main is the main action of a trouble: "reconnect", "refresh", "client" or none.
func (c Connection) main() string {
	switch {
	case !c.CanChange:
		return ""
	case c.State == "expiring", c.State == "needs_consent", c.State == "reconnect", c.State == "client_problem" && c.Gone:
		return "reconnect"
	case c.State == "retrying" && c.CanRefresh:
		return "refresh"
	case c.State == "client_problem" && c.ClientURL != "" && c.ClientOwner == "":
		return "client"
	case c.State == "client_problem":
		return "reconnect"
	}
	return ""
}

// refreshes says whether it is refreshed, and until when.
func (c Connection) refreshes() string {
	switch {
	case c.Gone:
		return "No, its client is gone"
	case c.Refreshable && c.EndsAt.IsZero():
		return "Yes, by itself"
	case c.Refreshable:
		return "Yes, by itself until " + ui.Exact(c.EndsAt)
	case c.ExpiresAt.IsZero():
		return "Not needed, no end is known"
	}
	return "No, " + c.Provider + " gave no refresh token"
}

// account is whose it is, in a sentence.
func (c Connection) account() string {
	if c.Account == "" {
		return "an account at " + c.Provider
	}
	return "the " + c.Provider + " account " + c.Account
}

// givenUp says what becomes of somebody else's account at the provider.
func (c Connection) givenUp() string {
	if c.Told {
		return "Then Holdfast gives this one up at " + c.Provider + ", where that ends nothing else."
	}
	return "Then Holdfast forgets this one. " + c.Provider + " can't be told, so whoever connected it removes Holdfast there in the account’s own settings."
}

func (r Refresh) latency() string {
	if r.Millis == 0 {
		return "–"
	}
	return strconv.FormatInt(r.Millis, 10) + " ms"
}
