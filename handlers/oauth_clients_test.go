package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/views/to"
)

// Case 161: scopes keep their case, and everything comes back as it was entered.
func TestAClientIsKeptAsItWasEntered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana := oauthtest.New(t, c.Clock.Now), c.member(t, "ana")
		c.try(t, []row{
			{name: "none yet", who: ana, path: to.OAuthClients(), status: 200, has: []string{"No OAuth clients yet", "Choose a provider"}},
			{name: "in the navigation", who: ana, path: to.Credentials(), status: 200, has: []string{`<a href="/oauth/clients">`}},
		})
		f := atProvider(p, "Field offices", "mandatory_scopes", "User.Read\r\nread", "optional_scopes", "Mail.Send write", "authorize_params", "Access_Type=Offline\r\nprompt=consent",
			"scope_separator", "comma", "refresh_life", "90", "access_life", "15", "keep_alive", "1", "scope_docs_url", "https://docs.example.org/Scopes")
		id := c.client(t, ana, f)
		c.try(t, []row{
			{name: "its page", who: ana, path: to.OAuthClient(id), status: 200, has: []string{
				"Field offices", "User.Read", "Mail.Send", p.URL + "/authorize", "Access_Type=Offline", "A comma", "In a header (client_secret_basic)",
				"Set, last changed", base + to.OAuthCallback, `data-copy="redirect"`, "Only you", `href="` + to.ConnectNew(id)[:12], "Connect an account", "Delete client", "Edit",
			}},
			{name: "its form", who: ana, path: to.EditOAuthClient(id), status: 200, has: []string{
				">User.Read\nread</textarea>", ">Mail.Send\nwrite</textarea>", ">Access_Type=Offline\nprompt=consent</textarea>", `<option value="comma" selected>`, `name="refresh_life" type="text" value="90"`,
				`name="access_life" type="text" value="15"`, `id="keep_alive" name="keep_alive" value="1" checked`, "<details class=\"panel more-fields\" open", `name="version" value="1"`, "Leave it empty to keep it.",
			}},
			{name: "the list", who: ana, path: to.OAuthClients(), status: 200, has: []string{"Field offices", strings.TrimPrefix(p.URL, "http://"), "You", "Only you", "Not used yet"}, hasNot: []string{"Ready", "Another"}},
		})
		saved := sent(t, c.get(ana, to.EditOAuthClient(id)))
		before := c.cell(t, `SELECT settings FROM oauth_clients`)
		saved.Set("name", "Head office")
		c.try(t, []row{
			{name: "saved", who: ana, path: to.OAuthClient(id), form: saved.Encode(), status: 303, where: to.OAuthClient(id)},
			{name: "renamed", who: ana, path: to.OAuthClient(id), status: 200, has: []string{"Head office", "OAuth client saved."}},
		})
		if after := c.cell(t, `SELECT settings FROM oauth_clients`); after != before {
			t.Errorf("saving the form as it was changed\n%s to\n%s", before, after)
		}
		if n := c.Count(t, `SELECT count(*) FROM oauth_client_secrets`); n != 1 {
			t.Errorf("%d secrets: an empty one must keep what is set", n)
		}
	})
}

