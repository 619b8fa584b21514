package browsertest

import "strings"

// oauthClient adds a client of a provider that is not in the catalogue.
func oauthClient(who client, name, project string) string {
	who.t.Helper()
	return who.id("/oauth/clients", "name", name, "client_id", "holdfast", "secret", secret, "auth_method", "client_secret_basic", "body_format", "form", "scope_separator", "space",
		"pkce", "1", "issuer", "https://nowhere.invalid", "authorize_url", "https://nowhere.invalid/authorize", "token_url", "https://nowhere.invalid/token",
		"mandatory_scopes", "openid", "optional_scopes", "Files.Read Files.Write", "subject_at", "/userinfo/sub", "project", project)
}

// oauthClients are the pages of OAuth clients.
func oauthClients(f furniture) []sight {
	ready, refuses := "/oauth/clients/"+f.lodgers.oauth, "/oauth/clients/"+f.lodgers.refuses
	const choose, fresh = "Choose a provider", "New OAuth client"
	return []sight{
		{name: "oauth-clients", who: adminLogin, path: "/oauth/clients", heading: "OAuth clients", title: "OAuth clients"},
		{name: "no-oauth-clients", who: newcomerLogin, path: "/oauth/clients", heading: "OAuth clients", title: "OAuth clients"},
		{name: "providers", who: adminLogin, path: "/oauth/clients/new", heading: choose, title: choose},
		{name: "providers-nothing-matches", who: adminLogin, path: "/oauth/clients/new?q=nothing+like+it", heading: choose, title: choose},
		{name: "provider-asks", who: adminLogin, path: "/oauth/clients/new?provider=okta", heading: fresh, title: fresh},
		{name: "provider-asks-again", who: adminLogin, path: "/oauth/clients/new?provider=shopify&input/shop=a/b", heading: fresh, title: fresh},
		{name: "new-oauth-client", who: adminLogin, path: "/oauth/clients/new?provider=salesforce&input/host=login.salesforce.com", do: opensAllDetails, heading: fresh, title: fresh},
		{name: "new-oauth-client-by-hand", who: viewerLogin, path: "/oauth/clients/new?provider=other", heading: fresh, title: fresh},
		{name: "new-oauth-client-refused", who: adminLogin, path: "/oauth/clients/new?provider=other", do: sends("Add OAuth client"), heading: fresh, title: fresh},
		{name: "oauth-endpoints-not-found", who: adminLogin, path: "/oauth/clients/new?provider=other", do: findsNoEndpoints, heading: fresh, title: fresh},
		{name: "oauth-client", who: adminLogin, path: ready, heading: "Field offices", title: "Field offices"},
		{name: "oauth-client-checked", who: adminLogin, path: ready, do: checksIt, heading: "Field offices", title: "Field offices"},
		{name: "oauth-client-refused", who: adminLogin, path: refuses, heading: "Donors", title: "Donors"},
		{name: "oauth-client-of-somebody", who: viewerLogin, path: refuses, heading: "Donors", title: "Donors"},
		{name: "oauth-client-edit", who: adminLogin, path: ready + "/edit", heading: "Edit Field offices", title: "Edit Field offices"},
		{name: "oauth-client-delete", who: adminLogin, path: ready + "/delete", heading: "Delete Field offices?", title: "Delete Field offices"},
	}
}

func opensAllDetails(p *person) {
	eval[bool](p, `(document.querySelectorAll("main details").forEach((one) => { one.open = true; }), true)`)
}

func checksIt(p *person) {
	p.click("button", "Check")
	p.reads("Connecting with it will not work as it is")
}

// findsNoEndpoints has only the issuer looked at: the rest of the form can wait.
func findsNoEndpoints(p *person) {
	p.fill("Issuer", "https://127.0.0.1/")
	p.click("button", "Find endpoints")
	p.reads("The address of the issuer")
	if text := eval[string](p, `document.querySelector("#error-summary").textContent`); strings.Contains(text, "things need your attention") {
		p.t.Errorf("finding endpoints checks the whole form: %s", text)
	}
}
