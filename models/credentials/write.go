package credentials

import (
	"context"
	"slices"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Draft is what a form says of a credential. Nothing else of it reaches a row.
type Draft struct {
	Name     string
	Form     map[string][]string // the kind's own fields, by input
	Projects []models.ID         // to share it with, besides those that have it
	Version  int64               // the version that was on the screen, for Update
}

// Create keeps a new credential of a kind.
func (o Ops) Create(ctx context.Context, who models.Actor, kind string, d Draft) (models.ID, error) {
	if _, err := o.Schema(kind); err != nil {
		return models.ID{}, err
	}
	body, wrong := o.Catalogue.Read(kind, d.Form, nil)
	return o.create(ctx, who, kind, d, body, wrong)
}

// CreateFromJSON is Create for programs: the body is a JSON object whose texts
// are cast to the types of the kind.
func (o Ops) CreateFromJSON(ctx context.Context, who models.Actor, kind string, d Draft, body map[string]any) (models.ID, error) {
	if _, err := o.Schema(kind); err != nil {
		return models.ID{}, err
	}
	body, wrong := o.Catalogue.Cast(kind, body)
	return o.create(ctx, who, kind, d, body, wrong)
}

func (o Ops) create(ctx context.Context, who models.Actor, kind string, d Draft, body map[string]any, wrong models.Fields) (models.ID, error) {
	name, err := models.CleanCredentialName(d.Name)
	if err := gather(wrong, err); err != nil {
		return models.ID{}, o.withTaken(ctx, who, name, err)
	}
	n := db.NewCredential{Credential: models.Credential{Name: name, Kind: kind}, Projects: d.Projects}
	n.Stamp(who)
	if err := o.put(&n.Body, body); err != nil {
		return models.ID{}, err
	}
	n.Body.Fields = changes{}.next(o.Catalogue.Held(kind, body), o.Catalogue.Changed(kind, nil, body), o.DB.Clock()).String()
	return n.ID, o.DB.CreateCredential(ctx, who, &n)
}

// gather joins what is wrong with the name to what is wrong with the fields.
func gather(wrong models.Fields, err error) error {
	if err == nil {
		return wrong.Err()
	}
	all := models.Fields{}
	for field, text := range models.WrongFields(err) {
		all.Add(field, text)
	}
	for field, text := range wrong {
		all.Add(field, text)
	}
	return all.Err()
}

// withTaken adds to a form that is wrong in any case that its name is taken,
// so that a person learns everything at once.
func (o Ops) withTaken(ctx context.Context, who models.Actor, name string, wrong error) error {
	fields := models.WrongFields(wrong)
	if fields == nil {
		return wrong
	}
	err := o.DB.ReadSelf(ctx, who, func(v *db.SelfView) error {
		_, taken, err := v.Taken(name, models.ID{})
		if taken {
			fields.Add("name", nameTaken)
		}
		return err
	})
	if err != nil {
		return err
	}
	return fields.Err()
}

// Update changes one of the person's own credentials. It reports a Conflict
// when the credential is not at d.Version any more; Meanwhile says what changed.
// An edit that changes nothing writes nothing.
func (o Ops) Update(ctx context.Context, who models.Actor, id models.ID, d Draft) error {
	return o.own(ctx, who, id, func(t *db.SelfTx, c models.Credential) error {
		if err := c.Editable(); err != nil {
			return err
		}
		if c.Version != d.Version {
			return models.Fail(models.Conflict, "This credential was changed meanwhile.")
		}
		change, err := o.change(t, c, d)
		if err != nil {
			return err
		}
		return o.apply(t, c, change, d.Projects)
	})
}

// change works out what the draft makes of c, and complains of everything at once.
func (o Ops) change(t *db.SelfTx, c models.Credential, d Draft) (db.Change, error) {
	row, err := t.Body(c, models.MainEnvironment)
	if err != nil {
		return db.Change{}, err
	}
	before, err := o.take(row)
	if err != nil && models.KindOf(err) == models.Unavailable {
		before, err = nil, nil // it can't be opened: the values are entered anew
	}
	if err != nil {
		return db.Change{}, err
	}
	kind := o.schemaOf(c.Kind)
	body, wrong := o.Catalogue.Read(kind, d.Form, before)
	name, err := models.CleanCredentialName(d.Name)
	if err := o.complaints(t, c, name, gather(wrong, err)); err != nil {
		return db.Change{}, err
	}
	ch := db.Change{Name: name, Fields: o.Catalogue.Changed(kind, before, body)}
	if len(ch.Fields) == 0 && before != nil {
		return ch, nil
	}
	row.Fields = readChanges(row.Fields).next(o.Catalogue.Held(kind, body), ch.Fields, t.Now).String()
	ch.Body = &row
	return ch, o.put(&row, body)
}

func (o Ops) complaints(t *db.SelfTx, c models.Credential, name string, wrong error) error {
	_, taken, err := t.Taken(name, c.ID)
	if err != nil {
		return err
	}
	if taken {
		return gather(models.WrongFields(wrong), models.Wrong("name", nameTaken))
	}
	return wrong
}

const nameTaken = "You have another credential with this name."

func (o Ops) apply(t *db.SelfTx, c models.Credential, ch db.Change, projects []models.ID) error {
	had, err := t.ProjectsOf(c)
	if err != nil {
		return err
	}
	projects = slices.DeleteFunc(slices.Clone(projects), func(id models.ID) bool {
		return slices.ContainsFunc(had, func(p models.SharedWith) bool { return p.ID == id })
	})
	edited := ch.Body != nil || ch.Name != c.Name
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

// Meanwhile are the events that changed the credential after version, the
// newest first: what a person who saved too late has to know.
func (o Ops) Meanwhile(ctx context.Context, who models.Actor, id models.ID, version int64) ([]models.Event, error) {
	page, err := o.History(ctx, who, id, "")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(page.Rows, func(e models.Event) bool { return e.ReadDetails().Version <= version }), nil
}

// Unshare takes the credential away from a project.
func (o Ops) Unshare(ctx context.Context, who models.Actor, id, project models.ID) error {
	return o.own(ctx, who, id, func(t *db.SelfTx, c models.Credential) error {
		if err := c.Editable(); err != nil {
			return err
		}
		if err := t.Touch(&c); err != nil {
			return err
		}
		return t.Unshare(c, project)
	})
}
