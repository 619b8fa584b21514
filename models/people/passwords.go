package people

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
	"holdfast/models/internal/passwords"
)

func passwordFor(name, email, login string) passwords.Person {
	return passwords.Person{Name: name, Email: email, Login: login}
}

// newPassword checks a new password together with what is wrong already, and
// hashes it when nothing is.
func (o Ops) newPassword(ctx context.Context, wrong error, password string, who passwords.Person) (string, error) {
	fields := models.Fields{}
	for _, err := range []error{wrong, passwords.Check("password", password, who)} {
		if err != nil && models.WrongFields(err) == nil {
			return "", err
		}
		fields.Gather(err)
	}
	if err := fields.Err(); err != nil {
		return "", err
	}
	return o.hasher.Hash(ctx, password)
}

// Invitation is what the page of an access link shows.
type Invitation struct {
	Login string
	First bool // the login has no password yet
}

// CheckLink finds what an access link is for. It changes nothing, however
// often a mail scanner opens it.
func (o Ops) CheckLink(ctx context.Context, token string) (i Invitation, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		k, l, err := v.Link(onetime.Hash(token))
		if err := linkOpen(v, k, l, err); err != nil {
			return err
		}
		i = Invitation{Login: l.Key, First: l.SecretHash == ""}
		return nil
	})
	return i, err
}

// linkOpen gives one answer to every link that does not open, whatever the reason.
func linkOpen(v *db.SystemView, k models.AccessLink, l models.Login, found error) error {
	if found != nil && models.KindOf(found) != models.NotFound {
		return found
	}
	if found != nil || k.LoginID == nil || !k.Live(v.Now) || l.BlockedAt != nil || l.Expired(v.Now) {
		return models.ErrDeadLink
	}
	return nil
}

// UseLink sets the password of a link's login, once, and ends every session of
// its user. It signs nobody in.
func (o Ops) UseLink(ctx context.Context, who models.Actor, token, password string) error {
	i, err := o.CheckLink(ctx, token)
	if err != nil {
		return err
	}
	hash, err := o.newPassword(ctx, nil, password, passwordFor("", i.Login, i.Login))
	if err != nil {
		return err
	}
	return o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		k, l, err := t.TakeLink(onetime.Hash(token))
		if err := linkOpen(&t.SystemView, k, l, err); err != nil {
			return err
		}
		t.As(models.User{ID: l.UserID, Email: l.Key})
		if err := t.UseLink(k, db.LoginThing(l)); err != nil {
			return err
		}
		return t.SetPassword(l, hash)
	})
}

// ChangePassword replaces the password of the login that the person came in
// by, and ends their other sessions.
func (o Ops) ChangePassword(ctx context.Context, who models.Actor, current, next string) error {
	var l models.Login
	err := o.db.ReadSelf(ctx, who, func(v *db.SelfView) (err error) {
		l, err = v.MyLogin(who.LoginID)
		return err
	})
	if err != nil {
		return err
	}
	ok, _, err := o.hasher.Verify(ctx, current, l.SecretHash)
	if err != nil {
		return err
	}
	var wrong error
	if !ok {
		wrong = models.Wrong("current", "This is not your current password.")
	}
	hash, err := o.newPassword(ctx, wrong, next, passwordFor(who.Name, who.Email, l.Key))
	if err != nil {
		return err
	}
	return o.db.Self(ctx, who, func(t *db.SelfTx) error { return t.SetPassword(l, hash) })
}
