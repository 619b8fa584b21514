package people

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// overUser works on a user who stays as they are until the door closes. Whoever
// could take the last administrator's way in does it one after the other.
func (o Ops) overUser(ctx context.Context, who models.Actor, id int64, within time.Duration, work func(*db.ConsoleTx, models.User) error) error {
	return o.db.Console(ctx, who, models.ManageUsers, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, within); err != nil {
			return err
		}
		if err := t.AdminsAlone(); err != nil {
			return err
		}
		u, err := t.HoldUser(id)
		if err != nil {
			return err
		}
		return work(t, u)
	})
}

// keepAnAdmin asks for the last administrator's way in, where u was one of them.
func keepAnAdmin(t *db.ConsoleTx, u models.User) error {
	if u.Rank != models.Administrator {
		return nil
	}
	return t.KeepAnAdmin()
}

// SetProfile gives a user another name, address or rank. A new rank counts from
// their next request on; the former and the new address are told. What changes
// nothing writes nothing.
func (o Ops) SetProfile(ctx context.Context, who models.Actor, id int64, c models.UserChange) error {
	return o.overUser(ctx, who, id, models.ProvenFor, func(t *db.ConsoleTx, u models.User) error {
		if err := c.Clean(); err != nil {
			return err
		}
		if !c.Seen.Equal(u.UpdatedAt) {
			return models.ErrUserChanged
		}
		changes := profileChanges(u, c.NewUser)
		if len(changes) == 0 {
			return nil
		}
		if err := t.SetProfile(u, c.NewUser); err != nil {
			return err
		}
		o.tellBoth(t, who, u, c.NewUser, changes)
		if c.Rank == u.Rank {
			return nil
		}
		return keepAnAdmin(t, u)
	})
}

func profileChanges(u models.User, n models.NewUser) (list []models.LetterChange) {
	if n.Name != u.Name {
		list = append(list, models.LetterChange{Event: models.UserUpdated, Thing: "name", Was: u.Name, Now: n.Name})
	}
	if n.Email != u.Email {
		list = append(list, models.LetterChange{Event: models.UserUpdated, Thing: "e-mail address", Was: u.Email, Now: n.Email})
	}
	if n.Rank != u.Rank {
		list = append(list, models.LetterChange{Event: models.RankChanged, Was: u.Rank.Word(), Now: n.Rank.Word()})
	}
	return list
}

// tellBoth tells the user, at the new address and at the former one.
func (o Ops) tellBoth(t *db.ConsoleTx, who models.Actor, u models.User, n models.NewUser, changes []models.LetterChange) {
	d := models.LetterDetails{By: who.User().Party(), Changes: changes}
	now := u
	now.Name, now.Email = n.Name, n.Email
	t.Post(o.office.Letter(now, models.AccountLetter, d))
	if models.Fold(n.Email) != models.Fold(u.Email) {
		t.Post(o.office.Letter(u, models.AccountLetter, d))
	}
}

// tell tells the user what an administrator did to them, and why.
func (o Ops) tell(t *db.ConsoleTx, who models.Actor, u models.User, reason string, c models.LetterChange) {
	d := models.LetterDetails{By: who.User().Party(), Reason: reason, Changes: []models.LetterChange{c}}
	t.Post(o.office.Letter(u, models.AccountLetter, d))
}

// Impact shows what ends when a user is disabled or deleted.
func (o Ops) Impact(ctx context.Context, who models.Actor, id int64) (i models.UserImpact, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageUsers, func(v *db.ConsoleView) error {
		i, err = v.UserImpact(id)
		return err
	})
	return i, err
}

// Disable keeps a user out from their next request on, by every login and token.
func (o Ops) Disable(ctx context.Context, who models.Actor, id int64, reason string) error {
	return o.overUser(ctx, who, id, models.ProvenFor, func(t *db.ConsoleTx, u models.User) error {
		reason, err := models.CleanReason(reason)
		if err != nil {
			return err
		}
		if err := u.Disableable(who); err != nil {
			return err
		}
		if err := t.Disable(u, reason); err != nil {
			return err
		}
		o.tell(t, who, u, reason, models.LetterChange{Event: models.UserDisabled})
		return keepAnAdmin(t, u)
	})
}

// Enable lets a disabled user in again.
func (o Ops) Enable(ctx context.Context, who models.Actor, id int64) error {
	return o.overUser(ctx, who, id, models.ProvenFor, func(t *db.ConsoleTx, u models.User) error {
		if err := u.Enableable(); err != nil {
			return err
		}
		o.tell(t, who, u, "", models.LetterChange{Event: models.UserEnabled})
		return t.Enable(u)
	})
}
