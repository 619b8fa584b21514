package handlers_test

import (
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// signsIn shows a password at the door and reports the browser and where it is led.
func (c *console) signsIn(t *testing.T, who models.Actor) (browser, answer) {
	t.Helper()
	c.Lets(t, who)
	a := c.post(browser{}, to.SignIn, form("login", who.Email, "password", modelstest.Password, "next", "/projects"))
	return browser{Actor: who, cookie: cookieOf(a)}, a
}

// cookieOf is the session's cookie that an answer sets.
func cookieOf(a answer) string {
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	return cookie
}

// reads is the phone that reads the page of an enrolment, and what the page carries.
func reads(t *testing.T, page string) (*modelstest.Phone, string) {
	t.Helper()
	return modelstest.NewPhone(t, between(page, `data-totp-secret>`, "<")), between(page, `name="secret" value="`, `"`)
}

func TestACodeIsAskedForAfterThePassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada := c.Person(t, "ada", models.PlainMember)
		phone := c.Enrol(t, ada)
		half, a := c.signsIn(t, ada)
		row{name: "half", status: 303, where: "/sign-in/factor?next=%2Fprojects"}.check(t, a)
		c.try(t, []row{
			{name: "the page", who: half, path: a.where(), status: 200, has: []string{`value="/projects"`, "Use a recovery code", `autocomplete="one-time-code"`, "Sign in as somebody else"}},
			{name: "no page else", who: half, path: to.Credentials(), status: 303, where: "/sign-in?next=%2Fcredentials"},
			{name: "nor the account", who: half, path: to.NewFactor(), status: 303},
			{name: "nor a post", who: half, path: to.RecoveryCodes(), form: "x=", status: 303},
			{name: "sign-in leads back", who: half, path: to.SignIn, status: 303, where: to.SignInFactor + "?next=%2Fcredentials"},
			{name: "no second enrolment", who: half, path: to.SignInEnrol, status: 303, where: to.SignInFactor + "?next=%2Fcredentials"},
			{name: "nor by a post", who: half, path: to.SignInEnrol, form: "code=1", status: 303, where: to.SignInFactor + "?next=%2Fcredentials"},
			{name: "a wrong code", who: half, path: to.SignInFactor, form: form("code", "000000", "next", "/projects"), status: 422, has: []string{"This code is not right.", `value="/projects"`}, hasNot: []string{"000000"}},
			{name: "a wrong recovery code", who: half, path: to.SignInFactor, form: form("recovery", "marker-code", "next", "/projects"), status: 422, has: []string{"This recovery code is not right", "<details class=\"other-way\" open"}, hasNot: []string{"marker-code"}},
			{name: "still half", who: half, path: to.Home, status: 303},
		})
		code := c.Shows(t, phone)
		in := c.post(half, to.SignInFactor, form("code", code, "next", "/projects"))
		row{name: "in", status: 303, where: "/projects"}.check(t, in)
		whole := browser{cookie: cookieOf(in)}
		if whole.cookie == half.cookie || whole.cookie == "" {
			t.Error("the token is the one from before the code")
		}
		again, _ := c.signsIn(t, ada)
		c.try(t, []row{
			{name: "in", who: whole, path: to.Home, status: 200},
			{name: "the token from before", who: half, path: to.Home, status: 303},
			{name: "the code again", who: again, path: to.SignInFactor, form: form("code", code), status: 422},
			{name: "a recovery code", who: again, path: to.SignInFactor, form: form("recovery", phone.Codes[0]), status: 303, where: to.Home},
			{name: "the history", who: whole, path: to.OwnSignIns(""), status: 200, has: []string{"with a password and a code", "with a password and a recovery code", "The password was right, the code was not.", "192.0.2.1"}},
		})
		for _, secret := range append(phone.Codes, code, "marker-code") {
			if strings.Contains(c.log.String(), secret) {
				t.Error("a code is in the log")
			}
		}
	})
}

func TestTooManyWrongCodesAtTheDoor(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.Person(t, "ada", models.PlainMember)
	phone := c.Enrol(t, ada)
	half, _ := c.signsIn(t, ada)
	for range models.CodeTries {
		c.try(t, []row{{name: "wrong", who: half, path: to.SignInFactor, form: "code=000000", status: 422}})
	}
	a := c.post(half, to.SignInFactor, form("code", c.Shows(t, phone)))
	if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "900" || !strings.Contains(a.body, "Wait 15 minutes") {
		t.Errorf("%d, %s\n%s", a.status, a.header.Get("Retry-After"), plainText(a.body))
	}
}

