package people

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
)

// NeedsSetup reports whether no user exists yet.
func (o Ops) NeedsSetup(ctx context.Context) (needed bool, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		any, err := v.Anybody()
		needed = !any
		return err
	})
	return needed, err
}

// OfferSetup makes the token of a link to the setup page while no user exists,
// and an empty one after that.
func (o Ops) OfferSetup(ctx context.Context) (string, error) {
	token := onetime.Token()
	err := o.db.System(ctx, models.Actor{Job: "setup"}, func(t *db.SystemTx) error {
		any, err := t.Anybody()
		if err != nil || any {
			token = ""
			return err
		}
		_, err = t.IssueSetup(onetime.Hash(token))
		return err
	})
	return token, err
}

// CheckSetup reports an Expired error unless token opens the setup page. It
// changes nothing.
func (o Ops) CheckSetup(ctx context.Context, token string) error {
	return o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		k, _, err := v.Link(onetime.Hash(token))
		return setupOpen(v, k, err)
	})
}

// setupOpen reports why the setup link k, found or not, does not open.
func setupOpen(v *db.SystemView, k models.AccessLink, found error) error {
	if found != nil && models.KindOf(found) != models.NotFound {
		return found
	}
	any, err := v.Anybody()
	if err != nil {
		return err
	}
	if any || found != nil || k.LoginID != nil || !k.Live(v.Now) {
		return errNoSetup
	}
	return nil
}

var errNoSetup = models.Fail(models.Expired, "This setup link no longer works. If nobody has signed up yet, start Holdfast again: it prints a new link.")

// FirstAdmin is what the setup form says.
type FirstAdmin struct{ Name, Email, Password string }

// Setup makes the first administrator. The link is dead afterwards, and so is
// every other setup link.
func (o Ops) Setup(ctx context.Context, who models.Actor, token string, f FirstAdmin) error {
	if err := o.CheckSetup(ctx, token); err != nil {
		return err
	}
	n := models.NewUser{Name: f.Name, Email: f.Email, Rank: models.Administrator}
	hash, err := o.newPassword(ctx, n.Clean(), f.Password, about(models.User{Name: n.Name, Email: n.Email}, models.Login{Key: n.Email}, false))
	if err != nil {
		return err
	}
	first := guest(who)
	first.Job = "setup link"
	return o.db.System(ctx, first, func(t *db.SystemTx) error {
		if err := t.Alone("setup"); err != nil {
			return err
		}
		k, _, err := t.TakeLink(onetime.Hash(token))
		if err := setupOpen(&t.SystemView, k, err); err != nil {
			return err
		}
		u, l, err := t.AddUser(n)
		if err != nil {
			return err
		}
		t.As(u)
		if err := t.UseLink(k, db.UserThing(u)); err != nil {
			return err
		}
		return t.SetPassword(l, hash)
	})
}
