package models_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
)

// S-52 S-84 and the guards of a whole set.
func TestWhatASetMayNotDo(t *testing.T) {
	t.Parallel()
	type set = models.LoginSet
	yes := func(it *models.LoginItem) { it.Expired = models.Some(true) }
	many := make([]models.LoginItem, models.MostLogins+1)
	rev := int64(4)
	for _, row := range []struct {
		name string
		who  func(*models.LoginWorld)
		set  set
		want string
	}{
		{"empty", nil, set{}, " empty_requires_confirmation"},
		{"empty, and meant", nil, set{AllowEmpty: true}, ""},
		{"empty, where there is none", func(w *models.LoginWorld) { w.Live = nil }, set{}, ""},
		{"too many", nil, set{Items: many}, " limit_exceeded"},
		{"an administrator without factor", func(w *models.LoginWorld) { w.User.Rank = models.Administrator }, set{Items: all(3, func(it *models.LoginItem) { it.MFA = models.Some(false) })}, "/2/mfa mfa_required_for_admin"},
		{"oneself, with another way", oneself(1), set{Items: all(1, yes)}, ""},
		{"oneself, with none", func(w *models.LoginWorld) { oneself(1)(w); w.Live = w.Live[:3] }, set{Items: all(1, yes)[:3]}, " self_lockout"},
		{"oneself out of the set", func(w *models.LoginWorld) { oneself(1)(w); w.Live = w.Live[:3] }, set{Items: all(1, yes)[1:3]}, " self_lockout"},
		{"one's program", func(w *models.LoginWorld) {
			oneself(0)(w)
			w.By.TokenID = models.NewID()
		}, set{AllowEmpty: true}, " self_lockout"},
		{"what was just made, unread", fresh, set{Items: all(0, nil)[1:]}, " conflict"},
		{"what was just made, read", fresh, set{Items: all(0, nil)[1:], Revision: &rev}, ""},
		{"the last sign-in, strictly", nil, set{Strict: true, Items: all(1, func(it *models.LoginItem) { it.LastLogin = models.Some(int64(1)) })}, "/0/lastLogin read_only_attribute"},
		{"a link too soon", linked(30 * time.Second), set{Items: all(1, func(it *models.LoginItem) { it.Secret = models.Some("$reset") })}, "/0/secret reset_rate_limited"},
		{"a link after a while", linked(2 * time.Minute), set{Items: all(1, func(it *models.LoginItem) { it.Secret = models.Some("$reset") })}, ""},
		{"a sixth link", linked(2*time.Minute, 4*time.Minute, 6*time.Minute, 8*time.Minute, 50*time.Minute), set{Items: all(1, func(it *models.LoginItem) { it.Secret = models.Some("$reset") })}, "/0/secret reset_rate_limited"},
		{"a link to who is disabled", func(w *models.LoginWorld) { w.User.DisabledAt = ago(time.Hour) }, set{Items: all(1, func(it *models.LoginItem) { it.Secret = models.Some("$reset") })}, "/0/secret user_disabled"},
		{"a link to who is leaving", func(w *models.LoginWorld) { w.User.DeletionAt = ago(-time.Hour) }, set{Items: all(1, func(it *models.LoginItem) { it.Secret = models.Some("$reset") })}, "/0/secret user_disabled"},
		{"one's own login, unblocked", oneself(1), set{Items: all(2, lift)}, "/1/blocked forbidden"},
		{"one's own login, unblocked by one's program", func(w *models.LoginWorld) {
			oneself(0)(w)
			w.By.TokenID = models.NewID()
		}, set{Items: all(2, lift)}, "/1/blocked forbidden"},
		{"one's own login, blocked by nobody that is known", func(w *models.LoginWorld) {
			oneself(1)(w)
			w.Live[1].BlockedBy = nil
		}, set{Items: all(2, lift)}, "/1/blocked forbidden"},
		{"one's own login, blocked by oneself", func(w *models.LoginWorld) {
			oneself(1)(w)
			w.Live[1].BlockedBy = &w.By.UserID
		}, set{Items: all(2, lift)}, ""},
		{"one's own login, unlocked", oneself(1), set{Items: all(5, lift)}, "/4/blocked forbidden"},
		{"a reason of two lines", nil, set{Items: all(0, nil), Reason: "left\nin May"}, "/reason reason_invalid"},
		{"a reason that turns round", nil, set{Items: all(0, nil), Reason: "left \u202e in May"}, "/reason reason_invalid"},
		{"a long reason", nil, set{Items: all(0, nil), Reason: strings.Repeat("é", 501)}, "/reason reason_invalid"},
		{"a reason", nil, set{Items: all(0, nil), Reason: strings.Repeat("é", 500)}, ""},
		{"a link to no address", func(w *models.LoginWorld) { w.User.Email = "" }, set{Items: all(1, func(it *models.LoginItem) { it.Secret = models.Some("$reset") })}, "/0/secret no_delivery_address"},
	} {
		w := world()
		if row.who != nil {
			row.who(&w)
		}
		_, err := models.PlanLogins(w, row.set)
		if got := outcomeOf(models.LoginPlan{}, err); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
		if e, ok := err.(*models.Error); ok && e.Kind == models.RateLimited && (e.RetryAfter <= 0 || e.RetryAfter > time.Hour) {
			t.Errorf("%s: try again after %v", row.name, e.RetryAfter)
		}
	}
}

func oneself(login int64) func(*models.LoginWorld) {
	return func(w *models.LoginWorld) { w.By = models.Actor{UserID: 1, LoginID: login} }
}

func lift(it *models.LoginItem) { it.Blocked = models.Null[models.Block]() }

// A lock-out of one's own stays under the block that one sets and lifts oneself.
func TestNobodyLiftsTheirLockOutByABlock(t *testing.T) {
	t.Parallel()
	w := world()
	oneself(1)(&w)
	for _, wish := range []models.Opt[models.Block]{models.Some(models.Block{On: true}), models.Null[models.Block]()} {
		p, err := models.PlanLogins(w, models.LoginSet{Items: all(5, func(it *models.LoginItem) { it.Blocked = wish })})
		if err != nil {
			t.Fatal(err)
		}
		w.Live[4] = p.Logins[4].Will
		if !w.Live[4].Locked(planNow) || (w.Live[4].BlockedAt != nil) != wish.There() {
			t.Errorf("%+v: %+v", wish, w.Live[4])
		}
	}
}

func fresh(w *models.LoginWorld) { w.Live[0].CreatedAt = planNow.Add(-9 * time.Second) }

func linked(ages ...time.Duration) func(*models.LoginWorld) {
	return func(w *models.LoginWorld) {
		w.Links = map[int64][]time.Time{}
		for _, age := range ages {
			w.Links[1] = append(w.Links[1], planNow.Add(-age))
		}
	}
}

func TestWhatIsAllowedButMayNotBeMeantIsSaid(t *testing.T) {
	t.Parallel()
	p, err := models.PlanLogins(world(), models.LoginSet{Items: all(1, func(it *models.LoginItem) { it.Blocked = models.Some(models.Block{On: true}) })[:3]})
	if err != nil || len(p.Warnings) != 2 || p.Warnings[0].Code != "blocked_unchanged" || p.Warnings[1].Code != "user_without_login" {
		t.Errorf("%v %+v", err, p.Warnings)
	}
}
