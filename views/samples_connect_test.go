package views_test

import (
	"strings"
	"time"

	"holdfast/views/connect"
	"holdfast/views/credentials"
	"holdfast/views/to"
	"holdfast/views/transfers"
)

// connectSamples are the pages of connecting an account, in every state.
func connectSamples(text func(string) string) []sample {
	all := append(connectForms(text), connectResults(text)...)
	all = append(all, connectFailures(text)...)
	all = append(all, connectedPages(text)...)
	return append(all, borrowedSamples(text)...)
}

func connectForms(text func(string) string) []sample {
	google := connect.Client{ID: oneID, At: text("accounts.google.com"), Name: text("Team app"), Provider: text("Google"), ScopeDocs: "https://developers.google.com/identity/protocols/oauth2/scopes"}
	paused := connect.Client{ID: projectID, Name: text("Old app"), Provider: text("Salesforce"), Paused: true}
	clients := []connect.Client{google, paused, {ID: oneID[:34] + "77", Name: text("Registry"), Provider: text("Registry")}}
	fresh := connect.Form{
		Clients: clients, Chosen: &google,
		Scopes: []connect.Scope{
			{Name: text("openid"), Locked: true, Ticked: true},
			{Name: text("email"), Locked: true, Ticked: true},
			{Name: text("https://www.googleapis.com/auth/drive.readonly")},
			{Name: text("https://www.googleapis.com/auth/spreadsheets")},
		},
		Projects: []connect.Share{{ID: projectID, Name: text("Immunisation"), Role: "Owner"}, {ID: "2", Name: text("Logistics"), Role: "Editor", Ticked: true}},
	}
	wrong := fresh
	wrong.Name, wrong.NameError, wrong.More = text("Sheets"), text("You have another credential with this name."), text("not \"a\" scope")
	wrong.ClientError, wrong.ScopesError, wrong.ProjectsError = text("The provider refuses this client at the moment."), text("Choose scopes that the provider knows."), text("You can't share with one of the projects.")
	choose, alone, none, unchosen := fresh, fresh, fresh, fresh
	choose.Chosen, choose.Cut = nil, true
	unchosen.Chosen, unchosen.ClientError = nil, text("Choose a client.")
	none.Chosen, none.Clients = nil, nil
	alone.Clients, alone.Projects = clients[:1], nil
	again := fresh
	again.ID, again.SavedName, again.Has, again.Account = oneID, text("Survey sheets"), text("Google"), text("grace@example.org")
	again.Scopes = append(again.Scopes, connect.Scope{Name: text("https://www.googleapis.com/auth/calendar"), Ticked: true, Before: true})
	stopped := again
	stopped.Cut = true
	stopped.Chosen, stopped.Account, stopped.Switch = &paused, "", true
	first := again
	first.Has, first.Account, first.Chosen = "", "", nil
	page := func(name string, f connect.Form) sample {
		return sample{name: name, title: "Connect", path: "/credentials/new", body: connect.FormPage(f)}
	}
	return []sample{
		page("connect-new", fresh), page("connect-wrong", wrong), page("connect-choose", choose), page("connect-unchosen", unchosen), page("connect-no-client", none),
		page("connect-alone", alone), page("connect-again", again), page("connect-paused", stopped), page("connect-first", first),
		{name: "connect-leaving", title: "Taking you to Google", path: "/credentials", body: connect.LeavingPage(connect.Leaving{Provider: text("Google"), At: text("accounts.google.com"), URL: "https://accounts.google.com/o/oauth2/v2/auth?client_id=x"})},
		{name: "connect-over", title: "This way back is over", path: to.ConnectOver(""), body: connect.OverPage(false)},
		{name: "connect-signed-out", title: "This way back is over", path: to.ConnectOver("signed-out"), body: connect.OverPage(true)},
		{name: "disconnect", title: "Disconnect", path: "/credentials/x/disconnect", body: connect.DisconnectPage(connect.Disconnect{
			Now: now, ID: oneID, Name: text("Survey sheets"), Provider: text("Google"), Account: text("grace@example.org"), Projects: []string{text("Immunisation"), text("Logistics")}, LastUsed: ago(time.Hour), Told: true, OfferedTo: text("Ada"),
		})},
		{name: "disconnect-untold", title: "Disconnect", path: "/credentials/x/disconnect", body: connect.DisconnectPage(connect.Disconnect{Now: now, ID: oneID, Name: text("Survey sheets"), Provider: text("Google")})},
	}
}

