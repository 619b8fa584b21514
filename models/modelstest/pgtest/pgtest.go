// Package pgtest gives a test a Postgres database of its own. It owns the
// throw-away server behind it and refuses to know what is in the database.
//
// The server is started from the installed Postgres (Debian's, or whatever is
// on the PATH) on first use in a test binary, and ends with that binary,
// however it ends. HOLDFAST_TEST_DATABASE_URL names a running server to use
// instead: the URL of a database in which databases may be created.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Lay fills the database at url, mostly with tables.
type Lay func(ctx context.Context, url string) error

// Database makes a fresh database for the test and returns its URL; it is
// dropped when the test ends. The first lay given in a test binary runs once,
// on a template that every later database is copied from. Without lay the
// database is empty. Where Postgres is not installed the test is skipped, and
// fails when the environment says CI=true.
func Database(t testing.TB, lay Lay) string {
	t.Helper()
	h, err := house()
	if errors.Is(err, errNotInstalled) && os.Getenv("CI") != "true" {
		t.Skip("Postgres not installed: skipping the test on it")
	}
	if err != nil {
		t.Fatalf("start Postgres: %v", err)
	}
	template := "template0"
	if lay != nil {
		if template, err = h.template(lay); err != nil {
			t.Fatalf("lay the template database: %v", err)
		}
	}
	name, err := h.create(template)
	if err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := h.drop(name); err != nil {
			t.Errorf("drop the database of the test: %v", err)
		}
	})
	return h.url(name)
}

// cluster is one server and the databases that this test binary makes on it.
type cluster struct {
	admin *url.URL
	run   string // begins the name of every database of this binary

	mu    sync.Mutex // over admin's connection and what follows
	conn  *pgx.Conn
	count int

	laid     sync.Once
	laidName string
	laidErr  error
}

// One server for a test binary: starting one for each test would take longer
// than the tests.
var house = sync.OnceValues(func() (*cluster, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	admin := os.Getenv("HOLDFAST_TEST_DATABASE_URL")
	if admin == "" {
		var err error
		if admin, err = start(ctx); err != nil {
			return nil, err
		}
	}
	return join(ctx, admin)
})

// join readies the server at admin for databases, and drops those that test
// binaries which are gone have left on it.
func join(ctx context.Context, admin string) (*cluster, error) {
	u, err := url.Parse(admin)
	if err != nil {
		return nil, errors.New("HOLDFAST_TEST_DATABASE_URL is no URL")
	}
	config, err := pgx.ParseConfig(admin)
	if err != nil {
		return nil, err
	}
	h := &cluster{admin: u, run: "holdfast_test_" + strings.ToLower(rand.Text()[:8])}
	// While this connection stands, the databases named after it are in use.
	config.RuntimeParams["application_name"] = h.run
	if h.conn, err = pgx.ConnectConfig(ctx, config); err != nil {
		return nil, err
	}
	return h, h.sweep(ctx)
}

func (h *cluster) sweep(ctx context.Context) error {
	rows, err := h.conn.Query(ctx, `SELECT datname FROM pg_database WHERE datname LIKE 'holdfast\_test\_%' AND NOT EXISTS (
		SELECT FROM pg_stat_activity WHERE application_name = substr(datname, 1, length($1)))`, h.run)
	if err != nil {
		return err
	}
	left, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range left {
		// Another binary may be sweeping too.
		_, dropErr := h.conn.Exec(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`)
		err = errors.Join(err, dropErr)
	}
	return err
}

func (h *cluster) template(lay Lay) (string, error) {
	h.laid.Do(func() {
		if h.laidName, h.laidErr = h.create("template0"); h.laidErr == nil {
			h.laidErr = lay(context.Background(), h.url(h.laidName))
		}
	})
	return h.laidName, h.laidErr
}

// create copies the template file by file: for a small one that is the fastest way.
func (h *cluster) create(template string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count++
	name := fmt.Sprintf("%s_%d", h.run, h.count)
	_, err := h.conn.Exec(context.Background(), `CREATE DATABASE `+name+` TEMPLATE `+template+` STRATEGY FILE_COPY`)
	return name, err
}

func (h *cluster) drop(name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.conn.Exec(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`)
	return err
}

func (h *cluster) url(name string) string {
	u := *h.admin
	u.Path = "/" + name
	return u.String()
}
