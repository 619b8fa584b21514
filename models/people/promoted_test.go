package people_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/onetime"
	"holdfast/models/modelstest"
)

// S-52: who is made an administrator while signed in by a password alone
// administers nothing before a second factor was shown.
func TestWhoIsPromotedComesInAgainWithASecondFactor(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx, root, ben := t.Context(), admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		h.Lets(t, ben)
		plain := models.Entry{LoginID: ben.LoginID, Proofs: models.ByPassword}
		_, _, err := h.People.Start(ctx, browser, plain, onetime.Hash("c"))
		modelstest.Must(t, err)
		if !open(t, h, "c") {
			t.Fatal("a member needs no more than a password")
		}
		c := change(t, h, root, ben.UserID)
		c.Rank = models.Administrator
		modelstest.Must(t, h.People.SetProfile(ctx, root, ben.UserID, c))
		if open(t, h, "c") {
			t.Error("the session of a member became an administrator's")
		}
		s, _, err := h.People.Start(ctx, browser, plain, onetime.Hash("d"))
		modelstest.Must(t, err)
		if s.Stage != models.NeedsEnrolled {
			t.Errorf("came in to stage %q", s.Stage)
		}
	})
}

// A password that was right, and was changed before the session began, lets
// nobody in.
func TestAPasswordThatWasJustChangedOpensNothing(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx, ben := t.Context(), h.Person(t, "ben", models.PlainMember)
		h.Lets(t, ben)
		h.Exec(t, `UPDATE logins SET secret_set_at = ? WHERE id = ?`, h.Clock.Now(), ben.LoginID)
		e, err := h.People.SignIn(ctx, browser, ben.Email, modelstest.Password)
		modelstest.Must(t, err)
		h.Exec(t, `UPDATE logins SET secret_set_at = ? WHERE id = ?`, h.Clock.Now().Add(time.Second), ben.LoginID)
		_, _, err = h.People.Start(ctx, browser, e, onetime.Hash("c"))
		modelstest.WantWrong(t, err, "login")
	})
}

// A session that is renewed and ends up half has no more time than a half one.
func TestARenewedSessionThatIsOnlyHalfEndsSoon(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx, ben := t.Context(), h.Person(t, "ben", models.PlainMember)
		whole := seat(t, h, ben, "c")
		h.Exec(t, `UPDATE logins SET mfa = ? WHERE id = ?`, true, ben.LoginID)
		s, _, err := h.People.Start(ctx, whole, models.Entry{LoginID: ben.LoginID, Proofs: models.ByPassword, Renew: true}, onetime.Hash("d"))
		modelstest.Must(t, err)
		if s.Stage == models.Whole || !s.ExpiresAt.Equal(h.Clock.Now().Add(models.HalfLife)) {
			t.Errorf("stage %q until %v", s.Stage, s.ExpiresAt)
		}
	})
}

// A link that would open nothing is not made; where another login takes one, it
// is for that.
func TestAnAccessLinkIsForALoginThatTakesOne(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx, root, ben := t.Context(), admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		h.Exec(t, `UPDATE logins SET blocked_at = ? WHERE id = ?`, h.Clock.Now(), ben.LoginID)
		_, err := h.People.NewLink(ctx, root, ben.UserID)
		modelstest.Want(t, err, models.Conflict)
		_, err = h.People.LinkFromHost(ctx, ben.Email)
		modelstest.Want(t, err, models.Conflict)
		h.Exec(t, `INSERT INTO logins (user_id, key, key_canon, secret_hash, created_at, updated_at) SELECT user_id, 'b2', 'b2', '', created_at, updated_at FROM logins WHERE id = ?`, ben.LoginID)
		link, err := h.People.LinkFromHost(ctx, ben.Email)
		modelstest.Must(t, err)
		if link.Login.Key != "b2" {
			t.Errorf("the link is for %q", link.Login.Key)
		}
		_, err = h.People.CheckLink(ctx, link.Token)
		modelstest.Must(t, err)
	})
}
