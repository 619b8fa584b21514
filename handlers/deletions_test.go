package handlers_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

func TestScheduleAndRestore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, ben := c.member(t, "ada"), c.member(t, "ben")
		wells := c.Project(t, ada.Actor, "Wells")
		c.Seat(t, ada.Actor, wells, ben.Actor, models.Viewer)
		key := c.Keep(t, ada.Actor, "Warehouse", wells)
		c.Use(t, key, wells)
		id := key.String()
		c.try(t, []row{
			{name: "impact", who: ada, path: to.DeleteCredential(id), status: 200, has: []string{"Delete Warehouse?", "Wells", "Used 1 time", ">Schedule deletion<", "in 7 days"}},
			{name: "looking scheduled nothing", who: ben, path: to.Credential(id), status: 200},
			{name: "scheduled", who: ada, method: "POST", path: to.DeleteCredential(id), status: 303, where: to.Credential(id)},
			{name: "countdown", who: ada, path: to.Credential(id), status: 200, has: []string{"Deletion scheduled.", "in 7 days", ">Delete now<", "Wells"}, hasNot: []string{">Edit<", ">Delete credential<"}},
			{name: "gone for the project", who: ben, path: to.Credential(id), status: 404},
			{name: "gone from its list", who: ben, path: to.ProjectCredentials(wells.String()), status: 200, hasNot: []string{"Warehouse"}},
			{name: "not twice", who: ada, method: "POST", path: to.DeleteCredential(id), status: 409, has: []string{"Restore it before you change it."}},
			{name: "no question twice", who: ada, path: to.DeleteCredential(id), status: 409},
			{name: "no edit", who: ada, path: to.EditCredential(id), status: 409},
			{name: "no save", who: ada, path: to.Credential(id), form: form("version", "2", "name", "x", "body", "{}"), status: 409, has: []string{"Restore it before you change it."}},
			{name: "restored", who: ada, method: "POST", path: to.RestoreCredential(id), status: 303, where: to.Credential(id)},
			{name: "the project has it again", who: ben, path: to.Credential(id), status: 200},
			{name: "not restored twice", who: ada, method: "POST", path: to.RestoreCredential(id), status: 409, has: []string{"is not scheduled for deletion"}},
			{name: "history", who: ada, path: to.Credential(id), status: 200, has: []string{"scheduled the credential for deletion", "restored the credential", ">Edit<"}},
		})
	})
}

func TestDeleteNow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.member(t, "ada")
		wells := c.Project(t, ada.Actor, "Wells")
		live, due, used := c.Keep(t, ada.Actor, "Live"), c.Keep(t, ada.Actor, "Due", wells), c.Keep(t, ada.Actor, "Used")
		c.Use(t, used, models.ID{})
		c.Schedule(t, ada.Actor, due)
		c.Schedule(t, ada.Actor, used)
		page := to.DeleteCredentialNow(due.String())
		c.try(t, []row{
			{name: "not scheduled", who: ada, path: to.DeleteCredentialNow(live.String()), status: 200, has: []string{"Schedule the deletion first."}, hasNot: []string{`name="confirm"`}},
			{name: "not scheduled, posted", who: ada, path: to.DeleteCredentialNow(live.String()), form: form("confirm", "Live"), status: 409},
			{name: "used", who: ada, path: to.DeleteCredentialNow(used.String()), status: 200, has: []string{"was used by programs"}, hasNot: []string{`name="confirm"`}},
			{name: "used, posted", who: ada, path: to.DeleteCredentialNow(used.String()), form: form("confirm", "Used"), status: 409, has: []string{"was used by programs"}},
			{name: "the question", who: ada, path: page, status: 200, has: []string{"This can't be undone", `name="confirm"`}},
			{name: "wrong name", who: ada, path: page, form: form("confirm", "Dew"), status: 422, has: []string{`value="Dew"`, "Type the credential's name to confirm"}},
			{name: "no name", who: ada, path: page, form: "confirm=", status: 422},
			{name: "deleted", who: ada, path: page, form: form("confirm", "due"), status: 303, where: to.Credentials()},
			{name: "the news", who: ada, path: to.Credentials(), status: 200, has: []string{"Credential deleted."}, hasNot: []string{">Due<"}},
			{name: "gone", who: ada, path: to.Credential(due.String()), status: 404},
			{name: "not twice", who: ada, path: page, form: form("confirm", "Due"), status: 404},
		})
	})
}

