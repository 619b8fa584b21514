package handlers_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

func TestOfferingACredential(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		page, offer, check := to.Credential(c.id), to.OfferTransfer(c.id), to.CheckTransfer(c.id)
		ben := form("email", " Ben@Example.org ")
		c.try(t, []row{
			{name: "the way there", who: c.ada, path: page, status: 200, has: []string{`href="` + offer + `"`, "Offer transfer"}, hasNot: []string{"Transfer pending"}},
			{
				name: "the form proposes who is in every project", who: c.ada, path: offer, status: 200,
				has:    []string{`name="email"`, "Offer transfer", "Wells", "valid for 48 hours", "ben@example.org", `href="` + strings.ReplaceAll(to.OfferTransferTo(c.id, "ben@example.org"), "&", "&amp;") + `"`, "No mail server is set"},
				hasNot: []string{"eve@example.org", "boss@example.org", `value="ada@`, "Revoke transfer", to.Outbox()},
			},
			{name: "an address is filled in", who: c.ada, path: to.OfferTransferTo(c.id, c.ben.Email), status: 200, has: []string{`value="ben@example.org"`}},
			{name: "the check", htmx: true, who: c.ada, path: check, form: ben, status: 200, has: []string{"ben can take it over."}, hasNot: []string{"<form", "<input", "<html"}},
			{name: "the check without JavaScript", who: c.ada, path: check, form: form("email", c.ben.Email), status: 303, where: to.OfferTransferTo(c.id, c.ben.Email)},
			{name: "offered", who: c.ada, path: offer, form: ben, status: 303, where: page},
			{
				name: "its page", who: c.ada, path: page, status: 200,
				has:    []string{"Offered to ben. They have 2 days to accept.", "Transfer pending", "Offered to ben (ben@example.org)", "4 Jan 2026", "Revoke transfer", "the letter with the link waits in the outbox", "offered the credential to somebody", "To: ben@example.org", "Expires at: 4 Jan 2026"},
				hasNot: []string{`href="` + offer + `"`, "to_id", "To id"},
			},
			{name: "the list", who: c.ada, path: to.Credentials(), status: 200, has: []string{"Transfer pending"}},
			{name: "a member's page says nothing", who: c.ben, path: page, status: 200, hasNot: []string{"Transfer pending", "Revoke", "Offered to"}},
			{name: "nor the project's list", who: c.ben, path: to.ProjectCredentials(c.wells.String()), status: 200, has: []string{"Warehouse"}, hasNot: []string{"Transfer pending"}},
			{name: "instead of the form", who: c.ada, path: offer, status: 200, has: []string{"Waiting for an answer", "ben@example.org", "Revoke transfer"}, hasNot: []string{`name="email"`}},
			{name: "not twice", who: c.ada, path: offer, form: ben, status: 422, has: []string{"“Warehouse” is offered to somebody already. Revoke that offer first.", "Revoke transfer"}, hasNot: []string{`name="email"`}},
			{name: "no check says that it fits", htmx: true, who: c.ada, path: check, form: ben, status: 200, has: []string{"is offered to somebody already"}, hasNot: []string{"can take it over"}},
			{name: "mine", who: c.ada, path: to.Transfers(), status: 200, has: []string{"Offered by you", "Warehouse", "ben@example.org", "Waiting for an answer", "Letter waits to be sent"}},
			{name: "theirs", who: c.ben, path: to.Transfers(), status: 200, has: []string{"Warehouse", "ada@example.org", "No mail server is set, so the letter with the link waits in the outbox."}},
			{name: "nobody else's", who: c.eve, path: to.Transfers(), status: 200, hasNot: []string{"Warehouse"}},
		})
		c.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made ada@example.org")
		c.try(t, []row{
			{name: "the letter went", who: c.ada, path: page, status: 200, has: []string{"The letter with the link was sent."}},
			{name: "there too", who: c.ada, path: to.Transfers(), status: 200, has: []string{"Letter sent"}},
			{name: "and for ben", who: c.ben, path: to.Transfers(), status: 200, hasNot: []string{"has not gone out yet"}},
		})
	})
}

