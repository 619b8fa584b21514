// Package purge erases credentials whose grace period has ended.
//
// The seed's perform({"type": "purge_deleted"}) is Run.
package purge

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

const (
	// batch is how many credentials go in one transaction.
	batch = 500
	// leaseLife is how long a replica that died holds the others up.
	leaseLife = 2 * time.Minute
	job       = "purge"
)

// ErrElsewhere is what Run reports when another process purges at this moment.
var ErrElsewhere = models.Fail(models.Unavailable, "Another process is purging at this moment.")

// Ops are the operations.
type Ops struct {
	db      *db.DB
	Replica string // tells this process from the others
	Log     *slog.Logger
}

// New are the operations on a database.
func New(d *db.DB, replica string, log *slog.Logger) Ops {
	return Ops{db: d, Replica: replica, Log: log}
}

// Run purges every due credential, batch by batch, and counts. It reports
// ErrElsewhere while another replica runs it. A credential that can't be purged
// is counted, logged and left for the next run; it holds no other up. A database
// that does not answer ends the run, and nothing has failed for it.
func (o Ops) Run(ctx context.Context) (total models.PurgeCount, err error) {
	if err := o.lease(ctx); err != nil {
		return total, err
	}
	defer func() { err = errors.Join(err, o.db.Release(ctx, job, o.Replica)) }()
	for from := (db.Due{}); ; {
		due, n, err := o.batch(ctx, from)
		total = total.Plus(n)
		if err != nil || len(due) < batch {
			return total, err
		}
		from = due[len(due)-1]
		if err := o.lease(ctx); err != nil {
			return total, err
		}
	}
}

// lease takes or renews the lease of the job.
func (o Ops) lease(ctx context.Context) error {
	held, err := o.db.Lease(ctx, job, o.Replica, leaseLife)
	if err == nil && !held {
		return ErrElsewhere
	}
	return err
}

// batch purges the next due credentials after from: all in one transaction,
// or, when one of them stands in the way, each in its own.
func (o Ops) batch(ctx context.Context, from db.Due) (due []db.Due, n models.PurgeCount, err error) {
	err = o.db.System(ctx, models.Actor{Job: job}, func(t *db.SystemTx) error {
		if due, err = t.Due(from, batch); err != nil || len(due) == 0 {
			return err
		}
		n, err = t.Purge(due)
		return err
	})
	switch {
	case err == nil:
		return due, n, nil
	case len(due) == 0 || over(ctx, err):
		return due, models.PurgeCount{}, err
	}
	n, err = o.oneByOne(ctx, due)
	return due, n, err
}

// over reports whether err is no fault of a credential's: the program stops, or
// the database is gone.
func over(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || models.KindOf(err) == models.Unavailable)
}

// oneByOne purges each in a transaction of its own, as it is by then.
func (o Ops) oneByOne(ctx context.Context, due []db.Due) (total models.PurgeCount, err error) {
	for _, d := range due {
		n, err := o.one(ctx, d.ID)
		if over(ctx, err) {
			return total, err
		}
		if err != nil {
			o.Log.ErrorContext(ctx, "a credential can't be purged", "credential", d.ID, "err", err)
			n = models.PurgeCount{Failed: 1}
		}
		total = total.Plus(n)
	}
	return total, nil
}

func (o Ops) one(ctx context.Context, id models.ID) (n models.PurgeCount, err error) {
	err = o.db.System(ctx, models.Actor{Job: job}, func(t *db.SystemTx) error {
		due, err := t.StillDue(id)
		if err != nil || len(due) == 0 {
			return err
		}
		n, err = t.Purge(due)
		return err
	})
	return n, err
}
