package handlers_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// A mail scanner may follow the link as often as it likes, and so may ben.
func TestLookingAtALinkChangesNothing(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at := linkOf(c.offered(t))
		c.unchanged(t, "looking", func() {
			for i := range 50 {
				for _, who := range []browser{c.ben, {}} {
					c.visit(visit{who: who, method: "HEAD", path: at.show})
					plain := c.get(who, at.show)
					part := c.visit(visit{who: who, method: "GET", path: at.show, htmx: true})
					for _, a := range []answer{plain, part} {
						if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Referrer-Policy") != "no-referrer" {
							t.Fatalf("%d: %v", i, a.header)
						}
					}
					if who.cookie != "" && (plain.status != 200 || part.status != 200 || strings.Contains(part.body, "<html")) {
						t.Fatalf("%d: %d and %d", i, plain.status, part.status)
					}
				}
				for _, path := range []string{at.accept, at.decline} {
					if a := c.get(c.ben, path); a.status != 303 || a.where() != at.show {
						t.Fatalf("GET %s: %d", path, a.status)
					}
				}
			}
		})
		c.try(t, []row{{
			name: "what it shows", who: c.ben, path: at.show, status: 200,
			has: []string{
				"<title>ada offers you a credential", "Warehouse", "Raw", "Wells", "ada@example.org", "4 Jan 2026, 03:04 UTC, in 2 days",
				"It is yours: you can edit, share and delete it.", "can't edit it any more", "Accept transfer", "Decline",
			},
			hasNot: []string{"New name", "pin"},
		}})
	})
}

// A link for somebody else is, but for nothing, a link that never was: for its
// sender, for an administrator, for everybody; to look at and to answer.
func TestALinkForSomebodyElseIsNoLink(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at, none := linkOf(c.offered(t)), linkOf(strings.Repeat("x", len(c.LinkTo(t, c.ben.Actor))))
		c.unchanged(t, "somebody else", func() {
			for _, who := range []browser{c.ada, c.eve, c.boss} {
				for _, htmx := range []bool{false, true} {
					for _, form := range []string{"", "offer=" + c.offerOf(t, c.key), "offer=x", "x=y"} {
						for theirs, nobodys := range map[string]string{at.show: none.show, at.accept: none.accept, at.decline: none.decline} {
							method := "POST"
							if theirs == at.show {
								method = "GET"
							}
							one := c.visit(visit{who: who, method: method, path: theirs, form: form, htmx: htmx})
							two := c.visit(visit{who: who, method: method, path: nobodys, form: form, htmx: htmx})
							if one.status != 410 || two.status != 410 || one.body != two.body || !strings.Contains(one.body, "This link opens nothing for ") {
								t.Errorf("%s %s with %q by htmx %v: %d and %d, same words: %v", who.Name, method, form, htmx, one.status, two.status, one.body == two.body)
							}
							if one.header.Get("Referrer-Policy") != "no-referrer" {
								t.Error("it sends a referrer")
							}
						}
					}
				}
			}
		})
		// Who is signed out learns nothing either.
		if one, two := c.get(browser{}, at.show), c.get(browser{}, none.show); one.status != 303 || two.status != 303 || one.body != two.body {
			t.Errorf("signed out: %d and %d", one.status, two.status)
		}
	})
}

func TestSigningInComesBackToTheLink(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at := linkOf(c.offered(t))
		asked := c.get(browser{}, at.show)
		page := c.get(browser{}, asked.where())
		next := between(page.body, `name="next" value="`, `"`)
		if asked.status != 303 || asked.where() != to.SignInThen(at.show) || next != at.show {
			t.Fatalf("%d to %s, next %q", asked.status, asked.where(), next)
		}
		in := c.post(browser{}, to.SignIn, form("login", c.ben.Email, "password", modelstest.Password, "next", next))
		now := browser{c.ben.Actor, "holdfast=" + between(in.header.Get("Set-Cookie"), "=", ";")}
		if in.status != 303 || in.where() != at.show {
			t.Fatalf("%d to %s", in.status, in.where())
		}
		c.try(t, []row{
			{name: "the link", who: now, path: in.where(), status: 200, has: []string{"Accept transfer"}},
			{name: "an answer from outside", path: at.accept, form: "offer=x", status: 303, where: to.SignInAgain(at.show)},
			{name: "by htmx", htmx: true, path: at.decline, form: "offer=x", status: 401},
		})
	})
}

