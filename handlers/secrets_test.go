package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

const marker = "mArKeR-7f3a"

// tour remembers every answer, so that none of them can hold the marker unseen.
type tour struct {
	*console
	seen strings.Builder
}

func (c *tour) post(who browser, path, form string) answer {
	return c.note(c.console.post(who, path, form))
}

func (c *tour) get(who browser, path string) answer { return c.note(c.console.get(who, path)) }

func (c *tour) note(a answer) answer {
	fmt.Fprintln(&c.seen, a.status, a.header, a.body)
	return a
}

// A secret goes in and never comes out: in no answer, no header, no log line,
// no row of any table.
func TestASecretIsNowhereToBeSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, plain *console) {
		c := &tour{console: plain}
		boss, ada, ben := c.person(t, "boss", models.Administrator), c.member(t, "ada"), c.member(t, "ben")
		wells := c.Project(t, ada.Actor, "Wells")
		c.Seat(t, ada.Actor, wells, ben.Actor, models.Admin)
		secret := func(name string, more ...string) string {
			return strings.ReplaceAll(database(name, more...), "marker-secret", marker)
		}
		c.post(ada, to.Credentials(), secret("", "body/port", "x")) // refused
		id := c.post(ada, to.Credentials(), secret("Warehouse", "project", wells.String())).id()
		raw := c.post(ada, to.Credentials(), form("kind", "raw", "name", "Raw", "body", `{"a":{"`+marker+`":["`+marker+`"]}}`)).id()
		c.post(ada, to.Credentials(), form("kind", "raw", "name", "Broken", "body", `{"`+marker+`": nope`))
		c.post(ada, to.Credentials(), form("kind", "raw", "name", "Broken", "body", `["`+marker+`"]`))
		c.post(ada, to.Credentials(), form("kind", "raw", "name", "Large", "body", `{"a":"`+strings.Repeat(marker, 7000)+`"}`))
		c.post(ada, to.Credentials(), form("kind", "dhis2", "name", "Other", "body/hostUrl", "no url", "body/password", marker, "body/pat", marker))
		c.post(ada, to.Credentials(), form("kind", "raw", "name", "Raw", "body", `{"`+marker+`":1}`))
		c.post(ada, to.Credential(id), secret("Lake", "version", "1"))
		c.post(ada, to.Credential(id), secret("Late", "version", "1"))
		c.post(ada, to.Credential(id), secret("", "version", "2"))
		c.post(ada, to.Credential(raw), form("version", "1", "name", "Raw", "body", `{"b":"`+marker+`2"}`))
		c.post(ada, to.Credential(raw), form("version", "2", "name", "Raw", "body", marker))
		c.post(ada, to.OfferTransfer(id), form("email", ben.Email, "body/password", marker))
		link := c.LinkTo(t, ben.Actor)
		for _, who := range []browser{ada, ben, boss} {
			for _, path := range []string{
				to.Credentials(), to.Credential(id), to.Credential(raw), to.EditCredential(id), to.EditCredential(raw), to.DeleteCredential(id),
				to.ProjectCredentials(wells.String()), to.Project(wells.String()), to.Audit(), to.Users(), to.User(ada.UserID),
				to.OfferTransfer(id), to.Transfers(), to.Transfer(link), to.Leaving(), to.UserLeaving(ada.UserID), to.Outbox(),
			} {
				c.get(who, path)
			}
		}
		c.post(ada, to.RevokeTransfer(id), "x=")
		c.post(ada, to.AccountPassword(), form("current", marker, "password", marker))
		c.post(ada, to.AccountPassword(), form("current", modelstest.Password, "password", marker+" "+marker+" long"))
		for _, to := range []string{to.Setup, to.Access(boss.Name)} {
			c.post(browser{}, to, form("token", "x", "name", "A", "email", "a@example.org", "password", marker))
		}
		c.post(browser{}, to.SignIn, form("login", ada.Email, "password", marker))
		ada = c.sit(t, ada.Actor)
		for _, one := range []string{id, raw} {
			c.post(ada, to.DeleteCredential(one), "x=")
			c.post(ada, to.DeleteCredentialNow(one), form("confirm", "wrong"))
		}
		c.Use(t, models.ParseID(raw), models.ID{})
		if strings.Contains(c.Dump(t), marker) {
			t.Error("the marker is in a table before the purge")
		}
		c.Clock.Pass(8 * 24 * time.Hour)
		n, err := c.Purge.Run(t.Context())
		if err != nil || n.Deleted != 1 || n.Emptied != 1 {
			t.Fatal(n, err)
		}
		ada, boss = c.sit(t, ada.Actor), c.sit(t, boss.Actor)
		for _, path := range []string{to.Credential(id), to.Credential(raw), to.Credentials()} {
			c.get(ada, path)
		}
		c.get(boss, to.Audit())
		// A password in the wrong field goes back to who typed it and nowhere else.
		c.console.post(browser{}, to.SignIn, form("login", marker, "password", ""))
		c.get(boss, to.Audit())
		for where, text := range map[string]string{"an answer": c.seen.String(), "the log": c.log.String(), "a table": c.Dump(t)} {
			if i := strings.Index(text, marker); i >= 0 {
				t.Errorf("the marker is in %s: …%s…", where, text[max(0, i-200):i+40])
			}
		}
		if !strings.Contains(c.log.String(), "/credentials/:id") {
			t.Error("the log that was searched is empty")
		}
	})
}

// The token of a link and that of a session are known to who holds them: the
// log and the tables know only what they open.
func TestTokensAreNotKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		setup, err := c.People.OfferSetup(t.Context())
		modelstest.Must(t, err)
		c.get(browser{}, to.SetupWith(setup))
		boss, ada := c.person(t, "boss", models.Administrator), c.member(t, "ada")
		made := c.post(boss, to.UserAccessLink(ada.UserID), "x=")
		link := between(made.body, base+"/access/", `"`)
		if link == "" {
			t.Fatal(plainText(made.body))
		}
		c.get(browser{}, to.Access(link))
		c.post(browser{}, to.Access(link), form("password", "short"))
		mine := c.Keep(t, boss.Actor, "Key")
		c.post(boss, to.OfferTransfer(mine.String()), form("email", ada.Email))
		offered := c.LinkTo(t, ada.Actor)
		c.get(ada, to.Transfer(offered))
		c.get(browser{}, to.Transfer(offered))
		c.get(boss, to.Outbox())
		c.post(boss, to.AcceptTransfer(offered), "offer=x")
		c.post(ada, to.AcceptTransfer(offered), "offer="+c.cell(t, `SELECT id FROM transfers`))
		c.get(ada, to.Transfer(offered)+"/nowhere")
		if c.Count(t, `SELECT count(*) FROM credentials WHERE owner_id = ?`, ada.UserID) != 1 {
			t.Fatal("the offer was not accepted")
		}
		in := c.post(browser{}, to.SignIn, form("login", boss.Email, "password", modelstest.Password, "next", to.Access(link)))
		cookie := between(in.header.Get("Set-Cookie"), "=", ";")
		c.get(browser{cookie: "holdfast=" + cookie}, to.Home)
		for name, token := range map[string]string{"setup": setup, "link": link, "offer": offered, "session": cookie, "password": modelstest.Password} {
			if token == "" || strings.Contains(c.log.String(), token) || strings.Contains(c.Dump(t), token) {
				t.Errorf("the token of the %s, %d letters, is in the log or in a table", name, len(token))
			}
		}
	})
}
