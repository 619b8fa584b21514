package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"holdfast/models"
	"holdfast/models/modelstest/pgtest"
)

func emptyPostgres(t *testing.T) string { return pgtest.Database(t, nil) }

// recorder is a pool that remembers what was asked of it.
type recorder struct {
	*sql.DB
	mu   *sync.Mutex
	said *[]question
	all  bool // what changes rows, too
}

type question struct {
	query string
	args  []any
}

func (r recorder) note(query string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*r.said = append(*r.said, question{query, args})
}

func (r recorder) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.note(query, args)
	return r.DB.QueryContext(ctx, query, args...)
}

func (r recorder) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.note(query, args)
	return r.DB.QueryRowContext(ctx, query, args...)
}

// BeginTx hands gorm a transaction that remembers too.
func (r recorder) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := r.DB.BeginTx(ctx, o)
	return &recordedTx{tx, r}, err
}

type recordedTx struct {
	*sql.Tx
	recorder recorder
}

func (r *recordedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.recorder.note(query, args)
	return r.Tx.QueryContext(ctx, query, args...)
}

func (r *recordedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if r.recorder.all {
		r.recorder.note(query, args)
	}
	return r.Tx.QueryRowContext(ctx, query, args...)
}

func (r *recordedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if r.recorder.all {
		r.recorder.note(query, args)
	}
	return r.Tx.ExecContext(ctx, query, args...)
}

// listen makes d remember every question from here on.
func listen(d *DB) func() []question { return listenTo(d, false) }

// listenTo makes d remember every question, with all what changes rows as well.
func listenTo(d *DB, all bool) func() []question {
	var said []question
	mu := &sync.Mutex{}
	for _, g := range []*gorm.DB{d.read, d.write} {
		if pool, ok := g.Statement.ConnPool.(*sql.DB); ok {
			g.Statement.ConnPool = recorder{pool, mu, &said, all}
		}
	}
	return func() []question {
		mu.Lock()
		defer mu.Unlock()
		all := said
		said = nil
		return all
	}
}

var (
	ana   = models.Actor{UserID: 1, Email: "ana@example.org"}
	field = models.ParseID("00000000-0000-7000-a000-000000000001")
	camp  = models.ParseID("00000000-0000-7000-a000-000000000002")
)

// crowded is a database in which ana owns n credentials, all shared with field
// and some with camp, and two others own as many each; as many events tell of them.
func crowded(t *testing.T, d *DB, n int) *DB {
	t.Helper()
	at := `'2026-01-01 00:00:00+00:00'`
	mustExec(t, d,
		`INSERT INTO users (name, name_key, email, email_key, rank, created_at, updated_at) VALUES ('Ana', 'ana', 'ana@example.org', 'ana@example.org', 'admin', `+at+`, `+at+`)`,
		`INSERT INTO users (name, name_key, email, email_key, rank, created_at, updated_at) VALUES ('Bob', 'bob', 'bob@example.org', 'bob@example.org', 'member', `+at+`, `+at+`)`,
		`INSERT INTO users (name, name_key, email, email_key, rank, created_at, updated_at) VALUES ('Eve', 'eve', 'eve@example.org', 'eve@example.org', 'member', `+at+`, `+at+`)`,
		`INSERT INTO projects (id, name, name_key, created_at, updated_at) VALUES ('`+field.String()+`', 'Field', 'field', `+at+`, `+at+`)`,
		`INSERT INTO projects (id, name, name_key, created_at, updated_at) VALUES ('`+camp.String()+`', 'Camp', 'camp', `+at+`, `+at+`)`,
		`INSERT INTO memberships (project_id, user_id, role, created_at) VALUES ('`+field.String()+`', 1, 'owner', `+at+`)`,
	)
	if err := errors.Join(d.RawSow(t.Context(), 1, n, field), d.RawSow(t.Context(), 2, n), d.RawSow(t.Context(), 3, n)); err != nil {
		t.Fatal(err)
	}
	mustExec(t, d,
		`INSERT INTO shares (project_id, credential_id, name_key, created_at)
			SELECT '`+camp.String()+`', id, name_key, created_at FROM credentials WHERE owner_id = 1 AND name LIKE '%14'`,
		`UPDATE credentials SET kind = 'http' WHERE name LIKE '%18'`,
		`UPDATE credentials SET last_used_at = created_at`,
		// Every fifth is scheduled, and a tenth of those are due.
		`UPDATE credentials SET deletion_at = CASE WHEN name LIKE '%05' THEN created_at ELSE '2099-01-01 00:00:00+00:00' END WHERE name LIKE '%5'`,
		`UPDATE credentials SET deletion_at = created_at, purged_at = created_at WHERE name LIKE '%12'`,
		`INSERT INTO events (id, at, name, actor_id, actor_name, thing_type, thing_id, thing_name, details, ip, request_id)
			SELECT id, created_at, CASE WHEN name LIKE '%7' THEN 'credential.updated' ELSE 'credential.created' END, 1,
				CASE WHEN name LIKE '%3' THEN 'bob@example.org' ELSE 'ana@example.org' END,
				'credential', CASE WHEN name LIKE '%9' THEN 'one' WHEN name LIKE '%8' THEN '`+camp.String()+`' ELSE name END, CASE WHEN name LIKE '%6' THEN 'N' ELSE name END, '{}', '', '' FROM credentials`,
		`INSERT INTO steps (id, credential_id, used_at) SELECT id, id, created_at FROM credentials`,
	)
	if d.pg { // away with the rows as they were before the changes: no table is mostly those
		mustExec(t, d, `VACUUM FULL credentials`)
	}
	mustExec(t, d, `ANALYZE`)
	return d
}

