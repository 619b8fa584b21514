package browsertest

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestACredentialIsHandedOverByKeyboardAlone offers, revokes, offers again and
// accepts without a mouse.
func TestACredentialIsHandedOverByKeyboardAlone(t *testing.T) {
	t.Parallel()
	chromium(t)
	h := move(t, onSQLite(t), true)
	path := "/credentials/" + h.keeps["Slack alerts"]
	h.ada.looks(looks()[0])
	h.ada.visit(path)
	h.ada.sees("Slack alerts")
	h.ada.offersByKeyboard("Slack alerts")
	h.ada.sees("Slack alerts")
	h.ada.skips()
	h.ada.reaches(path, "Revoke transfer", 6)
	h.ada.keys("Enter")
	h.ada.reads("Offer revoked. The credential stays yours.")
	h.ada.visit(path)
	h.ada.sees("Slack alerts")
	h.ada.offersByKeyboard("Slack alerts")
	offers := h.letters(heirLogin, "Ada Lovelace offers you “Slack alerts”", 2)

	katherine := h.guest()
	katherine.signIn(heirLogin, heirPassword)
	link := offers[1].Link(t, "/transfers/")
	katherine.visit(link)
	katherine.sees("Ada Lovelace offers you a credential")
	katherine.skips()
	katherine.reaches(link, "Accept transfer", 3)
	katherine.keys("Enter")
	katherine.sees("Slack alerts")
	katherine.reads("You own “Slack alerts” now.")
}

// skips goes to the beginning of the content, as the first stop of every page offers.
func (p *person) skips() {
	p.t.Helper()
	p.startsOver()
	p.keys("Tab", "Enter")
}

// offersByKeyboard goes from the credential's page to Katherine's offer. A
// first address is wrong: the focus goes to what says so, and from there to the field.
func (p *person) offersByKeyboard(name string) {
	p.t.Helper()
	p.skips()
	p.reaches(name, "Offer transfer", 6)
	p.keys("Enter")
	p.sees("Offer transfer")
	p.skips()
	p.reaches("the form", "E-mail", 4)
	p.types("nobody@example.org")
	p.keys("Enter")
	p.find("alert", "")
	p.until("the focus on the summary of the faults", func(ctx context.Context) error {
		focus, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.activeElement.id`))
		if err == nil && focus != "error-summary" {
			err = fmt.Errorf("it is on %q", focus)
		}
		return err
	})
	p.reaches("the refused form", "E-mail", 3)
	if got := eval[string](p, `(document.activeElement.select(), document.activeElement.value)`); got != "nobody@example.org" {
		p.t.Errorf("the field holds %q", got)
	}
	p.types(heirLogin)
	p.keys("Tab")
	p.reads("Katherine Johnson can take it over.")
	if stop := p.stop(); stop.Name != "Offer transfer" {
		p.t.Errorf("after the field comes %q", stop.Name)
	}
	p.keys("Enter")
	p.reads("Offered to Katherine Johnson.")
}
