package views_test

import (
	"fmt"
	"strings"
	"time"

	"holdfast/views/to"
	"holdfast/views/transfers"
)

// transferSamples are the pages on which a credential changes hands, in every state.
func transferSamples(text func(string) string) []sample {
	all := append(offerSamples(text), mineSamples(text)...)
	all = append(all, linkSamples(text)...)
	return append(all, leavingSamples(text)...)
}

func candidates(text func(string) string, n int, fill bool) []transfers.Candidate {
	names := []string{"Grace Hopper", "Katherine Johnson", "Mary Jackson", "Dorothy Vaughan"}
	out := make([]transfers.Candidate, n)
	for i := range out {
		name := names[i%len(names)]
		mail := fmt.Sprintf("%s%d@ministry.example.org", strings.ToLower(strings.Fields(name)[0]), i)
		out[i] = transfers.Candidate{Name: text(name), Email: text(mail)}
		if fill {
			out[i].FillURL = to.OfferTransferTo(oneID, mail)
		}
	}
	return out
}

func offerSamples(text func(string) string) []sample {
	plain := transfers.Offer{Now: now, ID: oneID, Name: text("Warehouse reporting replica"), Projects: []string{text("Immunisation"), text("Logistics")}, People: candidates(text, 3, true), ValidFor: 48 * time.Hour}
	fits := plain
	fits.Email, fits.Fits = text("grace0@ministry.example.org"), text("Grace Hopper")
	wrong := plain
	wrong.Email, wrong.EmailError = text("mary"), text("Enter an e-mail address, such as ada@example.org.")
	refused := plain
	refused.OtherError, refused.NoMailServer, refused.People = text("It is scheduled for deletion. Restore it first."), true, candidates(text, 11, true)
	nobody := plain
	nobody.People = nil
	alone := nobody
	alone.Projects, alone.NoMailServer, alone.Administrator = nil, true, true
	hostile := plain
	hostile.Name, hostile.Projects = text(`<b>"x" & 'y'</b>`), []string{text(strings.Repeat("A project of a long name ", 6)), text(`"><i>`)}
	return append([]sample{
		{name: "transfer-offer", title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(plain)},
		{name: "transfer-offer-fits", title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(fits)},
		{name: "transfer-offer-wrong", title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(wrong)},
		{name: "transfer-offer-refused", title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(refused)},
		{name: "transfer-offer-nobody", title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(nobody)},
		{name: "transfer-offer-alone", title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(alone)},
		{name: "transfer-offer-hostile", title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(hostile)},
	}, pendingSamples(text, plain)...)
}

func pendingSamples(text func(string) string, o transfers.Offer) []sample {
	letters := map[string]transfers.Letter{
		"queued": {State: "queued", Trouble: text("450 4.2.1 The mailbox is busy, try again later")},
		"sent":   {State: "sent"},
		"failed": {State: "failed", Trouble: text("550 5.1.1 No such user here")},
	}
	var all []sample
	for _, state := range []string{"queued", "sent", "failed"} {
		p := o
		p.Pending = &transfers.Open{To: text("Grace Hopper"), ToEmail: text("grace@example.org"), Until: now.Add(47*time.Hour + 10*time.Minute), Letter: letters[state]}
		p.NoMailServer = state == "queued"
		all = append(all, sample{name: "transfer-pending-" + state, title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(p)})
	}
	return all
}

func transferRows(text func(string) string, out bool) []transfers.Offered {
	states := []transfers.State{transfers.Pending, transfers.Pending, transfers.Accepted, transfers.Declined, transfers.Revoked, transfers.Expired, transfers.Pending}
	names := []string{"Warehouse reporting replica", "Nightly exports bucket", "DHIS2 national instance", `<b>"x" & 'y'</b>`, "Outgoing mail", strings.Repeat("Kobo household survey of the northern districts ", 3), "Payments sandbox"}
	letters := []transfers.Letter{{State: "sent"}, {State: "failed", Trouble: text("550 5.1.1 No such user here")}, {}, {}, {}, {}, {State: "queued"}}
	var rows []transfers.Offered
	for i, s := range states {
		made := ago(time.Duration(i*i*7+2) * time.Hour)
		r := transfers.Offered{Name: text(names[i]), Other: text("Grace Hopper"), OtherEmail: text("grace@example.org"), State: s, Made: made, Until: now.Add(time.Duration(46-i*7) * time.Hour)}
		if s != transfers.Pending {
			r.Ended = made.Add(time.Hour)
		}
		if out {
			r.Letter = letters[i]
		}
		if out != (s == transfers.Accepted) {
			r.CredentialID = oneID
		}
		rows = append(rows, r)
	}
	return rows
}