// Cases 162 and 163, and what was typed stays, but for the secret.
func TestWhatIsWrongWithAClientStandsAtItsField(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana := oauthtest.New(t, c.Clock.Now), c.member(t, "ana")
		wrong := func(name string) string { return `id="` + name + `-error"` }
		c.try(t, []row{
			{name: "nothing", who: ana, path: to.OAuthClients(), form: "name=", status: 422, has: []string{
				wrong("name"), wrong("client_id"), wrong("secret"), wrong("auth_method"), wrong("authorize_url"), wrong("token_url"), "Enter the address of the token endpoint.", `href="#token_url"`,
			}},
			{
				name: "no address", who: ana, path: to.OAuthClients(), form: atProvider(p, "Acme", "token_url", "not an address", "revoke_url", "ftp://x"), status: 422,
				has:    []string{wrong("token_url"), wrong("revoke_url"), `value="not an address"`, `value="Acme"`, "Enter it again: a secret is never sent back."},
				hasNot: []string{oauthtest.Secret, wrong("name")},
			},
			{name: "plain http", who: ana, path: to.OAuthClients(), form: atProvider(p, "Acme", "authorize_url", "http://login.example.org/a"), status: 422, has: []string{wrong("authorize_url"), "must begin with https://"}},
			{name: "below more", who: ana, path: to.OAuthClients(), form: atProvider(p, "Acme", "subject_at", "sub"), status: 422, has: []string{wrong("subject_at"), "more-fields\" open"}},
			{name: "a parameter of ours", who: ana, path: to.OAuthClients(), form: atProvider(p, "Acme", "token_params", "client_id=x"), status: 422, has: []string{wrong("token_params")}},
			{name: "a project of nobody", who: ana, path: to.OAuthClients(), form: atProvider(p, "Acme", "project", models.NewID().String()), status: 422, has: []string{wrong("projects")}},
		})
		page := c.post(ana, to.OAuthClients(), "name=").body
		if strings.Index(page, `id="error-summary"`) > strings.Index(page, "Redirect URI to register") {
			t.Error("what is wrong does not stand at the top")
		}
		if n := c.Count(t, `SELECT count(*) FROM oauth_clients`); n != 0 {
			t.Errorf("%d clients were made", n)
		}
		id := c.client(t, ana, atProvider(p, "Acme"))
		c.try(t, []row{
			{name: "a name twice", who: ana, path: to.OAuthClients(), form: atProvider(p, "acme"), status: 422, has: []string{wrong("name"), "You have another OAuth client with this name."}},
			{name: "a change", who: ana, path: to.OAuthClient(id), form: atProvider(p, "", "version", "1"), status: 422, has: []string{wrong("name"), "Edit Acme", `name="version" value="1"`}},
			{name: "elsewhere", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme", "version", "1", "secret", "", "token_url", p.URL+"/other"), status: 422, has: []string{wrong("secret"), "Enter the client secret again"}},
		})
	})
}

// Case 164.
func TestOnlyAnAdministratorOffersAClientToEverybody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, ben, boss := oauthtest.New(t, c.Clock.Now), c.member(t, "ana"), c.member(t, "ben"), c.person(t, "boss", models.Administrator)
		const box = `name="global"`
		c.try(t, []row{
			{name: "a member sees no box", who: ana, path: to.NewOAuthClient("other"), status: 200, hasNot: []string{box}},
			{name: "an administrator does", who: boss, path: to.NewOAuthClient("other"), status: 200, has: []string{box}},
			{name: "forged", who: ana, path: to.OAuthClients(), form: atProvider(p, "Acme", "global", "1"), status: 422, has: []string{"Only an administrator can offer a client to everybody."}, hasNot: []string{box}},
		})
		id := c.client(t, ana, atProvider(p, "Acme"))
		c.try(t, []row{
			{name: "forged later", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme", "version", "1", "global", "1"), status: 422, has: []string{"Only an administrator"}},
			{name: "unseen", who: ben, path: to.OAuthClient(id), status: 404},
		})
		open := c.client(t, boss, atProvider(p, "House app", "global", "1"))
		c.try(t, []row{
			{name: "seen", who: ben, path: to.OAuthClient(open), status: 200, has: []string{"House app", "boss", "Connect an account", "offline_access"}, hasNot: []string{p.URL + "/token", "Delete client", "Redirect URI", oauthtest.ClientID + "</dd>"}},
			{name: "in their list", who: ben, path: to.OAuthClients(), status: 200, has: []string{"House app", "Everybody", "Only its owner sees how many"}, hasNot: []string{"Acme"}},
			{name: "in its owner's list", who: boss, path: to.OAuthClients(), status: 200, has: []string{"House app", "Acme"}, hasNot: []string{"Only its owner sees how many"}},
		})
		c.Exec(t, `UPDATE users SET rank = 'member' WHERE id = ?`, boss.UserID)
		kept := sent(t, c.get(boss, to.EditOAuthClient(open)))
		c.try(t, []row{
			{name: "no administrator any more", who: boss, path: to.EditOAuthClient(open), status: 200, has: []string{"Only an administrator can change that."}, hasNot: []string{`type="checkbox" class="checkbox" id="global"`}},
			{name: "and can still save", who: boss, path: to.OAuthClient(open), form: kept.Encode(), status: 303},
		})
	})
}

