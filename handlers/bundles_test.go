package handlers_test

import (
	"regexp"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// three has ada offer three credentials with one link, and hands over the ids
// of credentials and offers.
func (d deal) three(t *testing.T) (at link, keys []models.ID, offers []string) {
	t.Helper()
	for _, name := range []string{"One", "Two", "Three"} {
		keys = append(keys, d.Keep(t, d.ada.Actor, name, d.wells))
	}
	at = linkOf(d.offered(t, keys...))
	for _, id := range keys {
		offers = append(offers, d.offerOf(t, id))
	}
	return at, keys, offers
}

func TestAnsweringSomeOfSeveral(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at, keys, offers := c.three(t)
		c.Mail(t)
		c.try(t, []row{{
			name: "the link", who: c.ben, path: at.show, status: 200,
			has: []string{"<title>ada offers you 3 credentials", `value="` + offers[0] + `" checked`, "What you leave unticked stays open"},
		}})
		c.unchanged(t, "nothing that is chosen", func() {
			for _, path := range []string{at.accept, at.decline} {
				c.try(t, []row{
					{name: "nothing chosen", who: c.ben, path: path, form: "x=y", status: 422, has: []string{"Choose what you want to accept or decline.", "One", "Two", "Three"}},
					{name: "by htmx", htmx: true, who: c.ben, path: path, form: "x=y", status: 422, hasNot: []string{"<html"}},
				})
			}
		})
		c.try(t, []row{
			{name: "two are accepted", who: c.ben, path: at.accept, form: form("offer", offers[0], "offer", offers[2]), status: 303, where: at.show},
			{name: "what is left", who: c.ben, path: at.show, status: 200, has: []string{"You own 2 credentials now.", "Not open any more", to.Credential(keys[0].String()), "Accept transfer", offers[1]}},
			{name: "one of them again", who: c.ben, path: at.accept, form: form("offer", offers[0], "offer", offers[1]), status: 409, has: []string{"This offer is not open any more."}},
		})
		for i, want := range []string{"ben", "ada", "ben"} {
			if got := c.owner(t, keys[i]); got != want {
				t.Errorf("%d is %s's, want %s's", i, got, want)
			}
		}
		c.try(t, []row{
			{name: "the last is declined", who: c.ben, path: at.decline, form: form("offer", offers[1]), status: 303, where: to.Transfers()},
			{name: "all answered", who: c.ben, path: at.show, status: 200, has: []string{"Nothing is left to answer", "Accepted", "Declined"}, hasNot: []string{"Accept transfer"}},
		})
		c.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ada@example.org", "transfer.declined ada@example.org")
	})
}

func TestANameThatTheReceiverHasAlready(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at := linkOf(c.offered(t))
		offer := c.offerOf(t, c.key)
		field := "name/" + offer
		c.Keep(t, c.ben.Actor, "Taken")
		c.Keep(t, c.ben.Actor, "WAREHOUSE")
		c.unchanged(t, "a clash", func() {
			c.try(t, []row{
				{name: "the link asks", who: c.ben, path: at.show, status: 200, has: []string{"New name", `name="` + field + `"`, `value="Warehouse (from ada)"`}},
				{name: "no name", who: c.ben, path: at.accept, form: form("offer", offer), status: 422, has: []string{"New name", "You have another credential with this name.", `href="#name-` + offer + `"`}},
				{name: "another that is taken", who: c.ben, path: at.accept, form: form("offer", offer, field, "taken "), status: 422, has: []string{"You have another credential with this name.", `value="taken `}},
				{name: "an empty one", who: c.ben, path: at.accept, form: form("offer", offer, field, "  "), status: 422, has: []string{"Enter a name."}},
				{name: "by htmx", htmx: true, who: c.ben, path: at.accept, form: form("offer", offer), status: 422, has: []string{"New name"}, hasNot: []string{"<html"}},
			})
		})
		c.try(t, []row{
			{name: "a free one", who: c.ben, path: at.accept, form: form("offer", offer, field, "Lake"), status: 303, where: to.Credential(c.id)},
			{name: "its page", who: c.ben, path: to.Credential(c.id), status: 200, has: []string{"You own “Lake” now.", "Name: Warehouse → Lake"}},
			{name: "the project's list", who: c.ada, path: to.ProjectCredentials(c.wells.String()), status: 200, has: []string{"Lake"}, hasNot: []string{"Warehouse"}},
			{name: "the former owner finds it by the name of then", who: c.ada, path: to.Transfers(), status: 200, has: []string{"Warehouse"}, hasNot: []string{"Lake"}},
		})
	})
}

