// Package projects holds the places where credentials are put to use, and who
// sits there. It refuses to know what a credential is.
package projects

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Ops are the operations.
type Ops struct{ db *db.DB }

// New are the operations on a database.
func New(d *db.DB) Ops { return Ops{d} }

// List is a page of the projects that the person belongs to.
func (o Ops) List(ctx context.Context, who models.Actor, after string) (list []models.MyProject, next string, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		list, next, err = v.Projects(after)
		return err
	})
	return list, next, err
}

// Create makes a project that the person owns.
func (o Ops) Create(ctx context.Context, who models.Actor, name string) (p models.Project, err error) {
	if p.Name, err = models.CleanProjectName(name); err != nil {
		return p, err
	}
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error { return t.AddProject(&p) })
	return p, err
}

// Get shows a project to a member, with the member's role.
func (o Ops) Get(ctx context.Context, who models.Actor, id models.ID) (p models.Project, role models.Role, err error) {
	err = o.db.ReadProject(ctx, who, id, models.SeeProject, func(v *db.ProjectView) error {
		role = v.Role
		p, err = v.Project()
		return err
	})
	return p, role, err
}

// Rename gives a project another name.
func (o Ops) Rename(ctx context.Context, who models.Actor, id models.ID, name string) error {
	name, err := models.CleanProjectName(name)
	if err != nil {
		return err
	}
	return o.db.Project(ctx, who, id, models.RenameProject, func(t *db.ProjectTx) error { return t.Rename(name) })
}

// Members is a page of a project's members, with the project and the asking
// person's role.
func (o Ops) Members(ctx context.Context, who models.Actor, id models.ID, after string) (m Seats, err error) {
	err = o.db.ReadProject(ctx, who, id, models.SeeProject, func(v *db.ProjectView) error {
		m.Role = v.Role
		if m.Project, err = v.Project(); err != nil {
			return err
		}
		m.Members, m.Next, err = v.Members(after)
		return err
	})
	return m, err
}

// Seats are a page of who sits in a project.
type Seats struct {
	Project models.Project
	Role    models.Role // of the person who asks
	Members []models.Member
	Next    string
}

// Member shows one member of a project to a person with the right to change them.
func (o Ops) Member(ctx context.Context, who models.Actor, id models.ID, user int64) (p models.Project, m models.Member, err error) {
	err = o.db.ReadProject(ctx, who, id, seatRight(who, user), func(v *db.ProjectView) error {
		if p, err = v.Project(); err != nil {
			return err
		}
		m, err = v.Member(user)
		return err
	})
	return p, m, err
}

// SeatOffers counts the open offers that have to do with a member's seat in the project.
func (o Ops) SeatOffers(ctx context.Context, who models.Actor, id models.ID, user int64) (s models.SeatOffers, err error) {
	err = o.db.ReadProject(ctx, who, id, seatRight(who, user), func(v *db.ProjectView) error {
		s, err = v.SeatOffers(user)
		return err
	})
	return s, err
}

// Heir shows the member whom the owner is about to make the owner.
func (o Ops) Heir(ctx context.Context, who models.Actor, id models.ID, user int64) (p models.Project, m models.Member, err error) {
	err = o.db.ReadProject(ctx, who, id, models.PassOwnership, func(v *db.ProjectView) error {
		if p, err = v.Project(); err != nil {
			return err
		}
		m, err = v.Member(user)
		return err
	})
	return p, m, err
}

// SetRole gives a member another role.
func (o Ops) SetRole(ctx context.Context, who models.Actor, id models.ID, user int64, role models.Role) (m models.Member, err error) {
	err = o.db.Project(ctx, who, id, models.ManageMembers, func(t *db.ProjectTx) error {
		if m, err = t.Member(user); err != nil {
			return err
		}
		if err := m.Changeable(role); err != nil {
			return err
		}
		if err := t.SetRole(m, role); err != nil {
			return err
		}
		m.Role = role
		return nil
	})
	return m, err
}

// RemoveMember takes a member out, and with them the credentials that they
// shared with the project. Everyone but the owner may remove themselves.
func (o Ops) RemoveMember(ctx context.Context, who models.Actor, id models.ID, user int64) error {
	return o.db.Project(ctx, who, id, seatRight(who, user), func(t *db.ProjectTx) error {
		m, err := t.Member(user)
		if err != nil {
			return err
		}
		if err := m.Removable(who); err != nil {
			return err
		}
		return t.RemoveMember(m)
	})
}

// seatRight is what it takes to change a seat: one's own needs no more than
// being there.
func seatRight(who models.Actor, user int64) models.Permission {
	if who.UserID == user {
		return models.SeeProject
	}
	return models.ManageMembers
}

// PassOwnership makes a member the owner; the former owner stays as an admin.
func (o Ops) PassOwnership(ctx context.Context, who models.Actor, id models.ID, user int64) error {
	return o.db.Project(ctx, who, id, models.PassOwnership, func(t *db.ProjectTx) error {
		m, err := t.Member(user)
		if err != nil {
			return err
		}
		if m.Role == models.Owner {
			return models.Fail(models.Conflict, "%s owns this project already.", m.Name)
		}
		return t.PassOwnership(m)
	})
}
