package browsertest

import (
	"slices"
	"strings"
)

// Several at once, by the owner and in the owner's place; and what nobody may find out.

// severalAtOnce makes one letter and one page, on which each has its own answer.
func (s *otherWays) severalAtOnce() {
	s.ada.goes("Transfers")
	s.ada.click("link", "Hand over several")
	s.ada.sees("Hand over several")
	s.ada.names(heirLogin)
	s.ada.click("button", "Offer transfer")
	s.ada.find("alert", "")
	s.ada.reads("Choose at least one credential.")
	names := []string{"DHIS2 reporting", "OpenMRS clinic sync", "Survey coding model"}
	for _, name := range names {
		s.ada.click("checkbox", name)
	}
	s.ada.names(heirLogin)
	s.ada.click("button", "Offer transfer")
	s.ada.sees("Transfers")
	s.ada.reads("Offered to Katherine Johnson.")

	offer := s.letter(heirLogin, "Ada Lovelace offers you 3 credentials")
	for _, name := range names {
		if !strings.Contains(offer.Text, name) {
			s.t.Errorf("the letter does not name %s:\n%s", name, offer.Text)
		}
	}
	link := offer.Link(s.t, "/transfers/")
	s.katherine.visit(link)
	s.katherine.sees("Ada Lovelace offers you 3 credentials")
	for _, name := range names {
		if !s.katherine.find("checkbox", name).ticked() {
			s.t.Errorf("%s is not ticked", name)
		}
	}
	s.katherine.click("checkbox", names[0])
	s.katherine.click("button", "Accept transfer")
	s.katherine.reads("You own 2 credentials now.")
	s.katherine.sees("Ada Lovelace offers you 3 credentials") // the link goes on working for what is left
	s.katherine.lacks("checkbox", names[1])
	s.katherine.click("button", "Decline")
	s.katherine.sees("Transfers")
	for i, name := range names {
		s.katherine.reads(name + " Ada Lovelace " + adminLogin + " " + []string{"Declined", "Accepted", "Accepted"}[i])
	}
	s.letter(heirLogin, "You own 2 credentials now")
	s.letter(adminLogin, "Katherine Johnson took over 2 credentials")
	s.letter(adminLogin, "Katherine Johnson declined “DHIS2 reporting”")
	if got := s.subjects(heirLogin); slices.Contains(got, "Ada Lovelace offers you “"+names[0]+"”") {
		s.t.Errorf("katherine got %q", got)
	}
	s.isAdasAgain(names[0])
}

// strangers: Katherine is no administrator, so she can't tell who has a login here.
func (s *otherWays) strangers() {
	s.katherine.visit("/credentials")
	s.katherine.sees("Credentials")
	s.katherine.click("link", "OpenMRS clinic sync")
	s.katherine.sees("OpenMRS clinic sync")
	s.katherine.click("link", "Offer transfer")
	s.katherine.sees("Offer transfer")
	s.katherine.reads("Mary Jackson") // a member of the same project
	s.katherine.misses("Annie Easley")
	var said []string
	for _, email := range []string{newcomerLogin, "nobody@example.org"} {
		s.katherine.names(email)
		s.katherine.keys("Tab")
		s.katherine.click("button", "Offer transfer")
		s.katherine.find("alert", "")
		s.katherine.answered(422)
		field := s.katherine.find("textbox", "E-mail")
		if field.value() != email {
			s.t.Errorf("the field holds %q", field.value())
		}
		said = append(said, field.wrong())
	}
	if said[0] != said[1] || said[0] == "" {
		s.t.Errorf("a stranger and nobody are told apart: %q", said)
	}
}

// byAnAdministrator: Ada hands over what Katherine owns, and takes it back.
func (s *otherWays) byAnAdministrator() {
	s.ada.visit("/admin/users/" + s.heir)
	s.ada.sees("Katherine Johnson")
	s.ada.click("link", "Hand over their credentials")
	s.ada.sees("What Katherine Johnson owns")
	s.ada.click("checkbox", "Survey coding model")
	s.ada.names(adminLogin)
	s.ada.click("button", "Offer transfer")
	s.ada.find("alert", "")
	s.ada.reads("You can't offer somebody else's credentials to yourself.")
	s.ada.names(viewerLogin)
	s.ada.click("button", "Offer transfer")
	s.ada.reads("Offered to Mary Jackson.", "Transfer pending")
	s.letter(viewerLogin, "Katherine Johnson offers you “Survey coding model”")
	s.letter(heirLogin, "An administrator offered “Survey coding model” of yours to Mary Jackson")
	s.ada.click("button", "Revoke transfer of Survey coding model")
	s.ada.reads("Offer revoked. Both sides get a letter.")
	s.letter(viewerLogin, "The offer of “Survey coding model” was withdrawn")
	s.letter(heirLogin, "An administrator revoked your offer of “Survey coding model”")
}
