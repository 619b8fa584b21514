package people_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// listed are the names of the users that a filter finds, in its order.
func listed(t *testing.T, h *modelstest.House, who models.Actor, f models.UserFilter) string {
	t.Helper()
	page, _, err := h.People.List(t.Context(), who, f)
	modelstest.Must(t, err)
	var names []string
	for _, u := range page.Rows {
		names = append(names, u.Name)
	}
	return strings.Join(names, " ")
}

// crowd is one user of each standing; each is called by it.
func crowd(t *testing.T, h *modelstest.House) models.Actor {
	t.Helper()
	by := map[string]models.Actor{}
	for _, name := range []string{"active", "blocked", "deleted", "disabled", "expired", "federated", "invited", "leaving", "locked", "root"} {
		rank := models.PlainMember
		if name == "root" {
			rank = models.Administrator
		}
		by[name] = h.Person(t, name, rank)
		if name != "invited" {
			h.Lets(t, by[name])
		}
	}
	set := func(name, query string, args ...any) {
		h.Exec(t, query+` WHERE user_id = `+fmt.Sprint(by[name].UserID), args...)
	}
	now := h.Clock.Now()
	set("blocked", `UPDATE logins SET blocked_at = ?`, now)
	set("expired", `UPDATE logins SET expire_at = ?`, now)
	set("locked", `UPDATE logins SET locked_at = ?, locked_until = ?`, now, now.Add(time.Minute))
	h.Exec(t, `INSERT INTO providers (id, name, name_key, issuer, client_id, auth_method, scopes, login_claim, authoritative, factor_values, enabled, created_at, updated_at)
		VALUES (7, 'Corp', 'corp', 'https://corp', 'c', 'none', 'openid', 'email', true, '', true, ?, ?)`, now, now)
	set("federated", `UPDATE logins SET secret_hash = '', trusted_idp_id = 7`)
	set("active", `UPDATE logins SET key = 'wolf', key_canon = 'wolf'`)
	h.Exec(t, `INSERT INTO totps (id, user_id, label, sealed, key_id, last_step, created_at) VALUES (?, ?, 'phone', 'x', 'k', 0, ?)`, models.NewID(), by["active"].UserID, now)
	h.Exec(t, `UPDATE users SET disabled_at = ? WHERE id = ?`, now, by["disabled"].UserID)
	h.Exec(t, `UPDATE users SET deletion_at = ? WHERE id = ?`, now.Add(time.Hour), by["leaving"].UserID)
	h.Exec(t, `UPDATE users SET deleted_at = ?, deletion_at = ? WHERE id = ?`, now, now, by["deleted"].UserID)
	for i, name := range []string{"locked", "active", "root"} {
		h.Exec(t, `UPDATE users SET last_login_at = ? WHERE id = ?`, now.Add(time.Duration(i)*time.Hour), by[name].UserID)
	}
	return by["root"]
}

func TestAFilterPicksUsersByHowTheyStand(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root := crowd(t, h)
		all := "active blocked disabled expired federated invited leaving locked root"
		for state, want := range map[models.UserState]string{
			"": all, "odd": all, models.EnteringUsers: "active federated root", models.InvitedUsers: "invited", models.BlockedUsers: "blocked",
			models.LockedUsers: "locked", models.ExpiredUsers: "expired", models.NeverUsers: "blocked disabled expired federated invited leaving",
			models.FactorlessUsers: strings.TrimPrefix(all, "active "), models.DisabledUsers: "disabled", models.LeavingUsers: "leaving",
		} {
			if got := listed(t, h, root, models.UserFilter{State: state}); got != want {
				t.Errorf("%q finds %q, want %q", state, got, want)
			}
		}
		for f, want := range map[models.UserFilter]string{
			{Provider: 7}: "federated", {Provider: 8}: "", {Search: "WOLF"}: "active", {Search: "wolf", State: models.LockedUsers}: "",
			{Sort: models.UsersByName}:                               all,
			{Sort: models.UsersBySeen}:                               "root active locked leaving invited federated expired disabled blocked",
			{Sort: models.UsersByUnseen}:                             "blocked disabled expired federated invited leaving locked active root",
			{Sort: models.UsersByNewest, State: models.NeverUsers}:   "leaving invited federated expired disabled blocked",
			{Sort: models.UsersByUnseen, State: models.LeavingUsers}: "leaving",
		} {
			if got := listed(t, h, root, f); got != want {
				t.Errorf("%+v finds %q, want %q", f, got, want)
			}
		}
	})
}

func TestAListSaysHowEachUserStands(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root := crowd(t, h)
		page, providers, err := h.People.List(t.Context(), root, models.UserFilter{})
		modelstest.Must(t, err)
		for _, u := range page.Rows {
			want := models.Standing(u.Name)
			if u.Name == "root" || u.Name == "federated" {
				want = models.StandsActive
			}
			if got := u.Standing(u.Ways); got != want || u.Ways.All != 1 || u.Factor != (u.Name == "active") {
				t.Errorf("%s is %q, %+v", u.Name, got, u)
			}
		}
		if len(providers) != 1 || providers[0].Name != "Corp" {
			t.Errorf("%+v", providers)
		}
	})
}

func TestEveryOrderOfUsersPagesThroughAll(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root := h.Person(t, "root", models.Administrator)
		for i := range 2*models.PageSize + 3 {
			who := h.Person(t, fmt.Sprintf("p%03d", (i*31)%103), models.PlainMember)
			h.Exec(t, `UPDATE users SET name = 'Same', name_key = 'same' WHERE id = ? AND ? = 0`, who.UserID, i%2)
			if i%3 > 0 { // of the others many never signed in
				h.Exec(t, `UPDATE users SET last_login_at = ? WHERE id = ?`, h.Clock.Now().Add(time.Duration(i/9)*time.Hour), who.UserID)
			}
		}
		for _, sort := range []models.UserSort{"", models.UsersByName, models.UsersBySeen, models.UsersByUnseen, models.UsersByNewest} {
			var seen []int64
			for f := (models.UserFilter{Sort: sort}); ; {
				page, _, err := h.People.List(t.Context(), root, f)
				modelstest.Must(t, err)
				for _, u := range page.Rows {
					seen = append(seen, u.ID)
				}
				if f.After = page.Next; f.After == "" {
					break
				}
			}
			all := len(seen)
			slices.Sort(seen)
			if all != 2*models.PageSize+4 || len(slices.Compact(seen)) != all {
				t.Errorf("by %q: %d users, %d different", sort, all, len(slices.Compact(seen)))
			}
		}
	})
}
