package models

import (
	"testing"
	"time"
)

// S-34: five failures lock for a minute, each one more for twice as long, fifteen
// minutes at most.
func TestFailuresLockALoginForLongerAndLonger(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var l Login
	for i, want := range []time.Duration{0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15} {
		l = l.Failed(now)
		if want == 0 {
			if l.LockedUntil != nil {
				t.Errorf("failure %d locks", i+1)
			}
			now = now.Add(time.Second)
			continue
		}
		if !l.Locked(now) || l.LockedForGood() || !l.LockedUntil.Equal(now.Add(want*time.Minute)) || !l.LockedAt.Equal(now) {
			t.Errorf("failure %d locks from %v until %v, want %d minutes", i+1, l.LockedAt, l.LockedUntil, want)
		}
		now = *l.LockedUntil
		if l.Locked(now) {
			t.Errorf("failure %d still locks once it is over", i+1)
		}
	}
}

func TestOldFailuresAreForgotten(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		count int64
		ago   time.Duration
		want  int64
	}{
		{4, LockWindow - time.Second, 5},
		{4, LockWindow, 1},
		{5, LockWindow, 6}, // a lock-out goes on growing
		{9, LockForgets - time.Second, 10},
		{9, LockForgets, 1},
	} {
		at := now.Add(-c.ago)
		l := Login{FailCount: c.count, FailTotal: 20, FailedAt: &at}.Failed(now)
		if l.FailCount != c.want || l.FailTotal != 21 {
			t.Errorf("%d failures, the last %v ago: %d after another, %d in all", c.count, c.ago, l.FailCount, l.FailTotal)
		}
	}
}

// S-35: however slowly somebody tries, a hundred failures without a success are the end.
func TestAHundredFailuresLockForGood(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var l Login
	tried := 0
	for range 400 { // a try a day, for more than a year
		if !l.Locked(now) {
			l = l.Failed(now)
			tried++
		}
		now = now.Add(24 * time.Hour)
	}
	if tried != LockForGood || !l.LockedForGood() || !l.Locked(now.AddDate(1000, 0, 0)) {
		t.Errorf("%d tries, locked until %v", tried, l.LockedUntil)
	}
}

func TestATryThatWasRightLeavesNoTrace(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	over, ago := now.Add(-time.Second), now.Add(-time.Minute)
	for name, before := range map[string]Login{
		"none": {}, "four": {FailCount: 4, FailTotal: 40, FailedAt: &ago},
		"after a lock": {FailCount: 6, FailTotal: 6, FailedAt: &ago, LockedAt: &ago, LockedUntil: &over},
		"ninety-nine":  {FailCount: 30, FailTotal: 99, FailedAt: &ago, LockedAt: &ago, LockedUntil: &over},
	} {
		if got := before.Failed(now).Forgiven(before); got != before {
			t.Errorf("%s: %+v, was %+v", name, got, before)
		}
	}
	// Others have failed meanwhile: theirs stay.
	first := Login{FailCount: 3, FailTotal: 3, FailedAt: &ago}
	second := first.Failed(now)
	got := second.Failed(now).Forgiven(first)
	if got.FailCount != 4 || got.FailTotal != 4 || got.LockedUntil != nil {
		t.Errorf("one of two: %+v", got)
	}
	if got := (Login{}).Forgiven(first); got.FailCount != 0 || got.FailTotal != 0 {
		t.Errorf("all forgotten meanwhile: %+v", got)
	}
}

func TestWhyALoginRefuses(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	later, before := now.Add(time.Hour), now.Add(-time.Hour)
	for want, c := range map[string]struct {
		l Login
		u User
	}{
		RefusedWrong:    {l: Login{SecretHash: "x"}},
		RefusedLocked:   {l: Login{SecretHash: "x", LockedUntil: &later, BlockedAt: &before}},
		RefusedDisabled: {l: Login{SecretHash: "x", LockedUntil: &before}, u: User{DisabledAt: &before}},
		RefusedBlocked:  {l: Login{SecretHash: "x", BlockedAt: &before}},
		RefusedExpired:  {l: Login{SecretHash: "x", ExpireAt: &now}},
		RefusedPending:  {l: Login{}},
	} {
		if got := c.l.WhyRefused(c.u, now); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := (Login{SecretHash: "x", SecretUntil: &now}).WhyRefused(User{}, now); got != RefusedPending {
		t.Errorf("a temporary password that is over: %s", got)
	}
}

func TestHowFarALinkHasCome(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, k := range map[LinkState]AccessLink{
		LinkMade:    {ExpiresAt: now.Add(1)},
		LinkSeen:    {ExpiresAt: now.Add(1), OpenedAt: &now},
		LinkTooLate: {ExpiresAt: now, OpenedAt: &now},
		LinkTaken:   {ExpiresAt: now, RevokedAt: &now, OpenedAt: &now},
		LinkSpent:   {ExpiresAt: now, UsedAt: &now, RevokedAt: &now},
	} {
		if got := k.State(now); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
