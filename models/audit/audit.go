// Package audit shows administrators who did what. Events are written by the
// doors, with the work they tell of; this package only reads.
package audit

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Ops are the operations.
type Ops struct{ DB *db.DB }

// List is a page of the audit, the newest first.
func (o Ops) List(ctx context.Context, who models.Actor, f models.EventFilter) (page models.EventPage, err error) {
	err = o.DB.ReadConsole(ctx, who, models.SeeAudit, func(v *db.ConsoleView) error {
		page, err = v.Events(f)
		return err
	})
	return page, err
}
