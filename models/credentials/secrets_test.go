package credentials_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

const marker = "m4rker-0f-a-s3cret"

// TestAMarkerSecretIsNowhereToBeFound drives a credential through its whole life
// and looks for its secret in every row, in the log, in what was shown and in
// every error.
func TestAMarkerSecretIsNowhereToBeFound(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p := h.Project(t, ana, "P")
		h.Seat(t, ana, p, bob, models.Viewer)
		var shown bytes.Buffer
		saw := slog.New(slog.NewJSONHandler(&shown, nil))
		tell := func(what string, v any, err error) {
			saw.Info(what, "it", fmt.Sprintf("%+v", v), "err", fmt.Sprintf("%+v %v", err, models.WrongFields(err)))
		}

		secret := map[string]string{"body/password": marker}
		d := postgres("db", secret)
		d.Projects = []models.ID{p}
		id, err := h.Credentials.Create(ctx, ana, "postgresql", d)
		modelstest.Must(t, err)
		raw, err := h.Credentials.Create(ctx, ana, "raw", modelstest.Raw("raw", `{"`+marker+`": "`+marker+`"}`))
		modelstest.Must(t, err)
		if !strings.Contains(h.Body(t, id), marker) || !strings.Contains(h.Body(t, raw), marker) {
			t.Fatal("the secret was not kept at all")
		}
		for _, wrong := range []map[string]string{
			{"body/password": marker, "body/port": marker}, {"body/password": strings.Repeat(marker, 5000)}, {"body/password": marker, "body/ssl": marker},
		} {
			_, err := h.Credentials.Create(ctx, ana, "postgresql", postgres("wrong", wrong))
			tell("wrong form", nil, err)
		}
		for _, wrong := range []string{`{"a": ` + marker, `["` + marker + `"]`, marker} {
			_, err := h.Credentials.Create(ctx, ana, "raw", modelstest.Raw("wrong", wrong))
			tell("wrong raw", nil, err)
		}
		_, err = h.Credentials.CreateFromJSON(ctx, ana, "postgresql", draft("wrong", nil), map[string]any{"port": marker, "password": marker, "ssl": marker})
		tell("wrong JSON", nil, err)
		d = postgres("db", map[string]string{"body/password": marker + "-again"})
		d.Version = 1
		modelstest.Must(t, h.Credentials.Update(ctx, ana, id, d))
		tell("stale", nil, h.Credentials.Update(ctx, ana, id, d))
		for _, who := range []models.Actor{ana, bob} {
			v, err := h.Credentials.Get(ctx, who, id)
			tell("page", v, err)
			g, err := h.Credentials.Glimpse(ctx, who, id)
			tell("glimpse", g, err)
			l, err := h.Credentials.ListInProject(ctx, who, p, models.CredentialFilter{})
			tell("list", l, err)
		}
		v, err := h.Credentials.Get(ctx, ana, raw)
		tell("raw page", v, err)
		h.Exec(t, `UPDATE bodies SET key_id = 'x' WHERE credential_id = ?`, raw)
		_, err = h.Keys.Reseal(ctx)
		tell("reseal", nil, err)
		h.Schedule(t, ana, id)
		search(t, h, shown.String())
		h.Clock.Pass(modelstest.GraceDays * 24 * time.Hour)
		_, err = h.Purge.Run(ctx)
		modelstest.Must(t, err)
		search(t, h, shown.String())
	})
}

// search fails when the marker is found in any of its forms.
func search(t *testing.T, h *modelstest.House, shown string) {
	t.Helper()
	for place, text := range map[string]string{"the rows": h.Dump(t), "the log": h.Log.String(), "what was shown or said": shown} {
		for _, form := range []string{marker, base64.StdEncoding.EncodeToString([]byte(marker)), fmt.Sprintf("%x", marker)} {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("the secret is in %s: …%s…", place, text[max(0, at-80):at])
			}
		}
	}
	file, isFile := strings.CutPrefix(h.URL, "sqlite:")
	if !isFile {
		return
	}
	parts, err := filepath.Glob(file + "*")
	modelstest.Must(t, err)
	for _, part := range parts {
		bytes, err := os.ReadFile(part)
		modelstest.Must(t, err)
		if strings.Contains(string(bytes), marker) {
			t.Errorf("the secret is in %s", part)
		}
	}
}

func TestACredentialWithoutItsBodyCanBeOpenedAndDeleted(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		id, err := h.Credentials.Create(t.Context(), ana, "postgresql", postgres("lost", nil))
		modelstest.Must(t, err)
		h.Exec(t, `DELETE FROM bodies WHERE credential_id = ?`, id)
		view, err := h.Credentials.Get(t.Context(), ana, id)
		if err != nil || view.Broken == "" {
			t.Errorf("%q %v", view.Broken, err)
		}
		_, err = h.Credentials.ScheduleDeletion(t.Context(), ana, id)
		modelstest.Must(t, err)
		modelstest.Must(t, h.Credentials.DeleteNow(t.Context(), ana, id, "lost"))
	})
}
