package models

import (
	"slices"
	"time"
)

// LoginWorld is what a LoginSet meets: the user as they are, and what of the
// rest of the console bears on their logins.
type LoginWorld struct {
	User      User
	Live      []Login // all that are not removed, in order of their ids
	Providers map[int64]bool
	By        Actor
	Now       time.Time
	Taken     map[KeyClaim]KeyHolder // the claimed keys that others hold, or held lately
	Links     map[int64][]time.Time  // when links of a login were made within LinkWindow

	// Judge reports why a secret is no good for a login of that key, by its code
	// and in words; two empty texts if it is.
	Judge func(secret, key string) (code, text string)
}

// KeyClaim is a key under which a login is found: canonical, and apart for each
// identity provider. The provider of a password is 0.
type KeyClaim struct {
	Provider int64
	Canon    string
}

// KeyHolder is another user whose login has a key.
type KeyHolder struct {
	UserID  int64
	Name    string
	Removed bool // the login is removed, but not long enough
}

// LoginPlan is what setting a LoginSet does: it is shown before and done after,
// so what is shown is what is done.
type LoginPlan struct {
	Logins   []PlannedLogin // in the order of the items, then those to be removed
	Warnings []LoginNotice
	Ignored  []LoginNotice // what was sent and does not count
}

// PlannedLogin is one login of a plan.
type PlannedLogin struct {
	Deed   LoginDeed
	Item   int    // its place in the set; -1 when it is not in it
	Was    Login  // as it is; the zero Login for one to be created
	Will   Login  // as it will be, but for a new secret's hash; as it is for one to be removed
	Link   bool   // an access link goes to the user
	Secret string `json:"-"` // the new one, open; it is hashed before the door and shown nowhere

	Changes []LoginAlteration
}

// LoginDeed is what a plan does with a login.
type LoginDeed string

const (
	LoginCreates LoginDeed = "created"
	LoginUpdates LoginDeed = "updated"
	LoginKeeps   LoginDeed = "unchanged"
	LoginRemoves LoginDeed = "removed"
)

// LoginAlteration is one thing that a plan does to a login: the name of its
// event, the attribute, and what that is and will be. Values are string, bool,
// int64 or time.Time, or nil for none; of a secret there is neither.
type LoginAlteration struct {
	Event     string
	Attribute string
	Before    any
	After     any
}

// LoginNotice is a word about a set that stops nothing.
type LoginNotice struct {
	Pointer string `json:"pointer"` // a JSON pointer into the set; empty for all of it
	Code    string `json:"code"`
	Text    string `json:"detail"`
}

// Empty reports whether the plan changes nothing.
func (p LoginPlan) Empty() bool {
	for _, l := range p.Logins {
		if l.Deed != LoginKeeps {
			return false
		}
	}
	return true
}

// Of are the plan's logins with that deed.
func (p LoginPlan) Of(deed LoginDeed) []PlannedLogin {
	var list []PlannedLogin
	for _, l := range p.Logins {
		if l.Deed == deed {
			list = append(list, l)
		}
	}
	return list
}

// Altered reports whether the plan does to the login what that event tells.
func (l PlannedLogin) Altered(event string) bool {
	for _, c := range l.Changes {
		if c.Event == event {
			return true
		}
	}
	return false
}

// EndsSessions reports whether whoever came in by the login is put out.
func (l PlannedLogin) EndsSessions() bool {
	return l.Deed == LoginRemoves || l.Deed == LoginUpdates && (l.Was.KeyCanon != l.Will.KeyCanon || l.Shut() || l.Secret != "")
}

// RevokesLinks reports whether the links of the login that are still open die.
func (l PlannedLogin) RevokesLinks() bool { return l.EndsSessions() || l.Link }

// Shut reports whether the login is blocked or ended by the plan.
func (l PlannedLogin) Shut() bool { return l.Altered(LoginBlocked) || l.Altered(LoginExpired) }

// Jeopardizes reports whether the plan takes the login from its user, or leaves
// them a temporary password of it.
func (l PlannedLogin) Jeopardizes() bool {
	return l.Deed == LoginRemoves || l.Deed == LoginUpdates && (l.Shut() || l.Secret != "")
}

// Shortened reports whether the login is to end after now, and had no end or a
// later one.
func (l PlannedLogin) Shortened(now time.Time) bool {
	was, will := l.Was.ExpireAt, l.Will.ExpireAt
	return l.Deed == LoginUpdates && will != nil && will.After(now) && (was == nil || will.Before(*was))
}

// Gravest reports whether the plan does what nobody may do who has not shown
// just now who they are.
func (p LoginPlan) Gravest() bool {
	return p.waives() || p.setsSecret() || p.removesAll()
}

// ForProgram reports that no program may carry out the plan for the user: it is
// one of those for which an administrator shows that it is them.
func (p LoginPlan) ForProgram(u User) error {
	if p.waives() || p.removesAll() || p.setsSecret() && u.Rank == Administrator {
		return &Error{Kind: Forbidden, Code: CodeStepUp, Text: "A program can't do this. Do it in the console, where you can show that it is you."}
	}
	return nil
}

func (p LoginPlan) waives() bool {
	return slices.ContainsFunc(p.Logins, func(l PlannedLogin) bool { return l.Altered(FactorWaived) })
}

func (p LoginPlan) setsSecret() bool {
	return slices.ContainsFunc(p.Logins, func(l PlannedLogin) bool { return l.Secret != "" })
}

func (p LoginPlan) removesAll() bool {
	return len(p.Logins) > 0 && len(p.Of(LoginRemoves)) == len(p.Logins)
}
