package handlers_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

func TestChangingThePassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.member(t, "ada")
		other := c.sit(t, ada.Actor)
		const next = "seven green kettles sing"
		c.try(t, []row{
			{name: "the page", who: ada, path: to.Account(), status: 200, has: []string{"ada@example.org", ">Change password<", "Last sign-in"}},
			{
				name: "both wrong", who: ada, path: to.AccountPassword(), form: form("current", "marker-current", "password", "marker-next"), status: 422,
				has: []string{"This is not your current password.", "at least 15 characters"}, hasNot: []string{"marker-current", "marker-next"},
			},
			{name: "only the new one wrong", who: ada, path: to.AccountPassword(), form: form("current", modelstest.Password, "password", "ada@example.org-ada"), status: 422, has: []string{"too easy to guess"}, hasNot: []string{"not your current"}},
			{name: "nothing was ended", who: other, path: to.Account(), status: 200},
		})
		a := c.post(ada, to.AccountPassword(), form("current", modelstest.Password, "password", next))
		fresh, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
		if a.status != 303 || fresh == "" || fresh == ada.cookie {
			t.Fatalf("got %d and the cookie %q\n%s", a.status, fresh, plainText(a.body))
		}
		c.try(t, []row{
			{name: "the new token", who: browser{cookie: fresh}, path: to.Account(), status: 200, has: []string{"Password changed. Your other sessions were ended."}},
			{name: "the old one", who: ada, path: to.Account(), status: 303, where: "/sign-in?next=%2Faccount"},
			{name: "another browser", who: other, path: to.Account(), status: 303, where: "/sign-in?next=%2Faccount"},
			{name: "the old password", path: to.SignIn, form: form("login", ada.Email, "password", modelstest.Password), status: 422},
			{name: "the new password", path: to.SignIn, form: form("login", ada.Email, "password", next), status: 303, where: to.Home},
		})
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, eve := c.member(t, "ada"), c.member(t, "eve")
		second, third := c.sit(t, ada.Actor), c.sit(t, ada.Actor)
		c.try(t, []row{
			{name: "the page", who: ada, path: to.Sessions(), status: 200, has: []string{"Firefox on Linux", "192.0.2.9", "This session", to.EndSession(second.SessionID.String())}},
			{name: "one ended", who: ada, method: "POST", path: to.EndSession(second.SessionID.String()), status: 303, where: to.Sessions()},
			{name: "its browser", who: second, path: to.Home, status: 303},
			{name: "not twice", who: ada, method: "POST", path: to.EndSession(second.SessionID.String()), status: 404},
			{name: "somebody else's", who: ada, method: "POST", path: to.EndSession(eve.SessionID.String()), status: 404},
			{name: "junk", who: ada, method: "POST", path: to.EndSession("junk"), status: 404},
			{name: "all others", who: ada, method: "POST", path: to.EndOtherSessions(), status: 303, where: to.Sessions()},
			{name: "the news", who: ada, path: to.Sessions(), status: 200, has: []string{"1 other session ended."}, hasNot: []string{"End all other sessions"}},
			{name: "the third", who: third, path: to.Home, status: 303},
			{name: "eve stays", who: eve, path: to.Home, status: 200},
			{name: "one's own", who: ada, method: "POST", path: to.EndSession(ada.SessionID.String()), status: 303},
			{name: "is over", who: ada, path: to.Home, status: 303, where: "/sign-in?next=%2Fcredentials"},
		})
	})
}

