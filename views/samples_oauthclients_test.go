package views_test

import (
	"strings"
	"time"

	"holdfast/views/oauthclients"
	"holdfast/views/to"
)

// clientSamples are the pages of OAuth clients in their states.
func clientSamples(text func(string) string) []sample {
	google := oauthclients.Provider{Name: "google", Title: text("Google"), Icon: "globe", Docs: text("https://developers.google.com/identity"), Words: text("google gmail")}
	page := func(name, title, path string, s sample) sample {
		s.name, s.title, s.path = name, title, path
		return s
	}
	list := oauthclients.List{Now: now, First: true, Next: "n", Rows: []oauthclients.Row{
		{ID: oneID, Name: text("Field offices"), Provider: text("Google"), Owner: "You", For: "Everybody", Used: true, Credentials: 12, Counted: true},
		{ID: projectID, Name: text("Donors"), Provider: text("Salesforce"), Owner: text("Grace Hopper"), For: "2 projects", Used: true, Credentials: 1000, Refused: ago(50 * time.Hour)},
		{ID: oneID, Name: text("Our own server"), Owner: "You", For: "Only you", Counted: true},
	}}
	last := list
	last.First, last.Next = false, ""
	all := append(clientForms(text, google, page), clientPages(text, google, page)...)
	return append(all,
		page("oauth-clients", "OAuth clients", to.OAuthClients(), sample{body: oauthclients.ListPage(list)}),
		page("oauth-clients-last", "OAuth clients", to.OAuthClients(), sample{body: oauthclients.ListPage(last)}),
		page("oauth-clients-empty", "OAuth clients", to.OAuthClients(), sample{body: oauthclients.ListPage(oauthclients.List{First: true})}),
		page("oauth-picker", "Choose a provider", to.NewOAuthClient(""), sample{body: oauthclients.PickerPage(oauthclients.Picker{Providers: []oauthclients.Provider{
			google, {Name: "microsoft", Title: text("Microsoft Entra"), Icon: "building-2"}, {Name: "salesforce", Title: text("Salesforce"), Icon: "cloud"}, {Name: "slack", Title: text("Slack"), Icon: "message-square"},
		}})}),
		page("oauth-picker-none", "Choose a provider", to.NewOAuthClient(""), sample{body: oauthclients.PickerPage(oauthclients.Picker{Q: text("zzz")})}),
		page("oauth-asking", "New OAuth client", to.NewOAuthClient("okta"), sample{body: oauthclients.AskingPage(oauthclients.Asking{
			Provider: oauthclients.Provider{Name: "okta", Title: text("Okta"), Icon: "shield-check"},
			Inputs: []oauthclients.Asked{
				{Name: "domain", Label: text("Domain"), Example: text("acme.okta.com"), Value: text("https://acme"), Error: text("Enter it like this: acme.okta.com")},
				{Name: "server", Label: text("Authorization server"), Hint: text("Its ID."), Value: text("default")},
			},
		})}),
	)
}

