package handlers_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
	"holdfast/views/to"
)

// oauthClient is a client of the provider's that who owns.
func (c *console) oauthClient(t testing.TB, who models.Actor, name string, s models.ClientSettings, projects ...models.ID) models.ID {
	t.Helper()
	f := models.ClientForm{Name: name, ClientID: oauthtest.ClientID, Secret: oauthtest.Secret, Projects: projects}
	f.Fill(s)
	id, err := c.OAuth.CreateClient(t.Context(), who, f)
	modelstest.Must(t, err)
	return id
}

// onTheWay is a credential of owner's in the project, a client that nobody
// answers for, and owner's way to its provider.
func (c *console) onTheWay(t *testing.T, owner models.Actor, project models.ID) (account, client, connect string) {
	t.Helper()
	c.Exec(t, `DELETE FROM connects`)
	c.Exec(t, `DELETE FROM attempts WHERE name LIKE 'connect:%'`)
	c.Exec(t, `DELETE FROM oauth_clients`)
	with := c.oauthClient(t, owner, "Acme app", models.ClientSettings{Authorize: "http://127.0.0.1:1/authorize", Token: "http://127.0.0.1:1/token", Auth: models.SecretBasic, PKCE: true})
	id := c.Keep(t, owner, "Account "+models.NewID().String(), project)
	c.Exec(t, `UPDATE credentials SET kind = 'oauth' WHERE id = ?`, id)
	seat := c.sit(t, owner)
	_, err := c.OAuth.Begin(t.Context(), seat.Actor, oauth.Wish{Client: with, Credential: id, Redirect: base + to.OAuthCallback})
	modelstest.Must(t, err)
	return id.String(), with.String(), c.cell(t, `SELECT id FROM connects`)
}

// agency is a console with a provider, a client that ana has registered there and
// offers to the members of her project, and ben, who is one of them.
type agency struct {
	*console
	provider *oauthtest.Provider
	ana, ben browser
	wells    models.ID
	client   models.ID
}

// agencies runs a test on both databases.
func agencies(t *testing.T, test func(*testing.T, agency)) {
	t.Helper()
	t.Parallel()
	each(t, func(t *testing.T, c *console) { test(t, c.agency(t)) })
}

func (c *console) agency(t *testing.T) agency {
	t.Helper()
	g := agency{console: c, provider: oauthtest.New(t, c.Clock.Now), ana: c.member(t, "ana"), ben: c.member(t, "ben")}
	g.wells = c.Project(t, g.ana.Actor, "Wells")
	c.Seat(t, g.ana.Actor, g.wells, g.ben.Actor, models.Editor)
	g.client = c.oauthClient(t, g.ana.Actor, "Acme app", g.provider.Settings(), g.wells)
	return g
}

// wish is the form for a new credential.
func (g agency) wish(name string, more ...string) string {
	return form(append([]string{"kind", "oauth", "client", g.client.String(), "name", name, "scope", "write", "scope", "offline_access", "project", g.wells.String()}, more...)...)
}

// away is the address at the provider that an answer leads to.
func (a answer) away(t testing.TB) string {
	t.Helper()
	at := a.where()
	if at == "" {
		_, at, _ = strings.Cut(a.header.Get("Refresh"), "url=")
	}
	if at == "" {
		t.Fatalf("it leads nowhere: %d\n%s", a.status, plainText(a.body))
	}
	return at
}

// returns has somebody consent, and gives the address that they are sent back to.
func (g agency) returns(t testing.TB, left answer) string {
	t.Helper()
	return to.OAuthCallback + "?" + g.provider.Visit(t, left.away(t)).Encode()
}

// visits leaves with a form, comes back, and gives the page of what came of it,
// with its address.
func (g agency) visits(t testing.TB, who browser, path, form string) (page answer, at string) {
	t.Helper()
	came := g.get(who, g.returns(t, g.post(who, path, form)))
	if came.status != 303 || !strings.HasPrefix(came.where(), "/oauth/connects/") {
		t.Fatalf("came back to %d %q\n%s", came.status, came.where(), plainText(came.body))
	}
	return g.get(who, came.where()), came.where()
}

// connected is a new connected credential.
func (g agency) connected(t testing.TB, who browser, name string) string {
	t.Helper()
	page, _ := g.visits(t, who, to.Credentials(), g.wish(name))
	found := regexp.MustCompile(`href="/credentials/([0-9a-f-]{36})"[^>]*>Open`).FindStringSubmatch(page.body)
	if found == nil {
		t.Fatalf("nothing was connected\n%s", plainText(page.body))
	}
	return found[1]
}

// keepsSecrets fails the test when a code, a token or the client's secret stands
// in a page, the log or a row.
func (g agency) keepsSecrets(t testing.TB, pages ...answer) {
	t.Helper()
	all := g.Dump(t) + g.log.String()
	for _, p := range pages {
		all += p.body
	}
	for _, secret := range append(g.provider.Secrets(), oauthtest.Secret) {
		if strings.Contains(all, secret) || strings.Contains(all, url.QueryEscape(secret)) {
			t.Errorf("%s stands in a page, a row or the log", secret)
		}
	}
}