// lists are all lists that can grow long, by what they show, and whether the
// list is found by an index over its whole order.
func lists(d *DB, after func(models.Sort) string) map[string]func(context.Context) error {
	own := func(f models.CredentialFilter) func(context.Context) error {
		return func(ctx context.Context) error {
			return d.ReadSelf(ctx, ana, func(v *SelfView) error {
				p, err := v.Credentials(f)
				if err == nil && len(p.Rows) == 0 {
					err = fmt.Errorf("no rows for %+v", f)
				}
				return err
			})
		}
	}
	project := func(f models.CredentialFilter) func(context.Context) error {
		return func(ctx context.Context) error {
			return d.ReadProject(ctx, ana, field, models.SeeProject, func(v *ProjectView) error {
				if _, err := v.CredentialsOf(1, f); err != nil {
					return err
				}
				_, err := v.Credentials(f)
				return err
			})
		}
	}
	audit := func(f models.EventFilter) func(context.Context) error {
		return func(ctx context.Context) error {
			return d.ReadConsole(ctx, ana, models.SeeAudit, func(v *ConsoleView) error {
				_, err := v.Events(f)
				return err
			})
		}
	}
	all := map[string]func(context.Context) error{
		"project":             project(models.CredentialFilter{}),
		"project, next page":  project(models.CredentialFilter{After: after(models.ByName)}),
		"project, newest":     project(models.CredentialFilter{Sort: models.ByNewest}),
		"project, older":      project(models.CredentialFilter{Sort: models.ByNewest, After: after(models.ByNewest)}),
		"scheduled":           own(models.CredentialFilter{State: models.ScheduledState}),
		"audit":               audit(models.EventFilter{}),
		"audit, next page":    audit(models.EventFilter{After: after(models.ByChanged)}),
		"audit of an actor":   audit(models.EventFilter{Actor: "bob@example.org"}),
		"audit of an event":   audit(models.EventFilter{Name: models.CredentialUpdated}),
		"audit of a thing":    audit(models.EventFilter{Thing: "N"}),
		"audit of an id":      audit(models.EventFilter{Thing: camp.String()}),
		"audit of a time":     audit(models.EventFilter{From: time.Unix(0, 0), To: time.Unix(60_000, 0)}),
		"history":             audit(models.EventFilter{ThingType: "credential", ThingID: "one"}),
		"history, next page":  audit(models.EventFilter{ThingType: "credential", ThingID: "one", After: after(models.ByChanged)}),
		"due for purge":       func(ctx context.Context) error { return d.System(ctx, models.Actor{Job: "purge"}, due(Due{})) },
		"due for purge, next": func(ctx context.Context) error { return d.System(ctx, models.Actor{Job: "purge"}, due(dueAfter)) },
	}
	// These pick some of a person's own: they may read all of those and put
	// what they picked in order, but read nobody else's.
	for name, f := range map[string]models.CredentialFilter{
		"kind": {Kind: "http"}, "purged": {State: models.PurgedState}, "active": {State: models.ActiveState},
		"project": {Project: camp}, "search": {Search: "00777"},
	} {
		all[picking+name] = own(f)
		f.Sort = models.ByNewest
		all[picking+name+" by newest"] = own(f)
	}
	all[picking+"a project"] = func(ctx context.Context) error {
		return d.ReadProject(ctx, ana, field, models.ManageMembers, func(v *ProjectView) error {
			_, err := v.SharedBy(1)
			return err
		})
	}
	for _, sort := range []models.Sort{models.ByName, models.ByNewest, models.ByChanged, models.ByLastUsed} {
		all["own by "+string(sort)] = own(models.CredentialFilter{Sort: sort})
		all["own by "+string(sort)+", next page"] = own(models.CredentialFilter{Sort: sort, After: after(sort)})
	}
	return all
}

