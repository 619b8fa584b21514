package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"holdfast/models"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var scripts embed.FS

// Migrate brings the database to the version of this program. Several programs
// may do so at once. A database of a newer program is refused and left alone.
func (d *DB) Migrate(ctx context.Context) error {
	return d.migrate(ctx, d.migrations())
}

// Migrated is nil when the database is at the version of this program. It
// costs one small query.
func (d *DB) Migrated(ctx context.Context) error {
	want, err := newest(d.migrations())
	if err != nil {
		return err
	}
	have, err := d.version(ctx)
	switch {
	case err != nil:
		return fault(err, "database version")
	case have > want:
		return ahead(have, want)
	case have < want:
		return models.Fail(models.Unavailable, "The database is at version %d and waits to be brought to %d: run holdfast migrate.", max(have, 0), want)
	}
	return nil
}

// migrations are the scripts of this database's kind.
func (d *DB) migrations() fs.FS {
	folder := "migrations/sqlite"
	if d.pg {
		folder = "migrations/postgres"
	}
	sub, err := fs.Sub(scripts, folder)
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

func (d *DB) migrate(ctx context.Context, from fs.FS) error {
	want, err := newest(from)
	if err != nil {
		return err
	}
	have, err := d.version(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the version of the database: %w", err)
	case have > want:
		return ahead(have, want)
	case have == want:
		return nil
	case d.pg:
		return d.up(ctx, from)
	}
	return d.upInTurn(ctx, from, have)
}

// up runs the scripts that are missing.
func (d *DB) up(ctx context.Context, from fs.FS) error {
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.pg {
		dialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(oneByOne{}))
	}
	provider, err := goose.NewProvider(dialect, d.sqlWrite(), from, options...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

// upInTurn is up for SQLite, where no lock spans several transactions. Each
// script runs in a transaction that ends by noting its version, and a version
// can be noted only once: who comes second is rolled back as a whole, sees that
// the database has moved on, and looks again what is left to do.
func (d *DB) upInTurn(ctx context.Context, from fs.FS, have int64) error {
	if err := d.layVersions(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	for {
		failed := d.up(ctx, from)
		if failed == nil {
			return nil
		}
		now, err := d.version(ctx)
		if err != nil || now <= have && !busy(failed) || ctx.Err() != nil {
			return failed
		}
		have = now
	}
}

// layVersions makes goose's table as goose would, with versions unique in it.
func (d *DB) layVersions(ctx context.Context) error {
	tx, err := d.sqlWrite().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		CREATE TABLE IF NOT EXISTS goose_db_version (
			id integer PRIMARY KEY AUTOINCREMENT,
			version_id integer NOT NULL UNIQUE,
			is_applied integer NOT NULL,
			tstamp timestamp DEFAULT (datetime('now'))
		);
		INSERT OR IGNORE INTO goose_db_version (version_id, is_applied) VALUES (0, 1)`)
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// version is the newest that the database has, and -1 when it has no table of
// versions yet.
func (d *DB) version(ctx context.Context) (int64, error) {
	have, err := d.noted(ctx)
	if err == nil {
		return have, nil
	}
	look := `SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'`
	if d.pg {
		look = `SELECT count(to_regclass('goose_db_version'))`
	}
	var tables int
	if lookErr := d.sqlRead().QueryRowContext(ctx, look).Scan(&tables); lookErr != nil {
		return 0, err
	}
	if tables == 0 {
		return -1, nil
	}
	return d.noted(ctx) // another program may have made the table just now
}

func (d *DB) noted(ctx context.Context) (int64, error) {
	var v sql.NullInt64
	err := d.sqlRead().QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&v)
	return v.Int64, err
}

// newest is the highest version among the scripts.
func newest(from fs.FS) (v int64, err error) {
	names, err := fs.Glob(from, "*.sql")
	for _, name := range names {
		n, wrong := goose.NumericComponent(name)
		v, err = max(v, n), errors.Join(err, wrong)
	}
	if err == nil && v == 0 {
		err = errors.New("no migrations found")
	}
	return v, err
}

func ahead(have, want int64) error {
	return fmt.Errorf("the database is at version %d, made by a newer holdfast; this one knows version %d: run the newer program", have, want)
}

// oneByOne lets one program migrate at a time. It asks for Postgres's advisory
// lock again and again, since waiting inside a statement would hold up an index
// that is built concurrently; and more often than goose's own lock, whose
// shortest pause is a second.
type oneByOne struct{}

const lockPause = 50 * time.Millisecond

func (oneByOne) SessionLock(ctx context.Context, c *sql.Conn) error {
	pause := time.NewTicker(lockPause)
	defer pause.Stop()
	for {
		var mine bool
		err := c.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, lock.DefaultLockID).Scan(&mine)
		if err != nil || mine {
			return err
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (oneByOne) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, lock.DefaultLockID)
	return err
}
