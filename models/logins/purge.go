package logins

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

const (
	// PurgeEvery is how often Purge is due.
	PurgeEvery = 10 * time.Minute
	// signInsKept is how long the history of sign-ins reaches back.
	signInsKept = 90 * 24 * time.Hour
	// batch is how many rows of each one transaction deals with.
	batch = 200
)

// Purge deletes the logins that were removed 30 days ago, and the sign-ins of 90
// days ago, in small steps; several replicas may do it at once.
func (o Ops) Purge(ctx context.Context) (total int, err error) {
	for ctx.Err() == nil {
		logins, signIns := 0, 0
		err := o.db.System(ctx, models.Actor{Job: "sweep-logins"}, func(t *db.SystemTx) (err error) {
			if logins, err = t.PurgeLogins(t.Now.Add(-models.KeyQuarantine), batch); err != nil {
				return err
			}
			signIns, err = t.SweepSignIns(t.Now.Add(-signInsKept), batch)
			return err
		})
		if err != nil {
			return total, err
		}
		total += logins + signIns
		if logins < batch && signIns < batch {
			return total, nil
		}
	}
	return total, ctx.Err()
}