// What was purged stays as a record when programs have used it.
func TestAPurgedRecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.member(t, "ada")
		key := c.Keep(t, ada.Actor, "Old")
		c.Use(t, key, models.ID{})
		c.Schedule(t, ada.Actor, key)
		c.Clock.Pass(modelstest.GraceDays*24*time.Hour + time.Second)
		n, err := c.Purge.Run(t.Context())
		if err != nil || n.Emptied != 1 {
			t.Fatal(n, err)
		}
		ada, id := c.sit(t, ada.Actor), key.String()
		c.try(t, []row{
			{name: "record", who: ada, path: to.Credential(id), status: 200, has: []string{"Purged", "Its values are erased for good."}, hasNot: []string{">Edit<", ">Restore<", ">Delete now<"}},
			{name: "not in the list", who: ada, path: to.Credentials(), status: 200, hasNot: []string{">Old<"}},
			{name: "found when asked for", who: ada, path: to.CredentialsWith(to.CredentialFilter{State: "purged"}), status: 200, has: []string{"Old", "Purged record"}},
			{name: "no restore", who: ada, method: "POST", path: to.RestoreCredential(id), status: 409, has: []string{"Its secret is gone"}},
			{name: "no edit", who: ada, path: to.EditCredential(id), status: 409},
			{name: "no save", who: ada, path: to.Credential(id), form: form("version", "3", "name", "x"), status: 409},
			{name: "no delete", who: ada, method: "POST", path: to.DeleteCredential(id), status: 409},
			{name: "no delete now", who: ada, path: to.DeleteCredentialNow(id), form: form("confirm", "Old"), status: 409},
		})
	})
}

func TestTakingAProjectAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, ben := c.member(t, "ada"), c.member(t, "ben")
		wells, pumps := c.Project(t, ada.Actor, "Wells"), c.Project(t, ada.Actor, "Pumps")
		c.Seat(t, ada.Actor, wells, ben.Actor, models.Viewer)
		key := c.Keep(t, ada.Actor, "Warehouse", wells)
		c.Use(t, key, wells)
		id, page := key.String(), to.Unshare(key.String(), wells.String())
		c.try(t, []row{
			{name: "impact", who: ada, path: page, status: 200, has: []string{"Remove Warehouse from Wells?", ">Remove from project<"}, hasNot: []string{"Never used"}},
			{name: "looking took nothing", who: ben, path: to.Credential(id), status: 200},
			{name: "not shared with that one", who: ada, path: to.Unshare(id, pumps.String()), status: 404, has: []string{"is not shared with that project"}},
			{name: "not shared, posted", who: ada, method: "POST", path: to.Unshare(id, pumps.String()), status: 404},
			{name: "removed", who: ada, method: "POST", path: page, status: 303, where: to.Credential(id)},
			{name: "the project lost it", who: ben, path: to.Credential(id), status: 404},
			{name: "not twice", who: ada, method: "POST", path: page, status: 404},
			{name: "a form from before is stale", who: ada, path: to.Credential(id), form: form("version", "1", "name", "x", "body", "{}"), status: 409, has: []string{"Wells"}},
		})
	})
}

// What is not possible now says where it may become possible.
func TestAConflictLeadsToTheThingItself(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	id := c.Keep(t, ada.Actor, "Gone soon")
	c.Schedule(t, ada.Actor, id)
	page := to.Credential(id.String())
	c.try(t, []row{
		{name: "editing what is scheduled", who: ada, path: to.EditCredential(id.String()), status: 409, has: []string{"Restore it before you change it", `href="` + page + `"`, "Go to its page"}},
	})
}
