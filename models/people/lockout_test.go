package people_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/onetime"
	"holdfast/models/modelstest"
)

// from is a browser at another address each time.
func from(n int) models.Actor {
	return models.Actor{IP: fmt.Sprintf("198.51.100.%d", n), UserAgent: "Netscape", RequestID: "r"}
}

// miss tries a wrong password n times, each from an address of its own.
func miss(t *testing.T, h *modelstest.House, who models.Actor, n int) {
	t.Helper()
	for i := range n {
		_, err := h.People.SignIn(t.Context(), from(i), who.Email, "not this one")
		modelstest.WantWrong(t, err, "login")
	}
}

// comes reports whether the right password lets somebody in, and begins their session.
func comes(t *testing.T, h *modelstest.House, who models.Actor, cookie string) (models.Session, bool) {
	t.Helper()
	e, err := h.People.SignIn(t.Context(), browser, who.Email, modelstest.Password)
	if err != nil {
		modelstest.WantWrong(t, err, "login")
		return models.Session{}, false
	}
	s, _, err := h.People.Start(t.Context(), browser, e, onetime.Hash(cookie))
	modelstest.Must(t, err)
	return s, true
}

func letIn(t *testing.T, h *modelstest.House, name string) models.Actor {
	t.Helper()
	who := h.Person(t, name, models.PlainMember)
	h.Lets(t, who)
	return who
}