func result(text func(string) string) connect.Result {
	return connect.Result{
		Now: now, ID: oneID, CredentialID: oneID, Credential: text("Survey sheets"), Provider: text("Google"), At: text("accounts.google.com"), Client: text("Team app"),
		Account: text("grace@example.org"), Scopes: []string{text("openid"), text("https://www.googleapis.com/auth/spreadsheets")}, Refreshable: true,
		ExpiresAt: now.Add(time.Hour), Until: now.Add(9*time.Minute + 50*time.Second),
	}
}

func connectResults(text func(string) string) []sample {
	page := func(name string, change func(*connect.Result)) sample {
		r := result(text)
		change(&r)
		return sample{name: name, title: "Connected", path: to.Connected("x"), body: connect.ResultPage(r)}
	}
	asks := func(problems ...string) func(*connect.Result) {
		return func(r *connect.Result) {
			r.State, r.Problems = connect.Asks, problems
			for _, p := range problems {
				switch p {
				case connect.MissingScopes:
					r.Missing = []string{text("https://www.googleapis.com/auth/drive.readonly")}
				case connect.NoRefreshToken:
					r.Refreshable, r.EndsAt = false, now.Add(time.Hour)
				case connect.WrongAccount:
					r.Was = text("ada@example.org")
				case connect.AccountUnknown:
					r.Account, r.Was = "", text("ada@example.org")
				}
			}
		}
	}
	return []sample{
		page("connected", func(r *connect.Result) { r.State = connect.Done }),
		page("connected-nameless", func(r *connect.Result) {
			r.State, r.Account, r.NoUserInfo, r.Assumed, r.Refreshable, r.EndsAt = connect.Done, "", true, true, false, now.Add(time.Hour)
		}),
		page("connected-until", func(r *connect.Result) { r.State, r.EndsAt = connect.Done, now.Add(90*24*time.Hour) }),
		page("connected-endless", func(r *connect.Result) {
			r.State, r.Refreshable, r.ExpiresAt, r.Scopes, r.Client = connect.Done, false, time.Time{}, nil, ""
		}),
		page("connect-asks-scopes", asks(connect.MissingScopes)),
		page("connect-asks-refresh", asks(connect.NoRefreshToken)),
		page("connect-asks-account", asks(connect.WrongAccount)),
		page("connect-asks-unknown", asks(connect.AccountUnknown)),
		page("connect-asks-all", asks(connect.WrongAccount, connect.MissingScopes, connect.NoRefreshToken)),
		page("connect-asks-odd", asks("odd")),
		page("connect-asks-name", func(r *connect.Result) {
			r.State, r.CredentialID, r.AskName, r.Name, r.NameError = connect.Asks, "", true, text("Survey sheets"), text("You have another credential with this name.")
		}),
		page("connect-asks-late", func(r *connect.Result) {
			asks(connect.MissingScopes)(r)
			r.Wrong, r.CredentialID = text("This was decided already, or took too long. Connect again."), ""
		}),
		page("connect-away", func(r *connect.Result) { r.State = connect.Away }),
		page("connect-taken", func(r *connect.Result) { r.State, r.CredentialID = connect.Taken, "" }),
	}
}

func connectFailures(text func(string) string) []sample {
	page := func(name string, t connect.Trouble, fresh bool) sample {
		r := result(text)
		r.State, r.Trouble = connect.Failed, t
		if fresh {
			r.CredentialID = ""
		}
		return sample{name: name, title: "Not connected", path: to.Connected("x"), body: connect.ResultPage(r)}
	}
	return []sample{
		page("connect-denied", connect.Trouble{Title: text("Access was not granted"), What: text("You, or Google for you, said no on the way."), Who: text("You can connect again; it takes a moment."), Code: text("access_denied")}, false),
		page("connect-client", connect.Trouble{Title: text("Google refuses the client"), What: text("Google did not accept the client ID or the client secret."), Who: text("The OAuth client is yours. Compare its settings with what Google says of the app."), Code: "invalid_client", Label: "Open the client", URL: to.OAuthClient("x")}, true),
		page("connect-busy", connect.Trouble{Title: text("Google is busy"), What: text("Google was asked too often."), Who: text("There is nothing to mend here. Connect again in 2 minutes.")}, true),
	}
}

