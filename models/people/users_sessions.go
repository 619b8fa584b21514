package people

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// EndSessions ends every session of a user and reports how many.
func (o Ops) EndSessions(ctx context.Context, who models.Actor, user int64) (n int, err error) {
	err = o.db.Console(ctx, who, models.ManageUsers, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		u, err := t.User(user)
		if err != nil {
			return err
		}
		n, err = t.EndSessions(u)
		return err
	})
	return n, err
}

// EndUserSession ends one session of a user.
func (o Ops) EndUserSession(ctx context.Context, who models.Actor, user int64, id models.ID) error {
	return o.db.Console(ctx, who, models.ManageUsers, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		u, err := t.User(user)
		if err != nil {
			return err
		}
		return t.EndSession(u, id)
	})
}

// LiveSessions counts the sessions of everybody.
func (o Ops) LiveSessions(ctx context.Context, who models.Actor) (n int, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageUsers, func(v *db.ConsoleView) error {
		n, err = v.LiveSessions()
		return err
	})
	return n, err
}

// EndEverySession ends the sessions of everybody, and reports how many.
func (o Ops) EndEverySession(ctx context.Context, who models.Actor) (n int, err error) {
	err = o.db.Console(ctx, who, models.ManageUsers, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		n, err = t.EndEverySession()
		return err
	})
	return n, err
}
