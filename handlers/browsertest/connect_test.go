package browsertest

import (
	"strings"
	"testing"

	"holdfast/web/post/smtptest"
)

// People connect their accounts at a whole provider, which asks for their consent
// on a page of its own on another site; with scripts on SQLite, without them on
// Postgres.

func TestPeopleConnectTheirAccountsWithScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	connectAccounts(t, onSQLite(t), true)
}

func TestPeopleConnectTheirAccountsWithoutScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	connectAccounts(t, onPostgres(t), false)
}

// connecting is one walk of two people who are no administrators.
type connecting struct {
	*house
	*consentProvider
	katherine, mary *person
	sheet           string // path of a credential of Katherine's, then Mary's
	client          string // path of Katherine's client
}

const cloud = "Ministry cloud" // what the client is called, and so the provider

func connectAccounts(t *testing.T, at where, scripts bool) {
	t.Helper()
	s := &connecting{house: &house{t: t, b: open(t, scripts), mail: smtptest.Start(t, smtptest.Options{})}}
	s.prog = start(t, at, map[string]string{"HOLDFAST_SMTP_URL": s.mail.URL(), "HOLDFAST_ALLOW_PRIVATE_HOSTS": "localhost"})
	s.furniture = furnish(t, s.prog)
	s.consentProvider = consentServer(t, s.redirect())
	s.b.abroad = s.issuer + "/"
	s.katherine = s.hiding(s.b.sit(s.prog.url))
	s.katherine.signIn(heirLogin, heirPassword)
	s.mary = s.hiding(s.b.person(s.prog.url))
	s.mary.signIn(viewerLogin, viewerPassword)

	s.addsAClient()
	s.checksTheClient()
	s.connectsWithConsent()
	s.refreshesNow()
	s.saysNoAtFirst()
	s.comesBackAsSomebodyElse()
	s.isConnectedAlready()
	s.fillsInAgain()
	s.isGrantedLess()
	s.connectsInTwoTabs()
	s.comesBackTwice()
	s.connectsByKeyboard()
	s.disconnects()
	s.mendsWhatWasTakenBack()
	s.offersTheConnection()
	s.takesTheConnectionOver()
	s.schedulesAndRestores()
	s.deletesTheClient()
	s.sentOnce()
	s.told()
}

// redirect is the address that the provider knows, and that the console has to tell.
func (s *connecting) redirect() string { return s.prog.url + "/oauth/callback" }

// hiding looks for what the provider gave out on every page that somebody sees.
func (s *connecting) hiding(p *person) *person {
	p.hides = s.secrets
	return p
}

// told fails the test when the log, or a letter, tells what it should not.
func (s *connecting) told() {
	s.t.Helper()
	gave, log := s.secrets(), s.prog.log.String()
	if len(gave) < 20 {
		s.t.Errorf("the provider gave out %d codes and tokens: the test looks for too little", len(gave))
	}
	if strings.Contains(log, "code=") {
		s.t.Errorf("the log tells codes:\n%s", log)
	}
	for _, secret := range gave {
		if strings.Contains(log, secret) {
			s.t.Errorf("the log tells %q:\n%s", secret, log)
		}
		for _, m := range s.mail.Letters() {
			if strings.Contains(m.Text, secret) {
				s.t.Errorf("a letter tells %q:\n%s", secret, m.Text)
			}
		}
	}
}

// signsInAbroad is at the provider's own form, once the browser was led there.
func (p *person) signsInAbroad(user string) {
	p.t.Helper()
	p.fill("Enter any login", user)
	if at := eval[string](p, `location.href`); !strings.HasPrefix(at, p.abroad) {
		p.t.Errorf("the form of the provider is at %s", at)
	}
	p.fill("and password", "whatever it is")
	p.click("button", "Sign-in")
}

// consents says yes at the provider.
func (p *person) consents() {
	p.t.Helper()
	p.find("heading", "Authorize")
	p.click("button", "Continue")
}

// leavesTheProvider signs out there, so that the next one may sign in.
func (s *connecting) leavesTheProvider(p *person) {
	p.t.Helper()
	p.visit(s.issuer + "/session/end")
	p.click("button", "Yes, sign me out")
	p.find("heading", "Sign-out Success")
}

// opens the page of the credential.
func (p *person) opens(path, name string) {
	p.t.Helper()
	p.visit(path)
	p.sees(name)
}

// isAt is the path of the page.
func (p *person) isAt() string { p.t.Helper(); return eval[string](p, `location.pathname`) }

// wayBack is the address by which this person came back from a provider last.
func (p *person) wayBack() string {
	p.t.Helper()
	way, _ := p.cameBy.Load().(string)
	if !strings.Contains(way, "code=") || !strings.Contains(way, "state=") || !strings.Contains(way, "iss=") {
		p.t.Errorf("the way back was %q", way)
	}
	return way
}