func mineSamples(text func(string) string) []sample {
	full := transfers.Mine{Now: now, Me: text("ada@example.org"), In: transferRows(text, false), Out: transferRows(text, true), NoMailServer: true, NextIn: to.TransfersFrom("x", ""), NextOut: to.TransfersFrom("", "y"), FirstOut: to.Transfers()}
	end := transfers.Mine{Now: now, Me: text("ada@example.org"), FirstIn: to.Transfers(), FirstOut: to.Transfers()}
	return []sample{
		{name: "transfers", title: "Transfers", path: "/transfers", body: transfers.MinePage(full)},
		{name: "transfers-none", title: "Transfers", path: "/transfers", body: transfers.MinePage(transfers.Mine{Now: now, Me: text("ada@example.org")})},
		{name: "transfers-newcomer", title: "Transfers", path: "/transfers", body: transfers.MinePage(transfers.Mine{Now: now, Me: text("ada@example.org"), OwnsNothing: true})},
		{name: "transfers-end", title: "Transfers", path: "/transfers", body: transfers.MinePage(end)},
	}
}

func offerItem(text func(string) string, n int, name string) transfers.Item {
	kind := kindsOf[n%len(kindsOf)]
	return transfers.Item{ID: fmt.Sprintf("%s%02d", oneID[:34], n), Name: text(name), KindTitle: text(kind[0]), KindIcon: kind[1], Projects: []string{text("Immunisation"), text("Logistics")}[:(n+1)%3], State: transfers.Pending, Chosen: true}
}

func linkOf(text func(string) string, items ...transfers.Item) transfers.Link {
	return transfers.Link{Now: now, Token: "t0ken", From: text("Ada Lovelace"), FromEmail: text("ada@example.org"), Until: now.Add(46 * time.Hour), Items: items}
}

func endedItem(i transfers.Item, s transfers.State) transfers.Item {
	i.State, i.Ended, i.Chosen = s, ago(3*time.Hour), false
	if s == transfers.Accepted {
		i.GoTo = to.Credential(oneID)
	}
	return i
}

func linkSamples(text func(string) string) []sample {
	one := offerItem(text, 0, "Warehouse reporting replica")
	one.Projects = []string{text("Immunisation"), text("Logistics")}
	clash := one
	clash.AskName, clash.NewName, clash.NameError = true, text("Warehouse reporting replica 2"), text("You have a credential of that name as well.")
	blocked := one
	blocked.Blocked = text("You are not a member of Logistics any more. Ask Ada Lovelace to add you, then open this link again.")
	wrong := linkOf(text, clash)
	wrong.Error = text("The server is busy. Try again in a moment.")
	all := []sample{
		{name: "transfer-link", body: transfers.LinkPage(linkOf(text, one))},
		{name: "transfer-link-clash", body: transfers.LinkPage(wrong)},
		{name: "transfer-link-blocked", body: transfers.LinkPage(linkOf(text, blocked))},
		{name: "transfer-link-hostile", body: transfers.LinkPage(linkOf(text, offerItem(text, 2, `<b>"x" & 'y'</b>`)))},
	}
	for _, s := range []transfers.State{transfers.Accepted, transfers.Declined, transfers.Revoked, transfers.Expired} {
		all = append(all, sample{name: "transfer-link-" + string(s), body: transfers.LinkPage(linkOf(text, endedItem(one, s)))})
	}
	all = append(all, severalSamples(text)...)
	for i := range all {
		all[i].title, all[i].path = "Offer", "/transfers/t0ken"
	}
	return all
}

