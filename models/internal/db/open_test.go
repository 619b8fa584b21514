package db

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"holdfast/models/modelstest/pgtest"
)

func clock() time.Time { return noon }

func TestAURLThatNamesNoDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	for url, says := range map[string]string{
		"":                                     "must begin with sqlite: or postgres://",
		"mysql://ana:hunter2@localhost/":       "must begin with sqlite: or postgres://",
		"sqlite:":                              "names no file",
		"sqlite::memory:":                      "in-memory",
		"sqlite:file:x?mode=memory":            "in-memory",
		"sqlite://data/holdfast.db":            "without //",
		"postgres://ana:hunter2/9@localhost/x": "percent-encoded",
		"postgres://ana:hunter2@local host/x":  "percent-encoded",
		"postgres://ana:hunter2@localhost/x?sslmode=hunter2ed": "cannot be used",
	} {
		_, err := Open(t.Context(), Options{URL: url, Now: clock})
		switch {
		case err == nil:
			t.Errorf("%s was opened", url)
		case !strings.Contains(err.Error(), says):
			t.Errorf("%s: %q does not say %q", url, err, says)
		case strings.Contains(err.Error(), "hunter2/") || strings.Contains(err.Error(), ":hunter2"):
			t.Errorf("%s: the error tells the password: %q", url, err)
		}
	}
}

func TestAServerThatIsNotThereIsNamedWithoutThePassword(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), Options{URL: "postgres://ana:hunter2@" + addr + "/vault", Now: clock})
	if err == nil || !strings.Contains(err.Error(), "vault at "+addr) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestAServerThatNeverAnswersIsGivenUp(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	began := time.Now()
	_, err = Open(soon(t), Options{URL: "postgres://ana@" + l.Addr().String() + "/vault", Now: clock})
	if err == nil || time.Since(began) > 5*time.Second {
		t.Errorf("got %v after %v", err, time.Since(began))
	}
}

func TestAnOpenDatabaseAnswersAndAClosedOneDoesNot(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		if err := d.sqlRead().PingContext(t.Context()); err != nil {
			t.Errorf("ping: %v", err)
		}
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := d.sqlRead().PingContext(t.Context()); err == nil {
			t.Error("a closed database answered")
		}
	})
}

func TestACancelledQueryEndsAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		long := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n`
		if d.pg {
			long = `SELECT pg_sleep(60)`
		}
		began := time.Now()
		_, err := d.sqlRead().ExecContext(soon(t), long)
		if took := time.Since(began); err == nil || took > 3*time.Second {
			t.Errorf("ended with %v after %v", err, took)
		}
		if err := d.sqlRead().PingContext(t.Context()); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

type visit struct {
	ID int64
	At time.Time
}

func TestTimesCompareAcrossZonesAndComeBackInUTC(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := open()
		kind := "datetime"
		if d.pg {
			kind = "timestamptz"
		}
		mustExec(t, d, `CREATE TABLE visits (id bigint PRIMARY KEY, at `+kind+` NOT NULL)`)
		east := time.FixedZone("east", 5*3600)
		ctx := t.Context()
		if err := gorm.G[visit](d.write).Create(ctx, &visit{1, noon.Add(123456 * time.Microsecond).In(east)}); err != nil {
			t.Fatal(err)
		}
		got, err := gorm.G[visit](d.read).Where("at > ? AND at < ?", noon.In(east), noon.Add(time.Second).In(east)).First(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if want := noon.Add(123456 * time.Microsecond); got.At != want {
			t.Errorf("got %v, want %v", got.At, want)
		}
	})
}

func TestAFailingStatementIsLoggedWithoutItsValues(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + t.TempDir() + "/holdfast.db" },
		"postgres": func(t *testing.T) string { return pgtest.Database(t, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			d, err := Open(t.Context(), Options{URL: open(t), Now: clock, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			mustExec(t, d, `CREATE TABLE visits (id bigint PRIMARY KEY, at text)`, `INSERT INTO visits VALUES (1, 'hunter2')`)
			ctx := t.Context()
			_, none := gorm.G[visit](d.read).Where("id = ?", 9).First(ctx)
			if none == nil || log.Len() > 0 {
				t.Errorf("finding nothing is no news: %v, %s", none, log.String())
			}
			_, unread := gorm.G[visit](d.read).Where("at = ?", "hunter2").First(ctx)
			unwritten := gorm.G[visit](d.write).Exec(ctx, `INSERT INTO nowhere VALUES (?)`, "hunter2")
			unfit := gorm.G[visit](d.write).Exec(ctx, `UPDATE visits SET id = CAST(CAST(? AS text) AS bigint) / 0 WHERE no_such = 1`, "hunter2")
			if unread == nil || unwritten == nil || unfit == nil {
				t.Errorf("got %v, %v, %v, want errors", unread, unwritten, unfit)
			}
			if text := log.String(); !strings.Contains(text, "INSERT INTO nowhere VALUES") || strings.Contains(text, "hunter2") {
				t.Errorf("logged %s", text)
			}
			if text := fault(unread, "visit").Error(); strings.Contains(text, "hunter2") {
				t.Errorf("the error quotes the value: %s", text)
			}
		})
	}
}

func TestACancelledWaitForTheWriterEnds(t *testing.T) {
	t.Parallel()
	d := openAt(t, "sqlite:"+t.TempDir()+"/holdfast.db")
	first, err := d.sqlWrite().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Rollback()
	_, err = d.sqlWrite().BeginTx(soon(t), nil)
	if got := unanswered(err); !got {
		t.Errorf("got %v (%v)", err, context.Cause(t.Context()))
	}
}