// What stands in the way of one is told beside it; it can be declined, and the
// others can be accepted.
func TestAnOfferThatCantBeAccepted(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		lone := c.Keep(t, c.ada.Actor, "Lone")
		at := linkOf(c.offered(t, c.key, lone))
		blocked, open := c.offerOf(t, c.key), c.offerOf(t, lone)
		modelstest.Must(t, c.Projects.RemoveMember(t.Context(), c.ada.Actor, c.wells, c.ben.UserID))
		why := "You are not a member of every project that uses “Warehouse” any more. Ask ada, or an administrator."
		page := c.get(c.ben, at.show)
		row{name: "the link", status: 200, has: []string{why, "You can't accept", "Lone", "Accept transfer"}}.check(t, page)
		accepts := regexp.MustCompile(`(?s)action="` + regexp.QuoteMeta(at.accept) + `".*?</form>`).FindString(page.body)
		if !strings.Contains(accepts, open) || strings.Contains(accepts, blocked) {
			t.Errorf("the form accepts what is blocked, or not the other:\n%s", accepts)
		}
		c.unchanged(t, "what is blocked", func() {
			c.try(t, []row{
				{name: "sent all the same", who: c.ben, path: at.accept, form: form("offer", blocked), status: 409, has: []string{why}},
				{name: "with the other", who: c.ben, path: at.accept, form: form("offer", blocked, "offer", open), status: 409, has: []string{why}},
			})
		})
		c.try(t, []row{
			{name: "the other alone", who: c.ben, path: at.accept, form: form("offer", open), status: 303},
			{name: "declined", who: c.ben, path: at.decline, form: form("offer", blocked), status: 303, where: to.Transfers()},
		})
		// One that is offered alone.
		c.Seat(t, c.ada.Actor, c.wells, c.ben.Actor, models.Viewer)
		alone := linkOf(c.offered(t))
		modelstest.Must(t, c.Projects.RemoveMember(t.Context(), c.ada.Actor, c.wells, c.ben.UserID))
		c.try(t, []row{{name: "alone", who: c.ben, path: alone.show, status: 200, has: []string{"You can't accept it now", why, "Decline"}, hasNot: []string{"Accept transfer"}}})
	})
}

// The token opens the offer, so it stands on the page of the link and, while
// there is no mail server, in the outbox; nowhere else.
func TestTheTokenOfALinkIsOnNoOtherPage(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		token := c.offered(t)
		mailed := c.mailed(t)
		look := func(when string) {
			t.Helper()
			for _, who := range []browser{c.ada, c.ben, c.eve, c.boss} {
				s := scene{who: who, fill: strings.NewReplacer("{cred}", c.id, "{offered}", c.id, "{project}", c.wells.String(), "{token}", token,
					"{owner}", c.cell(t, `SELECT id FROM users WHERE id = ?`, c.ada.UserID), "{guest}", "1")}
				for path := range mailed.crawl(s) {
					if strings.HasPrefix(path, to.Transfer(token)) {
						continue
					}
					a := mailed.get(who, path)
					if strings.Contains(a.body, token) || strings.Contains(a.where(), token) {
						t.Errorf("%s, %s sees the token on %s", when, who.Name, path)
					}
				}
			}
			if strings.Contains(c.log.String(), token) || strings.Contains(c.Dump(t), token) {
				t.Errorf("%s, the token is in the log or in a table", when)
			}
		}
		look("offered")
		c.try(t, []row{{name: "accepted", who: c.ben, path: to.AcceptTransfer(token), form: "offer=" + c.offerOf(t, c.key), status: 303}})
		look("accepted")
		if !strings.Contains(c.log.String(), "/transfers/:token/accept") {
			t.Error("the log that was searched is empty")
		}
	})
}
