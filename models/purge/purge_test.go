package purge_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/modelstest"
	"holdfast/models/purge"
)

const grace = modelstest.GraceDays * 24 * time.Hour

func run(t *testing.T, h *modelstest.House, want models.PurgeCount) {
	t.Helper()
	got, err := h.Purge.Run(t.Context())
	modelstest.Must(t, err)
	if got != want {
		t.Errorf("the run did %+v, want %+v", got, want)
	}
}

// left are the names of the credentials that are there.
func left(t *testing.T, h *modelstest.House, state models.State, who models.Actor) []string {
	t.Helper()
	page, err := h.Credentials.List(t.Context(), who, models.CredentialFilter{State: state})
	modelstest.Must(t, err)
	names := []string{}
	for _, r := range page.Rows {
		names = append(names, r.Name)
	}
	return names
}

func TestOnlyWhatIsDueIsPurged(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		h.Keep(t, ana, "unscheduled", p)
		due, restored := h.Keep(t, ana, "due", p), h.Keep(t, ana, "restored", p)
		h.Schedule(t, ana, due)
		h.Schedule(t, ana, restored)
		run(t, h, models.PurgeCount{})
		h.Clock.Pass(time.Second)
		h.Schedule(t, ana, h.Keep(t, ana, "due later", p))
		h.Clock.Pass(grace - time.Second - time.Microsecond)
		run(t, h, models.PurgeCount{})
		modelstest.Must(t, h.Credentials.Restore(ctx, ana, restored))
		h.Clock.Pass(time.Microsecond)
		run(t, h, models.PurgeCount{Deleted: 1})
		if got := left(t, h, models.AnyState, ana); !slices.Equal(got, []string{"due later", "restored", "unscheduled"}) {
			t.Errorf("left %v", got)
		}
		if n := h.Count(t, `SELECT count(*) FROM bodies`); n != 3 {
			t.Errorf("%d bodies", n)
		}
		events := h.Events(t, due.String())
		if events[len(events)-1] != models.CredentialPurged {
			t.Errorf("events %v", events)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ? AND actor_id = 0 AND actor_name = 'purge'`, models.CredentialPurged); n != 1 {
			t.Errorf("%d events by the job", n)
		}
	})
}

func TestAUsedCredentialIsEmptiedOnceAndNeverVisitedAgain(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		form := map[string][]string{}
		for field, value := range map[string]string{"host": "h", "port": "1", "database": "d", "user": "u", "password": "the secret"} {
			form["body/"+field] = []string{value}
		}
		used, err := h.Credentials.Create(ctx, ana, "postgresql", credentials.Draft{Name: "used", Form: form, Projects: []models.ID{p}})
		modelstest.Must(t, err)
		idle := h.Keep(t, ana, "idle", p)
		h.Use(t, used, p)
		h.Schedule(t, ana, used)
		h.Schedule(t, ana, idle)
		h.Clock.Pass(grace)
		run(t, h, models.PurgeCount{Deleted: 1, Emptied: 1})
		for _, gone := range []string{`SELECT count(*) FROM bodies`, `SELECT count(*) FROM shares`} {
			if n := h.Count(t, gone); n != 0 {
				t.Errorf("%s: %d", gone, n)
			}
		}
		if got := left(t, h, models.PurgedState, ana); !slices.Equal(got, []string{"used"}) {
			t.Errorf("left %v", got)
		}
		if n := h.Count(t, `SELECT count(*) FROM steps WHERE credential_id = ?`, used); n != 1 {
			t.Error("the step lost its record")
		}
		if n := h.Count(t, `SELECT count(*) FROM credentials WHERE purged_at = ?`, h.Clock.Now()); n != 1 {
			t.Error("the record is not stamped")
		}
		dump := h.Dump(t)
		h.Clock.Pass(grace)
		run(t, h, models.PurgeCount{})
		if after := h.Dump(t); withoutLeases(after) != withoutLeases(dump) {
			t.Error("the emptied record was visited again")
		}
	})
}

func withoutLeases(dump string) string {
	lines := slices.DeleteFunc(strings.Split(dump, "\n"), func(l string) bool { return strings.HasPrefix(l, "leases ") })
	return strings.Join(lines, "\n")
}

// stuck makes the deletion of one credential fail.
func stuck(t *testing.T, h *modelstest.House, id models.ID) {
	t.Helper()
	if strings.HasPrefix(h.URL, "sqlite:") {
		h.Exec(t, `CREATE TRIGGER stuck BEFORE DELETE ON credentials WHEN old.id = '`+id.String()+`' BEGIN SELECT raise(ABORT, 'stuck'); END`)
		return
	}
	h.Exec(t, `CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$`)
	h.Exec(t, `CREATE TRIGGER stuck BEFORE DELETE ON credentials FOR EACH ROW WHEN (old.id = '`+id.String()+`') EXECUTE FUNCTION stuck()`)
}

func TestOneFailureStopsNoOther(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		var bad models.ID
		for _, n := range []string{"a", "b", "c", "d"} {
			id := h.Keep(t, ana, n)
			h.Schedule(t, ana, id)
			if n == "b" {
				bad = id
			}
			if n == "c" {
				h.Use(t, id, models.ID{})
			}
		}
		stuck(t, h, bad)
		h.Clock.Pass(grace)
		run(t, h, models.PurgeCount{Deleted: 2, Emptied: 1, Failed: 1})
		if got := left(t, h, models.ScheduledState, ana); !slices.Equal(got, []string{"b"}) {
			t.Errorf("left %v", got)
		}
		if h.Count(t, `SELECT count(*) FROM bodies WHERE credential_id = ?`, bad) != 1 {
			t.Error("the one that failed is half gone")
		}
		if got := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.CredentialPurged); got != 3 {
			t.Errorf("%d events, want one for each that is gone", got)
		}
		if !strings.Contains(h.Log.String(), bad.String()) {
			t.Error("the failure was not logged")
		}
		run(t, h, models.PurgeCount{Failed: 1})
	})
}

func TestThousandsGoInBatches(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Sow(t, ana, 1200)
		h.Exec(t, `UPDATE credentials SET deletion_at = created_at, deletion_requested_at = created_at`)
		h.Exec(t, `UPDATE credentials SET deletion_at = ? WHERE name > 'N000000000600'`, h.Clock.Now()) // half of them at the same time
		run(t, h, models.PurgeCount{Deleted: 1200})
		if n := h.Count(t, `SELECT count(*) FROM credentials`) + h.Count(t, `SELECT count(*) FROM bodies`); n != 0 {
			t.Errorf("%d rows left", n)
		}
		if n := h.Count(t, `SELECT count(DISTINCT thing_id) FROM events WHERE name = ?`, models.CredentialPurged); n != 1200 {
			t.Errorf("%d events", n)
		}
	})
}

func TestTwoReplicasPurgeEachRowOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Sow(t, ana, 900)
		h.Exec(t, `UPDATE credentials SET deletion_at = ?`, h.Clock.Now())
		other := h.Replica(t, "")
		counts, errs := make(chan models.PurgeCount, 2), make(chan error, 2)
		for _, ops := range []purge.Ops{h.Purge, other.Purge} {
			go func() {
				n, err := ops.Run(t.Context())
				counts <- n
				errs <- err
			}()
		}
		total := (<-counts).Plus(<-counts)
		for range 2 {
			if err := <-errs; err != nil && !errors.Is(err, purge.ErrElsewhere) {
				t.Error(err)
			}
		}
		if total != (models.PurgeCount{Deleted: 900}) {
			t.Errorf("together they did %+v", total)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.CredentialPurged); n != 900 {
			t.Errorf("%d events", n)
		}
	})
}

func TestWhileOneReplicaPurgesTheOtherStandsBack(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		other := h.Replica(t, "")
		held, err := h.DB.Lease(ctx, "purge", h.Purge.Replica, time.Minute)
		if err != nil || !held {
			t.Fatalf("no lease: %v", err)
		}
		_, err = other.Purge.Run(ctx)
		if !errors.Is(err, purge.ErrElsewhere) {
			t.Errorf("the other got %v", err)
		}
		h.Clock.Pass(time.Minute) // the holder has died
		_, err = other.Purge.Run(ctx)
		modelstest.Must(t, err)
		_, err = h.Purge.Run(ctx) // given back at the end
		modelstest.Must(t, err)
	})
}

// atFailure does something when the log says that a row failed: in the midst of a run.
type atFailure struct {
	slog.Handler
	do func()
}

func (a atFailure) Handle(context.Context, slog.Record) error {
	a.do()
	return nil
}

// with is the purge of h that does something when a row fails.
func with(h *modelstest.House, do func()) purge.Ops {
	ops := h.Purge
	ops.Log = slog.New(atFailure{slog.NewTextHandler(h.Log, nil), sync.OnceFunc(do)})
	return ops
}

func TestARunThatIsStoppedMidwayLeavesNoHalfRow(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		var ids []models.ID
		for _, n := range []string{"a", "b", "c", "d"} {
			ids = append(ids, h.Keep(t, ana, n))
			h.Schedule(t, ana, ids[len(ids)-1])
		}
		stuck(t, h, ids[1])
		h.Clock.Pass(grace)
		ctx, stop := context.WithCancel(t.Context())
		n, err := with(h, stop).Run(ctx)
		if err == nil || n.Deleted != 1 {
			t.Errorf("the stopped run did %+v: %v", n, err)
		}
		whole := `SELECT count(*) FROM credentials c WHERE (SELECT count(*) FROM bodies b WHERE b.credential_id = c.id) <> 1
			OR (SELECT count(*) FROM events e WHERE e.thing_id = ` + text(h, "c.id") + ` AND e.name = 'credential.purged') <> 0`
		if halves := h.Count(t, whole); halves != 0 {
			t.Errorf("%d half rows", halves)
		}
		if got := left(t, h, models.ScheduledState, ana); !slices.Equal(got, []string{"b", "c", "d"}) {
			t.Errorf("left %v", got)
		}
		run(t, h, models.PurgeCount{Deleted: 2, Failed: 1}) // the same process goes on, its lease is its own
	})
}

func text(h *modelstest.House, column string) string {
	if strings.HasPrefix(h.URL, "sqlite:") {
		return column
	}
	return column + "::text"
}
