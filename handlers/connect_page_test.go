package handlers_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/views/to"
)

func TestAConnectionIsRefreshedWhenItsOwnerWantsIt(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		id := g.connected(t, g.ben, "Sheets")
		at := to.Credential(id)
		g.Clock.Pass(time.Minute)
		row{name: "refreshed", status: 303, where: at}.check(t, g.post(g.ben, to.Refresh(id), ""))
		page := g.get(g.ben, at)
		row{name: "the page", status: 200, has: []string{"Refreshed. There is a new token.", "<caption", "Refreshes", "The owner wanted it", "A new token, and a new refresh token"}}.check(t, page)
		g.provider.Behave(func(m *oauthtest.Manners) { m.Status = 503 })
		g.Clock.Pass(2 * time.Minute)
		row{name: "the provider is down", status: 303, where: at}.check(t, g.post(g.ben, to.Refresh(id), ""))
		row{
			name: "retrying", status: 200,
			has: []string{"It could not be refreshed.", "Retrying", "Acme app does not answer as it should", "programs still get the present token", "The next try is", "the status 503", "There is nothing you have to do"},
		}.check(t, g.get(g.ben, at))
		row{name: "the list", status: 200, has: []string{"Retrying"}}.check(t, g.get(g.ana, to.ProjectCredentials(g.wells.String())))
		g.Clock.Pass(time.Hour)
		g.ben = g.sit(t, g.ben.Actor) // the session is over by then
		row{name: "down, and the token is over", status: 303, where: at}.check(t, g.post(g.ben, to.Refresh(id), ""))
		row{name: "no token", status: 200, has: []string{"Until it answers, programs get no token"}}.check(t, g.get(g.ben, at))
		g.provider.Behave(func(m *oauthtest.Manners) { m.Status, m.Error = 400, "invalid_grant" })
		g.Clock.Pass(time.Hour)
		g.ben = g.sit(t, g.ben.Actor) // the session is over by then
		row{name: "refused", status: 303, where: at}.check(t, g.post(g.ben, to.Refresh(id), ""))
		last := g.get(g.ben, at)
		row{
			name: "reconnect", status: 200,
			has:    []string{"The account must be connected again", "invalid_grant", "the access was taken back, has ended, or was replaced", "Reconnect: you sign in at Acme app"},
			hasNot: []string{"Refresh now"},
		}.check(t, last)
		row{name: "the list says so", status: 200, has: []string{"Reconnect"}}.check(t, g.get(g.ben, to.Credentials()))
		if n := strings.Count(last.body, `href="`+to.Connect(id)+`"`); n != 1 {
			t.Errorf("%d links to reconnect", n)
		}
		g.keepsSecrets(t, page, last)
	})
}

func TestWhatTheTroubleOfAClientLooksLike(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		mine, theirs := g.connected(t, g.ana, "Mine"), g.connected(t, g.ben, "Theirs")
		g.Exec(t, `UPDATE oauth_clients SET incident_at = created_at, incident_code = 'invalid_client'`)
		g.try(t, []row{
			{name: "one's own client", who: g.ana, path: to.Credential(mine), status: 200, has: []string{"Client problem", "refuses the OAuth client", "The client is yours", ">Open the client<", "does not accept the client ID"}},
			{name: "somebody else's", who: g.ben, path: to.Credential(theirs), status: 200, has: []string{"Client problem", "Ask its owner, ana,", "or reconnect with another client"}, hasNot: []string{"Open the client"}},
		})
		modelstest.Must(t, g.console.OAuth.DeleteClient(t.Context(), g.ana.Actor, g.client, "Acme app"))
		g.try(t, []row{
			{name: "deleted", who: g.ben, path: to.Credential(theirs), status: 200, has: []string{"The OAuth client was deleted", "the present one works until", "Reconnect with another client", "It was deleted"}, hasNot: []string{"Refresh now"}},
			{name: "in the list", who: g.ben, path: to.Credentials(), status: 200, has: []string{"Client problem"}},
			{name: "refreshed", who: g.ben, method: "POST", path: to.Refresh(theirs), status: 409, has: []string{"is gone"}},
			{name: "reconnect", who: g.ben, path: to.Connect(theirs), status: 200, has: []string{"There is no OAuth client to connect with", "Back to the credential"}, hasNot: []string{"Choose another kind"}},
			{name: "still deletable", who: g.ben, path: to.DeleteCredential(theirs), status: 200, has: []string{"Schedule deletion"}},
			{name: "disconnecting", who: g.ben, path: to.Disconnect(theirs), status: 200, has: []string{"can't be told by Holdfast"}},
			{name: "disconnect", who: g.ben, method: "POST", path: to.Disconnect(theirs), status: 303, where: to.Credential(theirs)},
			{name: "disconnected", who: g.ben, path: to.Credential(theirs), status: 200, has: []string{"Disconnected. The OAuth client is gone, so the provider could not be told. To end the access at Acme app", "Not connected", "Connect an account"}},
		})
	})
}

