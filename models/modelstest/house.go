// Package modelstest gives a test the real domain on a real database of its
// own: SQLite and Postgres, with a clock that stands still until it is moved.
package modelstest

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/app"
	"holdfast/models/internal/db"
	"holdfast/models/internal/passwords"
)

// House is the domain on a database of its own.
type House struct {
	*app.App
	Clock   *Clock
	URL     string // of the database
	KeyFile string
	Log     *Log
	DB      *db.DB // for what no operation does: steps, faults, a look at the rows
}

// Clock stands still until it is moved.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Pass moves the clock.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Log keeps what was logged, so that a test can look for what must not be there.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// GraceDays is the grace period of every House.
const GraceDays = 7

// OfferLife is how long an offer stands in every House.
const OfferLife = 48 * time.Hour

// Each runs test on both databases, at the same time.
func Each(t *testing.T, test func(*testing.T, *House)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, OnPostgres(t))
	})
}

// SQLite is a House on an embedded database.
func SQLite(t testing.TB) *House {
	t.Helper()
	return Open(t, "sqlite:"+filepath.Join(t.TempDir(), "holdfast.db"), "")
}

// OnPostgres is a House on Postgres; without Postgres the test is skipped.
func OnPostgres(t testing.TB) *House {
	t.Helper()
	return Open(t, Postgres(t, Lay), "")
}

// Lay makes the tables of the database at url.
func Lay(ctx context.Context, url string) error {
	d, err := db.Open(ctx, db.Options{URL: url, Now: time.Now})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx)
}

// Open is a House at url; with schemas, a folder of kinds of its own.
func Open(t testing.TB, url, schemas string) *House {
	t.Helper()
	h := &House{
		Clock: &Clock{at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, URL: url, Log: &Log{},
		KeyFile: filepath.Join(t.TempDir(), "holdfast.keys"),
	}
	h.App = h.Replica(t, schemas)
	if err := h.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var err error
	if h.DB, err = db.Open(t.Context(), db.Options{URL: url, Now: h.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.DB.Close() })
	return h
}

// Replica is one more domain over the same database and keys.
func (h *House) Replica(t testing.TB, schemas string) *app.App {
	t.Helper()
	return h.replica(t, schemas, false)
}

// Mailed is one more domain over the same database and keys, which is told that
// a mail server carries its letters.
func (h *House) Mailed(t testing.TB) *app.App {
	t.Helper()
	return h.replica(t, "", true)
}

func (h *House) replica(t testing.TB, schemas string, mailed bool) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Deps{
		DatabaseURL: h.URL, Keys: app.Keys{File: h.KeyFile, Own: true}, SchemasDir: schemas, Grace: GraceDays * 24 * time.Hour, OfferLife: OfferLife, Mailed: mailed,
		Hasher: passwords.NewCheap(8, 64), AllowPrivate: []string{"127.0.0.1"}, // where the servers of a test are
		Now: h.Clock.Now, Log: slog.New(slog.NewTextHandler(h.Log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// Person adds a user called name, with the address name@example.org, who may
// act at once and has no password.
func (h *House) Person(t testing.TB, name string, rank models.Rank) models.Actor {
	t.Helper()
	link, err := h.People.AddFromHost(t.Context(), models.NewUser{Name: name, Email: name + "@example.org", Rank: rank})
	if err != nil {
		t.Fatal(err)
	}
	return models.Actor{UserID: link.User.ID, LoginID: *link.LoginID, Name: name, Email: link.User.Email, Rank: rank, IP: "192.0.2.7", RequestID: "test", ProvenAt: h.Clock.Now()}
}

// In is how somebody comes in by a login who has shown all that can be asked for.
func In(login int64) models.Entry {
	return models.Entry{LoginID: login, Proofs: models.ByPassword.And(models.ByCode)}
}

// Project adds a project of owner's.
func (h *House) Project(t testing.TB, owner models.Actor, name string) models.ID {
	t.Helper()
	p, err := h.Projects.Create(t.Context(), owner, name)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// Seat makes who a member of owner's project.
func (h *House) Seat(t testing.TB, owner models.Actor, project models.ID, who models.Actor, role models.Role) {
	t.Helper()
	if _, err := h.Projects.AddMember(t.Context(), owner, project, who.Email, role); err != nil {
		t.Fatal(err)
	}
}

// Use notes that a program used a credential at this moment.
func (h *House) Use(t testing.TB, credential, project models.ID) {
	t.Helper()
	s := models.Step{ID: models.NewID(), CredentialID: credential, UsedAt: h.Clock.Now()}
	if project != (models.ID{}) {
		s.ProjectID = &project
	}
	err := h.DB.System(t.Context(), models.Actor{Job: "test"}, func(tx *db.SystemTx) error { return tx.AddStep(s) })
	if err != nil {
		t.Fatal(err)
	}
}

// Exec changes rows behind the doors' back.
func (h *House) Exec(t testing.TB, query string, args ...any) {
	t.Helper()
	if err := h.DB.Raw(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// Count is the number that a query answers.
func (h *House) Count(t testing.TB, query string, args ...any) int {
	t.Helper()
	n, err := h.DB.RawCount(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// Dump is every row of every table as text, to look for what must not be there.
func (h *House) Dump(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for _, table := range db.Tables() {
		rows, err := h.DB.RawRows(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			fmt.Fprintln(&b, table, row)
		}
	}
	return b.String()
}

// Events are the names of all events about a thing, the oldest first.
func (h *House) Events(t testing.TB, thing string) []string {
	t.Helper()
	rows, err := h.DB.RawRows(t.Context(), "SELECT name FROM events WHERE thing_id = ? ORDER BY at, id", thing)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(rows))
	for _, r := range rows {
		names = append(names, strings.Trim(r, "[]"))
	}
	return names
}
