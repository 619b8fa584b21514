package credentials_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/modelstest"
)

func TestAnEditChangesWhatItSaysAndNamesTheFields(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		made := h.Clock.Now()
		id, err := h.Credentials.Create(ctx, ana, "postgresql", postgres("db", nil))
		modelstest.Must(t, err)
		h.Clock.Pass(time.Hour)
		d := postgres("db", map[string]string{"body/password": "", "body/port": "6000"}) // an empty secret keeps
		d.Version = 1
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, d))
		v, err := h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		if v.Values["body/port"] != "6000" || !v.Held["body/password"].Equal(made) || v.Version != 2 || !v.UpdatedAt.Equal(h.Clock.Now()) {
			t.Errorf("after an edit of the port: %v %v %d", v.Values, v.Held, v.Version)
		}
		if e := v.History.Rows[0].ReadDetails(); !slices.Equal(e.Fields, []string{"port"}) || e.Before != nil || e.After != nil || e.Version != 2 {
			t.Errorf("the event says %+v", e)
		}
		d = postgres("renamed", map[string]string{"body/password": "typed anew", "body/port": "6000"})
		d.Version = 2
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, d))
		v, err = h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		if !v.Held["body/password"].Equal(h.Clock.Now()) || !strings.Contains(h.Body(t, id), "typed anew") {
			t.Errorf("the secret was not replaced: %v", v.Held)
		}
		e := v.History.Rows[0].ReadDetails()
		if !slices.Equal(e.Fields, []string{"password"}) || e.Before["name"] != "db" || e.After["name"] != "renamed" || len(e.After) != 1 {
			t.Errorf("the event says %+v", e)
		}
		if got := h.Events(t, id.String()); !slices.Equal(got, []string{models.CredentialCreated, models.CredentialUpdated, models.CredentialUpdated}) {
			t.Errorf("events %v", got)
		}
	})
}

func TestAnOptionalSecretCanBeRemovedAndARequiredOneCannot(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		web, err := h.Credentials.Create(ctx, ana, "http", draft("web", map[string]string{"body/password": "hush-hush", "body/username": "ana"}))
		modelstest.Must(t, err)
		d := draft("web", map[string]string{"body/username": "ana", "remove/password": "on"})
		d.Version = 1
		modelstest.Must(t, h.Credentials.Update(ctx, ana, web, d))
		v, err := h.Credentials.Get(ctx, ana, web)
		modelstest.Must(t, err)
		if _, held := v.Held["body/password"]; held || strings.Contains(h.Body(t, web), "hush") {
			t.Errorf("still held: %v", v.Held)
		}
		if e := v.History.Rows[0].ReadDetails(); !slices.Equal(e.Fields, []string{"password"}) {
			t.Errorf("the event says %+v", e)
		}
		db, err := h.Credentials.Create(ctx, ana, "postgresql", postgres("db", nil))
		modelstest.Must(t, err)
		d = postgres("db", map[string]string{"body/password": "", "remove/password": "on"})
		d.Version = 1
		modelstest.WantWrong(t, h.Credentials.Update(ctx, ana, db, d), "body/password")
	})
}

func TestAnEditThatChangesNothingWritesNothing(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		d := postgres("db", nil)
		d.Projects = []models.ID{p}
		id, err := h.Credentials.Create(ctx, ana, "postgresql", d)
		modelstest.Must(t, err)
		before := h.Dump(t)
		h.Clock.Pass(time.Hour)
		d.Version = 1
		for _, password := range []string{"", "s3cret-db"} { // kept, and typed as it was
			d.Form["body/password"] = []string{password}
			modelstest.Must(t, h.Credentials.Update(ctx, ana, id, d))
		}
		if after := h.Dump(t); after != before {
			t.Errorf("something was written:\n%s\nwas\n%s", after, before)
		}
	})
}

func TestAWrongEditChangesNothing(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		h.Keep(t, ana, "taken")
		id, err := h.Credentials.Create(ctx, ana, "postgresql", postgres("db", nil))
		modelstest.Must(t, err)
		before := h.Dump(t)
		d := postgres("TAKEN", map[string]string{"body/port": "abc", "body/host": ""})
		d.Version = 1
		modelstest.WantWrong(t, h.Credentials.Update(ctx, ana, id, d), "name", "body/port", "body/host")
		d.Name = "a\x00b"
		modelstest.WantWrong(t, h.Credentials.Update(ctx, ana, id, d), "name", "body/port", "body/host")
		if after := h.Dump(t); after != before {
			t.Error("something was written")
		}
	})
}

func TestAStaleSaveIsAConflictAndTellsWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		id := h.Keep(t, ana, "one")
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, renamed("two", 1)))
		h.Clock.Pass(time.Second)
		shared := renamed("two", 2)
		shared.Projects = []models.ID{p}
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, shared))
		modelstest.Want(t, h.Credentials.Update(ctx, ana, id, renamed("three", 1)), models.Conflict)
		modelstest.Want(t, h.Credentials.Update(ctx, ana, id, renamed("three", 2)), models.Conflict)
		modelstest.Want(t, h.Credentials.Update(ctx, ana, id, renamed("three", 99)), models.Conflict)
		for version, want := range map[int64][]string{
			1: {models.CredentialShared, models.CredentialUpdated}, 2: {models.CredentialShared}, 3: nil,
		} {
			events, err := h.Credentials.Meanwhile(ctx, ana, id, version)
			modelstest.Must(t, err)
			got := []string{}
			for _, e := range events {
				got = append(got, e.Name)
			}
			if !slices.Equal(got, append([]string{}, want...)) {
				t.Errorf("after version %d: %v, want %v", version, got, want)
			}
		}
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, renamed("three", 3)))
	})
}

