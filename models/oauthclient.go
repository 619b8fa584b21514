package models

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OAuthClient is an app that somebody has registered at a provider: what the
// console says it is when it asks for access to somebody's account there.
type OAuthClient struct {
	ID           ID
	OwnerID      int64
	Name         string
	NameKey      string
	Provider     string // its name in the catalogue; empty for one entered by hand
	ClientID     string
	Settings     string     // JSON of ClientSettings
	Global       bool       // everybody may connect with it
	Version      int64      //
	IncidentAt   *time.Time // since when the provider refuses the client itself
	IncidentCode string     // what it says: invalid_client, unauthorized_client
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// TableName is where clients stand; gorm would cut the word in two.
func (OAuthClient) TableName() string { return "oauth_clients" }

// OAuthClientSecret is the secret of a client, sealed.
type OAuthClientSecret struct {
	ID            ID
	OAuthClientID ID `gorm:"column:oauth_client_id"`
	Sealed        []byte
	KeyID         string
	SetAt         time.Time
}

// TableName is where the secrets of clients stand.
func (OAuthClientSecret) TableName() string { return "oauth_client_secrets" }

// OAuthClientProject offers a client to the members of a project.
type OAuthClientProject struct {
	ProjectID     ID
	OAuthClientID ID `gorm:"column:oauth_client_id"`
	CreatedAt     time.Time
}

// TableName is where it stands which projects a client is offered to.
func (OAuthClientProject) TableName() string { return "oauth_client_projects" }

// How the body of a token request is written.
const (
	FormBody = "form" // as RFC 6749 has it
	JSONBody = "json"
)

// ClientSettings are what has to be known of a provider to get, keep and give up
// tokens there. Its JSON names are those of the catalogue's facts.
type ClientSettings struct {
	Issuer      string `json:"issuer,omitempty"`       // as the provider spells its own name
	NamesItself bool   `json:"names_itself,omitempty"` // it sends the browser back with its name (RFC 9207)
	Authorize   string `json:"authorize_url,omitempty"`
	Token       string `json:"token_url,omitempty"`
	Refresh     string `json:"refresh_url,omitempty"` // where tokens are refreshed, if not at Token
	Revoke      string `json:"revoke_url,omitempty"`  // RFC 7009
	UserInfo    string `json:"userinfo_url,omitempty"`
	Introspect  string `json:"introspect_url,omitempty"` // RFC 7662
	ScopeDocs   string `json:"scope_docs_url,omitempty"`

	Auth            string            `json:"auth_method,omitempty"` // SecretBasic, SecretPost or SecretNone; never guessed
	Body            string            `json:"body_format,omitempty"` // FormBody or JSONBody; empty is FormBody
	PKCE            bool              `json:"pkce,omitempty"`        // S256
	Mandatory       []string          `json:"mandatory_scopes,omitempty"`
	Optional        []string          `json:"optional_scopes,omitempty"`
	Separator       string            `json:"scope_separator,omitempty"` // between scopes; empty is a space
	Aliases         map[string]string `json:"scope_aliases,omitempty"`   // what a scope that is asked for is called in the answer
	AuthorizeParams map[string]string `json:"authorize_params,omitempty"`
	TokenParams     map[string]string `json:"token_params,omitempty"`

	UserInfoPost bool     `json:"userinfo_post,omitempty"` // it is asked by POST with an empty body
	TokensAt     string   `json:"tokens_at,omitempty"`     // JSON pointer to the tokens in the answer; empty is the whole of it
	SubjectAt    []string `json:"subject_at,omitempty"`    // JSON pointers to what tells accounts apart; the first that is there counts
	AccountAt    []string `json:"account_at,omitempty"`    // JSON pointers to what people call the account
	Keep         []string `json:"keep,omitempty"`          // members of the answer that programs need: instance_url
	KeepBack     []string `json:"keep_back,omitempty"`     // parameters that come back with the browser: realmId

	Life        Seconds `json:"access_life,omitempty"`  // of an access token whose answer says nothing; 0 is not known
	RefreshLife Seconds `json:"refresh_life,omitempty"` // of a refresh token, used or not; 0 is no end
	IdleLife    Seconds `json:"idle_life,omitempty"`    // of a refresh token that is not used; 0 is no end
	Grace       Seconds `json:"grace,omitempty"`        // for which a used refresh token is taken again when its answer was lost
	KeepAlive   bool    `json:"keep_alive,omitempty"`   // using a refresh token puts off its end
	RevokesAll  bool    `json:"revokes_all,omitempty"`  // revoking one token ends every grant of the account to this client
}

// Seconds is a length of time as it is written in JSON.
type Seconds int64

// Duration is the same as a duration.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// ReadSettings are the settings of the client.
func (c OAuthClient) ReadSettings() ClientSettings {
	var s ClientSettings
	_ = json.Unmarshal([]byte(c.Settings), &s) // it was written by String
	return s
}

// String is the form in which settings are kept.
func (s ClientSettings) String() string {
	text, err := json.Marshal(s)
	if err != nil { // texts, numbers and lists of them
		return "{}"
	}
	return string(text)
}

// Between is what stands between scopes.
func (s ClientSettings) Between() string {
	if s.Separator == "" {
		return " "
	}
	return s.Separator
}

// RefreshAt is where tokens are refreshed.
func (s ClientSettings) RefreshAt() string {
	if s.Refresh != "" {
		return s.Refresh
	}
	return s.Token
}

// Realm is within what the subjects of a provider are told apart: its token
// endpoint, since one host may serve several.
func (s ClientSettings) Realm() string {
	u, err := url.Parse(s.Token)
	if err != nil {
		return s.Token
	}
	return u.Host + u.Path
}

// Choice are the scopes to ask for: all that are mandatory, and of the others
// those that were wanted, each once and spelled as it is.
func (s ClientSettings) Choice(wanted []string) []string {
	var all []string
	for _, scope := range slices.Concat(s.Mandatory, wanted) {
		if scope = strings.TrimSpace(scope); scope != "" && !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	return all
}

// Paused reports whether the provider refuses the client itself, so that nothing
// is asked with it until somebody has mended it.
func (c OAuthClient) Paused() bool { return c.IncidentAt != nil }

// MostConnected is where counting the credentials of a client ends.
const MostConnected = 1000

// ClientRow is a client as a list shows it.
type ClientRow struct {
	OAuthClient
	OwnerName   string
	Credentials int  // how many are connected with it
	Projects    int  // how many it is offered to
	Mine        bool // the person may change it
}

// ClientPage is one page of clients by name. Next is empty on the last one.
type ClientPage struct {
	Rows []ClientRow
	Next string
}

// ClientImpact is what deleting a client would do.
type ClientImpact struct {
	Credentials int      // that are connected with it
	Some        []Listed // the first of them: the person's own, or those of projects of theirs
	Projects    []SharedWith
}

// MayConnect is a client that somebody may connect with, and what there is to
// choose.
type MayConnect struct {
	ID                  ID
	Name, Provider      string
	At                  string // the host at which people sign in
	Mandatory, Optional []string
	ScopeDocs           string
	Paused              bool
}

// KnownProvider is a provider of the catalogue. In its settings {tenant} stands
// for what the input of that name is filled with.
type KnownProvider struct {
	Name     string
	Title    string
	Icon     string
	Docs     string // where the provider documents it
	Aliases  []string
	Inputs   []ProviderInput
	Settings ClientSettings
	Facts    []ProviderFact
	Notes    []string // what somebody who registers an app there should know
}

// ProviderInput is something that a provider's addresses depend on.
type ProviderInput struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Hint    string `json:"hint,omitempty"`
	Example string `json:"example,omitempty"`
	Default string `json:"default,omitempty"`
	Pattern string `json:"pattern"` // that the whole of it must match
}

// ProviderFact is one thing that is known of a provider, and from where.
type ProviderFact struct {
	Of     string // its name in ClientSettings' JSON
	Value  string // as JSON
	Source string
	Seen   string // the date on which the source was read: 2026-11-21
	Unsure bool   // not confirmed by a source; to be checked
}
