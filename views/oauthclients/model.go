// Package oauthclients draws the pages of OAuth clients: the list, the choice of
// a provider, the form, one client, and the questions before one is deleted or
// taken over. No client secret is ever drawn.
package oauthclients

import (
	"time"

	"holdfast/views/ui"
)

// List is a page of clients.
type List struct {
	Now   time.Time
	Rows  []Row
	First bool
	Next  string // cursor; empty on the last page
}

// Row is one of them.
type Row struct {
	ID, Name, Owner string
	Provider        string // its title; empty for one entered by hand
	For             string // who may connect with it: "Everybody"
	Credentials     int
	Used            bool      // a credential is connected with it
	Counted         bool      // the person may see how many there are
	Refused         time.Time // since when; zero when it is not
}

// Picker is the choice of a provider.
type Picker struct {
	Q         string // what was searched; Providers hold what matches
	Providers []Provider
}

// Provider is one of the catalogue. Its zero value is another provider.
type Provider struct {
	Name, Title, Icon string
	Words             string // of the picker: what it is also found by
	Docs              string // where the provider documents it
}

// Asking asks what the addresses of a provider depend on, before the form.
type Asking struct {
	Provider Provider
	Inputs   []Asked
}

// Asked is one such question; its input is called Name.
type Asked struct{ Name, Label, Hint, Example, Value, Error string }

// Form posts its fields to /oauth/clients, or to /oauth/clients/{id}.
type Form struct {
	ID        string // empty of a new one
	SavedName string
	Version   int64
	Redirect  string    // the redirect URI to register
	SecretSet time.Time // zero when none is
	Retype    bool      // a secret was typed; it doesn't come back

	Provider Provider
	Notes    []string        // what to know of the provider
	Facts    []Fact          // where what is filled in comes from
	Unsure   map[string]bool // fields that hold what nobody has confirmed

	Texts map[string]string // by field; there is no secret among them
	Ticks map[string]bool   // by field

	Admin      bool // may offer it to everybody
	KeepGlobal bool // it is offered to everybody, and the person can't change that
	Projects   []Share
	Errors     map[string]string // by field

	Found  bool // the endpoints were found just now
	Scopes int  // and so many optional scopes
	Stale  bool // somebody has saved it meanwhile
}

// Share is a project that may be ticked.
type Share struct {
	ID, Name        string
	Checked, Locked bool
	Note            string
}

// Fact is one thing that is known of a provider, and from where.
type Fact struct {
	Of, Value, Source, Seen string
	Unsure                  bool
}

// Page is one client. Who does not own it sees its scopes and nothing that lies
// below them here.
type Page struct {
	Now                 time.Time
	ID, Name            string
	Provider            Provider
	Owner               string // "You" for the owner
	Mine                bool
	MayConnect, MayTake bool
	Mandatory, Optional []string
	ScopeDocs           string
	Refused             time.Time // since when the provider refuses it; zero when it does not
	Code                string    // what it says: invalid_client
	Checked             bool
	Problems            []string // what Check has found
	Redirect            string
	SecretSet           time.Time // zero when none is
	Texts               map[string]string
	Ticks               map[string]bool
	For                 string // who may connect with it
	Projects            []Project
	Used                bool        // a credential is connected with it
	Credentials         int         // zero for who may not see how many
	Some                []Connected // the first of them that the owner may see
	Host                string      // of the token endpoint, where the provider is not known
}

// Project is one that a client is offered to.
type Project struct {
	ID, Name string
	Member   bool // the person may open it
}

// Delete shows what deleting a client would do. Its form posts "confirm".
type Delete struct {
	ID, Name    string
	Credentials int
	Some        []Connected // the first of them
	Projects    []string    // that lose it
	Typed       string
	Error       string
}

// Connected is a credential that is connected with a client.
type Connected struct{ ID, Name, Owner string }

// TakeOver asks an administrator whether to take a client over.
type TakeOver struct {
	ID, Name, Owner string
	Credentials     int
	Error           string
}

func (f Form) problems() []ui.Problem {
	var found []ui.Problem
	for _, one := range fields {
		if text := f.Errors[one.name]; text != "" {
			found = append(found, ui.Problem{ID: one.name, Label: one.label, Text: text})
		}
	}
	return found
}
