package models

import (
	"strings"
	"time"
)

// Project is a place where credentials are put to use.
type Project struct {
	ID        ID
	Name      string
	NameKey   string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Membership ties a user to a project.
type Membership struct {
	ProjectID ID
	UserID    int64
	Role      Role
	CreatedAt time.Time
}

// MyProject is a project as one of its members sees it in a list.
type MyProject struct {
	ID   ID
	Name string
	Role Role
}

// Member is a membership with the person in it.
type Member struct {
	UserID int64
	Name   string
	Email  string
	Role   Role
}

// CleanProjectName trims a typed name and reports what is wrong with it.
func CleanProjectName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if text := wrongName(name, 100); text != "" {
		return name, Wrong("name", "%s", text)
	}
	return name, nil
}

// Removable reports why by may not take m out of their project, or nil.
func (m Member) Removable(by Actor) error {
	switch {
	case m.Role == Owner && m.UserID == by.UserID:
		return Fail(Conflict, "You own this project. Make another member the owner before you leave.")
	case m.Role == Owner:
		return Fail(Forbidden, "The owner can't be removed. Only the owner can pass the project on.")
	}
	return nil
}

// Changeable reports why m can't be given role, or nil.
func (m Member) Changeable(role Role) error {
	switch {
	case !role.Assignable():
		return Wrong("role", "Choose admin, editor or viewer. To change the owner, use “Make owner”.")
	case m.Role == Owner:
		return Fail(Conflict, "The owner's role can't be changed. Make another member the owner first.")
	}
	return nil
}

// SeatOffers counts the open offers of credentials that a project uses, as far
// as a member's seat in it matters to them.
type SeatOffers struct {
	To int // to the member, who can't accept them without the seat
	Of int // of the member's own, which stand also without it
}
