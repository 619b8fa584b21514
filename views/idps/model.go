// Package idps draws the pages of the trusted identity providers: the list, the
// form, what disabling one would do, what one says of somebody, and who was
// refused. No client secret is ever drawn.
package idps

import (
	"time"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// List is every identity provider.
type List struct{ Rows []Row }

// Row is one of them.
type Row struct {
	ID           int64
	Name, Issuer string
	Enabled      bool
	Logins       int
}

// Form posts its fields to /admin/idps, or to /admin/idps/{id}.
type Form struct {
	ID        int64 // zero of a new one
	SavedName string
	Enabled   bool
	Logins    int
	Now       time.Time
	Callback  string    // the redirect URI to register; empty of a new one
	SecretSet time.Time // zero when none is

	Name, Issuer, ClientID, AuthMethod, Scopes, LoginClaim, FactorValues string
	Authoritative                                                        bool
	Errors                                                               map[string]string // by field

	Checked  bool
	Problems []string // what Check has found
}

// Ask asks before an identity provider is disabled.
type Ask struct {
	ID                        int64
	Name                      string
	Users, Stranded, Sessions int
	Some                      []Affected
	Error                     string
}

// Affected is somebody whom it would keep out.
type Affected struct {
	URL, Name, Email, Key string
	Admin, Others         bool
}

// Deletion asks before an identity provider is deleted.
type Deletion struct {
	ID     int64
	Name   string
	Logins int
	Error  string
}

// Test is what an identity provider says of somebody.
type Test struct {
	ID             int64
	Name           string
	Claim, Login   string // the login claim and its value
	Verified       bool
	Factor, Values bool // a second factor counts; values are set for that
	Binds          bool // a first sign-in binds a login
	Claims         []Claim
}

// Claim is one of them.
type Claim struct{ Name, Value string }

// Refused is a page of refused sign-ins.
type Refused struct {
	Now   time.Time
	Rows  []Refusal
	First bool
	Next  string
}

// Refusal is one of them.
type Refusal struct {
	ID                           string
	Provider, Claim, Email, Name string
	Subject, Why, IP             string
	Tries                        int
	FirstAt, LastAt              time.Time
	Linkable                     bool
}

// Link posts "email" to give who was refused a login.
type Link struct {
	Refusal
	Now   time.Time
	For   string // as typed
	Error string
}

var crumb = ui.Crumb{Label: "Identity providers", URL: to.IDPs()}

func (f Form) action() string {
	if f.ID == 0 {
		return to.IDPs()
	}
	return to.IDP(f.ID)
}

func (f Form) title() string {
	if f.ID == 0 {
		return "New identity provider"
	}
	return f.SavedName
}

// labels are the fields of the form in their order.
var labels = [][2]string{
	{"name", "Name"},
	{"issuer", "Issuer"},
	{"client_id", "Client ID"},
	{"auth_method", "How the secret is shown"},
	{"secret", "Client secret"},
	{"scopes", "Scopes"},
	{"login_claim", "Login claim"},
	{"factor_values", "Second factor values"},
}

func (f Form) problems() []ui.Problem {
	var found []ui.Problem
	for _, l := range labels {
		if text := f.Errors[l[0]]; text != "" {
			found = append(found, ui.Problem{ID: l[0], Label: l[1], Text: text})
		}
	}
	return found
}

func (f Form) methods() []ui.Option {
	return ui.Choose([]ui.Option{
		{Value: "client_secret_basic", Label: "In a header (client_secret_basic)"},
		{Value: "client_secret_post", Label: "In the form (client_secret_post)"},
		{Value: "none", Label: "There is no secret (none)"},
	}, f.AuthMethod)
}

func (f Form) secretHint() string {
	switch {
	case f.ID == 0:
		return "It is encrypted, and never shown again."
	case f.SecretSet.IsZero():
		return "None is set."
	}
	return "Set, last changed " + ui.Exact(f.SecretSet) + ". Leave it empty to keep it."
}

func single(id, label, text string) []ui.Problem {
	if text == "" {
		return nil
	}
	return []ui.Problem{{ID: id, Label: label, Text: text}}
}

func (a Ask) impact() string {
	if a.Users == 0 {
		return "Nobody has a login of it, so nobody is kept out."
	}
	return ui.Plural(a.Users, "person has", "people have") + " a login of " + a.Name + ". They can't sign in by it any more, until it is enabled again."
}

func (a Ask) stranded() string {
	return ui.Plural(a.Stranded, "of them has", "of them have") + " no other login, and can't sign in at all."
}

func (a Ask) sessions() string {
	return ui.Plural(a.Sessions, "session", "sessions") + " of theirs will end at once."
}

func (r Refused) pager() ui.Pager {
	p := ui.Pager{Shown: len(r.Rows), Noun: "refused sign-ins"}
	if !r.First {
		p.First = to.RefusedSignIns()
	}
	if r.Next != "" {
		p.Next = to.RefusedSignInsAfter(r.Next)
	}
	return p
}

// who is what the provider calls them, as far as it says.
func (r Refusal) who() string {
	for _, name := range []string{r.Name, r.Claim, r.Email} {
		if name != "" {
			return name
		}
	}
	return r.Subject
}