// Cases 165 and 169: who may connect with it is told why they can't; a stranger
// can't tell it from one that nobody has.
func TestOnlyTheOwnerOfAClientChangesIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, ben, cid := oauthtest.New(t, c.Clock.Now), c.member(t, "ana"), c.member(t, "ben"), c.member(t, "cid")
		wells := c.Project(t, ana.Actor, "Wells")
		c.Seat(t, ana.Actor, wells, ben.Actor, models.Viewer)
		id, nobodys := c.client(t, ana, atProvider(p, "Acme", "project", wells.String())), models.NewID().String()
		for _, way := range []string{"GET /edit", "GET /delete", "POST ", "POST /delete", "POST /check", "POST /resume"} {
			method, path, _ := strings.Cut(way, " ")
			v := visit{who: ben, method: method, path: to.OAuthClient(id) + path, form: "name=x&confirm=Acme"}
			if method == "GET" {
				v.form = ""
			}
			row{name: way, status: 403, has: []string{"Only its owner can do this. Ask ana."}}.check(t, c.visit(v))
			v.who = cid
			theirs := c.visit(v)
			v.path = to.OAuthClient(nobodys) + path
			if other := c.visit(v); theirs.status != 404 || other.body != theirs.body {
				t.Errorf("%s: a stranger gets %d, and other words than for what is nobody's: %v", way, theirs.status, theirs.body != other.body)
			}
		}
		c.try(t, []row{{name: "a forged owner", who: ana, path: to.OAuthClient(id), status: 303, form: atProvider(p, "Acme", "version", "1", "owner_id", fmt.Sprint(ben.UserID), "owner", "ben@example.org", "project", wells.String())}})
		if owner := c.cell(t, `SELECT owner_id FROM oauth_clients`); owner != fmt.Sprint(ana.UserID) {
			t.Errorf("it belongs to %s", owner)
		}
	})
}

// Case 166: what is connected stays, without a client.
func TestADeletedClientLeavesItsCredentials(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana := oauthtest.New(t, c.Clock.Now), c.member(t, "ana")
		wells := c.Project(t, ana.Actor, "Wells")
		id := c.client(t, ana, atProvider(p, "Acme", "project", wells.String()))
		cred := c.connects(t, p, ana, id, "Sheets")
		c.try(t, []row{
			{name: "counted", who: ana, path: to.OAuthClient(id), status: 200, has: []string{"Credentials 1", "Wells", "Connected with it", to.Credential(cred.String())}},
			{name: "asked", who: ana, path: to.DeleteOAuthClient(id), status: 200, has: []string{"1 credential is connected with it", "Sheets", to.Credential(cred.String()), "Wells", "until their tokens end", "Type “Acme” to confirm."}},
			{name: "another name", who: ana, path: to.DeleteOAuthClient(id), form: "confirm=Acne", status: 422, has: []string{`value="Acne"`, `id="confirm-error"`, "Sheets"}},
			{name: "deleted", who: ana, path: to.DeleteOAuthClient(id), form: "confirm=Acme", status: 303, where: to.OAuthClients()},
			{name: "gone", who: ana, path: to.OAuthClient(id), status: 404},
			{name: "the credential is there", who: ana, path: to.Credential(cred.String()), status: 200, has: []string{"Sheets"}},
		})
		if n := c.Count(t, `SELECT count(*) FROM grants WHERE credential_id = ? AND oauth_client_id IS NULL`, cred); n != 1 {
			t.Errorf("%d grants without a client", n)
		}
		if got := c.Events(t, id); !slices.Equal(got, []string{models.OAuthClientCreated, models.OAuthClientOffered, models.OAuthClientDeleted}) {
			t.Error(got)
		}
	})
}

// Case 167: offering and taking away are events of their own, and a project where
// one may not share stays.
func TestOfferingAClientIsAudited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, ben, boss := oauthtest.New(t, c.Clock.Now), c.member(t, "ana"), c.member(t, "ben"), c.person(t, "boss", models.Administrator)
		wells, roads := c.Project(t, ana.Actor, "Wells"), c.Project(t, ben.Actor, "Roads")
		c.Seat(t, ben.Actor, roads, ana.Actor, models.Editor)
		id := c.client(t, ana, atProvider(p, "Acme", "project", wells.String(), "project", roads.String()))
		ticked := func(project models.ID) string { return `value="` + project.String() + `" checked` }
		c.try(t, []row{
			{name: "ticked", who: ana, path: to.EditOAuthClient(id), status: 200, has: []string{ticked(wells), ticked(roads), "Editor"}, hasNot: []string{"disabled aria"}},
			{name: "seen there", who: ben, path: to.OAuthClient(id), status: 200, has: []string{"Acme"}},
			{name: "one less", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme", "version", "1", "project", wells.String()), status: 303},
			{name: "unseen there", who: ben, path: to.OAuthClient(id), status: 404},
			{name: "the other again", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme", "version", "2", "project", roads.String()), status: 303},
		})
		if got := c.Events(t, id); !slices.Contains(got, models.OAuthClientTaken) || !slices.Contains(got, models.OAuthClientOffered) {
			t.Error(got)
		}
		c.Exec(t, `UPDATE memberships SET role = 'viewer' WHERE project_id = ? AND user_id = ?`, roads, ana.UserID)
		version := c.cell(t, `SELECT version FROM oauth_clients`)
		c.try(t, []row{
			{name: "locked", who: ana, path: to.EditOAuthClient(id), status: 200, has: []string{ticked(roads) + " disabled", "You may not share there, so it stays."}},
			{name: "stays", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme", "version", version), status: 303},
			{name: "seen as before", who: ben, path: to.OAuthClient(id), status: 200},
			{name: "in words", who: boss, path: to.Audit(), status: 200, has: []string{"offered the OAuth client to a project", "took the OAuth client away from a project", "added the OAuth client", "changed the OAuth client"}},
		})
	})
}

