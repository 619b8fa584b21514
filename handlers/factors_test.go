package handlers_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

func TestAddingAndRemovingSecondFactors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.member(t, "ada")
		other := c.sit(t, ada.Actor)
		c.try(t, []row{
			{name: "none", who: ada, path: to.Factors(), status: 200, has: []string{"No second factor yet"}},
			{name: "the account", who: ada, path: to.Account(), status: 200, has: []string{"None", "Lets you in", "API tokens", "/account/sign-ins"}},
		})
		phone, carried := reads(t, c.get(ada, to.NewFactor()).body)
		code := c.Shows(t, phone)
		c.stale(t)
		asked := c.post(ada, to.NewFactor(), form("secret", carried, "label", "My phone", "code", code))
		row{name: "asked", status: 401, has: []string{"Confirm that it is you", carried, `name="confirm_password"`}}.check(t, asked)
		wrong := c.post(ada, to.NewFactor(), form("secret", carried, "label", "My phone", "code", code, "confirm_password", "marker-wrong"))
		row{name: "wrong", status: 401, has: []string{"This is not your password.", carried, `value="My phone"`}, hasNot: []string{"marker-wrong"}}.check(t, wrong)
		done := c.post(ada, to.NewFactor(), form("secret", carried, "label", "My phone", "code", code, "confirm_password", modelstest.Password))
		row{name: "added", status: 200, has: []string{"Keep your recovery codes", `href="/account/factors"`}}.check(t, done)
		token := done.header.Values("Set-Cookie")
		now := browser{Actor: ada.Actor, cookie: strings.SplitN(token[len(token)-1], ";", 2)[0]}
		id := c.cell(t, `SELECT id FROM totps`)
		c.try(t, []row{
			{name: "the token from before", who: ada, path: to.Account(), status: 303},
			{name: "another session", who: other, path: to.Account(), status: 303},
			{name: "listed", who: now, path: to.Factors(), status: 200, has: []string{"My phone", to.RemoveFactor(id), "10 of your"}},
			{name: "the account", who: now, path: to.Account(), status: 200, has: []string{"1 app, 10 recovery codes left"}},
			{name: "impact", who: now, path: to.RemoveFactor(id), status: 200, has: []string{"your password alone lets you in", "10 stop working"}},
			{name: "no such", who: now, path: to.RemoveFactor("x"), status: 404},
		})
		c.stale(t)
		ask := c.post(now, to.RemoveFactor(id), "x=")
		row{name: "asked for a code", status: 401, has: []string{`name="confirm_code"`}, hasNot: []string{`name="confirm_password"`}}.check(t, ask)
		c.try(t, []row{{name: "a password is not enough", who: now, path: to.RemoveFactor(id), form: form("confirm_password", modelstest.Password), status: 401}})
		gone := c.post(now, to.RemoveFactor(id), form("confirm_code", c.Shows(t, phone)))
		row{name: "removed", status: 303, where: to.Factors()}.check(t, gone)
		c.try(t, []row{{name: "none again", who: browser{cookie: cookieOf(gone)}, path: to.Factors(), status: 200, has: []string{"Second factor removed.", "No second factor yet"}}})
		c.WantMail(t, "account.changed ada@example.org", "account.changed ada@example.org")
		for _, secret := range []string{"marker-wrong", modelstest.Password, code} {
			if strings.Contains(c.log.String(), secret) {
				t.Error("what was shown is in the log")
			}
		}
	})
}

func TestTheLastFactorOfAnAdministratorStays(t *testing.T) {
	t.Parallel()
	c := open(t)
	boss := c.person(t, "boss", models.Administrator)
	c.Enrol(t, boss.Actor)
	boss = c.sit(t, boss.Actor)
	id := c.cell(t, `SELECT id FROM totps`)
	c.try(t, []row{
		{name: "impact", who: boss, path: to.RemoveFactor(id), status: 200, has: []string{"It can't be removed now", to.NewFactor()}, hasNot: []string{"Remove second factor<"}},
		{name: "by hand", who: boss, method: "POST", path: to.RemoveFactor(id), status: 409, has: []string{"This is your last second factor"}},
	})
}

