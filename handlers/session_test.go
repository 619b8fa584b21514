package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

const refusal = "The login or the password is not right. Check both and try again."

func form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.Person(t, "ada", models.PlainMember)
	c.Lets(t, ada)
	c.Person(t, "ben", models.PlainMember) // has no password yet
	blocked := c.Person(t, "eve", models.PlainMember)
	c.Lets(t, blocked)
	c.Exec(t, `UPDATE logins SET blocked_at = ? WHERE id = ?`, c.Clock.Now(), blocked.LoginID)
	right := modelstest.Password
	c.try(t, []row{
		{name: "the page", path: "/sign-in", status: 200, has: []string{`name="login"`, `name="password"`, ">Sign in<"}},
		{
			name: "wrong password", path: "/sign-in", form: form("login", ada.Email, "password", "not the password", "next", "/projects"),
			status: 422, has: []string{refusal, `value="ada@example.org"`, `value="/projects"`}, hasNot: []string{"not the password"},
		},
		{
			name: "the same by htmx", htmx: true, path: "/sign-in", form: form("login", ada.Email, "password", "not the password"),
			status: 422, has: []string{refusal, `value="ada@example.org"`}, hasNot: []string{"not the password", "<html"},
		},
		{name: "unknown login", path: "/sign-in", form: form("login", "nobody@example.org", "password", right), status: 422, has: []string{refusal}},
		{name: "no password set", path: "/sign-in", form: form("login", "ben@example.org", "password", ""), status: 422, has: []string{refusal}},
		{name: "blocked", path: "/sign-in", form: form("login", blocked.Email, "password", right), status: 422, has: []string{refusal}},
		{name: "nothing typed", path: "/sign-in", form: "login=", status: 422, has: []string{refusal}},
		{name: "right", path: "/sign-in", form: form("login", ada.Email, "password", right), status: 303, where: to.Home},
		{name: "right by htmx", htmx: true, path: "/sign-in", form: form("login", " ADA@example.org ", "password", right), status: 204, where: to.Home},
		{name: "notice", path: "/sign-in?notice=signed-out", status: 200, has: []string{"You are signed out."}},
		{name: "ended meanwhile", path: "/sign-in?notice=ended", status: 200, has: []string{"Your session ended, so nothing was saved."}, hasNot: []string{"Nobody has signed up"}},
		{name: "made-up notice", path: "/sign-in?notice=Pay+here", status: 200, hasNot: []string{"Pay here"}},
	})
	if got := c.Count(t, `SELECT count(*) FROM events WHERE name = 'auth.failure'`); got != 6 {
		t.Errorf("%d failures are in the audit, want 6", got)
	}
}

// After signing in, next leads to places on this site and nowhere else (S-73).
func TestNextLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	for next, want := range map[string]string{
		"/projects?x=1": "/projects?x=1", "/credentials/new": "/credentials/new", "": to.Home,
		"//evil.example": to.Home, `/\evil.example`: to.Home, "https:evil.example": to.Home, "https://evil.example/": to.Home,
		"javascript:alert(1)": to.Home, "/\t/evil.example": to.Home, "\\\\evil.example": to.Home, " //evil.example": to.Home,
		"evil.example": to.Home, "///evil.example": to.Home,
	} {
		// Who is signed in already is led on at once, by the same rule.
		a := c.get(ada, to.SignIn+"?"+form("next", next))
		if a.status != 303 || a.where() != want {
			t.Errorf("next=%q leads to %q (%d), want %q", next, a.where(), a.status, want)
		}
	}
	c.try(t, []row{
		{name: "posted", path: "/sign-in", form: form("login", ada.Email, "password", modelstest.Password, "next", "//evil.example"), status: 303, where: to.Home},
		{name: "posted well", path: "/sign-in", form: form("login", ada.Email, "password", modelstest.Password, "next", "/projects"), status: 303, where: "/projects"},
	})
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.Person(t, "ada", models.PlainMember)
		c.Lets(t, ada)
		a := c.post(browser{}, to.SignIn, form("login", ada.Email, "password", modelstest.Password))
		set := a.header.Get("Set-Cookie")
		if !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Lax") || !strings.Contains(set, "Path=/") {
			t.Fatalf("the cookie is %q", set)
		}
		cookie, _, _ := strings.Cut(set, ";")
		in := browser{Actor: ada, cookie: cookie}
		again := c.post(in, to.SignIn, form("login", ada.Email, "password", modelstest.Password))
		next, _, _ := strings.Cut(again.header.Get("Set-Cookie"), ";")
		c.try(t, []row{
			{name: "the token from before is dead", who: in, path: to.Home, status: 303, where: "/sign-in?next=%2Fcredentials"},
			{name: "the new one lives", who: browser{cookie: next}, path: to.Home, status: 200},
			{name: "signing out", who: browser{cookie: next}, method: "POST", path: to.SignOut, status: 303, where: "/sign-in?notice=signed-out"},
			{name: "and it is dead too", who: browser{cookie: next}, path: to.Home, status: 303, where: "/sign-in?next=%2Fcredentials"},
			{name: "signing out twice harms nobody", who: browser{cookie: next}, method: "POST", path: to.SignOut, status: 303},
		})
		if c.Count(t, `SELECT count(*) FROM sessions`) != 0 {
			t.Error("a session is left")
		}
	})
}

