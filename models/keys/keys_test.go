package keys_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/internal/seal"
	"holdfast/models/keys"
	"holdfast/models/modelstest"
)

func status(t *testing.T, h *modelstest.House) keys.Status {
	t.Helper()
	s, err := h.Keys.Status(t.Context())
	modelstest.Must(t, err)
	return s
}

func TestRotationSealsEveryRowAgainWhileAnotherReplicaWorks(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		var ids []models.ID
		for i := range 450 { // more than two batches
			ids = append(ids, h.Keep(t, ana, fmt.Sprintf("c%03d", i)))
		}
		old := status(t, h)
		if len(old.Known) != 1 || old.Rows[old.Primary] != 450 || old.Broken != 0 {
			t.Fatalf("status %+v", old)
		}
		other := h.Replica(t, "") // has read the key file before the rotation
		fresh, err := h.Keys.Rotate(ctx, h.Clock.Now())
		modelstest.Must(t, err)
		if fresh == old.Primary {
			t.Error("the key is the old one")
		}

		stop, busy := make(chan struct{}), make(chan error, 1)
		go func() { busy <- work(t, other.Credentials, ana, ids, stop) }()
		n, err := h.Keys.Reseal(ctx)
		close(stop)
		modelstest.Must(t, err)
		modelstest.Must(t, <-busy)
		if n == 0 {
			t.Error("nothing was sealed again")
		}
		_, err = h.Keys.Reseal(ctx) // what the other replica wrote under the old key meanwhile
		modelstest.Must(t, err)
		now := status(t, h)
		if now.Primary != fresh || len(now.Known) != 2 || now.Broken != 0 || len(now.Rows) != 1 || now.Rows[fresh] < 450 {
			t.Errorf("status %+v", now)
		}
		for _, id := range ids { // the replica meets the new key in the rows and looks for it in the file
			v, err := other.Credentials.Get(ctx, ana, id)
			if err != nil || v.Broken != "" {
				t.Fatalf("after the rotation: %q %v", v.Broken, err)
			}
		}
		if n, err := h.Keys.Reseal(ctx); n != 0 || err != nil {
			t.Errorf("with nothing to do it did %d: %v", n, err)
		}
		if events := h.Events(t, fresh); !slices.Equal(events, []string{models.KeysRotated}) {
			t.Errorf("events %v", events)
		}
	})
}

// work reads, changes and creates credentials until it is told to stop.
func work(t *testing.T, ops credentials.Ops, who models.Actor, ids []models.ID, stop chan struct{}) error {
	for i := 0; ; i++ {
		id := ids[(i*7)%len(ids)]
		v, err := ops.Get(t.Context(), who, id)
		if err == nil && v.Broken != "" {
			err = fmt.Errorf("broken: %s", v.Broken)
		}
		if err != nil {
			return err
		}
		d := modelstest.Raw(v.Name, fmt.Sprintf(`{"round": %d}`, i))
		d.Version = v.Version
		if err := ops.Update(t.Context(), who, id, d); err != nil {
			return err
		}
		if _, err := ops.Create(t.Context(), who, "raw", modelstest.Raw(fmt.Sprintf("new %d", i), `{}`)); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		default:
		}
	}
}

func TestRowsThatCannotBeOpenedAreCountedAndLeftAlone(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		lost, moved := h.Keep(t, ana, "lost"), h.Keep(t, ana, "moved")
		whole := h.Keep(t, ana, "whole")
		h.Exec(t, `UPDATE bodies SET sealed = ?, key_id = 'gone' WHERE credential_id = ?`, append([]byte{1, 4}, "gone and more than that"...), lost)
		h.Exec(t, `UPDATE bodies SET sealed = (SELECT sealed FROM bodies WHERE credential_id = ?) WHERE credential_id = ?`, whole, moved)
		old := status(t, h)
		if old.Broken != 2 || !maps.Equal(old.Rows, map[string]int{"gone": 1, old.Primary: 2}) {
			t.Errorf("status %+v", old)
		}
		_, err := h.Keys.Rotate(ctx, h.Clock.Now())
		modelstest.Must(t, err)
		n, err := h.Keys.Reseal(ctx)
		modelstest.Must(t, err)
		now := status(t, h)
		if n != 1 || now.Broken != 2 || now.Rows[now.Primary] != 1 || now.Rows["gone"] != 1 || now.Rows[old.Primary] != 1 {
			t.Errorf("sealed %d again, status %+v", n, now)
		}
		if !strings.Contains(h.Body(t, whole), "pin") {
			t.Error("the whole one does not open")
		}
	})
}