// connection is one that works.
func connection(text func(string) string) credentials.Connection {
	return credentials.Connection{
		Health: credentials.Health{State: "ok", At: ago(3 * time.Minute), Works: true}, Provider: text("Google"), Account: text("grace@example.org"),
		Client: text("Team app"), ClientURL: to.OAuthClient("x"), Scopes: []string{text("openid"), text("https://www.googleapis.com/auth/spreadsheets")},
		Refreshable: true, ExpiresAt: now.Add(40 * time.Minute), CanChange: true, CanRefresh: true, Kept: []string{text("instance_url")},
		Ledger: []credentials.Refresh{
			{At: ago(3 * time.Minute), Why: text("It was about to end"), Outcome: text("A new token, and a new refresh token"), OK: true, Millis: 182},
			{At: ago(2 * time.Hour), Why: text("A program asked for the token"), Outcome: text("The provider answered with the status 503"), Millis: 15004},
			{At: ago(3 * time.Hour), Why: text("The owner wanted it"), Outcome: text("No answer yet")},
		},
	}
}

func connectedPages(text func(string) string) []sample {
	page := func(name string, change func(*credentials.Connection, *credentials.Page)) sample {
		c := connection(text)
		p := credentials.Page{
			Now: now, ID: oneID, Name: text("Survey sheets"), Kind: credentials.Kind{Name: "oauth", Title: text("OAuth account"), Icon: "link"}, Version: 3, Owner: "You", Mine: true,
			Created: ago(400 * time.Hour), Updated: ago(3 * time.Hour), CanEdit: true, CanDelete: true, CanOffer: true,
			Values:   []credentials.Value{{Label: text("API version")}},
			Projects: []credentials.ProjectLink{{ID: projectID, Name: text("Immunisation"), CanRemove: true, Member: true}},
			History:  []credentials.Event{{At: ago(3 * time.Hour), Who: text("Ada Lovelace"), What: text("connected an account")}},
		}
		change(&c, &p)
		p.Connection, p.Health = &c, c.Health
		return sample{name: name, title: "Survey sheets", path: "/credentials/x", body: credentials.ShowPage(p)}
	}
	state := func(state string, more func(*credentials.Connection)) func(*credentials.Connection, *credentials.Page) {
		return func(c *credentials.Connection, _ *credentials.Page) {
			c.State = state
			if more != nil {
				more(c)
			}
		}
	}
	theirs := credentials.Page{Now: now, ID: oneID, Name: text("Survey sheets"), Kind: credentials.Kind{Title: text("OAuth account"), Icon: "link"}, Owner: text("Grace Hopper"), Health: credentials.Health{State: "reconnect", At: ago(time.Hour)}}
	list := credentials.List{Now: now}
	for i, s := range []string{"ok", "expiring", "retrying", "needs_consent", "reconnect", "client_problem", "disconnected"} {
		list.Rows = append(list.Rows, credentials.Row{ID: oneID, Name: text("Account " + s), KindTitle: text("OAuth account"), KindIcon: "link", Updated: ago(time.Duration(i) * time.Hour), Health: s})
	}
	return []sample{
		page("connection", state("ok", nil)),
		page("connection-expiring", state("expiring", func(c *credentials.Connection) {
			c.Refreshable, c.CanRefresh, c.Until, c.ExpiresAt = false, false, now.Add(40*time.Minute), now.Add(40*time.Minute)
		})),
		page("connection-retrying", state("retrying", func(c *credentials.Connection) {
			c.Until, c.Why, c.Code = now.Add(4*time.Minute), text("the provider answered with the status 503"), text("http_503")
		})),
		page("connection-consent", state("needs_consent", func(c *credentials.Connection) {
			c.Missing = []string{text("https://www.googleapis.com/auth/drive.readonly")}
		})),
		page("connection-reconnect", state("reconnect", func(c *credentials.Connection) {
			c.Why, c.Code, c.Works, c.CanRefresh = text("the provider says that the access was taken back, has ended, or was replaced"), text("invalid_grant"), true, false
			c.Missing = []string{text("drive")}
		})),
		page("connection-client", state("client_problem", func(c *credentials.Connection) {
			c.Why, c.Code = text("the provider does not accept the client ID or the client secret"), "invalid_client"
		})),
		page("connection-client-theirs", state("client_problem", func(c *credentials.Connection) {
			c.ClientOwner, c.Works = text("Katherine Johnson"), false
		})),
		page("connection-client-gone", state("client_problem", func(c *credentials.Connection) {
			c.Gone, c.Client, c.ClientURL, c.CanRefresh = true, "", "", false
			c.Why, c.Code = text("whoever owned the OAuth client deleted it"), "client_deleted"
		})),
		page("connection-none", state("disconnected", func(c *credentials.Connection) { *c = credentials.Connection{Health: c.Health, CanChange: true} })),
		page("connection-borrowed", state("ok", func(c *credentials.Connection) { c.By, c.Account, c.Refreshable = text("Grace Hopper"), "", true })),
		page("connection-scheduled", func(c *credentials.Connection, p *credentials.Page) {
			c.CanChange, c.CanRefresh, c.EndsAt, c.Scopes = false, false, now.Add(30*24*time.Hour), nil
			p.DueAt, p.CanEdit, p.CanDelete, p.CanOffer, p.CanRestore = now.Add(6*24*time.Hour), false, false, false, true
			p.Values = []credentials.Value{{Label: text("API version"), Text: text("62.0"), Set: true}}
		}),
		{name: "connection-theirs", title: "Survey sheets", path: "/credentials/x", body: credentials.ShowPage(theirs)},
		{name: "credentials-connected", title: "Credentials", path: "/credentials", body: credentials.ListPage(list)},
		{name: "picker-clients", title: "New credential", path: "/credentials/new", body: credentials.PickerPage(credentials.Picker{Groups: append([]credentials.KindGroup{{Title: text("OAuth"), Kinds: []credentials.Kind{
			{Name: "oauth", Title: text("OAuth account"), Icon: "link"}, {Title: text("Google: Team app"), Icon: "link", URL: to.ConnectNew(oneID)}, {Title: text("Salesforce: " + strings.Repeat("An app of a long name ", 4)), Icon: "link", URL: to.ConnectNew(projectID)},
		}}}, picker(text).Groups...)})},
		{name: "delete-connected", title: "Delete", path: "/credentials/x/delete", body: credentials.DeletePage(credentials.Delete{Now: now, ID: oneID, Name: text("Survey sheets"), DueAt: now.Add(7 * 24 * time.Hour), Access: credentials.Access{Provider: text("Google"), Account: text("grace@example.org"), Told: true}})},
		{name: "delete-now-connected", title: "Delete", path: "/credentials/x/delete-now", body: credentials.DeleteNowPage(credentials.DeleteNow{ID: oneID, Name: text("Survey sheets"), Access: credentials.Access{Provider: text("Dropbox")}})},
	}
}

func borrowedSamples(text func(string) string) []sample {
	offer := transfers.Offer{Now: now, ID: oneID, Name: text("Survey sheets"), ValidFor: 48 * time.Hour, Provider: text("Google"), Account: text("grace@example.org")}
	item := transfers.Item{ID: oneID, Name: text("Survey sheets"), KindTitle: text("OAuth account"), KindIcon: "link", State: transfers.Pending, Chosen: true, Provider: text("Google")}
	other := item
	other.ID, other.Name, other.Account = projectID, text("Calendar"), text("grace@example.org")
	link := transfers.Link{Now: now, Token: "x", From: text("Grace Hopper"), FromEmail: text("grace@example.org"), Until: now.Add(40 * time.Hour), Items: []transfers.Item{item}}
	both := link
	both.Items = []transfers.Item{item, other}
	return []sample{
		{name: "transfer-offer-account", title: "Offer transfer", path: "/credentials/x/transfer", body: transfers.OfferPage(offer)},
		{name: "transfer-link-account", title: "Transfer", path: "/transfers/x", body: transfers.LinkPage(link)},
		{name: "transfer-link-accounts", title: "Transfer", path: "/transfers/x", body: transfers.LinkPage(both)},
	}
}
