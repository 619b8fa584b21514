package projects_test

import (
	"fmt"
	"slices"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// team is a project of ana's with a member in every role.
func team(t *testing.T, h *modelstest.House) (models.ID, map[models.Role]models.Actor) {
	t.Helper()
	seats := map[models.Role]models.Actor{models.Owner: h.Person(t, "owner", models.PlainMember)}
	p := h.Project(t, seats[models.Owner], "Field work")
	for _, r := range []models.Role{models.Admin, models.Editor, models.Viewer} {
		seats[r] = h.Person(t, string(r), models.PlainMember)
		h.Seat(t, seats[models.Owner], p, seats[r], r)
	}
	return p, seats
}

// owners are how many owners every project has: it must be one.
func oneOwner(t *testing.T, h *modelstest.House) {
	t.Helper()
	n := h.Count(t, `SELECT count(*) FROM projects p WHERE (SELECT count(*) FROM memberships m WHERE m.project_id = p.id AND m.role = 'owner') <> 1`)
	if n != 0 {
		t.Errorf("%d projects have no owner or several", n)
	}
}

func TestWhoeverCreatesAProjectOwnsIt(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		for _, bad := range []string{"", " ", "a\x00", string(make([]rune, 101))} {
			_, err := h.Projects.Create(ctx, ana, bad)
			modelstest.WantWrong(t, err, "name")
		}
		p, err := h.Projects.Create(ctx, ana, "  Field ")
		modelstest.Must(t, err)
		got, role, err := h.Projects.Get(ctx, ana, p.ID)
		modelstest.Must(t, err)
		if got.Name != "Field" || role != models.Owner {
			t.Errorf("%+v as %s", got, role)
		}
		modelstest.Must(t, h.Projects.Rename(ctx, ana, p.ID, " Camp "))
		modelstest.Must(t, h.Projects.Rename(ctx, ana, p.ID, "Camp")) // nothing changes
		if events := h.Events(t, p.ID.String()); !slices.Equal(events, []string{models.ProjectCreated, models.ProjectRenamed}) {
			t.Errorf("events %v", events)
		}
		oneOwner(t, h)
	})
}

func TestEachRoleMayDoWhatItsTableSays(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		p, seats := team(t, h)
		guest := h.Person(t, "guest", models.PlainMember)
		root := h.Person(t, "root", models.Administrator) // rank opens no project
		operations := map[string]struct {
			needs models.Permission
			do    func(models.Actor) error
		}{
			"see": {models.SeeProject, func(w models.Actor) error { _, _, err := h.Projects.Get(ctx, w, p); return err }},
			"members": {models.SeeProject, func(w models.Actor) error {
				m, err := h.Projects.Members(ctx, w, p, "")
				if err == nil && (len(m.Members) < 4 || m.Project.Name == "" || m.Role == "") {
					t.Errorf("members %+v", m)
				}
				return err
			}},
			"rename": {models.RenameProject, func(w models.Actor) error { return h.Projects.Rename(ctx, w, p, "By "+w.Name) }},
			"look at a seat": {models.ManageMembers, func(w models.Actor) error {
				_, _, err := h.Projects.Member(ctx, w, p, other(seats, w).UserID)
				return err
			}},
			"add": {models.ManageMembers, func(w models.Actor) error {
				_, err := h.Projects.AddMember(ctx, w, p, guest.Email, models.Viewer)
				h.Exec(t, `DELETE FROM memberships WHERE user_id = ?`, guest.UserID)
				return err
			}},
			"change a role": {models.ManageMembers, func(w models.Actor) error {
				_, err := h.Projects.SetRole(ctx, w, p, seats[models.Viewer].UserID, models.Viewer)
				return err
			}},
			"pass on": {models.PassOwnership, func(w models.Actor) error {
				err := h.Projects.PassOwnership(ctx, w, p, seats[models.Admin].UserID)
				if err == nil {
					err = h.Projects.PassOwnership(ctx, seats[models.Admin], p, seats[models.Owner].UserID)
				}
				return err
			}},
			"look at an heir": {models.PassOwnership, func(w models.Actor) error {
				_, _, err := h.Projects.Heir(ctx, w, p, seats[models.Admin].UserID)
				return err
			}},
		}
		for name, op := range operations {
			for role, who := range seats {
				err := op.do(who)
				if want := role.Can(op.needs); (err == nil) != want || err != nil && models.KindOf(err) != models.Forbidden {
					t.Errorf("%s as %s: %v, allowed %v", name, role, err, want)
				}
			}
			for _, stranger := range []models.Actor{guest, root} {
				if err := op.do(stranger); models.KindOf(err) != models.NotFound || err == nil {
					t.Errorf("%s as a stranger: %v", name, err)
				}
			}
			oneOwner(t, h)
		}
	})
}

