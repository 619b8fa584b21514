package browsertest

import (
	"testing"
)

// TestANewcomerReadsTheMailInTheOutbox walks as somebody does who has no mail
// server: the letters wait where the administrator can read them, and their
// links work.
func TestANewcomerReadsTheMailInTheOutbox(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chromium(t)
			s := &story{t: t, at: onSQLite(t), b: open(t, scripts)}
			s.prog = start(t, s.at, nil)
			s.person = s.b.sit(s.prog.url)
			s.secrets = []string{adminPassword}
			s.makesTheAdministrator()
			s.seesTheFirstLetter()
			s.invites()
			grace := s.followsTheInvitation()
			s.readsTheOfferToo(grace)
		})
	}
}

// seesTheFirstLetter, which tells of the second factor that was just added.
func (s *story) seesTheFirstLetter() {
	s.click("link", "Administration")
	s.sees("Users")
	s.goes("Outbox")
	s.reads("No mail server is set, so letters wait here.", "Your ways in to Holdfast have changed", "A second factor was added: Authenticator app.")
	s.visit("/admin/users/new")
	s.sees("New user")
}

func (s *story) invites() {
	s.fill("Name", "Grace Hopper")
	s.fill("E-mail", graceLogin)
	s.click("button", "Create user")
	s.sees("Access link for Grace Hopper")
	s.reads("An invitation to " + graceLogin + " waits in the outbox")
	s.click("link", "outbox")
	s.sees("Outbox")
}

// followsTheInvitation reads the letter, which stands open because it is the newest.
func (s *story) followsTheInvitation() *person {
	s.reads("Your invitation to Holdfast", "Waiting", "To Grace Hopper "+graceLogin, "not tried yet", "Hello Grace Hopper,")
	link := s.linkTo("/access/")
	s.click("link", link) // looking changes nothing
	s.reads("Choose the password for " + graceLogin)
	grace := s.b.person(s.prog.url)
	setsHerPassword(grace, link)
	s.visit("/admin/outbox")
	s.sees("Outbox")
	s.reads("Your invitation to Holdfast")
	return grace
}

// readsTheOfferToo: a transfer can be tried to its end as well.
func (s *story) readsTheOfferToo(grace *person) {
	s.visit("/credentials/new?kind=raw")
	s.sees("New Raw JSON credential")
	s.fill("Name", "Registry")
	s.fill("JSON", `{"pin": 1}`)
	s.click("button", "Save credential")
	s.sees("Registry")
	s.click("link", "Offer transfer")
	s.sees("Offer transfer")
	s.reads("No mail server is set")
	s.names(graceLogin)
	s.click("button", "Offer transfer")
	s.sees("Registry")
	s.reads("Transfer pending")
	s.visit("/admin/outbox?state=queued")
	s.sees("Outbox")
	s.find("DisclosureTriangle", "Read letter Ada Lovelace offers you “Registry”") // the newest is open
	grace.visit(s.linkTo("/transfers/"))
	grace.sees("Ada Lovelace offers you a credential")
	grace.click("button", "Accept transfer")
	grace.sees("Registry")
	grace.find("link", "Edit")
}

// linkTo is where the first link leads whose path begins with path.
func (p *person) linkTo(path string) string {
	p.t.Helper()
	p.reads(p.at + path)
	return eval[string](p, `[...document.links].find((a) => a.pathname.startsWith("`+path+`")).href`)
}
