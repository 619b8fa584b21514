package browsertest

import (
	"strings"
	"testing"
)

func TestSecondFactorsWithScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	secondFactors(t, onSQLite(t), true)
}

func TestSecondFactorsWithoutScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	secondFactors(t, onPostgres(t), false)
}

// secondFactors is what Mary does with her first one: she adds it, is asked who
// she is, loses her phone, and removes it.
func secondFactors(t *testing.T, at where, scripts bool) {
	prog := start(t, at, nil)
	furnish(t, prog)
	mary := open(t, scripts).sit(prog.url)
	mary.secrets = []string{secret, viewerPassword}
	mary.signIn(viewerLogin, viewerPassword)
	stale := func() {
		behindItsBack(t, at, `UPDATE sessions SET proven_at = '2020-01-01 00:00:00+00:00'`)
	}
	codes := addsAnApp(mary, stale)
	endsAnotherSession(mary, prog, stale)
	comesInWithoutHerPhone(mary, codes[0])
	removesTheApp(mary)
	for _, secret := range append(codes, viewerPassword) {
		if strings.Contains(prog.log.String(), secret) {
			t.Error("the log holds a secret")
		}
	}
}

func addsAnApp(mary *person, stale func()) (codes []string) {
	mary.visit("/account")
	mary.click("link", "Manage second factors")
	mary.sees("Second factors")
	mary.click("link", "Add the first one")
	mary.sees("Add a second factor")
	mary.find("image", "QR code that adds Holdfast to an authenticator app")
	ps := phonesAt(mary.t, mary.at)
	ps.give(mary.t, viewerLogin, eval[string](mary, `document.querySelector("[data-totp-secret]").innerText`))
	mary.fill("Name", "My phone")
	mary.fill("Code", "000000")
	mary.click("button", "Add second factor")
	mary.reads("This is not the code that belongs to this secret now")
	mary.answered(422)
	mary.fill("Code", ps.code(mary.t, viewerLogin))
	stale()
	mary.click("button", "Add second factor")
	mary.sees("Confirm that it is you")
	mary.fill("Password", "not the password at all")
	mary.click("button", "Confirm")
	mary.reads("This is not your password.")
	mary.answered(401)
	mary.fill("Password", viewerPassword)
	mary.click("button", "Confirm")
	mary.sees("Keep your recovery codes")
	codes = strings.Split(mary.find("textbox", "Recovery codes").value(), "\n")
	mary.click("link", "Done, I have kept them")
	mary.sees("Second factors")
	mary.reads("My phone", "10 of your recovery codes")
	mary.secrets = append(mary.secrets, codes...)
	return codes
}

// endsAnotherSession by a form that htmx sends where there are scripts: the
// question comes in its place, and so does what was asked for.
func endsAnotherSession(mary *person, prog *program, stale func()) {
	newClient(mary.t, prog).signIn(viewerLogin, viewerPassword)
	mary.visit("/account/sessions")
	mary.sees("Sessions")
	stale()
	mary.click("button", "End all other sessions")
	mary.sees("Confirm that it is you")
	mary.lacks("textbox", "Password")
	mary.fill("Code", phonesAt(mary.t, mary.at).code(mary.t, viewerLogin))
	mary.click("button", "Confirm")
	mary.sees("Sessions")
	mary.reads("1 other session ended.")
}

func comesInWithoutHerPhone(mary *person, code string) {
	mary.find("DisclosureTriangle", "Account").click()
	mary.click("button", "Sign out")
	mary.sees("Sign in")
	mary.fill("Login", viewerLogin)
	mary.fill("Password", viewerPassword)
	mary.click("button", "Sign in")
	mary.sees("Enter your code")
	mary.find("DisclosureTriangle", "Use a recovery code").click()
	mary.fill("Recovery code", "AAAA-BBBB-CCCC-DDDD")
	mary.click("button", "Use recovery code")
	mary.reads("This recovery code is not right")
	mary.fill("Recovery code", strings.ToLower(code))
	mary.click("button", "Use recovery code")
	mary.sees("Credentials")
}

func removesTheApp(mary *person) {
	mary.visit("/account/factors")
	mary.reads("9 of your recovery codes")
	mary.click("link", "Remove My phone")
	mary.sees("Remove My phone?")
	mary.reads("It is your last second factor", "9 stop working")
	mary.click("button", "Remove second factor")
	mary.sees("Second factors")
	mary.reads("Second factor removed.", "No second factor yet")
	mary.visit("/account/sign-ins")
	mary.sees("Sign-in history")
	mary.reads("with a password and a recovery code", "The password was right, the code was not.")
}
