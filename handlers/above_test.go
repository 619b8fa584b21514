package handlers_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// itsPage is where “Go to its page” leads.
func itsPage(a answer) string {
	before, _, found := strings.Cut(a.body, "Go to its page")
	if at := strings.LastIndex(before, "<a "); found && at >= 0 {
		return between(before[at:], `href="`, `"`)
	}
	return ""
}

// A refusal leads to the nearest page above what was sent, and that page is there.
func TestAConflictLeadsToAPageThatOpens(t *testing.T) {
	deals(t, func(t *testing.T, d deal) {
		d.offered(t)
		d.Mail(t)
		modelstest.Must(t, d.Transfers.Revoke(t.Context(), d.ada.Actor, d.key))
		c := d.mailed(t)
		for _, at := range []struct {
			who        browser
			path, page string
		}{
			{d.boss, to.RetryLetter(d.letterOf(t, models.OfferLetter)), to.Outbox()}, // nothing is at a letter's own address
			{d.ada, to.RestoreCredential(d.id), to.Credential(d.id)},
			{d.ada, to.RevokeTransfer(d.id), to.OfferTransfer(d.id)},
		} {
			a := c.post(at.who, at.path, "x=")
			if got := itsPage(a); a.status != 409 || got != at.page {
				t.Errorf("%s: %d, leads to %q, want %q", at.path, a.status, got, at.page)
			}
			if got := c.get(at.who, at.page).status; got != 200 {
				t.Errorf("%s leads to %s, which answers %d", at.path, at.page, got)
			}
		}
	})
}
