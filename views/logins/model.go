// Package logins draws the editor of a user's logins: all of them on one page
// and in one form, what saving would bring about, and what another changed
// meanwhile.
//
// It owns the names of the form's fields. No password comes back to a page: who
// typed one is asked to type it again.
package logins

import (
	"time"

	"holdfast/views/ui"
)

// User is whose logins these are.
type User struct {
	ID    int64
	Name  string
	Email string
	Me    bool   // the administrator edits their own
	Out   string // why no login of theirs lets anybody in: "is disabled"
}

// Editor is all logins of a user, as one form.
type Editor struct {
	Now       time.Time
	User      User
	Revision  int64
	Rows      []Row
	Next      int         // the index of the next row that is added
	Full      bool        // there can be no more
	Providers []ui.Option // that a new login may have, without "Password"
	Removed   []Removed
	Reason    string

	ReasonError string
	Problem     string // with the set as a whole
	Merged      bool   // what was typed was put on top of what another saved
}

// Row is one login in the form: a stored one, or a new one while ID is 0.
type Row struct {
	Index int   // names the fields; it stays while rows come and go
	ID    int64 // 0 for a new login
	Base  Values
	Mine  Values
	Gone  bool // it will be removed
	Fresh bool // it was added just now, and takes the focus

	Always  bool // a second factor is needed whatever the login says
	Link    bool // an access link is to be sent
	Offered bool // and nobody asked for it: a new login has it so
	Retype  bool // a password was typed, and is not here any more
	Drop    bool // and it is not wanted any more
	Wrong   map[string]string
	State   State // of a stored login
}

// Values are what can be edited of a login. Expires is as a datetime-local
// field has it, in UTC; Provider is an id, and empty for a password.
type Values struct {
	Key, Expires, Provider string
	MFA, Blocked           bool
}

// State is how things stand with a stored login.
type State struct {
	BlockedAt   time.Time // zero while it isn't
	BlockedBy   string
	BlockReason string
	ExpiresAt   time.Time
	LockedUntil time.Time
	Failures    int
	Provider    string // the name; empty for a password
	ProviderOff bool
	Subject     string // whom it is bound to at the provider
	HasPassword bool
	MustChange  bool
	SecretUntil time.Time // when a temporary password stops working
	SecretSet   time.Time
	LastSignIn  time.Time
	Link        Link
}

// Link is the newest access link of a login.
type Link struct {
	State   string // "", "made", "waiting", "sent", "failed", "opened", "used", "expired", "revoked"
	At      time.Time
	Until   time.Time
	Trouble string // what the mail server said
}

// Removed is a login that can be brought back for a while.
type Removed struct {
	ID       int64
	Key      string
	Provider string
	Orphan   bool // its provider was deleted, so it can't come back
	At       time.Time
	By       string
	Until    time.Time
}

// Field is one hidden field of a form.
type Field struct{ Name, Value string }

// Review is what saving would bring about.
type Review struct {
	Now      time.Time
	User     User
	Revision int64
	Rows     []Row // as typed, to be carried along
	Reason   string
	First    bool // saving was asked for, and a login would be removed

	Plan      []Planned
	Effects   []Effect
	Warnings  []string
	RemoveAll bool // none would be left, which must be confirmed
	Confirmed bool
	Problems  []ui.Problem
}

// Planned is what would become of one login.
type Planned struct {
	Act     string // "created", "changed", "removed"
	Key     string
	Changes []Change
}

// Change is one thing that becomes another. Nothing stood there when Was is empty.
type Change struct{ What, Was, Now string }

// Effect is one thing that comes with the changes.
type Effect struct{ Icon, Text string }

// Stale is what one typed, beside what another saved meanwhile.
type Stale struct {
	Now      time.Time
	User     User
	Mine     bool  // it was oneself who saved meanwhile
	Revision int64 // as it is now
	Rows     []Row // what one typed, put on top of what is there now
	Reason   string
	Compared []Compared
}

// Compared is one login three times. Note says what else became of it.
type Compared struct {
	Key   string
	Note  string
	Cells []Cell
}

// Cell is one value of it: when one began, as another left it, as one typed it.
type Cell struct{ What, Base, Theirs, Yours string }
