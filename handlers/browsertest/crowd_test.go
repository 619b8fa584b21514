package browsertest

import (
	"database/sql"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// crowd puts n more credentials beside the only one there is: like it, but
// without a body, since no list reads one. Making them on the pages would take
// longer than all else here.
func crowd(t *testing.T, at where, n int) {
	t.Helper()
	query := crowdOnPostgres
	if at.dir != "" {
		query = crowdOnSQLite
	}
	behindItsBack(t, at, query, n)
}

// behindItsBack changes the database that a program works on.
func behindItsBack(t *testing.T, at where, query string, args ...any) {
	t.Helper()
	driver, source := "pgx", at.settings["HOLDFAST_DATABASE_URL"]
	if path, sqlite := strings.CutPrefix(source, "sqlite:"); sqlite {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("change the database: %v", err)
	}
}

const crowdOnSQLite = `
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at)
SELECT printf('01900000-0000-7000-8000-%012d', n), owner_id, printf('Other %05d', n), printf('other %05d', n), kind, 1, created_at, updated_at
FROM credentials, numbers`

const crowdOnPostgres = `
INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at)
SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, owner_id, 'Other ' || lpad(n::text, 5, '0'), 'other ' || lpad(n::text, 5, '0'), kind, 1, created_at, updated_at
FROM credentials, generate_series(1, $1) AS n`
