package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Options says where the database is and what time it is there.
type Options struct {
	URL    string           // sqlite:PATH or postgres://…
	Now    func() time.Time // the clock of every transaction
	Logger *slog.Logger     // told of failing statements, never of their values; nil is silent
}

// DB opens doors; it runs no query of its own accord.
type DB struct {
	read, write *gorm.DB // one and the same on Postgres
	pg          bool
	now         func() time.Time
	queued      chan struct{} // told when letters were left in the outbox
}

// Open connects to the database of o.URL and asks it for a sign of life. It
// does not migrate. Its errors name the place, never the password.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Now == nil {
		return nil, errors.New("open the database: no clock was given")
	}
	scheme, rest, _ := strings.Cut(o.URL, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, rest, o)
	case "postgres", "postgresql":
		return openPostgres(ctx, o)
	}
	return nil, errors.New("the database URL must begin with sqlite: or postgres://")
}

// Close ends every connection.
func (d *DB) Close() error {
	err := d.sqlWrite().Close()
	if d.read != d.write {
		err = errors.Join(err, d.sqlRead().Close())
	}
	return err
}

// sqlRead is for hand-written statements that read.
func (d *DB) sqlRead() *sql.DB { return bare(d.read) }

// sqlWrite is for hand-written statements that write.
func (d *DB) sqlWrite() *sql.DB { return bare(d.write) }

func bare(g *gorm.DB) *sql.DB {
	pool, isPool := g.ConnPool.(*sql.DB)
	if !isPool {
		panic("db: the store was opened over something that is no pool")
	}
	return pool
}

// over puts gorm on a pool. Every transaction is opened by a door, so gorm
// opens none of its own; statements are kept prepared by the drivers.
func over(dialect gorm.Dialector, o Options) (*gorm.DB, error) {
	return gorm.Open(dialect, &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
		NowFunc:                func() time.Time { return tick(o.Now()) },
		Logger:                 quietLog{o.Logger},
	})
}

// tick is t as both databases keep it: UTC, in whole microseconds.
func tick(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
