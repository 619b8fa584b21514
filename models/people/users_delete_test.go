package people_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/people"
	"holdfast/models/transfers"
)

// farewell is what it takes to have a user deleted.
func farewell(t *testing.T, h *modelstest.House, who models.Actor, id int64) people.Farewell {
	t.Helper()
	p, err := h.People.Get(t.Context(), who, id)
	modelstest.Must(t, err)
	return people.Farewell{Email: strings.ToUpper(p.Email), Reason: "gone"}
}

func TestAUserIsDeletedAfterAWhileAndCanBeRestored(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ben := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		seat(t, h, ben, "c")
		_, err := h.People.DeleteUser(ctx, root, ben.UserID, people.Farewell{Email: "bob@example.org", Reason: " "})
		modelstest.WantWrong(t, err, "confirm", "reason")
		modelstest.Want(t, h.People.RestoreUser(ctx, root, ben.UserID), models.Conflict)
		due, err := h.People.DeleteUser(ctx, root, ben.UserID, farewell(t, h, root, ben.UserID))
		modelstest.Must(t, err)
		if !due.Equal(h.Clock.Now().Add(models.UserGrace)) || open(t, h, "c") {
			t.Errorf("due %v, or the session lives on", due)
		}
		_, err = h.People.DeleteUser(ctx, root, ben.UserID, farewell(t, h, root, ben.UserID))
		modelstest.Want(t, err, models.Conflict)
		modelstest.Want(t, h.People.Disable(ctx, root, ben.UserID, "left"), models.Conflict)
		if got := listed(t, h, root, models.UserFilter{State: models.LeavingUsers}); got != "ben" {
			t.Errorf("waiting: %q", got)
		}
		h.Clock.Pass(models.UserGrace - time.Second)
		if n, err := h.People.PurgeUsers(ctx); err != nil || n.Purged+len(n.Held) != 0 {
			t.Errorf("%+v, %v", n, err)
		}
		root.ProvenAt = h.Clock.Now()
		modelstest.Must(t, h.People.RestoreUser(ctx, root, ben.UserID))
		seat(t, h, ben, "d")
		if !open(t, h, "d") {
			t.Error("still out")
		}
		h.Clock.Pass(time.Hour)
		if n, err := h.People.PurgeUsers(ctx); err != nil || n.Purged != 0 {
			t.Errorf("%+v, %v", n, err)
		}
		if got := h.Events(t, "2"); !slices.Contains(got, models.UserScheduled) || !slices.Contains(got, models.UserRestored) {
			t.Error(got)
		}
		h.WantMail(t, "account.changed ben@example.org", "account.changed ben@example.org")
	})
}

func TestWhoOwnsSomethingIsNotDeleted(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ben, cid := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember), h.Person(t, "cid", models.PlainMember)
		project := h.Project(t, ben, "Wells")
		h.Seat(t, ben, project, cid, models.Viewer)
		id := h.Keep(t, ben, "c", project)
		i, err := h.People.Impact(ctx, root, ben.UserID)
		modelstest.Must(t, err)
		if i.Credentials != 1 || len(i.Projects) != 1 || i.Projects[0].Name != "Wells" || i.Logins != 1 || i.Seats != 1 {
			t.Errorf("%+v", i)
		}
		gone := func() error {
			_, err := h.People.DeleteUser(ctx, root, ben.UserID, farewell(t, h, root, ben.UserID))
			return err
		}
		modelstest.Want(t, gone(), models.Conflict)
		h.Schedule(t, ben, id) // waits for the purge, and is still there
		modelstest.Want(t, gone(), models.Conflict)
		h.Exec(t, `DELETE FROM shares`)
		h.Exec(t, `DELETE FROM bodies`)
		h.Exec(t, `DELETE FROM credentials`)
		if err := gone(); err == nil || !strings.Contains(err.Error(), "Wells") {
			t.Fatal(err)
		}
		modelstest.Must(t, h.Projects.PassOwnership(ctx, ben, project, cid.UserID))
		modelstest.Must(t, gone())
		modelstest.Want(t, h.Projects.PassOwnership(ctx, cid, project, ben.UserID), models.Conflict)
	})
}

