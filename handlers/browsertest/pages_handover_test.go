package browsertest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"holdfast/web/post/smtptest"
)

// handovers are the pages on which a credential changes hands, and the mail.
func handovers(f furniture) []sight {
	credential, offered := "/credentials/"+f.credential, "/credentials/"+f.offered
	const name, owner = "Twilio SMS reminders", "Ada Lovelace"
	return []sight{
		{name: "no-transfers", who: newcomerLogin, path: "/transfers", heading: "Transfers", title: "Transfers"},
		{name: "transfers", who: adminLogin, path: "/transfers", heading: "Transfers", title: "Transfers"},
		{name: "transfers-in-and-out", who: heirLogin, path: "/transfers", heading: "Transfers", title: "Transfers"},

		{name: "offer", who: adminLogin, path: credential + "/transfer", heading: "Offer transfer", title: "Offer transfer"},
		{name: "offer-to-members", who: adminLogin, path: "/credentials/" + f.keeps["Partner API"] + "/transfer", heading: "Offer transfer", title: "Offer transfer"},
		{name: "offer-fits", who: adminLogin, path: "/credentials/" + f.keeps["Partner API"] + "/transfer", do: namesAnHeir, heading: "Offer transfer", title: "Offer transfer"},
		{name: "offer-checked", who: adminLogin, path: credential + "/transfer", do: namesAnOutsider, heading: "Offer transfer", title: "Offer transfer"},
		{name: "offer-refused", who: adminLogin, path: credential + "/transfer", do: offersToNobody, heading: "Offer transfer", title: "Offer transfer"},
		{name: "offer-pending", who: adminLogin, path: offered + "/transfer", heading: "Offer transfer", title: "Offer transfer"},

		{name: "link", who: heirLogin, path: f.links.one, heading: owner + " offers you a credential", title: owner + " offers you a credential"},
		{name: "link-of-several", who: heirLogin, path: f.links.several, heading: owner + " offers you 3 credentials", title: owner + " offers you 3 credentials"},
		{name: "link-refused", who: heirLogin, path: f.links.several, do: acceptsNothing, heading: owner + " offers you 3 credentials", title: owner + " offers you 3 credentials"},
		{name: "link-clash", who: heirLogin, path: f.links.clash, heading: owner + " offers you a credential", title: owner + " offers you a credential"},
		{name: "link-clash-refused", who: heirLogin, path: f.links.clash, do: acceptsATakenName, heading: owner + " offers you a credential", title: owner + " offers you a credential"},
		{name: "link-ended", who: heirLogin, path: f.links.ended, heading: owner + " offered you a credential", title: owner + " offered you a credential"},
		{name: "link-of-somebody", who: viewerLogin, path: f.links.one, heading: deadLinkHeading, title: deadLinkHeading},

		{name: "leaving", who: adminLogin, path: "/transfers/leaving", heading: "Hand over several", title: "Hand over several"},
		{name: "leaving-refused", who: adminLogin, path: "/transfers/leaving", do: handsOverNothing, heading: "Hand over several", title: "Hand over several"},
		{name: "nothing-to-leave", who: newcomerLogin, path: "/transfers/leaving", heading: "Hand over several", title: "Hand over several"},
		{name: "leaving-of-somebody", who: adminLogin, path: "/admin/users/" + f.heir + "/leaving", heading: "What Katherine Johnson owns", title: "What Katherine Johnson owns"},
		{name: "nothing-of-somebody", who: adminLogin, path: "/admin/users/" + f.viewer + "/leaving", heading: "What Mary Jackson owns", title: "What Mary Jackson owns"},

		{name: "credential-offered", who: adminLogin, path: offered, heading: name, title: name},
		{name: "edit-offered", who: adminLogin, path: offered + "/edit", heading: "Edit " + name, title: "Edit " + name},
		{name: "edit-offered-refused", who: adminLogin, path: offered + "/edit", do: savesUnasked, heading: "Edit " + name, title: "Edit " + name},
		{name: "delete-offered", who: adminLogin, path: offered + "/delete", heading: "Delete " + name + "?", title: "Delete " + name},
		{name: "unshare-offered", who: adminLogin, path: offered + "/projects/" + f.project + "/remove", heading: "Remove " + name + " from Field data?", title: "Remove from Field data"},

		{name: "outbox", who: adminLogin, path: "/admin/outbox", heading: "Outbox", title: "Outbox"},
		{name: "outbox-nothing-sent", who: adminLogin, path: "/admin/outbox?state=sent", heading: "Outbox", title: "Outbox"},
	}
}

