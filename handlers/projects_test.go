package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/views/to"
)

func TestProjects(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.member(t, "ada")
		c.try(t, []row{
			{name: "none yet", who: ada, path: to.Projects(), status: 200, has: []string{"No projects yet", "New project"}},
			{name: "the form", who: ada, path: to.NewProject(), status: 200, has: []string{`name="name"`, ">Create project<"}},
			{name: "no name", who: ada, path: to.Projects(), form: "name=+", status: 422, has: []string{"Enter a name."}},
			{name: "too long", who: ada, path: to.Projects(), form: form("name", strings.Repeat("x", 101)), status: 422, has: []string{"at most 100 characters", "xxxx"}},
		})
		made := c.post(ada, to.Projects(), form("name", " Wells "))
		id := made.id()
		c.try(t, []row{
			{name: "its page", who: ada, path: made.where(), status: 200, has: []string{"Project created.", "Wells", "Owner", ">Rename<"}},
			{name: "the list", who: ada, path: to.Projects(), status: 200, has: []string{"Wells", "Owner"}},
			{name: "rename form", who: ada, path: to.RenameProject(id), status: 200, has: []string{`value="Wells"`}},
			{name: "renamed to nothing", who: ada, path: to.Project(id), form: "name=", status: 422, has: []string{"Enter a name.", "Rename Wells"}},
			{name: "renamed", who: ada, path: to.Project(id), form: form("name", "Deep wells"), status: 303, where: to.Project(id)},
			{name: "the new name", who: ada, path: to.Project(id), status: 200, has: []string{"Project renamed.", "Deep wells"}},
		})
	})
}

// A page of a project tells no false number.
func TestAProjectsNumbersAreTrue(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada, ben := c.member(t, "ada"), c.member(t, "ben")
	wells := c.Project(t, ada.Actor, "Wells")
	c.Seat(t, ada.Actor, wells, ben.Actor, models.Viewer)
	c.Keep(t, ada.Actor, "Warehouse", wells)
	for _, path := range []string{to.Projects(), to.Project(wells.String())} {
		row{name: path, status: 200, hasNot: []string{"0 credentials", "0 people", ">0<"}}.check(t, c.get(ada, path))
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, ben, eve := c.member(t, "ada"), c.member(t, "ben"), c.member(t, "eve")
		wells := c.Project(t, ada.Actor, "Wells")
		id, page := wells.String(), to.Members(wells.String())
		c.try(t, []row{
			{name: "alone", who: ada, path: page, status: 200, has: []string{"ada@example.org", "You", ">Add member<"}},
			{name: "no address", who: ada, path: page, form: form("email", "ben", "role", "king"), status: 422, has: []string{"Enter an e-mail address", `value="ben"`, `id="role-error"`}},
			{name: "unknown", who: ada, path: page, form: form("email", "zoe@example.org", "role", "editor"), status: 422, has: []string{"Nobody here signs in with this address.", `value="zoe@example.org"`}},
			{name: "owner is not given", who: ada, path: page, form: form("email", "ben@example.org", "role", "owner"), status: 422, has: []string{"Make owner"}},
			{name: "added", who: ada, path: page, form: form("email", " BEN@example.org ", "role", "editor"), status: 303, where: page},
			{name: "listed", who: ada, path: page, status: 200, has: []string{"ben is a member now.", "ben@example.org"}},
			{name: "twice", who: ada, path: page, form: form("email", "ben@example.org", "role", "viewer"), status: 422, has: []string{"ben is a member of this project already."}},
			{name: "ben sees no form", who: ben, path: page, status: 200, has: []string{"ada@example.org", "Leave project"}, hasNot: []string{">Add member<", "Remove", "<select"}},
			{name: "role, by htmx", who: ada, htmx: true, path: to.Member(id, ben.UserID), form: "role=viewer", status: 200, has: []string{"<tr", "ben is now viewer.", `hx-swap-oob`}, hasNot: []string{"<html", "ada@example.org"}},
			{name: "role, plainly", who: ada, path: to.Member(id, ben.UserID), form: "role=admin", status: 303, where: page},
			{name: "the news", who: ada, path: page, status: 200, has: []string{"ben is now admin."}},
			{name: "no such role", who: ada, path: to.Member(id, ben.UserID), form: "role=king", status: 409, has: []string{"Choose admin, editor or viewer."}},
			{name: "the owner's role", who: ben, path: to.Member(id, ada.UserID), form: "role=viewer", status: 409, has: []string{"Make another member the owner first."}},
			{name: "nobody's role", who: ada, path: to.Member(id, eve.UserID), form: "role=viewer", status: 404},
			{name: "removing the owner", who: ben, path: to.RemoveMember(id, ada.UserID), status: 200, has: []string{"The owner can't be removed."}, hasNot: []string{">Remove member<"}},
			{name: "removing the owner, posted", who: ben, method: "POST", path: to.RemoveMember(id, ada.UserID), status: 403, has: []string{"The owner can't be removed."}},
			{name: "the owner leaves", who: ada, path: to.LeaveProject(id), status: 200, has: []string{"Make another member the owner before you leave."}},
			{name: "the owner leaves, posted", who: ada, method: "POST", path: to.LeaveProject(id), status: 409, has: []string{"Make another member the owner before you leave."}},
			{name: "heir", who: ada, path: to.MakeOwner(id, ben.UserID), status: 200, has: []string{"Make ben the owner?", ">Make owner<"}},
			{name: "heir who is no member", who: ada, method: "POST", path: to.MakeOwner(id, eve.UserID), status: 404},
			{name: "owner already", who: ada, method: "POST", path: to.MakeOwner(id, ada.UserID), status: 409, has: []string{"owns this project already"}},
			{name: "handed over", who: ada, method: "POST", path: to.MakeOwner(id, ben.UserID), status: 303, where: page},
			{name: "an admin now", who: ada, path: to.Project(id), status: 200, has: []string{"Admin"}},
			{name: "not any more", who: ada, method: "POST", path: to.MakeOwner(id, ada.UserID), status: 403},
		})
		if n := c.Count(t, `SELECT count(*) FROM memberships WHERE role = 'owner'`); n != 1 {
			t.Errorf("%d owners, want 1", n)
		}
	})
}