func severalSamples(text func(string) string) []sample {
	a, b, c := offerItem(text, 0, "Warehouse reporting replica"), offerItem(text, 1, "Nightly exports bucket"), offerItem(text, 2, "DHIS2 national instance")
	clash := offerItem(text, 3, strings.Repeat("Kobo household survey of the northern districts ", 3))
	clash.AskName, clash.NewName, clash.NameError = true, text("Kobo household survey"), text("Enter a name that none of yours has.")
	blocked := offerItem(text, 4, "Outgoing mail")
	blocked.Blocked = text("It has changed since it was offered. Ask Ada Lovelace for a new offer.")
	b.Chosen = false
	gone, lost := endedItem(offerItem(text, 5, "Payments sandbox"), transfers.Accepted), endedItem(offerItem(text, 6, `<b>"x" & 'y'</b>`), transfers.Revoked)
	none := linkOf(text, a, b, c)
	none.Error = text("Tick at least one credential.")
	return []sample{
		{name: "transfer-several", body: transfers.LinkPage(linkOf(text, a, b, c))},
		{name: "transfer-several-mixed", body: transfers.LinkPage(linkOf(text, a, b, clash, blocked, gone, lost))},
		{name: "transfer-several-none-ticked", body: transfers.LinkPage(none)},
		{name: "transfer-several-one-left", body: transfers.LinkPage(linkOf(text, a, gone, lost))},
		{name: "transfer-several-blocked", body: transfers.LinkPage(linkOf(text, blocked, gone))},
		{name: "transfer-several-over", body: transfers.LinkPage(linkOf(text, gone, lost))},
		{name: "transfer-several-accepted", body: transfers.LinkPage(linkOf(text, gone, endedItem(a, transfers.Accepted)))},
	}
}

func ownedRows(text func(string) string, open bool) []transfers.Owned {
	var all []transfers.Owned
	for i, r := range rows(text, 7) {
		o := transfers.Owned{ID: r.ID, Name: r.Name, KindTitle: r.KindTitle, KindIcon: r.KindIcon, Projects: r.Projects, LastUsed: r.LastUsed, Chosen: i%2 == 0}
		if open {
			o.URL = to.Credential(r.ID)
		}
		if i%3 == 1 {
			o.Pending = &transfers.Open{To: text("Grace Hopper"), ToEmail: text("grace@example.org"), Until: now.Add(time.Duration(i) * 5 * time.Hour), Letter: transfers.Letter{State: []string{"sent", "failed", "queued"}[i/3%3], Trouble: text("550 5.1.1 No such user here")}}
			o.RevokeURL = to.RevokeTransfer(r.ID)
		}
		all = append(all, o)
	}
	return all
}

func leavingSamples(text func(string) string) []sample {
	own := transfers.Leaving{Now: now, Rows: ownedRows(text, true), People: candidates(text, 4, false), Next: to.LeavingAfter("x"), ValidFor: 48 * time.Hour}
	wrong := own
	wrong.Email, wrong.EmailError, wrong.ChoiceError = text("grace@example.org"), text("They must be a member of Logistics too."), text("Tick at least one credential.")
	theirs := transfers.Leaving{Now: now, Owner: text("Grace Hopper"), OwnerID: 2, Rows: ownedRows(text, false), People: candidates(text, 4, false), First: to.UserLeaving(2), ValidFor: 7 * 24 * time.Hour}
	theirs.Rows[2].Name = text(`<b>"x" & 'y'</b> ` + strings.Repeat("of a long name ", 8))
	waiting := own
	waiting.Rows = ownedRows(text, true)[1:2]
	return []sample{
		{name: "leaving", title: "Hand over several", path: "/transfers/leaving", body: transfers.LeavingPage(own)},
		{name: "leaving-wrong", title: "Hand over several", path: "/transfers/leaving", body: transfers.LeavingPage(wrong)},
		{name: "leaving-all-pending", title: "Hand over several", path: "/transfers/leaving", body: transfers.LeavingPage(waiting)},
		{name: "leaving-none", title: "Hand over several", path: "/transfers/leaving", body: transfers.LeavingPage(transfers.Leaving{Now: now})},
		{name: "leaving-end", title: "Hand over several", path: "/transfers/leaving", body: transfers.LeavingPage(transfers.Leaving{Now: now, First: to.Leaving()})},
		{name: "leaving-user", title: "Leaving", path: "/admin/users/2/leaving", body: transfers.LeavingPage(theirs)},
		{name: "leaving-user-none", title: "Leaving", path: "/admin/users/2/leaving", body: transfers.LeavingPage(transfers.Leaving{Now: now, Owner: text("Grace Hopper"), OwnerID: 2})},
	}
}
