package logins_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// remove takes away all logins of somebody, and lets time pass first: nobody
// has just made them.
func (h *house) remove(t *testing.T, user models.Actor) {
	t.Helper()
	h.pass(time.Minute)
	_, err := h.Logins.SetCredentials(t.Context(), h.ana, user.UserID, models.LoginSet{AllowEmpty: true})
	modelstest.Must(t, err)
}

// pass lets time pass, after which Ana shows again who she is.
func (h *house) pass(d time.Duration) {
	h.Clock.Pass(d)
	h.ana.ProvenAt = h.Clock.Now()
}

// A removed login is back within 30 days with its password, unless its key is
// somebody else's; sessions stay ended.
func TestARemovedLoginCanBeRestored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		hash, _ := h.sit(t, h.ben)
		h.remove(t, h.ben)
		gone, err := h.Logins.Removed(t.Context(), h.ana, h.ben.UserID)
		if err != nil || len(gone) != 1 || gone[0].ID != h.ben.LoginID || *gone[0].RemovedBy != h.ana.UserID {
			t.Fatalf("%v %+v", err, gone)
		}
		h.pass(30*24*time.Hour - time.Second)
		revision := h.revision(t, h.ben)
		modelstest.Must(t, h.Logins.Restore(t.Context(), h.ana, h.ben.UserID, h.ben.LoginID))
		_, set := h.read(t, h.ben)
		if len(set.Logins) != 1 || set.Logins[0].SecretHash == "" || set.Revision != revision+1 {
			t.Errorf("%+v", set)
		}
		if _, _, err := h.People.Find(t.Context(), hash); err == nil {
			t.Error("a session came back with the login")
		}
		if !strings.HasSuffix(h.events(t, h.ben.LoginID), "login.removed login.restored") || !strings.Contains(h.letters(t, h.ben), "login.restored") {
			t.Error(h.events(t, h.ben.LoginID))
		}
		modelstest.Want(t, h.Logins.Restore(t.Context(), h.ana, h.ben.UserID, h.ben.LoginID), models.NotFound)
	})
}

func (h house) revision(t *testing.T, user models.Actor) int64 {
	t.Helper()
	return int64(h.Count(t, `SELECT revision FROM users WHERE id = ?`, user.UserID))
}

// A key of another's is free 30 days after its login went, not before; then the
// login is gone for good.
func TestARemovedKeyIsNobodysForAWhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		cy := h.Person(t, "cy", models.PlainMember)
		h.remove(t, h.ben)
		take := item{Key: models.Some("BEN@example.org")}
		if _, err := h.set(t, cy, take); codeOf(err) != models.CodeKeyQuarantined {
			t.Fatalf("%v", err)
		}
		_, err := h.Logins.SetCredentials(t.Context(), h.ana, h.ben.UserID, models.LoginSet{Items: []item{{Key: models.Some("ben@example.org"), Secret: models.Some(models.ResetSecret)}}})
		modelstest.Must(t, err) // its own user may have it at once
		if err := h.Logins.Restore(t.Context(), h.ana, h.ben.UserID, h.ben.LoginID); codeOf(err) != models.CodeKeyTaken {
			t.Errorf("%v", err)
		}
		h.remove(t, h.ben)
		h.pass(30 * 24 * time.Hour)
		modelstest.Want(t, h.Logins.Restore(t.Context(), h.ana, h.ben.UserID, h.ben.LoginID), models.NotFound)
		_, err = h.set(t, cy, take)
		modelstest.Must(t, err)
	})
}

// Nor is it the key of a new user.
func TestARemovedKeyIsNoNewUsersForAWhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		_, err := h.set(t, h.ben, item{}, item{Key: models.Some("Dan@example.org"), Secret: models.Some(models.ResetSecret)})
		modelstest.Must(t, err)
		h.pass(time.Minute)
		items, _ := h.read(t, h.ben)
		_, err = h.Logins.SetCredentials(t.Context(), h.ana, h.ben.UserID, models.LoginSet{Items: items[:1]})
		modelstest.Must(t, err)
		dan := models.NewUser{Name: "Dan", Email: "dan@example.org", Rank: models.PlainMember}
		_, err = h.People.AddFromHost(t.Context(), dan)
		modelstest.WantWrong(t, err, "email")
		if text := models.WrongFields(err)["email"]; !strings.Contains(text, "from 1 February 2026, 03:06 UTC on") {
			t.Error(text)
		}
		h.pass(30 * 24 * time.Hour)
		_, err = h.People.AddFromHost(t.Context(), dan)
		modelstest.Must(t, err)
	})
}

