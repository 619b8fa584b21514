package models

import "time"

// RefreshEntry is one line of the ledger: the console asked for fresh tokens, why
// and with what outcome. It holds no token.
type RefreshEntry struct {
	ID           ID
	CredentialID ID
	GrantID      ID
	At           time.Time
	Why          RefreshReason
	Outcome      string // OutcomeOK, OutcomeAsked while nothing has come back, or a code
	Status       int64  // HTTP; 0 when nobody answered
	Millis       int64  // until the answer
	Rotated      bool   // it brought another refresh token
}

// TableName is where the ledger stands.
func (RefreshEntry) TableName() string { return "refreshes" }

// RefreshReason is why fresh tokens were asked for.
type RefreshReason string

const (
	ForConnect   RefreshReason = "connect"    // somebody connected the account
	ForFetch     RefreshReason = "fetch"      // somebody asked for the token
	ForAhead     RefreshReason = "ahead"      // before it ended
	ForKeepAlive RefreshReason = "keep_alive" // so that the refresh token does not die
	ForPerson    RefreshReason = "person"     // the owner pressed the button
	ForCheck     RefreshReason = "check"      // the provider said that the token is over
)

// What came of asking, beside the codes of failures.
const (
	OutcomeOK    = "ok"
	OutcomeAsked = "asked"
)

// LedgerKept is how long the ledger is kept.
const LedgerKept = 30 * 24 * time.Hour

// LedgerShown is how many lines of it a page shows.
const LedgerShown = 20
