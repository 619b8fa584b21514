package browsertest

import (
	"io"
	"regexp"
	"slices"
	"testing"
)

// offering puts offers of every kind into a furnished house that has no mail
// server: their links are read in the outbox.
func offering(t *testing.T, prog *program, f furniture) furniture {
	t.Helper()
	ada := newClient(t, prog).signIn(adminLogin, adminPassword)
	katherine := newClient(t, prog).signIn(heirLogin, heirPassword)
	keeps := func(name string) string {
		id, kept := f.keeps[name]
		if !kept {
			t.Fatalf("nobody keeps %q", name)
		}
		return id
	}
	katherine.id("/credentials", "kind", "http-bearer", "name", "Slack alerts", "body/token", secret)
	f.links.clash = ada.offers(heirLogin, keeps("Slack alerts"))
	f.links.ended = ada.offers(heirLogin, keeps("Release notes bot"))
	katherine.post(f.links.ended+"/decline", "offer", katherine.offerOf(f.links.ended))
	taken := ada.offers(heirLogin, keeps("Survey coding model"))
	katherine.post(taken+"/accept", "offer", katherine.offerOf(taken))
	katherine.offers(viewerLogin, keeps("Survey coding model"))
	f.links.several = ada.offers(heirLogin, keeps("DHIS2 reporting"), keeps("OpenMRS clinic sync"), keeps("Stock levels bucket"))
	katherine.post(f.links.several+"/decline", "offer", katherine.offerOf(f.links.several))
	f.offered = keeps("Twilio SMS reminders")
	f.links.one = ada.offers(heirLogin, f.offered)
	return f
}

// offers credentials to somebody, and gives the path of the link where the one
// who offers may read the outbox.
func (c client) offers(email string, ids ...string) (link string) {
	c.t.Helper()
	if len(ids) == 1 {
		c.post("/credentials/"+ids[0]+"/transfer", "email", email)
	} else {
		pairs := []string{"email", email}
		for _, id := range ids {
			pairs = slices.Concat(pairs, []string{"credential", id})
		}
		c.post("/transfers/leaving", pairs...)
	}
	return regexp.MustCompile(`/transfers/[\w-]{43}`).FindString(c.get("/admin/outbox"))
}

// offerOf is the first offer of a link.
func (c client) offerOf(link string) string {
	c.t.Helper()
	found := regexp.MustCompile(`name="offer" value="([^"]+)"`).FindStringSubmatch(c.get(link))
	if found == nil {
		c.t.Fatalf("%s offers nothing", link)
	}
	return found[1]
}

// get loads a page, whatever it says.
func (c client) get(path string) string {
	c.t.Helper()
	answer, err := c.http.Get(c.at + path)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}
