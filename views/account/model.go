// Package account draws what a person sees of themselves: name, logins,
// password, and where they are signed in.
package account

import (
	"time"

	"holdfast/views/ui"
)

// Page is one's own account. The password form posts "current" and "password" to /account/password.
type Page struct {
	Now                    time.Time
	Name, Email            string
	Admin                  bool
	Logins                 []Login
	CurrentError, NewError string
	Wrong                  string // of no single field
	HasPassword            bool   // the login one came in by has a password to change
	Factors, CodesLeft     int    // second factors, and recovery codes that are not used
}

// Login is one way in.
type Login struct {
	Key        string
	Provider   string    // the identity provider that vouches for it; empty for a password
	LastSignIn time.Time // zero is never
	Ends       time.Time // zero is never
	Factor     bool      // it asks for a second factor
	Closed     string    // why it lets nobody in now; empty when it does
}

// SignIns is the history of one's sign-ins.
type SignIns struct {
	Now         time.Time
	Rows        []SignIn
	First, Next string // URLs; empty for none
}

// SignIn is a line of that history.
type SignIn struct {
	At              time.Time
	In              bool   // else it was refused
	What            string // what happened, in words
	Login           string
	Device, Address string
}

func (s SignIns) pager() ui.Pager {
	return ui.Pager{Shown: len(s.Rows), Noun: "sign-ins", First: s.First, Next: s.Next}
}

// Sessions is where one is signed in.
type Sessions struct {
	Now  time.Time
	Rows []ui.Session
}

func (p Page) problems() []ui.Problem {
	var found []ui.Problem
	if p.Wrong != "" {
		found = append(found, ui.Problem{Text: p.Wrong})
	}
	if p.CurrentError != "" {
		found = append(found, ui.Problem{ID: "current", Label: "Current password", Text: p.CurrentError})
	}
	if p.NewError != "" {
		found = append(found, ui.Problem{ID: "password", Label: "New password", Text: p.NewError})
	}
	return found
}

func (s Sessions) others() bool {
	for _, r := range s.Rows {
		if !r.Current {
			return true
		}
	}
	return false
}

// factors says what one has as a second factor.
func (p Page) factors() string {
	if p.Factors == 0 {
		return "None"
	}
	return ui.Plural(p.Factors, "app", "apps") + ", " + ui.Plural(p.CodesLeft, "recovery code", "recovery codes") + " left"
}

func (p Page) rank() string {
	if p.Admin {
		return "Administrator"
	}
	return "Member"
}
