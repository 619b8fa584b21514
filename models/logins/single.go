package logins

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Unlock ends the lock-out of a login before its time. It never lifts an
// administrator's block, and nobody ends a lock-out of their own.
func (o Ops) Unlock(ctx context.Context, who models.Actor, user, login int64) error {
	return o.one(ctx, who, user, login, func(t *db.ConsoleTx, u models.User, l models.Login) error {
		if l.RemovedAt != nil {
			return models.Fail(models.NotFound, "No such login.")
		}
		if l.BlockedAt != nil || !l.Locked(t.Now) {
			return models.Fail(models.Conflict, "This login is not locked after failures. If it is blocked, edit it.")
		}
		if u.ID == who.UserID {
			return &models.Error{Kind: models.Forbidden, Code: models.CodeForbidden, Text: "This is a login of your own, so another administrator has to unlock it."}
		}
		t.NoteLogin(models.LoginUnlocked, l, models.Details{Before: map[string]any{"blocked": *l.LockedUntil}})
		o.tellOf(t, who, u, models.LoginUnlocked, l)
		return t.PutLogin(l.Unlocked(), "")
	})
}

// Restore brings back a login that was removed less than 30 days ago, with its
// password and its binding, if nobody else has its key now.
func (o Ops) Restore(ctx context.Context, who models.Actor, user, login int64) error {
	return o.one(ctx, who, user, login, func(t *db.ConsoleTx, u models.User, l models.Login) error {
		if err := restorable(t, who, l); err != nil {
			return err
		}
		if err := t.RestoreLogin(l); err != nil {
			return err
		}
		t.NoteLogin(models.LoginRestored, l, models.Details{Before: map[string]any{"removed_at": *l.RemovedAt}})
		o.tellOf(t, who, u, models.LoginRestored, l)
		_, err := t.NextRevision(u)
		return err
	})
}

func restorable(t *db.ConsoleTx, who models.Actor, l models.Login) error {
	if l.RemovedAt == nil || !l.RemovedAt.After(t.Now.Add(-models.KeyQuarantine)) {
		return models.Fail(models.NotFound, "There is no such login to restore: a removed one is kept for 30 days.")
	}
	w, err := t.LoginWorld(who, l.UserID, []string{l.KeyCanon})
	if err != nil {
		return err
	}
	if _, there := w.Providers[l.Claim().Provider]; l.Federated() && !there {
		return models.Fail(models.Conflict, "The identity provider of this login was deleted, so it would let nobody in. Add another login instead.")
	}
	if len(w.Live) >= models.MostLogins {
		return models.Fail(models.Conflict, "This user has %d logins already, and can't have more.", models.MostLogins)
	}
	if holder, taken := w.Taken[l.Claim()]; taken && !holder.Removed {
		return &models.Error{Kind: models.Conflict, Code: models.CodeKeyTaken, Text: holder.Name + " has a login with this key by now."}
	}
	for _, other := range w.Live {
		if other.Claim() == l.Claim() {
			return &models.Error{Kind: models.Conflict, Code: models.CodeKeyTaken, Text: "Another login of this user has the same key by now."}
		}
	}
	return nil
}

// one opens the door to a single login of a user.
func (o Ops) one(ctx context.Context, who models.Actor, user, login int64, work func(*db.ConsoleTx, models.User, models.Login) error) error {
	return o.db.Console(ctx, who, models.ManageLogins, func(t *db.ConsoleTx) error {
		if err := shown(who, &t.ConsoleView, models.ProvenFor); err != nil {
			return err
		}
		if err := t.HoldLogins(user); err != nil {
			return err
		}
		u, err := t.UserOfLogins(user)
		if err != nil {
			return err
		}
		l, err := t.LoginOf(user, login)
		if err != nil {
			return err
		}
		return work(t, u, l)
	})
}

func (o Ops) tellOf(t *db.ConsoleTx, who models.Actor, u models.User, event string, l models.Login) {
	t.Post(o.office.Letter(u, models.AccountLetter, models.LetterDetails{By: by(who, u), Changes: []models.LetterChange{{Event: event, Thing: l.Key}}}))
}
