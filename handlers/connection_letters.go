package handlers

import (
	"cmp"
	"strings"

	"holdfast/models"
	"holdfast/views/mail"
	"holdfast/views/to"
	"holdfast/views/ui"
)

// connection tells the owner of a credential that somebody has to see to its
// connection, or that it waits for the provider.
func (t tale) connection() mail.Letter {
	m := mail.Letter{Why: "You get this letter because you are the owner."}
	switch models.HealthState(t.Health) {
	case models.HealthExpiring:
		t.connectionEnds(&m)
	case models.HealthRetrying:
		t.connectionWaits(&m)
	case models.HealthClient:
		t.connectionWithoutClient(&m)
	default:
		t.connectionLost(&m)
	}
	return m
}

func (t tale) connectionEnds(m *mail.Letter) {
	end, until := "soon", "Until then"
	if at := t.until(); at != "" {
		end, until = "on "+at, "Until "+at
	}
	m.Lead = t.what("Your") + " will lose " + t.them("its", "their") + " connection to " + t.provider() + " " + end + "."
	m.Facts = factsSaid(t.other(), t.their(), mail.Fact{Label: "Works until", Text: t.until()})
	m.Action = t.reconnect()
	m.After = []string{
		"What " + t.provider() + " gave for this connection ends then. Holdfast can't renew it: that takes a person who consents again.",
		until + " everything goes on as before. After that, programs that need " + t.them("the credential", "the credentials") + " fail.",
		"Connect the account again before then" + t.as() + ". The present connection stays in place until the new one works, and the projects stay.",
		"Is it not needed any more? Then there is nothing to do.",
	}
}

// connectionWithoutClient tells that there is nothing left to refresh a token with.
func (t tale) connectionWithoutClient(m *mail.Letter) {
	end := "when its present token ends"
	if at := t.until(); at != "" {
		end = "on " + at
	}
	m.Lead = t.what("Your") + " will lose " + t.them("its", "their") + " connection to " + t.provider() + " " + end + "."
	m.Facts = factsSaid(t.other(), t.their(), mail.Fact{Label: "Works until", Text: t.until()})
	m.Action = t.reconnect()
	m.After = []string{
		"The OAuth client that it was connected with was deleted, so Holdfast can't refresh its token any more. Programs that need " + t.them("the credential", "the credentials") + " fail when the present one ends.",
		"Connect the account again before then, with another OAuth client" + t.as() + ". The present connection stays in place until the new one works, and the projects stay.",
		"Is there no other client? Ask whoever looks after them, or add one under “OAuth clients”.",
		"Is it not needed any more? Then there is nothing to do.",
	}
}

// takenOver tells the former owner of an OAuth client.
func (t tale) takenOver() mail.Letter {
	by := "An administrator"
	if t.By != (models.Party{}) {
		by = partyName(t.By) + ", an administrator,"
	}
	return mail.Letter{
		Lead:  by + " took over your OAuth client “" + t.Client + "”.",
		Facts: factsSaid(mail.Fact{Label: "Provider", Text: t.Provider}, mail.Fact{Label: "Taken over by", Text: t.administrator()}),
		After: []string{
			"You can't change or delete it any more. Credentials that are connected with it go on as before, yours as well.",
			"You can connect further accounts with it only if it is offered to everybody or to a project of yours.",
			"Is that not right? Ask " + cmp.Or(t.By.Name, "an administrator") + ".",
		},
		Why: "You get this letter because you owned the OAuth client.",
	}
}

// lives tells until when the last token works, where that is known.
func (t tale) lives() string {
	if at := t.until(); at != "" {
		return ", until " + at
	}
	return ""
}

func (t tale) connectionLost(m *mail.Letter) {
	m.Lead = t.what("Your") + " lost " + t.them("its", "their") + " connection to " + t.provider() + "."
	m.Facts = factsSaid(t.other(), t.their(), t.said())
	m.Action = t.reconnect()
	fail := "Programs get the last token for as long as it lives" + t.lives() + ". After that, those that need " + t.them("the credential", "the credentials") + " fail until the account is connected again."
	over := "Did you take the access back yourself? Then there is nothing to do. Holdfast does not ask " + t.provider() + " again."
	if t.Cause == "" {
		over = "Is it not needed any more? Then there is nothing to do."
		fail = "Programs that need " + t.them("the credential", "the credentials") + " fail from now on, until the account is connected again."
	}
	m.After = []string{
		whyLost(t.Cause),
		fail,
		"Connect the account again" + t.as() + ". The projects stay, and programs go on by themselves then.",
		over,
	}
}

// whyLost says what it means that a provider refuses a connection as cause.
func whyLost(cause string) string {
	switch cause {
	case "":
		return "The token is over, and the provider gave none to refresh it with."
	case "token_revoked":
		return "The provider says that the access was taken back: by somebody with the account, by an administrator there, or by the provider itself."
	case "token_expired", "expired_token":
		return "The provider says that the connection is over: it was too old, or was not used for too long."
	case "login_required", "interaction_required", "consent_required":
		return "The provider wants a person to sign in or to consent once more."
	case "access_denied":
		return "The provider does not let this account in any more. Somebody who administers it there may know why."
	}
	return "The provider does not accept the connection any more, and does not say why. Most often the access was taken back, the password of the account was changed, the connection was too old or was not used for long, or its refresh token was used somewhere else."
}

