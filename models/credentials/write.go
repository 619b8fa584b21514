package credentials

import (
	"context"
	"slices"

	"holdfast/models"
	"holdfast/models/internal/bodies"
	"holdfast/models/internal/db"
)

// Draft is what a form says of a credential. Nothing else of it reaches a row.
type Draft struct {
	Name     string
	Form     map[string][]string // the kind's own fields, by input
	Projects []models.ID         // to share it with, besides those that have it
	Version  int64               // the version that was on the screen, for Update
	Revoke   bool                // an open offer of it may be revoked, for Update
}

// Create keeps a new credential of a kind.
func (o Ops) Create(ctx context.Context, who models.Actor, kind string, d Draft) (models.ID, error) {
	if err := o.enterable(kind); err != nil {
		return models.ID{}, err
	}
	body, wrong := o.catalogue.Read(kind, d.Form, nil)
	return o.create(ctx, who, kind, d, body, wrong)
}

// CreateFromJSON is Create for programs: the body is a JSON object whose texts
// are cast to the types of the kind.
func (o Ops) CreateFromJSON(ctx context.Context, who models.Actor, kind string, d Draft, body map[string]any) (models.ID, error) {
	if err := o.enterable(kind); err != nil {
		return models.ID{}, err
	}
	body, wrong := o.catalogue.Cast(kind, body)
	return o.create(ctx, who, kind, d, body, wrong)
}

// enterable reports why no credential of the kind can be entered, or nil: an
// account is connected, which the room oauth does.
func (o Ops) enterable(kind string) error {
	if kind == models.OAuthKind {
		return models.Wrong("kind", "An account is connected by signing in at its provider. Choose an OAuth client to connect it with.")
	}
	_, err := o.Schema(kind)
	return err
}

func (o Ops) create(ctx context.Context, who models.Actor, kind string, d Draft, body map[string]any, wrong models.Fields) (models.ID, error) {
	name, err := models.CleanCredentialName(d.Name)
	if err := gather(wrong, err); err != nil {
		return models.ID{}, o.db.ReadSelf(ctx, who, func(v *db.SelfView) error { return complaints(v, models.ID{}, name, err) })
	}
	n := db.NewCredential{Credential: models.Credential{Name: name, Kind: kind}, Projects: d.Projects}
	n.Stamp(who)
	if err := bodies.Put(o.ring, &n.Body, body); err != nil {
		return models.ID{}, err
	}
	n.Body.Fields = changes{}.next(o.catalogue.Held(kind, body), o.catalogue.Changed(kind, nil, body), o.db.Clock()).String()
	return n.ID, o.db.CreateCredential(ctx, who, &n)
}

// gather joins what is wrong with the name to what is wrong with the fields.
func gather(wrong models.Fields, err error) error {
	if err == nil {
		return wrong.Err()
	}
	all := models.Fields{}
	all.Gather(err)
	for field, text := range wrong {
		all.Add(field, text)
	}
	return all.Err()
}

// Update changes one of the person's own credentials. It reports a Conflict
// when the credential is not at d.Version any more; Meanwhile says what changed.
// An edit that changes nothing writes nothing, and one that changes something
// revokes an open offer, if d.Revoke allows it. What takes time, checking and
// sealing, is done before anything is held.
func (o Ops) Update(ctx context.Context, who models.Actor, id models.ID, d Draft) error {
	change, err := o.prepare(ctx, who, id, d)
	if err != nil {
		return err
	}
	return o.own(ctx, who, id, func(t *db.SelfTx, c models.Credential) error {
		if err := current(c, d); err != nil {
			return err
		}
		return o.apply(t, c, change, d)
	})
}

// current reports why the draft can't be an edit of c, or nil.
func current(c models.Credential, d Draft) error {
	if err := c.Editable(); err != nil {
		return err
	}
	if c.Version != d.Version {
		return models.Fail(models.Conflict, "This credential was changed meanwhile.")
	}
	return nil
}