func TestSetup(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		token, err := c.People.OfferSetup(t.Context())
		modelstest.Must(t, err)
		const password = "seven green kettles sing"
		c.try(t, []row{
			{name: "no token", path: "/setup", status: 410, has: []string{"This link doesn't work"}},
			{name: "another token", path: to.SetupWith("x"), status: 410},
			{name: "the page", path: to.SetupWith(token), status: 200, has: []string{token, ">Create administrator<"}},
			{name: "looked at again", path: to.SetupWith(token), status: 200},
			{
				name: "everything wrong", path: "/setup", form: form("token", token, "name", " ", "email", "ada", "password", "short-marker"), status: 422,
				has: []string{"Enter a name.", "Enter an e-mail address", "at least 15 characters", `value="ada"`, token}, hasNot: []string{"short-marker"},
			},
			{name: "wrong token", path: "/setup", form: form("token", "x", "name", "Ada", "email", "ada@example.org", "password", password), status: 410},
			{name: "well", path: "/setup", form: form("token", token, "name", "Ada", "email", "ada@example.org", "password", password), status: 303, where: "/sign-in?notice=ready"},
			{name: "the news", path: "/sign-in?notice=ready", status: 200, has: []string{"You are the administrator of this console now."}},
			{name: "dead afterwards", path: to.SetupWith(token), status: 410, has: []string{"Holdfast is set up already"}},
			{name: "dead for a form too", path: "/setup", form: form("token", token, "name", "Eve", "email", "eve@example.org", "password", password), status: 410},
			{name: "the administrator comes in", path: "/sign-in", form: form("login", "ada@example.org", "password", password), status: 303, where: to.SignInEnrol + "?next=%2Fcredentials"},
		})
		if n := c.Count(t, `SELECT count(*) FROM users`); n != 1 {
			t.Errorf("%d users, want 1", n)
		}
		if again, err := c.People.OfferSetup(t.Context()); again != "" || err != nil {
			t.Errorf("setup is offered again: %v", err)
		}
	})
}

func TestAnotherSetupLinkDiesToo(t *testing.T) {
	t.Parallel()
	c := open(t)
	token, err := c.People.OfferSetup(t.Context())
	modelstest.Must(t, err)
	c.Person(t, "ada", models.Administrator) // by the command line, meanwhile
	c.try(t, []row{
		{name: "page", path: to.SetupWith(token), status: 410},
		{name: "form", path: "/setup", form: form("token", token, "name", "Eve", "email", "eve@example.org", "password", "seven green kettles sing"), status: 410},
	})
}

func TestAccessLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.Person(t, "ada", models.PlainMember)
		older, err := c.People.LinkFromHost(t.Context(), ada.Email)
		modelstest.Must(t, err)
		link, err := c.People.LinkFromHost(t.Context(), ada.Email)
		modelstest.Must(t, err)
		const password = "seven green kettles sing"
		before := c.rows(t)
		for range 3 {
			c.try(t, []row{{name: "looking", path: to.Access(link.Token), status: 200, has: []string{"ada@example.org", ">Set password<"}}})
		}
		if after := c.rows(t); after != before {
			t.Errorf("looking at the link changed something:\n%s", difference(before, after))
		}
		c.try(t, []row{
			{name: "too short", path: to.Access(link.Token), form: form("password", "short-marker"), status: 422, has: []string{"at least 15 characters"}, hasNot: []string{"short-marker"}},
			{name: "made of the login", path: to.Access(link.Token), form: form("password", "ada@example.org"), status: 422, has: []string{"too easy to guess"}},
			{name: "replaced by a newer one", path: to.Access(older.Token), form: form("password", password), status: 410},
			{name: "well", path: to.Access(link.Token), form: form("password", password), status: 303, where: "/sign-in?notice=password-set"},
			{name: "used", path: to.Access(link.Token), form: form("password", "another long password 9"), status: 410},
			{name: "the password is the first one", path: to.SignIn, form: form("login", ada.Email, "password", password), status: 303, where: to.Home},
		})
		late, err := c.People.LinkFromHost(t.Context(), ada.Email)
		modelstest.Must(t, err)
		c.Clock.Pass(models.InvitationLife)
		var pages []string
		for _, token := range []string{older.Token, link.Token, late.Token, "unknown", strings.Repeat("x", 5000), "a%2Fb%00"} {
			a := c.get(browser{}, "/access/"+token)
			if a.status != 410 || a.header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("a dead link answers %d, referrer policy %q", a.status, a.header.Get("Referrer-Policy"))
			}
			pages = append(pages, a.body)
		}
		for _, page := range pages {
			if page != pages[0] {
				t.Errorf("dead links differ:\n%s\n%s", plainText(pages[0]), plainText(page))
			}
		}
	})
}

// A link ends the sessions that the user has.
func TestAnAccessLinkEndsSessions(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	link, err := c.People.LinkFromHost(t.Context(), ada.Email)
	modelstest.Must(t, err)
	c.try(t, []row{
		{name: "looking signs nobody out", path: to.Access(link.Token), status: 200},
		{name: "still in", who: ada, path: to.Home, status: 200},
		{name: "used", path: to.Access(link.Token), form: form("password", "seven green kettles sing"), status: 303},
		{name: "out", who: ada, path: to.Home, status: 303, where: "/sign-in?next=%2Fcredentials"},
	})
}

// Before anybody has signed up, the pages say where the way in is.
func TestAConsoleThatNobodyHasSetUpSaysSo(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.try(t, []row{
		{name: "sign-in", path: "/sign-in", status: 200, has: []string{"Open the setup link that Holdfast printed"}},
		{name: "setup without its token", path: "/setup", status: 410, has: []string{"not set up yet"}, hasNot: []string{"is set up already"}},
	})
	c.Person(t, "ada", models.Administrator)
	c.try(t, []row{
		{name: "sign-in later", path: "/sign-in", status: 200, hasNot: []string{"setup link"}},
		{name: "setup later", path: "/setup", status: 410, has: []string{"is set up already"}, hasNot: []string{"not set up yet"}},
	})
}
