// Package credentials holds what people do with credentials: list, look,
// create, change, share, schedule for deletion, restore, delete.
//
// It owns the opening and sealing of bodies. It refuses to know pages, and it
// hands out the value of a secret field by one operation alone, Reveal.
//
// The seed's functions stand here under these names:
//
//	list_credentials(user)               List
//	list_credentials(project)            ListInProject
//	list_user_credentials_in_project     ListOfUserInProject
//	get_credential!                      Get
//	get_schema                           Schema
//	change_credential                    Schema, Get, Projects
//	create_credential                    Create
//	update_credential                    Update
//	delete_credential                    DeleteNow
//	schedule_credential_deletion         ScheduleDeletion
//	cancel_scheduled_deletion            Restore
//	has_activity_in_projects?            HasActivity
package credentials

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/kinds"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
)

// Ops are the operations.
type Ops struct {
	db        *db.DB
	ring      *seal.Ring
	catalogue *kinds.Catalogue
	office    post.Office
	grace     time.Duration
}

// New are the operations on a database, with the keys of its bodies, the kinds
// that are known and the grace period; of 0, a scheduled deletion is due at once.
func New(d *db.DB, r *seal.Ring, c *kinds.Catalogue, o post.Office, grace time.Duration) Ops {
	return Ops{db: d, ring: r, catalogue: c, office: o, grace: grace}
}

// Grace is the time between scheduling a deletion and its purge.
func (o Ops) Grace() time.Duration { return o.grace }

// List shows a person's own credentials.
func (o Ops) List(ctx context.Context, who models.Actor, f models.CredentialFilter) (page models.CredentialPage, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if page, err = v.Credentials(f); err != nil || len(page.Rows) > 0 {
			return err
		}
		page.None, err = v.OwnsNothing()
		return err
	})
	return page, err
}

// ListInProject shows every credential that the project may use.
func (o Ops) ListInProject(ctx context.Context, who models.Actor, project models.ID, f models.CredentialFilter) (page models.CredentialPage, err error) {
	err = o.db.ReadProject(ctx, who, project, models.SeeProject, func(v *db.ProjectView) error {
		page, err = v.Credentials(f)
		return err
	})
	return page, err
}

// ListOfUserInProject shows the credentials that the project may use and user owns.
func (o Ops) ListOfUserInProject(ctx context.Context, who models.Actor, user int64, project models.ID, f models.CredentialFilter) (page models.CredentialPage, err error) {
	err = o.db.ReadProject(ctx, who, project, models.SeeProject, func(v *db.ProjectView) error {
		page, err = v.CredentialsOf(user, f)
		return err
	})
	return page, err
}

// ListOfSeat shows what the project loses with a member: every credential that
// user owns and shares with it, those that wait for their purge included.
func (o Ops) ListOfSeat(ctx context.Context, who models.Actor, user int64, project models.ID) (page models.CredentialPage, err error) {
	right := models.ManageMembers
	if user == who.UserID {
		right = models.SeeProject // to leave
	}
	err = o.db.ReadProject(ctx, who, project, right, func(v *db.ProjectView) error {
		page, err = v.SharedBy(user)
		return err
	})
	return page, err
}

// HasActivity reports whether a program ever used the person's credential.
func (o Ops) HasActivity(ctx context.Context, who models.Actor, id models.ID) (active bool, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		c, err := v.Credential(id)
		if err != nil {
			return err
		}
		active, err = v.Active(c.ID)
		return err
	})
	return active, err
}

// History is a page of what happened to one of the person's credentials.
func (o Ops) History(ctx context.Context, who models.Actor, id models.ID, after string) (page models.EventPage, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if _, err := v.Credential(id); err != nil {
			return err
		}
		page, err = v.History(id, after)
		return err
	})
	return page, err
}

// Kinds are all kinds a credential can have, by group and title.
func (o Ops) Kinds() []models.Kind { return o.catalogue.List() }

// BrokenKinds are the schema files that could not be used, and why.
func (o Ops) BrokenKinds() []models.BrokenKind { return o.catalogue.Broken() }

// Schema finds a kind by name.
func (o Ops) Schema(name string) (models.Kind, error) {
	k, ok := o.catalogue.Find(name)
	if !ok {
		return k, models.Fail(models.NotFound, "There is no kind of credential called “%s”. Choose one from the list.", name)
	}
	return k, nil
}

// Title is what a kind is called and drawn with, also when its schema is gone.
func (o Ops) Title(kind string) (title, icon string) {
	k := o.kindOf(kind)
	return k.Title, k.Icon
}

// Projects are the projects in which the person may share credentials.
func (o Ops) Projects(ctx context.Context, who models.Actor) (list []models.SharedWith, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		list, err = v.Shareable()
		return err
	})
	return list, err
}
