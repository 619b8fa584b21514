package models

import (
	"encoding/json"
	"time"
)

// Connect is somebody on their way to a provider and back, to connect an account.
type Connect struct {
	ID            ID
	StateHash     []byte
	UserID        int64
	SessionID     ID // the browser session that must bring the answer
	OAuthClientID ID `gorm:"column:oauth_client_id"`
	CredentialID  *ID
	Wish          string // JSON of ConnectWish
	State         ConnectState
	GrantID       *ID    // what came back, until it is decided on
	Outcome       string // JSON of ConnectOutcome, once it is back
	CreatedAt     time.Time
	ExpiresAt     time.Time
}

// ConnectState is how far somebody has come.
type ConnectState string

const (
	ConnectAway   ConnectState = "away"   // at the provider
	ConnectTaken  ConnectState = "taken"  // back; the code is being redeemed
	ConnectAsks   ConnectState = "asks"   // tokens came, and the person has to decide
	ConnectDone   ConnectState = "done"   // connected
	ConnectFailed ConnectState = "failed" // nothing came of it
)

// ConnectVerifier is the PKCE verifier of somebody who is away, sealed.
type ConnectVerifier struct {
	ID     ID // of the Connect
	Sealed []byte
	KeyID  string
}

const (
	// ConnectLife is how long somebody may be away, and then how long they may
	// think about what came back.
	ConnectLife = 10 * time.Minute
	// ConnectKept is how long the page of what came of it can be looked at.
	ConnectKept = 24 * time.Hour
)

// ConnectWish is what somebody wants to be connected.
type ConnectWish struct {
	Name     string   `json:"name,omitempty"`     // of a new credential
	Projects []ID     `json:"projects,omitempty"` // to share a new one with
	Scopes   []string `json:"scopes,omitempty"`
	Switch   bool     `json:"switch,omitempty"` // another account than before is meant
}

// ConnectOutcome is what came back, without any secret.
type ConnectOutcome struct {
	Code        string     `json:"code,omitempty"` // why it failed, or what has to be decided; empty when all is well
	Status      int        `json:"status,omitempty"`
	Millis      int64      `json:"millis,omitempty"`      // until the tokens came
	RetryAfter  int        `json:"retry_after,omitempty"` // seconds
	Account     string     `json:"account,omitempty"`
	Was         string     `json:"was,omitempty"` // the account before, of WrongAccount
	Scopes      []string   `json:"scopes,omitempty"`
	SaysScopes  bool       `json:"says_scopes,omitempty"`
	Missing     []string   `json:"missing,omitempty"`
	Refreshable bool       `json:"refreshable,omitempty"`
	ExpiresAt   *time.Time `json:"expires_at,omitempty"`
	EndsAt      *time.Time `json:"ends_at,omitempty"`
	NoUserInfo  bool       `json:"no_userinfo,omitempty"` // the provider would not say whose account it is
	Problems    []string   `json:"problems,omitempty"`    // codes that have to be decided on
	Wrong       Fields     `json:"wrong,omitempty"`       // what kept a new credential from being made, by field
}

// ReadWish is what is wanted.
func (c Connect) ReadWish() ConnectWish {
	var w ConnectWish
	_ = json.Unmarshal([]byte(c.Wish), &w)
	return w
}

// ReadOutcome is what came back.
func (c Connect) ReadOutcome() ConnectOutcome {
	var o ConnectOutcome
	_ = json.Unmarshal([]byte(c.Outcome), &o)
	return o
}

// Text is the form in which a wish or an outcome is kept.
func (w ConnectWish) Text() string { return jsonText(w) }

// Text is the form in which it is kept.
func (o ConnectOutcome) Text() string { return jsonText(o) }

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil { // texts, numbers and times
		return "{}"
	}
	return string(text)
}

// ToDecide are the things about a grant that its person has to decide on before
// it is kept: all that make it less than what was asked for. before is the grant
// that it would take the place of, if any.
func (w ConnectWish) ToDecide(g Grant, before *Grant) (problems []string) {
	if before != nil && !w.Switch && before.Known() && !g.SameAccount(*before) {
		problem := WrongAccount
		if !g.Known() {
			problem = AccountNotKnown
		}
		problems = append(problems, problem)
	}
	if g.Missing != "" {
		problems = append(problems, ScopesMissing)
	}
	if !g.Refreshable && g.ExpiresAt != nil {
		problems = append(problems, NoRefreshToken)
	}
	return problems
}
