package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

var hiddenSeen = regexp.MustCompile(`name="seen" value="([^"]*)"`)

// editForm is the form of a user as it is, with a rank.
func (c *console) editForm(t *testing.T, who browser, user models.Actor, rank string) string {
	t.Helper()
	found := hiddenSeen.FindStringSubmatch(c.get(who, to.EditUser(user.UserID)).body)
	if found == nil {
		t.Fatal("the form does not say what it has seen")
	}
	return url.Values{"name": {user.Name}, "email": {user.Email}, "rank": {rank}, "seen": {found[1]}}.Encode()
}

func TestUsersAreFoundFilteredAndOrderedByTheAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss := c.person(t, "boss", models.Administrator)
		ben := c.Person(t, "ben", models.PlainMember)
		c.Exec(t, `UPDATE logins SET blocked_at = created_at, key_canon = 'wolf' WHERE id = ?`, ben.LoginID)
		f := to.UserFilter{Q: "wolf", State: "blocked", Sort: "unseen"}
		c.try(t, []row{
			{name: "found", who: boss, path: to.UsersWith(f), status: 200, has: []string{"ben@example.org", "Blocked", "Never signed in", `value="wolf"`, `<option value="unseen" selected>`, `<option value="blocked" selected>`}, hasNot: []string{"<small>boss@"}},
			{name: "by htmx", who: boss, path: to.UsersWith(f), htmx: true, status: 200, has: []string{`id="results"`, "ben@example.org"}},
			{name: "nobody", who: boss, path: to.UsersWith(to.UserFilter{State: "disabled"}), status: 200, has: []string{"Nobody fits", "Show everyone"}},
			{name: "odd", who: boss, path: to.UsersWith(to.UserFilter{State: "x", Sort: "y", IDP: "z", After: "~"}), status: 200, has: []string{"ben@example.org"}},
		})
		for i := range models.PageSize {
			c.Person(t, "p"+string(rune('a'+i%26))+string(rune('a'+i/26)), models.PlainMember)
		}
		first := c.get(boss, to.UsersWith(to.UserFilter{Sort: "name", State: "invited"})).body
		next := regexp.MustCompile(`href="([^"]*after=[^"]*)"`).FindStringSubmatch(first)
		if next != nil {
			t.Errorf("fifty are one page, and it leads on to %s", next[1])
		}
		all := c.get(boss, to.UsersWith(to.UserFilter{Sort: "name"})).body
		next = regexp.MustCompile(`href="([^"]*after=[^"]*)"`).FindStringSubmatch(all)
		if next == nil || !strings.Contains(next[1], "sort=name") {
			t.Fatalf("no next page that keeps the order: %v", next)
		}
		if page := c.get(boss, strings.ReplaceAll(next[1], "&amp;", "&")); page.status != 200 || !strings.Contains(page.body, "First page") {
			t.Errorf("%d", page.status)
		}
	})
}

func TestAUserIsEditedAndAStaleFormIsSaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ben := c.person(t, "boss", models.Administrator), c.Person(t, "ben", models.PlainMember)
		form := c.editForm(t, boss, ben, "member")
		renamed := strings.Replace(form, "name=ben", "name=Benjamin", 1)
		c.try(t, []row{
			{name: "wrong", who: boss, path: to.EditUser(ben.UserID), form: strings.Replace(form, "email=ben%40", "email=boss%40", 1), status: 422, has: []string{"There is a user with this address already", "boss@example.org"}},
			{name: "wrong by htmx", who: boss, path: to.EditUser(ben.UserID), form: "name=&email=x&rank=king&seen=x", htmx: true, status: 422, has: []string{"Enter a name.", "Choose member or administrator."}, hasNot: []string{"<html"}},
			{name: "saved", who: boss, path: to.EditUser(ben.UserID), form: renamed, status: 303, where: to.User(ben.UserID)},
			{name: "shown", who: boss, path: to.User(ben.UserID), status: 200, has: []string{"Benjamin", "User saved."}},
		})
		c.Clock.Pass(time.Second)
		again := c.editForm(t, boss, ben, "member")
		c.try(t, []row{
			{name: "meanwhile", who: boss, path: to.EditUser(ben.UserID), form: strings.Replace(again, "name=ben", "name=Benny", 1), htmx: true, status: 204, where: to.User(ben.UserID)},
			{name: "stale", who: boss, path: to.EditUser(ben.UserID), form: strings.Replace(form, "name=ben", "name=Late", 1), status: 409, has: []string{"Somebody changed this user meanwhile", "Now it is Benny", `value="Late"`}},
			{name: "nobody", who: boss, path: to.EditUser(4711), status: 404},
		})
	})
}

