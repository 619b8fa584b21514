package views_test

import (
	"strings"
	"time"

	"holdfast/views/admin"
	"holdfast/views/credentials"
	"holdfast/views/layout"
	"holdfast/views/outbox"
	"holdfast/views/to"
)

// letterID is the id of the nth letter of the samples.
func letterID(n int) string { return oneID[:34] + string(rune('a'+n/10)) + string(rune('0'+n%10)) }

// letterText is a letter as the outbox shows it: its link stands on a line of its own.
func letterText(text func(string) string) []outbox.Part {
	link := text("http://127.0.0.1:8080/transfers/" + strings.Repeat("x7Q", 14))
	return []outbox.Part{
		{Text: text("Hello Grace Hopper,") + "\n\n" + text("Ada Lovelace offers you the credential “Warehouse reporting replica”.") + "\n\n"},
		{Text: text("  Used by: Immunisation, Logistics") + "\n" + text("  Until: 23 Nov 2026, 21:40 UTC") + "\n\n" + text("Look at the offer:") + "\n"},
		{Text: link, URL: link},
		{Text: "\n\n" + text("Nothing changes until you accept it.") + "\n"},
	}
}

func lettersThatWait(text func(string) string) []outbox.Letter {
	return []outbox.Letter{
		{ID: letterID(0), To: text("grace@example.org"), ToName: text("Grace Hopper"), Subject: text("Ada Lovelace offers you “Warehouse reporting replica”"), State: "queued", Queued: ago(3 * time.Minute), Text: letterText(text)},
		{ID: letterID(1), To: text("ada@example.org"), ToName: text("Ada Lovelace"), Subject: text("You offered “Warehouse reporting replica” to Grace Hopper"), State: "queued", Queued: ago(3 * time.Minute), Text: letterText(text)[:2]},
		{ID: letterID(2), To: text("mary@example.org"), ToName: text("Mary Jackson"), Subject: text("Your invitation to Holdfast"), State: "failed", Queued: ago(9 * 24 * time.Hour), Ended: ago(7 * 24 * time.Hour), Outcome: text("It could not be sent in time, so it was given up.")},
	}
}

func lettersOnTheirWay(text func(string) string) []outbox.Letter {
	return []outbox.Letter{
		{ID: letterID(3), To: text("grace@example.org"), ToName: text("Grace Hopper"), Subject: text("Ada Lovelace offers you “Warehouse reporting replica”"), State: "queued", Queued: ago(time.Second), CanRetry: true},
		{ID: letterID(4), To: text("katherine.johnson@a-rather-long-ministry-name.example.org"), ToName: text("Katherine Johnson"), Subject: text("“Nightly exports bucket” will be deleted"), State: "queued", Queued: ago(12 * time.Minute), Tries: 3, NextTry: now.Add(4 * time.Minute), Outcome: text("The mail server said: 451 4.7.1 Greylisted, please try again later."), CanRetry: true},
		{ID: letterID(5), To: text("ada@example.org"), ToName: text("Ada Lovelace"), Subject: text("You offered “Warehouse reporting replica” to Grace Hopper"), State: "sent", Queued: ago(40 * time.Minute), Ended: ago(39 * time.Minute), Tries: 1},
		{ID: letterID(6), To: text("nobody@example.org"), ToName: text("Mary Jackson"), Subject: text("Your invitation to Holdfast"), State: "failed", Queued: ago(50 * time.Hour), Ended: ago(50 * time.Hour), Tries: 1, Outcome: text("The mail server refused it: 550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in virtual mailbox table"), CanRetry: true},
		{ID: letterID(7), To: text("mary@example.org"), ToName: "", Subject: "", State: "sent", Queued: ago(60 * time.Hour), Ended: ago(59 * time.Hour), Tries: 17},
	}
}

// outboxSamples are the outbox in its states, and what the other pages show of open offers and letters.
func outboxSamples(text func(string) string) []sample {
	box := func(name string, p outbox.Page) sample {
		p.Now = now
		return sample{name: name, title: "Outbox", path: to.Outbox(), body: outbox.OutboxPage(p)}
	}
	link := admin.AccessLink{Now: now, UserID: 2, UserName: text("Grace Hopper"), URL: text("http://127.0.0.1:8080/access/" + strings.Repeat("x7Q", 14)), ValidUntil: now.Add(48 * time.Hour), Mail: text("grace@example.org")}
	mailed := link
	mailed.MailServer = true
	return append([]sample{
		box("outbox", outbox.Page{MailServer: true, Rows: lettersOnTheirWay(text), Next: to.OutboxWith("", "n")}),
		box("outbox-readable", outbox.Page{Rows: lettersThatWait(text)}),
		box("outbox-later", outbox.Page{Rows: lettersThatWait(text)[1:], First: to.Outbox()}),
		box("outbox-failed", outbox.Page{MailServer: true, State: "failed", Rows: lettersOnTheirWay(text)[3:4]}),
		box("outbox-empty", outbox.Page{None: true}),
		box("outbox-none-waiting", outbox.Page{MailServer: true, State: "queued"}),
		box("outbox-none-sent", outbox.Page{State: "sent"}),
		box("outbox-none-failed", outbox.Page{MailServer: true, State: "failed"}),
		box("outbox-past-the-end", outbox.Page{MailServer: true, First: to.Outbox()}),
		{name: "access-link-waits", title: "Access link", path: "/admin/users/2/access-link", body: admin.AccessLinkPage(link)},
		{name: "access-link-mailed", title: "Access link", path: "/admin/users/2/access-link", body: admin.AccessLinkPage(mailed)},
	}, offeredSamples(text)...)
}

