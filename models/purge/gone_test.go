package purge_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// four due credentials, a to d, of which a can't be purged.
func four(t *testing.T, h *modelstest.House) (ana models.Actor, ids []models.ID) {
	t.Helper()
	ana = h.Person(t, "ana", models.PlainMember)
	for _, n := range []string{"a", "b", "c", "d"} {
		ids = append(ids, h.Keep(t, ana, n))
		h.Schedule(t, ana, ids[len(ids)-1])
	}
	stuck(t, h, ids[0])
	h.Clock.Pass(grace)
	return ana, ids
}

func TestWhatChangedSinceTheBatchFailedCounts(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, ids := four(t, h)
		meanwhile := func() {
			h.Use(t, ids[1], models.ID{})
			modelstest.Must(t, h.Credentials.Restore(context.WithoutCancel(t.Context()), ana, ids[2]))
		}
		n, err := with(h, meanwhile).Run(t.Context())
		modelstest.Must(t, err)
		if want := (models.PurgeCount{Deleted: 1, Emptied: 1, Failed: 1}); n != want {
			t.Errorf("the run did %+v, want %+v", n, want)
		}
		if got := left(t, h, models.PurgedState, ana); !slices.Equal(got, []string{"b"}) {
			t.Errorf("emptied %v: b was used meanwhile", got)
		}
		if h.Count(t, `SELECT count(*) FROM bodies WHERE credential_id = ?`, ids[1]) != 0 {
			t.Error("the emptied one has a body")
		}
		if got := left(t, h, models.ActiveState, ana); !slices.Equal(got, []string{"c"}) {
			t.Errorf("active %v: c was restored meanwhile", got)
		}
	})
}

// lose makes the database one that does not answer, until the test ends.
func lose(t *testing.T, h *modelstest.House) {
	t.Helper()
	driver, dsn, how := "pgx", h.URL, `UPDATE leases SET fence = fence`
	if file, lite := strings.CutPrefix(h.URL, "sqlite:"); lite {
		driver, dsn = "sqlite", "file:"+file+"?_txlock=immediate"
	} else {
		h.Exec(t, unanswered)
	}
	other, err := sql.Open(driver, dsn)
	modelstest.Must(t, err)
	t.Cleanup(func() { _ = other.Close() })
	tx, err := other.BeginTx(context.WithoutCancel(t.Context()), nil)
	modelstest.Must(t, err)
	t.Cleanup(func() { _ = tx.Rollback() })
	_, err = tx.Exec(how)
	modelstest.Must(t, err)
}

// unanswered makes Postgres say what it says to whom it leaves.
const unanswered = `CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'bye' USING ERRCODE = '57P01'; END $$;
	CREATE TRIGGER leave BEFORE DELETE ON credentials FOR EACH ROW EXECUTE FUNCTION leave()`

func TestADatabaseThatIsGoneEndsTheRunSoon(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, _ := four(t, h)
		begun := time.Now()
		n, err := with(h, func() { lose(t, h) }).Run(t.Context())
		if models.KindOf(err) != models.Unavailable || n != (models.PurgeCount{Failed: 1}) {
			t.Errorf("the run did %+v: %v; only a had failed", n, err)
		}
		if took := time.Since(begun); took > 25*time.Second { // 5 s to ask, 5 s to give the lease back
			t.Errorf("it took %v", took)
		}
		if got := left(t, h, models.ScheduledState, ana); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
			t.Errorf("left %v", got)
		}
	})
}

func TestABatchThatTheDatabaseLeftIsNotTriedOneByOne(t *testing.T) {
	t.Parallel()
	h := modelstest.OnPostgres(t)
	four(t, h)
	h.Exec(t, `DROP TRIGGER stuck ON credentials;`+unanswered)
	n, err := h.Purge.Run(t.Context())
	if models.KindOf(err) != models.Unavailable || n != (models.PurgeCount{}) {
		t.Errorf("the run did %+v: %v", n, err)
	}
	if strings.Contains(h.Log.String(), "can't be purged") {
		t.Error("a credential was blamed")
	}
}
