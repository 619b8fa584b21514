package admin

import (
	"time"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// Users is everyone on the console.
type Users struct {
	Now       time.Time
	Filter    to.UserFilter
	Providers []ui.Option // identity providers to filter by, without "all"
	Rows      []UserRow
	Next      string // cursor of the next page; empty on the last
}

// UserRow is one user of the list.
type UserRow struct {
	ID          int64
	Name, Email string
	Admin       bool
	LastSignIn  time.Time // zero is never
	Logins      int
	Factor      bool // has a second factor
	State       State
	Note        string // what else is to be said of their logins; may be empty
}

// State says whether a user, or a login, can sign in.
type State string

// The states there are.
const (
	Active   State = "active"
	Invited  State = "invited" // has not set a password yet
	Locked   State = "locked"  // for a while, after wrong passwords
	Blocked  State = "blocked"
	Expired  State = "expired"
	Wayless  State = "wayless" // no login lets them in
	Shut     State = "shut"    // a login of somebody who is kept out
	Disabled State = "disabled"
	Leaving  State = "leaving" // waits for deletion
	Deleted  State = "deleted"
)

// User is one user.
type User struct {
	Now         time.Time
	ID          int64
	Name, Email string
	Admin       bool
	State       State
	Why         string // what the state means, or who did it; may be empty
	Created     time.Time
	LastSignIn  time.Time // zero is never
	Logins      []Login
	Factors     UserFactors
	Sessions    []ui.Session
	Me          bool
}

// may reports whether the user may sign in at all.
func (u User) may() bool { return u.State != Disabled && u.State != Leaving && u.State != Deleted }

// Login is one way in of a user.
type Login struct {
	Key        string
	Way        string    // "Password", or the name of an identity provider
	LastSignIn time.Time // zero is never
	State      State
}

// EditUser posts "name", "email", "rank" and "seen" to the user's form.
type EditUser struct {
	ID                               int64
	Called                           string // the name as it is
	Name, Email, Rank                string // as typed
	Seen                             string // when the user was changed last, for the form to carry along
	Stale                            string // what somebody else made of the user meanwhile; empty for nothing
	NameError, EmailError, RankError string
	Me                               bool
}

// Impact is what ends when a user is disabled or deleted, and the form that
// asks for it: it posts "reason", and "confirm" for a deletion.
type Impact struct {
	Now                              time.Time
	ID                               int64
	Name, Email                      string
	Logins, Sessions, Tokens, Seats  int
	Credentials, OffersIn, OffersOut int
	Projects                         []string  // that they own
	Refused                          string    // why it can't be done at all; empty when it can
	Until                            time.Time // when a user deleted now is purged
	Reason, Typed                    string    // as typed
	ReasonError, TypedError          string
}

// SignIns is the history of a user's sign-ins.
type SignIns struct {
	Now   time.Time
	ID    int64
	Name  string
	Rows  []SignIn
	After string // cursor of this page; empty on the first
	Next  string // cursor of the next page; empty on the last
}

// SignIn is one try to sign in.
type SignIn struct {
	At              time.Time
	Login           string
	In              bool   // came in
	How             string // why they were refused, or what they showed
	Address, Device string
}
