// Package keys looks after the keys that credentials are sealed with: how many
// rows each has sealed, and sealing rows again after a key was added in front.
package keys

import (
	"context"
	"errors"
	"slices"
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

// Ops are the operations.
type Ops struct {
	db      *db.DB
	ring    *seal.Ring
	file    string
	replica string
}

// New are the operations on a database and its keys. File is the key file that
// Rotate changes, empty when the keys come from the environment; replica tells
// this process from the others.
func New(d *db.DB, r *seal.Ring, file, replica string) Ops {
	return Ops{db: d, ring: r, file: file, replica: replica}
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
	s = Status{Primary: o.ring.Primary(), Known: o.ring.IDs(), Rows: map[string]int{}}
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
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
			if _, err := o.ring.Open(r.Sealed, place(c, r)); err != nil {
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
	if o.file == "" {
		return "", ErrFixedKeys
	}
	k := seal.NewKey(now)
	if err := seal.Prepend(o.file, k); err != nil {
		return "", err
	}
	return k.ID, o.db.System(ctx, models.Actor{Job: "command line"}, func(t *db.SystemTx) error {
		t.Record(models.KeysRotated, db.Thing{Type: "key", ID: k.ID, Name: k.ID}, models.Details{})
		return nil
	})
}

// NewKey is a key on its way into HOLDFAST_KEYS, with the two values that the
// setting takes, one after the other.
type NewKey struct {
	ID    string
	Opens string // the new key at the end: who has it opens what others will seal
	Seals string // the new key in front, for when every server has had Opens
}

// WithNewKey adds a new key to the value of HOLDFAST_KEYS.
func WithNewKey(current string, now time.Time) (NewKey, error) {
	keys, err := seal.ParseKeys(current)
	if err != nil {
		return NewKey{}, err
	}
	k := []seal.Key{seal.NewKey(now)}
	return NewKey{ID: k[0].ID, Opens: seal.FormatKeys(slices.Concat(keys, k)), Seals: seal.FormatKeys(slices.Concat(k, keys))}, nil
}

// Missing are the ids of the keys that rows are sealed with and that are not at
// hand: those rows can't be opened.
func (o Ops) Missing(ctx context.Context) ([]string, error) {
	return o.used(ctx, func(id string, known []string) bool { return !slices.Contains(known, id) })
}

// older are the ids of the keys at hand, besides the one that seals, that rows
// are sealed with.
func (o Ops) older(ctx context.Context) ([]string, error) {
	return o.used(ctx, func(id string, known []string) bool { return slices.Contains(known[1:], id) })
}

// used are the ids of keys that rows are sealed with and that want wants.
func (o Ops) used(ctx context.Context, want func(id string, known []string) bool) (ids []string, err error) {
	known := o.ring.IDs()
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		all, err := v.KeysUsed()
		ids = slices.DeleteFunc(all, func(id string) bool { return !want(id, known) })
		return err
	})
	return ids, err
}

// Reseal seals, batch by batch, the rows that an older key has sealed, and
// reports how many. Pages and programs go on meanwhile; a row that changes
// under it is left for the next run, one that can't be opened is left alone.
// With nothing to do it only looks.
func (o Ops) Reseal(ctx context.Context) (total int, err error) {
	if err := o.ring.Reload(); err != nil {
		return 0, err
	}
	old, err := o.older(ctx)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	held, err := o.db.Lease(ctx, job, o.replica, lease)
	if err != nil || !held {
		return 0, err
	}
	defer func() { err = errors.Join(err, o.db.Release(ctx, job, o.replica)) }()
	for _, c := range db.SealedColumns() {
		for _, key := range old {
			n, held, err := o.resealKey(ctx, c, key)
			total += n
			if err != nil || !held {
				return total, err
			}
		}
	}
	return total, nil
}

// resealKey seals the rows of one key again. It stops when another replica has
// taken the lease meanwhile.
func (o Ops) resealKey(ctx context.Context, c db.SealedColumn, key string) (total int, held bool, err error) {
	for after := (models.ID{}); ; {
		var rows []db.SealedRow
		err := o.db.System(ctx, models.Actor{Job: job}, func(t *db.SystemTx) (err error) {
			if rows, err = t.SealedBy(c, key, after, batch); err != nil {
				return err
			}
			n, err := o.resealRows(t, c, rows)
			total += n
			return err
		})
		if err != nil || len(rows) < batch {
			return total, true, err
		}
		after = rows[len(rows)-1].ID
		if held, err := o.db.Lease(ctx, job, o.replica, lease); err != nil || !held {
			return total, false, err
		}
	}
}

func (o Ops) resealRows(t *db.SystemTx, c db.SealedColumn, rows []db.SealedRow) (done int, err error) {
	for _, r := range rows {
		plain, err := o.ring.Open(r.Sealed, place(c, r))
		if err != nil {
			continue // keys status counts it, its page tells its owner
		}
		sealed := o.ring.Seal(plain, place(c, r))
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
