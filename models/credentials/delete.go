package credentials

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// ScheduleDeletion hides the credential from every project at once and has it
// purged when the grace period ends. It reports when that is. An offer of the
// credential is revoked, and the owner gets a letter that tells how to restore it.
func (o Ops) ScheduleDeletion(ctx context.Context, who models.Actor, id models.ID) (due time.Time, err error) {
	err = o.own(ctx, who, id, func(t *db.SelfTx, c models.Credential) error {
		if err := c.Editable(); err != nil {
			return err
		}
		if err := o.office.EndOffer(t, c); err != nil {
			return err
		}
		due = t.Now.Add(o.grace)
		if err := t.Schedule(c, due); err != nil {
			return err
		}
		return o.announce(t, c, due)
	})
	return due, err
}

// announce tells the owner when c will be gone, and who loses it.
func (o Ops) announce(t *db.SelfTx, c models.Credential, due time.Time) error {
	projects, err := t.ProjectsOf(c)
	if err != nil {
		return err
	}
	thing := models.LetterThing{ID: c.ID.String(), Name: c.Name}
	for _, p := range projects {
		thing.Projects = append(thing.Projects, p.Name)
	}
	d := models.LetterDetails{Things: []models.LetterThing{thing}}
	if due.After(t.Now) {
		d.Until = due
	}
	t.Post(o.office.Letter(t.Who.User(), models.DeletionLetter, d))
	return nil
}

// Restore brings a scheduled credential back, its shares included.
func (o Ops) Restore(ctx context.Context, who models.Actor, id models.ID) error {
	return o.own(ctx, who, id, func(t *db.SelfTx, c models.Credential) error {
		if err := c.Restorable(); err != nil {
			return err
		}
		return t.Restore(c)
	})
}

// DeleteNow deletes a scheduled credential without waiting. Whoever does it has
// typed its name; one that programs have used stays until its purge, and then
// as an emptied record.
func (o Ops) DeleteNow(ctx context.Context, who models.Actor, id models.ID, typed string) error {
	return o.own(ctx, who, id, func(t *db.SelfTx, c models.Credential) error {
		active, err := t.Active(c.ID)
		if err != nil {
			return err
		}
		if err := c.Deletable(active); err != nil {
			return err
		}
		if models.Fold(typed) != models.Fold(c.Name) {
			return models.Wrong("confirm", "Type the credential's name to confirm: %s", c.Name)
		}
		return t.Delete(c)
	})
}

// own works on one of the person's own credentials, held until the end.
func (o Ops) own(ctx context.Context, who models.Actor, id models.ID, work func(*db.SelfTx, models.Credential) error) error {
	return o.db.Self(ctx, who, func(t *db.SelfTx) error {
		c, err := t.Own(id)
		if err != nil {
			return err
		}
		return work(t, c)
	})
}
