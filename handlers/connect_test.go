package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/views/to"
)

func TestThePickerOffersAccountsFirst(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		page := g.get(g.ben, to.PickKind())
		row{name: "all", status: 200, has: []string{"OAuth account", "Acme app", strings.ReplaceAll(to.ConnectNew(g.client.String()), "&", "&amp;")}}.check(t, page)
		if strings.Index(page.body, "<h2>OAuth</h2>") > strings.Index(page.body, "<h2>Databases</h2>") {
			t.Error("the group OAuth is not the first")
		}
		eve := g.member(t, "eve")
		g.try(t, []row{
			{name: "searched", who: g.ben, path: to.PickKind() + "?q=acme", status: 200, has: []string{"Acme app"}, hasNot: []string{"PostgreSQL", ">OAuth account<"}},
			{name: "somebody whom it is not offered to", who: eve, path: to.PickKind(), status: 200, has: []string{"OAuth account"}, hasNot: []string{"Acme app"}},
			{name: "no client", who: eve, path: to.NewCredential("oauth"), status: 200, has: []string{"There is no OAuth client to connect with", to.OAuthClients()}},
			{name: "no client of theirs", who: eve, path: to.ConnectNew(g.client.String()), status: 200, has: []string{"There is no OAuth client to connect with"}},
			{name: "which client", who: g.ben, path: to.NewCredential("oauth"), status: 200, has: []string{"Choose an OAuth client", "Acme app", "All OAuth clients"}, hasNot: []string{">Connect<", "Only the first"}},
			{name: "none chosen", who: g.ben, path: to.Credentials(), form: form("kind", "oauth", "name", "x"), status: 422, has: []string{"Choose a client."}},
		})
	})
}

func TestNotAllOfManyClientsAreShownAndThatIsSaid(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		for i := range models.PageSize + 1 {
			g.oauthClient(t, g.ben.Actor, fmt.Sprintf("App %02d", i), g.provider.Settings())
		}
		id := g.connected(t, g.ben, "Sheets")
		first := "Only the first 50 are shown."
		g.try(t, []row{
			{name: "which client", who: g.ben, path: to.NewCredential("oauth"), status: 200, has: []string{first, "Open OAuth clients for the others", `href="` + to.OAuthClients() + `"`, "App 48"}, hasNot: []string{"App 49"}},
			{name: "another one", who: g.ben, path: to.Connect(id), status: 200, has: []string{"Change client", first, "All OAuth clients"}, hasNot: []string{"for the others"}},
			{name: "few", who: g.ana, path: to.NewCredential("oauth"), status: 200, hasNot: []string{"Only the first"}},
		})
	})
}

func TestTheFormOfANewConnection(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		at := to.ConnectNew(g.client.String())
		g.try(t, []row{
			{
				name: "the form", who: g.ben, path: at, status: 200,
				has:    []string{"Connect an account", "Acme app", "You sign in at " + strings.TrimPrefix(g.provider.URL, "http://"), "always asked for", `value="read" checked disabled`, `value="write"`, "Wells", "More scopes"},
				hasNot: []string{`value="write" checked`, "Save credential", "Use another account"},
			},
			{
				name: "everything wrong", who: g.ben, path: to.Credentials(), status: 422,
				form: form("kind", "oauth", "client", g.client.String(), "name", " ", "scope", "write", "more_scopes", "Mail.Read\n\"quoted\"", "project", models.NewID().String(), "project", g.wells.String()),
				has: []string{
					"Enter a name.", "Choose scopes that the provider knows.", "share with one of the projects", "things need your attention",
					`value="write" checked`, "Mail.Read\n", `value="` + g.wells.String() + `" checked`,
				},
			},
		})
		g.Keep(t, g.ben.Actor, "Taken")
		g.try(t, []row{{name: "name taken", who: g.ben, path: to.Credentials(), form: g.wish("taken"), status: 422, has: []string{"You have another credential with this name.", `value="taken"`}}})
		g.Exec(t, `UPDATE oauth_clients SET incident_at = created_at, incident_code = 'invalid_client'`)
		g.try(t, []row{
			{name: "refused", who: g.ben, path: at, status: 200, has: []string{"refuses this client at the moment"}},
			{name: "refused, sent", who: g.ben, path: to.Credentials(), form: g.wish("Sheets"), status: 422, has: []string{"Its owner has to mend it first"}},
		})
		if n := g.Count(t, `SELECT count(*) FROM connects`); n != 0 {
			t.Errorf("%d ways were begun", n)
		}
	})
}

