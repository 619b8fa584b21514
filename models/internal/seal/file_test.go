package seal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models/internal/seal"
)

var day = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func keyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data", "holdfast.keys")
	if made, err := seal.CreateFile(path, day); err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	return path
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func TestKeyFileIsMadeOnceAndPrivate(t *testing.T) {
	t.Parallel()
	path := keyFile(t)
	if f, d := mode(t, path), mode(t, filepath.Dir(path)); f != 0o600 || d != 0o700 {
		t.Errorf("modes %o and %o, want 600 and 700", f, d)
	}
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if made, err := seal.CreateFile(path, day); made || err != nil {
		t.Errorf("second time: made %v, %v", made, err)
	}
	if again, _ := os.ReadFile(path); !slices.Equal(first, again) {
		t.Error("the second start changed the key")
	}
}

func TestStartersAtOnceFindTheSameKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", "holdfast.keys")
	var g sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		g.Go(func() {
			if _, err := seal.CreateFile(path, day); err != nil {
				t.Error(err)
				return
			}
			keys, err := seal.FileSource(path)()
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = seal.FormatKeys(keys)
		})
	}
	g.Wait()
	if len(slices.Compact(ids)) != 1 {
		t.Error("the starters found different keys")
	}
	names, _ := os.ReadDir(filepath.Dir(path))
	if len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestSharedKeyFileIsRefused(t *testing.T) {
	t.Parallel()
	path := keyFile(t)
	for _, m := range []fs.FileMode{0o640, 0o604, 0o620} {
		if err := os.Chmod(path, m); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.FileSource(path)(); err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %o: %v", m, err)
		}
		if _, err := seal.MountedSource(path)(); err != nil {
			t.Errorf("mounted, mode %o: %v", m, err)
		}
	}
}

func TestPrependedKeySealsAndTheOldOneOpens(t *testing.T) {
	t.Parallel()
	path := keyFile(t)
	running, err := seal.NewRing(seal.FileSource(path))
	if err != nil {
		t.Fatal(err)
	}
	old := running.Seal([]byte("s3cret"), here)
	if err := seal.Prepend(path, key("next")); err != nil {
		t.Fatal(err)
	}
	started, err := seal.NewRing(seal.FileSource(path))
	if err != nil {
		t.Fatal(err)
	}
	if started.Primary() != "next" || mode(t, path) != 0o600 {
		t.Errorf("primary %s, mode %o", started.Primary(), mode(t, path))
	}
	if _, err := started.Open(old, here); err != nil {
		t.Errorf("old blob: %v", err)
	}
	if _, err := running.Open(started.Seal(nil, here), here); err != nil {
		t.Errorf("the running ring does not find the new key: %v", err)
	}
}

func TestPrependLosesNoKey(t *testing.T) {
	t.Parallel()
	path := keyFile(t)
	before, _ := os.ReadFile(path)
	if err := seal.Prepend(path, key("one")); err != nil {
		t.Fatal(err)
	}
	if err := seal.Prepend(path, key("one")); err == nil {
		t.Error("the same id twice is taken")
	}
	if err := os.WriteFile(path+".new", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := seal.Prepend(path, key("two")); err == nil || !strings.Contains(err.Error(), path+".new") {
		t.Errorf("while another is at work: %v", err)
	}
	after, _ := os.ReadFile(path)
	if want := seal.FormatKeys([]seal.Key{key("one")}) + "," + string(before); string(after) != want {
		t.Error("the file does not hold exactly both keys")
	}
	if err := seal.Prepend(filepath.Join(t.TempDir(), "none"), key("one")); err == nil {
		t.Error("prepends to no file")
	}
}
