package db

import (
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"holdfast/models"
)

func tree(scripts ...string) fs.FS {
	all := fstest.MapFS{}
	for i, s := range scripts {
		all[string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + s)}
	}
	return all
}

const (
	first  = `CREATE TABLE counter (n bigint); INSERT INTO counter VALUES (0);`
	second = `UPDATE counter SET n = n + 1;`
)

func TestProgramsThatStartAtOnceMigrateOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		// No script would fail for being run twice; it would only count on.
		mustExec(t, open(), `CREATE TABLE counter (n bigint)`, `INSERT INTO counter VALUES (0)`)
		var all sync.WaitGroup
		for range 6 {
			d := open()
			all.Go(func() {
				if err := d.migrate(t.Context(), tree(second, second, second)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var n int
		if err := open().sqlRead().QueryRowContext(t.Context(), `SELECT n FROM counter`).Scan(&n); err != nil || n != 3 {
			t.Errorf("the scripts ran %d times, %v, want 3", n, err)
		}
	})
}

func TestTheProgramsOwnMigrationsRunAndAreKnownToHaveRun(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		if err := d.Migrated(t.Context()); models.KindOf(err) != models.Unavailable {
			t.Errorf("an empty database is said to be migrated: %v", err)
		}
		for range 2 {
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := d.Migrated(t.Context()); err != nil {
				t.Errorf("after migration: %v", err)
			}
		}
	})
}

func TestAMigratedDatabaseIsNotLookedAtFurther(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		if err := d.migrate(t.Context(), tree(first)); err != nil {
			t.Fatal(err)
		}
		if err := d.migrate(t.Context(), tree(`this script is never read`)); err != nil {
			t.Error(err)
		}
		if err := d.migrate(t.Context(), tree(`neither is this one`, second)); err != nil {
			t.Error(err)
		}
	})
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		if err := d.migrate(t.Context(), tree(first, second)); err != nil {
			t.Fatal(err)
		}
		err := d.migrate(t.Context(), tree(first))
		if err == nil || !strings.Contains(err.Error(), "at version 2") || !strings.Contains(err.Error(), "knows version 1") {
			t.Errorf("got %v", err)
		}
		mustExec(t, d, `UPDATE goose_db_version SET version_id = 99999 WHERE version_id = 2`)
		if err := d.Migrated(t.Context()); err == nil {
			t.Error("a newer database is said to be migrated")
		}
	})
}

func TestAScriptThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		if err := d.migrate(t.Context(), tree(first, second+` INSERT INTO nowhere VALUES (1);`)); err == nil {
			t.Fatal("a broken script succeeded")
		}
		var n int
		if err := d.sqlRead().QueryRowContext(t.Context(), `SELECT n FROM counter`).Scan(&n); err != nil || n != 0 {
			t.Errorf("half of it stayed: %d, %v", n, err)
		}
		if err := d.migrate(t.Context(), tree(first, second)); err != nil {
			t.Errorf("the mended script: %v", err)
		}
	})
}
