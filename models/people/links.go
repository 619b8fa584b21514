package people

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
	"holdfast/models/internal/passwords"
)

// Invitation is what the page of an access link shows.
type Invitation struct {
	Login string
	First bool // the login has no password yet
	Least int  // how many characters the password must have
}

// CheckLink finds what an access link is for. It changes nothing, however
// often a mail scanner opens it.
func (o Ops) CheckLink(ctx context.Context, token string) (i Invitation, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		g, err := follow(v, v.Link, token)
		if err != nil {
			return err
		}
		p, err := g.person(v)
		i = Invitation{Login: g.login.Key, First: g.login.SecretHash == "", Least: p.Least()}
		return err
	})
	return i, err
}

// followed is what stands behind the token of a link.
type followed struct {
	link  models.AccessLink
	login models.Login
	user  models.User
}

// follow finds what stands behind a token. There is one answer to every link that
// does not open, whatever the reason.
func follow(v *db.SystemView, find func([]byte) (models.AccessLink, models.Login, error), token string) (g followed, err error) {
	g.link, g.login, err = find(onetime.Hash(token))
	if err == nil && g.link.LoginID != nil {
		g.user, err = v.Whose(g.login)
	}
	if err != nil && models.KindOf(err) != models.NotFound {
		return g, err
	}
	if err != nil || !g.link.Opens(g.login, g.user, v.Now) {
		return g, models.ErrDeadLink
	}
	return g, nil
}

// OpenedLink notes that a browser, and no mail scanner, shows the page of a link.
// A dead link is not told from a living one.
func (o Ops) OpenedLink(ctx context.Context, who models.Actor, token string) error {
	return o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		g, err := follow(&t.SystemView, t.TakeLink, token)
		if models.KindOf(err) == models.Expired {
			return nil
		}
		if err != nil {
			return err
		}
		return t.SeeLink(g.link, g.login)
	})
}

// UseLink sets the password of a link's login, once, ends every session of its
// user and tells them. It signs nobody in, and what a second factor is needed for
// still needs it. A lock-out is over; a block and an end stay.
func (o Ops) UseLink(ctx context.Context, who models.Actor, token, password string) error {
	hash, err := o.forLink(ctx, token, password)
	if models.KindOf(err) == models.Invalid {
		if noted := o.OpenedLink(ctx, who, token); noted != nil {
			return noted
		}
	}
	if err != nil {
		return err
	}
	return o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		g, err := follow(&t.SystemView, t.TakeLink, token)
		if err != nil {
			return err
		}
		t.As(g.user)
		if err := t.UseLink(g.link, db.LoginThing(g.login)); err != nil {
			return err
		}
		t.Post(o.tellPassword(g.user, g.login))
		return t.SetPassword(g.login, hash)
	})
}

// forLink is the hash of a password that may be set by the link.
func (o Ops) forLink(ctx context.Context, token, password string) (string, error) {
	var p passwords.Person
	err := o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		g, err := follow(v, v.Link, token)
		if err != nil {
			return err
		}
		p, err = g.person(v)
		return err
	})
	if err != nil {
		return "", err
	}
	return o.newPassword(ctx, nil, password, p)
}

// person is whom a password that the link sets is for.
func (g followed) person(v *db.SystemView) (passwords.Person, error) {
	enrolled, err := v.HasFactor(g.user.ID)
	return about(g.user, g.login, enrolled), err
}