func TestOfTwoSavesAtOnceOneWins(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		id := h.Keep(t, ana, "one")
		errs := make(chan error, 6)
		for i := range 6 {
			go func() { errs <- h.Credentials.Update(t.Context(), ana, id, renamed(string(rune('a'+i)), 1)) }()
		}
		won := 0
		for range 6 {
			if err := <-errs; err == nil {
				won++
			} else if models.KindOf(err) != models.Conflict {
				t.Errorf("a loser got %v", err)
			}
		}
		if won != 1 || h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.CredentialUpdated) != 1 {
			t.Errorf("%d won", won)
		}
	})
}

func TestSharesAreAddedByAnEditAndTakenAwayOneByOne(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p, q := h.Project(t, ana, "P"), h.Project(t, ana, "Q")
		id := h.Keep(t, ana, "c", p)
		d := renamed("c", 1)
		d.Projects = []models.ID{p, q, q} // p has it already; a form that omits one takes nothing away
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, d))
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, renamed("d", 2)))
		page, err := h.Credentials.ListInProject(ctx, ana, p, models.CredentialFilter{Search: "D"})
		wantNames(t, page, err, "d")

		loss, err := h.Credentials.ShareImpact(ctx, ana, id, q)
		modelstest.Must(t, err)
		if loss.ID != id || loss.Project.Name != "Q" || !loss.UsedAt.IsZero() {
			t.Errorf("impact %v", loss)
		}
		h.Use(t, id, q)
		if loss, _ = h.Credentials.ShareImpact(ctx, ana, id, q); !loss.UsedAt.Equal(h.Clock.Now()) {
			t.Errorf("last used %v", loss.UsedAt)
		}
		modelstest.Must(t, h.Credentials.Unshare(ctx, ana, id, q))
		modelstest.Want(t, h.Credentials.Unshare(ctx, ana, id, q), models.NotFound)
		modelstest.Want(t, h.Credentials.Unshare(ctx, ana, id, models.NewID()), models.NotFound)
		_, err = h.Credentials.ShareImpact(ctx, ana, id, q)
		modelstest.Want(t, err, models.NotFound)
		_, err = h.Credentials.ShareImpact(ctx, ana, id, models.ID{})
		modelstest.Want(t, err, models.NotFound)
		modelstest.Want(t, h.Credentials.Update(ctx, ana, id, renamed("e", 3)), models.Conflict) // the share changed meanwhile

		v, err := h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		if len(v.Projects) != 1 || v.Projects[0].ID != p {
			t.Errorf("shared with %v", v.Projects)
		}
		if e := v.History.Rows[0]; e.Name != models.CredentialUnshared || e.ReadDetails().After["project_id"] != q.String() {
			t.Errorf("the last event is %+v", e)
		}
		events := h.Events(t, id.String())
		slices.Sort(events)
		want := []string{
			models.CredentialShared, models.CredentialShared, models.CredentialCreated,
			models.CredentialUnshared, models.CredentialUpdated,
		}
		slices.Sort(want)
		if !slices.Equal(events, want) {
			t.Errorf("events %v", events)
		}
	})
}

func TestOneWhoLeftAProjectStillTakesTheirCredentialAway(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p := h.Project(t, ana, "P")
		h.Seat(t, ana, p, bob, models.Editor)
		id := h.Keep(t, bob, "c", p)
		h.Exec(t, `DELETE FROM memberships WHERE user_id = ?`, bob.UserID)
		v, err := h.Credentials.Get(ctx, bob, id)
		modelstest.Must(t, err)
		if len(v.Projects) != 1 || v.Projects[0].Role != "" {
			t.Errorf("shared with %+v", v.Projects)
		}
		modelstest.Must(t, h.Credentials.Unshare(ctx, bob, id, p))
	})
}

func TestAnEditIsCheckedBeforeAnythingIsHeld(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Keep(t, ana, "taken")
		id, err := h.Credentials.Create(t.Context(), ana, "postgresql", postgres("db", nil))
		modelstest.Must(t, err)
		d := postgres("taken", map[string]string{"body/port": "abc"})
		d.Version = 1
		ctx, done := context.WithTimeout(t.Context(), 5*time.Second)
		defer done()
		err = h.DB.System(ctx, models.Actor{Job: "test"}, func(tx *db.SystemTx) error {
			// This visit holds the row; on SQLite, the whole database.
			if err := tx.AddStep(models.Step{ID: models.NewID(), CredentialID: id, UsedAt: h.Clock.Now()}); err != nil {
				return err
			}
			modelstest.WantWrong(t, h.Credentials.Update(ctx, ana, id, d), "name", "body/port")
			d.Version = 2
			modelstest.Want(t, h.Credentials.Update(ctx, ana, id, d), models.Conflict)
			return nil
		})
		modelstest.Must(t, err)
	})
}

func TestOfTwoEditsThatTakeANameAtOnceOneIsTold(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		const n = 6
		errs := make(chan error, n)
		for i := range n {
			id := h.Keep(t, ana, fmt.Sprint(i))
			go func() { errs <- h.Credentials.Update(t.Context(), ana, id, renamed("same", 1)) }()
		}
		won := 0
		for range n {
			if err := <-errs; err == nil {
				won++
			} else if models.WrongFields(err)["name"] == "" {
				t.Errorf("a loser got %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
	})
}
