package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/views/to"
)

// chosen is the form that offers credentials to an address.
func chosen(email string, ids ...models.ID) string {
	pairs := []string{"email", email}
	for _, id := range ids {
		pairs = append(pairs, "credential", id.String())
	}
	return form(pairs...)
}

// ticked reports whether the box of a credential is ticked on a page.
func ticked(body string, id models.ID) bool {
	_, box, _ := strings.Cut(body, `id="credential-`+id.String()+`"`)
	box, _, _ = strings.Cut(box, ">")
	return strings.Contains(box, " checked")
}

func TestHandingOverSeveralOfOnesOwn(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		lone, due := c.Keep(t, c.ada.Actor, "Lone"), c.Keep(t, c.ada.Actor, "Due")
		c.Keep(t, c.ben.Actor, "Of ben's")
		c.Schedule(t, c.ada.Actor, due)
		c.Mail(t)
		page := to.Leaving()
		c.try(t, []row{
			{
				name: "what ada owns", who: c.ada, path: page, status: 200,
				has:    []string{"Warehouse", "Lone", "Wells", `name="credential"`, `value="` + c.id + `"`, "ben@example.org", to.Credential(c.id), "valid for 48 hours"},
				hasNot: []string{"Due", "Of ben", "eve@example.org", "Revoke transfer", "aria-invalid"},
			},
			{name: "what eve owns", who: c.eve, path: page, status: 200, has: []string{"You own no credentials"}, hasNot: []string{`name="email"`}},
			{name: "both", who: c.ada, path: page, form: chosen(c.ben.Email, c.key, lone), status: 303, where: to.Transfers()},
			{name: "the news", who: c.ada, path: to.Transfers(), status: 200, has: []string{"credentials offered to ben. They have 2 days to accept.", "Warehouse", "Lone"}},
			{name: "pending", who: c.ada, path: page, status: 200, has: []string{"Transfer pending", "To ben, 2 days left", to.RevokeTransfer(c.id), to.RevokeTransfer(lone.String())}, hasNot: []string{`name="credential"`, `name="email"`}},
			{name: "one is revoked", who: c.ada, method: "POST", path: to.RevokeTransfer(lone.String()), status: 303},
			{name: "the other waits", who: c.ada, path: page, status: 200, has: []string{`value="` + lone.String() + `"`, to.RevokeTransfer(c.id)}},
		})
		letters := c.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made ada@example.org", "transfer.withdrawn ben@example.org")
		c.try(t, []row{{name: "one link has both", who: c.ben, path: to.Transfer(letters[0].Token), status: 200, has: []string{"ada offers you 2 credentials", "Warehouse", "Lone", "Revoked", "Accept transfer"}}})
	})
}

// What was ticked and typed stays when something is wrong, and nothing is offered.
func TestFaultsOfHandingOverSeveral(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		fay := c.member(t, "fay")
		c.Seat(t, c.ada.Actor, c.wells, fay.Actor, models.Editor)
		lone, fays := c.Keep(t, c.ada.Actor, "Lone"), c.Keep(t, fay.Actor, "Fay's", c.wells)
		hidden := c.Keep(t, c.ben.Actor, "Hidden")
		many := make([]models.ID, 101)
		for i := range many {
			many[i] = models.NewID()
		}
		for whose, who := range map[string]browser{to.Leaving(): c.ada, to.UserLeaving(c.ada.UserID): c.boss} {
			kept := c.post(who, whose, chosen("nobody@example.org", lone))
			says := "Nobody in your projects has this address."
			if who.Admin() {
				says = "Nobody has this address."
			}
			row{name: "an unknown address", status: 422, has: []string{says, `value="nobody@example.org"`}}.check(t, kept)
			if !ticked(kept.body, lone) || ticked(kept.body, c.key) {
				t.Errorf("%s: the ticks are not kept", whose)
			}
			c.try(t, []row{
				{name: "nothing ticked", who: who, path: whose, form: chosen(c.ben.Email), status: 422, has: []string{"Choose at least one credential.", `value="ben@example.org"`, `id="choice-error"`}},
				{name: "by htmx", htmx: true, who: who, path: whose, form: chosen(c.ben.Email), status: 422, hasNot: []string{"<html"}},
				{name: "everything at once", who: who, path: whose, form: "x=y", status: 422, has: []string{"Choose at least one credential.", "Enter an e-mail address such as"}},
				{name: "to the owner", who: who, path: whose, form: chosen(c.ada.Email, lone), status: 422, has: []string{" own address. Enter the address of somebody else."}},
				{name: "more than a hundred", who: who, path: whose, form: chosen(c.ben.Email, many...), status: 422, has: []string{"at most 100 credentials"}},
				{name: "one of nobody's", who: who, path: whose, form: chosen(c.ben.Email, lone, models.NewID()), status: 404},
				{name: "one that can't be seen", who: who, path: whose, form: chosen(c.ben.Email, lone, hidden), status: 404},
			})
		}
		c.try(t, []row{
			{name: "one that can be seen", who: c.ada, path: to.Leaving(), form: chosen(c.ben.Email, lone, fays), status: 403, has: []string{"Only the owner of a credential can do this."}},
			{name: "of somebody else, by an administrator", who: c.boss, path: to.UserLeaving(c.ada.UserID), form: chosen(c.ben.Email, fays), status: 404},
		})
		c.offered(t)
		c.try(t, []row{{name: "one is pending", who: c.ada, path: to.Leaving(), form: chosen(c.ben.Email, lone, c.key), status: 422, has: []string{"“Warehouse” is offered to somebody already."}}})
		if n := c.Count(t, `SELECT count(*) FROM transfers`); n != 1 {
			t.Errorf("%d offers, want 1", n)
		}
	})
}