// Each fault is told at the field, which keeps what was typed; nothing is offered.
func TestWhoCantBeOfferedACredential(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		pumps, cid, dan := c.Project(t, c.ada.Actor, "Pumps"), c.member(t, "cid"), c.Person(t, "dan", models.PlainMember)
		c.Seat(t, c.ada.Actor, pumps, cid.Actor, models.Viewer)
		c.Seat(t, c.ada.Actor, c.wells, dan, models.Viewer)
		for email, text := range map[string]string{
			"": "Enter an e-mail address such as", "ben": "Enter an e-mail address such as", "ben@example.org, x@example.org": "Enter an e-mail address such as",
			" ADA@example.org": "your own address", "eve@example.org": "Nobody in your projects has this address.", "nobody@example.org": "Nobody in your projects has this address.",
			"cid@example.org": "cid is not a member of Wells.", "dan@example.org": "dan can't sign in at the moment",
		} {
			posted := form("email", email)
			c.try(t, []row{
				{name: "offer to " + email, who: c.ada, path: to.OfferTransfer(c.id), form: posted, status: 422, has: []string{text, `aria-invalid="true"`, `value="` + email + `"`, `href="#email"`}},
				{name: "by htmx to " + email, htmx: true, who: c.ada, path: to.OfferTransfer(c.id), form: posted, status: 422, has: []string{text}, hasNot: []string{"<html"}},
				{name: "check of " + email, htmx: true, who: c.ada, path: to.CheckTransfer(c.id), form: posted, status: 200, has: []string{text}, hasNot: []string{"<input", "<html"}},
			})
		}
		if n := c.Count(t, `SELECT count(*) FROM transfers`) + c.Count(t, `SELECT count(*) FROM letters WHERE kind LIKE 'transfer%'`); n != 0 {
			t.Errorf("%d rows tell of offers", n)
		}
		c.Schedule(t, c.ada.Actor, c.key)
		c.try(t, []row{
			{name: "the form of what is to be deleted", who: c.ada, path: to.OfferTransfer(c.id), status: 409, has: []string{"Restore it before you change it."}},
			{name: "posted", who: c.ada, path: to.OfferTransfer(c.id), form: form("email", c.ben.Email), status: 409, has: []string{"Restore it"}},
			{name: "no way there", who: c.ada, path: to.Credential(c.id), status: 200, hasNot: []string{"Offer transfer"}},
		})
	})
}

// The answer to the address of a stranger is, byte for byte, the one to an
// address that nobody has, and whoever goes on asking has to wait.
func TestNobodyLearnsWhoHasAnAddress(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		ask := func(path, email string, htmx bool) string {
			a := c.visit(visit{who: c.ada, method: "POST", path: path, form: form("email", email), htmx: htmx})
			if a.status == 429 || a.where() != "" && !strings.Contains(a.where(), "email=") {
				t.Fatalf("%s: %d to %s", email, a.status, a.where())
			}
			return strconv.Itoa(a.status) + strings.ReplaceAll(a.body, email, "EMAIL")
		}
		for _, path := range []string{to.OfferTransfer(c.id), to.CheckTransfer(c.id)} {
			for _, htmx := range []bool{false, true} {
				if ask(path, "eve@example.org", htmx) != ask(path, "nobody@example.org", htmx) {
					t.Errorf("%s, htmx %v: the two answers differ", path, htmx)
				}
			}
		}
		ask(to.OfferTransfer(c.id), "more@example.org", true)
		ask(to.OfferTransfer(c.id), "most@example.org", true)
		for _, path := range []string{to.OfferTransfer(c.id), to.CheckTransfer(c.id)} {
			for _, email := range []string{"eve@example.org", "nobody@example.org"} {
				a := c.post(c.ada, path, form("email", email))
				wait, _ := strconv.Atoi(a.header.Get("Retry-After"))
				row{name: "the eleventh", status: 429, has: []string{"wait a few minutes"}}.check(t, a)
				if wait < 1 || wait > 900 {
					t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
				}
			}
		}
		own := c.Keep(t, c.eve.Actor, "Eve's")
		c.try(t, []row{
			{name: "others go on", who: c.eve, path: to.OfferTransfer(own.String()), form: form("email", "ben@example.org"), status: 422},
			{name: "looking goes on", who: c.ada, path: to.OfferTransfer(c.id), status: 200},
		})
		c.Clock.Pass(15*time.Minute + time.Second)
		c.try(t, []row{{name: "later", who: c.ada, path: to.OfferTransfer(c.id), form: form("email", c.ben.Email), status: 303}})
	})
}

