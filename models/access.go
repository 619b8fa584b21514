package models

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// ID names everything but users, logins and identity providers, which are
// numbers. It is a UUIDv7: ids made later sort later.
type ID = uuid.UUID

// NewID makes an ID that sorts after every ID this process made before. It
// panics only when the system has no randomness left.
func NewID() ID { return uuid.Must(uuid.NewV7()) }

// ParseID reads an ID. What is no id reads as the zero ID, and nothing has
// that: the door answers that it is not found.
func ParseID(s string) ID {
	id, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return ID{}
	}
	return id
}

// Actor is who a request or a job acts for, and from where. Every door wants
// one; none is ever taken from a context.
type Actor struct {
	UserID      int64
	LoginID     int64
	Name, Email string
	Rank        Rank
	SessionID   ID
	IP          string
	UserAgent   string
	RequestID   string
	Job         string // the name of the job, when no person acts

	Stage    Stage     // how far they have come in
	Proofs   Proofs    // what they have shown
	ProvenAt time.Time // when they showed last who they are
	TokenID  ID        // of the API token by which a program acts for them
}

// Program reports whether a program acts, by an API token.
func (a Actor) Program() bool { return a.TokenID != ID{} }

// MustProve reports that the person has to show again who they are, unless they
// did within the time before now. A program can show nothing, so it is refused.
func (a Actor) MustProve(now time.Time, within time.Duration) error {
	if a.Program() {
		refused := Fail(Forbidden, "A program can't do this. Do it in the console, where you can show that it is you.")
		refused.Code = "step_up_required"
		return refused
	}
	if now.Sub(a.ProvenAt) < within {
		return nil
	}
	return Fail(Unproven, "Please show that it is you, then it goes on.")
}

// SignedIn reports whether a person is known.
func (a Actor) SignedIn() bool { return a.UserID != 0 }

// Admin reports whether the person administers the console.
func (a Actor) Admin() bool { return a.Rank == Administrator }

// Rank is a user's standing on the console.
type Rank string

const (
	PlainMember   Rank = "member"
	Administrator Rank = "admin"
)

// Valid reports whether r is a rank that exists.
func (r Rank) Valid() bool { return r == PlainMember || r == Administrator }

// Role is a member's standing in one project.
type Role string

const (
	Owner  Role = "owner"
	Admin  Role = "admin"
	Editor Role = "editor"
	Viewer Role = "viewer"
)

// Roles are all roles, the strongest first.
func Roles() []Role { return []Role{Owner, Admin, Editor, Viewer} }

// Permission names one thing that a person may do behind a door.
type Permission string

const (
	SeeProject     Permission = "project.see"    // its page, its members, its credentials' names
	ShareInProject Permission = "project.share"  // share one's own credentials with it
	RenameProject  Permission = "project.rename" //
	ManageMembers  Permission = "members.manage" // add, remove, change roles
	PassOwnership  Permission = "ownership.pass" // make another member the owner
	SeeConsole     Permission = "console.see"    // users, kinds
	SeeAudit       Permission = "audit.see"      // every event
	ManageUsers    Permission = "users.manage"   // add users, links, end sessions
	SeeOutbox      Permission = "outbox.see"     // letters, and their links while there is no mail server
	ManageLogins   Permission = "logins.manage"  // see and set the logins of users, their factors, their links
	ManageIDPs     Permission = "idps.manage"    // trusted identity providers, and whom they vouch for
	ManageClients  Permission = "clients.manage" // see all OAuth clients, take one over
	HandOver       Permission = "estate.offer"   // what a user owns, by name; offer it to others, revoke offers
)

// roleGrants is the one table of what a role may do in its project.
var roleGrants = map[Permission][]Role{
	SeeProject:     {Owner, Admin, Editor, Viewer},
	ShareInProject: {Owner, Admin, Editor},
	RenameProject:  {Owner, Admin},
	ManageMembers:  {Owner, Admin},
	PassOwnership:  {Owner},
}

// rankGrants is the one table of what a rank may do on the console.
var rankGrants = map[Permission][]Rank{
	SeeConsole:    {Administrator},
	SeeAudit:      {Administrator},
	ManageUsers:   {Administrator},
	SeeOutbox:     {Administrator},
	ManageLogins:  {Administrator},
	ManageIDPs:    {Administrator},
	HandOver:      {Administrator},
	ManageClients: {Administrator},
}

// Can reports whether a member of this role holds p in the project.
func (r Role) Can(p Permission) bool { return slices.Contains(roleGrants[p], r) }

// Must reports why a member of this role may not do p, or nil.
func (r Role) Must(p Permission) error {
	if r.Can(p) {
		return nil
	}
	return Fail(Forbidden, "Your role in this project does not allow this. Ask its owner or an admin.")
}

// Can reports whether a user of this rank holds p on the console.
func (r Rank) Can(p Permission) bool { return slices.Contains(rankGrants[p], r) }

// Valid reports whether r is a role that exists.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Assignable reports whether r can be given to a member. Ownership is passed
// on, never assigned.
func (r Role) Assignable() bool { return r.Valid() && r != Owner }