// An administrator without a second factor comes no further than to adding one.
func TestAnAdministratorHasToEnrol(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss := c.Person(t, "boss", models.Administrator)
		half, a := c.signsIn(t, boss)
		row{name: "half", status: 303, where: "/sign-in/enrol?next=%2Fprojects"}.check(t, a)
		first, page := c.get(half, a.where()), c.get(half, a.where())
		row{name: "the page", status: 200, has: []string{`role="img"`, "otpauth://totp/Holdfast:boss%40example.org", "<path"}, hasNot: []string{"data:image"}}.check(t, page)
		phone, carried := reads(t, page.body)
		if other, _ := reads(t, first.body); other.At(1) == phone.At(1) {
			t.Error("the page shows one secret twice")
		}
		c.try(t, []row{
			{name: "not the console", who: half, path: to.Users(), status: 303, where: "/sign-in?next=%2Fadmin%2Fusers"},
			{name: "not the code page", who: half, path: to.SignInFactor, status: 303, where: to.SignInEnrol + "?next=%2Fcredentials"},
			{name: "a wrong code", who: half, path: to.SignInEnrol, form: form("secret", carried, "label", "My phone", "code", "000000", "next", "/projects"), status: 422, has: []string{"not the code that belongs", carried, `value="My phone"`, html.EscapeString("/projects")}},
			{name: "no factor yet", who: half, path: to.SignInEnrol, status: 200},
		})
		done := c.post(half, to.SignInEnrol, form("secret", carried, "label", "My phone", "code", c.Shows(t, phone), "next", "/projects"))
		row{name: "done", status: 200, has: []string{"Keep your recovery codes", `href="/projects"`, "Go on"}}.check(t, done)
		codes := strings.Split(between(done.body, "data-select>", "<"), "\n")
		whole := browser{Actor: boss, cookie: cookieOf(done)}
		if len(codes) != models.RecoveryCodes || whole.cookie == half.cookie {
			t.Errorf("%d codes, a new token: %v", len(codes), whole.cookie != half.cookie)
		}
		c.try(t, []row{
			{name: "in", who: whole, path: to.Users(), status: 200},
			{name: "the token from before", who: half, path: to.SignInEnrol, status: 303},
			{name: "not shown again", who: whole, path: to.Factors(), status: 200, has: []string{"My phone", "10 of your recovery codes"}, hasNot: codes},
		})
		held := c.Dump(t) + c.log.String()
		for _, secret := range append(codes, carried, between(page.body, `data-totp-secret>`, "<")) {
			if strings.Contains(held, secret) {
				t.Error("a secret stands in the database or the log")
			}
		}
	})
}

func TestALoginThatAsksForAFactorLeadsToOne(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.Person(t, "ada", models.PlainMember)
	c.Exec(t, `UPDATE logins SET mfa = ? WHERE id = ?`, true, ada.LoginID)
	half, a := c.signsIn(t, ada)
	row{name: "half", status: 303, where: "/sign-in/enrol?next=%2Fprojects"}.check(t, a)
	c.Clock.Pass(models.HalfLife)
	c.try(t, []row{{name: "too late", who: half, path: to.SignInEnrol, status: 303, where: "/sign-in?next=%2Fsign-in%2Fenrol"}})
}

// Who learned the password and sits half way may not add an app of their own.
func TestAHalfSessionFromBeforeCannotEnrolBesideTheOwner(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.Person(t, "ada", models.PlainMember)
	c.Exec(t, `UPDATE logins SET mfa = ? WHERE id = ?`, true, ada.LoginID)
	thief, _ := c.signsIn(t, ada)
	page := c.get(thief, to.SignInEnrol)
	c.Enrol(t, ada)
	phone, carried := reads(t, page.body)
	c.try(t, []row{{name: "their session is over", who: thief, path: to.SignInEnrol, form: form("secret", carried, "label", "x", "code", c.Shows(t, phone)), status: 303, where: "/sign-in?notice=ended"}})
	if n := c.Count(t, `SELECT count(*) FROM totps`); n != 1 {
		t.Errorf("%d apps", n)
	}
}

// stale makes everybody's proof an old one.
func (c *console) stale(t *testing.T) {
	t.Helper()
	c.Exec(t, `UPDATE sessions SET proven_at = ?`, c.Clock.Now().Add(-time.Hour))
}

func TestWhoHasComeInHalfMayLeave(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.Person(t, "ada", models.PlainMember)
	c.Enrol(t, ada)
	half, _ := c.signsIn(t, ada)
	c.try(t, []row{
		{name: "out", who: half, path: to.SignOut, form: "x=", status: 303, where: "/sign-in?notice=signed-out"},
		{name: "the door", who: half, path: to.SignIn, status: 200},
		{name: "no code is asked for", who: half, path: to.SignInFactor, form: "code=1", status: 303, where: "/sign-in?notice=ended"},
	})
	if n := c.Count(t, `SELECT count(*) FROM sessions`); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
