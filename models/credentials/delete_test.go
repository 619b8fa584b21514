package credentials_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/internal/kinds"
	"holdfast/models/internal/post"
	"holdfast/models/modelstest"
)

func TestASchedulingHidesFromProjectsAtOnceAndARestoreBringsAllBack(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p, q := h.Project(t, ana, "P"), h.Project(t, ana, "Q")
		h.Seat(t, ana, p, bob, models.Viewer)
		id := h.Keep(t, ana, "c", p, q)
		before, err := h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		h.Clock.Pass(time.Hour)

		due, err := h.Credentials.ScheduleDeletion(ctx, ana, id)
		modelstest.Must(t, err)
		if want := h.Clock.Now().AddDate(0, 0, modelstest.GraceDays); !due.Equal(want) {
			t.Errorf("due %v, want %v", due, want)
		}
		for _, project := range []models.ID{p, q} {
			page, err := h.Credentials.ListInProject(ctx, ana, project, models.CredentialFilter{})
			wantNames(t, page, err)
			page, err = h.Credentials.ListOfUserInProject(ctx, ana, ana.UserID, project, models.CredentialFilter{})
			wantNames(t, page, err)
		}
		_, err = h.Credentials.Glimpse(ctx, bob, id)
		modelstest.Want(t, err, models.NotFound)
		mine, err := h.Credentials.List(ctx, ana, models.CredentialFilter{})
		wantNames(t, mine, err, "c")
		if mine.Rows[0].DeletionAt == nil || !mine.Rows[0].DeletionAt.Equal(due) || len(mine.Rows[0].Projects) != 2 {
			t.Errorf("the owner sees %+v", mine.Rows[0])
		}
		_, err = h.Credentials.ScheduleDeletion(ctx, ana, id)
		modelstest.Want(t, err, models.Conflict)
		modelstest.Want(t, h.Credentials.Update(ctx, ana, id, renamed("d", 2)), models.Conflict)

		modelstest.Must(t, h.Credentials.Restore(ctx, ana, id))
		modelstest.Want(t, h.Credentials.Restore(ctx, ana, id), models.Conflict)
		after, err := h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		if after.DeletionAt != nil || after.DeletionRequested != nil || after.Name != before.Name || !after.CreatedAt.Equal(before.CreatedAt) ||
			!slices.Equal(after.Projects, before.Projects) || !after.Held["body"].Equal(before.Held["body"]) || after.Version != 3 {
			t.Errorf("restored %+v, was %+v", after, before)
		}
		page, err := h.Credentials.ListInProject(ctx, bob, p, models.CredentialFilter{})
		wantNames(t, page, err, "c")
		got := h.Events(t, id.String())
		if !slices.Equal(got[len(got)-2:], []string{models.CredentialScheduled, models.CredentialRestored}) || len(got) != 5 {
			t.Errorf("events %v", got)
		}
	})
}

func TestWithoutAGracePeriodADeletionIsDueAtOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		id := h.Keep(t, ana, "c")
		ops := credentials.New(h.DB, h.Ring(t), kinds.Load(""), post.New(h.Ring(t)), 0)
		due, err := ops.ScheduleDeletion(t.Context(), ana, id)
		modelstest.Must(t, err)
		if !due.Equal(h.Clock.Now()) {
			t.Errorf("due %v", due)
		}
		count, err := h.Purge.Run(t.Context())
		modelstest.Must(t, err)
		if count != (models.PurgeCount{Deleted: 1}) {
			t.Errorf("the next run did %+v", count)
		}
	})
}

func TestDeleteNowTakesEverythingButWhatProgramsHaveUsed(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		idle, used := h.Keep(t, ana, "Idle", p), h.Keep(t, ana, "Used", p)
		modelstest.Want(t, h.Credentials.DeleteNow(ctx, ana, idle, "Idle"), models.Conflict) // not scheduled
		h.Use(t, used, p)
		h.Schedule(t, ana, idle)
		h.Schedule(t, ana, used)
		modelstest.WantWrong(t, h.Credentials.DeleteNow(ctx, ana, idle, "Idl"), "confirm")
		modelstest.WantWrong(t, h.Credentials.DeleteNow(ctx, ana, idle, ""), "confirm")
		modelstest.Want(t, h.Credentials.DeleteNow(ctx, ana, used, "Used"), models.Conflict)
		for id, want := range map[models.ID]bool{idle: false, used: true} {
			active, err := h.Credentials.HasActivity(ctx, ana, id)
			modelstest.Must(t, err)
			_, impact, err := h.Credentials.Impact(ctx, ana, id)
			modelstest.Must(t, err)
			if active != want || impact.Active != want || impact.LastUsedAt.IsZero() == want || len(impact.Projects) != 1 {
				t.Errorf("active %v, impact %+v", active, impact)
			}
		}
		modelstest.Must(t, h.Credentials.DeleteNow(ctx, ana, idle, "Idle"))
		_, err := h.Credentials.Get(ctx, ana, idle)
		modelstest.Want(t, err, models.NotFound)
		modelstest.Want(t, h.Credentials.DeleteNow(ctx, ana, idle, "Idle"), models.NotFound)
		for _, left := range []string{
			`SELECT count(*) FROM credentials WHERE id = ?`, `SELECT count(*) FROM bodies WHERE credential_id = ?`, `SELECT count(*) FROM shares WHERE credential_id = ?`,
		} {
			if h.Count(t, left, idle) != 0 || h.Count(t, left, used) != 1 {
				t.Errorf("%s: %d and %d", left, h.Count(t, left, idle), h.Count(t, left, used))
			}
		}
		events := h.Events(t, idle.String())
		if events[len(events)-1] != models.CredentialDeleted {
			t.Errorf("events %v", events)
		}
		h.Keep(t, ana, "Idle") // the name is free again
	})
}

