// Package session draws the pages of those who are not signed in: signing in,
// making the first administrator, setting a password from a one-time link.
// They stand in the bare frame; no password is ever drawn.
package session

import (
	"strconv"

	"holdfast/views/ui"
)

// passwordHint says what a password must be that stands alone.
const passwordHint = "At least 15 characters. Several words in a row are easier to remember than symbols."

// hint says what a password of at least so many characters must be.
func hint(least int) string {
	if least == 0 {
		return passwordHint
	}
	return "At least " + strconv.Itoa(least) + " characters. Several words in a row are easier to remember than symbols."
}

// SignIn posts "login", "password" and "next" to /sign-in.
type SignIn struct {
	Login  string // as typed
	Next   string // a local path to go on to; may be empty
	Notice string // why one is here, such as "You are signed out."; may be empty
	Error  string // one sentence that does not say whether the login or the password was wrong
	Ways   []Way  // other ways in
}

// Setup posts "token", "name", "email" and "password" to /setup.
type Setup struct {
	Token                                string
	Name, Email                          string // as typed
	NameError, EmailError, PasswordError string
	Error                                string // of no single field
}

// Access posts "password" to /access/{token}.
type Access struct {
	Token         string
	Login         string // whose password it will be
	PasswordError string
	Error         string // of no single field
	Reset         bool   // a new password for somebody who had one; otherwise the first
	Least         int    // characters
}

// Forgot posts "login" to /forgot. The page after it is the same whatever was typed.
type Forgot struct{ LoginError string }

// OwnPassword posts "password" and "next" to /sign-in/password.
type OwnPassword struct {
	Email         string // whose password it will be
	Next          string // a local path to go on to
	Least         int    // characters
	PasswordError string
}

// LinkDead is one page for links that are expired, used or were never there.
type LinkDead struct {
	Setup     bool // it was a setup link
	SetupDone bool // and somebody has set the console up
}

func (s SignIn) problems() []ui.Problem {
	return faults(ui.Problem{ID: "login", Text: s.Error})
}

func (s Setup) problems() []ui.Problem {
	return faults(
		ui.Problem{Text: s.Error},
		ui.Problem{ID: "name", Label: "Name", Text: s.NameError},
		ui.Problem{ID: "email", Label: "E-mail", Text: s.EmailError},
		ui.Problem{ID: "password", Label: "Password", Text: s.PasswordError},
	)
}

func (a Access) problems() []ui.Problem {
	return faults(ui.Problem{Text: a.Error}, ui.Problem{ID: "password", Label: "New password", Text: a.PasswordError})
}

func (f Forgot) problems() []ui.Problem {
	return faults(ui.Problem{ID: "login", Label: "Login", Text: f.LoginError})
}

func (o OwnPassword) problems() []ui.Problem {
	return faults(ui.Problem{ID: "password", Label: "New password", Text: o.PasswordError})
}

// faults keeps those that have something to say.
func faults(all ...ui.Problem) []ui.Problem {
	var found []ui.Problem
	for _, p := range all {
		if p.Text != "" {
			found = append(found, p)
		}
	}
	return found
}

func (a Access) title() string {
	if a.Reset {
		return "Set a new password"
	}
	return "Welcome to Holdfast"
}
