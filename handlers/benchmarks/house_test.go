package benchmarks

import (
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/modelstest"
)

// listed is how many credentials the page's owner has.
const listed = 10_000

// place is a database with an owner of many credentials, and what both sides
// need to work on it.
type place struct {
	*modelstest.House
	name       string // SQLite or Postgres
	pg         bool
	owner      models.Actor
	project    models.ID
	cookie     string
	postmaster int // of Postgres; its children spend what the database costs
	version    string
	sealed     []byte // a body of 1 KB, sealed with the key of the house
	keyID      string
}

func places(b *testing.B) []*place {
	b.Helper()
	b.Setenv("HOLDFAST_TEST_PG_FSYNC", "on") // commits that reach the disk
	return []*place{
		settle(b, "SQLite", false, modelstest.SQLite(b)),
		settle(b, "Postgres", true, modelstest.OnPostgres(b)),
	}
}

func settle(b *testing.B, name string, pg bool, h *modelstest.House) *place {
	b.Helper()
	p := &place{House: h, name: name, pg: pg, owner: h.Person(b, "owner", models.PlainMember)}
	p.project = h.Project(b, p.owner, "Clinic data")
	p.seal(b)
	p.add(b, p.owner.UserID, listed, nil)
	p.cookie = p.session(b)
	if !pg {
		h.Exec(b, `PRAGMA wal_checkpoint(TRUNCATE)`)
		return p
	}
	h.Exec(b, `VACUUM ANALYZE`)
	db := p.bare(b)
	var backend int
	if err := db.QueryRow(`SELECT pg_backend_pid()`).Scan(&backend); err != nil {
		b.Fatal(err)
	}
	p.postmaster = int(number(statOf(backend), 1))
	if err := db.QueryRow(`SELECT 'PostgreSQL ' || current_setting('server_version')`).Scan(&p.version); err != nil {
		b.Fatal(err)
	}
	return p
}

// seal learns what a body looks like, so that no job finds work in the rows.
func (p *place) seal(b *testing.B) {
	b.Helper()
	id, err := p.Credentials.CreateFromJSON(b.Context(), p.owner, "postgresql", credentials.Draft{Name: "Model"}, bodyOf())
	if err != nil {
		b.Fatal(err)
	}
	if err := p.bare(b).QueryRow(`SELECT sealed, key_id FROM bodies WHERE credential_id = $1`, id.String()).Scan(&p.sealed, &p.keyID); err != nil {
		b.Fatal(err)
	}
}

// bare is the database without the house around it.
func (p *place) bare(b testing.TB) *sql.DB {
	b.Helper()
	db := openBare(b, p.URL)
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// openBare opens url as the floor does: for SQLite like the house's own pools.
func openBare(tb testing.TB, url string) *sql.DB {
	driver, dsn := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+filepath.ToSlash(path)+
			"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_time_format=sqlite&_timezone=UTC"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		tb.Fatal(err)
	}
	return db
}

// add puts n credentials with bodies of 1 KB and a share into the tables.
func (p *place) add(tb testing.TB, owner int64, n int, due *time.Time) {
	tb.Helper()
	const batch = 500
	now := p.Clock.Now()
	run := strings.ToLower(models.NewID().String()[24:])
	for from := 0; from < n; from += batch {
		var c, b, s rowsOf
		for i := from; i < min(from+batch, n); i++ {
			id, name := models.NewID(), fmt.Sprintf("Clinic %05d database %s", i, run)
			c.add(id, owner, name, models.Fold(name), "postgresql", 1, now.Add(-time.Duration(i)*time.Minute), now.Add(-time.Duration(i)*time.Minute), due)
			b.add(models.NewID(), id, "main", p.sealed, p.keyID, "{}", now)
			s.add(p.project, id, models.Fold(name), due != nil, now)
		}
		p.Exec(tb, `INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at, deletion_at) VALUES `+c.marks(), c.args...)
		p.Exec(tb, `INSERT INTO bodies (id, credential_id, environment, sealed, key_id, fields, updated_at) VALUES `+b.marks(), b.args...)
		p.Exec(tb, `INSERT INTO shares (project_id, credential_id, name_key, suspended, created_at) VALUES `+s.marks(), s.args...)
	}
}

// session puts a session of the owner into the tables and gives its cookie.
func (p *place) session(tb testing.TB) string {
	tb.Helper()
	raw := sha256.Sum256([]byte(p.URL))
	hash, now := sha256.Sum256(raw[:]), time.Now().UTC()
	p.Exec(tb, `INSERT INTO sessions (id, token_hash, user_id, login_id, created_at, last_seen_at, expires_at, ip, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, '', '')`,
		models.NewID(), hash[:], p.owner.UserID, p.owner.LoginID, now, now, now.Add(models.SessionLife))
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// databaseCPU is what the database's own processes have spent; SQLite has none.
func (p *place) databaseCPU() time.Duration { return childrenCPU(p.postmaster) }

// with is the time that a process and the database have spent.
func (p *place) with(pid int) func() time.Duration {
	return func() time.Duration { return cpuOf(pid) + p.databaseCPU() }
}

// here is the time that this process and the database have spent.
func (p *place) here() time.Duration { return selfCPU() + p.databaseCPU() }

// rowsOf are the rows of one INSERT.
type rowsOf struct {
	n, width int
	args     []any
}

func (r *rowsOf) add(values ...any) {
	r.n, r.width = r.n+1, len(values)
	r.args = append(r.args, values...)
}

func (r *rowsOf) marks() string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", r.width), ", ") + ")"
	return strings.TrimSuffix(strings.Repeat(one+", ", r.n), ", ")
}
