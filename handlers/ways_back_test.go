package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// S-30: the page, its status and where it leads are the same for every login.
func TestForgotAnswersTheSameForEveryLogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, eve := c.Person(t, "ada", models.PlainMember), c.Person(t, "eve", models.PlainMember)
		c.Lets(t, ada)
		c.Lets(t, eve)
		c.Exec(t, `UPDATE logins SET blocked_at = ? WHERE id = ?`, c.Clock.Now(), eve.LoginID)
		c.try(t, []row{
			{name: "the way there", path: to.SignIn, status: 200, has: []string{`href="/forgot"`, "Forgot your password?"}},
			{name: "the page", path: to.Forgot, status: 200, has: []string{`name="login"`, ">Login<", ">Send link<"}},
			{name: "nothing typed", path: to.Forgot, form: "login=+", status: 422, has: []string{"Enter your login."}},
		})
		for _, htmx := range []bool{false, true} {
			want := c.visit(visit{method: "POST", path: to.Forgot, form: form("login", "nobody@example.org"), htmx: htmx})
			if want.where() != to.ForgotSent() {
				t.Errorf("leads to %q", want.where())
			}
			for _, login := range []string{ada.Email, " ADA@example.org ", eve.Email, "\u0430da", strings.Repeat("x", 3000)} {
				got := c.visit(visit{method: "POST", path: to.Forgot, form: form("login", login), htmx: htmx})
				if got.status != want.status || got.where() != want.where() || got.body != want.body || len(got.header) != len(want.header) {
					t.Errorf("%.30q: %d to %q %q", login, got.status, got.where(), got.body)
				}
			}
		}
		c.try(t, []row{{name: "afterwards", path: to.ForgotSent(), status: 200, has: []string{"Ask an administrator", "no letter leaves it"}}})
		c.mailed(t).try(t, []row{{name: "with a mail server", path: to.ForgotSent(), status: 200, has: []string{"Look into your mail", "is on its way"}}})
		letter := c.WantMail(t, "login.reset ada@example.org")[0]
		c.try(t, []row{
			{name: "the link", path: to.Access(letter.Token), status: 200, has: []string{"Set a new password", `hx-post="` + to.AccessOpened(letter.Token) + `"`, `hx-trigger="load"`}},
			{name: "opened", method: "POST", path: to.AccessOpened(letter.Token), status: 204},
			{name: "a dead one opened", method: "POST", path: to.AccessOpened("x"), status: 204},
		})
		if n := c.Count(t, `SELECT count(*) FROM access_links WHERE opened_at IS NOT NULL`); n != 1 {
			t.Errorf("%d links were opened", n)
		}
	})
}

// S-31: one address asks twenty times an hour.
func TestForgotIsHeldBackByAddress(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Exec(t, `INSERT INTO attempts (name, since, count) VALUES ('forgot:192.0.2.1', ?, 20)`, c.Clock.Now())
	for _, login := range []string{"nobody@example.org", c.Person(t, "ada", models.PlainMember).Email} {
		a := c.post(browser{}, to.Forgot, form("login", login))
		if a.status != 429 || a.header.Get("Retry-After") != "3600" || !strings.Contains(a.body, "Too many tries from your address") {
			t.Errorf("%s: %d, %q\n%s", login, a.status, a.header.Get("Retry-After"), plainText(a.body))
		}
	}
	c.WantMail(t)
}

