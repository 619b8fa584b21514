package handlers_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// letterOf is the id of the newest letter of a kind.
func (c *console) letterOf(t *testing.T, kind models.LetterKind) string {
	t.Helper()
	return c.cell(t, `SELECT id FROM letters WHERE kind = ? ORDER BY id DESC LIMIT 1`, string(kind))
}

// A newcomer without a mail server reads the letters here; with one, nobody
// reads what is for somebody else.
func TestReadingLettersInTheOutbox(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		box := to.Outbox()
		c.try(t, []row{{name: "empty", who: c.boss, path: box, status: 200, has: []string{"No letters yet", "No mail server is set", "HOLDFAST_SMTP_URL"}}})
		token := c.offered(t)
		url := base + to.Transfer(token)
		c.try(t, []row{
			{name: "readable", who: c.boss, path: box, status: 200, has: []string{"ada offers you “Warehouse”", "You offered “Warehouse” to ben", "ben@example.org", `<a href="` + url + `" rel="noreferrer">`, "Waiting", "not tried yet", "Opening the link changes nothing"}, hasNot: []string{"Send again"}},
			{name: "not for members", who: c.ada, path: box, status: 403, hasNot: []string{token}},
			{name: "nor by htmx", htmx: true, who: c.ben, path: box, status: 403, hasNot: []string{token}},
			{name: "its link works", who: c.ben, path: strings.TrimPrefix(url, base), status: 200, has: []string{"Accept transfer"}},
		})
		row{name: "with a mail server", status: 200, has: []string{"ada offers you “Warehouse”", "goes out in a moment"}, hasNot: []string{token, "Read letter", "No mail server", "/transfers/"}}.check(t, c.mailed(t).get(c.boss, box))
		c.Mail(t)
		c.try(t, []row{
			{name: "sent", who: c.boss, path: box, status: 200, has: []string{"ada offers you “Warehouse”", "Sent"}, hasNot: []string{token, "Read letter"}},
			{name: "sent ones", who: c.boss, path: to.OutboxWith("sent", ""), status: 200, has: []string{"ada offers you “Warehouse”"}},
			{name: "waiting ones", who: c.boss, path: to.OutboxWith("queued", ""), status: 200, has: []string{"Nothing waits"}, hasNot: []string{"Warehouse"}},
			{name: "failed ones", who: c.boss, path: to.OutboxWith("failed", ""), status: 200, has: []string{"Nothing failed"}},
			{name: "a state that there is not", who: c.boss, path: to.OutboxWith("odd", ""), status: 200},
		})
	})
}

func TestSendingALetterAgain(t *testing.T) {
	deals(t, func(t *testing.T, d deal) {
		d.offered(t)
		c := d.mailed(t)
		box, retry := to.Outbox(), to.RetryLetter(d.letterOf(t, models.OfferLetter))
		d.refuse(t, models.Fail(models.Invalid, "No <such> mailbox."))
		c.try(t, []row{
			{name: "failed", who: d.boss, path: box, status: 200, has: []string{"Failed", "No <such> mailbox.", "tried 1 time", "given up", "Send again", `action="` + retry + `"`}, hasNot: []string{"<such>"}},
			{name: "failed ones", who: d.boss, path: to.OutboxWith("failed", ""), status: 200, has: []string{"ada offers you"}},
			{name: "the sender is told", who: d.ada, path: to.Credential(d.id), status: 200, has: []string{"The letter with the link could not be delivered."}, hasNot: []string{"mailbox"}}, // why is for administrators
			{name: "and in the list", who: d.ada, path: to.Transfers(), status: 200, has: []string{"Letter could not be delivered"}},
			{name: "not by members", who: d.ada, method: "POST", path: retry, status: 403},
			{name: "an unknown letter", who: d.boss, method: "POST", path: to.RetryLetter(models.NewID().String()), status: 404},
			{name: "no letter at all", who: d.boss, method: "POST", path: to.RetryLetter("x"), status: 404},
			{name: "again", who: d.boss, method: "POST", path: retry, status: 303, where: box},
			{name: "the news", who: d.boss, path: box, status: 200, has: []string{"The letter is on its way again.", "Waiting"}},
			{name: "in words", who: d.boss, path: to.Audit(), status: 200, has: []string{"gave up a letter", "had a letter sent again", "Recipient: ben@example.org", "No <such> mailbox."}},
		})
		d.refuse(t, models.Fail(models.Unavailable, "Come back later."))
		c.try(t, []row{
			{name: "it waits", who: d.boss, path: box, status: 200, has: []string{"Waiting", "Come back later.", "next try", "Send again"}},
			{name: "at once", htmx: true, who: d.boss, method: "POST", path: retry, status: 204, where: box},
		})
		row{name: "without a mail server", status: 409, has: []string{"There is no mail server to send it with. Set HOLDFAST_SMTP_URL first."}}.check(t, d.post(d.boss, retry, "x="))
		d.Mail(t)
		c.try(t, []row{{name: "sent already", who: d.boss, method: "POST", path: retry, status: 409, has: []string{"This letter was sent already."}}})
		d.Clock.Pass(modelstest.OfferLife)
		boss := d.sit(t, d.boss.Actor)
		d.Exec(t, `UPDATE letters SET state = 'failed'`)
		c.try(t, []row{
			{name: "its link is dead", who: boss, method: "POST", path: retry, status: 409, has: []string{"It is too late for this letter"}},
			{name: "so no button", who: boss, path: box, status: 200, has: []string{"Failed"}, hasNot: []string{`action="` + retry + `"`}},
		})
	})
}

