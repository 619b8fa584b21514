package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/zitadeltest"
	"holdfast/views/to"
)

// zitadel is a whole identity provider with a page of its own to sign in at. It
// goes by the wall clock, so the house does too.
func zitadel(t *testing.T, c *console) (issuer string) {
	t.Helper()
	issuer = zitadeltest.Start(t, base+to.SignInBack(1))
	c.Clock.Pass(time.Since(c.Clock.Now()))
	return issuer
}

// atZitadel is a person at the provider, who is sent back to the path that is answered.
func atZitadel(t *testing.T, address string) string {
	t.Helper()
	return zitadeltest.SignIn(t, address, base).RequestURI()
}

// errand is the cookie that an answer leaves for the way to a provider.
func errand(t *testing.T, a answer) string {
	t.Helper()
	for _, line := range a.header.Values("Set-Cookie") {
		if strings.HasPrefix(line, "holdfast-idp-") {
			for _, want := range []string{"Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax"} {
				if !strings.Contains(line, want) {
					t.Errorf("the cookie lacks %s: %s", want, line)
				}
			}
			pair, _, _ := strings.Cut(line, ";")
			return pair
		}
	}
	t.Fatalf("no cookie was left: %d %v\n%s", a.status, a.header, plainText(a.body))
	return ""
}

// leads is where the page that leads to a provider leads.
func leads(t *testing.T, a answer) string {
	t.Helper()
	where, ok := strings.CutPrefix(a.header.Get("Refresh"), "0; url=")
	if a.status != http.StatusOK || !ok || !strings.Contains(strings.ReplaceAll(a.body, "&amp;", "&"), `href="`+where+`"`) {
		t.Fatalf("the page leads nowhere: %d %q\n%s", a.status, a.header.Get("Refresh"), a.body)
	}
	return where
}

// session is the browser after an answer that signed it in.
func sessionOf(a answer) browser {
	for _, line := range a.header.Values("Set-Cookie") {
		if pair, _, _ := strings.Cut(line, ";"); strings.HasPrefix(pair, "holdfast=") {
			return browser{cookie: pair}
		}
	}
	return browser{}
}

// addZitadel trusts the provider, by the form of the console.
func (c *console) addZitadel(t *testing.T, root browser, issuer string) {
	t.Helper()
	f := url.Values{
		"name": {"Contoso"}, "issuer": {issuer}, "client_id": {"holdfast"}, "secret": {zitadeltest.Secret}, "auth_method": {"client_secret_basic"},
		"scopes": {"openid email profile"}, "login_claim": {"email"}, "authoritative": {"1"},
	}
	c.try(t, []row{{name: "add", who: root, path: to.IDPs(), form: f.Encode(), status: 303, where: to.IDP(1)}})
}

// awaits gives the person a login of the first provider.
func (c *console) awaits(t *testing.T, who models.Actor, key string) {
	t.Helper()
	c.Exec(t, `INSERT INTO logins (user_id, key, key_canon, trusted_idp_id, secret_hash, created_at, updated_at) VALUES (?, ?, ?, 1, '', ?, ?)`,
		who.UserID, key, key, c.Clock.Now(), c.Clock.Now())
}

