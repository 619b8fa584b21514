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
