package models

import (
	"strings"
	"time"
	"unicode/utf8"
)

// UserGrace is how long a user waits for their deletion and can be restored.
const UserGrace = 30 * 24 * time.Hour

// UserState picks users of a list. The states of a login pick whoever has one
// login at least that is in it.
type UserState string

const (
	EnteringUsers   UserState = "active" // some login lets them in now
	InvitedUsers    UserState = "invited"
	BlockedUsers    UserState = "blocked"
	LockedUsers     UserState = "locked"
	ExpiredUsers    UserState = "expired"
	NeverUsers      UserState = "never"     // never signed in
	FactorlessUsers UserState = "no-factor" // have no second factor
	DisabledUsers   UserState = "disabled"
	LeavingUsers    UserState = "leaving" // wait for their deletion
)

// UserSort orders a list of users; empty is by e-mail.
type UserSort string

const (
	UsersByName   UserSort = "name"
	UsersBySeen   UserSort = "seen"   // who signed in last, first; who never did, last
	UsersByUnseen UserSort = "unseen" // the other way round
	UsersByNewest UserSort = "newest"
)

// UserFilter narrows, orders and pages the list of users.
type UserFilter struct {
	Search   string // in name, e-mail and login keys
	State    UserState
	Provider int64 // with a login of this identity provider
	Sort     UserSort
	After    string // where the former page ended; empty is the first page
}

// ListedUser is a user as the list shows one.
type ListedUser struct {
	User
	Ways   WayCount
	Factor bool // has a second factor
}

// UserPage is one page of the list. Next is empty on the last one.
type UserPage struct {
	Rows []ListedUser
	Next string
}

// WayCount counts the logins of a user by what becomes of who uses them.
type WayCount struct{ All, Open, Locked, Blocked, Expired, Pending int }

// Standing says in one word whether a user can come in, and why not.
type Standing string

const (
	StandsActive   Standing = "active"
	StandsLocked   Standing = "locked"  // a lock-out ends by itself
	StandsInvited  Standing = "invited" // no password yet
	StandsBlocked  Standing = "blocked"
	StandsExpired  Standing = "expired"
	StandsWayless  Standing = "wayless" // no login lets them in, for a reason of its own or because there is none
	StandsDisabled Standing = "disabled"
	StandsLeaving  Standing = "leaving" // waits for deletion
	StandsDeleted  Standing = "deleted"
)

// Standing is whether the user can come in, given their logins.
func (u User) Standing(w WayCount) Standing {
	switch {
	case u.DeletedAt != nil:
		return StandsDeleted
	case u.DeletionAt != nil:
		return StandsLeaving
	case u.DisabledAt != nil:
		return StandsDisabled
	case w.Open > w.Locked:
		return StandsActive
	case w.Open > 0:
		return StandsLocked
	case w.Pending > 0:
		return StandsInvited
	case w.Blocked > 0:
		return StandsBlocked
	case w.Expired > 0:
		return StandsExpired
	}
	return StandsWayless
}

// Word is the rank as people say it.
func (r Rank) Word() string {
	if r == Administrator {
		return "administrator"
	}
	return string(r)
}

// UserChange is what an administrator makes of a user. Seen is when the user was
// changed last, as far as the administrator knows.
type UserChange struct {
	NewUser
	Seen time.Time
}

// ErrUserChanged is what a change meets that somebody else was faster than.
var ErrUserChanged = &Error{Kind: Conflict, Code: "user_changed", Text: "Somebody changed this user meanwhile. Look at what it is now, then save again."}

// CleanReason trims the reason of an act against a user and reports what is wrong with it.
func CleanReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", Wrong("reason", "Say why. The user reads it in the letter, and others later in the audit log.")
	case utf8.RuneCountInString(reason) > 300:
		return reason, Wrong("reason", "Use at most 300 characters.")
	case strings.IndexFunc(reason, unprintable) >= 0:
		return reason, Wrong("reason", "Write the reason in one line, without characters that can't be printed.")
	}
	return reason, nil
}

// Disableable reports why by may not disable the user, or nil.
func (u User) Disableable(by Actor) error {
	switch {
	case u.ID == by.UserID:
		return Fail(Conflict, "You can't disable yourself. Ask another administrator.")
	case u.DeletionAt != nil:
		return Fail(Conflict, "%s waits for deletion and can't sign in already.", u.Name)
	case u.DisabledAt != nil:
		return Fail(Conflict, "%s is disabled already.", u.Name)
	}
	return nil
}

// Enableable reports why the user can't be enabled, or nil.
func (u User) Enableable() error {
	if u.DisabledAt == nil {
		return Fail(Conflict, "%s is not disabled.", u.Name)
	}
	return nil
}

// Schedulable reports why by may not have the user deleted, or nil.
func (u User) Schedulable(by Actor) error {
	switch {
	case u.ID == by.UserID:
		return Fail(Conflict, "You can't delete yourself. Ask another administrator.")
	case u.DeletionAt != nil:
		return Fail(Conflict, "%s is going to be deleted already.", u.Name)
	}
	return nil
}

// Restorable reports why the user's deletion can't be called off, or nil.
func (u User) Restorable() error {
	if u.DeletionAt == nil {
		return Fail(Conflict, "%s is not going to be deleted.", u.Name)
	}
	return nil
}

// UserImpact is what ends when a user is disabled or deleted.
type UserImpact struct {
	User
	Logins      int
	Sessions    int // that let them in now
	Tokens      int // for programs
	Seats       int // in projects
	Credentials int // that they own, those that wait for deletion included
	Projects    []MyProject
	OffersIn    int // open offers to them
	OffersOut   int // open offers of theirs
}

// Deletable reports why the user can't be deleted yet, or nil.
func (i UserImpact) Deletable() error {
	switch {
	case i.Credentials > 0:
		return Fail(Conflict, "%s still owns credentials. Hand them over first, or wait until those that are scheduled for deletion are purged.", i.Name)
	case len(i.Projects) > 0:
		return Fail(Conflict, "%s still owns the project “%s”. Its ownership must be passed on first.", i.Name, i.Projects[0].Name)
	}
	return nil
}

// UserPurge is what a run of the purge of users did.
type UserPurge struct {
	Purged int
	Held   []int64 // those due who own something again: they stay
}