var dueAfter = func() Due {
	at := time.Unix(60*405, 0)
	return Due{Credential: models.Credential{ID: models.ParseID("00000000-0000-7000-8000-000000000405"), DeletionAt: &at}}
}()

func due(from Due) func(*SystemTx) error {
	return func(t *SystemTx) error {
		list, err := t.Due(from, 20)
		if err == nil && len(list) == 0 {
			err = fmt.Errorf("nothing is due")
		}
		return err
	}
}

// middle is a cursor in the midst of 10,000 rows.
func middle(sort models.Sort) string {
	const id = "00000000-0000-7000-8000-000000005000"
	if sort == models.ByName {
		return joinText("n000000005000", id)
	}
	return joinTime(time.Unix(5000*60, 0), models.ParseID(id))
}

// scan finds a step of a plan that reads a whole table or puts it in order.
// An index that is itself the order of the audit may be read from its end.
// Sorting the few rows of one name (Incremental Sort), of one page's projects
// or of the one seat are no such steps.
var scan = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`(Seq Scan on (credentials|shares|events|bodies|steps)|(^|[^l]) Sort  \(|Bitmap Heap Scan on (credentials|events))`),
	false: regexp.MustCompile(`((?m)SCAN (c|s|credentials|shares|events|bodies|steps)( USING INDEX [^e].*| USING COVERING.*|)$|USE TEMP B-TREE FOR (RIGHT PART|ORDER))`),
}

const picking = "own, picked by "

// others finds a step of a plan that reads rows of everybody.
var others = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`Seq Scan on (credentials|shares|events|bodies|steps)`),
	false: regexp.MustCompile(`(?m)SCAN (c|s|credentials|shares|events|bodies|steps)( USING .*|)$`),
}

func TestEveryListIsReadFromItsIndex(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := crowded(t, laid(t, open), 10_000)
		heard := listen(d)
		for name, list := range lists(d, middle) {
			if err := list(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, s := range heard() {
				if strings.Contains(s.query, "bodies") {
					t.Errorf("%s reads bodies: %s", name, s.query)
				}
				if strings.Contains(s.query, "count(") {
					t.Errorf("%s counts: %s", name, s.query)
				}
				plan, wrong := explain(t, d, s), scan[d.pg]
				if strings.HasPrefix(name, picking) {
					wrong = others[d.pg]
				}
				if bad := wrong.FindString(plan); bad != "" {
					t.Errorf("%s: %q in the plan of\n%s\n%s", name, bad, s.query, plan)
				}
			}
		}
	})
}

func explain(t *testing.T, d *DB, s question) string {
	t.Helper()
	how := `EXPLAIN QUERY PLAN `
	if d.pg {
		how = `EXPLAIN `
	}
	rows, err := d.write.Statement.ConnPool.(recorder).DB.QueryContext(t.Context(), how+s.query, s.args...)
	if err != nil {
		t.Fatalf("%s: %v", s.query, err)
	}
	lines, err := collect(rows, nil, func(r *sql.Rows, line *string) error {
		if d.pg {
			return r.Scan(line)
		}
		var a, b, c int
		return r.Scan(&a, &b, &c, line)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestAListAsksAsManyQuestionsHoweverLongItIs(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		first := func(models.Sort) string { return "" }
		d := laid(t, open)
		crowded(t, d, 30)
		asked := map[string]int{}
		heard := listen(d)
		for round, n := range []int{30, 300} {
			if round == 1 {
				again := []string{`DELETE FROM events`, `DELETE FROM steps`, `DELETE FROM credentials`}
				for _, q := range again {
					if err := rawOf(d, q); err != nil {
						t.Fatal(err)
					}
				}
				sow(t, d, n)
			}
			for name, list := range lists(d, first) {
				if strings.Contains(name, "due") || strings.HasPrefix(name, picking) { // too few rows for them
					continue
				}
				if err := list(t.Context()); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				count := len(heard())
				if was, known := asked[name]; known && was != count {
					t.Errorf("%s: %d questions for 30 rows, %d for %d", name, was, count, n)
				}
				if asked[name] = count; count == 0 || count > 4 {
					t.Errorf("%s: %d questions", name, count)
				}
			}
		}
	})
}

func rawOf(d *DB, query string) error { return d.Raw(context.Background(), query) }

func sow(t *testing.T, d *DB, n int) {
	t.Helper()
	if err := d.RawSow(t.Context(), 1, n, field); err != nil {
		t.Fatal(err)
	}
	mustExec(t, d, `UPDATE credentials SET deletion_at = created_at WHERE name LIKE '%5'`)
}