func TestConnectingFromTheFormToTheList(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		left := g.post(g.ben, to.Credentials(), g.wish("Sheets", "more_scopes", "Mail.Read"))
		row{name: "leaving", status: 200, has: []string{"Taking you to Acme app", "Continue to Acme app", "You sign in at " + strings.TrimPrefix(g.provider.URL, "http://"), "scope=read+write+offline_access+Mail.Read", "code_challenge="}}.check(t, left)
		htmx := g.visit(visit{who: g.ben, method: "POST", path: to.Credentials(), form: g.wish("Sheets"), htmx: true})
		if htmx.status != http.StatusNoContent || !strings.HasPrefix(htmx.where(), g.provider.URL+"/authorize?") {
			t.Errorf("htmx: %d to %q", htmx.status, htmx.where())
		}
		back := g.returns(t, left)
		head := g.visit(visit{who: g.ben, method: "HEAD", path: back})
		if head.status != http.StatusNoContent {
			t.Errorf("HEAD: %d", head.status)
		}
		came := g.get(g.ben, back)
		if came.status != 303 || came.header.Get("Cache-Control") != "no-store" || came.header.Get("Referrer-Policy") != "no-referrer" || strings.Contains(came.where(), "code") {
			t.Fatalf("back: %d to %q, %v", came.status, came.where(), came.header)
		}
		page := g.get(g.ben, came.where())
		row{
			name: "the result", status: 200,
			has: []string{"Connected as ana@example.org", "Acme app " + strings.TrimPrefix(g.provider.URL, "http://"), "Sheets", "read", "write", "Mail.Read", "Missing Nothing", "Holdfast can refresh it by itself.", ">Open Sheets<"},
		}.check(t, page)
		id := g.cell(t, `SELECT id FROM credentials WHERE kind = 'oauth'`)
		shown, list := g.get(g.ben, to.Credential(id)), g.get(g.ben, to.Credentials())
		row{
			name: "the credential", status: 200,
			has: []string{">Connection<", "Connected", "Works; the provider last answered", "just now", "ana@example.org", "Acme app", "Reconnect", "Refresh now", "Disconnect", "Yes, by itself"}, hasNot: []string{">Values<", "Connected by somebody else"},
		}.check(t, shown)
		row{name: "the list", status: 200, has: []string{"Sheets", "Connected"}, hasNot: []string{"</svg> Active"}}.check(t, list)
		inProject := g.get(g.ana, to.ProjectCredentials(g.wells.String()))
		theirs := g.get(g.ana, to.Credential(id))
		row{name: "the project's list", status: 200, has: []string{"Sheets", "Connected"}}.check(t, inProject)
		row{name: "a member", status: 200, has: []string{"Connected", "Values are for the owner alone"}, hasNot: []string{">Connection<", "ana@example.org</dd>", "Refresh now"}}.check(t, theirs)
		g.keepsSecrets(t, left, page, shown, list, inProject, theirs)
	})
}