func clientForms(text func(string) string, google oauthclients.Provider, page func(string, string, string, sample) sample) []sample {
	const redirect = "http://127.0.0.1:8080/oauth/callback"
	other := oauthclients.Form{
		Redirect: text(redirect), Texts: map[string]string{"auth_method": "client_secret_basic", "body_format": "form", "scope_separator": "space"}, Ticks: map[string]bool{"pkce": true},
		Admin: true, Projects: []oauthclients.Share{{ID: projectID, Name: text("Immunisation"), Note: "Owner"}, {ID: "2", Name: text("Logistics"), Note: "Admin"}},
	}
	found, wrong := other, other
	found.Found, found.Scopes, found.Retype = true, 12, true
	wrong.Admin, wrong.Projects = false, nil
	wrong.Errors = map[string]string{
		"name": text("Enter a name."), "client_id": text("Enter the client ID."), "secret": text("Enter the client secret."), "auth_method": text("Choose how."), "issuer": text("The issuer was not found."),
		"authorize_url": text("Enter a web address."), "mandatory_scopes": text("That can't be a scope."), "authorize_params": text("Write one a line."), "global": text("Only an administrator can offer a client to everybody."),
		"projects": text("You can't offer it to one of the projects."), "subject_at": text("Enter JSON pointers."), "body_format": text("Choose."), "pkce": text("No."), "access_life": text("Enter a number, or nothing."),
	}
	known := oauthclients.Form{
		Redirect: text(redirect), Provider: google, Notes: []string{text("Apps that are not verified end their tokens after 7 days."), text("access_type=offline asks for a refresh token.")},
		Facts: []oauthclients.Fact{
			{Of: "authorize_url", Value: text("https://accounts.google.com/o/oauth2/v2/auth"), Source: "https://accounts.google.com/.well-known/openid-configuration", Seen: "2026-11-29"},
			{Of: "optional_scopes", Value: text(strings.Repeat("https://www.googleapis.com/auth/drive.file, ", 4)), Source: text("from memory"), Seen: "2026-09", Unsure: true},
		},
		Unsure: map[string]bool{"optional_scopes": true, "subject_at": true, "pkce": true, "auth_method": true},
		Texts: map[string]string{
			"name": text("Google"), "authorize_url": text("https://accounts.google.com/o/oauth2/v2/auth"), "optional_scopes": text("https://www.googleapis.com/auth/drive.file\nhttps://www.googleapis.com/auth/spreadsheets"),
			"subject_at": text("/id_token/sub"), "secret": "leaked-secret", "auth_method": "client_secret_post",
		},
		Ticks: map[string]bool{"pkce": true, "keep_alive": true},
	}
	edit := known
	edit.ID, edit.SavedName, edit.Version, edit.SecretSet, edit.Unsure, edit.KeepGlobal = oneID, text("Field offices"), 3, ago(40*time.Hour), nil, true
	edit.Projects = []oauthclients.Share{{ID: projectID, Name: text("Immunisation"), Checked: true, Locked: true, Note: text("You may not share there, so it stays.")}}
	stale := edit
	stale.Stale, stale.Retype, stale.SecretSet = true, true, time.Time{}
	return []sample{
		page("oauth-new", "New OAuth client", to.NewOAuthClient("other"), sample{body: oauthclients.FormPage(other)}),
		page("oauth-found", "New OAuth client", to.DiscoverOAuthClient(), sample{body: oauthclients.FormPage(found)}),
		page("oauth-wrong", "New OAuth client", to.OAuthClients(), sample{body: oauthclients.FormPage(wrong)}),
		page("oauth-new-known", "New OAuth client", to.NewOAuthClient("google"), sample{body: oauthclients.FormPage(known)}),
		page("oauth-edit", "Edit Field offices", to.EditOAuthClient(oneID), sample{body: oauthclients.FormPage(edit)}),
		page("oauth-stale", "Edit Field offices", to.OAuthClient(oneID), sample{body: oauthclients.FormPage(stale)}),
	}
}