func TestAcceptingATransfer(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at := linkOf(c.offered(t))
		page, offer := to.Credential(c.id), "offer="+c.offerOf(t, c.key)
		second := c.sit(t, c.ben.Actor)
		c.Mail(t)
		c.try(t, []row{
			{name: "an offer that is not of this link", who: c.ben, path: at.accept, form: "offer=" + c.id, status: 410, has: []string{"Accept transfer"}},
			{name: "accepted", who: c.ben, path: at.accept, form: offer, status: 303, where: page},
			{name: "the new owner's page", who: c.ben, path: page, status: 200, has: []string{"You own “Warehouse” now.", "took the credential over", "Owner: ada@example.org → ben@example.org", "Wells", ">Edit<"}, hasNot: []string{"Transfer pending", "owner_id", "Owner id"}},
			{name: "the new owner edits", who: c.ben, path: to.EditCredential(c.id), status: 200},
			{name: "the new owner's list", who: c.ben, path: to.Credentials(), status: 200, has: []string{"Warehouse"}},
			{name: "the former owner is a member", who: c.ada, path: page, status: 200, hasNot: []string{">Edit<", "Transfer pending", "History"}},
			{name: "who can't edit", who: c.ada, path: to.EditCredential(c.id), status: 403, has: []string{"Only its owner can do this. Ask ben."}},
			{name: "the former owner's list", who: c.ada, path: to.Credentials(), status: 200, hasNot: []string{page}},
			{name: "the former owner's transfers", who: c.ada, path: to.Transfers(), status: 200, has: []string{"Warehouse", "Accepted"}, hasNot: []string{page}},
			{name: "the new owner's transfers", who: c.ben, path: to.Transfers(), status: 200, has: []string{"Accepted", page}},
			{name: "the project goes on", who: c.ada, path: to.ProjectCredentials(c.wells.String()), status: 200, has: []string{"Warehouse", "ben"}},
			{name: "not twice", who: c.ben, path: at.accept, form: offer, status: 409, has: []string{"This offer is not open any more.", "You accepted"}},
			{name: "nor from another session", who: second, path: at.accept, form: offer, status: 409, has: []string{"You accepted"}},
			{name: "by htmx", htmx: true, who: second, path: at.accept, form: offer, status: 409, hasNot: []string{"<html"}},
			{name: "nor declined", who: second, path: at.decline, form: offer, status: 409},
			{name: "the link tells", who: second, path: at.show, status: 200, has: []string{"You accepted", page}, hasNot: []string{"Accept transfer"}},
			{name: "in words", who: c.boss, path: to.AuditWith(to.AuditFilter{Thing: c.id}), status: 200, has: []string{"took the credential over", "Owner: ada@example.org → ben@example.org", "offered the credential to somebody"}, hasNot: []string{"owner_id", "to_id"}},
		})
		c.WantMail(t, "transfer.received ben@example.org", "transfer.handed_over ada@example.org")
	})
}