func TestSomebodySignsInByAWholeProvider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		issuer := zitadel(t, c)
		root := c.person(t, "root", models.Administrator)
		c.addZitadel(t, root, strings.TrimSuffix(issuer, "/"))
		c.try(t, []row{
			{name: "the issuer lacks its slash", who: root, method: "POST", path: to.CheckIDP(1), status: 200, has: []string{"calls itself", "to the letter"}},
			{name: "mended", who: root, path: to.IDP(1), form: "name=Contoso&client_id=holdfast&auth_method=client_secret_basic&scopes=openid+email+profile&login_claim=email&authoritative=1&issuer=" + url.QueryEscape(issuer), status: 303},
			{name: "checked", who: root, method: "POST", path: to.CheckIDP(1), status: 200, has: []string{"answers as it should", base + to.SignInBack(1)}, hasNot: []string{zitadeltest.Secret}},
			{name: "the sign-in page offers it", path: to.SignIn + "?next=/projects", status: 200, has: []string{"Sign in with Contoso", `action="/sign-in/provider/1"`}},
		})
		ana := c.Person(t, "ana", models.PlainMember)
		c.awaits(t, ana, "test-user@zitadel.ch")

		left := c.post(browser{}, to.SignInBy(1), "next=/projects")
		cookie := errand(t, left)
		back := atZitadel(t, leads(t, left))
		came := c.get(browser{cookie: cookie}, back)
		if came.status != http.StatusSeeOther || came.where() != "/projects" || !strings.Contains(strings.Join(came.header.Values("Set-Cookie"), "\n"), strings.SplitN(cookie, "=", 2)[0]+"=;") {
			t.Fatalf("%d to %q: %v\n%s\n%s", came.status, came.where(), came.header, plainText(came.body), c.log)
		}
		in := sessionOf(came)
		c.try(t, []row{
			{name: "is in", who: in, path: to.Account(), status: 200, has: []string{"ana@example.org"}},
			{name: "the answer is used up", who: browser{cookie: cookie}, path: back, status: 410, has: []string{"Start again"}},
		})

		// Once more, by the bound login, and with htmx.
		again := c.visit(visit{method: "POST", path: to.SignInBy(1), form: "next=//evil.example", htmx: true})
		if again.status != http.StatusNoContent || !strings.HasPrefix(again.where(), issuer) {
			t.Fatalf("%d to %q", again.status, again.where())
		}
		came = c.get(browser{cookie: errand(t, again)}, atZitadel(t, again.where()))
		if came.where() != to.Home {
			t.Errorf("%d to %q", came.status, came.where())
		}

		// The person confirms that it is still them.
		in = sessionOf(came)
		asked := c.post(in, to.ConfirmByProvider(), "next=/account")
		if where := leads(t, asked); !strings.Contains(where, "prompt=login") || !strings.Contains(where, "max_age=0") {
			t.Error(where)
		}
		sure := c.get(browser{cookie: in.cookie + "; " + errand(t, asked)}, atZitadel(t, leads(t, asked)))
		if sure.status != http.StatusSeeOther || sure.where() != "/account" || sessionOf(sure).cookie == "" || sessionOf(sure).cookie == in.cookie {
			t.Errorf("%d to %q, %v", sure.status, sure.where(), sure.header)
		}

		// An administrator looks at what the provider says.
		tried := c.post(root, to.TestIDP(1), "")
		shown := c.get(browser{cookie: root.cookie + "; " + errand(t, tried)}, atZitadel(t, leads(t, tried)))
		row{name: "the claims", status: 200, has: []string{"What Contoso says of you", "test-user@zitadel.ch", "email_verified", "Nothing was changed"}}.check(t, shown)

		for _, secret := range []string{zitadeltest.Secret, strings.SplitN(cookie, "=", 2)[1], queryOf(t, back, "code"), queryOf(t, back, "state")} {
			if strings.Contains(c.Dump(t), secret) || strings.Contains(c.log.String(), secret) {
				t.Errorf("%q stands in the database or in the log", secret)
			}
		}
	})
}

func queryOf(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	modelstest.Must(t, err)
	if u.Query().Get(name) == "" {
		t.Fatalf("%s has no %s", address, name)
	}
	return u.Query().Get(name)
}

func TestWhoHasNoLoginIsToldSoAndLinkedByAnAdministrator(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		issuer := zitadel(t, c)
		root := c.person(t, "root", models.Administrator)
		c.addZitadel(t, root, issuer)
		ana := c.Person(t, "ana", models.PlainMember)
		goes := func() answer {
			left := c.post(browser{}, to.SignInBy(1), "")
			return c.get(browser{cookie: errand(t, left)}, atZitadel(t, leads(t, left)))
		}
		row{name: "refused", status: 403, has: []string{"Contoso knows you, but Holdfast has no login for you"}, hasNot: []string{"ana@example.org"}}.check(t, goes())
		id := c.cell(t, `SELECT id FROM provider_refusals`)
		c.try(t, []row{
			{name: "the list", who: root, path: to.RefusedSignIns(), status: 200, has: []string{"test-user@zitadel.ch", "No login waits for them", to.LinkRefused(id)}},
			{name: "the form", who: root, path: to.LinkRefused(id), status: 200, has: []string{"ask them, and don't go by the address alone"}},
			{name: "nobody", who: root, path: to.LinkRefused(id), form: "email=nobody@example.org", status: 422, has: []string{"No user has this e-mail address", `value="nobody@example.org"`}},
			{name: "ana", who: root, path: to.LinkRefused(id), form: "email=" + ana.Email, status: 303, where: to.RefusedSignIns()},
			{name: "the list is empty", who: root, path: to.RefusedSignIns(), status: 200, has: []string{"Nobody was refused"}},
		})
		if came := goes(); came.status != http.StatusSeeOther || sessionOf(came).cookie == "" {
			t.Errorf("%d\n%s", came.status, plainText(came.body))
		}
	})
}

func TestAnAdministratorByAProviderStillNeedsASecondFactor(t *testing.T) {
	t.Parallel()
	c := open(t)
	issuer := zitadel(t, c)
	root := c.person(t, "root", models.Administrator)
	c.addZitadel(t, root, issuer)
	c.awaits(t, root.Actor, "test-user@zitadel.ch")
	goes := func() answer {
		left := c.post(browser{}, to.SignInBy(1), "next=/projects")
		return c.get(browser{cookie: errand(t, left)}, atZitadel(t, leads(t, left)))
	}
	if came := goes(); came.where() != to.SignInStage("enrol", "/projects") {
		t.Errorf("%d to %q", came.status, came.where())
	}
	c.Exec(t, `UPDATE providers SET factor_values = 'pwd'`) // which the provider says, and nobody should set
	if came := goes(); came.where() != "/projects" {
		t.Errorf("%d to %q", came.status, came.where())
	}
}