// S-60: another rank counts from the next request of a live session on.
func TestARankCountsForTheNextRequest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ben := c.person(t, "boss", models.Administrator), c.member(t, "ben")
		c.try(t, []row{
			{name: "member", who: ben, path: to.Users(), status: 403},
			{name: "promoted", who: boss, path: to.EditUser(ben.UserID), form: c.editForm(t, boss, ben.Actor, "admin"), status: 303},
			{name: "administrator", who: ben, path: to.Users(), status: 200},
		})
		c.Clock.Pass(time.Second)
		c.try(t, []row{
			{name: "demoted", who: boss, path: to.EditUser(ben.UserID), form: c.editForm(t, boss, ben.Actor, "member"), status: 303},
			{name: "member again", who: ben, path: to.Users(), status: 403},
			{name: "the last one", who: boss, path: to.EditUser(boss.UserID), form: c.editForm(t, boss, boss.Actor, "member"), status: 409, has: []string{"nobody who can administer"}},
			{name: "is still there", who: boss, path: to.Users(), status: 200},
		})
	})
}

// S-56: the next request of somebody who was disabled or deleted is signed out.
func TestWhoIsDisabledOrDeletedIsSignedOutAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ben, cid := c.person(t, "boss", models.Administrator), c.member(t, "ben"), c.member(t, "cid")
		c.sit(t, ben.Actor)
		c.try(t, []row{
			{name: "in", who: ben, path: to.Home, status: 200},
			{name: "impact", who: boss, path: to.DisableUser(ben.UserID), status: 200, has: []string{"Disable ben?", "2 sessions", "Reason"}},
			{name: "too long", who: boss, path: to.DisableUser(ben.UserID), form: "reason=" + strings.Repeat("x", 301), status: 422, has: []string{"at most 300 characters", "xxx"}},
			{name: "without a reason", who: boss, path: to.DisableUser(ben.UserID), form: "reason=+", htmx: true, status: 422, has: []string{"Say why."}, hasNot: []string{"<html"}},
			{name: "disabled", who: boss, path: to.DisableUser(ben.UserID), form: "reason=left", status: 303, where: to.User(ben.UserID)},
			{name: "out", who: ben, path: to.Home, status: 303, where: to.SignInThen(to.Home)},
			{name: "out by htmx", who: ben, path: to.Home, htmx: true, status: 401},
			{name: "why", who: boss, path: to.User(ben.UserID), status: 200, has: []string{"Disabled", "by boss: left", "Enable user"}, hasNot: []string{"Create access link"}},
			{name: "twice", who: boss, path: to.DisableUser(ben.UserID), form: "reason=x", status: 409},
			{name: "said before", who: boss, path: to.DisableUser(ben.UserID), status: 200, has: []string{"is disabled already"}, hasNot: []string{`name="reason"`}},
			{name: "no link", who: boss, method: "POST", path: to.UserAccessLink(ben.UserID), status: 409},
			{name: "enabled", who: boss, method: "POST", path: to.EnableUser(ben.UserID), htmx: true, status: 204, where: to.User(ben.UserID)},
			{name: "not by the old cookie", who: ben, path: to.Home, status: 303},
		})
		c.try(t, []row{
			{name: "back", who: c.sit(t, ben.Actor), path: to.Home, status: 200},
			{name: "not oneself", who: boss, path: to.DeleteUser(boss.UserID), status: 200, has: []string{"You can't delete yourself"}, hasNot: []string{`name="confirm"`}},
			{name: "not oneself at all", who: boss, path: to.DeleteUser(boss.UserID), form: "confirm=boss@example.org", status: 409},
			{name: "not without the address", who: boss, path: to.DeleteUser(cid.UserID), form: "confirm=cid&reason=gone", status: 422, has: []string{"Type the user's e-mail to confirm: cid@example.org", `value="gone"`}},
			{name: "deleted", who: boss, path: to.DeleteUser(cid.UserID), form: "confirm=CID@example.org&reason=gone", status: 303, where: to.User(cid.UserID)},
			{name: "gone", who: cid, path: to.Home, status: 303},
			{name: "waits", who: boss, path: to.UsersWith(to.UserFilter{State: "leaving"}), status: 200, has: []string{"cid@example.org", "Waiting for deletion"}},
			{name: "restored", who: boss, method: "POST", path: to.RestoreUser(cid.UserID), status: 303, where: to.User(cid.UserID)},
		})
		c.WantMail(t, "account.changed ben@example.org", "account.changed ben@example.org", "account.changed cid@example.org", "account.changed cid@example.org")
	})
}

func TestWhoOwnsSomethingMustHandItOverBeforeTheyGo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ben := c.person(t, "boss", models.Administrator), c.member(t, "ben")
		c.Keep(t, ben.Actor, "Warehouse", c.Project(t, ben.Actor, "Wells"))
		c.try(t, []row{
			{name: "impact", who: boss, path: to.DeleteUser(ben.UserID), status: 200, has: []string{"still owns something", "1 credential", "Wells", `href="` + to.UserLeaving(ben.UserID) + `"`}, hasNot: []string{`name="confirm"`}},
			{name: "refused", who: boss, path: to.DeleteUser(ben.UserID), form: "confirm=ben@example.org", status: 409, has: []string{"Hand them over first"}},
		})
	})
}

