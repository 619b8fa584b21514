package passwords

import (
	"context"
	"encoding/base64"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/argon2"

	"holdfast/models"
)

const phrase = "correct horse battery staple"

// cheap is a stored hash that takes no time to verify, weaker than today's.
func cheap(password string) string {
	p := phc{costs: costs{memory: 64, time: 1, threads: 1}, salt: []byte("0123456789abcdef")}
	p.sum = argon2.IDKey([]byte(password), p.salt, p.time, p.memory, p.threads, sumLength)
	return p.String()
}

// Runs alone: it measures what the whole process takes from the system.
func TestStormOfSignInsStaysSmall(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	h := New(2, 16)
	stored, err := h.Hash(t.Context(), phrase)
	if err != nil {
		t.Fatal(err)
	}
	var g sync.WaitGroup
	for range 16 {
		g.Go(func() {
			if ok, _, err := h.Verify(t.Context(), phrase, stored); !ok || err != nil {
				t.Errorf("%v, %v", ok, err)
			}
		})
	}
	g.Wait()
	runtime.ReadMemStats(&after)
	if grown := (int64(after.HeapSys) - int64(before.HeapSys)) >> 20; grown > 64 {
		t.Errorf("16 at once grew the heap by %d MiB, want at most 64", grown)
	}
}

func TestHashIsArgon2idWithASaltOfItsOwn(t *testing.T) {
	t.Parallel()
	h := New(1, 1)
	one, err := h.Hash(t.Context(), phrase)
	two, err2 := h.Hash(t.Context(), phrase)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`).MatchString(one) {
		t.Errorf("stored as %s", one)
	}
	if one == two {
		t.Error("equal passwords give equal hashes")
	}
	if ok, upgrade, err := h.Verify(t.Context(), phrase, one); !ok || upgrade || err != nil {
		t.Errorf("verify: %v, upgrade %v, %v", ok, upgrade, err)
	}
	if ok, _, err := h.Verify(t.Context(), phrase+" ", one); ok || err != nil {
		t.Errorf("trailing space: %v, %v", ok, err)
	}
}

func TestPasswordCountsAsTyped(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 72)
	for name, c := range map[string]struct {
		stored, typed string
		same          bool
	}{
		"NFD for NFC":               {"Zo\u00eb knows \u00e9", "Zoe\u0308 knows e\u0301", true},
		"no compatibility folding":  {"\ufb01sh", "fish", false},
		"trailing space":            {phrase, phrase + " ", false},
		"leading space":             {phrase, " " + phrase, false},
		"capitals":                  {phrase, strings.ToUpper(phrase), false},
		"the 73rd byte":             {long + "a", long + "b", false},
		"the 1,024th byte":          {strings.Repeat("y", 1023) + "a", strings.Repeat("y", 1023) + "b", false},
		"NUL does not end the text": {"abc\x00def", "abc\x00xyz", false},
		"empty":                     {phrase, "", false},
	} {
		ok, upgrade, err := New(1, 0).Verify(t.Context(), c.typed, cheap(c.stored))
		if ok != c.same || upgrade != c.same || err != nil {
			t.Errorf("%s: ok %v, upgrade %v, %v", name, ok, upgrade, err)
		}
	}
}

func TestWeakerHashAsksForAnUpgrade(t *testing.T) {
	t.Parallel()
	sum, salt := make([]byte, sumLength), make([]byte, saltLength)
	for _, c := range []struct {
		p    phc
		want bool
	}{
		{phc{current, salt, sum}, false},
		{phc{costs{47104, 1, 1}, salt, sum}, false},
		{phc{costs{19456, 1, 1}, salt, sum}, true},
		{phc{costs{9728, 2, 1}, salt, sum}, true},
		{phc{current, salt[:8], sum}, true},
		{phc{current, salt, sum[:16]}, true},
	} {
		p, err := parse(c.p.String())
		if err != nil || p.weak(current) != c.want {
			t.Errorf("%s: weak %v, %v", c.p, p.weak(current), err)
		}
	}
}

func TestHostileStoredHashIsRefusedUncomputed(t *testing.T) {
	t.Parallel()
	salt, sum := base64.RawStdEncoding.EncodeToString(make([]byte, 16)), base64.RawStdEncoding.EncodeToString(make([]byte, 32))
	for _, stored := range []string{
		"x", "$", "$$$$$", "plaintext",
		"$argon2i$v=19$m=64,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=16$m=64,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=4194304,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=4000000,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1,p=255$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1,p=0$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=-64,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=064,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1,p=1,x=2$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$",
		"$argon2id$v=19$m=64,t=1,p=1$$" + sum,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + strings.Repeat("A", 10_000),
		cheap(phrase) + "\n",
	} {
		ok, _, err := New(1, 0).Verify(t.Context(), phrase, stored)
		if ok || err == nil {
			t.Errorf("%.60s: ok %v, %v", stored, ok, err)
		} else if models.KindOf(err) != models.Internal || strings.Contains(err.Error(), sum) {
			t.Errorf("%.60s: %v", stored, err)
		}
	}
}

func TestOverlongPasswordIsRefusedBeforeHashing(t *testing.T) {
	t.Parallel()
	h := New(1, 0)
	h.slots <- struct{}{} // whoever would hash, waits for ever
	long := strings.Repeat("x", MaxBytes+1)
	if _, err := h.Hash(t.Context(), long); models.KindOf(err) != models.Invalid {
		t.Errorf("hash: %v", err)
	}
	if ok, _, err := h.Verify(t.Context(), long, cheap(long)); ok || err != nil {
		t.Errorf("verify: %v, %v", ok, err)
	}
}

func TestUnknownLoginTakesAHashOfTheSameCost(t *testing.T) {
	t.Parallel()
	h := New(1, 0)
	if ok, upgrade, err := h.Verify(t.Context(), phrase, ""); ok || upgrade || err != nil {
		t.Errorf("nobody: %v, %v, %v", ok, upgrade, err)
	}
	h.tickets <- struct{}{}
	if _, _, err := h.Verify(t.Context(), phrase, ""); models.KindOf(err) != models.RateLimited {
		t.Errorf("nobody does not stand in the queue: %v", err)
	}
}

func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := New(1, 2)
		h.slots <- struct{}{} // a hash is running
		h.tickets <- struct{}{}
		waiting, cancel := context.WithCancel(t.Context())
		left := make(chan error, 2)
		for range 2 {
			go func() {
				_, _, err := h.Verify(waiting, phrase, cheap(phrase))
				left <- err
			}()
		}
		synctest.Wait()
		_, err := h.Hash(t.Context(), phrase)
		busy, told := errors.AsType[*models.Error](err)
		if !told || busy.Kind != models.RateLimited || busy.RetryAfter != time.Second || !strings.Contains(busy.Text, "try again") {
			t.Errorf("one too many: %v", err)
		}
		cancel() // those who wait may leave
		for range 2 {
			if err := <-left; !errors.Is(err, context.Canceled) {
				t.Errorf("left the queue with %v", err)
			}
		}
		<-h.slots // the running hash ends
		<-h.tickets
		if ok, _, err := h.Verify(t.Context(), phrase, cheap(phrase)); !ok || err != nil {
			t.Errorf("after the rush: %v, %v", ok, err)
		}
		if len(h.slots)+len(h.tickets) != 0 {
			t.Error("a place in the queue was lost")
		}
	})
}

func TestCancelledCallerHashesNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(1, 0).Hash(ctx, phrase); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(cheap(phrase))
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := parse(text); err == nil && (p.String() != text || !p.affordable()) {
			t.Errorf("%q read as %s", text, p)
		}
	})
}
