package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

// clientFields are a form that is right but for the name, of a provider that
// nobody answers for.
const clientFields = "client_id=app&secret=s3cret-of-app&auth_method=client_secret_basic&body_format=form&scope_separator=space&pkce=1" +
	"&authorize_url=http://127.0.0.1:1/a&token_url=http://127.0.0.1:1/t"

// deadClient is a client of a provider that nobody answers for, the only one.
func (c *console) deadClient(t *testing.T, owner models.Actor, project models.ID) string {
	t.Helper()
	f := models.ClientForm{Name: "Acme", ClientID: "app", Secret: "s3cret-of-app", Projects: []models.ID{project}}
	f.Fill(models.ClientSettings{Auth: models.SecretBasic, PKCE: true, Authorize: "http://127.0.0.1:1/a", Token: "http://127.0.0.1:1/t", Mandatory: []string{"read"}})
	id, err := c.OAuth.CreateClient(t.Context(), owner, f)
	modelstest.Must(t, err)
	return id.String()
}

// atProvider is the form of a client that the provider knows.
func atProvider(p *oauthtest.Provider, name string, more ...string) string {
	s := p.Settings()
	v := url.Values{
		"name": {name}, "client_id": {oauthtest.ClientID}, "secret": {oauthtest.Secret}, "auth_method": {s.Auth}, "body_format": {"form"}, "scope_separator": {"space"}, "pkce": {"1"},
		"issuer": {s.Issuer}, "authorize_url": {s.Authorize}, "token_url": {s.Token}, "revoke_url": {s.Revoke}, "userinfo_url": {s.UserInfo}, "introspect_url": {s.Introspect},
		"mandatory_scopes": {"read"}, "optional_scopes": {"write\r\noffline_access"}, "subject_at": {"/userinfo/sub"}, "account_at": {"/userinfo/email"},
	}
	for i := 0; i < len(more); i += 2 {
		if v.Has(more[i]) && more[i] != "project" {
			v.Del(more[i])
		}
		v.Add(more[i], more[i+1])
	}
	return v.Encode()
}

// client makes a client by its form, and gives its id.
func (c *console) client(t *testing.T, who browser, form string) string {
	t.Helper()
	a := c.post(who, "/oauth/clients", form)
	if a.status != 303 {
		t.Fatalf("the client was not made: %d\n%s", a.status, plainText(a.body))
	}
	return a.id()
}

// connects makes a credential that is connected with a client.
func (c *console) connects(t *testing.T, p *oauthtest.Provider, who browser, client, name string, projects ...models.ID) models.ID {
	t.Helper()
	const redirect = base + "/oauth/callback"
	way, err := c.OAuth.Begin(t.Context(), who.Actor, oauth.Wish{Client: models.ParseID(client), ConnectWish: models.ConnectWish{Name: name, Projects: projects}, Redirect: redirect})
	modelstest.Must(t, err)
	q := p.Visit(t, way.URL)
	id, err := c.OAuth.Finish(t.Context(), who.Actor, oauth.Back{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Redirect: redirect, Params: map[string]string{}})
	modelstest.Must(t, err)
	r, err := c.OAuth.Result(t.Context(), who.Actor, id)
	modelstest.Must(t, err)
	if r.CredentialID == nil {
		t.Fatalf("it was not connected: %+v", r)
	}
	return *r.CredentialID
}

// sent is what a browser would send of the form of a client on a page.
func sent(t *testing.T, a answer) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	for n := range root.Descendants() {
		at := attributes(n)
		_, ticked := at["checked"]
		_, disabled := at["disabled"]
		switch {
		case at["name"] == "" || disabled || !within(n, "/oauth/clients"):
		case n.Data == "input" && (at["type"] != "checkbox" || ticked):
			form.Add(at["name"], at["value"])
		case n.Data == "select":
			form.Add(at["name"], chosenOf(n))
		case n.Data == "textarea" && n.FirstChild != nil:
			form.Add(at["name"], n.FirstChild.Data)
		}
	}
	return form
}

func within(n *html.Node, action string) bool {
	for p := range n.Ancestors() {
		if p.Data == "form" && strings.HasPrefix(attributes(p)["action"], action) {
			return true
		}
	}
	return false
}