// S-34, S-37, S-38: while a login is locked the right password is as wrong as any
// other, and no try makes it longer.
func TestFiveFailuresLockALoginForAMinute(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		miss(t, h, ana, 4)
		if n := h.Count(t, `SELECT count(*) FROM logins WHERE locked_until IS NOT NULL`); n != 0 {
			t.Fatal("locked after four")
		}
		h.WantMail(t)
		miss(t, h, ana, 1)
		_, wrong := h.People.SignIn(t.Context(), browser, ana.Email, "not this one")
		_, right := h.People.SignIn(t.Context(), browser, ana.Email, modelstest.Password)
		_, nobody := h.People.SignIn(t.Context(), browser, "nobody@example.org", modelstest.Password)
		if wrong == nil || wrong != right || right != nobody {
			t.Errorf("locked: wrong %v, right %v; unknown %v", wrong, right, nobody)
		}
		h.Clock.Pass(models.LockFirst - time.Second)
		if _, in := comes(t, h, ana, "c"); in {
			t.Error("in before the minute was over")
		}
		if n := h.Count(t, `SELECT fail_total FROM logins WHERE id = ?`, ana.LoginID); n != 5 {
			t.Errorf("%d failures count, want 5", n)
		}
		h.Clock.Pass(time.Second)
		if _, in := comes(t, h, ana, "c"); !in {
			t.Error("still out")
		}
		h.WantMail(t, "account.changed ana@example.org")
		events := h.Events(t, fmt.Sprint(ana.LoginID))
		for _, e := range []string{models.SignInFailed, models.LockedOut, models.CameInAfterFailures, models.SignedInEvent} {
			if !slices.Contains(events, e) {
				t.Errorf("no event %s in %v", e, events)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM sign_ins WHERE outcome = 'refused' AND reason = ?`, models.RefusedLocked); n != 3 {
			t.Errorf("%d lines say that it was locked, want 3", n)
		}
		if n := h.Count(t, `SELECT fail_count + fail_total FROM logins WHERE locked_until IS NULL AND failed_at IS NULL AND id = ?`, ana.LoginID); n != 0 {
			t.Errorf("%d failures are remembered after a success", n)
		}
	})
}

// The user is told once, however long it goes on.
func TestALockOutGrowsAndIsToldOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		miss(t, h, ana, 5)
		for _, minutes := range []time.Duration{1, 2, 4} {
			h.Clock.Pass(minutes*time.Minute - time.Second)
			miss(t, h, ana, 1) // too early: it does not count
			h.Clock.Pass(time.Second)
			miss(t, h, ana, 1)
		}
		if n := h.Count(t, `SELECT fail_count FROM logins WHERE id = ?`, ana.LoginID); n != 8 {
			t.Errorf("%d failures, want 8", n)
		}
		h.WantMail(t, "account.changed ana@example.org")
		h.Clock.Pass(models.LockForgets)
		miss(t, h, ana, 4)
		if _, in := comes(t, h, ana, "c"); !in {
			t.Error("twelve hours later the old failures still count")
		}
	})
}

// S-35: after a hundred failures time alone ends nothing; a link does (S-39), and
// an administrator.
func TestAHundredFailuresLockUntilSomebodyActs(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		h.Exec(t, `UPDATE logins SET fail_count = 1, fail_total = 99, failed_at = ? WHERE id = ?`, h.Clock.Now(), ana.LoginID)
		miss(t, h, ana, 1)
		h.Clock.Pass(365 * 24 * time.Hour)
		if _, in := comes(t, h, ana, "c"); in {
			t.Error("a year ended it")
		}
		told := h.WantMail(t, "account.changed ana@example.org")[0].ReadDetails().Changes
		if len(told) != 1 || told[0].Event != models.LockedOut || told[0].Now == "" {
			t.Errorf("told %+v", told)
		}
		modelstest.Must(t, h.People.Forgot(t.Context(), browser, ana.Email))
		modelstest.Must(t, h.People.UseLink(t.Context(), browser, h.LinkTo(t, ana), modelstest.Password))
		if _, in := comes(t, h, ana, "c"); !in {
			t.Error("a link did not end it")
		}
	})
}

// S-43: however many try at once, five are heard.
func TestFiftyWrongPasswordsAtOnceDoNotPassTheThreshold(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		var g sync.WaitGroup
		for i := range 50 {
			g.Go(func() {
				if _, err := h.People.SignIn(t.Context(), from(i), ana.Email, fmt.Sprint("guess ", i)); models.WrongFields(err) == nil {
					t.Errorf("guess %d: %v", i, err)
				}
			})
		}
		g.Wait()
		if n := h.Count(t, `SELECT fail_total FROM logins WHERE id = ?`, ana.LoginID); n != models.LockAfter {
			t.Errorf("%d were heard, want %d", n, models.LockAfter)
		}
		if n := h.Count(t, `SELECT count(*) FROM sign_ins WHERE reason = ?`, models.RefusedWrong); n != models.LockAfter {
			t.Errorf("%d lines say “wrong”, want %d", n, models.LockAfter)
		}
		if n := h.Count(t, `SELECT count(*) FROM sign_ins WHERE reason = ?`, models.RefusedLocked); n != 50-models.LockAfter {
			t.Errorf("%d lines say “locked”", n)
		}
		h.WantMail(t, "account.changed ana@example.org")
	})
}

// A right password among wrong ones costs nobody a try.
func TestARightPasswordDoesNotCount(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		miss(t, h, ana, 4)
		for range 3 { // not whole: the second factor is missing
			if _, err := h.People.SignIn(t.Context(), browser, ana.Email, modelstest.Password); err != nil {
				t.Fatal(err)
			}
		}
		if n := h.Count(t, `SELECT fail_count FROM logins WHERE locked_until IS NULL AND id = ?`, ana.LoginID); n != 4 {
			t.Errorf("%d failures, want 4 as before", n)
		}
	})
}

// S-41: whoever comes in after failures learns of them, once they are in whole.
func TestWhoComesInLearnsOfFailures(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, ben, cid := letIn(t, h, "ana"), letIn(t, h, "ben"), letIn(t, h, "cid")
		miss(t, h, ana, 4)
		miss(t, h, ben, 2)
		if s, in := comes(t, h, ana, "ana"); !in || s.FlashText != "There were 4 failed sign-ins with this login since you were last here. If that was not you, tell an administrator." {
			t.Errorf("ana is told %q", s.FlashText)
		}
		if s, in := comes(t, h, ana, "ana2"); !in || s.FlashText != "" {
			t.Errorf("the second time ana is told %q", s.FlashText)
		}
		if s, in := comes(t, h, ben, "ben"); !in || s.FlashText != "" {
			t.Errorf("ben is told %q", s.FlashText)
		}
		h.Exec(t, `UPDATE logins SET mfa = ? WHERE id = ?`, true, cid.LoginID)
		miss(t, h, cid, 3)
		if s, in := comes(t, h, cid, "half"); !in || s.FlashText != "" || s.Stage != models.NeedsEnrolled {
			t.Errorf("cid, half in, is told %q", s.FlashText)
		}
		s, _, err := h.People.Start(t.Context(), browser, modelstest.In(cid.LoginID), onetime.Hash("whole"))
		modelstest.Must(t, err)
		if s.FlashText == "" || h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.CameInAfterFailures) != 2 {
			t.Errorf("cid, in, is told %q", s.FlashText)
		}
	})
}

// S-42: a block is another thing than a lock-out, and outlives whatever ends that.
func TestABlockOutlivesALockOutAndALink(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		link, err := h.People.LinkFromHost(t.Context(), ana.Email)
		modelstest.Must(t, err)
		miss(t, h, ana, 5)
		h.Exec(t, `UPDATE logins SET blocked_at = ? WHERE id = ?`, h.Clock.Now(), ana.LoginID)
		modelstest.Want(t, h.People.UseLink(t.Context(), browser, link.Token, modelstest.Password), models.Expired)
		h.Clock.Pass(models.LockForgets)
		if _, in := comes(t, h, ana, "c"); in {
			t.Error("the end of the lock-out lifted the block")
		}
		if n := h.Count(t, `SELECT count(*) FROM logins WHERE blocked_at IS NOT NULL`); n != 1 {
			t.Error("the block is gone")
		}
	})
}

// S-11: a wrong present password counts, and then nothing is heard any more.
func TestWrongPresentPasswordsCountTowardsTheLockOut(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		here := seat(t, h, ana, "here")
		for range models.LockAfter {
			modelstest.WantWrong(t, h.People.ChangePassword(t.Context(), here, "not this one", "seven purple kettles sing"), "current")
		}
		modelstest.Want(t, h.People.ChangePassword(t.Context(), here, modelstest.Password, "seven purple kettles sing"), models.RateLimited)
		if _, in := comes(t, h, ana, "c"); in {
			t.Error("the login is not locked")
		}
		h.Clock.Pass(models.LockFirst)
		modelstest.WantWrong(t, h.People.ChangePassword(t.Context(), here, modelstest.Password, "short"), "password")
		modelstest.Must(t, h.People.ChangePassword(t.Context(), here, modelstest.Password, "seven purple kettles sing"))
		h.WantMail(t, "account.changed ana@example.org", "account.changed ana@example.org") // locked, and changed
	})
}
