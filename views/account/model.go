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
	HasPassword            bool   // at least one login has a password to change
}

// Login is one way in.
type Login struct {
	Key        string
	LastSignIn time.Time // zero is never
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

func (p Page) rank() string {
	if p.Admin {
		return "Administrator"
	}
	return "Member"
}