func TestDisconnecting(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		id := g.connected(t, g.ben, "Sheets")
		at := to.Credential(id)
		g.try(t, []row{
			{name: "asked", who: g.ben, path: to.Disconnect(id), status: 200, has: []string{"Disconnect Sheets?", "ana@example.org", "Wells", "Last used", "Acme app is told"}},
			{name: "a member", who: g.ana, path: to.Disconnect(id), status: 403},
			{name: "done", who: g.ben, method: "POST", path: to.Disconnect(id), status: 303, where: at},
			{name: "said", who: g.ben, path: at, status: 200, has: []string{"Acme app has revoked the access", "Not connected", "No account is connected", "Connect an account"}, hasNot: []string{"Reconnect"}},
			{name: "the list", who: g.ana, path: to.ProjectCredentials(g.wells.String()), status: 200, has: []string{"Not connected"}},
			{name: "twice", who: g.ben, method: "POST", path: to.Disconnect(id), status: 409},
			{name: "nothing to refresh", who: g.ben, method: "POST", path: to.Refresh(id), status: 409},
			{name: "connect", who: g.ben, path: to.Connect(id), status: 200, has: []string{"Connect Sheets", "Choose an OAuth client", to.ConnectWith(id, g.client.String())}},
			{name: "with a client", who: g.ben, path: to.ConnectWith(id, g.client.String()), status: 200, has: []string{"Connect Sheets", "always asked for"}, hasNot: []string{"Use another account"}},
		})
		if len(g.provider.Revoked()) == 0 {
			t.Error("the provider was not told")
		}
		g.visits(t, g.ben, to.Connect(id), form("client", g.client.String()))
		g.provider.Behave(func(m *oauthtest.Manners) { m.RevokeStatus = 503 })
		g.post(g.ben, to.Disconnect(id), "")
		row{name: "not told yet", status: 200, has: []string{"could not be told yet; Holdfast goes on trying"}}.check(t, g.get(g.ben, at))
	})
}

// Not every provider has an address where access can be given up.
func TestWhatAProviderCannotBeToldIsNotPromised(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		id := g.connected(t, g.ana, "Sheets")
		s := g.provider.Settings()
		s.Revoke = ""
		g.Exec(t, `UPDATE oauth_clients SET settings = ?`, s.String())
		const cant = "Acme app can't be told that the access to the Acme app account ana@example.org is given up: remove Holdfast"
		token := g.offer(t, g.ana.Actor, g.ben.Actor, models.ParseID(id))
		row{name: "the offer", status: 200, has: []string{"where Acme app can be told"}, hasNot: []string{"change it where it is used"}}.check(t, g.get(g.ben, to.Transfer(token)))
		row{name: "accepted", status: 303}.check(t, g.post(g.ben, to.AcceptTransfer(token), "offer="+g.cell(t, `SELECT id FROM transfers`)))
		g.try(t, []row{
			{name: "somebody else's", who: g.ben, path: to.Credential(id), status: 200, has: []string{"Then Holdfast forgets this one. Acme app can't be told"}},
			{name: "deletion", who: g.ben, path: to.DeleteCredential(id), status: 200, has: []string{cant}, hasNot: []string{"is given up at"}},
			{name: "scheduled", who: g.ben, method: "POST", path: to.DeleteCredential(id), status: 303},
			{name: "at once", who: g.ben, path: to.DeleteCredentialNow(id), status: 200, has: []string{cant}, hasNot: []string{"is given up at"}},
			{name: "a wrong name", who: g.ben, path: to.DeleteCredentialNow(id), form: form("confirm", "x"), status: 422, has: []string{cant}},
		})
		g.connected(t, g.ana, "Mail")
		row{name: "many", status: 200, has: []string{"An account that is connected stays connected"}}.check(t, g.get(g.ana, to.Leaving()))
	})
}