// Pages that were opened before show the truth on the next request, and what is
// sent from them is refused.
func TestPagesFromBeforeAnAcceptance(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		lone := c.Keep(t, c.ada.Actor, "Lone")
		at := linkOf(c.offered(t, c.key, lone))
		other := c.sit(t, c.ada.Actor)
		ids := "offer=" + c.offerOf(t, c.key) + "&offer=" + c.offerOf(t, lone)
		c.try(t, []row{{name: "accepted", who: c.ben, path: at.accept, form: ids, status: 303, where: to.Transfers()}})
		c.unchanged(t, "the former owner", func() {
			for _, who := range []browser{c.ada, other} {
				for id, status := range map[string]int{c.id: 403, lone.String(): 404} {
					c.try(t, []row{
						{name: "save", who: who, path: to.Credential(id), form: raw("1", "Mine", "revoke", "on"), status: status},
						{name: "save, knowing the version", who: who, path: to.Credential(id), form: raw("2", "Mine"), status: status},
						{name: "delete", who: who, method: "POST", path: to.DeleteCredential(id), status: status},
						{name: "unshare", who: who, method: "POST", path: to.Unshare(id, c.wells.String()), status: status},
						{name: "offer", who: who, path: to.OfferTransfer(id), form: form("email", c.ben.Email), status: status},
						{name: "revoke", who: who, method: "POST", path: to.RevokeTransfer(id), status: status},
						{name: "by htmx", htmx: true, who: who, path: to.Credential(id), form: raw("1", "Mine"), status: status},
					})
				}
			}
		})
		c.try(t, []row{{name: "and it is clear why", who: other, path: to.Credential(c.id), form: raw("1", "Mine"), status: 403, has: []string{"Only its owner can do this. Ask ben."}}})
	})
}

func TestDecliningATransfer(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at := linkOf(c.offered(t))
		offer := "offer=" + c.offerOf(t, c.key)
		c.Mail(t)
		c.try(t, []row{
			{name: "declined", who: c.ben, path: at.decline, form: offer, status: 303, where: to.Transfers()},
			{name: "the news", who: c.ben, path: to.Transfers(), status: 200, has: []string{"Declined. Nothing changed hands.", "Declined"}},
			{name: "the link", who: c.ben, path: at.show, status: 200, has: []string{"You declined"}, hasNot: []string{"Accept transfer"}},
			{name: "not accepted after all", who: c.ben, path: at.accept, form: offer, status: 409, has: []string{"This offer is not open any more."}},
			{name: "the owner's page", who: c.ada, path: to.Credential(c.id), status: 200, has: []string{"declined the credential", "ben@example.org", "Offer transfer"}, hasNot: []string{"Transfer pending"}},
			{name: "the owner's list", who: c.ada, path: to.Credentials(), status: 200, hasNot: []string{"Transfer pending"}},
		})
		c.WantMail(t, "transfer.declined ada@example.org")
	})
}

// Time ends an offer whether the job has been there or not.
func TestAnOfferWhoseTimeIsOver(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at := linkOf(c.offered(t))
		offer := "offer=" + c.offerOf(t, c.key)
		c.Mail(t)
		c.Clock.Pass(modelstest.OfferLife - time.Second)
		ada, ben := c.sit(t, c.ada.Actor), c.sit(t, c.ben.Actor)
		c.try(t, []row{{name: "the last second", who: ben, path: at.show, status: 200, has: []string{"Accept transfer"}}})
		c.Clock.Pass(time.Second)
		for _, swept := range []string{"before the job", "after the job"} {
			c.try(t, []row{
				{name: swept, who: ben, path: at.show, status: 200, has: []string{"The offer has expired", "Ask for a new offer"}, hasNot: []string{"Accept transfer"}},
				{name: swept + ", accepted", who: ben, path: at.accept, form: offer, status: 410, has: []string{"The offer has expired"}},
				{name: swept + ", declined", who: ben, path: at.decline, form: offer, status: 410},
				{name: swept + ", the owner", who: ada, path: to.Credential(c.id), status: 200, has: []string{"Offer transfer"}, hasNot: []string{"Transfer pending"}},
				{name: swept + ", the owner's transfers", who: ada, path: to.Transfers(), status: 200, has: []string{"Expired"}, hasNot: []string{"Waiting for an answer"}},
			})
			_, err := c.Transfers.Expire(t.Context())
			modelstest.Must(t, err)
		}
		c.WantMail(t, "transfer.expired ada@example.org")
		c.try(t, []row{{name: "in words", who: ada, path: to.Credential(c.id), status: 200, has: []string{"ended an offer of the credential, whose time was over"}, hasNot: []string{"expiry_id"}}})
		if c.owner(t, c.key) != "ada" || c.state(t, c.key) != string(models.TransferExpired) {
			t.Error("it is not ada's any more")
		}
	})
}
