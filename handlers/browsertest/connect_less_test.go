package browsertest

// asksForConsent or does not: without, the provider gives no refresh token.
func (s *connecting) asksForConsent(params string) {
	p := s.katherine
	p.opens(s.client+"/edit", "Edit "+cloud)
	p.fill("Extra authorization parameters", params)
	p.click("button", "Save OAuth client")
	p.reads("OAuth client saved.")
}

// isConnectedAlready: nothing came to refresh with. It may be kept, or asked for
// once more, then with consent.
func (s *connecting) isConnectedAlready() {
	p := s.katherine
	s.asksForConsent("")
	s.asksForNothing("Short sheet")
	p.reads("gave a token, but none to refresh it with", "Three ways out", "It can't be refreshed: it works until", "No credential is made then.")
	p.fitsEveryScreen("nothing to refresh with")
	p.click("button", eval[string](p, `[...document.querySelectorAll("main button")].find((b) => b.innerText.startsWith("Keep it anyway; it ends ")).innerText`))
	p.sees("Short sheet")
	p.reads("Kept. The account is connected.", "No, "+cloud+" gave no refresh token")
	p.lacks("button", "Refresh now")
	s.asksForNothing("Long sheet")
	p.click("button", "Connect again")
	p.consents()
	p.sees("Connected as office@example.net")
	p.reads("Holdfast can refresh it by itself.")
	s.asksForConsent("prompt=consent")
}

// asksForNothing connects an account that has consented before: the provider sends
// the browser back at once.
func (s *connecting) asksForNothing(name string) {
	p := s.katherine
	p.visit("/credentials/new")
	p.sees("Choose a kind")
	p.click("link", cloud) // it has a tile of its own
	p.sees("Connect an account")
	p.fill("Name", name)
	p.click("button", "Connect")
	p.sees("It can’t be refreshed")
}

// fillsInAgain: a form that is refused keeps what was typed and ticked.
func (s *connecting) fillsInAgain() {
	p := s.katherine
	p.visit("/credentials/new?kind=oauth")
	p.sees("Connect an account")
	p.click("link", cloud)
	p.fill("Name", "Field sheet")
	p.click("checkbox", "read")
	p.fill("More scopes", "archive")
	p.click("button", "Connect")
	p.find("alert", "")
	p.answered(422)
	if wrong := p.find("textbox", "Name").wrong(); wrong == "" {
		s.t.Error("the field says nothing of a name that is taken")
	}
	if more := p.find("textbox", "More scopes").value(); more != "archive" || !p.find("checkbox", "read").ticked() {
		s.t.Errorf("the form does not hold any more what was typed, but %q", more)
	}
	p.fitsEveryScreen("the refused form of a connection")
}

// isGrantedLess than was asked for: the provider knows no archive.
func (s *connecting) isGrantedLess() {
	p := s.katherine
	p.fill("Name", "Wide sheet")
	p.click("button", "Connect")
	p.consents()
	p.sees("Not everything was granted")
	p.reads("Programs that need it will fail.", "Granted openid offline_access read", "Missing archive")
	p.fitsEveryScreen("less than was asked for")
	p.click("button", "Ask again for everything")
	p.consents()
	p.sees("Not everything was granted")
	p.click("button", "Keep it with what was granted")
	p.sees("Wide sheet")
	p.reads("Kept. The account is connected.", "Needs consent for more", "archive", "Reconnect and grant everything, or ask for less.")
	p.fitsEveryScreen("a connection that lacks a scope")
	p.click("link", "Reconnect")
	p.sees("Reconnect Wide sheet")
	p.click("checkbox", "archive")
	p.click("button", "Connect")
	p.consents()
	p.sees("Connected as office@example.net")
}
