package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm"

	"holdfast/models"
)

const tryAgain = "The database did not answer in time. Please try again."

func TestAFaultIsSaidInAPersonsTerms(t *testing.T) {
	t.Parallel()
	plain := errors.New("the disk is upside down")
	if err := fault(nil, "credential"); err != nil {
		t.Errorf("no fault became %v", err)
	}
	if err := fault(plain, "credential"); err != plain {
		t.Errorf("a fault of ours became %v", err)
	}
	for _, err := range []error{gorm.ErrRecordNotFound, sql.ErrNoRows, fmt.Errorf("deep: %w", sql.ErrNoRows)} {
		wantKind(t, fault(err, "credential"), models.NotFound, "No such credential.")
	}
	for _, err := range []error{context.DeadlineExceeded, context.Canceled} {
		wantKind(t, fault(err, "credential"), models.Unavailable, tryAgain)
	}
}

// Both ways to the database, through gorm and by hand, fail with the same words.
func TestRefusedRowsAreToldApart(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		mustExec(t, d, `CREATE TABLE owners (id bigint PRIMARY KEY)`,
			`CREATE TABLE pets (name text PRIMARY KEY, owner bigint NOT NULL REFERENCES owners)`,
			`INSERT INTO owners VALUES (1)`, `INSERT INTO pets VALUES ('rex', 1)`)
		taken := `INSERT INTO pets VALUES ('rex', 1)`
		astray := `INSERT INTO pets VALUES ('tom', 2)`
		for name, run := range map[string]func(string) error{
			"gorm": func(s string) error { return d.write.WithContext(t.Context()).Exec(s).Error },
			"hand": func(s string) error { _, err := d.sqlWrite().ExecContext(t.Context(), s); return err },
		} {
			if err := run(taken); !duplicate(err) {
				t.Errorf("%s: %v is no duplicate", name, err)
			}
			wantKind(t, fault(run(taken), "pet"), models.Conflict, "That pet exists already.")
			wantKind(t, fault(run(astray), "owner"), models.NotFound, "No such owner.")
			if err := fault(run(`no such statement`), "pet"); models.KindOf(err) != models.Internal {
				t.Errorf("%s: a broken statement became %v", name, err)
			}
		}
	})
}

func TestALockThatIsNotGivenIsUnavailable(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d, other := open(), open()
		mustExec(t, d, `CREATE TABLE t (n bigint)`, `INSERT INTO t VALUES (1)`)
		holder, err := other.sqlWrite().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer holder.Rollback()
		if _, err := holder.ExecContext(t.Context(), `UPDATE t SET n = 2`); err != nil {
			t.Fatal(err)
		}
		impatient := `PRAGMA busy_timeout = 1`
		if d.pg {
			impatient = `SET lock_timeout = '1ms'`
		}
		c, err := d.sqlWrite().Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.ExecContext(t.Context(), impatient); err != nil {
			t.Fatal(err)
		}
		_, err = c.ExecContext(t.Context(), `UPDATE t SET n = 3`)
		wantKind(t, fault(err, "row"), models.Unavailable, tryAgain)
	})
}

func TestAConnectionThatIsCutIsUnavailable(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		if !d.pg {
			t.Skip("SQLite has no connection to cut")
		}
		_, err := d.sqlWrite().ExecContext(t.Context(), `SELECT pg_terminate_backend(pg_backend_pid())`)
		wantKind(t, fault(err, "row"), models.Unavailable, tryAgain)
		if err := d.sqlRead().PingContext(t.Context()); err != nil {
			t.Errorf("the pool did not recover: %v", err)
		}
	})
}

func TestAnErrorQuotesNoValue(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		var n int
		ask := d.sqlRead().QueryRowContext(t.Context(), `SELECT CAST($1 AS text)`, "hunter2")
		misread := fault(ask.Scan(&n), "secret")
		if misread == nil || strings.Contains(misread.Error(), "hunter2") {
			t.Errorf("reading: %v", misread)
		}
		if !d.pg {
			return
		}
		_, err := d.sqlRead().ExecContext(t.Context(), `SELECT CAST(CAST($1 AS text) AS bigint)`, "hunter2")
		if err = fault(err, "secret"); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("casting: %v", err)
		}
	})
}
