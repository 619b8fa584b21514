package handlers_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// A refusal leads to the nearest page above what was sent, and that page is there.
func TestAConflictLeadsToAPageThatOpens(t *testing.T) {
	deals(t, func(t *testing.T, d deal) {
		d.offered(t)
		d.Mail(t)
		c := d.mailed(t)
		for name, at := range map[string]struct {
			who        browser
			path, page string
		}{
			"a letter that was sent":                    {d.boss, to.RetryLetter(d.letterOf(t, models.OfferLetter)), to.Outbox()},
			"a credential that nothing is to happen to": {d.ada, to.RestoreCredential(d.id), to.Credential(d.id)},
		} {
			a := c.post(at.who, at.path, "x=")
			row{name: name, status: 409, has: []string{"Go to its page", `href="` + at.page + `"`}, hasNot: []string{`href="` + at.path[:len(at.path)-1]}}.check(t, a)
			if got := c.get(at.who, at.page).status; got != 200 {
				t.Errorf("%s leads to %s, which answers %d", name, at.page, got)
			}
		}
		modelstest.Must(t, d.Transfers.Revoke(t.Context(), d.ada.Actor, d.key))
		a := c.post(d.ada, to.RevokeTransfer(d.id), "x=")
		row{name: "an offer that is not open", status: 409, has: []string{`href="` + to.OfferTransfer(d.id) + `"`}}.check(t, a)
		if got := c.get(d.ada, to.OfferTransfer(d.id)).status; got != 200 {
			t.Errorf("its page answers %d", got)
		}
	})
}
