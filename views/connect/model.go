// Package connect draws the way on which an account at a provider is connected
// to a credential: the form before, the page on the way, what came of it, and the
// question before it is taken away again. It knows names, scopes and times, and
// never a code or a token. What a failure means is said by whoever asks for a page.
package connect

import "time"

// Form connects an account to a new credential, or to one that is there. It posts
// "client", "scope" once for each ticked one that is not locked, and
// "more_scopes"; of a new one "kind", "name" and "project" too, to the list of
// credentials; of one that is there "switch", to to.Connect(ID).
type Form struct {
	ID        string // of the credential; empty for a new one
	SavedName string // its name
	Has       string // the provider that it is connected to now; empty for none
	Account   string // and the account there, as far as that is known
	Switch    bool   // another account is meant

	Name, NameError string
	Clients         []Client
	Cut             bool    // there are more clients than these
	Chosen          *Client // nil: one has to be chosen first
	ClientError     string
	Scopes          []Scope
	More            string // scopes that are not among them, one a line
	ScopesError     string
	Projects        []Share
	ProjectsError   string
}

// Client is an OAuth client that the person may connect with.
type Client struct {
	ID, Name, Provider string
	At                 string // the host at which the person signs in; may be empty
	ScopeDocs          string // where the provider explains its scopes, http(s); may be empty
	Paused             bool   // the provider refuses it at the moment
}

// Scope is one that may be asked for.
type Scope struct {
	Name   string
	Locked bool // it is always asked for
	Ticked bool
	Before bool // it is known from the present connection alone
}

// Share is one project that may be ticked.
type Share struct {
	ID, Name, Role string
	Ticked         bool
}

// Leaving leads to a provider.
type Leaving struct{ Provider, At, URL string }

// State is how far a connection has come.
type State string

// The states there are.
const (
	Away   State = "away"   // the person is at the provider
	Taken  State = "taken"  // the code is being redeemed
	Asks   State = "asks"   // the person has to decide
	Done   State = "done"   // connected
	Failed State = "failed" // nothing came of it
)

// What may have to be decided on before something is kept.
const (
	WrongAccount   = "wrong_account"
	AccountUnknown = "account_unknown"
	MissingScopes  = "missing_scopes"
	NoRefreshToken = "missing_refresh_token"
)

// Result is what came of connecting.
type Result struct {
	Now              time.Time
	ID               string // of the connection
	State            State
	CredentialID     string // empty as long as there is none
	Credential       string // its name, or what it would be called
	Provider, Client string
	At               string // the host at which the person signed in; may be empty
	Account, Was     string // whose it is, and whose it was
	Scopes, Missing  []string
	Assumed          bool // the provider did not tell its scopes, so they are those asked for
	NoUserInfo       bool // it would not say whose account it is
	Refreshable      bool
	ExpiresAt        time.Time // of the token; zero is not known
	EndsAt           time.Time // when nothing but a person helps any more; zero is not known
	Until            time.Time // by when to decide
	Problems         []string  // that have to be decided on
	AskName          bool      // the new credential needs another name
	Name, NameError  string
	Wrong            string  // why the decision could not be carried out; may be empty
	Trouble          Trouble // of Failed
}

// Trouble is why nothing came of it: what happened, who has to act and how, and
// the one main action, which is to connect again unless a URL says otherwise.
type Trouble struct {
	Title, What, Who string
	Code             string // for whoever asks somebody else for help; may be empty
	Label, URL       string // of the main action; empty is to connect again
}

// Disconnect shows what taking the account away would do.
type Disconnect struct {
	Now               time.Time
	ID, Name          string
	Provider, Account string
	Projects          []string // that lose it
	LastUsed          time.Time
	Told              bool   // the provider can be told
	OfferedTo         string // whose open offer is revoked; empty for nobody's
}
