package seal_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"holdfast/models/internal/seal"
)

var here = seal.Place{Table: "credentials", Column: "body", Row: "42"}

func key(id string) seal.Key {
	k := seal.Key{ID: id}
	copy(k.Secret[:], strings.Repeat(id, 32))
	return k
}

func ring(t testing.TB, ids ...string) *seal.Ring {
	t.Helper()
	var keys []seal.Key
	for _, id := range ids {
		keys = append(keys, key(id))
	}
	r, err := seal.NewRing(seal.TextSource(seal.FormatKeys(keys)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatIsSealedOpensAtItsPlace(t *testing.T) {
	t.Parallel()
	r := ring(t, "one")
	for name, plain := range map[string][]byte{"empty": nil, "short": {0}, "text": []byte("s3cret"), "huge": make([]byte, 8<<20)} {
		blob := r.Seal(plain, here)
		if len(plain) > 4 && bytes.Contains(blob, plain) {
			t.Errorf("%s: the blob shows the text", name)
		}
		if got, err := r.Open(blob, here); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s: opened %d bytes, %v", name, len(got), err)
		}
		if id, err := seal.KeyID(blob); id != "one" || err != nil {
			t.Errorf("%s: key id %q, %v", name, id, err)
		}
	}
	if bytes.Equal(r.Seal([]byte("a"), here), r.Seal([]byte("a"), here)) {
		t.Error("the same text seals to the same blob")
	}
}

func TestMovedBlobDoesNotOpen(t *testing.T) {
	t.Parallel()
	r := ring(t, "one")
	blob := r.Seal([]byte("s3cret"), here)
	for _, at := range []seal.Place{
		{"credentials", "body", "43"},
		{"credentials", "bodies", "42"},
		{"clients", "body", "42"},
		{"credential", "sbody", "42"}, // the same letters, cut elsewhere
		{"credentials", "body4", "2"},
		{"credentials", "", "body42"},
		{},
	} {
		if _, err := r.Open(blob, at); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("at %v: %v", at, err)
		}
	}
}

func TestChangedBlobDoesNotOpen(t *testing.T) {
	t.Parallel()
	r := ring(t, "one", "two")
	blob := r.Seal([]byte("s3cret"), here)
	for i := range blob {
		for bit := range 8 {
			bad := slices.Clone(blob)
			bad[i] ^= 1 << bit
			_, err := r.Open(bad, here)
			if !errors.Is(err, seal.ErrBroken) && !errors.Is(err, seal.ErrUnknownKey) {
				t.Fatalf("byte %d, bit %d: %v", i, bit, err)
			}
		}
		if _, err := r.Open(blob[:i], here); !errors.Is(err, seal.ErrBroken) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	if _, err := r.Open(append(slices.Clone(blob), 0), here); !errors.Is(err, seal.ErrBroken) {
		t.Errorf("lengthened: %v", err)
	}
}

func TestAnotherKeyDoesNotOpen(t *testing.T) {
	t.Parallel()
	blob := ring(t, "one").Seal([]byte("s3cret"), here)
	if _, err := ring(t, "two").Open(blob, here); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("key not in the ring: %v", err)
	}
	other := key("two")
	other.ID = "one"
	r, err := seal.NewRing(func() ([]seal.Key, error) { return []seal.Key{other}, nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Open(blob, here); !errors.Is(err, seal.ErrBroken) {
		t.Errorf("same id, other secret: %v", err)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	old := ring(t, "one").Seal([]byte("s3cret"), here)
	r := ring(t, "two", "one")
	if got, err := r.Open(old, here); err != nil || string(got) != "s3cret" {
		t.Errorf("old blob: %q, %v", got, err)
	}
	if id, _ := seal.KeyID(r.Seal(nil, here)); id != "two" || r.Primary() != "two" {
		t.Errorf("seals with %s, primary %s", id, r.Primary())
	}
	ids := r.IDs()
	if !slices.Equal(ids, []string{"two", "one"}) {
		t.Errorf("ids %v", ids)
	}
	ids[0] = "x"
	if r.Primary() != "two" {
		t.Error("a caller can change the ring")
	}
}

func TestFailedReloadKeepsTheKeys(t *testing.T) {
	t.Parallel()
	var fail error
	r, err := seal.NewRing(func() ([]seal.Key, error) { return []seal.Key{key("one")}, fail })
	if err != nil {
		t.Fatal(err)
	}
	blob := r.Seal([]byte("s3cret"), here)
	fail = errors.New("disk on fire")
	if err := r.Reload(); !errors.Is(err, fail) {
		t.Errorf("reload: %v", err)
	}
	if _, err := r.Open(blob, here); err != nil || r.Primary() != "one" {
		t.Errorf("after a failed reload: %v", err)
	}
}

func TestNewRingRefusesAnEmptySource(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]seal.Key{"none": nil, "twice": {key("one"), key("one")}, "bad id": {key("o n e")}} {
		if _, err := seal.NewRing(func() ([]seal.Key, error) { return keys, nil }); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestUnknownKeyIsSoughtInTheSourceOncePerSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		keys, reads := []seal.Key{key("one")}, 0
		r, err := seal.NewRing(func() ([]seal.Key, error) { reads++; return keys, nil })
		if err != nil {
			t.Fatal(err)
		}
		blob := ring(t, "two").Seal([]byte("s3cret"), here)
		for range 100 {
			if _, err := r.Open(blob, here); !errors.Is(err, seal.ErrUnknownKey) {
				t.Fatal(err)
			}
		}
		if reads != 2 {
			t.Errorf("read the source %d times in a second, want 2", reads)
		}
		keys = append([]seal.Key{key("two")}, keys...)
		time.Sleep(time.Second)
		if got, err := r.Open(blob, here); err != nil || string(got) != "s3cret" {
			t.Errorf("after the key was added: %q, %v", got, err)
		}
		if r.Primary() != "two" {
			t.Error("the added key does not seal")
		}
	})
}

func TestRingUnderConcurrency(t *testing.T) {
	t.Parallel()
	var turns atomic.Int64
	r, err := seal.NewRing(func() ([]seal.Key, error) {
		keys := []seal.Key{key("one"), key("two")}
		if turns.Add(1)%2 == 0 {
			slices.Reverse(keys)
		}
		return keys, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	stranger := ring(t, "three").Seal(nil, here)
	var g sync.WaitGroup
	for range 4 {
		g.Go(func() {
			for range 200 {
				if _, err := r.Open(r.Seal([]byte("s3cret"), here), here); err != nil {
					t.Error(err)
				}
				if _, err := r.Open(stranger, here); !errors.Is(err, seal.ErrUnknownKey) {
					t.Error(err)
				}
			}
		})
		g.Go(func() {
			for range 50 {
				if err := r.Reload(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	g.Wait()
}