func TestAWayBackIsGoodOnceAndForWhoLeft(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		leave := func(name string) string { return g.returns(t, g.post(g.ben, to.Credentials(), g.wish(name))) }
		over := to.ConnectOver("") // the code leaves the address in every case
		first, second := leave("First"), leave("Second")
		again := g.sit(t, g.ben.Actor)
		g.try(t, []row{
			{name: "no state", who: g.ben, path: to.OAuthCallback, status: 303, where: over},
			{name: "somebody else", who: g.ana, path: first, status: 303, where: over},
			{name: "another session", who: again, path: first, status: 303, where: over},
			{name: "signed out", path: first, status: 303, where: to.ConnectOver("signed-out")},
			{name: "the second tab first", who: g.ben, path: second, status: 303},
			{name: "replayed", who: g.ben, path: second, status: 303, where: over},
			{name: "replayed by htmx", who: g.ben, path: second, htmx: true, status: 204, where: over},
			{name: "then the first tab", who: g.ben, path: first, status: 303},
		})
		g.try(t, []row{
			{name: "told", who: g.ben, path: over, status: 410, has: []string{"This way back is over", "used already", "Go to your credentials", "Nothing was connected"}},
			{name: "told that they were signed out", path: to.ConnectOver("signed-out"), status: 410, has: []string{"This way back is over", "signed out meanwhile", "connect again"}},
		})
		for _, name := range []string{"First", "Second"} {
			if n := g.Count(t, `SELECT count(*) FROM credentials c JOIN grants g ON g.credential_id = c.id WHERE c.name = ?`, name); n != 1 {
				t.Errorf("%s: %d", name, n)
			}
		}
		late := leave("Late")
		g.Clock.Pass(models.ConnectLife)
		g.try(t, []row{{name: "expired", who: g.ben, path: late, status: 303, where: over}})
		if g.provider.Exchanges() != 2 {
			t.Errorf("%d codes were redeemed", g.provider.Exchanges())
		}
		gone := leave("Gone")
		_, err := g.console.OAuth.Client(t.Context(), g.ben.Actor, g.client)
		modelstest.Must(t, err)
		modelstest.Must(t, g.console.OAuth.DeleteClient(t.Context(), g.ana.Actor, g.client, "Acme app"))
		g.try(t, []row{{name: "the client is gone", who: g.ben, path: gone, status: 303, where: over}})
		g.keepsSecrets(t)
	})
}

func TestReconnectingKeepsTheOldConnectionUntilTheNewOneWorks(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		id := g.connected(t, g.ben, "Sheets")
		g.try(t, []row{{
			name: "the form", who: g.ben, path: to.Connect(id), status: 200,
			has:    []string{"Reconnect Sheets", "The present connection stays until the new one works", "Use another account than ana@example.org", `value="write" checked`, "Acme app"},
			hasNot: []string{`name="project"`, `name="name"`},
		}})
		g.provider.Behave(func(m *oauthtest.Manners) { m.DenyConsent = "access_denied" })
		page, _ := g.visits(t, g.ben, to.Connect(id), form("client", g.client.String(), "scope", "write"))
		row{name: "denied", status: 200, has: []string{"Access was not granted", "stays as it is", "Connect again", "Back to the credential"}}.check(t, page)
		row{name: "it still works", status: 200, has: []string{"Works; the provider last answered"}}.check(t, g.get(g.ben, to.Credential(id)))
		g.provider.Behave(func(m *oauthtest.Manners) { m.DenyConsent = "" })
		page, _ = g.visits(t, g.ben, to.Connect(id), form("client", g.client.String(), "more_scopes", "Mail.Read"))
		row{name: "again", status: 200, has: []string{"Connected as ana@example.org", "Mail.Read", "Open Sheets"}}.check(t, page)
		row{name: "other scopes", status: 200, has: []string{"of the present connection", `value="Mail.Read" checked`}, hasNot: []string{`value="write" checked`}}.check(t, g.get(g.ben, to.Connect(id)))
		if n := g.Count(t, `SELECT count(*) FROM grants WHERE credential_id IS NOT NULL`); n != 1 {
			t.Errorf("%d grants", n)
		}
		raw := g.Keep(t, g.ben.Actor, "Values").String()
		g.try(t, []row{
			{name: "of another kind", who: g.ben, path: to.Connect(raw), status: 409, has: []string{"holds values of its own"}},
			{name: "of another kind, sent", who: g.ben, path: to.Connect(raw), form: form("client", g.client.String()), status: 409},
			{name: "no such client", who: g.ben, path: to.Connect(id), form: form("client", models.NewID().String()), status: 422, has: []string{"Choose a client."}},
		})
	})
}
