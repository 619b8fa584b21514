// Package keys looks after the keys that credentials are sealed with: how many
// rows each has sealed, and sealing rows again after a key was added in front.
package keys

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/seal"
)

const (
	batch = 200
	lease = 2 * time.Minute
	job   = "reseal"
)

// Every is how often the job looks for rows under an older key.
const Every = time.Minute

// Ops are the operations. File is the key file that Rotate changes; empty when
// the keys come from the environment.
type Ops struct {
	DB      *db.DB
	Ring    *seal.Ring
	File    string
	Replica string
	Log     *slog.Logger
}

// Status counts the rows that each key has sealed, and those that can't be opened.
type Status struct {
	Primary string
	Known   []string       // the keys at hand, the sealing one first
	Rows    map[string]int // by key id, of every sealed column together
	Broken  int            // rows that none of the keys opens
}

// Status opens every sealed row once, a batch at a time, and counts.
func (o Ops) Status(ctx context.Context) (s Status, err error) {
	s = Status{Primary: o.Ring.Primary(), Known: o.Ring.IDs(), Rows: map[string]int{}}
	err = o.DB.ReadSystem(ctx, func(v *db.SystemView) error {
		for _, c := range db.SealedColumns() {
			counts, err := v.KeyCounts(c)
			if err != nil {
				return err
			}
			for key, n := range counts {
				s.Rows[key] += n
			}
			broken, err := o.countBroken(v, c)
			if err != nil {
				return err
			}
			s.Broken += broken
		}
		return nil
	})
	return s, err
}

func (o Ops) countBroken(v *db.SystemView, c db.SealedColumn) (broken int, err error) {
	for after := (models.ID{}); ; {
		rows, err := v.Sealed(c, after, batch)
		if err != nil || len(rows) == 0 {
			return broken, err
		}
		for _, r := range rows {
			if _, err := o.Ring.Open(r.Sealed, place(c, r)); err != nil {
				broken++
			}
		}
		after = rows[len(rows)-1].ID
	}
}

func place(c db.SealedColumn, r db.SealedRow) seal.Place {
	return seal.Place{Table: c.Table, Column: c.Column, Row: r.ID.String()}
}

// ErrFixedKeys is what Rotate reports when the keys come from the environment.
var ErrFixedKeys = errors.New("the keys come from HOLDFAST_KEYS, which this program can't change")

// Rotate puts a new key in front of the key file. Running servers notice, and
// their job seals every row again with it.
func (o Ops) Rotate(ctx context.Context, now time.Time) (id string, err error) {
	if o.File == "" {
		return "", ErrFixedKeys
	}
	k := seal.NewKey(now)
	if err := seal.Prepend(o.File, k); err != nil {
		return "", err
	}
	return k.ID, o.DB.System(ctx, models.Actor{Job: "command line"}, func(t *db.SystemTx) error {
		t.Record(models.KeysRotated, db.Thing{Type: "key", ID: k.ID, Name: k.ID}, models.Details{})
		return nil
	})
}

// WithNewKey is what HOLDFAST_KEYS has to be for a new key to be in front.
func WithNewKey(current string, now time.Time) (id, value string, err error) {
	keys, err := seal.ParseKeys(current)
	if err != nil {
		return "", "", err
	}
	k := seal.NewKey(now)
	return k.ID, seal.FormatKeys(append([]seal.Key{k}, keys...)), nil
}

// Reseal seals, batch by batch, the rows that an older key has sealed, and
// reports how many. Pages and programs go on meanwhile; a row that changes
// under it is left for the next run, one that can't be opened is left alone.
func (o Ops) Reseal(ctx context.Context) (total int, err error) {
	if err := o.Ring.Reload(); err != nil {
		return 0, err
	}
	held, err := o.DB.Lease(ctx, job, o.Replica, lease)
	if err != nil || !held {
		return 0, err
	}
	defer func() { err = errors.Join(err, o.DB.Release(context.WithoutCancel(ctx), job, o.Replica)) }()
	for _, c := range db.SealedColumns() {
		n, err := o.resealColumn(ctx, c)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (o Ops) resealColumn(ctx context.Context, c db.SealedColumn) (total int, err error) {
	var old []string
	err = o.DB.ReadSystem(ctx, func(v *db.SystemView) error {
		old, err = v.OtherKeys(c, o.Ring.Primary())
		return err
	})
	for _, key := range old {
		n, err := o.resealKey(ctx, c, key)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, err
}

func (o Ops) resealKey(ctx context.Context, c db.SealedColumn, key string) (total int, err error) {
	for after := (models.ID{}); ; {
		var rows []db.SealedRow
		err := o.DB.System(ctx, models.Actor{Job: job}, func(t *db.SystemTx) (err error) {
			if rows, err = t.SealedBy(c, key, after, batch); err != nil {
				return err
			}
			n, err := o.resealRows(ctx, t, c, rows)
			total += n
			return err
		})
		if err != nil || len(rows) < batch {
			return total, err
		}
		after = rows[len(rows)-1].ID
		if _, err := o.DB.Lease(ctx, job, o.Replica, lease); err != nil {
			return total, err
		}
	}
}

func (o Ops) resealRows(ctx context.Context, t *db.SystemTx, c db.SealedColumn, rows []db.SealedRow) (done int, err error) {
	for _, r := range rows {
		plain, err := o.Ring.Open(r.Sealed, place(c, r))
		if err != nil {
			continue // keys status counts it, its page tells its owner
		}
		sealed := o.Ring.Seal(plain, place(c, r))
		key, err := seal.KeyID(sealed)
		if err != nil {
			return done, err
		}
		ok, err := t.Reseal(c, r, sealed, key)
		if err != nil {
			return done, err
		}
		if ok {
			done++
		}
	}
	return done, nil
}
