package db

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
)

// keptBy is how many statements the one connection of a pool keeps.
func keptBy(t *testing.T, pool *sql.DB) (n int) {
	t.Helper()
	c, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Raw(func(conn any) error { n = len(conn.(*keeper).kept); return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func onSQLite(t *testing.T) *DB {
	t.Helper()
	d := openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "holdfast.db"))
	mustExec(t, d, `CREATE TABLE things (id integer PRIMARY KEY, name text)`)
	for i := range 3 {
		if _, err := d.sqlWrite().ExecContext(t.Context(), `INSERT INTO things (id, name) VALUES (?, ?)`, i, fmt.Sprint("thing ", i)); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestAStatementIsPreparedOnceAndScriptsNever(t *testing.T) {
	t.Parallel()
	d := onSQLite(t)
	if n := keptBy(t, d.sqlWrite()); n != 1 {
		t.Errorf("after three times the same INSERT %d statements are kept, want 1", n)
	}
}

func TestAStatementThatIsBeingReadCanBeAskedAgain(t *testing.T) {
	t.Parallel()
	d := onSQLite(t)
	const ask = `SELECT id FROM things WHERE id >= ? ORDER BY id`
	tx, err := d.sqlWrite().BeginTx(t.Context(), nil) // both questions on one connection
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // it only reads
	var seen []int
	err = each(t.Context(), tx, ask, 0, func(outer int) error {
		return each(t.Context(), tx, ask, 1, func(inner int) error {
			seen = append(seen, 10*outer+inner)
			return nil
		})
	})
	if want := fmt.Sprint([]int{1, 2, 11, 12, 21, 22}); err != nil || fmt.Sprint(seen) != want {
		t.Errorf("saw %v, %v; want %s", seen, err, want)
	}
}

func each(ctx context.Context, tx *sql.Tx, ask string, from int, see func(int) error) error {
	rows, err := tx.QueryContext(ctx, ask, from)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if err := see(id); err != nil {
			return err
		}
	}
	return rows.Err()
}

func TestAKeptStatementSurvivesAChangeOfItsTableAndAFailure(t *testing.T) {
	t.Parallel()
	d := onSQLite(t)
	const insert = `INSERT INTO things (id, name) VALUES (?, ?)`
	if _, err := d.sqlWrite().ExecContext(t.Context(), insert, 1, "twice"); !duplicate(err) {
		t.Fatalf("got %v, want a duplicate", err)
	}
	mustExec(t, d, `ALTER TABLE things ADD COLUMN more text`)
	if _, err := d.sqlWrite().ExecContext(t.Context(), insert, 7, "later"); err != nil {
		t.Errorf("after the table changed: %v", err)
	}
	n, err := d.RawCount(t.Context(), `SELECT count(*) FROM things WHERE id >= ?`, 0)
	if err != nil || n != 4 {
		t.Errorf("%d rows, %v; want 4", n, err)
	}
}

func TestAConnectionKeepsSoManyStatementsAndNoMore(t *testing.T) {
	t.Parallel()
	d := onSQLite(t)
	for i := range 3 * mostKept {
		query := fmt.Sprintf(`UPDATE things SET name = ? WHERE id = %d`, i)
		if _, err := d.sqlWrite().ExecContext(t.Context(), query, "new"); err != nil {
			t.Fatal(err)
		}
		if n := keptBy(t, d.sqlWrite()); n > mostKept {
			t.Fatalf("%d statements are kept, want at most %d", n, mostKept)
		}
	}
}