func TestTheWayToAProviderAndBackInVain(t *testing.T) {
	t.Parallel()
	c := open(t)
	issuer := zitadel(t, c)
	root := c.person(t, "root", models.Administrator)
	c.addZitadel(t, root, issuer)
	left := c.post(browser{}, to.SignInBy(1), "next=/projects")
	cookie, state := errand(t, left), queryOf(t, leads(t, left), "state")
	at := to.SignInBack(1)
	c.try(t, []row{
		{name: "no such provider", path: to.SignInBy(9), form: "next=/", status: 404, has: []string{"Go to sign-in"}},
		{name: "nothing came back", path: at, status: 410},
		{name: "another browser", path: at + "?code=x&state=" + state, status: 410, has: []string{"another browser"}},
		{name: "another's cookie", who: browser{cookie: strings.SplitN(cookie, "=", 2)[0] + "=x"}, path: at + "?code=x&state=" + state, status: 410},
		{name: "cancelled", who: browser{cookie: cookie}, path: at + "?error=access_denied&error_description=%3Cb%3Ehi&state=" + state, status: 200, has: []string{"You did not sign in", "Start again with Contoso", `value="/projects"`}, hasNot: []string{"<b>hi", "access_denied"}},
		{name: "cancelled twice", who: browser{cookie: cookie}, path: at + "?error=access_denied&state=" + state, status: 410},
	})
	left = c.post(browser{}, to.SignInBy(1), "")
	cookie, state = errand(t, left), queryOf(t, leads(t, left), "state")
	head := c.visit(visit{who: browser{cookie: cookie}, method: "HEAD", path: at + "?code=x&state=" + state})
	if head.status != http.StatusNoContent || len(head.header.Values("Set-Cookie")) > 0 {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
	c.try(t, []row{{name: "a code that nobody gave", who: browser{cookie: cookie}, path: at + "?code=x&state=" + state, status: 403, has: []string{"could not be trusted", "Start again with Contoso"}}})
	tried := c.post(root, to.TestIDP(1), "")
	inVain := browser{cookie: root.cookie + "; " + errand(t, tried)}
	c.try(t, []row{{name: "an administrator is told why", who: inVain, path: at + "?code=x&state=" + queryOf(t, leads(t, tried), "state"), status: 403, has: []string{"The try did not work", "the code was not redeemed", `href="/admin/idps/1"`}}})
	if !strings.Contains(c.log.String(), "the code was not redeemed") {
		t.Error("the log does not say why")
	}
	c.Exec(t, `UPDATE providers SET issuer = 'http://127.0.0.1:1'`)
	c.try(t, []row{{name: "down", path: to.SignInBy(1), form: "next=/projects", status: 503, has: []string{"does not answer", "Start again with Contoso", "Go to sign-in"}}})
}

func TestALastAdministratorsProviderIsNotDisabledByThePage(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.deadProvider(t)
	root := c.person(t, "root", models.Administrator)
	c.Exec(t, `UPDATE logins SET trusted_idp_id = (SELECT id FROM providers), secret_hash = ''`)
	id, err := strconv.ParseInt(c.cell(t, `SELECT id FROM providers`), 10, 64)
	modelstest.Must(t, err)
	c.try(t, []row{
		{name: "who is affected", who: root, path: to.DisableIDP(id), status: 200, has: []string{"1 person has a login of Contoso", "1 of them has no other login", "root@example.org", "None"}},
		{name: "refused", who: root, method: "POST", path: to.DisableIDP(id), status: 409, has: []string{"nobody who can administer the console"}},
		{name: "not deleted either", who: root, path: to.DeleteIDP(id), form: "confirm=Contoso", status: 409},
	})
}

func TestALateAdministratorConfirmsBeforeAProviderIsAdded(t *testing.T) {
	t.Parallel()
	c := open(t)
	root := c.person(t, "root", models.Administrator)
	c.Clock.Pass(models.ProvenFor)
	f := "name=Contoso&issuer=https%3A%2F%2Flogin.example.org&client_id=x&secret=x&auth_method=client_secret_basic&scopes=openid&login_claim=email"
	c.try(t, []row{{name: "asked", who: root, path: to.IDPs(), form: f, status: 401, has: []string{"Confirm that it is you", `name="issuer" value="https://login.example.org"`}}})
	if c.Count(t, `SELECT count(*) FROM providers`) != 0 {
		t.Error("it was added all the same")
	}
}
