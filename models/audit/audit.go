// Package audit shows administrators who did what. Events are written by the
// doors, with the work they tell of; this package only reads.
package audit

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Ops are the operations.
type Ops struct{ db *db.DB }

// New are the operations on a database.
func New(d *db.DB) Ops { return Ops{d} }

// List is a page of the audit, the newest first.
func (o Ops) List(ctx context.Context, who models.Actor, f models.EventFilter) (page models.EventPage, err error) {
	err = o.db.ReadConsole(ctx, who, models.SeeAudit, func(v *db.ConsoleView) error {
		page, err = v.Events(f)
		return err
	})
	return page, err
}
