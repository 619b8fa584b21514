package logins

import (
	"context"
	"errors"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// noteRefused notes that a set was refused, and why, by its codes: they tell of
// no value. That it can't be noted must not hide the reason itself.
func (o Ops) noteRefused(ctx context.Context, who models.Actor, user int64, s models.LoginSet, why error) {
	e, ok := errors.AsType[*models.Error](why)
	if !ok {
		return
	}
	event := models.SetRefused
	switch e.Kind {
	case models.Outdated:
		event = models.SetConflict
	case models.Invalid, models.Conflict, models.RateLimited:
	case models.Forbidden:
		if e.Code == "" {
			return // they may set nobody's logins, and the door has said so
		}
	default:
		return
	}
	d := models.Details{After: map[string]any{"code": e.Code}}
	if s.WrongReason() == "" {
		d.Note = s.Reason
	}
	for _, f := range e.Faults {
		d.Fields = append(d.Fields, f.Pointer+" "+f.Code)
	}
	_ = o.db.Console(context.WithoutCancel(ctx), who, models.ManageLogins, func(t *db.ConsoleTx) error {
		u, err := t.UserOfLogins(user)
		if err == nil {
			t.NoteUser(event, u, d)
		}
		return err
	})
}
