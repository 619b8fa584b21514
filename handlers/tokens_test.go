package handlers_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
	"holdfast/web"
)

// apiToken puts a live API token of who's into the database and says its id.
// Nobody has the token itself.
func (c *console) apiToken(t testing.TB, who models.Actor) string {
	t.Helper()
	if !who.SignedIn() {
		return models.NewID().String()
	}
	id := models.NewID()
	c.Exec(t, `INSERT INTO api_tokens (id, user_id, name, token_hash, hint, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		id, who.UserID, id.String(), []byte(id.String()), "wxyz", c.Clock.Now(), c.Clock.Now().Add(30*24*time.Hour))
	return id.String()
}

// callable is a console with a call that programs may make: it names who acts,
// and asks for the users of the console.
func callable(h *modelstest.House) *console {
	c := openOn(h, "")
	c.server.Mount([]web.Route{{Method: "GET", Path: "/api/v1/test", Access: web.Program, Do: func(r *web.Request) (web.Reply, error) {
		if _, _, err := c.People.List(r.Ctx(), r.Who, models.UserFilter{}); err != nil {
			return web.Reply{}, err
		}
		r.Response().Header().Set("X-Acts", r.Who.Email)
		return web.NoContent(), nil
	}}})
	return c
}

func (c *console) call(token string) answer {
	return c.visit(visit{method: "GET", path: "/api/v1/test", head: []string{"Authorization", "Bearer " + token}})
}

// made creates a token on the page for it, and reads it there.
func (c *console) made(t *testing.T, who browser, name string) string {
	t.Helper()
	a := c.post(who, to.Tokens(), form("name", name, "days", "30"))
	token := between(a.body, `id="token" type="text" value="`, `"`)
	if a.status != 200 || !strings.HasPrefix(token, "hf_") {
		t.Fatal(a.status, plainText(a.body))
	}
	return token
}

func TestATokenIsShownOnceAndOpensTheAPI(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		c := callable(h)
		boss := c.person(t, "boss", models.Administrator)
		if a := c.get(boss, to.Tokens()); !strings.Contains(a.body, "curl -H") || !strings.Contains(a.body, base+"/api/v1/users/") {
			t.Error("the empty page does not teach", plainText(a.body))
		}
		a := c.post(boss, to.Tokens(), form("name", "HR sync", "days", "30"))
		token := between(a.body, `value="hf_`, `"`)
		(row{name: "shown", status: 200, has: []string{"only this once", "I have copied it", `hx-history="false"`, "HR sync"}}).check(t, a)
		if strings.Count(a.body, token) != 1 || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("the token stands %d times; %v", strings.Count(a.body, token), a.header)
		}
		in := c.call("hf_" + token)
		if in.status != 204 || in.header.Get("X-Acts") != boss.Email {
			t.Errorf("got %d as %q: %s", in.status, in.header.Get("X-Acts"), in.body)
		}
		seen := ""
		for _, path := range []string{to.Tokens(), to.Account(), to.Audit(), to.Outbox(), to.UserTokens(boss.UserID), to.User(boss.UserID)} {
			seen += c.get(boss, path).body
		}
		for where, text := range map[string]string{"a later page": seen, "the log": c.log.String(), "a table": c.Dump(t)} {
			if strings.Contains(text, token) {
				t.Error("the token is in " + where)
			}
		}
		for _, text := range []string{"HR sync", token[39:], "made an API token", "192.0.2.1"} {
			if !strings.Contains(seen, text) {
				t.Errorf("no page tells of %q", text)
			}
		}
		again := c.post(boss, to.Tokens(), form("name", "hr SYNC", "days", "7"))
		(row{name: "sent again", status: 422, has: []string{"another token with this name", `value="hr SYNC"`, `value="7" selected`}}).check(t, again)
	})
}

func TestATokenThatDoesNotWorkIsAnsweredAsAProblem(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		c := callable(h)
		boss := c.person(t, "boss", models.Administrator)
		token := c.made(t, boss, "sync")
		id := c.cell(t, `SELECT id FROM api_tokens`)
		c.try(t, []row{
			{name: "asked", who: boss, path: to.RevokeToken(id), status: 200, has: []string{"Revoke “sync”?", "can't be undone", "Revoke token", token[42:]}, hasNot: []string{token}},
			{name: "revoked", who: boss, path: to.RevokeToken(id), form: "x=", status: 303, where: to.Tokens()},
			{name: "told", who: boss, path: to.Tokens(), status: 200, has: []string{"The token “sync” is revoked."}},
			{name: "again", who: boss, path: to.RevokeToken(id), form: "x=", status: 404},
		})
		for name, sent := range map[string]string{"revoked": token, "unknown": "hf_x", "a session's": strings.TrimPrefix(boss.cookie, "holdfast=")} {
			a := c.call(sent)
			if a.status != 401 || a.header.Get("Content-Type") != "application/problem+json" || !strings.Contains(a.header.Get("WWW-Authenticate"), `error="invalid_token"`) ||
				!strings.Contains(a.body, `"code":"signed_out"`) || !strings.Contains(a.body, "does not work") {
				t.Errorf("%s: %d %v %s", name, a.status, a.header, a.body)
			}
		}
		for _, v := range []visit{{method: "GET", path: "/api/v1/test"}, {who: boss, method: "GET", path: "/api/v1/test"}, {method: "GET", path: "/api/v1/test", head: []string{"Authorization", "Basic x"}}} {
			if a := c.visit(v); a.status != 401 || !strings.Contains(a.header.Get("WWW-Authenticate"), `Bearer realm=`) || !strings.Contains(a.body, "Send an API token") {
				t.Errorf("%+v: %d %v %s", v, a.status, a.header, a.body)
			}
		}
		for range 56 {
			c.call("hf_x")
		}
		if a := c.call("hf_x"); a.status != 401 {
			t.Errorf("the 60th: %d", a.status)
		}
		if a := c.call("hf_x"); a.status != 429 || a.header.Get("Retry-After") == "" || !strings.Contains(a.body, `"code":"rate_limited"`) {
			t.Errorf("the 61st: %d %v %s", a.status, a.header, a.body)
		}
	})
}

// S-60, S-78: a token has no right that its user has not.
func TestATokenHasTheRightsOfItsUserNow(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		c := callable(h)
		boss := c.person(t, "boss", models.Administrator)
		token := c.made(t, boss, "sync")
		c.Exec(t, `UPDATE users SET rank = 'member' WHERE id = ?`, boss.UserID)
		if a := c.call(token); a.status != 403 || !strings.Contains(a.body, `"code":"forbidden"`) {
			t.Errorf("as a member: %d %s", a.status, a.body)
		}
		c.Exec(t, `UPDATE users SET rank = 'admin', disabled_at = ? WHERE id = ?`, c.Clock.Now(), boss.UserID)
		if a := c.call(token); a.status != 401 {
			t.Errorf("disabled: %d %s", a.status, a.body)
		}
	})
}

// A token is for the API alone: on a page it is no key.
func TestATokenOpensNoPage(t *testing.T) {
	t.Parallel()
	c := callable(modelstest.SQLite(t))
	boss := c.person(t, "boss", models.Administrator)
	token := c.made(t, boss, "sync")
	mine := c.Keep(t, boss.Actor, "Key").String()
	for _, v := range []visit{
		{method: "GET", path: to.Tokens()},
		{method: "POST", path: to.Tokens(), form: form("name", "more", "days", "7")},
		{method: "POST", path: to.RevealCredential(mine), form: "x="},
		{method: "GET", path: "/%61ccount"},
		{method: "GET", path: "/api/../account"},
	} {
		v.head = []string{"Authorization", "Bearer " + token}
		if a := c.visit(v); a.status < 300 || a.status == 303 && !strings.HasPrefix(a.where(), to.SignIn) {
			t.Errorf("%s %s: %d to %q", v.method, v.path, a.status, a.where())
		}
	}
}

func TestMembersLearnThatTheyNeedNoToken(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	c.try(t, []row{
		{name: "page", who: ada, path: to.Tokens(), status: 200, has: []string{"Nothing for a token to do yet"}, hasNot: []string{"Create token", "curl"}},
		{name: "form", who: ada, path: to.Tokens(), form: form("name", "x", "days", "30"), status: 403},
	})
}

func TestANewTokenNeedsAFreshProof(t *testing.T) {
	t.Parallel()
	c := open(t)
	boss := c.person(t, "boss", models.Administrator)
	c.Clock.Pass(models.ProvenFor)
	a := c.post(boss, to.Tokens(), form("name", "HR sync", "days", "90"))
	(row{name: "asked", status: 401, has: []string{"Confirm that it is you", `name="name" value="HR sync"`, `name="days" value="90"`}}).check(t, a)
	if n := c.Count(t, `SELECT count(*) FROM api_tokens`); n != 0 {
		t.Errorf("%d tokens", n)
	}
}

func TestAnAdministratorRevokesAnothersToken(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		c := callable(h)
		boss, ana := c.person(t, "boss", models.Administrator), c.person(t, "ana", models.Administrator)
		token := c.made(t, ana, "sync")
		c.call(token)
		id := c.cell(t, `SELECT id FROM api_tokens`)
		c.Clock.Pass(models.ProvenFor) // it must be quick
		c.try(t, []row{
			{name: "list", who: boss, path: to.UserTokens(ana.UserID), status: 200, has: []string{"API tokens of ana", "sync", "from 192.0.2.1"}, hasNot: []string{token}},
			{name: "nobody's", who: boss, path: to.UserTokens(999), status: 404},
			{name: "of another", who: boss, path: to.RevokeUserToken(boss.UserID, id), status: 404},
			{name: "asked", who: boss, path: to.RevokeUserToken(ana.UserID, id), status: 200, has: []string{"can't act for ana any more"}},
			{name: "revoked", who: boss, path: to.RevokeUserToken(ana.UserID, id), form: "x=", status: 303, where: to.UserTokens(ana.UserID)},
			{name: "none left", who: boss, path: to.UserTokens(ana.UserID), status: 200, has: []string{"no program acts for ana"}},
		})
		if a := c.call(token); a.status != 401 {
			t.Errorf("the token works: %d", a.status)
		}
	})
}
