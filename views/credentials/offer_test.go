package credentials_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"holdfast/views/credentials"
	"holdfast/views/to"
)

var now = time.Date(2026, 11, 21, 21, 40, 0, 0, time.UTC)

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func has(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
}

func lacks(t *testing.T, page string, unwanted ...string) {
	t.Helper()
	for _, bad := range unwanted {
		if strings.Contains(page, bad) {
			t.Errorf("%q in %s", bad, page)
		}
	}
}

func show(t *testing.T, change func(*credentials.Page)) string {
	t.Helper()
	p := credentials.Page{Now: now, ID: "c1", Name: "Wells", Mine: true, CanEdit: true, CanDelete: true}
	change(&p)
	return draw(t, credentials.ShowPage(p))
}

func TestAnOfferIsTheStateOfACredentialThatStays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		row     credentials.Row
		pending bool
	}{
		"offered":            {credentials.Row{Offered: true}, true},
		"not offered":        {credentials.Row{}, false},
		"to be deleted":      {credentials.Row{Offered: true, DueAt: now.Add(time.Hour)}, false},
		"emptied long since": {credentials.Row{Offered: true, Purged: true}, false},
	} {
		page := draw(t, credentials.ListPage(credentials.List{Now: now, Rows: []credentials.Row{c.row}}))
		if strings.Contains(page, "Transfer pending") != c.pending {
			t.Errorf("%s: %s", name, page)
		}
	}
}

func TestThePageOfAnOfferedCredentialTellsItsOwnerAndTakesItBack(t *testing.T) {
	t.Parallel()
	offer := &credentials.Offer{To: "Grace Hopper", ToEmail: "grace@example.org", Until: now.Add(47 * time.Hour), Letter: "sent"}
	page := show(t, func(p *credentials.Page) { p.Offer = offer })
	has(t, page, "Transfer pending", "<strong>Grace Hopper</strong> (grace@example.org)", `datetime="2026-11-23T20:40:00Z"`, `action="`+to.RevokeTransfer("c1")+`"`, "Revoke transfer")
	if n := strings.Count(page, "Transfer pending"); n != 2 {
		t.Errorf("the state is told %d times, not in the news and in the facts", n)
	}
	lacks(t, page, "Active</span>", "Offer transfer")
	lacks(t, show(t, func(*credentials.Page) {}), "Transfer pending", "Revoke transfer", "Offer transfer")
}

func TestTheOwnerLearnsWhatBecameOfTheLetter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ letter, trouble, says string }{
		{"queued", "", "The letter with the link waits to be sent.<"},
		{"queued", "Busy.", "The letter with the link waits to be sent. The last try failed: Busy.<"},
		{"sent", "Busy.", "The letter with the link was sent.<"},
		{"failed", "", "The letter with the link could not be delivered. Revoke the offer and make it again"},
		{"failed", "550 no such user", "The letter with the link could not be delivered: 550 no such user. Revoke the offer"},
	} {
		has(t, show(t, func(p *credentials.Page) {
			p.Offer = &credentials.Offer{To: "Grace", Until: now, Letter: c.letter, Trouble: c.trouble}
		}), c.says)
	}
	lacks(t, show(t, func(p *credentials.Page) { p.Offer = &credentials.Offer{To: "Grace", Until: now} }), "The letter with the link")
}

func TestOfferingStandsBetweenDeletingAndEditing(t *testing.T) {
	t.Parallel()
	page := show(t, func(p *credentials.Page) { p.CanOffer = true })
	last := -1
	for _, url := range []string{to.DeleteCredential("c1"), to.OfferTransfer("c1"), to.EditCredential("c1")} {
		at := strings.Index(page, `href="`+url+`"`)
		if at <= last {
			t.Errorf("%s stands at %d, after %d", url, at, last)
		}
		last = at
	}
}

func TestEditingAnOfferedCredentialAsksFirst(t *testing.T) {
	t.Parallel()
	f := credentials.Form{ID: "c1", Name: "Wells", SavedName: "Wells", OfferedTo: "Grace & Co", Now: now}
	page := draw(t, credentials.FormPage(f))
	has(t, page, "Offered to Grace &amp; Co: saving a change revokes the offer", "Revoke the offer to Grace &amp; Co and save", `id="revoke" name="revoke" value="on" aria-describedby="revoke-hint">`)
	lacks(t, page, `href="#revoke"`)

	f.RevokeError, f.Revoke = "Tick the box.", true
	has(t, draw(t, credentials.FormPage(f)), `value="on" checked aria-describedby="revoke-hint revoke-error" aria-invalid="true">`, `<a href="#revoke">Offer:`, "Tick the box.</a>")

	f.OfferedTo = ""
	lacks(t, draw(t, credentials.FormPage(f)), `id="revoke"`, `href="#revoke"`, "Offered to")
}

func TestTheQuestionsTellOfAnOfferThatEnds(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Grace", ""} {
		for _, page := range []string{
			draw(t, credentials.DeletePage(credentials.Delete{Now: now, ID: "c1", Name: "Wells", OfferedTo: name})),
			draw(t, credentials.UnsharePage(credentials.Unshare{Now: now, ID: "c1", Name: "Wells", ProjectID: "p", OfferedTo: name})),
		} {
			if strings.Contains(page, "The offer to Grace is revoked.") != (name != "") {
				t.Errorf("offered to %q: %s", name, page)
			}
		}
	}
}