func TestUsers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss := c.person(t, "boss", models.Administrator)
		c.try(t, []row{
			{name: "the form", who: boss, path: to.NewUser(), status: 200, has: []string{">Create user<", `name="rank"`}},
			{
				name: "all wrong", who: boss, path: to.Users(), form: form("name", "", "email", "nobody", "rank", "king"), status: 422,
				has: []string{"Enter a name.", "Enter an e-mail address", "Choose member or administrator.", `value="nobody"`},
			},
			{name: "address taken", who: boss, path: to.Users(), form: form("name", "Kept", "email", "BOSS@example.org", "rank", "member"), status: 422, has: []string{`id="email-error"`, `value="Kept"`, `value="BOSS@example.org"`}},
		})
		made := c.post(boss, to.Users(), form("name", "Ben", "email", "ben@example.org", "rank", "member"))
		link := between(made.body, base+"/access/", `"`)
		row{name: "link", status: 200, has: []string{"Access link for Ben", "shown only this once"}}.check(t, made)
		id := int64(c.Count(t, `SELECT id FROM users WHERE email_key = 'ben@example.org'`))
		again := c.post(boss, to.UserAccessLink(id), "x=")
		newer := between(again.body, base+"/access/", `"`)
		c.try(t, []row{
			{name: "not shown again", who: boss, path: to.User(id), status: 200, has: []string{"Ben", "Invited", "Signed in nowhere"}, hasNot: []string{"/access/", link}},
			{name: "listed", who: boss, path: to.Users(), status: 200, has: []string{"ben@example.org", "Invited", "boss@example.org"}},
			{name: "searched", who: boss, path: to.UsersWith(to.UserFilter{Q: "BEN"}), status: 200, has: []string{"ben@example.org"}, hasNot: []string{"<small>boss@example.org"}},
			{name: "nobody", who: boss, path: to.UsersWith(to.UserFilter{Q: "zzz"}), status: 200, has: []string{"Nobody fits"}},
			{name: "the first link died", path: to.Access(link), status: 410},
			{name: "the newer one", path: to.Access(newer), status: 200, has: []string{"ben@example.org"}},
			{name: "used", path: to.Access(newer), form: form("password", "seven green kettles sing"), status: 303},
			{name: "active", who: boss, path: to.User(id), status: 200, has: []string{"Active"}, hasNot: []string{"Invited"}},
			{name: "no such user", who: boss, path: to.User(999), status: 404},
			{name: "no link for nobody", who: boss, method: "POST", path: to.UserAccessLink(999), status: 404},
			{name: "nothing to end for nobody", who: boss, method: "POST", path: to.EndUserSessions(999), status: 404},
		})
		ben := browser{}
		a := c.post(ben, to.SignIn, form("login", "ben@example.org", "password", "seven green kettles sing"))
		ben.cookie, _, _ = strings.Cut(a.header.Get("Set-Cookie"), ";")
		c.try(t, []row{
			{name: "signed in", who: boss, path: to.User(id), status: 200, has: []string{"End all sessions"}},
			{name: "ended", who: boss, method: "POST", path: to.EndUserSessions(id), status: 303, where: to.User(id)},
			{name: "the news", who: boss, path: to.User(id), status: 200, has: []string{"1 session ended."}},
			{name: "out", who: ben, path: to.Home, status: 303},
			{name: "one's own too", who: boss, method: "POST", path: to.EndUserSessions(boss.UserID), status: 303},
			{name: "and out", who: boss, path: to.Users(), status: 303},
		})
	})
}

func TestEndingSessionsOfOthers(t *testing.T) {
	t.Parallel()
	c := open(t)
	boss, ben, eve := c.person(t, "boss", models.Administrator), c.member(t, "ben"), c.member(t, "eve")
	second := c.sit(t, ben.Actor)
	c.try(t, []row{
		{name: "one", who: boss, method: "POST", path: to.EndUserSession(ben.UserID, second.SessionID.String()), status: 303, where: to.User(ben.UserID)},
		{name: "it is over", who: second, path: to.Home, status: 303},
		{name: "the other is not", who: ben, path: to.Home, status: 200},
		{name: "of another user", who: boss, method: "POST", path: to.EndUserSession(ben.UserID, eve.SessionID.String()), status: 404},
		{name: "the question", who: boss, path: to.EndAllSessions(), status: 200, has: []string{"3 sessions"}},
		{name: "everybody's", who: boss, method: "POST", path: to.EndAllSessions(), status: 303, where: "/sign-in?notice=signed-out"},
		{name: "ben", who: ben, path: to.Home, status: 303},
		{name: "eve", who: eve, path: to.Home, status: 303},
		{name: "the administrator", who: boss, path: to.Home, status: 303},
	})
}

// between is what stands in text from after one mark to the next.
func between(text, from, until string) string {
	_, rest, _ := strings.Cut(text, from)
	found, _, _ := strings.Cut(rest, until)
	return found
}
