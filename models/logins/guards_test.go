package logins_test

import (
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// S-82: two administrators have read the same; the second one to save is told.
func TestOfTwoWhoSaveAtOnceOneIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		eve := h.Person(t, "eve", models.Administrator)
		items, set := h.read(t, h.ben)
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []models.Actor{h.ana, eve} {
			wg.Go(func() {
				mine := append(items[:1:1], item{Key: models.Some("by." + who.Name), Secret: models.Some(models.ResetSecret)})
				_, errs[i] = h.Logins.SetCredentials(t.Context(), who, h.ben.UserID, models.LoginSet{Items: mine, Revision: &set.Revision})
			})
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("%v, %v: one of them wins", errs[0], errs[1])
		}
		lost := errs[0]
		if lost == nil {
			lost = errs[1]
		}
		modelstest.Want(t, lost, models.Outdated)
		if now, _ := h.read(t, h.ben); len(now) != 2 || codeOf(lost) != "conflict" || h.Count(t, `SELECT count(*) FROM events WHERE name = 'set.conflict'`) != 1 {
			t.Errorf("%d logins, %v", len(now), lost)
		}
	})
}

// S-85: two administrators take each other's last way in; one of them succeeds.
func TestTheLastTwoAdministratorsCanNotRemoveEachOther(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(models.Actor) models.LoginSet{
		"remove": func(models.Actor) models.LoginSet { return models.LoginSet{AllowEmpty: true} },
		"block": func(who models.Actor) models.LoginSet {
			return models.LoginSet{Items: []item{{ID: models.Some(who.LoginID), Blocked: block().Blocked}}}
		},
		"expire": func(who models.Actor) models.LoginSet {
			return models.LoginSet{Items: []item{{ID: models.Some(who.LoginID), Expired: models.Some(true)}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, h house) {
				eve := h.Person(t, "eve", models.Administrator)
				h.Lets(t, eve)
				h.Clock.Pass(time.Minute)
				var wg sync.WaitGroup
				errs := make([]error, 2)
				for i, pair := range [][2]models.Actor{{h.ana, eve}, {eve, h.ana}} {
					wg.Go(func() {
						_, errs[i] = h.Logins.SetCredentials(t.Context(), pair[0], pair[1].UserID, change(pair[1]))
					})
				}
				wg.Wait()
				lost := errs[0]
				if lost == nil {
					lost = errs[1]
				}
				if (errs[0] == nil) == (errs[1] == nil) || codeOf(lost) != "last_admin_login" {
					t.Fatalf("%v, %v", errs[0], errs[1])
				}
			})
		})
	}
}

// A set that an administrator sends for themselves leaves them a way in.
func TestNobodyLocksThemselvesOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.Lets(t, h.Person(t, "eve", models.Administrator))
		for _, change := range []item{block(), {Expired: models.Some(true)}} {
			if _, err := h.set(t, h.ana, change); codeOf(err) != models.CodeSelfLockout {
				t.Errorf("%+v: %v", change, err)
			}
		}
		modelstest.Must(t, func() error {
			_, err := h.set(t, h.ana, block(), item{Key: models.Some("ana.two"), Secret: models.Some(aSecret)})
			return err
		}())
	})
}

// Grave acts need a proof that is fresh, the gravest one that is fresher.
func TestGraveChangesNeedAProof(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		_, err := h.set(t, h.ben, item{MFA: models.Some(true)})
		modelstest.Must(t, err)
		h.Clock.Pass(6 * time.Minute)
		for _, change := range []item{{Secret: models.Some(aSecret)}, {MFA: models.Some(false)}} {
			_, err := h.set(t, h.ben, change)
			modelstest.Want(t, err, models.Unproven)
		}
		_, err = h.Logins.SetCredentials(t.Context(), h.ana, h.ben.UserID, models.LoginSet{AllowEmpty: true})
		modelstest.Want(t, err, models.Unproven)
		_, err = h.set(t, h.ben, item{Key: models.Some("ben.new")})
		modelstest.Must(t, err)
		h.Clock.Pass(10 * time.Minute)
		_, err = h.set(t, h.ben, block())
		modelstest.Want(t, err, models.Unproven)
		h.ana.TokenID = models.NewID() // what a program may do was given with a proof
		_, err = h.set(t, h.ben, block())
		modelstest.Must(t, err)
	})
}