func TestTakingAnOfferBack(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at := linkOf(c.offered(t))
		offer := "offer=" + c.offerOf(t, c.key)
		c.Mail(t)
		c.try(t, []row{
			{name: "not by who it is offered to", who: c.ben, method: "POST", path: to.RevokeTransfer(c.id), status: 403},
			{name: "nor by anybody else", who: c.eve, method: "POST", path: to.RevokeTransfer(c.id), status: 404},
			{name: "revoked", who: c.ada, method: "POST", path: to.RevokeTransfer(c.id), status: 303, where: to.Credential(c.id)},
			{name: "the news", who: c.ada, path: to.Credential(c.id), status: 200, has: []string{"Offer revoked. The credential stays yours.", "revoked the offer of the credential", "Offer transfer"}, hasNot: []string{"Transfer pending", "Revoke transfer"}},
			{name: "not twice", who: c.ada, method: "POST", path: to.RevokeTransfer(c.id), status: 409, has: []string{"Nobody is offered this credential at the moment."}},
			{name: "its link", who: c.ben, path: at.show, status: 200, has: []string{"The offer was revoked", "is not offered to you any more"}, hasNot: []string{"Accept transfer"}},
			{name: "accepted too late", who: c.ben, path: at.accept, form: offer, status: 409, has: []string{"This offer is not open any more.", "The offer was revoked"}},
			{name: "declined too late", who: c.ben, path: at.decline, form: offer, status: 409, has: []string{"This offer is not open any more."}},
			{name: "in the lists", who: c.ben, path: to.Transfers(), status: 200, has: []string{"Revoked"}},
			{name: "offered again", who: c.ada, path: to.OfferTransfer(c.id), form: form("email", c.ben.Email), status: 303},
		})
		c.WantMail(t, "transfer.withdrawn ben@example.org", "transfer.offer ben@example.org", "transfer.offer_made ada@example.org")
		c.try(t, []row{
			{name: "an administrator revokes", who: c.boss, method: "POST", path: to.RevokeUserTransfer(c.ada.UserID, c.id), status: 303, where: to.UserLeaving(c.ada.UserID)},
			{name: "the administrator's news", who: c.boss, path: to.UserLeaving(c.ada.UserID), status: 200, has: []string{"Offer revoked. Both sides get a letter.", "Warehouse"}, hasNot: []string{"Transfer pending"}},
			{name: "not twice", who: c.boss, method: "POST", path: to.RevokeUserTransfer(c.ada.UserID, c.id), status: 409},
			{name: "who did it", who: c.ada, path: to.Credential(c.id), status: 200, has: []string{"boss@example.org", "revoked the offer of the credential"}},
		})
		c.WantMail(t, "transfer.withdrawn ben@example.org", "transfer.revoked ada@example.org")
		if c.owner(t, c.key) != "ada" {
			t.Error("it is not ada's any more")
		}
	})
}

// What was offered would no longer be what is accepted, so a change ends the
// offer: an edit asks first, the questions about the others say so.
func TestChangingWhatIsOfferedEndsTheOffer(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		c.offered(t)
		c.try(t, []row{
			{name: "the form asks", who: c.ada, path: to.EditCredential(c.id), status: 200, has: []string{`name="revoke"`, "Revoke the offer to ben and save", "saving a change revokes the offer"}},
			{name: "not ticked", who: c.ada, path: to.Credential(c.id), form: raw("1", "Lake"), status: 422, has: []string{"Tick the box to revoke the offer and save.", `href="#revoke"`, `value="Lake"`}},
		})
		if c.state(t, c.key) != "pending" || c.Count(t, `SELECT count(*) FROM credentials WHERE name = 'Warehouse' AND version = 1`) != 1 {
			t.Fatal("something was saved")
		}
		c.Mail(t)
		c.try(t, []row{
			{name: "ticked", who: c.ada, path: to.Credential(c.id), form: raw("1", "Lake", "revoke", "on"), status: 303, where: to.Credential(c.id)},
			{name: "its page", who: c.ada, path: to.Credential(c.id), status: 200, has: []string{"Credential saved.", "Lake", "revoked the offer of the credential", "changed the credential"}, hasNot: []string{"Transfer pending"}},
			{name: "nothing to ask any more", who: c.ada, path: to.EditCredential(c.id), status: 200, hasNot: []string{`name="revoke"`}},
		})
		c.WantMail(t, "transfer.withdrawn ben@example.org")
		for _, way := range []struct{ name, path string }{{"unshare", to.Unshare(c.id, c.wells.String())}, {"delete", to.DeleteCredential(c.id)}} {
			at := linkOf(c.offered(t))
			c.Mail(t)
			c.try(t, []row{
				{name: way.name + ", asked", who: c.ada, path: way.path, status: 200, has: []string{"The offer to ben is revoked."}},
				{name: "asking revoked nothing", who: c.ben, path: at.show, status: 200, has: []string{"Accept transfer"}},
				{name: way.name, who: c.ada, method: "POST", path: way.path, status: 303},
				{name: "its link", who: c.ben, path: at.show, status: 200, has: []string{"The offer was revoked"}},
			})
			if kinds := c.Mail(t); kinds[0].Kind != models.WithdrawnLetter && kinds[1].Kind != models.WithdrawnLetter || c.state(t, c.key) != "revoked" {
				t.Errorf("%s: %v", way.name, kinds)
			}
		}
		modelstest.Must(t, c.Credentials.Restore(t.Context(), c.ada.Actor, c.key))
		c.try(t, []row{{name: "restored, and offered to nobody", who: c.ada, path: to.Credential(c.id), status: 200, hasNot: []string{"Transfer pending"}}})
	})
}