// Case 168: one's own, everybody's, those offered to one's projects; and page by page.
func TestWhoSeesWhichClients(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, ben, cid, boss := oauthtest.New(t, c.Clock.Now), c.member(t, "ana"), c.member(t, "ben"), c.member(t, "cid"), c.person(t, "boss", models.Administrator)
		wells := c.Project(t, ana.Actor, "Wells")
		c.Seat(t, ana.Actor, wells, ben.Actor, models.Viewer)
		c.client(t, ana, atProvider(p, "Anas own"))
		c.client(t, ana, atProvider(p, "For wells", "project", wells.String()))
		hers := c.client(t, boss, atProvider(p, "For all", "global", "1"))
		alone := c.client(t, ben, atProvider(p, "Bens own"))
		c.try(t, []row{
			{name: "ana", who: ana, path: to.OAuthClients(), status: 200, has: []string{"Anas own", "For wells", "1 project", "For all", "boss"}, hasNot: []string{"Bens own"}},
			{name: "ben", who: ben, path: to.OAuthClients(), status: 200, has: []string{"Bens own", "For wells", "For all"}, hasNot: []string{"Anas own"}},
			{name: "cid", who: cid, path: to.OAuthClients(), status: 200, has: []string{"For all"}, hasNot: []string{"Anas own", "For wells", "Bens own"}},
			{name: "an administrator", who: boss, path: to.OAuthClients(), status: 200, has: []string{"Anas own", "For wells", "For all", "Bens own", "Only its owner"}},
			{name: "whose own they can't connect with", who: boss, path: to.OAuthClient(alone), status: 200, has: []string{"Take over", "Its settings are its owner's alone.", "Only its owner", "Credentials 0"}, hasNot: []string{"Connect an account", "Delete client"}},
			{name: "but with theirs", who: boss, path: to.OAuthClient(hers), status: 200, has: []string{"Connect an account"}, hasNot: []string{"Take over"}},
		})
		c.try(t, []row{{name: "on the project's page", who: ben, path: to.Project(wells.String()), status: 200, has: []string{"For wells", "For all", "Connect an account"}, hasNot: []string{"Anas own", "Bens own"}}})
		for i := range 50 {
			c.client(t, cid, atProvider(p, fmt.Sprintf("Many %02d", i)))
		}
		first := c.get(cid, to.OAuthClients())
		row{name: "the first page", status: 200, has: []string{"For all", "Many 48", "Next page"}, hasNot: []string{"Many 49", "First page"}}.check(t, first)
		next := strings.ReplaceAll(between(first.body, `href="`+to.OAuthClients()+`?after=`, `"`), "&amp;", "&")
		c.try(t, []row{{name: "the next", who: cid, path: to.OAuthClients() + "?after=" + next, status: 200, has: []string{"Many 49", "First page"}, hasNot: []string{"Many 48", "Next page"}}})
	})
}