func TestLeavingAndBeingRemoved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, ben, eve := c.member(t, "ada"), c.member(t, "ben"), c.member(t, "eve")
		wells := c.Project(t, ada.Actor, "Wells")
		id := wells.String()
		c.Seat(t, ada.Actor, wells, ben.Actor, models.Editor)
		c.Seat(t, ada.Actor, wells, eve.Actor, models.Editor)
		c.Keep(t, ben.Actor, "Bens key", wells)
		c.try(t, []row{
			{name: "impact", who: ada, path: to.RemoveMember(id, ben.UserID), status: 200, has: []string{"Bens key"}},
			{name: "an editor removes nobody", who: eve, method: "POST", path: to.RemoveMember(id, ben.UserID), status: 403},
			{name: "removed", who: ada, method: "POST", path: to.RemoveMember(id, ben.UserID), status: 303, where: to.Members(id)},
			{name: "out", who: ben, path: to.Project(id), status: 404},
			{name: "the credential left too", who: ada, path: to.ProjectCredentials(id), status: 200, hasNot: []string{"Bens key"}},
			{name: "not twice", who: ada, method: "POST", path: to.RemoveMember(id, ben.UserID), status: 404},
			{name: "about to leave", who: eve, path: to.LeaveProject(id), status: 200, has: []string{"Leave"}},
			{name: "left", who: eve, method: "POST", path: to.LeaveProject(id), status: 303, where: to.Projects()},
			{name: "the news", who: eve, path: to.Projects(), status: 200, has: []string{"You left the project.", "No projects yet"}},
			{name: "a stranger now", who: eve, method: "POST", path: to.LeaveProject(id), status: 404},
		})
	})
}

// Another role counts from the next request on, in a session that goes on.
func TestARoleCountsAtOnce(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada, ben := c.member(t, "ada"), c.member(t, "ben")
	wells := c.Project(t, ada.Actor, "Wells")
	c.Seat(t, ada.Actor, wells, ben.Actor, models.Admin)
	c.try(t, []row{
		{name: "may", who: ben, path: to.RenameProject(wells.String()), status: 200},
		{name: "demoted", who: ada, path: to.Member(wells.String(), ben.UserID), form: "role=viewer", status: 303},
		{name: "may not", who: ben, path: to.RenameProject(wells.String()), status: 403},
	})
	boss := c.person(t, "boss", models.Administrator)
	c.Exec(t, `UPDATE users SET rank = 'member' WHERE id = ?`, boss.UserID)
	c.try(t, []row{{name: "no administrator any more", who: boss, path: to.Users(), status: 403}})
}

func TestManyMembersAndProjects(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	wells := c.Project(t, ada.Actor, "Wells")
	for i := range 52 {
		who := c.Person(t, fmt.Sprintf("p%02d", i), models.PlainMember)
		c.Seat(t, ada.Actor, wells, who, models.Viewer)
		c.Project(t, ada.Actor, fmt.Sprintf("Project %02d", i))
	}
	for path, last := range map[string]string{to.Members(wells.String()): "p51@example.org", to.Projects(): "Wells"} {
		first := c.get(ada, path)
		var next string
		for _, link := range href.FindAllStringSubmatch(first.body, -1) {
			if strings.Contains(link[1], "after=") {
				next = strings.ReplaceAll(link[1], "&amp;", "&")
			}
		}
		if strings.Contains(plainText(first.body), last) || next == "" {
			t.Errorf("%s: the first page has everything, or leads to no second: %q", path, next)
			continue
		}
		row{name: next, status: 200, has: []string{last}}.check(t, c.get(ada, next))
	}
}
