package benchmarks

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"

	"holdfast/handlers/benchmarks/testdata/floor"
)

// The floor of the page: echo, a session look-up, a list, a templ page.
const (
	floorSession = `SELECT s.user_id, s.last_seen_at, s.expires_at, u.name FROM sessions s JOIN users u ON u.id = s.user_id
		JOIN logins l ON l.id = s.login_id WHERE s.token_hash = $1 AND l.blocked_at IS NULL`
	floorList = `SELECT c.id, c.name, c.name_key, c.kind, c.owner_id, u.name, u.email, c.created_at, c.updated_at, c.last_used_at, c.deletion_at, c.purged_at
		FROM credentials c JOIN users u ON u.id = c.owner_id WHERE c.owner_id = $1 AND c.purged_at IS NULL ORDER BY c.name_key, c.id LIMIT 51`
	floorCount = `SELECT count(*) FROM credentials c WHERE c.owner_id = $1 AND c.purged_at IS NULL`
)

// cursor is what pgx's and database/sql's rows have in common.
type cursor interface {
	Next() bool
	Scan(...any) error
	Err() error
}

// floorStore asks the three questions.
type floorStore struct {
	row  func(ctx context.Context, which, arg any) interface{ Scan(...any) error }
	rows func(ctx context.Context, arg any) (cursor, func(), error)
}

func openFloor(ctx context.Context, t testing.TB, url string) floorStore {
	if strings.HasPrefix(url, "sqlite:") {
		return openFloorSQLite(t, url)
	}
	pool, err := pgxpool.New(ctx, url+"&pool_max_conns=20")
	if err != nil {
		t.Fatal(err)
	}
	return floorStore{
		row: func(ctx context.Context, which, arg any) interface{ Scan(...any) error } {
			return pool.QueryRow(ctx, which.(string), arg)
		},
		rows: func(ctx context.Context, arg any) (cursor, func(), error) {
			rows, err := pool.Query(ctx, floorList, arg)
			return rows, rows.Close, err
		},
	}
}

func openFloorSQLite(t testing.TB, url string) floorStore {
	db := openBare(t, url)
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	kept := map[string]*sql.Stmt{}
	for _, q := range []string{floorSession, floorList, floorCount} {
		s, err := db.Prepare(q)
		if err != nil {
			t.Fatal(err)
		}
		kept[q] = s
	}
	return floorStore{
		row: func(ctx context.Context, which, arg any) interface{ Scan(...any) error } {
			return kept[which.(string)].QueryRowContext(ctx, arg)
		},
		rows: func(ctx context.Context, arg any) (cursor, func(), error) {
			rows, err := kept[floorList].QueryContext(ctx, arg)
			return rows, func() { _ = rows.Close() }, err
		},
	}
}

// page answers one request; counted also counts all rows, as lists with page
// numbers do.
func (f floorStore) page(c echo.Context, counted bool) error {
	cookie, err := c.Cookie("holdfast")
	if err != nil {
		return echo.ErrUnauthorized
	}
	raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return echo.ErrUnauthorized
	}
	hash := sha256.Sum256(raw)
	var user int64
	var seen, expires time.Time
	var name string
	ctx := c.Request().Context()
	if err := f.row(ctx, floorSession, hash[:]).Scan(&user, &seen, &expires, &name); err != nil || time.Now().After(expires) {
		return echo.ErrUnauthorized
	}
	if counted {
		var n int
		if err := f.row(ctx, floorCount, user).Scan(&n); err != nil {
			return err
		}
	}
	list, next, err := f.list(ctx, user)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Type", "text/html; charset=utf-8")
	return floor.Page(name, next, list).Render(ctx, c.Response())
}

func (f floorStore) list(ctx context.Context, user int64) (list []floor.Row, next string, err error) {
	rows, done, err := f.rows(ctx, user)
	if err != nil {
		return nil, "", err
	}
	defer done()
	for rows.Next() {
		var r floor.Row
		var id uuid.UUID
		var owner int64
		var email string
		var created time.Time
		var due, purged sql.NullTime
		if err := rows.Scan(&id, &r.Name, &next, &r.Kind, &owner, &r.Owner, &email, &created, &r.Updated, &r.LastUsed, &due, &purged); err != nil {
			return nil, "", err
		}
		r.ID, r.Due, r.Purged = id.String(), due.Valid, purged.Valid
		list = append(list, r)
	}
	if len(list) > 50 {
		list = list[:50]
	}
	return list, list[len(list)-1].ID + "~" + next, rows.Err()
}

const floorAt, floorCounts = "HOLDFAST_BENCH_FLOOR", "HOLDFAST_BENCH_FLOOR_COUNTS"

// TestServeTheFloor is the process that floorServer starts.
func TestServeTheFloor(t *testing.T) {
	url := os.Getenv(floorAt)
	if url == "" {
		t.Skip("runs inside a benchmark only")
	}
	f, e := openFloor(t.Context(), t, url), echo.New()
	e.GET("/credentials", func(c echo.Context) error { return f.page(c, os.Getenv(floorCounts) != "") })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", ln.Addr())
	t.Error(http.Serve(ln, e)) // until it is ended from outside
}

func floorServer(tb testing.TB, url, counts string) *program {
	tb.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestServeTheFloor$")
	cmd.Env = append(os.Environ(), floorAt+"="+url, floorCounts+"="+counts)
	return start(tb, cmd)
}