// S-72 S-78: only administrators see and set; of nobody and of the deleted there is nothing.
func TestWhoMaySetLoginsAndWhose(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		_, err := h.Logins.FindByUserID(t.Context(), h.ben, h.ben.UserID)
		modelstest.Want(t, err, models.Forbidden)
		_, err = h.Logins.SetCredentials(t.Context(), h.ben, h.ben.UserID, models.LoginSet{AllowEmpty: true})
		modelstest.Want(t, err, models.Forbidden)
		h.Exec(t, `UPDATE users SET deleted_at = ? WHERE id = ?`, h.Clock.Now(), h.ben.UserID)
		for _, user := range []int64{h.ben.UserID, 9999, 0, -1} {
			_, err = h.Logins.FindByUserID(t.Context(), h.ana, user)
			if models.KindOf(err) != models.NotFound || codeOf(err) != "user_not_found" {
				t.Errorf("%d: %v", user, err)
			}
			if _, err = h.Logins.SetCredentials(t.Context(), h.ana, user, models.LoginSet{}); codeOf(err) != "user_not_found" {
				t.Errorf("%d: %v", user, err)
			}
		}
	})
}

// A program does what its administrator may, but not what the freshest proof is
// for: nobody is there to show that it is them. Nor is it told that it could.
func TestAProgramDoesNothingThatNeedsTheFreshestProof(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		eve := h.Person(t, "eve", models.Administrator)
		h.Lets(t, eve)
		_, err := h.set(t, h.ben, item{MFA: models.Some(true)})
		modelstest.Must(t, err)
		h.Clock.Pass(time.Hour)
		program := h
		program.ana.TokenID, program.ana.ProvenAt = models.NewID(), time.Time{}
		for _, no := range []struct {
			user models.Actor
			set  models.LoginSet
		}{
			{h.ben, models.LoginSet{Items: []item{{ID: models.Some(h.ben.LoginID), MFA: models.Some(false)}}}},
			{h.ben, models.LoginSet{AllowEmpty: true}},
			{eve, models.LoginSet{Items: []item{{ID: models.Some(eve.LoginID), Secret: models.Some(aSecret)}}}},
			{eve, models.LoginSet{Items: []item{{ID: models.Some(eve.LoginID)}, {Key: models.Some("eve.two"), Secret: models.Some(aSecret)}}}},
		} {
			_, err := h.Logins.Preview(t.Context(), program.ana, no.user.UserID, no.set)
			if models.KindOf(err) != models.Forbidden || codeOf(err) != models.CodeStepUp {
				t.Errorf("preview of %+v: %v", no.set, err)
			}
			if _, err = h.Logins.SetCredentials(t.Context(), program.ana, no.user.UserID, no.set); codeOf(err) != models.CodeStepUp {
				t.Errorf("%+v: %v", no.set, err)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = 'set.refused' AND details LIKE '%step_up_required%'`); n != 4 {
			t.Errorf("%d events say that it was refused", n)
		}
		for _, yes := range []item{{Secret: models.Some(aSecret)}, block(), {Blocked: models.Null[models.Block](), Key: models.Some("ben.new")}} {
			_, err := program.set(t, h.ben, yes)
			modelstest.Must(t, err)
		}
		_, err = program.set(t, eve, item{Secret: models.Some(models.ResetSecret)})
		modelstest.Must(t, err)
		h.Exec(t, `UPDATE logins SET locked_at = ?, locked_until = ? WHERE id = ?`, h.Clock.Now(), h.Clock.Now().Add(time.Hour), h.ben.LoginID)
		modelstest.Must(t, h.Logins.Unlock(t.Context(), program.ana, h.ben.UserID, h.ben.LoginID))
	})
}

// S-85: a temporary password and an end to come take the last way in, too, only later.
func TestTheLastAdministratorKeepsALastingWayIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		temporary := item{Secret: models.Some(aSecret)}
		ends := func(d time.Duration) item {
			return item{ExpireAt: models.Some(models.Millis(h.Clock.Now().Add(d)))}
		}
		refused := func(user models.Actor, change item) {
			t.Helper()
			if _, err := h.set(t, user, change); codeOf(err) != "last_admin_login" {
				t.Errorf("%+v: %v", change, err)
			}
		}
		done := func(user models.Actor, change item) {
			t.Helper()
			_, err := h.set(t, user, change)
			modelstest.Must(t, err)
		}
		refused(h.ana, temporary)
		refused(h.ana, ends(time.Hour))
		eve := h.Person(t, "eve", models.Administrator)
		refused(h.ana, temporary) // she has no password yet
		h.Lets(t, eve)
		done(eve, ends(2*time.Hour))
		refused(h.ana, ends(time.Hour))
		done(eve, ends(3*time.Hour))
		done(eve, ends(time.Hour))
		done(eve, item{ExpireAt: models.Null[int64]()})
		done(h.ana, temporary)
		refused(eve, temporary)
		refused(eve, ends(time.Hour))
		if err := h.People.Disable(t.Context(), h.ana, eve.UserID, "left"); codeOf(err) != "last_admin_login" {
			t.Errorf("disabled: %v", err)
		}
	})
}