// S-57: one session, all of a user, all of everybody; each wants lately shown proof.
func TestAnAdministratorEndsSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ben, cid := c.person(t, "boss", models.Administrator), c.member(t, "ben"), c.member(t, "cid")
		other := c.sit(t, ben.Actor)
		c.try(t, []row{
			{name: "one", who: boss, method: "POST", path: to.EndUserSession(ben.UserID, ben.SessionID.String()), status: 303},
			{name: "out", who: ben, path: to.Home, status: 303},
			{name: "the other stays", who: other, path: to.Home, status: 200},
			{name: "all", who: boss, method: "POST", path: to.EndUserSessions(ben.UserID), htmx: true, status: 204},
			{name: "out too", who: other, path: to.Home, status: 303},
			{name: "not cid", who: cid, path: to.Home, status: 200},
		})
		c.Clock.Pass(models.ProvenFor)
		c.try(t, []row{
			{name: "unproven", who: boss, method: "POST", path: to.EndAllSessions(), status: http.StatusUnauthorized, has: []string{"Confirm that it is you"}},
			{name: "nobody is out", who: cid, path: to.Home, status: 200},
			{name: "all, proven", who: c.sit(t, boss.Actor), method: "POST", path: to.EndAllSessions(), status: 303},
			{name: "everybody is out", who: cid, path: to.Home, status: 303},
		})
	})
}

func TestTheSignInHistoryTellsWhyAndFromWhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ben := c.person(t, "boss", models.Administrator), c.member(t, "ben")
		for _, why := range []string{models.RefusedWrong, models.RefusedLocked, models.RefusedBlocked, models.RefusedExpired, models.RefusedDisabled, models.RefusedPending, models.RefusedCode, models.RefusedProvider, "odd"} {
			c.Exec(t, `INSERT INTO sign_ins (id, user_id, login_id, key, at, outcome, reason, proofs, ip, user_agent) VALUES (?, ?, ?, 'b.ben', ?, 'refused', ?, '', '192.0.2.99', ?)`,
				models.NewID(), ben.UserID, ben.LoginID, c.Clock.Now(), why, agent)
		}
		page := c.get(boss, to.UserSignIns(ben.UserID))
		for _, words := range []string{
			"Came in A password and a code", "Wrong password", "locked after wrong passwords", "login is blocked", "login has expired", "user is disabled",
			"No password is set", "Wrong code", "identity provider", "odd", "192.0.2.99", "192.0.2.9", "Firefox on Linux", "b.ben",
		} {
			if !strings.Contains(plainText(page.body), words) {
				t.Errorf("no %q in\n%s", words, plainText(page.body))
			}
		}
		for range models.PageSize {
			c.Exec(t, `INSERT INTO sign_ins (id, user_id, login_id, key, at, outcome, reason, proofs, ip, user_agent) VALUES (?, ?, ?, 'x', ?, 'in', '', 'pwd', '', '')`, models.NewID(), ben.UserID, ben.LoginID, c.Clock.Now())
		}
		first := c.get(boss, to.UserSignIns(ben.UserID)).body
		next := regexp.MustCompile(`href="([^"]*after=[^"]*)"`).FindStringSubmatch(first)
		if next == nil || strings.Contains(first, "b.ben") || !strings.Contains(c.get(boss, next[1]).body, "b.ben") {
			t.Errorf("pages: %v", next)
		}
		c.try(t, []row{
			{name: "none", who: boss, path: to.UserSignIns(c.Person(t, "new", models.PlainMember).UserID), status: 200, has: []string{"No sign-in yet"}},
			{name: "nobody", who: boss, path: to.UserSignIns(4711), status: 404},
		})
	})
}

func TestADeletedUserIsANumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ben := c.person(t, "boss", models.Administrator), c.Person(t, "ben", models.PlainMember)
		c.Exec(t, `UPDATE users SET deletion_at = ? WHERE id = ?`, c.Clock.Now(), ben.UserID)
		_, err := c.People.PurgeUsers(t.Context())
		modelstest.Must(t, err)
		c.try(t, []row{
			{name: "page", who: boss, path: to.User(ben.UserID), status: 200, has: []string{"Deleted user", "Only the number", "Purged on"}, hasNot: []string{"Edit", "Disable user", "ben@example.org"}},
			{name: "edit", who: boss, path: to.EditUser(ben.UserID), status: 404},
			{name: "disable", who: boss, path: to.DisableUser(ben.UserID), status: 404},
			{name: "delete", who: boss, path: to.DeleteUser(ben.UserID), status: 404},
			{name: "enable", who: boss, method: "POST", path: to.EnableUser(ben.UserID), status: 404},
			{name: "history", who: boss, path: to.UserSignIns(ben.UserID), status: 200},
		})
	})
}