// dueUser is a user with something in every table, whose time is over.
func dueUser(t *testing.T, h *modelstest.House, root models.Actor, name string) models.Actor {
	t.Helper()
	ben := h.Person(t, name, models.PlainMember)
	project := h.Project(t, root, "Of "+name)
	h.Seat(t, root, project, ben, models.Editor)
	seat(t, h, ben, "cookie of "+name)
	h.Lets(t, ben)
	_, err := h.People.NewLink(t.Context(), root, ben.UserID)
	modelstest.Must(t, err)
	now := h.Clock.Now()
	h.Exec(t, `INSERT INTO totps (id, user_id, label, sealed, key_id, last_step, created_at) VALUES (?, ?, 'phone', 'x', 'k', 0, ?)`, models.NewID(), ben.UserID, now)
	h.Exec(t, `INSERT INTO recovery_codes (id, user_id, code_hash, created_at) VALUES (?, ?, 'x', ?)`, models.NewID(), ben.UserID, now)
	h.Exec(t, `INSERT INTO api_tokens (id, user_id, name, token_hash, hint, created_at, expires_at) VALUES (?, ?, 'ci', ?, 'abcd', ?, ?)`, models.NewID(), ben.UserID, []byte(name), now, now)
	h.Exec(t, `UPDATE users SET deletion_at = ? WHERE id = ?`, now.Add(time.Hour), ben.UserID)
	return ben
}

func TestAPurgedUserLeavesANumber(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root := admin(t, h, "root")
		ben, cid := dueUser(t, h, root, "ben"), h.Person(t, "cid", models.PlainMember)
		seat(t, h, cid, "of cid")
		offered := h.Keep(t, root, "offered")
		h.Exec(t, `INSERT INTO transfers (id, credential_id, name, version, from_id, to_id, offered_by, token_hash, letter_id, state, created_at, expires_at)
			VALUES (?, ?, 'offered', 1, ?, ?, ?, 'x', ?, 'pending', ?, ?)`, models.NewID(), offered, root.UserID, ben.UserID, root.UserID, models.NewID(), h.Clock.Now(), h.Clock.Now().Add(48*time.Hour))
		h.WantMail(t, "account.changed ben@example.org") // of the link
		h.Clock.Pass(time.Hour)
		n, err := h.People.PurgeUsers(ctx)
		modelstest.Must(t, err)
		if n.Purged != 1 || len(n.Held) != 0 {
			t.Errorf("%+v", n)
		}
		for _, table := range []string{"logins", "sessions", "totps", "recovery_codes", "api_tokens", "memberships", "sign_ins"} {
			if n := h.Count(t, `SELECT count(*) FROM `+table+` WHERE user_id = ?`, ben.UserID); n != 0 {
				t.Errorf("%d rows in %s", n, table)
			}
		}
		if h.Count(t, `SELECT count(*) FROM access_links WHERE login_id = ?`, ben.LoginID) != 0 || h.Count(t, `SELECT count(*) FROM sessions`) != 1 || h.Count(t, `SELECT count(*) FROM transfers WHERE state = 'pending'`) != 0 {
			t.Error("a link or an open offer is left, or somebody else's session went")
		}
		h.WantMail(t, "transfer.revoked root@example.org")
		p, err := h.People.Get(ctx, root, ben.UserID)
		modelstest.Must(t, err)
		if p.Name != "Deleted user" || p.Email != "deleted-2" || p.Standing(p.Ways) != models.StandsDeleted {
			t.Errorf("%+v", p.User)
		}
		for name, err := range map[string]error{
			"Disable": h.People.Disable(ctx, proven(root, h), ben.UserID, "left"), "RestoreUser": h.People.RestoreUser(ctx, proven(root, h), ben.UserID),
			"SetProfile": h.People.SetProfile(ctx, proven(root, h), ben.UserID, models.UserChange{NewUser: models.NewUser{Name: "x", Email: "x@example.org", Rank: models.Administrator}, Seen: p.UpdatedAt}),
		} {
			if models.KindOf(err) != models.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = h.People.LinkFromHost(ctx, "deleted-2")
		modelstest.Want(t, err, models.NotFound)
		if got := listed(t, h, root, models.UserFilter{}); got != "cid root" {
			t.Errorf("listed: %q", got)
		}
		root.ProvenAt = h.Clock.Now()
		_, err = h.People.Add(ctx, root, models.NewUser{Name: "Ben again", Email: "ben@example.org", Rank: models.PlainMember})
		modelstest.Must(t, err)
		if n, err := h.People.PurgeUsers(ctx); err != nil || n.Purged != 0 {
			t.Errorf("again: %+v, %v", n, err)
		}
	})
}

