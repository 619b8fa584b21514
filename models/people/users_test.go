package people_test

import (
	"fmt"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestTheUsersAreListedByEMailSearchedAndPaged(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root := h.Person(t, "root", models.Administrator)
		for _, n := range []models.NewUser{
			{Name: "Änne Straße", Email: "Zoe@example.org", Rank: models.PlainMember}, {Name: "100% Bob", Email: "b_b@example.org", Rank: models.PlainMember},
		} {
			_, err := h.People.Add(ctx, root, n)
			modelstest.Must(t, err)
		}
		for search, want := range map[string]string{
			"": "b_b@example.org root@example.org Zoe@example.org", "ZOE@": "Zoe@example.org", "%": "b_b@example.org", "B_B": "b_b@example.org",
			"änne": "Zoe@example.org", "ÄNNE strasse": "Zoe@example.org", "root": "root@example.org", "nobody": "", "a\x00\xff": "", `\`: "",
		} {
			page, _, err := h.People.List(ctx, root, models.UserFilter{Search: search})
			modelstest.Must(t, err)
			got, next := "", page.Next
			for i, p := range page.Rows {
				if i > 0 {
					got += " "
				}
				got += p.Email
			}
			if got != want || next != "" {
				t.Errorf("%q finds %q, want %q", search, got, want)
			}
		}
		for i := range 57 {
			h.Person(t, fmt.Sprintf("p%03d", (i*31)%57), models.PlainMember)
		}
		seen := map[string]int{}
		for after, pages := "", 0; ; pages++ {
			page, _, err := h.People.List(ctx, root, models.UserFilter{After: after})
			modelstest.Must(t, err)
			for _, p := range page.Rows {
				seen[p.Email]++
			}
			h.Person(t, fmt.Sprintf("aa%d", pages), models.PlainMember) // behind the page
			if after = page.Next; after == "" {
				break
			}
		}
		if len(seen) != 60 {
			t.Errorf("%d users were visited, want 60", len(seen))
		}
		for _, forged := range []string{"x~y", "1~\x00", "~", "9999999999999999999~z"} {
			for _, sort := range []models.UserSort{"", models.UsersByName, models.UsersBySeen, models.UsersByUnseen, models.UsersByNewest, "odd"} {
				_, _, err := h.People.List(ctx, root, models.UserFilter{After: forged, Sort: sort, State: "odd", Provider: 4711})
				modelstest.Must(t, err)
			}
		}
	})
}

func TestAListTellsWhoIsOnlyInvitedAndWhoWasHere(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root, bob := h.Person(t, "root", models.Administrator), h.Person(t, "bob", models.PlainMember)
		seat(t, h, root, "c")
		page, _, err := h.People.List(t.Context(), root, models.UserFilter{})
		modelstest.Must(t, err)
		first, second := page.Rows[0], page.Rows[1]
		if first.Standing(first.Ways) != models.StandsInvited || !first.LastLoginAt.IsZero() || second.Standing(second.Ways) != models.StandsActive || !second.LastLoginAt.Equal(h.Clock.Now()) {
			t.Errorf("%+v", page.Rows)
		}
		p, err := h.People.Get(t.Context(), root, bob.UserID)
		modelstest.Must(t, err)
		if p.Email != bob.Email || len(p.Logins) != 1 || len(p.Sessions) != 0 {
			t.Errorf("%+v", p)
		}
		me, err := h.People.Me(t.Context(), bob)
		modelstest.Must(t, err)
		if me.ID != bob.UserID || len(me.Logins) != 1 {
			t.Errorf("%+v", me)
		}
		_, err = h.People.Get(t.Context(), root, 4711)
		modelstest.Want(t, err, models.NotFound)
	})
}

func TestAnAddressBelongsToOneUser(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root := h.Person(t, "root", models.Administrator)
		for _, again := range []string{"root@example.org", "ROOT@EXAMPLE.org", " Root@example.org"} {
			_, err := h.People.Add(t.Context(), root, models.NewUser{Name: "x", Email: again, Rank: models.PlainMember})
			modelstest.WantWrong(t, err, "email")
		}
		_, err := h.People.Add(t.Context(), root, models.NewUser{Name: "", Email: "no", Rank: "king"})
		modelstest.WantWrong(t, err, "name", "email", "rank")
		if n := h.Count(t, `SELECT count(*) FROM users`) + h.Count(t, `SELECT count(*) FROM logins`); n != 2 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestTheConsoleIsForAdministratorsAndARankCountsAtOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, bob := h.Person(t, "root", models.Administrator), h.Person(t, "bob", models.PlainMember)
		console := func(who models.Actor) map[string]error {
			out := map[string]error{}
			_, _, out["List"] = h.People.List(ctx, who, models.UserFilter{})
			_, out["Get"] = h.People.Get(ctx, who, root.UserID)
			_, out["NewLink"] = h.People.NewLink(ctx, who, root.UserID)
			_, out["EndSessions"] = h.People.EndSessions(ctx, who, root.UserID)
			_, out["audit"] = h.Audit.List(ctx, who, models.EventFilter{})
			_, out["Add"] = h.People.Add(ctx, who, models.NewUser{Name: "x", Email: fmt.Sprintf("x%d@example.org", h.Clock.Now().Unix()), Rank: models.Administrator})
			return out
		}
		forged := bob
		forged.Rank = models.Administrator // the database knows better
		for _, who := range []models.Actor{bob, forged} {
			for name, err := range console(who) {
				if models.KindOf(err) != models.Forbidden {
					t.Errorf("%s as a member: %v", name, err)
				}
			}
		}
		seat(t, h, root, "c")
		h.Exec(t, `UPDATE users SET rank = 'admin' WHERE id = ?`, bob.UserID)
		for name, err := range console(bob) {
			if err != nil {
				t.Errorf("%s once promoted: %v", name, err)
			}
		}
		if open(t, h, "c") {
			t.Error("the administrator's session was not ended")
		}
		h.Exec(t, `UPDATE users SET rank = 'member' WHERE id = ?`, bob.UserID)
		forged.Rank = models.Administrator
		for name, err := range console(forged) {
			if models.KindOf(err) != models.Forbidden {
				t.Errorf("%s once demoted: %v", name, err)
			}
		}
		_, err := h.People.EndSessions(ctx, root, 4711)
		modelstest.Want(t, err, models.NotFound)
		_, err = h.People.NewLink(ctx, root, 4711)
		modelstest.Want(t, err, models.NotFound)
	})
}
