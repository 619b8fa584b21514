package credentials_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/modelstest"
)

// warehouse is a PostgreSQL credential whose password is a marker.
func warehouse(t *testing.T, h *modelstest.House, owner models.Actor, projects ...models.ID) models.ID {
	t.Helper()
	id, err := h.Credentials.Create(t.Context(), owner, "postgresql", credentials.Draft{Name: "Warehouse", Projects: projects, Form: map[string][]string{
		"body/host": {"db.example.org"}, "body/port": {"5432"}, "body/database": {"d"}, "body/user": {"app"}, "body/password": {"mArKeR-9"},
	}})
	modelstest.Must(t, err)
	return id
}

func TestTheOwnerSeesTheSecretsAndItIsNoted(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		id := warehouse(t, h, ana)
		before, err := h.Credentials.Get(t.Context(), ana, id)
		modelstest.Must(t, err)
		r, err := h.Credentials.Reveal(t.Context(), ana, id)
		modelstest.Must(t, err)
		if fmt.Sprint(r.Secrets) != "map[body/password:mArKeR-9]" || r.Name != "Warehouse" || r.Kind.Name != "postgresql" {
			t.Errorf("%+v", r)
		}
		after, err := h.Credentials.Get(t.Context(), ana, id)
		modelstest.Must(t, err)
		if after.Version != before.Version || !after.UpdatedAt.Equal(before.UpdatedAt) {
			t.Error("looking changed the credential")
		}
		e := after.History.Rows[0]
		if e.Name != models.CredentialRevealed || e.ActorID != ana.UserID || fmt.Sprint(e.ReadDetails().Fields) != "[password]" {
			t.Errorf("the history tells %+v", e)
		}
		if strings.Contains(h.Dump(t)+h.Log.String(), "mArKeR-9") {
			t.Error("the secret stands in a table or in the log")
		}
	})
}

func TestWhoMayNotHaveSecretsShown(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, ben := h.Person(t, "ana", models.Administrator), h.Person(t, "ben", models.Administrator)
		p := h.Project(t, ana, "P")
		h.Seat(t, ana, p, ben, models.Admin)
		id := warehouse(t, h, ana, p)
		ctx := t.Context()
		for _, who := range []models.Actor{ben, h.Person(t, "eve", models.PlainMember)} {
			_, err := h.Credentials.Reveal(ctx, who, id)
			modelstest.Want(t, err, models.NotFound)
		}
		program := ana
		program.TokenID = models.NewID()
		_, err := h.Credentials.Reveal(ctx, program, id)
		modelstest.Want(t, err, models.Forbidden)
		h.Clock.Pass(models.ProvenFor)
		r, err := h.Credentials.Reveal(ctx, ana, id)
		modelstest.Want(t, err, models.Unproven)
		if len(r.Secrets) != 0 {
			t.Error("the secrets came with the refusal")
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.CredentialRevealed); n != 0 {
			t.Errorf("%d looks noted", n)
		}
	})
}

func TestWhatCanBeRevealed(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		id := warehouse(t, h, ana)
		raw, err := h.Credentials.Create(t.Context(), ana, "raw", modelstest.Raw("Raw", `{"b":[1.0,{"c":"<"}],"a":"x"}`))
		modelstest.Must(t, err)
		r, err := h.Credentials.Reveal(t.Context(), ana, raw)
		modelstest.Must(t, err)
		if got := r.Secrets["body"]; got != "{\n  \"a\": \"x\",\n  \"b\": [\n    1.0,\n    {\n      \"c\": \"<\"\n    }\n  ]\n}" {
			t.Errorf("raw: %s", got)
		}
		h.Schedule(t, ana, id) // it can still be rescued
		r, err = h.Credentials.Reveal(t.Context(), ana, id)
		modelstest.Must(t, err)
		if r.Secrets["body/password"] != "mArKeR-9" {
			t.Errorf("scheduled: %v", r.Secrets)
		}
		h.Use(t, id, models.ID{})
		h.Clock.Pass((modelstest.GraceDays + 1) * 24 * time.Hour)
		_, err = h.Purge.Run(t.Context())
		modelstest.Must(t, err)
		ana.ProvenAt = h.Clock.Now()
		_, err = h.Credentials.Reveal(t.Context(), ana, id)
		modelstest.Want(t, err, models.Conflict)
		h.SealAs(t, raw, `no JSON`)
		_, err = h.Credentials.Reveal(t.Context(), ana, raw)
		modelstest.Want(t, err, models.Unavailable)
		if got := h.Events(t, raw.String()); fmt.Sprint(got) != "[credential.created credential.revealed]" {
			t.Errorf("events %v", got)
		}
	})
}
