package browsertest

// How it ends: others learn nothing from the link, Grace accepts, and both see the truth.

const deadLinkHeading = "This link doesn't work"

// tellsNobodyElse: neither a viewer of the project, who signs in for it, nor
// Ada, who made it.
func (s *handover) tellsNobodyElse() {
	mary := s.guest()
	mary.visit(s.link)
	mary.sees("Sign in")
	mary.misses("Registry", "Ada Lovelace", "Grace")
	mary.fill("Login", viewerLogin)
	mary.fill("Password", viewerPassword)
	mary.click("button", "Sign in")
	mary.sees(deadLinkHeading)
	mary.answered(410)
	mary.misses("Registry", "Ada Lovelace", "Grace")
	mary.lacks("button", "Accept transfer")
	s.ada.visit(s.link)
	s.ada.sees(deadLinkHeading)
	s.ada.answered(410)
	s.ada.misses("Registry", "Grace Hopper")
}

// signsInForTheLink: it leads back to the link, which opens as often as one likes.
func (s *handover) signsInForTheLink() {
	s.grace.find("DisclosureTriangle", "Account").click()
	s.grace.click("button", "Sign out")
	s.grace.sees("Sign in")
	s.grace.visit(s.link)
	s.grace.sees("Sign in")
	s.grace.misses("Registry", "Ada Lovelace")
	s.grace.fill("Login", graceLogin)
	s.grace.fill("Password", gracePassword)
	s.grace.click("button", "Sign in")
	for range 3 {
		s.grace.sees("Ada Lovelace offers you a credential")
		s.grace.answered(200)
		s.grace.reads("Registry", "PostgreSQL", "Field data", "Vaccine logistics", "Answer until")
		s.grace.misses(hostBefore)
		s.grace.visit(s.link)
	}
}

func (s *handover) accepts() {
	s.grace.sees("Ada Lovelace offers you a credential")
	s.grace.find("button", "Decline")
	s.grace.click("button", "Accept transfer")
	s.grace.sees("Registry")
	s.grace.reads("You own “Registry” now.")
	s.letter(graceLogin, "You own “Registry” now")
	s.letter(adminLogin, "Grace Hopper took over “Registry”")
}

func (s *handover) bothSeeTheNewOwner() {
	s.grace.find("heading", "History")
	s.grace.find("link", "Edit")
	s.grace.reads("Host "+hostBefore, "Password Set", "took the credential over", "offered the credential to somebody")
	s.grace.goes("Credentials")
	s.grace.click("link", "Registry")
	s.grace.sees("Registry")
	s.grace.goes("Transfers")
	s.grace.reads("Registry Ada Lovelace ada@example.org Accepted")
	s.grace.visit("/projects/" + s.project + "/credentials")
	s.grace.sees("Credentials")
	s.grace.reads("Grace Hopper")

	s.ada.visit("/credentials?q=registry")
	s.ada.reads("Nothing matches")
	s.ada.goes("Transfers")
	s.ada.reads("Registry Grace Hopper grace@example.org Accepted")
	s.ada.visit("/projects/" + s.project + "/credentials")
	s.ada.sees("Credentials")
	s.ada.click("link", "Registry")
	s.ada.sees("Registry")
	s.ada.reads("Grace Hopper", "Values are for the owner alone")
	s.ada.misses(hostBefore, "History")
}

// canNotEditAnyMore: neither by a new form nor by the one that was open before.
func (s *handover) canNotEditAnyMore() {
	for _, name := range []string{"Edit", "Offer transfer", "Delete credential"} {
		s.ada.lacks("link", name)
	}
	for _, page := range []string{"/edit", "/delete", "/transfer"} {
		s.ada.visit(s.path + page)
		s.ada.sees("Not allowed")
		s.ada.answered(403)
	}
	s.early.click("button", "Save credential")
	s.early.reads("Only its owner can do this. Ask Grace Hopper.")
	s.early.answered(403)
	s.grace.visit(s.path)
	s.grace.sees("Registry")
	s.grace.reads("Host " + hostBefore)
	s.grace.misses(hostLate, "changed the credential")
}

func (s *handover) linkIsSpent() {
	s.grace.visit(s.link)
	s.grace.sees("Ada Lovelace offered you a credential")
	s.grace.reads("You accepted")
	s.grace.lacks("button", "Accept transfer")
	s.grace.click("link", "Open Registry")
	s.grace.sees("Registry")
	s.ada.visit(s.link)
	s.ada.sees(deadLinkHeading)
}
