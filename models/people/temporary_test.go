package people_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/onetime"
	"holdfast/models/modelstest"
)

// temporary makes the person's password one for this time, good for a day.
func temporary(t *testing.T, h *modelstest.House, who models.Actor) {
	t.Helper()
	h.Exec(t, `UPDATE logins SET must_change = ?, secret_until = ? WHERE id = ?`, true, h.Clock.Now().Add(24*time.Hour), who.LoginID)
}

// half signs somebody in who comes in half.
func half(t *testing.T, h *modelstest.House, who models.Actor, cookie string) models.Actor {
	t.Helper()
	s, in := comes(t, h, who, cookie)
	if !in || s.Stage != models.NeedsPassword || !s.ExpiresAt.Equal(h.Clock.Now().Add(models.HalfLife)) {
		t.Fatalf("in %v: %+v", in, s)
	}
	_, now, err := h.People.Find(t.Context(), onetime.Hash(cookie))
	modelstest.Must(t, err)
	return now
}

// S-20: a temporary password leads no further than to another one.
func TestATemporaryPasswordLeadsToOneOfTheirOwn(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx, ana := t.Context(), letIn(t, h, "ana")
		temporary(t, h, ana)
		miss(t, h, ana, 3)
		seat(t, h, ana, "elsewhere")
		h.Exec(t, `UPDATE logins SET fail_total = 3`)
		half(t, h, ana, "lost on the way") // it lets in half again, until it is changed
		who := half(t, h, ana, "c")
		if least, err := h.People.OwnPassword(ctx, who); err != nil || least != 15 {
			t.Errorf("at least %d, %v", least, err)
		}
		for _, bad := range []string{"", "short", modelstest.Password, "ana@example.org-ana"} {
			_, err := h.People.SetOwnPassword(ctx, who, bad)
			modelstest.WantWrong(t, err, "password")
		}
		if n := h.Count(t, `SELECT count(*) FROM logins WHERE last_login_at IS NOT NULL AND fail_total = 0 AND id = ?`, ana.LoginID); n != 0 {
			t.Error("half a sign-in counts as one")
		}
		const own = "seven purple kettles sing"
		e, err := h.People.SetOwnPassword(ctx, who, own)
		modelstest.Must(t, err)
		if open(t, h, "elsewhere") || open(t, h, "lost on the way") {
			t.Error("other sessions stay")
		}
		h.WantMail(t, "account.changed ana@example.org")
		s, now, err := h.People.Start(ctx, who, e, onetime.Hash("whole"))
		modelstest.Must(t, err)
		if s.Stage != models.Whole || now.UserID != ana.UserID || open(t, h, "c") || s.FlashText == "" {
			t.Errorf("in as %+v", s)
		}
		_, err = h.People.SignIn(ctx, browser, ana.Email, modelstest.Password)
		modelstest.WantWrong(t, err, "login")
		h.Clock.Pass(400 * 24 * time.Hour) // S-13: and their own one is good for ever
		_, err = h.People.SignIn(ctx, browser, ana.Email, own)
		modelstest.Must(t, err)
	})
}

// S-20: it stops working after a day.
func TestATemporaryPasswordIsOverAfterADay(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx, ana := t.Context(), letIn(t, h, "ana")
		temporary(t, h, ana)
		h.Clock.Pass(24*time.Hour - time.Minute)
		who := half(t, h, ana, "c")
		h.Clock.Pass(time.Minute)
		_, err := h.People.SetOwnPassword(ctx, who, "seven purple kettles sing")
		modelstest.Want(t, err, models.SignedOut)
		_, err = h.People.OwnPassword(ctx, who)
		modelstest.Want(t, err, models.SignedOut)
		if _, in := comes(t, h, ana, "d"); in {
			t.Error("still in")
		}
		if n := h.Count(t, `SELECT count(*) FROM sign_ins WHERE reason = ?`, models.RefusedPending); n != 1 {
			t.Errorf("%d lines say why", n)
		}
	})
}

// Whoever is in whole, in another half, or not at all, sets no password here.
func TestOnlyWhoOwesAPasswordSetsOneAtTheDoor(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx, ana, ben := t.Context(), letIn(t, h, "ana"), letIn(t, h, "ben")
		temporary(t, h, ana)
		h.Exec(t, `UPDATE logins SET mfa = ? WHERE id = ?`, true, ana.LoginID)
		s, in := comes(t, h, ana, "c")
		_, waits, err := h.People.Find(ctx, onetime.Hash("c"))
		if !in || s.Stage != models.NeedsEnrolled || err != nil {
			t.Fatalf("%+v, %v", s, err)
		}
		forged := waits
		forged.Stage = models.NeedsPassword
		ended := seat(t, h, ben, "ended")
		modelstest.Must(t, h.People.End(ctx, ended))
		ended.Stage = models.NeedsPassword
		for name, who := range map[string]models.Actor{"needs a factor": waits, "says so": forged, "in whole": seat(t, h, ben, "b"), "ended": ended, "nobody": {}} {
			_, err := h.People.SetOwnPassword(ctx, who, "seven purple kettles sing")
			if models.KindOf(err) != models.SignedOut {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.PasswordSet); n != 0 {
			t.Error("a password was set")
		}
	})
}
