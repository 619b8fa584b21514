package people_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// S-36: one password tried on many logins from one address is held back, known
// logins and unknown ones alike.
func TestAnAddressWithManyFailuresIsHeldBack(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		for range 5 { // successes don't count
			_, err := h.People.SignIn(t.Context(), browser, ana.Email, modelstest.Password)
			modelstest.Must(t, err)
		}
		for i := range 30 {
			_, err := h.People.SignIn(t.Context(), browser, fmt.Sprintf("user%d@example.org", i), modelstest.Password)
			modelstest.WantWrong(t, err, "login")
			h.Clock.Pass(time.Second)
		}
		texts := map[string]bool{}
		for _, login := range []string{ana.Email, "nobody@example.org", ""} {
			_, err := h.People.SignIn(t.Context(), browser, login, modelstest.Password)
			modelstest.Want(t, err, models.RateLimited)
			e, _ := errors.AsType[*models.Error](err)
			texts[fmt.Sprint(e.Text, e.RetryAfter)] = true
			if e.RetryAfter != 15*time.Minute-30*time.Second {
				t.Errorf("wait %v", e.RetryAfter)
			}
		}
		if len(texts) != 1 {
			t.Errorf("the answers differ: %v", texts)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.Throttled); n != 1 {
			t.Errorf("%d events, want one a window", n)
		}
		if n := h.Count(t, `SELECT fail_total FROM logins WHERE id = ?`, ana.LoginID); n != 0 {
			t.Error("a login pays for its address")
		}
		_, err := h.People.SignIn(t.Context(), from(1), ana.Email, modelstest.Password)
		modelstest.Must(t, err) // from elsewhere
		h.Clock.Pass(15 * time.Minute)
		_, err = h.People.SignIn(t.Context(), browser, ana.Email, modelstest.Password)
		modelstest.Must(t, err)
	})
}

func TestManyAtOnceFromOneAddressAreHeardNoMoreThanOneByOne(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		var g sync.WaitGroup
		var mu sync.Mutex
		heard := 0
		for i := range 50 {
			g.Go(func() {
				_, err := h.People.SignIn(t.Context(), browser, fmt.Sprintf("user%d@example.org", i), modelstest.Password)
				mu.Lock()
				defer mu.Unlock()
				if models.KindOf(err) == models.Invalid {
					heard++
				} else if models.KindOf(err) != models.RateLimited {
					t.Error(err)
				}
			})
		}
		g.Wait()
		if heard != 30 {
			t.Errorf("%d were heard, want 30", heard)
		}
	})
}

// One customer of IPv6 has 2⁶⁴ addresses.
func TestAnAddressOfIPv6IsItsNetwork(t *testing.T) {
	t.Parallel()
	h := modelstest.SQLite(t)
	at := func(ip string) error {
		_, err := h.People.SignIn(t.Context(), models.Actor{IP: ip}, "nobody@example.org", "x")
		return err
	}
	for i := range 30 {
		modelstest.WantWrong(t, at(fmt.Sprintf("2001:db8:1:2::%x", i+1)), "login")
	}
	modelstest.Want(t, at("2001:db8:1:2:ffff::1"), models.RateLimited)
	modelstest.WantWrong(t, at("2001:db8:1:3::1"), "login")
	modelstest.WantWrong(t, at("192.0.2.1"), "login")
	for range 29 {
		modelstest.WantWrong(t, at("::ffff:192.0.2.1"), "login")
	}
	modelstest.Want(t, at("192.0.2.1"), models.RateLimited)
}