func namesAnHeir(p *person) {
	p.names(heirLogin)
	p.keys("Tab")
	p.reads("Katherine Johnson can take it over.")
}

func namesAnOutsider(p *person) {
	p.names(newcomerLogin)
	p.keys("Tab")
	p.reads("Annie Easley is not a member of Field data and Vaccine logistics.")
}

func offersToNobody(p *person) {
	p.click("button", "Offer transfer")
	p.find("alert", "")
}

func acceptsNothing(p *person) {
	p.click("checkbox", "OpenMRS clinic sync")
	p.click("checkbox", "Stock levels bucket")
	p.click("button", "Accept transfer")
	p.find("alert", "")
}

func acceptsATakenName(p *person) {
	p.fill("New name", "Slack alerts")
	p.click("button", "Accept transfer")
	p.find("alert", "")
}

func handsOverNothing(p *person) {
	p.click("button", "Offer transfer")
	p.find("alert", "")
}

func savesUnasked(p *person) {
	p.fill("Account SID", "AC00000000000000000000000000000000")
	p.click("button", "Save credential")
	p.find("alert", "")
}

// TestEveryStateOfALetterIsFitForEveryone is for what only a mail server brings
// about: letters that went, that failed, and that are tried again.
func TestEveryStateOfALetterIsFitForEveryone(t *testing.T) {
	t.Parallel()
	chromium(t)
	prog, f := postedHouse(t)
	eachSight(t, prog, letterSights(f), func(p *person, s sight) {
		for _, l := range looks() {
			p.looks(l)
			p.fits(s.name, l)
		}
	})
}

// postedHouse is a house whose mail server takes what is for Katherine, refuses
// what is for Mary, and has no time for Ada.
func postedHouse(t *testing.T) (*program, furniture) {
	server := smtptest.Start(t, smtptest.Options{})
	server.Answer(func(step, address string) error {
		switch {
		case step == "rcpt" && strings.EqualFold(address, viewerLogin):
			return smtptest.Reply(550, "5.1.1", "No such person here, "+strings.Repeat("really", 12))
		case step == "rcpt" && strings.EqualFold(address, adminLogin):
			return smtptest.Reply(451, "4.7.1", "Too busy, come back later.")
		}
		return nil
	})
	prog := start(t, onSQLite(t), map[string]string{"HOLDFAST_SMTP_URL": server.URL()})
	f := furnish(t, prog)
	ada := newClient(t, prog).signIn(adminLogin, adminPassword)
	ada.offers(viewerLogin, f.keeps["Partner API"])
	ada.offers(heirLogin, f.keeps["Twilio SMS reminders"])
	return prog, f
}

func letterSights(f furniture) []sight {
	partner, twilio := "/credentials/"+f.keeps["Partner API"], "/credentials/"+f.keeps["Twilio SMS reminders"]
	return []sight{
		{name: "outbox-failed", who: adminLogin, path: "/admin/outbox?state=failed", do: again("Ada Lovelace offers you “Partner API”"), heading: "Outbox", title: "Outbox"},
		{name: "outbox-tried", who: adminLogin, path: "/admin/outbox?state=queued", do: again("next try"), heading: "Outbox", title: "Outbox"},
		{name: "outbox-sent", who: adminLogin, path: "/admin/outbox?state=sent", do: again("Ada Lovelace offers you “Twilio SMS reminders”"), heading: "Outbox", title: "Outbox"},
		{name: "outbox-of-all", who: adminLogin, path: "/admin/outbox", heading: "Outbox", title: "Outbox"},
		{name: "credential-undelivered", who: adminLogin, path: partner, heading: "Partner API", title: "Partner API"},
		{name: "offer-undelivered", who: adminLogin, path: partner + "/transfer", heading: "Offer transfer", title: "Offer transfer"},
		{name: "offer-sent", who: adminLogin, path: twilio + "/transfer", heading: "Offer transfer", title: "Offer transfer"},
		{name: "transfers-undelivered", who: adminLogin, path: "/transfers", heading: "Transfers", title: "Transfers"},
		{name: "leaving-undelivered", who: adminLogin, path: "/transfers/leaving", heading: "Hand over several", title: "Hand over several"},
	}
}

// again loads the page until it says so.
func again(text string) func(*person) {
	return func(p *person) {
		p.until("a page with "+text, func(ctx context.Context) error {
			if err := chromedp.Do(ctx, chromedp.Reload()); err != nil {
				return err
			}
			now, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
			if err == nil && !has(now, text) {
				return errors.New("does not say so")
			}
			return err
		})
	}
}