func TestAnAdministratorHandsOverWhatSomebodyOwns(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		lone := c.Keep(t, c.ada.Actor, "Lone")
		page := to.UserLeaving(c.ada.UserID)
		c.try(t, []row{
			{name: "the way there", who: c.boss, path: to.User(c.ada.UserID), status: 200, has: []string{`href="` + page + `"`}},
			{
				name: "what ada owns", who: c.boss, path: page, status: 200,
				has:    []string{"What ada owns", "Warehouse", "Lone", "Wells", "ben@example.org", "eve@example.org", "everything stays with ada"},
				hasNot: []string{to.Credential(c.id) + `"`, "pin"},
			},
			{name: "of nobody", who: c.boss, path: to.UserLeaving(4711), status: 404},
			{name: "offered of nobody's", who: c.boss, path: to.UserLeaving(4711), form: chosen(c.ben.Email, lone), status: 404},
			{name: "not by a member", who: c.ben, path: page, status: 403, hasNot: []string{"Warehouse"}},
			{name: "not by the owner", who: c.ada, path: page, status: 403},
			{name: "not offered by a member", who: c.ben, path: page, form: chosen(c.ben.Email, lone), status: 403},
			{name: "not revoked by a member", who: c.ben, method: "POST", path: to.RevokeUserTransfer(c.ada.UserID, c.id), status: 403},
			{name: "not to oneself", who: c.boss, path: page, form: chosen(" BOSS@example.org", lone), status: 422, has: []string{"You can't offer somebody else's credentials to yourself."}},
			{name: "not to who is outside its project", who: c.boss, path: page, form: chosen(c.eve.Email, lone, c.key), status: 422, has: []string{"eve is not a member of Wells."}},
			{name: "offered", who: c.boss, path: page, form: chosen(c.ben.Email, lone, c.key), status: 303, where: page},
			{name: "the news", who: c.boss, path: page, status: 200, has: []string{"offered to ben.", "Transfer pending", to.RevokeUserTransfer(c.ada.UserID, c.id)}},
			{name: "the owner sees it", who: c.ada, path: to.Credential(c.id), status: 200, has: []string{"Transfer pending", "boss@example.org", "offered the credential to somebody"}},
			{name: "in words", who: c.boss, path: to.AuditWith(to.AuditFilter{Event: models.TransferOffered}), status: 200, has: []string{"offered the credential to somebody", "boss@example.org", "Warehouse", "To: ben@example.org"}, hasNot: []string{"to_id"}},
		})
		letters := c.WantMail(t, "transfer.offer ben@example.org", "transfer.offer_made ada@example.org")
		if letters[1].Subject != "An administrator offered 2 credentials of yours to ben" {
			t.Errorf("ada is told %q", letters[1].Subject)
		}
		at := linkOf(letters[0].Token)
		c.try(t, []row{
			{name: "the link", who: c.ben, path: at.show, status: 200, has: []string{"ada offers you 2 credentials"}},
			{name: "not for the administrator", who: c.boss, path: at.show, status: 410},
			{name: "the owner may revoke", who: c.ada, method: "POST", path: to.RevokeTransfer(lone.String()), status: 303},
			{name: "the rest is accepted", who: c.ben, path: at.accept, form: form("offer", c.offerOf(t, c.key)), status: 303, where: to.Transfers()},
			{name: "it is not ada's any more", who: c.boss, path: page, status: 200, has: []string{"Lone"}, hasNot: []string{"Warehouse"}},
			{name: "nor can it be revoked", who: c.boss, method: "POST", path: to.RevokeUserTransfer(c.ada.UserID, c.id), status: 404},
		})
	})
}

func TestPagesOfWhatSomebodyOwns(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		for i := range models.PageSize {
			c.Keep(t, c.ada.Actor, fmt.Sprintf("Key %02d", i))
		}
		for path, who := range map[string]browser{to.Leaving(): c.ada, to.UserLeaving(c.ada.UserID): c.boss} {
			seen, pages := 0, 0
			for path != "" && pages < 3 {
				a := c.get(who, path)
				seen += strings.Count(a.body, `name="credential"`)
				here := path
				path = ""
				for _, l := range href.FindAllStringSubmatch(a.body, -1) {
					if next := strings.ReplaceAll(l[1], "&amp;", "&"); strings.Contains(next, "after=") && next != here { // the form comes back to its page
						path = next
					}
				}
				if pages++; pages == 2 && !strings.Contains(a.body, "First page") {
					t.Error("no way back")
				}
			}
			if pages != 2 || seen != models.PageSize+1 {
				t.Errorf("%s sees %d on %d pages", who.Name, seen, pages)
			}
		}
	})
}