func TestADeletedConnectionIsGivenUpAtThePurge(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		id := g.connected(t, g.ben, "Sheets")
		g.try(t, []row{
			{name: "asked", who: g.ben, path: to.DeleteCredential(id), status: 200, has: []string{"The access to the Acme app account ana@example.org is given up at Acme app when it is purged, not before"}},
			{name: "scheduled", who: g.ben, method: "POST", path: to.DeleteCredential(id), status: 303},
			{name: "the page", who: g.ben, path: to.Credential(id), status: 200, has: []string{"Deletion in", "Works; the provider last answered"}, hasNot: []string{"Disconnect", "Refresh now", ">Reconnect<"}},
			{name: "at once", who: g.ben, path: to.DeleteCredentialNow(id), status: 200, has: []string{"The access to the Acme app account ana@example.org is given up at Acme app right afterwards"}},
			{name: "no connecting", who: g.ben, path: to.Connect(id), status: 409},
			{name: "restored", who: g.ben, method: "POST", path: "/credentials/" + id + "/restore", status: 303},
			{name: "works", who: g.ben, path: to.Credential(id), status: 200, has: []string{"Works; the provider last answered", "Refresh now"}},
		})
		if len(g.provider.Revoked()) > 0 {
			t.Error("it was revoked")
		}
	})
}

func TestATransferSaysWhoseAccountItIs(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		id := g.connected(t, g.ana, "Sheets")
		row{name: "the form", status: 200, has: []string{"It works with the Acme app account ana@example.org. The account itself does not change hands.", "reconnect with an account of their own", "Then it is given up at Acme app, where Acme app can be told."}}.check(t, g.get(g.ana, to.OfferTransfer(id)))
		plain := g.Keep(t, g.ana.Actor, "Plain")
		row{name: "of another kind", status: 200, hasNot: []string{"works with the"}}.check(t, g.get(g.ana, to.OfferTransfer(plain.String())))
		token := g.offer(t, g.ana.Actor, g.ben.Actor, models.ParseID(id))
		link := g.get(g.ben, to.Transfer(token))
		row{name: "the link", status: 200, has: []string{"It works with the Acme app account ana@example.org. The account itself does not change hands.", "reconnect with an account of your own"}}.check(t, link)
		row{name: "accepted", status: 303}.check(t, g.post(g.ben, to.AcceptTransfer(token), "offer="+g.cell(t, `SELECT id FROM transfers`)))
		row{name: "the new owner", status: 200, has: []string{"Connected by somebody else", "the Acme app account ana@example.org, which ana connected", "reconnect with your own", "Then Holdfast gives this one up at Acme app", "Works; the provider"}}.check(t, g.get(g.ben, to.Credential(id)))
		row{name: "over", status: 200, hasNot: []string{"does not change hands"}}.check(t, g.get(g.ben, to.Transfer(token)))
		g.provider.Behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-2", "ben@example.org" })
		page, _ := g.visits(t, g.ben, to.Connect(id), form("client", g.client.String(), "switch", "on"))
		row{name: "his own", status: 200, has: []string{"Connected as ben@example.org"}}.check(t, page)
		row{name: "the page", status: 200, has: []string{"ben@example.org"}, hasNot: []string{"Connected by somebody else"}}.check(t, g.get(g.ben, to.Credential(id)))
		_, err := g.console.OAuth.GiveUp(t.Context())
		modelstest.Must(t, err)
		if len(g.provider.Revoked()) == 0 {
			t.Error("the old grant was not revoked")
		}
	})
}

func TestWhatComesBackWithTheBrowserIsKeptAndOnlyNamed(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		s := g.provider.Settings()
		s.KeepBack = []string{"realmId"}
		g.Exec(t, `UPDATE oauth_clients SET settings = ?`, s.String())
		back := g.returns(t, g.post(g.ben, to.Credentials(), g.wish("Books")))
		row{name: "back", status: 303}.check(t, g.get(g.ben, back+"&realmId=marker-realm-4711"))
		page := g.get(g.ben, to.Credential(g.cell(t, `SELECT id FROM credentials`)))
		row{name: "named", status: 200, has: []string{"Programs also get", "realmId"}, hasNot: []string{"marker-realm"}}.check(t, page)
	})
}

// Case 160: its name and its projects are no business of the provider.
func TestAConnectedCredentialIsEditedWithoutConnectingAgain(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		id := g.connected(t, g.ben, "Sheets")
		lab := g.Project(t, g.ben.Actor, "Lab")
		calls := g.provider.TokenCalls()
		g.try(t, []row{
			{name: "the form", who: g.ben, path: to.EditCredential(id), status: 200, has: []string{"Edit Sheets", "API version", "Lab"}},
			{name: "saved", who: g.ben, path: to.Credential(id), form: form("version", "1", "name", "Survey", "project", lab.String(), "body/apiVersion", "62.0"), status: 303},
			{name: "as before", who: g.ben, path: to.Credential(id), status: 200, has: []string{"Survey", "Lab", "62.0", ">Values<", "Works; the provider last answered"}},
		})
		if g.provider.TokenCalls() != calls {
			t.Error("the provider was asked")
		}
	})
}