func TestWhileOneReplicaResealsTheOtherStandsBack(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		h.Keep(t, h.Person(t, "ana", models.PlainMember), "c")
		_, err := h.Keys.Rotate(ctx, h.Clock.Now())
		modelstest.Must(t, err)
		if held, err := h.DB.Lease(ctx, "reseal", "somebody", time.Minute); err != nil || !held {
			t.Fatalf("no lease: %v", err)
		}
		if n, err := h.Keys.Reseal(ctx); n != 0 || err != nil {
			t.Errorf("did %d: %v", n, err)
		}
		h.Clock.Pass(time.Minute)
		if n, err := h.Keys.Reseal(ctx); n != 1 || err != nil {
			t.Errorf("did %d: %v", n, err)
		}
	})
}

func TestKeysFromTheEnvironmentAreRotatedThere(t *testing.T) {
	t.Parallel()
	h := modelstest.SQLite(t)
	ops := keys.New(h.DB, h.Ring(t), "", "here")
	if _, err := ops.Rotate(t.Context(), h.Clock.Now()); err != keys.ErrFixedKeys {
		t.Errorf("got %v", err)
	}
	current := seal.FormatKeys([]seal.Key{seal.NewKey(h.Clock.Now())})
	next, err := keys.WithNewKey(current, h.Clock.Now())
	modelstest.Must(t, err)
	opens, err := seal.NewRing(seal.TextSource(next.Opens))
	modelstest.Must(t, err)
	seals, err := seal.NewRing(seal.TextSource(next.Seals))
	modelstest.Must(t, err)
	if opens.IDs()[1] != next.ID || !strings.HasPrefix(next.Opens, current+",") {
		t.Errorf("first, the keys are %v", opens.IDs())
	}
	if seals.IDs()[0] != next.ID || !strings.HasSuffix(next.Seals, ","+current) {
		t.Errorf("then, the keys are %v", seals.IDs())
	}
	at := seal.Place{Table: "bodies", Column: "sealed", Row: "1"}
	if _, err := opens.Open(seals.Seal([]byte("x"), at), at); err != nil {
		t.Errorf("a server after the first step can't open what one after the second seals: %v", err)
	}
	if _, err := keys.WithNewKey("nonsense", h.Clock.Now()); err == nil {
		t.Error("nonsense was taken for keys")
	}
}

func TestWithNothingToSealAgainTheJobWritesNothing(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Keep(t, ana, "c")
		lost := h.Keep(t, ana, "lost")
		h.Exec(t, `UPDATE bodies SET key_id = 'gone' WHERE credential_id = ?`, lost) // no key of ours: none to open it with
		before := h.Dump(t)
		if n, err := h.Keys.Reseal(t.Context()); n != 0 || err != nil {
			t.Errorf("did %d: %v", n, err)
		}
		if after := h.Dump(t); after != before {
			t.Error("something was written")
		}
		missing, err := h.Keys.Missing(t.Context())
		modelstest.Must(t, err)
		if !slices.Equal(missing, []string{"gone"}) {
			t.Errorf("missing keys %v", missing)
		}
	})
}

func TestTheJobStopsWhenAnotherReplicaTookItsLease(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		const n, batch = 250, 200
		for i := range n {
			h.Keep(t, ana, fmt.Sprintf("c%03d", i))
		}
		_, err := h.Keys.Rotate(ctx, h.Clock.Now())
		modelstest.Must(t, err)
		// Whoever seals a row again loses the lease.
		lose := `UPDATE leases SET owner = 'another', expires_at = '2099-01-01 00:00:00+00:00' WHERE name = 'reseal';`
		if strings.HasPrefix(h.URL, "sqlite:") {
			h.Exec(t, `CREATE TRIGGER lose AFTER UPDATE ON bodies BEGIN `+lose+` END`)
		} else {
			h.Exec(t, `CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN `+lose+` RETURN NULL; END $$`)
			h.Exec(t, `CREATE TRIGGER lose AFTER UPDATE ON bodies FOR EACH STATEMENT EXECUTE FUNCTION lose()`)
		}
		if done, err := h.Keys.Reseal(ctx); done != batch || err != nil {
			t.Errorf("did %d of %d: %v, want one batch", done, n, err)
		}
		if h.Count(t, `SELECT count(*) FROM leases WHERE owner = 'another' AND expires_at > '2098-01-01 00:00:00+00:00'`) != 1 {
			t.Error("the other's lease was given back")
		}
	})
}