// S-42: nobody ends what keeps themselves out.
func TestNobodyUnlocksThemselves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.Exec(t, `UPDATE logins SET locked_at = ?, locked_until = ?, fail_count = 5, fail_total = 9 WHERE id = ?`, h.Clock.Now(), h.Clock.Now().Add(time.Hour), h.ana.LoginID)
		if err := h.Logins.Unlock(t.Context(), h.ana, h.ana.UserID, h.ana.LoginID); codeOf(err) != models.CodeForbidden {
			t.Error(err)
		}
		_, err := h.set(t, h.ana, item{Blocked: models.Null[models.Block]()})
		modelstest.Want(t, err, models.Forbidden)
		modelstest.Must(t, h.Logins.Unlock(t.Context(), h.Person(t, "eve", models.Administrator), h.ana.UserID, h.ana.LoginID))
	})
}

// A reason that is refused stands nowhere, not even in the event that says so.
func TestAReasonThatIsRefusedIsNotKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		items, _ := h.read(t, h.ben)
		items[0].MFA = models.Some(true)
		_, err := h.Logins.SetCredentials(t.Context(), h.ana, h.ben.UserID, models.LoginSet{Items: items, Reason: "marker\u202e"})
		if codeOf(err) != models.CodeReasonInvalid || strings.Contains(h.Dump(t), "marker") || h.Count(t, `SELECT count(*) FROM events WHERE name = 'set.refused'`) != 1 {
			t.Error(err)
		}
	})
}

// An unlock ends a lock-out, and never an administrator's block (S-42).
func TestAnUnlockEndsALockoutAndNoBlock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		unlock := func() error { return h.Logins.Unlock(t.Context(), h.ana, h.ben.UserID, h.ben.LoginID) }
		modelstest.Want(t, unlock(), models.Conflict)
		h.Exec(t, `UPDATE logins SET locked_at = ?, locked_until = ?, fail_count = 5, fail_total = 9 WHERE id = ?`, h.Clock.Now(), h.Clock.Now().Add(time.Hour), h.ben.LoginID)
		modelstest.Must(t, unlock())
		if h.Count(t, `SELECT count(*) FROM logins WHERE id = ? AND locked_until IS NULL AND fail_count = 0 AND fail_total = 0`, h.ben.LoginID) != 1 {
			t.Error("it is still locked")
		}
		if !strings.HasSuffix(h.events(t, h.ben.LoginID), models.LoginUnlocked) || !strings.Contains(h.letters(t, h.ben), models.LoginUnlocked) {
			t.Error(h.events(t, h.ben.LoginID))
		}
		_, err := h.set(t, h.ben, block())
		modelstest.Must(t, err)
		h.Exec(t, `UPDATE logins SET locked_at = ?, locked_until = ? WHERE id = ?`, h.Clock.Now(), h.Clock.Now().Add(time.Hour), h.ben.LoginID)
		modelstest.Want(t, unlock(), models.Conflict)
		modelstest.Want(t, h.Logins.Unlock(t.Context(), h.ana, h.ana.UserID, h.ben.LoginID), models.NotFound)
		h.Clock.Pass(models.ProvenFor)
		modelstest.Want(t, unlock(), models.Unproven)
	})
}

// S-105: what was removed 30 days ago goes for good, with what hung on it, and
// so does the history of 90 days ago; nothing else does.
func TestOldLoginsAndSignInsArePurged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		_, err := h.set(t, h.ben, item{}, item{Key: models.Some("two"), Secret: models.Some(models.ResetSecret)})
		modelstest.Must(t, err)
		h.sit(t, h.ben)
		old := h.Count(t, `SELECT count(*) FROM sign_ins`)
		h.remove(t, h.ben)
		for _, step := range []struct {
			pass    time.Duration
			logins  int
			signIns int
		}{{30*24*time.Hour - time.Minute, 3, old}, {time.Minute, 1, old}, {60 * 24 * time.Hour, 1, 0}} {
			h.pass(step.pass)
			if _, err := h.Logins.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := h.Count(t, `SELECT count(*) FROM logins`); n != step.logins {
				t.Errorf("%d logins are left, want %d", n, step.logins)
			}
			if n := h.Count(t, `SELECT count(*) FROM sign_ins`); n != step.signIns {
				t.Errorf("%d sign-ins are left, want %d", n, step.signIns)
			}
		}
		if !strings.HasSuffix(h.events(t, h.ben.LoginID), "login.purged") || h.Count(t, `SELECT count(*) FROM events WHERE name = 'login.purged'`) != 2 || old == 0 {
			t.Error(h.events(t, h.ben.LoginID))
		}
	})
}