func offeredSamples(text func(string) string) []sample {
	kind := credentials.Kind{Name: "postgresql", Title: text("PostgreSQL"), Icon: "database"}
	form := credentials.Form{ID: oneID, Version: 7, Kind: kind, Name: text("Warehouse"), SavedName: text("Warehouse"), Fields: fields(text, true), Projects: shares(text), OfferedTo: text("Grace Hopper"), Now: now}
	refused := form
	refused.RevokeError = text("This credential is offered to Grace Hopper. Tick the box to revoke the offer and save.")
	ticked := refused
	ticked.Revoke, ticked.NameError = true, text("You have another credential with this name.")
	all := []sample{
		{name: "form-edit-offered", title: "Edit", path: "/credentials/x/edit", body: credentials.FormPage(form)},
		{name: "form-edit-offered-refused", title: "Edit", path: "/credentials/x", body: credentials.FormPage(refused)},
		{name: "form-edit-offered-wrong", title: "Edit", path: "/credentials/x", body: credentials.FormPage(ticked)},
		{name: "delete-offered", title: "Delete", path: "/credentials/x/delete", body: credentials.DeletePage(credentials.Delete{Now: now, ID: oneID, Name: text("Warehouse"), Projects: []string{text("Immunisation")}, DueAt: now.Add(7 * 24 * time.Hour), OfferedTo: text("Grace Hopper")})},
		{name: "unshare-offered", title: "Remove", path: "/credentials/x/projects/y/remove", body: credentials.UnsharePage(credentials.Unshare{Now: now, ID: oneID, Name: text("Warehouse"), ProjectID: projectID, ProjectName: text("Immunisation"), OfferedTo: text("Grace Hopper")})},
	}
	for _, letter := range []string{"queued", "sent", "failed", ""} {
		offer := credentials.Offer{To: text("Grace Hopper"), ToEmail: text("grace@example.org"), Until: now.Add(47 * time.Hour), Letter: letter}
		all = append(all, sample{name: "show-offered-" + letter, title: "Warehouse", path: "/credentials/x", body: credentials.ShowPage(offeredPage(text, kind, offer))})
		offer.Trouble = text("The mail server refused it: 550 5.1.1 User unknown.")
		all = append(all, sample{name: "show-offered-trouble-" + letter, title: "Warehouse", path: "/credentials/x", body: credentials.ShowPage(offeredPage(text, kind, offer))})
	}
	can := offeredPage(text, kind, credentials.Offer{})
	can.Offer, can.CanOffer = nil, true
	return append(all,
		sample{name: "show-can-offer", title: "Warehouse", path: "/credentials/x", body: credentials.ShowPage(can), flash: layout.Flash{Kind: "success", Text: text("The transfer was revoked.")}},
		sample{name: "credentials-offered", title: "Credentials", path: "/credentials", body: credentials.ListPage(credentials.List{Now: now, Rows: offeredRows(text)})},
	)
}

func offeredPage(text func(string) string, kind credentials.Kind, offer credentials.Offer) credentials.Page {
	return credentials.Page{
		Now: now, ID: oneID, Name: text("Warehouse reporting replica"), Kind: kind, Version: 7, Owner: "You", Mine: true,
		Created: ago(400 * 24 * time.Hour), Updated: ago(3 * time.Hour), LastUsed: ago(12 * time.Minute), CanEdit: true, CanDelete: true,
		Values:   []credentials.Value{{Label: text("Host"), Text: text("db.internal"), Set: true}},
		Projects: []credentials.ProjectLink{{ID: projectID, Name: text("Immunisation"), CanRemove: true}},
		History:  []credentials.Event{{At: ago(time.Hour), Who: text("Ada Lovelace"), What: text("offered it to Grace Hopper")}},
		Offer:    &offer,
	}
}

// offeredRows have an offer each; what ends a credential is told before it.
func offeredRows(text func(string) string) []credentials.Row {
	some := rows(text, 8)
	for i := range some {
		some[i].Offered = i != 0
	}
	return some
}