func (t tale) connectionWaits(m *mail.Letter) {
	seen, ours := whatWasSeen(t.Cause)
	m.Lead = t.what("Your") + t.them(" gets", " get") + " no fresh token from " + t.provider() + "."
	m.Facts = factsSaid(t.other(), t.their(), mail.Fact{Label: "What was seen", Text: coded(seen, t.Cause)})
	m.Action = t.open("Open the credential", "Open your credentials", to.Credentials())
	m.After = []string{
		"The provider has not answered as it should for a while, and the last token is over. Programs that need " + t.them("the credential", "the credentials") + " fail until it does.",
		"Holdfast goes on trying, with an hour between two tries at most. Once the provider answers, programs go on, and nobody has to connect again.",
	}
	if ours {
		m.After = append(m.After, "It may not go away by itself: what Holdfast asks, or where, is not what the provider expects. Ask the owner of the OAuth client to compare its addresses, its ID and its secret with what the provider says.")
		return
	}
	m.After = append(m.After, "There is nothing to do but to look whether the provider is up. The page of the credential says when Holdfast asked, and what came of it.")
}

// whatWasSeen says what kept a provider from giving tokens, and whether that may
// be a matter of the client's settings.
func whatWasSeen(cause string) (words string, ours bool) {
	switch cause {
	case "timeout":
		return "no answer in time", false
	case "no_such_host":
		return "its host name is not known", false
	case "unreachable":
		return "nobody answers at its address", false
	case "no_tls":
		return "no secure connection can be made", false
	case "broken", "given_up":
		return "the connection broke off", false
	case "too_large", "unreadable", "http_200":
		return "an answer that makes no sense", false
	case "slow_down", "temporarily_unavailable", "ratelimited", "rate_limited", "service_unavailable", "http_429":
		return "it asks to be left in peace for a while", false
	case "server_error", "internal_error", "fatal_error", "request_timeout", "http_408":
		return "a fault of its own", false
	case "http_401":
		return "it did not accept who asked, and did not say why", true
	case "":
		return "no answer", false
	}
	if strings.HasPrefix(cause, "http_5") {
		return "a fault of its own", false
	}
	return "an answer without a token", true
}

// refused tells the owner of an OAuth client that the provider refuses it.
func (t tale) refused() mail.Letter {
	m := mail.Letter{
		Lead: "Your OAuth client “" + cmp.Or(t.Client, "without a name") + "” is refused by " + t.provider() + ".",
		Facts: factsSaid(
			mail.Fact{Label: "Provider", Text: t.Provider}, mail.Fact{Label: "OAuth client", Text: t.Client}, t.said(),
			mail.Fact{Label: "Connected with it", Text: t.connected()},
		),
		After: []string{
			whyClientRefused(t.Cause),
			t.rest(),
			"To mend it, compare the client ID with the one that the provider shows, make a new secret there if need be, and enter it here. Saving the client has the credentials tried again at once; if you mended it at the provider, choose “Try again” on the page of the client.",
			"Is the app gone there for good? Register another, make a new client of it, and have the accounts connected again.",
		},
		Why: "You get this letter because you own the OAuth client.",
	}
	if t.ClientID != "" {
		m.Action = &mail.Action{Label: "Open the client", URL: t.at(to.OAuthClient(t.ClientID))}
	}
	return m
}

// connected counts the credentials that rest; nothing when nobody has counted.
func (t tale) connected() string {
	switch {
	case t.Count <= 0:
		return ""
	case t.Count >= models.MostConnected:
		return "1000 credentials or more"
	}
	return ui.Plural(t.Count, "credential", "credentials")
}

// rest says what a refused client means for what is connected with it.
func (t tale) rest() string {
	them := "The " + t.connected() + " that are connected with it rest"
	switch t.Count {
	case 0:
		them = "What is connected with it rests"
	case 1:
		them = "The one credential that is connected with it rests"
	}
	return them + " until the client is mended: Holdfast asks nothing with it, and programs get no token once the last one is over. Nobody has to connect again then."
}

// whyClientRefused says what it means that a provider refuses a client as cause.
func whyClientRefused(cause string) string {
	switch cause {
	case "unauthorized_client":
		return "The provider knows the client, and does not let it do this. Most often the app there was disabled, or may not refresh tokens any more."
	case "deleted_client", "disabled_client", "application_suspended":
		return "The provider says that the app was deleted or disabled there."
	case "invalid_client_id":
		return "The provider does not know the client ID. Most often the app was deleted there."
	case "bad_client_secret", "incorrect_client_credentials":
		return "The provider does not accept the client secret. Most often it has expired, or was replaced by another."
	}
	return "The provider does not accept the client ID with this secret. Most often the secret has expired or was replaced by another, or the app was disabled or deleted there."
}

// said is what the provider says, as the code that it gives.
func (t tale) said() mail.Fact { return mail.Fact{Label: "What the provider said", Text: t.Cause} }

// coded is what was seen, with the code of it for who has to look it up.
func coded(words, code string) string {
	if code == "" {
		return words
	}
	return words + " (" + code + ")"
}

func (t tale) provider() string { return cmp.Or(t.Provider, "the provider") }

// other is the other side of a connection among the facts, and their the account there.
func (t tale) other() mail.Fact { return mail.Fact{Label: "Connected to", Text: t.Provider} }

func (t tale) their() mail.Fact { return mail.Fact{Label: "Account there", Text: t.Account} }

// as goes on with how the account is connected again.
func (t tale) as() string {
	text := ": follow the link above, sign in there"
	if t.Account != "" {
		text += " as " + t.Account
	}
	return text + " and consent"
}

// reconnect leads to where the account of the one credential is connected again.
func (t tale) reconnect() *mail.Action {
	if t.one() && t.Things[0].ID != "" {
		return &mail.Action{Label: "Reconnect", URL: t.at(to.Connect(t.Things[0].ID))}
	}
	return &mail.Action{Label: "Open your credentials", URL: t.at(to.Credentials())}
}
