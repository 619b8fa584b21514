// Package logins edits the logins of a user as one set, after the
// user-credentials service: found whole, set whole, all or nothing.
//
// It owns what may be set and what that brings about. It refuses to know how
// somebody signs in, and JSON's and forms' way of saying it.
package logins

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/passwords"
	"holdfast/models/internal/post"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	hasher *passwords.Hasher
	office post.Office
}

// New are the operations on a database; letters leave by the office.
func New(d *db.DB, h *passwords.Hasher, o post.Office) Ops {
	return Ops{db: d, hasher: h, office: o}
}

// FindByUserID finds the logins of a user.
func (o Ops) FindByUserID(ctx context.Context, who models.Actor, user int64) (s Set, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageLogins, func(v *db.ConsoleView) error {
		if s.User, err = v.UserOfLogins(user); err != nil {
			return err
		}
		s.Revision = s.User.Revision
		s.Logins, err = v.Logins(user)
		return err
	})
	return s, err
}

// Removed are the user's removed logins that can still be restored.
func (o Ops) Removed(ctx context.Context, who models.Actor, user int64) (list []models.Login, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageLogins, func(v *db.ConsoleView) error {
		if _, err := v.UserOfLogins(user); err != nil {
			return err
		}
		list, err = v.RemovedLogins(user)
		return err
	})
	return list, err
}