// other is a seat that is not w's.
func other(seats map[models.Role]models.Actor, w models.Actor) models.Actor {
	if w.UserID == seats[models.Viewer].UserID {
		return seats[models.Editor]
	}
	return seats[models.Viewer]
}

func TestMembersAreAddedOnceByTheirAddressInARoleThatCanBeGiven(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		p, seats := team(t, h)
		owner := seats[models.Owner]
		bob := h.Person(t, "bob", models.PlainMember)
		for _, c := range []struct {
			email string
			role  models.Role
			wrong []string
		}{
			{"nobody@example.org", models.Viewer, []string{"email"}},
			{"no address", models.Viewer, []string{"email"}},
			{"a\x00@example.org", models.Viewer, []string{"email"}},
			{"no address", models.Owner, []string{"email", "role"}},
			{bob.Email, "king", []string{"role"}},
			{bob.Email, models.Owner, []string{"role"}},
			{seats[models.Editor].Email, models.Viewer, []string{"email"}},
			{owner.Email, models.Viewer, []string{"email"}},
		} {
			_, err := h.Projects.AddMember(ctx, owner, p, c.email, c.role)
			modelstest.WantWrong(t, err, c.wrong...)
		}
		m, err := h.Projects.AddMember(ctx, owner, p, "BOB@example.org", models.Editor)
		modelstest.Must(t, err)
		if m.UserID != bob.UserID || m.Role != models.Editor || m.Name != "bob" {
			t.Errorf("added %+v", m)
		}
		m, err = h.Projects.SetRole(ctx, owner, p, bob.UserID, models.Admin)
		modelstest.Must(t, err)
		if m.Role != models.Admin {
			t.Errorf("changed to %+v", m)
		}
		_, err = h.Projects.SetRole(ctx, owner, p, bob.UserID, models.Owner)
		modelstest.WantWrong(t, err, "role")
		_, err = h.Projects.SetRole(ctx, bob, p, owner.UserID, models.Viewer)
		modelstest.Want(t, err, models.Conflict)
		_, err = h.Projects.SetRole(ctx, owner, p, 4711, models.Viewer)
		modelstest.Want(t, err, models.NotFound)
		if events := h.Events(t, p.String()); !slices.Equal(events[4:], []string{models.MemberAdded, models.MemberChanged}) {
			t.Errorf("events %v", events)
		}
	})
}