// prepare works out what the draft makes of the credential. A change that is
// committed meanwhile makes another version of it, and apply is never reached.
func (o Ops) prepare(ctx context.Context, who models.Actor, id models.ID, d Draft) (change db.Change, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		c, err := v.Credential(id)
		if err != nil {
			return err
		}
		if err := current(c, d); err != nil {
			return err
		}
		change, err = o.change(v, c, d)
		return err
	})
	return change, err
}

// change works out what the draft makes of c, and complains of everything at once.
func (o Ops) change(v *db.SelfView, c models.Credential, d Draft) (db.Change, error) {
	row, err := v.Body(c, models.MainEnvironment)
	if err != nil {
		return db.Change{}, err
	}
	before, err := bodies.Take(o.ring, row)
	if err != nil && models.KindOf(err) != models.Unavailable {
		return db.Change{}, err
	}
	kind := o.schemaOf(c.Kind) // of a body that can't be opened, nothing is before: it is entered anew
	body, wrong := o.catalogue.Read(kind, d.Form, before)
	name, err := models.CleanCredentialName(d.Name)
	if err := complaints(v, c.ID, name, gather(wrong, err)); err != nil {
		return db.Change{}, err
	}
	ch := db.Change{Name: name, Fields: o.catalogue.Changed(kind, before, body)}
	if len(ch.Fields) == 0 && before != nil {
		return ch, nil
	}
	row.Fields = readChanges(row.Fields).next(o.catalogue.Held(kind, body), ch.Fields, v.Now).String()
	ch.Body = &row
	return ch, bodies.Put(o.ring, &row, body)
}

// complaints adds to what is wrong that another credential than id has the
// name, so that a person learns everything at once. Whoever takes it between
// this and the writing is refused by the table.
func complaints(v *db.SelfView, id models.ID, name string, wrong error) error {
	_, taken, err := v.Taken(name, id)
	if err != nil {
		return err
	}
	if taken {
		return gather(models.WrongFields(wrong), models.Wrong("name", nameTaken))
	}
	return wrong
}

const nameTaken = "You have another credential with this name."

func (o Ops) apply(t *db.SelfTx, c models.Credential, ch db.Change, d Draft) error {
	had, err := t.ProjectsOf(c)
	if err != nil {
		return err
	}
	projects := slices.DeleteFunc(slices.Clone(d.Projects), func(id models.ID) bool {
		return slices.ContainsFunc(had, func(p models.SharedWith) bool { return p.ID == id })
	})
	edited := ch.Body != nil || ch.Name != c.Name
	if edited || len(projects) > 0 {
		if err := o.unoffer(t, c, d.Revoke); err != nil {
			return err
		}
	}
	if edited {
		if err := t.Save(&c, ch); err != nil {
			return err
		}
	}
	if len(projects) > 0 && !edited {
		if err := t.Touch(&c); err != nil {
			return err
		}
	}
	return t.Share(c, projects)
}

// unoffer ends the open offer of c, if there is one and it may.
func (o Ops) unoffer(t *db.SelfTx, c models.Credential, may bool) error {
	offer, found, err := t.Pending(c.ID)
	if err != nil || !found {
		return err
	}
	if !may {
		return models.Wrong("revoke", "This credential is offered to %s. Tick the box to revoke the offer and save.", offer.To.Name)
	}
	return o.office.EndOffer(t, c)
}

// Meanwhile are the events that changed the credential after version, the
// newest first: what a person who saved too late has to know.
func (o Ops) Meanwhile(ctx context.Context, who models.Actor, id models.ID, version int64) ([]models.Event, error) {
	page, err := o.History(ctx, who, id, "")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(page.Rows, func(e models.Event) bool { return e.ReadDetails().Version <= version }), nil
}

// Unshare takes the credential away from a project, and revokes an open offer of it.
func (o Ops) Unshare(ctx context.Context, who models.Actor, id, project models.ID) error {
	return o.own(ctx, who, id, func(t *db.SelfTx, c models.Credential) error {
		if err := c.Editable(); err != nil {
			return err
		}
		if err := o.office.EndOffer(t, c); err != nil {
			return err
		}
		if err := t.Touch(&c); err != nil {
			return err
		}
		return t.Unshare(c, project)
	})
}