// The secret goes in and never comes out: in no page, no log line, no row.
func TestTheSecretOfAClientIsNowhereToBeSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, plain *console) {
		c := &tour{console: plain}
		p, ana, boss := oauthtest.New(t, c.Clock.Now), c.member(t, "ana"), c.person(t, "boss", models.Administrator)
		id := c.post(ana, to.OAuthClients(), atProvider(p, "Acme")).id()
		c.post(ana, to.OAuthClients(), atProvider(p, ""))
		c.post(ana, to.DiscoverOAuthClient(), atProvider(p, "Acme"))
		c.post(ana, to.DiscoverOAuthClient(), atProvider(p, "Acme", "issuer", "nope"))
		c.post(ana, to.OAuthClient(id), atProvider(p, "Acme", "version", "1", "userinfo_url", ""))
		c.post(ana, to.OAuthClient(id), atProvider(p, "Acme", "version", "1"))
		c.post(ana, to.OAuthClient(id), atProvider(p, "", "version", "2"))
		c.post(ana, to.CheckOAuthClient(id), "x=")
		for _, who := range []browser{ana, boss} {
			for _, path := range []string{to.OAuthClients(), to.OAuthClient(id), to.EditOAuthClient(id), to.DeleteOAuthClient(id), to.Audit(), to.TakeOverOAuthClient(id)} {
				c.get(who, path)
			}
		}
		c.post(boss, to.TakeOverOAuthClient(id), "x=")
		c.get(boss, to.OAuthClient(id))
		for where, text := range map[string]string{"an answer": c.seen.String(), "the log": c.log.String(), "a table": c.Dump(t)} {
			if i := strings.Index(text, oauthtest.Secret); i >= 0 {
				t.Errorf("the secret is in %s: …%s…", where, text[max(0, i-200):i+40])
			}
		}
		if n := c.Count(t, `SELECT count(*) FROM oauth_client_secrets`); n != 1 {
			t.Errorf("%d secrets", n)
		}
	})
}

func TestEndpointsAreFoundByTheIssuer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana := oauthtest.New(t, c.Clock.Now), c.member(t, "ana")
		wells := c.Project(t, ana.Actor, "Wells")
		typed := url.Values{"issuer": {p.URL}, "name": {"Our server"}, "optional_scopes": {"Mail.Send"}, "secret": {oauthtest.Secret}, "auth_method": {"none"}, "pkce": {"1"}, "project": {wells.String()}}
		c.try(t, []row{
			{name: "the form", who: ana, path: to.NewOAuthClient("other"), status: 200, has: []string{
				"Find endpoints", `formaction="` + to.DiscoverOAuthClient() + `"`, base + to.OAuthCallback, "Redirect URI to register", `id="pkce" name="pkce" value="1" checked`, `value="client_secret_basic" selected`,
			}},
			{
				name: "found", who: ana, path: to.DiscoverOAuthClient(), form: typed.Encode(), status: 200,
				has: []string{
					"The endpoints were found", p.URL + "/authorize", p.URL + "/token", p.URL + "/revoke", p.URL + "/userinfo", p.URL + "/introspect", `value="Our server"`, ">Mail.Send</textarea>",
					`value="` + wells.String() + `" checked`, "Enter it again", `value="client_secret_basic" selected`,
				},
				hasNot: []string{oauthtest.Secret},
			},
			{name: "by htmx", who: ana, path: to.DiscoverOAuthClient(), form: typed.Encode(), htmx: true, status: 200, has: []string{"The endpoints were found"}, hasNot: []string{"<html"}},
			{name: "none there", who: ana, path: to.DiscoverOAuthClient(), form: "name=Kept&issuer=http://127.0.0.1:1", status: 422, has: []string{`id="issuer-error"`, "Nobody answers", `value="Kept"`}},
			{name: "spelled otherwise", who: ana, path: to.DiscoverOAuthClient(), form: form("issuer", p.URL+"/"), status: 422, has: []string{`id="issuer-error"`, "calls itself"}},
			{name: "Enter in the issuer", who: ana, path: to.OAuthClients(), form: form("issuer", p.URL), status: 200, has: []string{"The endpoints were found", p.URL + "/token"}},
			{name: "in vain", who: ana, path: to.OAuthClients(), form: form("issuer", p.URL+"/"), status: 422, has: []string{`id="issuer-error"`, "calls itself"}},
			{name: "no issuer", who: ana, path: to.DiscoverOAuthClient(), form: "issuer=", status: 422, has: []string{`id="issuer-error"`}},
		})
		if n := c.Count(t, `SELECT count(*) FROM oauth_clients`); n != 0 {
			t.Errorf("finding kept %d clients", n)
		}
	})
}