func clientPages(text func(string) string, google oauthclients.Provider, page func(string, string, string, sample) sample) []sample {
	mine := oauthclients.Page{
		Now: now, ID: oneID, Name: text("Field offices"), Provider: google, Owner: "You", Mine: true, MayConnect: true,
		Mandatory: []string{text("openid")}, Optional: []string{text("https://www.googleapis.com/auth/drive.file"), text("email")}, ScopeDocs: text("https://developers.google.com/identity/protocols/oauth2/scopes"),
		Redirect: text("http://127.0.0.1:8080/oauth/callback"), SecretSet: ago(40 * time.Hour), For: "1 project", Used: true, Credentials: 12, Some: []oauthclients.Connected{{ID: oneID, Name: text("Sheets")}, {ID: projectID, Name: text("Mail of the field offices")}},
		Texts: map[string]string{
			"client_id": text("0f6c2b7d.apps.example.com"), "secret": "leaked-secret", "authorize_url": text("https://accounts.google.com/o/oauth2/v2/auth"), "token_url": text("https://oauth2.googleapis.com/token"),
			"auth_method": "client_secret_basic", "authorize_params": text("access_type=offline\nprompt=consent"), "body_format": "form", "scope_separator": "space", "idle_life": "180",
		},
		Ticks: map[string]bool{"pkce": true, "names_itself": false, "keep_alive": true}, Projects: []oauthclients.Project{{ID: projectID, Name: text("Immunisation"), Member: true}, {ID: "2", Name: text("Logistics")}},
	}
	checked, failed, refused, bare := mine, mine, mine, mine
	checked.Checked = true
	failed.Checked, failed.Problems = true, []string{text("The token endpoint can't be reached: its name is not known."), text("The provider's description says that it does not offer PKCE with S256.")}
	refused.Refused, refused.Code = ago(50*time.Hour), "invalid_client"
	bare.Provider, bare.SecretSet, bare.Mandatory, bare.Optional, bare.ScopeDocs, bare.Projects, bare.For = oauthclients.Provider{}, time.Time{}, nil, nil, "", nil, "Only you"
	bare.Refused, bare.Code, bare.Credentials, bare.Some, bare.Host = ago(time.Hour), "unauthorized_client", 0, nil, text("login.example.org")
	unused := mine
	unused.Credentials, unused.Some = 0, nil
	theirs := oauthclients.Page{Now: now, ID: oneID, Name: text("Field offices"), Provider: google, Owner: text("Grace Hopper"), MayConnect: true, Mandatory: mine.Mandatory, Optional: mine.Optional, For: "Everybody"}
	take := theirs
	take.MayTake, take.MayConnect, take.Refused, take.Code = true, false, ago(time.Hour), text("temporarily_odd")
	return []sample{
		page("oauth-client", "Field offices", to.OAuthClient(oneID), sample{body: oauthclients.ShowPage(mine)}),
		page("oauth-client-unused", "Field offices", to.OAuthClient(oneID), sample{body: oauthclients.ShowPage(unused)}),
		page("oauth-client-checked", "Field offices", to.CheckOAuthClient(oneID), sample{body: oauthclients.ShowPage(checked)}),
		page("oauth-client-failed", "Field offices", to.CheckOAuthClient(oneID), sample{body: oauthclients.ShowPage(failed)}),
		page("oauth-client-refused", "Field offices", to.OAuthClient(oneID), sample{body: oauthclients.ShowPage(refused)}),
		page("oauth-client-bare", "Field offices", to.OAuthClient(oneID), sample{body: oauthclients.ShowPage(bare)}),
		page("oauth-client-theirs", "Field offices", to.OAuthClient(oneID), sample{body: oauthclients.ShowPage(theirs)}),
		page("oauth-client-take", "Field offices", to.OAuthClient(oneID), sample{body: oauthclients.ShowPage(take)}),
		page("oauth-delete", "Delete Field offices", to.DeleteOAuthClient(oneID), sample{body: oauthclients.DeletePage(oauthclients.Delete{
			ID: oneID, Name: text("Field offices"), Credentials: 12, Some: []oauthclients.Connected{{ID: oneID, Name: text("Sheets"), Owner: text("Ada Lovelace")}, {ID: projectID, Name: text("Mail"), Owner: text("Ben")}},
			Projects: []string{text("Immunisation"), text("Logistics")}, Typed: text("field"), Error: text("Type the client's name to confirm."),
		})}),
		page("oauth-delete-unused", "Delete Field offices", to.DeleteOAuthClient(oneID), sample{body: oauthclients.DeletePage(oauthclients.Delete{ID: oneID, Name: text("Field offices")})}),
		page("oauth-take-over", "Take over Field offices", to.TakeOverOAuthClient(oneID), sample{body: oauthclients.TakeOverPage(oauthclients.TakeOver{
			ID: oneID, Name: text("Field offices"), Owner: text("Grace Hopper"), Credentials: 12, Error: text("You have another OAuth client with this name. Rename yours first."),
		})}),
	}
}
