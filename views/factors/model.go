// Package factors draws the pages of second factors: adding one, showing a code
// at sign-in, recovery codes. A secret stands on the page that enrols it and
// nowhere else; recovery codes on the page that gives them out.
package factors

import (
	"strings"
	"time"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// SignIn posts "code", or "recovery", and "next" to /sign-in/factor.
type SignIn struct {
	Next                     string
	CodeError, RecoveryError string
}

// Enrol posts "secret", "label", "code" and "next" to To.
type Enrol struct {
	SigningIn             bool   // it is what is missing to be signed in
	Next                  string // where to go on to, when signing in
	Sealed                string // comes back with the code
	Secret, URL           string
	Picture               [][]bool
	Label                 string // as typed
	LabelError, CodeError string
}

// Codes are recovery codes, shown this once.
type Codes struct {
	List     []string
	Lead     string // what just happened
	GoOn     string // URL
	GoOnText string
}

// Mine are one's own second factors.
type Mine struct {
	Now       time.Time
	Rows      []Row
	CodesLeft int
	Needed    bool // one at least has to stay
}

// Row is an app of the list.
type Row struct {
	ID, Label       string
	Added, LastUsed time.Time // LastUsed zero is never
}

// Remove asks before an app is removed.
type Remove struct {
	Now time.Time
	Row
	Last      bool // none is left then
	Needed    bool // one at least has to stay
	CodesLeft int
}

func (s SignIn) codeProblems() []ui.Problem {
	return faults(ui.Problem{ID: "code", Label: "Code", Text: s.CodeError})
}

func (s SignIn) recoveryProblems() []ui.Problem {
	return faults(ui.Problem{ID: "recovery", Label: "Recovery code", Text: s.RecoveryError})
}

func (e Enrol) problems() []ui.Problem {
	return faults(ui.Problem{ID: "label", Label: "Name", Text: e.LabelError}, ui.Problem{ID: "code", Label: "Code", Text: e.CodeError})
}

func (e Enrol) to() string {
	if e.SigningIn {
		return to.SignInEnrol
	}
	return to.NewFactor()
}

func (c Codes) text() string { return strings.Join(c.List, "\n") }

// stays says that the app can't be removed now.
func (r Remove) stays() bool { return r.Last && r.Needed }

func faults(all ...ui.Problem) []ui.Problem {
	var found []ui.Problem
	for _, p := range all {
		if p.Text != "" {
			found = append(found, p)
		}
	}
	return found
}

func accountCrumb() ui.Crumb { return ui.Crumb{Label: "Your account", URL: to.Account()} }

func factorsCrumb() ui.Crumb { return ui.Crumb{Label: "Second factors", URL: to.Factors()} }
