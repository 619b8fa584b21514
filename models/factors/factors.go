// Package factors holds the second factors of users: apps that show one-time
// codes, recovery codes, and showing once more who one is before something grave.
//
// It owns the secrets of the apps, which are sealed, and the counting of wrong
// codes. It refuses to know sessions, cookies and pages.
package factors

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/passwords"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	ring   *seal.Ring
	hasher *passwords.Hasher
	office post.Office
}

// New are the operations on a database; secrets are sealed with ring, letters
// leave by the office.
func New(d *db.DB, r *seal.Ring, h *passwords.Hasher, o post.Office) Ops {
	return Ops{db: d, ring: r, hasher: h, office: o}
}

// Held is what a user has as a second factor.
type Held struct {
	Factors   []Factor // the oldest first
	CodesLeft int      // recovery codes that are not used
	Needed    bool     // one factor at least has to stay; only its user is told
}

// Factor is an app that shows codes.
type Factor struct {
	ID         models.ID
	Label      string // what its user calls it
	AddedAt    time.Time
	LastUsedAt *time.Time // nil is never, besides when it was added
}

// Find is the factor of that id.
func (h Held) Find(id models.ID) (Factor, error) {
	for _, f := range h.Factors {
		if f.ID == id {
			return f, nil
		}
	}
	return Factor{}, models.Fail(models.NotFound, "There is no such second factor.")
}

// Mine are the person's own second factors.
func (o Ops) Mine(ctx context.Context, who models.Actor) (h Held, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		apps, err := v.Factors()
		if err != nil {
			return err
		}
		h.Factors = shown(apps)
		if h.CodesLeft, err = v.RecoveryLeft(); err != nil {
			return err
		}
		h.Needed, err = v.NeedsFactor()
		return err
	})
	return h, err
}

// Of are the second factors of a user, for an administrator.
func (o Ops) Of(ctx context.Context, who models.Actor, user int64) (h Held, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageLogins, func(v *db.ConsoleView) error {
		apps, err := v.Factors(user)
		if err != nil {
			return err
		}
		h.Factors = shown(apps)
		h.CodesLeft, err = v.RecoveryLeft(user)
		return err
	})
	return h, err
}

func shown(apps []models.TOTP) []Factor {
	list := make([]Factor, len(apps))
	for i, a := range apps {
		list[i] = Factor{ID: a.ID, Label: a.Label, AddedAt: a.CreatedAt, LastUsedAt: a.LastUsedAt}
	}
	return list
}

// tell posts the person a letter about a change to their factors.
func (o Ops) tell(t *db.SelfTx, c models.LetterChange) {
	t.Post(o.office.Letter(t.Who.User(), models.AccountLetter, models.LetterDetails{Changes: []models.LetterChange{c}}))
}

// mayChange reports why the person can't change their factors now: they must
// have shown who they are just now, and by a factor if they have one.
func mayChange(t *db.SelfTx) error {
	if err := t.Who.MustProve(t.Now, models.ProvenLately); err != nil {
		return err
	}
	enrolled, err := t.HasFactor()
	if err != nil {
		return err
	}
	if enrolled && !t.Who.Proofs.Factor() {
		return models.Fail(models.Unproven, "Please show that it is you, with a second factor that you have.")
	}
	return nil
}
