package db

import (
	"context"
	"time"

	"holdfast/models"
)

// Lease lets one replica at a time do a job. It ends by itself, so a replica
// that died holds nobody up for longer than life.
func (d *DB) Lease(ctx context.Context, name, owner string, life time.Duration) (bool, error) {
	var held bool
	err := d.System(ctx, models.Actor{Job: name}, func(t *SystemTx) error {
		n, err := t.tx.exec(`INSERT INTO leases (name, owner, fence, expires_at) VALUES (?, ?, 1, ?)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, fence = leases.fence + 1, expires_at = excluded.expires_at
			WHERE leases.expires_at <= ? OR leases.owner = excluded.owner`, name, owner, t.Now.Add(life), t.Now)
		held = n == 1
		return err
	})
	return held, err
}

// releaseIn is how long a stop waits for a lease to be given back; it ends by
// itself otherwise.
const releaseIn = 5 * time.Second

// Release gives a lease back before its time, also when ctx has ended already.
func (d *DB) Release(ctx context.Context, name, owner string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseIn)
	defer cancel()
	return d.System(ctx, models.Actor{Job: name}, func(t *SystemTx) error {
		_, err := t.tx.exec(`UPDATE leases SET expires_at = ? WHERE name = ? AND owner = ?`, t.Now, name, owner)
		return err
	})
}
