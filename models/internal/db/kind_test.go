package db

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest/pgtest"
)

// onBoth runs the test on an empty database of each kind. open connects to it
// once more, as another program would.
func onBoth(t *testing.T, test func(t *testing.T, open func() *DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		url := "sqlite:" + filepath.Join(t.TempDir(), "holdfast.db")
		test(t, func() *DB { return openAt(t, url) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := pgtest.Database(t, nil)
		test(t, func() *DB { return openAt(t, url) })
	})
}

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func openAt(t *testing.T, url string) *DB {
	t.Helper()
	d, err := Open(t.Context(), Options{URL: url, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// mustExec runs hand-written statements that the test rests on.
func mustExec(t *testing.T, d *DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := d.sqlWrite().ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func wantKind(t *testing.T, err error, want models.ErrorKind, text string) {
	t.Helper()
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Kind != want || e.Text != text {
		t.Errorf("got %v, want kind %d, %q", err, want, text)
	}
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}
