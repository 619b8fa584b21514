package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"gorm.io/gorm"
	sqlite "modernc.org/sqlite"
)

// SQLite is one file with two pools on it. The writer has one connection whose
// every transaction takes the lock at once, so writers queue in Go, where a
// waiting one can be cancelled, and none fails halfway for a lock it can't
// upgrade. The readers see the last commit and wait for nobody; they cannot
// write.
//
// Commits are synced to the disk (synchronous=FULL), as they are on Postgres:
// what was answered with "saved" outlives a power cut, not only a kill. With
// NORMAL the file would stay whole, but the last commits could be gone.
//
// What one statement may have to undo is noted in memory (temp_store=MEMORY),
// not in a file: a purge, whose deletions cascade, writes it for every page.
func openSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	file, err := sqliteFile(path)
	if err != nil {
		return nil, err
	}
	d := &DB{now: o.Now, queued: make(chan struct{}, 1)}
	if d.write, err = sqlitePool(ctx, file, o, 1, "_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&_pragma=temp_store(MEMORY)"); err != nil {
		return nil, fmt.Errorf("open the database file %s: %w", file, err)
	}
	// The writer came first: it made the file and set its WAL mode.
	if d.read, err = sqlitePool(ctx, file, o, max(4, runtime.NumCPU()), "_query_only=1"); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database file %s: %w", file, err), d.sqlWrite().Close())
	}
	return d, nil
}

// sqliteFile makes sure that the file of path is there and that only its owner
// can read it. SQLite gives the files it puts beside it the same mode.
func sqliteFile(path string) (string, error) {
	if err := sqlitePath(path); err != nil {
		return "", err
	}
	file, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find the database file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", fmt.Errorf("make the directory of the database: %w", err)
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", fmt.Errorf("open the database file: %w", err)
	}
	if err := f.Close(); err != nil {
		return "", fmt.Errorf("open the database file: %w", err)
	}
	return file, keepPrivate(file)
}

func sqlitePath(path string) error {
	switch {
	case path == "":
		return errors.New("the database URL names no file: write sqlite:PATH")
	case strings.HasPrefix(path, ":memory:"), strings.HasPrefix(path, "file:"):
		return errors.New("the database must be a file (sqlite:PATH); SQLite's in-memory databases and file: URIs are not supported")
	case strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///"):
		return errors.New("write sqlite:PATH, without // before the path")
	}
	return nil
}

// keepPrivate takes everyone else's rights to the database from files that an
// older umask or a copy has left open.
func keepPrivate(file string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Chmod(file+suffix, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("make the database file private: %w", err)
		}
	}
	return nil
}

func sqlitePool(ctx context.Context, file string, o Options, size int, how string) (g *gorm.DB, err error) {
	connector, err := sqlite.NewConnector(sqliteDSN(file, how))
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(keeping{connector})
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	if err = pool.PingContext(ctx); err == nil {
		g, err = over(sqliteDialect{pool}, o)
	}
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return g, nil
}

// sqliteDSN is a URI, so that a path may contain spaces, ? and #.
func sqliteDSN(file, how string) string {
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	// Times are text in UTC: they compare and sort as they should.
	const always = "&_busy_timeout=5000&_time_format=sqlite&_timezone=UTC&_dqs=0"
	return (&url.URL{Scheme: "file", Path: path, RawQuery: how + always}).String()
}