// S-36: what a visitor claims as their address counts for nothing.
func TestAClaimedAddressDoesNotEscapeTheThrottle(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.Person(t, "ada", models.PlainMember)
	c.Lets(t, ada)
	try := func(claimed string) int {
		r := httptest.NewRequest(http.MethodPost, to.SignIn, strings.NewReader(form("login", ada.Email, "password", modelstest.Password)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", claimed)
		r.Header.Set("X-Real-IP", claimed)
		w := httptest.NewRecorder()
		c.server.ServeHTTP(w, r)
		return w.Code
	}
	if got := try("203.0.113.1"); got != 303 {
		t.Fatalf("before: %d", got)
	}
	c.Exec(t, `INSERT INTO attempts (name, since, count) VALUES ('sign-in:192.0.2.1', ?, 30)`, c.Clock.Now())
	for _, claimed := range []string{"203.0.113.1", "203.0.113.2", "10.0.0.1, 203.0.113.3", ""} {
		if got := try(claimed); got != 429 {
			t.Errorf("claimed to be %q: %d", claimed, got)
		}
	}
}

// S-24, S-25, S-26: whose link, and where it leads, is nobody else's to say.
func TestTheLinkOfALetterBeginsWithTheConsolesOwnAddress(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Lets(t, c.Person(t, "ada", models.PlainMember))
	c.visit(visit{method: "POST", path: to.Forgot, form: "login=ada@example.org", head: []string{"X-Forwarded-Host", "evil.example", "Forwarded", "host=evil.example"}})
	root := c.person(t, "root", models.Administrator)
	page := c.get(root, to.Outbox()).body
	if strings.Contains(page, "evil.example") || !strings.Contains(page, base+"/access/") {
		t.Errorf("the outbox says\n%s", plainText(page))
	}
	a := c.get(browser{}, to.Access("x"))
	if a.header.Get("Referrer-Policy") != "no-referrer" || a.header.Get("Cache-Control") != "no-store" || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") && !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'self'") {
		t.Errorf("%v", a.header)
	}
}

// S-20: whoever has a temporary password comes no further than to their own.
func TestATemporaryPasswordLeadsToThePageOfTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.Person(t, "ada", models.PlainMember)
		c.Lets(t, ada)
		c.Exec(t, `UPDATE logins SET must_change = ?, secret_until = ? WHERE id = ?`, true, c.Clock.Now().Add(24*time.Hour), ada.LoginID)
		a := c.post(browser{}, to.SignIn, form("login", ada.Email, "password", modelstest.Password, "next", "/projects"))
		if a.status != 303 || a.where() != to.OwnPassword("/projects") {
			t.Fatalf("%d to %q", a.status, a.where())
		}
		cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
		in := browser{Actor: ada, cookie: cookie}
		const own = "seven green kettles sing"
		c.try(t, []row{
			{name: "nothing else opens", who: in, path: to.Credentials(), status: 303, where: to.SignInThen("/credentials")},
			{name: "signing in leads back", who: in, path: to.SignIn, status: 303, where: to.OwnPassword(to.Home)},
			{name: "the page", who: in, path: a.where(), status: 200, has: []string{"Choose your own password", `value="/projects"`, "At least 15 characters"}},
			{name: "too short", who: in, path: to.OwnPassword(""), form: form("password", "short-marker", "next", "/projects"), status: 422, has: []string{"at least 15 characters", `value="/projects"`}, hasNot: []string{"short-marker"}},
			{name: "the same", who: in, path: to.OwnPassword(""), form: form("password", modelstest.Password), status: 422, has: []string{"Choose another password"}},
		})
		b := c.post(in, to.OwnPassword(""), form("password", own, "next", "/projects"))
		if b.status != 303 || b.where() != "/projects" {
			t.Fatalf("%d to %q\n%s", b.status, b.where(), plainText(b.body))
		}
		next, _, _ := strings.Cut(b.header.Get("Set-Cookie"), ";")
		c.try(t, []row{
			{name: "in", who: browser{cookie: next}, path: to.Home, status: 200},
			{name: "the half session is over", who: in, path: to.Home, status: 303},
			{name: "nothing to choose", who: browser{cookie: next}, path: to.OwnPassword(""), status: 404},
			{name: "the temporary one is dead", path: to.SignIn, form: form("login", ada.Email, "password", modelstest.Password), status: 422, has: []string{refusal}},
		})
	})
}

// S-41: the first page says it.
func TestTheFirstPageTellsOfFailures(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.Person(t, "ada", models.PlainMember)
	c.Lets(t, ada)
	for range 4 {
		c.post(browser{}, to.SignIn, form("login", ada.Email, "password", "not this one"))
	}
	a := c.post(browser{}, to.SignIn, form("login", ada.Email, "password", modelstest.Password))
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	in := browser{cookie: cookie}
	const told = "There were 4 failed sign-ins with this login since you were last here."
	c.try(t, []row{
		{name: "the first page", who: in, path: to.Home, status: 200, has: []string{told}},
		{name: "the next one", who: in, path: to.Home, status: 200, hasNot: []string{told}},
	})
}

func TestAnAdministratorSendsALinkFromThePageOfLogins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		root, ada := c.person(t, "root", models.Administrator), c.Person(t, "ada", models.PlainMember)
		c.Lets(t, ada)
		link := to.LoginLink(ada.UserID, ada.LoginID)
		c.try(t, []row{
			{name: "by mail", who: root, path: link, form: "send=mail", status: 303, where: to.UserLogins(ada.UserID)},
			{name: "the news", who: root, path: to.UserLogins(ada.UserID), status: 200, has: []string{"waits in the outbox: no mail server is set"}},
			{name: "too soon", who: root, path: link, form: "send=mail", status: 429, has: []string{"A letter with a link went to this login a short while ago."}},
			{name: "shown", who: root, path: link, form: "send=show", status: 200, has: []string{base + "/access/", "shown only this once"}},
			{name: "of somebody else's login", who: root, path: to.LoginLink(root.UserID, ada.LoginID), form: "send=mail", status: 404},
		})
		c.Clock.Pass(models.ProvenFor)
		c.try(t, []row{{name: "not lately shown who it is", who: root, path: link, form: "send=show", status: 401, has: []string{"Confirm that it is you", `value="show"`}}})
		c.WantMail(t, "account.changed ada@example.org") // the letter of the first link was taken back
		with := c.mailed(t)
		again := c.sit(t, root.Actor)
		a := with.post(again, link, "send=mail")
		if a.status != 303 {
			t.Errorf("%d\n%s", a.status, plainText(a.body))
		}
		if page := plainText(with.get(again, to.User(ada.UserID)).body); !strings.Contains(page, "is on its way to ada@example.org") {
			t.Errorf("the page says\n%s", page)
		}
	})
}
