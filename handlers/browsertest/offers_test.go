package browsertest

import "testing"

// TestOffersThatTakeAnotherWay plays every other end of an offer in one house,
// each with a credential of its own, between Ada and Katherine.
func TestOffersThatTakeAnotherWay(t *testing.T) {
	t.Parallel()
	chromium(t)
	s := &otherWays{house: move(t, onSQLite(t), true)}
	s.katherine = s.guest()
	s.katherine.signIn(heirLogin, heirPassword)
	for _, way := range []struct {
		name string
		walk func()
	}{
		{"declined", s.declined},
		{"revoked while the link is open", s.revokedWhileTheLinkIsOpen},
		{"revoked by an edit", s.revokedByAnEdit},
		{"several at once", s.severalAtOnce},
		{"a name that is taken", s.takenName},
		{"a stranger and nobody look alike", s.strangers},
		{"by an administrator", s.byAnAdministrator},
		{"deleted", s.deleted},
	} {
		t.Run(way.name, func(t *testing.T) {
			s.t, s.ada.t, s.katherine.t = t, t, t
			way.walk()
		})
	}
	s.t, s.ada.t, s.katherine.t = t, t, t
	s.sentOnce()
}

type otherWays struct {
	*house
	katherine *person
}

// opens goes to the page of one of Ada's credentials.
func (s *otherWays) opens(name string) {
	s.t.Helper()
	s.ada.visit("/credentials")
	s.ada.sees("Credentials")
	s.ada.click("link", name)
	s.ada.sees(name)
}

// offers a credential of Ada's to Katherine, and gives the link that came by mail.
func (s *otherWays) offers(name string) (link string) {
	s.t.Helper()
	s.opens(name)
	s.ada.click("link", "Offer transfer")
	s.ada.sees("Offer transfer")
	s.ada.names(heirLogin)
	s.ada.click("button", "Offer transfer")
	s.ada.sees(name)
	s.ada.reads("Offered to Katherine Johnson.")
	return s.letter(heirLogin, "Ada Lovelace offers you “"+name+"”").Link(s.t, "/transfers/")
}

// follows opens the link as Katherine, who can answer it.
func (s *otherWays) follows(link string) {
	s.t.Helper()
	s.katherine.visit(link)
	s.katherine.sees("Ada Lovelace offers you a credential")
}

// isAdasAgain looks whether nothing waits any more.
func (s *otherWays) isAdasAgain(name string) {
	s.t.Helper()
	s.opens(name)
	s.ada.misses("Transfer pending")
	s.ada.find("link", "Offer transfer")
	s.ada.find("link", "Edit")
}

func (s *otherWays) declined() {
	s.follows(s.offers("Slack alerts"))
	s.katherine.click("button", "Decline")
	s.katherine.sees("Transfers")
	s.katherine.reads("Declined. Nothing changed hands.", "Slack alerts Ada Lovelace "+adminLogin+" Declined")
	s.isAdasAgain("Slack alerts")
	s.ada.reads("declined the credential")
	s.letter(adminLogin, "Katherine Johnson declined “Slack alerts”")
}

func (s *otherWays) revokedWhileTheLinkIsOpen() {
	link := s.offers("Twilio SMS reminders")
	s.follows(link)
	s.ada.click("button", "Revoke transfer")
	s.ada.reads("Offer revoked. The credential stays yours.")
	s.ada.sees("Twilio SMS reminders")
	s.katherine.click("button", "Accept transfer")
	s.katherine.sees("Ada Lovelace offered you a credential")
	s.katherine.answered(409)
	s.katherine.reads("This offer is not open any more.", "The offer was revoked")
	s.katherine.lacks("button", "Accept transfer")
	s.letter(heirLogin, "The offer of “Twilio SMS reminders” was withdrawn")
	s.isAdasAgain("Twilio SMS reminders")
	s.ada.reads("revoked the offer of the credential")
}

func (s *otherWays) revokedByAnEdit() {
	link := s.offers("Partner API")
	s.ada.click("link", "Edit")
	s.ada.sees("Edit Partner API")
	s.ada.reads("saving a change revokes the offer")
	const box = "Revoke the offer to Katherine Johnson and save"
	if s.ada.find("checkbox", box).ticked() {
		s.t.Error("the offer is revoked without being asked")
	}
	s.ada.fill("Username", "holdfast-2")
	s.ada.click("button", "Save credential")
	s.ada.find("alert", "")
	s.ada.answered(422)
	if s.ada.find("checkbox", box).wrong() == "" {
		s.t.Error("the box does not say that it must be ticked")
	}
	s.ada.click("checkbox", box)
	s.ada.click("button", "Save credential")
	s.ada.sees("Partner API")
	s.ada.reads("holdfast-2")
	s.ada.misses("Transfer pending")
	s.letter(heirLogin, "The offer of “Partner API” was withdrawn")
	s.katherine.visit(link)
	s.katherine.reads("The offer was revoked")
}

// takenName is asked for anew until it is free.
func (s *otherWays) takenName() {
	for _, name := range []string{"Warehouse database", "Stock"} {
		s.keepsOne(name)
	}
	s.follows(s.offers("Warehouse database"))
	field := s.katherine.find("textbox", "New name")
	if got := field.value(); got != "Warehouse database (from Ada Lovelace)" {
		s.t.Errorf("the proposal is %q", got)
	}
	s.katherine.fill("New name", "stock")
	s.katherine.click("button", "Accept transfer")
	s.katherine.find("alert", "")
	s.katherine.answered(422)
	field = s.katherine.find("textbox", "New name")
	if wrong := field.wrong(); !has(wrong, "You have another credential with this name") || field.value() != "stock" {
		s.t.Errorf("the field holds %q and says %q is wrong", field.value(), wrong)
	}
	s.katherine.fill("New name", "Ada's warehouse")
	s.katherine.click("button", "Accept transfer")
	s.katherine.sees("Ada's warehouse")
	s.katherine.reads("You own “Ada's warehouse” now.")
	told := s.letter(adminLogin, "Katherine Johnson took over “Warehouse database”")
	if has(told.Text, "Ada's warehouse") {
		s.t.Errorf("the former owner reads the new name:\n%s", told.Text)
	}
}

// keepsOne makes a credential of Katherine's own.
func (s *otherWays) keepsOne(name string) {
	s.katherine.visit("/credentials/new?kind=http-bearer")
	s.katherine.sees("New HTTP (bearer token) credential")
	s.katherine.fill("Name", name)
	s.katherine.fill("Token", secret)
	s.katherine.click("button", "Save credential")
	s.katherine.sees(name)
}

// deleted: a letter says when, and leads to where it can be restored.
func (s *otherWays) deleted() {
	link := s.offers("KoBo intake forms")
	s.ada.click("link", "Delete credential")
	s.ada.sees("Delete KoBo intake forms?")
	s.ada.reads("The offer to Katherine Johnson is revoked.")
	s.ada.click("button", "Schedule deletion")
	s.ada.sees("KoBo intake forms")
	s.letter(heirLogin, "The offer of “KoBo intake forms” was withdrawn")
	s.katherine.visit(link)
	s.katherine.reads("The offer was revoked")
	notice := s.letter(adminLogin, "“KoBo intake forms” will be deleted")
	s.ada.visit(notice.Link(s.t, "/credentials/"))
	s.ada.sees("KoBo intake forms")
	s.ada.click("button", "Restore")
	s.ada.reads("Credential restored.")
}