func TestResettingTheFactorsOfAUser(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss, ada := c.person(t, "boss", models.Administrator), c.member(t, "ada")
		c.Enrol(t, ada.Actor)
		ada = c.sit(t, ada.Actor)
		c.Mail(t)
		at := to.ResetFactors(ada.UserID)
		c.try(t, []row{
			{name: "impact", who: boss, path: at, status: 200, has: []string{"Phone", "10 not used", "ada@example.org gets a letter", "2 sessions of theirs end"}},
			{name: "no reason", who: boss, path: at, form: form("reason", " "), status: 422, has: []string{"Say why."}},
			{name: "oneself", who: boss, path: to.ResetFactors(boss.UserID), form: form("reason", "x"), status: 409},
			{name: "nobody", who: boss, path: to.ResetFactors(999), status: 404},
		})
		c.stale(t)
		c.try(t, []row{
			{name: "asked", who: boss, path: at, form: form("reason", "Lost phone"), status: 401, has: []string{`name="reason" value="Lost phone"`}},
			{name: "done", who: boss, path: at, form: form("reason", "Lost phone", "confirm_password", modelstest.Password), status: 303, where: to.User(ada.UserID)},
			{name: "she is out", who: ada, path: to.Home, status: 303},
		})
		if d := c.WantMail(t, "account.changed ada@example.org")[0].ReadDetails(); d.Reason != "Lost phone" {
			t.Errorf("%+v", d)
		}
	})
}

func TestEndingASessionNeedsAProof(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	second := c.sit(t, ada.Actor)
	c.stale(t)
	c.try(t, []row{
		{name: "one", who: ada, method: "POST", path: to.EndSession(second.SessionID.String()), status: 401},
		{name: "all", who: ada, method: "POST", path: to.EndOtherSessions(), status: 401},
		{name: "nothing ended", who: second, path: to.Home, status: 200},
		{name: "with a password", who: ada, path: to.EndSession(second.SessionID.String()), form: form("confirm_password", modelstest.Password), status: 303, where: to.Sessions()},
		{name: "ended", who: second, path: to.Home, status: 303},
	})
}

func TestTheHistoryOfSignInsGoesByPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, eve := c.member(t, "ada"), c.member(t, "eve")
		for range models.PageSize {
			c.sit(t, ada.Actor)
		}
		first := c.get(ada, to.OwnSignIns(""))
		row{name: "first", status: 200, has: []string{"Next page", "Firefox on Linux", "192.0.2.9", "ada@example.org"}, hasNot: []string{"First page"}}.check(t, first)
		next := between(first.body, `href="/account/sign-ins?`, `"`)
		c.try(t, []row{
			{name: "second", who: ada, path: "/account/sign-ins?" + next, status: 200, has: []string{"First page", "with a password and a code"}, hasNot: []string{"Next page"}},
			{name: "junk", who: ada, path: "/account/sign-ins?after=junk", status: 200},
			{name: "somebody else's cursor", who: eve, path: "/account/sign-ins?" + next, status: 200, hasNot: []string{"ada@example.org</td>"}},
		})
	})
}

// Who knows the password of a session they have found open, and has no phone,
// does not get further by changing it.
func TestChangingThePasswordProvesNothingMore(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	c.Enrol(t, ada.Actor)
	ada = c.sit(t, ada.Actor)
	c.stale(t)
	changed := c.post(ada, to.AccountPassword(), form("current", modelstest.Password, "password", "seven green kettles sing"))
	row{name: "changed", status: 303}.check(t, changed)
	c.try(t, []row{{name: "still asked", who: browser{cookie: cookieOf(changed)}, path: to.RecoveryCodes(), form: "x=", status: 401, has: []string{`name="confirm_code"`}}})
}
