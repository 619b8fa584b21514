package app_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/app"
	"holdfast/models/modelstest"
)

func opened(t *testing.T, h *modelstest.House, schemas string) error {
	t.Helper()
	a, err := app.Open(t.Context(), app.Deps{
		DatabaseURL: h.URL, Keys: app.Keys{File: h.KeyFile, Own: true}, SchemasDir: schemas, Now: h.Clock.Now,
		Log: slog.New(slog.NewTextHandler(h.Log, nil)),
	})
	if err != nil {
		return err
	}
	return a.Close()
}

func TestALostKeyFileIsNotReplacedWhileSecretsNeedIt(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		key := h.Ring(t).Primary()
		modelstest.Must(t, os.Remove(h.KeyFile))
		modelstest.Must(t, opened(t, h, "")) // nothing is sealed yet
		key2 := h.Ring(t).Primary()
		if key2 == key {
			t.Fatal("no new key file was made")
		}
		h.Keep(t, h.Person(t, "ana", models.PlainMember), "c") // sealed with the key that the program holds
		saved, err := os.ReadFile(h.KeyFile)
		modelstest.Must(t, err)
		modelstest.Must(t, os.Remove(h.KeyFile))
		err = opened(t, h, "")
		modelstest.Want(t, err, models.Unavailable)
		for _, part := range []string{h.KeyFile, key, "is missing", "Put the file back"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q does not say %q", err, part)
			}
		}
		if _, err := os.Stat(h.KeyFile); err == nil {
			t.Error("a new key file was made")
		}
		modelstest.Must(t, os.WriteFile(h.KeyFile, saved, 0o600))
		modelstest.Must(t, opened(t, h, ""))
	})
}

func TestEveryKindThatCannotBeUsedIsLogged(t *testing.T) {
	t.Parallel()
	h := modelstest.SQLite(t)
	dir := t.TempDir()
	for _, file := range []string{"one.json", "two.json"} {
		modelstest.Must(t, os.WriteFile(filepath.Join(dir, file), []byte(`{"type": `), 0o600))
	}
	modelstest.Must(t, opened(t, h, dir))
	for _, file := range []string{"one.json", "two.json"} {
		lines := 0
		for line := range strings.Lines(h.Log.String()) {
			if strings.Contains(line, "level=WARN") && strings.Contains(line, file) && strings.Contains(line, "reason=") {
				lines++
			}
		}
		if lines != 1 {
			t.Errorf("%s: %d lines in\n%s", file, lines, h.Log)
		}
	}
}