func TestALeavingMemberTakesTheirOwnCredentialsOutOfThatProjectAlone(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		p, seats := team(t, h)
		owner, editor := seats[models.Owner], seats[models.Editor]
		q := h.Project(t, editor, "Own")
		theirs, others := h.Keep(t, editor, "theirs", p, q), h.Keep(t, owner, "owner's", p)
		modelstest.Want(t, h.Projects.RemoveMember(ctx, owner, p, owner.UserID), models.Conflict)
		modelstest.Want(t, h.Projects.RemoveMember(ctx, seats[models.Admin], p, owner.UserID), models.Forbidden)
		modelstest.Want(t, h.Projects.RemoveMember(ctx, seats[models.Viewer], p, editor.UserID), models.Forbidden)
		modelstest.Want(t, h.Projects.RemoveMember(ctx, owner, p, 4711), models.NotFound)
		modelstest.Must(t, h.Projects.RemoveMember(ctx, seats[models.Admin], p, editor.UserID))
		for project, want := range map[models.ID]int{p: 1, q: 1} {
			if n := h.Count(t, `SELECT count(*) FROM shares WHERE project_id = ?`, project); n != want {
				t.Errorf("%d shares, want %d", n, want)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM shares WHERE credential_id = ?`, others); n != 1 {
			t.Error("the owner's share went too")
		}
		events := h.Events(t, theirs.String())
		if events[len(events)-1] != models.CredentialUnshared {
			t.Errorf("events %v", events)
		}
		n := h.Count(t, `SELECT count(*) FROM events WHERE name = ? AND actor_id = ?`, models.CredentialUnshared, seats[models.Admin].UserID)
		if n != 1 {
			t.Errorf("%d events of the one who did it", n)
		}
		_, _, err := h.Projects.Get(ctx, editor, p)
		modelstest.Want(t, err, models.NotFound)
		modelstest.Must(t, h.Projects.RemoveMember(ctx, seats[models.Viewer], p, seats[models.Viewer].UserID)) // leaves
		oneOwner(t, h)
	})
}

func TestAMemberWhoSharedThousandsCanBeRemoved(t *testing.T) {
	t.Parallel()
	h := modelstest.SQLite(t) // whose statements have the lower bound
	p, seats := team(t, h)
	editor := seats[models.Editor]
	const n = 3100 // events of 11 values each are more than one statement takes
	h.Sow(t, editor, n, p)
	modelstest.Must(t, h.Projects.RemoveMember(t.Context(), seats[models.Owner], p, editor.UserID))
	if got := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.CredentialUnshared); got != n {
		t.Errorf("%d events, want %d", got, n)
	}
}

func TestOwnershipIsPassedToAMember(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		p, seats := team(t, h)
		owner, heir := seats[models.Owner], seats[models.Viewer]
		modelstest.Want(t, h.Projects.PassOwnership(ctx, owner, p, owner.UserID), models.Conflict)
		modelstest.Want(t, h.Projects.PassOwnership(ctx, owner, p, 4711), models.NotFound)
		modelstest.Must(t, h.Projects.PassOwnership(ctx, owner, p, heir.UserID))
		for who, want := range map[models.Actor]models.Role{owner: models.Admin, heir: models.Owner} {
			if _, role, err := h.Projects.Get(ctx, who, p); err != nil || role != want {
				t.Errorf("%s is %s, want %s (%v)", who.Name, role, want, err)
			}
		}
		events := h.Events(t, p.String())
		if events[len(events)-1] != models.OwnershipPassed {
			t.Errorf("events %v", events)
		}
		modelstest.Must(t, h.Projects.RemoveMember(ctx, owner, p, owner.UserID)) // now they may leave
		oneOwner(t, h)
	})
}

func TestAProjectHasOneOwnerHoweverManyPassItOnAtOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		p, seats := team(t, h)
		heirs := []models.Actor{seats[models.Admin], seats[models.Editor], seats[models.Viewer]}
		errs := make(chan error, 8)
		for i := range 8 {
			go func() { errs <- h.Projects.PassOwnership(t.Context(), seats[models.Owner], p, heirs[i%3].UserID) }()
		}
		won := 0
		for range 8 {
			if err := <-errs; err == nil {
				won++
			} else if models.KindOf(err) != models.Forbidden {
				t.Errorf("a loser got %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
		oneOwner(t, h)
	})
}

func TestProjectsAndMembersAreReadByThePage(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "n000")
		for i := range 60 {
			who := h.Person(t, fmt.Sprintf("m%03d", (i*31)%60), models.PlainMember)
			h.Seat(t, ana, p, who, models.Viewer)
			h.Project(t, ana, fmt.Sprintf("N%03d", (i*31)%60+1))
		}
		h.Project(t, h.Person(t, "eve", models.PlainMember), "n005 of another")
		members, projects := []string{}, []string{}
		for after := ""; ; {
			m, err := h.Projects.Members(ctx, ana, p, after)
			modelstest.Must(t, err)
			for _, one := range m.Members {
				members = append(members, one.Email)
			}
			if after = m.Next; after == "" {
				break
			}
		}
		for after := ""; ; {
			list, next, err := h.Projects.List(ctx, ana, after)
			modelstest.Must(t, err)
			for _, one := range list {
				projects = append(projects, models.Fold(one.Name))
			}
			if after = next; after == "" {
				break
			}
		}
		for what, list := range map[string][]string{"members": members, "projects": projects} {
			if len(list) != 61 || !slices.IsSorted(list) || len(slices.Compact(list)) != 61 {
				t.Errorf("%d %s, in order %v", len(list), what, slices.IsSorted(list))
			}
		}
		for _, forged := range []string{"x", "~", "1~\x00\xff", models.NewID().String() + "~\x00"} {
			_, err := h.Projects.Members(ctx, ana, p, forged)
			modelstest.Must(t, err)
			_, _, err = h.Projects.List(ctx, ana, forged)
			modelstest.Must(t, err)
		}
	})
}