func TestScopesAreFoundWithTheEndpoints(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ana := c.member(t, "ana")
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			here := "http://" + r.Host
			_, _ = fmt.Fprintf(w, `{"issuer": %q, "authorization_endpoint": %q, "token_endpoint": %q, "scopes_supported": ["openid", "email", "Mail.Read"]}`, here, here+"/a", here+"/t")
		}))
		t.Cleanup(s.Close)
		c.try(t, []row{
			{name: "all", who: ana, path: to.DiscoverOAuthClient(), form: form("issuer", s.URL), status: 200, has: []string{">openid</textarea>", ">email\nMail.Read</textarea>", "and so are 2 optional scopes"}},
			{name: "some are asked for", who: ana, path: to.DiscoverOAuthClient(), form: form("issuer", s.URL, "mandatory_scopes", "email"), status: 200, has: []string{">email</textarea>", ">Mail.Read</textarea>", "and so is 1 optional scope"}},
			{name: "some are typed", who: ana, path: to.DiscoverOAuthClient(), form: form("issuer", s.URL, "optional_scopes", "mine"), status: 200, has: []string{">mine</textarea>", "describes itself. Nothing"}, hasNot: []string{"Mail.Read"}},
		})
	})
}

func TestAClientIsChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana := oauthtest.New(t, c.Clock.Now), c.member(t, "ana")
		good := c.client(t, ana, atProvider(p, "Good"))
		unknown := c.client(t, ana, atProvider(p, "Unknown", "secret", "marker-another"))
		lost := c.client(t, ana, atProvider(p, "Lost", "token_url", p.URL+"/nowhere", "revoke_url", "http://127.0.0.1:1/revoke"))
		c.try(t, []row{
			{name: "good", who: ana, method: "POST", path: to.CheckOAuthClient(good), status: 200, has: []string{"answers as it should", "Good"}, hasNot: []string{"will not work"}},
			{name: "unknown", who: ana, method: "POST", path: to.CheckOAuthClient(unknown), status: 200, has: []string{"Connecting with it will not work as it is", "does not accept this client ID and secret"}},
			{name: "lost", who: ana, method: "POST", path: to.CheckOAuthClient(lost), htmx: true, status: 200, has: []string{"There is no token endpoint at this address.", "Nobody answers at the address of the revocation endpoint.", to.EditOAuthClient(lost) + `">Edit client`}, hasNot: []string{"<html"}},
		})
	})
}

// A choice of the catalogue fills the form and says of each fact how sure it is.
func TestAKnownProviderFillsTheForm(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ana := c.member(t, "ana")
		at := func(provider, tail string) string { return to.NewOAuthClient(provider) + tail }
		const memory = "From memory, not confirmed: check it with the provider's documentation."
		c.try(t, []row{
			{name: "all", who: ana, path: at("", ""), status: 200, has: []string{"Choose a provider", ">Google<", ">Salesforce<", "Another provider", "data-picker", to.NewOAuthClient("other")}},
			{name: "searched", who: ana, path: at("", "?q=sharepoint"), status: 200, has: []string{"Microsoft Entra", "Another provider"}, hasNot: []string{">Google<"}},
			{name: "none", who: ana, path: at("", "?q=zzz"), status: 200, has: []string{"No known provider of that name", "Another provider"}, hasNot: []string{">Google<"}},
			{name: "unknown", who: ana, path: at("nobody", ""), status: 404, has: []string{"There is no provider called “nobody”."}},
			{name: "asks first", who: ana, path: at("microsoft", ""), status: 200, has: []string{"Tenant", `value="common"`, `name="input/tenant"`, "Continue"}, hasNot: []string{"Client ID"}},
			{name: "a bad value", who: ana, path: at("microsoft", "&input/tenant=a/b"), status: 422, has: []string{`id="input-tenant-error"`, `value="a/b"`, "Enter it like this: contoso.onmicrosoft.com"}},
			{
				name: "filled in", who: ana, path: at("microsoft", "&input%2Ftenant=contoso.example"), status: 200,
				has: []string{
					"https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize", `value="client_secret_post" selected`, ">openid\noffline_access</textarea>", "User.Read", `value="Microsoft Entra"`,
					`id="optional_scopes-unsure"`, memory, "<summary>Filled in from the catalogue</summary>", "<summary>More about this provider (2 from memory: check them)</summary>", `aria-describedby="optional_scopes-hint optional_scopes-unsure"`, "Where these facts come from", "two provider catalogues", "2026-09", "Not confirmed", "90 days",
					"The tenant says who may sign in", "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow", `name="provider" value="microsoft"`, base + to.OAuthCallback,
				},
				hasNot: []string{`id="token_url-unsure"`, "Find endpoints"},
			},
		})
		row{name: "one's own", status: 200, has: []string{"How Holdfast sends the secret"}, hasNot: []string{`<label for="secret">Client secret</label><span class="optional"`}}.check(t, c.get(ana, at("other", "")))
		page := c.get(ana, at("google", ""))
		row{name: "asks nothing", status: 200, has: []string{"Client ID", `name="provider" value="google"`, "More about this provider"}}.check(t, page)
		f := sent(t, page)
		f.Set("client_id", "ours")
		again := c.post(ana, to.OAuthClients(), f.Encode())
		row{name: "without a secret", status: 422, has: []string{`id="secret-error"`, "Where these facts come from", `value="ours"`}}.check(t, again)
		f.Set("secret", "marker-google")
		f.Set("token_url", "nowhere")
		row{name: "what is wrong is seen", status: 422, has: []string{`id="token_url-error"`, `more-fields" open><summary>Filled in`}}.check(t, c.post(ana, to.OAuthClients(), f.Encode()))
		f = sent(t, page)
		f.Set("client_id", "ours")
		f.Set("secret", "marker-google")
		id := c.client(t, ana, f.Encode())
		c.try(t, []row{
			{name: "its page", who: ana, path: to.OAuthClient(id), status: 200, has: []string{"Google", "Register Holdfast at Google", "accounts.google.com"}},
			{name: "in the list", who: ana, path: to.OAuthClients(), status: 200, has: []string{"<td>Google</td>"}},
			{name: "its form", who: ana, path: to.EditOAuthClient(id), status: 200, has: []string{"Where these facts come from", `name="provider" value="google"`}, hasNot: []string{memory}},
		})
	})
}