func proven(who models.Actor, h *modelstest.House) models.Actor {
	who.ProvenAt = h.Clock.Now()
	return who
}

func TestWhoOwnsSomethingByThenIsNotPurged(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root := admin(t, h, "root")
		ben, cid, dan := dueUser(t, h, root, "ben"), dueUser(t, h, root, "cid"), dueUser(t, h, root, "dan")
		h.Exec(t, `UPDATE credentials SET owner_id = ? WHERE id = ?`, ben.UserID, h.Keep(t, root, "late"))
		h.Exec(t, `UPDATE memberships SET role = 'admin' WHERE user_id = ?`, root.UserID)
		h.Exec(t, `UPDATE memberships SET role = 'owner' WHERE user_id = ?`, cid.UserID)
		h.Clock.Pass(time.Hour)
		n, err := h.People.PurgeUsers(t.Context())
		modelstest.Must(t, err)
		if n.Purged != 1 || !slices.Equal(n.Held, []int64{ben.UserID, cid.UserID}) || h.Count(t, `SELECT count(*) FROM users WHERE deleted_at IS NOT NULL AND id = ?`, dan.UserID) != 1 {
			t.Errorf("%+v", n)
		}
	})
}

func TestTwoReplicasPurgeEachUserOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root := admin(t, h, "root")
		for i := range 8 {
			dueUser(t, h, root, "due"+string(rune('a'+i)))
		}
		h.Clock.Pass(time.Hour)
		other := h.Replica(t, "")
		counts := make([]models.UserPurge, 2)
		var wg sync.WaitGroup
		for i, ops := range []people.Ops{h.People, other.People} {
			wg.Go(func() {
				var err error
				if counts[i], err = ops.PurgeUsers(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if counts[0].Purged+counts[1].Purged != 8 || h.Count(t, `SELECT count(*) FROM events WHERE name = 'user.purged'`) != 8 {
			t.Errorf("%+v", counts)
		}
	})
}

func TestASignInHistoryIsPagedNewestFirst(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ben := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		for i := range models.PageSize + 2 {
			h.Exec(t, `INSERT INTO sign_ins (id, user_id, login_id, key, at, outcome, reason, proofs, ip, user_agent) VALUES (?, ?, ?, 'ben', ?, 'refused', 'wrong-password', '', '192.0.2.1', '')`,
				models.NewID(), ben.UserID, ben.LoginID, h.Clock.Now().Add(time.Duration(i)*time.Second))
		}
		seat(t, h, root, "c") // another's
		u, first, next, err := h.People.SignInsOf(ctx, root, ben.UserID, "")
		modelstest.Must(t, err)
		_, rest, end, err := h.People.SignInsOf(ctx, root, ben.UserID, next)
		modelstest.Must(t, err)
		if u.Email != ben.Email || len(first) != models.PageSize || len(rest) != 2 || end != "" || !first[0].At.After(first[1].At) || first[0].Reason != models.RefusedWrong {
			t.Errorf("%d and %d, %q", len(first), len(rest), end)
		}
		_, _, _, err = h.People.SignInsOf(ctx, ben, ben.UserID, "")
		modelstest.Want(t, err, models.Forbidden)
		_, _, _, err = h.People.SignInsOf(ctx, root, 4711, "")
		modelstest.Want(t, err, models.NotFound)
	})
}

func TestWhoMayNotEnterIsNotFoundByOthers(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ben := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		project := h.Project(t, root, "P")
		modelstest.Must(t, h.People.Disable(ctx, root, ben.UserID, "left"))
		_, err := h.Projects.AddMember(ctx, root, project, ben.Email, models.Viewer)
		modelstest.WantWrong(t, err, "email")
		modelstest.Must(t, h.People.Enable(ctx, root, ben.UserID))
		h.Seat(t, root, project, ben, models.Viewer)
		h.Exec(t, `UPDATE users SET deletion_at = ? WHERE id = ?`, h.Clock.Now(), ben.UserID)
		_, err = h.People.PurgeUsers(ctx)
		modelstest.Must(t, err)
		_, err = h.Transfers.Initiate(ctx, root, transfers.Offer{Credentials: []models.ID{h.Keep(t, root, "c")}, Email: "deleted-2"})
		modelstest.WantWrong(t, err, "email")
	})
}