func TestOfAPurgedCredentialOnlyTheRecordIsLeft(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		id := h.Keep(t, ana, "c", p)
		h.Use(t, id, p)
		h.Schedule(t, ana, id)
		h.Clock.Pass(modelstest.GraceDays * 24 * time.Hour)
		_, err := h.Purge.Run(ctx)
		modelstest.Must(t, err)
		v, err := h.Credentials.Get(ctx, ana, id)
		modelstest.Must(t, err)
		if !v.Purged() || v.Broken != "" || len(v.Held) != 0 || len(v.Projects) != 0 || v.History.Rows[0].Name != models.CredentialPurged {
			t.Errorf("left %+v", v)
		}
		d := modelstest.Raw("c", `{}`)
		d.Version = v.Version
		modelstest.Want(t, h.Credentials.Update(ctx, ana, id, d), models.Conflict)
		modelstest.Want(t, h.Credentials.Restore(ctx, ana, id), models.Conflict)
		modelstest.Want(t, h.Credentials.DeleteNow(ctx, ana, id, "c"), models.Conflict)
		_, err = h.Credentials.ScheduleDeletion(ctx, ana, id)
		modelstest.Want(t, err, models.Conflict)
		h.Keep(t, ana, "c") // the name is free again
	})
}

func TestAStranger(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, member, stranger := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember), h.Person(t, "eve", models.Administrator)
		p := h.Project(t, ana, "P")
		h.Seat(t, ana, p, member, models.Admin)
		id := h.Keep(t, ana, "c", p)
		h.Use(t, id, p)
		_, err := h.Credentials.Glimpse(ctx, member, id)
		modelstest.Must(t, err)
		_, err = h.Credentials.Glimpse(ctx, stranger, id)
		modelstest.Want(t, err, models.NotFound)
		_, err = h.Credentials.ListInProject(ctx, stranger, p, models.CredentialFilter{})
		modelstest.Want(t, err, models.NotFound)
		_, err = h.Credentials.ListOfUserInProject(ctx, stranger, ana.UserID, p, models.CredentialFilter{})
		modelstest.Want(t, err, models.NotFound)
		before := h.Dump(t)
		for _, who := range []models.Actor{member, stranger} {
			for name, err := range map[string]error{
				"Get":              second(h.Credentials.Get(ctx, who, id)),
				"HasActivity":      second(h.Credentials.HasActivity(ctx, who, id)),
				"History":          second(h.Credentials.History(ctx, who, id, "")),
				"Impact":           third(h.Credentials.Impact(ctx, who, id)),
				"Update":           h.Credentials.Update(ctx, who, id, renamed("mine", 1)),
				"Meanwhile":        second(h.Credentials.Meanwhile(ctx, who, id, 0)),
				"Unshare":          h.Credentials.Unshare(ctx, who, id, p),
				"ScheduleDeletion": second(h.Credentials.ScheduleDeletion(ctx, who, id)),
				"Restore":          h.Credentials.Restore(ctx, who, id),
				"DeleteNow":        h.Credentials.DeleteNow(ctx, who, id, "c"),
			} {
				if err == nil || models.KindOf(err) != models.NotFound {
					t.Errorf("%s as %s: %v, want not found", name, who.Name, err)
				}
			}
			_, err := h.Credentials.ShareImpact(ctx, who, id, p)
			modelstest.Want(t, err, models.NotFound)
		}
		h.Schedule(t, ana, id)
		modelstest.Want(t, h.Credentials.Restore(ctx, member, id), models.NotFound)
		modelstest.Must(t, h.Credentials.Restore(ctx, ana, id))
		if after := h.Dump(t); len(after) <= len(before) {
			t.Error("the owner's own change is missing")
		}
	})
}

func second[T any](_ T, err error) error { return err }

func third[T, U any](_ T, _ U, err error) error { return err }