func TestPagesOfTheOutbox(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		for range models.PageSize/2 + 1 {
			c.offered(t)
			c.Mail(t)
			modelstest.Must(t, c.Transfers.Revoke(t.Context(), c.ada.Actor, c.key))
		}
		for state, want := range map[string]int{"": c.Count(t, `SELECT count(*) FROM letters`), "sent": c.Count(t, `SELECT count(*) FROM letters WHERE state = 'sent'`)} {
			path, seen, pages := to.OutboxWith(state, ""), 0, 0
			for path != "" && pages < 4 {
				a := c.get(c.boss, path)
				pages, path = pages+1, ""
				seen += strings.Count(a.body, `<li class="panel letter">`)
				for _, l := range href.FindAllStringSubmatch(a.body, -1) {
					if strings.Contains(l[1], "after=") {
						path = strings.ReplaceAll(l[1], "&amp;", "&")
					}
				}
				if pages > 1 && !strings.Contains(a.body, "First page") {
					t.Error("no way back")
				}
			}
			if seen != want || pages != 2 || want <= models.PageSize {
				t.Errorf("%q: %d letters on %d pages, want %d on 2", state, seen, pages, want)
			}
		}
	})
}

// The invitation holds the link that the administrator sees, this once.
func TestInvitingAUserWritesALetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss := c.person(t, "boss", models.Administrator)
		newcomer := func(name string) string {
			return form("name", name, "email", " "+name+"@example.org ", "rank", "member")
		}
		made := c.post(boss, to.Users(), newcomer("New"))
		row{name: "made", status: 200, has: []string{"An invitation to New@example.org waits in the outbox", "No mail server is set", `href="` + to.Outbox() + `"`, "Copy it now"}}.check(t, made)
		url := base + "/access/" + between(made.body, base+"/access/", `"`)
		c.try(t, []row{
			{name: "the letter", who: boss, path: to.Outbox(), status: 200, has: []string{"Your invitation to Holdfast", `href="` + url + `"`, "boss invites you"}},
			{name: "the link", path: strings.TrimPrefix(url, base), status: 200},
		})
		row{name: "with a mail server", status: 200, has: []string{"An invitation goes to More@example.org", base + "/access/"}, hasNot: []string{"No mail server"}}.
			check(t, c.mailed(t).post(boss, to.Users(), newcomer("More")))
		letters := c.WantMail(t, "user.invitation New@example.org", "user.invitation More@example.org")
		if base+to.Access(letters[0].Token) != url {
			t.Error("the letter has another link")
		}
		id := c.cell(t, `SELECT id FROM users WHERE name = 'New'`)
		row{name: "a link made by hand is not sent", status: 200, has: []string{"Copy it now"}, hasNot: []string{"invitation"}}.check(t, c.post(boss, to.Users()+"/"+id+"/access-link", "x="))
		c.WantMail(t)
		c.try(t, []row{{name: "refused", who: boss, path: to.Users(), form: newcomer("New"), status: 422}})
		c.WantMail(t)
	})
}

func TestSchedulingADeletionWritesALetter(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		c.try(t, []row{
			{name: "scheduled", who: c.ada, method: "POST", path: to.DeleteCredential(c.id), status: 303},
			{name: "the letter", who: c.boss, path: to.Outbox(), status: 200, has: []string{"“Warehouse” will be deleted", "9 Jan 2026", "choose “Restore”", `href="` + base + to.Credential(c.id) + `"`}},
		})
		l := c.WantMail(t, "credential.deletion ada@example.org")[0]
		if want := c.Clock.Now().Add(modelstest.GraceDays * 24 * time.Hour); !l.ReadDetails().Until.Equal(want) || l.Token != "" {
			t.Errorf("until %v, token %q", l.ReadDetails().Until, l.Token)
		}
	})
}

// Names are text in a letter, whoever made them up (S-70).
func TestNamesInLettersAndOffersAreInert(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		const evil = `<script>alert(1)</script>"onx='y http://evil.example/transfers/x`
		c.Exec(t, `UPDATE users SET name = ?`, evil)
		c.Exec(t, `UPDATE credentials SET name = ?`, evil)
		c.Exec(t, `UPDATE projects SET name = ?`, evil)
		ada, ben, boss := c.sit(t, c.ada.Actor), c.sit(t, c.ben.Actor), c.sit(t, c.boss.Actor)
		look := func(who browser, path string) {
			t.Helper()
			a := c.get(who, path)
			if a.status != 200 || strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, `"onx`) || strings.Contains(a.body, `href="http://evil`) {
				t.Errorf("%s: %d, or it runs a name", path, a.status)
			}
		}
		look(ada, to.OfferTransfer(c.id))
		c.try(t, []row{{name: "offered", who: ada, path: to.OfferTransfer(c.id), form: form("email", c.ben.Email), status: 303}})
		for _, path := range []string{to.Credential(c.id), to.EditCredential(c.id), to.DeleteCredential(c.id), to.OfferTransfer(c.id), to.Transfers(), to.Leaving(), to.Unshare(c.id, c.wells.String())} {
			look(ada, path)
		}
		look(ben, to.Transfers())
		look(ben, to.Transfer(c.LinkTo(t, c.ben.Actor)))
		for _, path := range []string{to.Outbox(), to.Audit(), to.UserLeaving(c.ada.UserID)} {
			look(boss, path)
		}
	})
}
