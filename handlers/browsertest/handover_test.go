package browsertest

import (
	"strings"
	"testing"
)

// A credential goes from Ada to Grace: invited, offered, opened by others, accepted;
// with scripts on SQLite, without them on Postgres.

func TestACredentialChangesHandsWithScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	handOver(t, onSQLite(t), true)
}

func TestACredentialChangesHandsWithoutScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	handOver(t, onPostgres(t), false)
}

// handover is one walk of two people.
type handover struct {
	*house
	grace *person
	early *person // Ada's other tab, with a form that was open before
	link  string
	path  string // of the credential's page
}

func handOver(t *testing.T, at where, scripts bool) {
	s := &handover{house: move(t, at, scripts)}
	s.path = "/credentials/" + s.credential
	s.invitesGrace()
	s.opensTheFormEarly()
	s.namesTheWrongPeople()
	s.offersIt()
	s.seesItPending()
	s.tellsNobodyElse()
	s.signsInForTheLink()
	s.accepts()
	s.bothSeeTheNewOwner()
	s.canNotEditAnyMore()
	s.linkIsSpent()
	s.sentOnce()
	s.keptOutOfTheLog(s.link)
}

// invitesGrace by letter, and she sets her password by its link.
func (s *handover) invitesGrace() {
	shown := addsGrace(s.ada)
	link := s.letter(graceLogin, "Your invitation to Holdfast").Link(s.t, "/access/")
	if link != shown {
		s.t.Errorf("the letter leads to %s, the page to %s", link, shown)
	}
	s.grace = s.guest()
	setsHerPassword(s.grace, link)
	s.keptOutOfTheLog(link)
}

func (s *handover) opensTheFormEarly() {
	s.early = s.tab()
	s.early.visit(s.path + "/edit")
	s.early.sees("Edit Registry")
	s.early.fill("Host", hostLate)
	s.early.fill("Password", typedSecret)
}

// namesTheWrongPeople: nobody, who is in no project of it, herself, no address, who is in one project of two.
func (s *handover) namesTheWrongPeople() {
	ada := s.ada
	ada.visit(s.path)
	ada.sees("Registry")
	ada.click("link", "Offer transfer")
	ada.sees("Offer transfer")
	s.refuses("nobody@example.org", "Nobody has this address.")
	s.refuses(graceLogin, "Grace Hopper is not a member of Field data and Vaccine logistics.")
	s.refuses(adminLogin, "That is your own address.")
	s.refuses("grace at example.org", "Enter an e-mail address such as")
	s.joins(s.project)
	ada.visit(s.path + "/transfer")
	ada.sees("Offer transfer")
	s.refuses(graceLogin, "Grace Hopper is not a member of Vaccine logistics.")
	s.joins(s.logistics)
	for _, subject := range s.subjects(graceLogin) {
		if has(subject, "offers you") {
			s.t.Errorf("grace has the letter %q, and nothing was offered", subject)
		}
	}
}

// refuses fails the test unless the field says what is wrong, and still holds what was typed.
func (s *handover) refuses(email, why string) {
	s.t.Helper()
	s.ada.names(email)
	s.ada.click("button", "Offer transfer")
	s.ada.find("alert", "")
	s.ada.reads(why)
	s.ada.answered(422)
	field := s.ada.find("textbox", "E-mail")
	if wrong := field.wrong(); !has(wrong, why) {
		s.t.Errorf("the field says %q is wrong, want %q", wrong, why)
	}
	if got := field.value(); got != email {
		s.t.Errorf("the field holds %q, not what was typed", got)
	}
}

// joins makes Grace a member of the project who may only look.
func (s *handover) joins(project string) {
	s.ada.visit("/projects/" + project + "/members")
	s.ada.sees("Members")
	s.ada.fill("E-mail", graceLogin)
	s.ada.choose("Role", "Viewer")
	s.ada.click("button", "Add member")
	s.ada.reads("Grace Hopper is a member now.")
}

func (s *handover) offersIt() {
	s.ada.visit(s.path)
	s.ada.sees("Registry")
	s.ada.click("link", "Offer transfer")
	s.ada.sees("Offer transfer")
	s.ada.reads("Field data", "Vaccine logistics", "48 hours")
	s.ada.names(graceLogin)
	if s.ada.scripts {
		s.ada.keys("Tab") // the field is checked once it is left
		s.ada.reads("Grace Hopper can take it over.")
	}
	s.ada.click("button", "Offer transfer")
	s.ada.sees("Registry")
	s.ada.reads("Offered to Grace Hopper.", "Transfer pending")
	s.link = s.letter(graceLogin, "Ada Lovelace offers you “Registry”").Link(s.t, "/transfers/")
	told := s.letter(adminLogin, "You offered “Registry” to Grace Hopper")
	if told.Link(s.t, "/credentials/") != s.prog.url+s.path || has(told.Raw, s.link) {
		s.t.Errorf("the letter to the owner says:\n%s", told.Text)
	}
}

// seesItPending on both sides.
func (s *handover) seesItPending() {
	s.ada.find("button", "Revoke transfer")
	s.ada.lacks("link", "Offer transfer")
	s.ada.visit("/credentials?q=registry")
	s.ada.reads("Transfer pending")
	s.ada.goes("Transfers")
	s.ada.reads("Registry Grace Hopper grace@example.org Waiting for an answer")
	s.grace.goes("Transfers")
	s.grace.reads("Registry Ada Lovelace ada@example.org Waiting for an answer", "Open the letter sent to "+graceLogin)
	s.grace.visit(s.path)
	s.grace.reads("Values are for the owner alone")
	s.grace.misses("Transfer pending")
}

// names fills in who shall receive.
func (p *person) names(email string) { p.t.Helper(); p.fill("E-mail", email) }

func has(text, part string) bool { return strings.Contains(plain(text), plain(part)) }