// Every provider's form can be saved as it is filled in, once the app is known.
func TestEveryKnownProviderCanBeSavedAsItIsFilledIn(t *testing.T) {
	t.Parallel()
	c := open(t)
	ana := c.member(t, "ana")
	for _, p := range c.OAuth.Known() {
		q := url.Values{"provider": {p.Name}}
		for _, in := range p.Inputs {
			q.Set("input/"+in.Name, in.Example)
		}
		f := sent(t, c.get(ana, "/oauth/clients/new?"+q.Encode()))
		f.Set("client_id", "ours")
		if f.Get("auth_method") != models.SecretNone {
			f.Set("secret", "marker-ours")
		}
		a := c.post(ana, to.OAuthClients(), f.Encode())
		if a.status != 303 {
			t.Errorf("%s: %d\n%s", p.Name, a.status, plainText(a.body))
			continue
		}
		inputs := map[string]string{}
		for _, in := range p.Inputs {
			inputs[in.Name] = in.Example
		}
		want, err := c.OAuth.FillIn(p, inputs)
		modelstest.Must(t, err)
		var through models.ClientForm
		through.Fill(want)
		through.Name, through.ClientID, through.Secret = "x", "x", "x"
		if through.Auth == models.SecretNone {
			through.Secret = ""
		}
		kept, err := through.Settings(false)
		modelstest.Must(t, err)
		if got := c.cell(t, `SELECT settings FROM oauth_clients WHERE id = ?`, models.ParseID(a.id())); got != kept.String() {
			t.Errorf("%s: the form keeps\n%s, want\n%s", p.Name, got, kept.String())
		}
	}
}

func TestAStaleFormOfAClientIsKeptOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana := oauthtest.New(t, c.Clock.Now), c.member(t, "ana")
		id := c.client(t, ana, atProvider(p, "Acme"))
		c.try(t, []row{
			{name: "first", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme one", "version", "1"), status: 303},
			{
				name: "second", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme two", "version", "1"), status: 409,
				has:    []string{"This OAuth client changed while you were editing it", "Edit Acme one", `value="Acme two"`, `name="version" value="2"`, "Enter it again"},
				hasNot: []string{oauthtest.Secret},
			},
			{name: "no version", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme two", "version", "x"), htmx: true, status: 409, has: []string{`name="version" value="2"`}},
			{name: "on top", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme two", "version", "2"), status: 303},
			{name: "saved", who: ana, path: to.OAuthClient(id), status: 200, has: []string{"Acme two"}},
		})
	})
}

func TestARefusedClientIsTriedAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, ben := oauthtest.New(t, c.Clock.Now), c.member(t, "ana"), c.member(t, "ben")
		wells := c.Project(t, ana.Actor, "Wells")
		c.Seat(t, ana.Actor, wells, ben.Actor, models.Viewer)
		id := c.client(t, ana, atProvider(p, "Acme", "project", wells.String()))
		c.connects(t, p, ana, id, "Sheets")
		refuse := func(code string) {
			c.Exec(t, `UPDATE oauth_clients SET incident_at = ?, incident_code = ?`, c.Clock.Now(), code)
		}
		refuse("invalid_client")
		c.try(t, []row{
			{name: "in the list", who: ana, path: to.OAuthClients(), status: 200, has: []string{"Refused", "just now"}, hasNot: []string{"Ready"}},
			{name: "its page", who: ana, path: to.OAuthClient(id), status: 200, has: []string{"The provider refuses this client", "invalid_client", "does not take its secret", "1 credential is connected with it", "Try again", "Enter a new secret"}, hasNot: []string{"Connect an account"}},
			{name: "for others", who: ben, path: to.OAuthClient(id), status: 200, has: []string{"The provider refuses this client", "Its owner, ana, has to mend it."}, hasNot: []string{"Try again"}},
			{name: "again", who: ana, method: "POST", path: to.ResumeOAuthClient(id), status: 303, where: to.OAuthClient(id)},
			{name: "ready", who: ana, path: to.OAuthClient(id), status: 200, has: []string{"Acme is accepted again", "Ready", "Connect an account"}, hasNot: []string{"refuses this client"}},
		})
		refuse("unauthorized_client")
		c.try(t, []row{
			{name: "otherwise", who: ana, path: to.OAuthClient(id), status: 200, has: []string{"unauthorized_client", "does not let it do this"}},
			{name: "mended", who: ana, path: to.OAuthClient(id), form: atProvider(p, "Acme", "version", "1", "project", wells.String()), status: 303},
			{name: "ready again", who: ana, path: to.OAuthClients(), status: 200, has: []string{"Ready"}, hasNot: []string{"Not used yet"}},
		})
		if got := c.Events(t, id); !slices.Contains(got, models.OAuthClientMended) {
			t.Error(got)
		}
	})
}

func TestAnAdministratorTakesAClientOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, boss := oauthtest.New(t, c.Clock.Now), c.member(t, "ana"), c.person(t, "boss", models.Administrator)
		id := c.client(t, ana, atProvider(p, "Acme"))
		c.client(t, boss, atProvider(p, "ACME"))
		c.try(t, []row{
			{name: "offered to", who: boss, path: to.OAuthClient(id), status: 200, has: []string{to.TakeOverOAuthClient(id)}},
			{name: "not to its owner", who: ana, path: to.OAuthClient(id), status: 200, hasNot: []string{to.TakeOverOAuthClient(id)}},
			{name: "nor by them", who: ana, method: "POST", path: to.TakeOverOAuthClient(id), status: 403},
			{name: "asked", who: boss, path: to.TakeOverOAuthClient(id), status: 200, has: []string{"Take over Acme?", "It belongs to ana.", "ana keeps what is connected", "ana gets a letter"}, hasNot: []string{"stays as it is"}},
			{name: "the name is taken", who: boss, method: "POST", path: to.TakeOverOAuthClient(id), status: 422, has: []string{"You have another OAuth client with this name. Rename yours first."}},
		})
		c.Exec(t, `UPDATE oauth_clients SET name = 'Other', name_key = 'other' WHERE owner_id = ?`, boss.UserID)
		c.Clock.Pass(models.ProvenFor)
		c.try(t, []row{{name: "unproven", who: boss, method: "POST", path: to.TakeOverOAuthClient(id), status: 401, has: []string{"Confirm that it is you"}}})
		boss = c.sit(t, boss.Actor)
		c.try(t, []row{
			{name: "taken", who: boss, method: "POST", path: to.TakeOverOAuthClient(id), status: 303, where: to.OAuthClient(id)},
			{name: "theirs", who: boss, path: to.OAuthClient(id), status: 200, has: []string{"Delete client", "Set, last changed"}},
			{name: "again", who: boss, path: to.TakeOverOAuthClient(id), status: 303, where: to.OAuthClient(id)},
			{name: "not ana's any more", who: ana, path: to.OAuthClient(id), status: 404},
			{name: "in words", who: boss, path: to.Audit(), status: 200, has: []string{"took the OAuth client over", "ana@example.org → boss@example.org"}},
		})
	})
}
