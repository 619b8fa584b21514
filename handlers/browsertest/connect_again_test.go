package browsertest

import (
	"context"
	"errors"

	"github.com/chromedp/chromedp"
)

// comesBackAsSomebodyElse: another account is taken only by a choice of its own.
func (s *connecting) comesBackAsSomebodyElse() {
	p := s.katherine
	s.leavesTheProvider(p)
	p.opens(s.sheet+"/connect", "Reconnect Field sheet")
	p.reads("The present connection stays until the new one works", "Use another account than field@example.net")
	p.fitsEveryScreen("what is asked for of a credential that connects an account")
	p.click("button", "Connect")
	p.signsInAbroad("office")
	p.consents()
	p.sees("This is another account")
	p.reads("You came back as office@example.net", "connected as field@example.net", "If you choose nothing, Holdfast gives this access up")
	p.fitsEveryScreen("another account than before")
	p.click("button", "Try again with field@example.net")
	p.find("heading", "Authorize")
	p.click("link", "[ Cancel ]")
	p.sees("Access was not granted")
	p.reads("What “Field sheet” was connected to before stays as it is.")
	p.click("link", "Back to the credential")
	p.sees("Field sheet")
	p.reads("Account field@example.net", "came back from a provider without a connection")
	back := s.takenBack()
	p.click("link", "Reconnect")
	p.sees("Reconnect Field sheet")
	p.click("button", "Connect")
	p.consents()
	p.sees("This is another account")
	p.click("button", "Use office@example.net from now on")
	p.sees("Field sheet")
	p.reads("Kept. The account is connected.", "Account office@example.net", "connected another account")
	s.isTakenBack(back)
}

// isTakenBack waits until the provider has heard that an account's access was given up.
func (s *connecting) isTakenBack(before int) {
	s.t.Helper()
	s.katherine.until("the access to be given up", func(context.Context) error {
		if s.takenBack() <= before {
			return errors.New("the provider has not been told")
		}
		return nil
	})
}

// connectsInTwoTabs at once: each brings back what was asked for in it.
func (s *connecting) connectsInTwoTabs() {
	first, second := s.katherine, s.hiding(s.b.sit(s.prog.url))
	for p, credential := range map[*person][2]string{first: {"Left sheet", "read"}, second: {"Right sheet", "write"}} {
		p.visit("/credentials/new?kind=oauth")
		p.sees("Connect an account")
		p.click("link", cloud)
		p.fill("Name", credential[0])
		p.click("checkbox", credential[1])
		p.click("button", "Connect")
		p.find("heading", "Authorize")
	}
	second.consents()
	second.sees("Connected as office@example.net")
	second.reads("Programs that use “Right sheet”", "write")
	first.consents()
	first.sees("Connected as office@example.net")
	first.reads("Programs that use “Left sheet”", "Granted openid offline_access read Missing")
}

// comesBackTwice, by reload, by the back button, and with the address of the way
// back: nothing happens any more.
func (s *connecting) comesBackTwice() {
	p, result := s.katherine, s.katherine.isAt()
	if err := chromedp.Do(p.ctx, chromedp.Reload()); err != nil {
		s.t.Fatal(err)
	}
	p.sees("Connected as office@example.net")
	if err := chromedp.Do(p.ctx, chromedp.NavigateBack()); err != nil {
		s.t.Fatal(err)
	}
	p.opens(result, "Connected as office@example.net")
	way, back := p.wayBack(), s.takenBack()
	for _, who := range []*person{p, s.mary} {
		who.visit(way)
		who.sees("This way back is over")
		who.answered(410)
		who.fitsEveryScreen("a way back that is over")
	}
	p.click("link", "Go to your credentials")
	p.sees("Credentials")
	if s.takenBack() > back {
		s.t.Error("the provider was shown a code twice, and took everything back")
	}
	if rows := eval[int](p, `[...document.querySelectorAll("main a")].filter((a) => a.innerText === "Left sheet").length`); rows != 1 {
		s.t.Errorf("there are %d credentials called Left sheet", rows)
	}
}

// connectsByKeyboard goes all the way there and back without a mouse.
func (s *connecting) connectsByKeyboard() {
	p := s.katherine
	if !p.scripts { // what the keyboard reaches is the same, and it can't be watched
		return
	}
	p.looks(looks()[0])
	p.visit("/credentials/new?kind=oauth")
	p.sees("Connect an account")
	p.skips()
	p.reaches("the choice of a client", cloud, 3)
	p.keys("Enter")
	p.reads("always asked for")
	p.sees("Connect an account")
	p.skips()
	p.reaches("the form", "Name", 3)
	p.types("Keyed sheet")
	p.reaches("the form", "read", 2)
	p.types(" ")
	if !p.find("checkbox", "read").ticked() {
		s.t.Error("the space bar ticks no scope")
	}
	p.reaches("the form", "Connect", 4)
	p.keys("Enter")
	p.find("heading", "Authorize")
	p.until("the focus on what goes on", func(ctx context.Context) error {
		focus, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.activeElement.innerText`))
		if err == nil && focus != "Continue" {
			err = errors.New("it is on " + focus)
		}
		return err
	})
	p.keys("Enter")
	p.sees("Connected as office@example.net")
	p.skips()
	p.reaches("the result", "Open Keyed sheet", 3)
	p.keys("Enter")
	p.sees("Keyed sheet")
}
