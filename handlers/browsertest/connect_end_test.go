package browsertest

import (
	"context"
	"errors"
	"strings"

	"github.com/chromedp/chromedp"
)

// disconnects a credential, and connects it again.
func (s *connecting) disconnects() {
	p, back := s.katherine, s.takenBack()
	p.goes("Credentials")
	p.click("link", "Left sheet")
	p.sees("Left sheet")
	p.click("link", "Disconnect")
	p.sees("Disconnect Left sheet?")
	p.reads("Account office@example.net", "is told that Holdfast gives its access up", "The credential stays")
	p.fitsEveryScreen("the question before an account is disconnected")
	p.click("button", "Disconnect")
	p.sees("Left sheet")
	p.reads("Disconnected. Another credential is connected to the same account", "Not connected", "No account is connected", "disconnected the account")
	p.fitsEveryScreen("a credential that connects no account any more")
	if s.takenBack() > back {
		s.t.Error("the access was given up, and the other credential with the account had it, too")
	}
	p.click("link", "Connect an account")
	p.sees("Connect Left sheet")
	p.click("link", cloud)
	p.reads("always asked for")
	p.click("button", "Connect")
	p.consents()
	p.sees("Connected as office@example.net")
}

// mendsWhatWasTakenBack: somebody takes Holdfast's access back at the provider.
func (s *connecting) mendsWhatWasTakenBack() {
	p := s.katherine
	s.takesBack(s.t, "office")
	p.opens(s.sheet, "Field sheet")
	p.click("button", "Refresh now")
	p.reads("The account must be connected again", "the access was taken back, has ended, or was replaced", "invalid_grant")
	p.sees("Field sheet")
	p.fitsEveryScreen("a connection that has to be made again")
	p.goes("Credentials")
	p.reads("Reconnect")
	p.opens(s.sheet, "Field sheet")
	p.lacks("button", "Refresh now")
	p.click("link", "Reconnect")
	p.sees("Reconnect Field sheet")
	p.click("button", "Connect")
	p.consents()
	p.sees("Connected as office@example.net")
	p.click("link", "Open Field sheet")
	p.sees("Field sheet")
	p.reads("Connection Connected")
}

// offersTheConnection to Mary, who is told whose account it is.
func (s *connecting) offersTheConnection() {
	p := s.katherine
	const whose = "It works with the " + cloud + " account office@example.net. The account itself does not change hands."
	p.click("link", "Offer transfer")
	p.sees("Offer transfer")
	p.reads(whose, "The new owner can keep using it or reconnect with an account of their own")
	p.fitsEveryScreen("the offer of a credential that connects an account")
	p.names(viewerLogin)
	p.click("button", "Offer transfer")
	p.reads("Offered to Mary Jackson.")
	s.mary.visit(s.letter(viewerLogin, "Katherine Johnson offers you “Field sheet”").Link(s.t, "/transfers/"))
	s.mary.sees("Katherine Johnson offers you a credential")
	s.mary.reads(whose, "As the new owner you can keep using it or reconnect with an account of your own")
	s.mary.fitsEveryScreen("a credential that connects an account and is offered")
}

// takesTheConnectionOver: it works as it is, until she connects an account of her own.
func (s *connecting) takesTheConnectionOver() {
	p := s.mary
	p.click("button", "Accept transfer")
	p.sees("Field sheet")
	p.reads("Connected by somebody else", "the "+cloud+" account office@example.net, which Katherine Johnson connected", "Connection Connected")
	p.fitsEveryScreen("a connection that somebody else has made")
	s.refreshes(p)
	p.click("link", "Reconnect")
	p.sees("Reconnect Field sheet")
	p.click("checkbox", "Use another account than office@example.net")
	p.click("button", "Connect")
	p.consents()
	p.sees("Connected as mary@example.net")
	p.visit(s.sheet)
	p.sees("Field sheet")
	p.reads("Account mary@example.net", "connected another account")
	p.misses("Connected by somebody else")
	p.until("the history to tell what became of the accounts before", s.tellsOfBoth(p))
}

func (s *connecting) schedulesAndRestores() {
	p := s.mary
	p.opens(s.sheet+"/delete", "Delete Field sheet?")
	p.click("button", "Schedule deletion")
	p.reads("Deletion in")
	p.opens(s.sheet, "Field sheet")
	p.lacks("button", "Refresh now")
	p.lacks("link", "Reconnect")
	p.click("button", "Restore")
	p.reads("Credential restored.", "Connection Connected", "Account mary@example.net")
	p.sees("Field sheet")
	s.refreshes(p)
}

// deletesTheClient: the credentials say so, and stay.
func (s *connecting) deletesTheClient() {
	k, m := s.katherine, s.mary
	k.opens(s.client+"/delete", "Delete "+cloud+"?")
	k.reads("They work until their tokens end")
	k.fill("Name of the client", cloud)
	k.click("button", "Delete OAuth client")
	k.sees("OAuth clients")
	k.reads(cloud + " is deleted.")
	m.opens(s.sheet, "Field sheet")
	m.reads("Client problem", "The OAuth client was deleted", "whoever owned the OAuth client deleted it", "the present one works until", "Reconnect with another client.")
	m.fitsEveryScreen("a connection whose client was deleted")
	m.goes("Credentials")
	m.reads("Field sheet", "Client problem")
	m.opens(s.sheet, "Field sheet")
	m.click("link", "Reconnect")
	m.sees("Reconnect Field sheet")
	m.reads("There is no OAuth client to connect with")
	m.fitsEveryScreen("a reconnection with no client")
	m.click("link", "Back to the credential")
	m.sees("Field sheet")
}

// tellsOfBoth loads the page until its history tells what became of both accounts that
// are not connected any more, which comes a moment later: the first was given up, the
// other one is Katherine's for another credential.
func (s *connecting) tellsOfBoth(p *person) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := chromedp.Do(ctx, chromedp.Navigate(p.at+s.sheet)); err != nil {
			return err
		}
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
		if err == nil && !(strings.Contains(text, "gave the access up at the provider") && strings.Contains(text, "could not give the access up at the provider")) {
			return errors.New("it does not")
		}
		return err
	}
}
