package people

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// SignInsOf shows a user and a page of their sign-ins, those refused included,
// the newest first, with the cursor of the next page.
func (o Ops) SignInsOf(ctx context.Context, who models.Actor, id int64, after string) (u models.User, list []models.SignIn, next string, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageUsers, func(v *db.ConsoleView) error {
		if u, err = v.User(id); err != nil {
			return err
		}
		list, next, err = v.SignInsOf(id, after)
		return err
	})
	return u, list, next, err
}
