package credentials

import (
	"context"
	"errors"
	"slices"
	"time"

	"holdfast/models"
	"holdfast/models/internal/bodies"
	"holdfast/models/internal/db"
)

// View is a credential as its owner sees it.
type View struct {
	models.Credential
	Kind     models.Kind
	Projects []models.SharedWith
	Values   map[string]string    // of the fields that are no secret, by input
	Held     map[string]time.Time // secret fields that hold a value, and since when
	Broken   string               // why the body can't be opened, or empty
	Offer    *models.Offered      // the open one
	History  models.EventPage
}

// Get shows one of the person's own credentials.
func (o Ops) Get(ctx context.Context, who models.Actor, id models.ID) (view View, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if view.Credential, err = v.Credential(id); err != nil {
			return err
		}
		if view.Projects, err = v.ProjectsOf(view.Credential); err != nil {
			return err
		}
		if view.History, err = v.History(id, ""); err != nil {
			return err
		}
		offer, found, err := v.Pending(id)
		if err != nil {
			return err
		}
		if found {
			view.Offer = &offer
		}
		return o.fill(v, &view)
	})
	return view, err
}

// fill adds what the body may show. A body that can't be opened breaks no page.
func (o Ops) fill(v *db.SelfView, view *View) error {
	view.Kind = o.kindOf(view.Credential.Kind)
	if view.Purged() {
		return nil
	}
	b, err := v.Body(view.Credential, models.MainEnvironment)
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	body, err := bodies.Take(o.ring, b) // of no row, nothing: it can't be opened either
	if e, ok := errors.AsType[*models.Error](err); ok {
		view.Broken = e.Text
		return nil
	}
	if err != nil {
		return err
	}
	schema := o.schemaOf(view.Credential.Kind)
	view.Values = o.catalogue.Values(schema, body)
	view.Held = map[string]time.Time{}
	since := readChanges(b.Fields)
	for _, input := range o.catalogue.Held(schema, body) {
		view.Held[input] = since[input]
	}
	return nil
}

// kindOf is the kind of a stored credential. One whose schema is gone is shown
// as a whole body, so that it can still be replaced, shared and deleted.
func (o Ops) kindOf(name string) models.Kind {
	k, _ := o.catalogue.Find(o.schemaOf(name))
	if k.Name != name {
		k.Name, k.Title = name, name
		k.Description = "The schema of this kind is not installed here. What is stored is kept as it is; ask an administrator to put the schema back before you replace it."
	}
	return k
}

// schemaOf is the schema that a stored credential's body follows now.
func (o Ops) schemaOf(name string) string {
	if _, ok := o.catalogue.Find(name); ok {
		return name
	}
	return "raw"
}

// Glimpse shows what a member may know of a credential that is shared with a
// project of theirs.
func (o Ops) Glimpse(ctx context.Context, who models.Actor, id models.ID) (c models.Listed, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		c, err = v.Glimpse(id)
		return err
	})
	return c, err
}

// Impact shows what deleting the credential would take away.
func (o Ops) Impact(ctx context.Context, who models.Actor, id models.ID) (c models.Credential, impact models.Impact, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if c, err = v.Credential(id); err != nil {
			return err
		}
		impact.LastUsedAt = c.LastUsedAt
		if impact.Projects, err = v.ProjectsOf(c); err != nil {
			return err
		}
		if impact.Offered, err = offeredTo(v, id); err != nil {
			return err
		}
		impact.Steps, err = v.Steps(id)
		impact.Active = impact.Steps > 0
		return err
	})
	return c, impact, err
}

// ShareLoss is what taking a credential away from a project would do.
type ShareLoss struct {
	models.Credential
	Project models.SharedWith
	UsedAt  time.Time // by that project; zero is never
	Offered string    // whose open offer would be revoked; empty for nobody's
}

// ShareImpact shows what taking the credential away from a project would do.
func (o Ops) ShareImpact(ctx context.Context, who models.Actor, id, project models.ID) (l ShareLoss, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if l.Credential, err = v.Credential(id); err != nil {
			return err
		}
		list, err := v.ProjectsOf(l.Credential)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(p models.SharedWith) bool { return p.ID == project })
		if at < 0 {
			return models.Fail(models.NotFound, "This credential is not shared with that project.")
		}
		l.Project = list[at]
		if l.Offered, err = offeredTo(v, id); err != nil {
			return err
		}
		l.UsedAt, err = v.UsedIn(l.Credential, project)
		return err
	})
	return l, err
}

// offeredTo is the name of who may accept the credential; empty for nobody.
func offeredTo(v *db.SelfView, id models.ID) (string, error) {
	offer, _, err := v.Pending(id)
	return offer.To.Name, err
}
