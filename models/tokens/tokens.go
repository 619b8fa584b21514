// Package tokens holds the personal tokens by which programs use the API: made
// by an administrator for themselves, listed, revoked, and known again when a
// program shows one.
//
// Each token leaves this package once, towards its user, and only its hash is
// kept. It refuses to know headers, pages and what a program then asks for.
package tokens

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/post"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	office post.Office
}

// New are the operations on a database; letters leave by the office.
func New(d *db.DB, o post.Office) Ops { return Ops{db: d, office: o} }

// List shows the person's own tokens.
func (o Ops) List(ctx context.Context, who models.Actor) (list []models.APIToken, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		list, err = v.APITokens()
		return err
	})
	return list, err
}

// Get shows one of the person's own tokens.
func (o Ops) Get(ctx context.Context, who models.Actor, id models.ID) (a models.APIToken, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		a, err = v.APIToken(id)
		return err
	})
	return a, err
}

// Revoke ends one of the person's own tokens at once. Whoever fears for a token
// need not show again who they are.
func (o Ops) Revoke(ctx context.Context, who models.Actor, id models.ID) (a models.APIToken, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if a, err = t.APIToken(id); err != nil {
			return err
		}
		t.Post(o.letter(who.User(), models.Party{}, models.TokenRevoked, a))
		return t.RevokeToken(a)
	})
	return a, err
}

// ListOf shows an administrator the tokens of a user, and the user.
func (o Ops) ListOf(ctx context.Context, who models.Actor, user int64) (list []models.APIToken, u models.User, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageLogins, func(v *db.ConsoleView) error {
		if u, err = v.User(user); err != nil {
			return err
		}
		list, err = v.APITokens(user)
		return err
	})
	return list, u, err
}

// GetOf shows an administrator one token of a user, and the user.
func (o Ops) GetOf(ctx context.Context, who models.Actor, user int64, id models.ID) (a models.APIToken, u models.User, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageLogins, func(v *db.ConsoleView) error {
		a, u, err = tokenOf(v, user, id)
		return err
	})
	return a, u, err
}

// RevokeOf ends a token of a user at once, and tells the user who did it.
func (o Ops) RevokeOf(ctx context.Context, who models.Actor, user int64, id models.ID) error {
	return o.db.Console(ctx, who, models.ManageLogins, func(t *db.ConsoleTx) error {
		a, u, err := tokenOf(&t.ConsoleView, user, id)
		if err != nil {
			return err
		}
		by := who.User().Party()
		if user == who.UserID {
			by = models.Party{}
		}
		t.Post(o.letter(u, by, models.TokenRevoked, a))
		return t.RevokeToken(a, u)
	})
}

func tokenOf(v *db.ConsoleView, user int64, id models.ID) (models.APIToken, models.User, error) {
	a, err := v.APIToken(user, id)
	if err != nil {
		return a, models.User{}, err
	}
	u, err := v.User(user)
	return a, u, err
}

// letter tells the user what was done to a token of theirs.
func (o Ops) letter(to models.User, by models.Party, event string, a models.APIToken) db.NewLetter {
	return o.office.Letter(to, models.AccountLetter, models.LetterDetails{
		By: by, Changes: []models.LetterChange{{Event: event, Thing: a.Name}},
	})
}
