// Package projects draws the pages of projects and their members. It gets
// finished values and asks nobody who may do what: a button is drawn when its
// Can… says so.
package projects

import (
	"time"

	"holdfast/views/ui"
)

// List is the projects that one is a member of.
type List struct {
	Rows  []Row
	First bool   // this is the first page
	Next  string // cursor of the next page; empty on the last
}

// Row is one project of the list. Role is a word such as "Owner".
type Row struct {
	ID, Name, Role string
}

// New posts "name" to /projects.
type New struct{ Name, NameError string }

// Rename posts "name" to the project's page.
type Rename struct {
	ID, Current     string // the name as it stands
	Name, NameError string // as typed
}

// Page is one project.
type Page struct {
	Now                 time.Time
	ID, Name, Role      string
	Credentials         []Credential // the first few, by name
	More                bool         // there are more than those
	Clients             []Client     // by which its members may connect accounts
	CanRename, CanShare bool
}

// Client is an OAuth client that is offered to a project, or to everybody.
type Client struct {
	ID, Name, Owner string
	Refused         bool // the provider does not take it at the moment
}

// Credential is one of a project's credentials, in short.
type Credential struct {
	ID, Name, KindTitle, KindIcon, Owner string
	LastUsed                             time.Time
}

// Members is who is in a project. Adding posts "email" and "role" to the members' address.
type Members struct {
	ProjectID, ProjectName string
	Rows                   []Member
	CanAdd                 bool
	Email, Role            string      // as typed and chosen
	Roles                  []ui.Option // that may be given to a new member
	EmailError, RoleError  string
	First                  bool   // this is the first page
	Next                   string // cursor of the next page; empty on the last
}

// Member is one row. Changing the role posts "role" to the member's address;
// the answer to htmx is MemberRow alone.
type Member struct {
	UserID       int64
	Name, Email  string
	Role         string      // as a word, "Owner"
	RoleValue    string      // as posted, "owner"
	Roles        []ui.Option // that may be given; empty when it can't be changed
	Me           bool
	CanRemove    bool
	CanMakeOwner bool
	CanLeave     bool // for one's own row
}

// Remove shows what removing a member, or leaving, would do.
type Remove struct {
	ProjectID, ProjectName string
	UserID                 int64
	Name                   string
	Me                     bool     // the person leaves by themselves
	Credentials            []string // theirs, which leave the project with them
	More                   bool     // there are more than are named
	OffersTo               int      // open offers to them, which need the seat
	OffersOf               int      // open offers of theirs, which stand
	Refused                string   // why it can't be done; the button is left out then
}

// MakeOwner asks before a project is handed over.
type MakeOwner struct {
	ProjectID, ProjectName string
	UserID                 int64
	Name                   string
}
