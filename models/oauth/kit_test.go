package oauth_test

import (
	"slices"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

const redirect = "http://127.0.0.1:8080/oauth/callback"

// town is a house with a provider, a client that is registered there, and ana, who
// owns it and has an account there.
type town struct {
	*modelstest.House
	provider *oauthtest.Provider
	ana      models.Actor
	client   models.ID
}

func settle(t testing.TB, h *modelstest.House) *town {
	t.Helper()
	c := &town{House: h, provider: oauthtest.New(t, h.Clock.Now), ana: seated(t, h, h.Person(t, "ana", models.PlainMember))}
	c.client = c.registers(t, c.ana, "Acme app")
	return c
}

// each runs a test in a town on both databases. Whatever it does, no secret may
// stand anywhere in the end.
func each(t *testing.T, test func(*testing.T, *town)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		c := settle(t, h)
		test(t, c)
		c.keepsSecrets(t)
	})
}

// seated is the person in a browser session of their own.
func seated(t testing.TB, h *modelstest.House, who models.Actor) models.Actor {
	t.Helper()
	h.Lets(t, who)
	hash := models.NewID()
	_, now, err := h.People.Start(t.Context(), models.Actor{IP: "192.0.2.9", UserAgent: "test"}, modelstest.In(who.LoginID), append(hash[:], hash[:]...))
	modelstest.Must(t, err)
	who.SessionID = now.SessionID
	return who
}

// form is a client of the provider, as its owner enters it.
func (c *town) form(name string) models.ClientForm {
	f := models.ClientForm{Name: name, ClientID: oauthtest.ClientID, Secret: oauthtest.Secret}
	f.Fill(c.provider.Settings())
	return f
}

func (c *town) registers(t testing.TB, who models.Actor, name string) models.ID {
	t.Helper()
	id, err := c.OAuth.CreateClient(t.Context(), who, c.form(name))
	modelstest.Must(t, err)
	return id
}

// resettled are the client's settings, changed behind the doors' back.
func (c *town) resettled(t testing.TB, change func(*models.ClientSettings)) {
	t.Helper()
	s := c.provider.Settings()
	change(&s)
	c.Exec(t, `UPDATE oauth_clients SET settings = ?`, s.String())
}

// wish is the wish for a new credential.
func (c *town) wish(name string, projects ...models.ID) oauth.Wish {
	return oauth.Wish{Client: c.client, ConnectWish: models.ConnectWish{Name: name, Projects: projects, Scopes: []string{"write", "offline_access"}}, Redirect: redirect}
}

// visits goes to the provider and comes back, and gives what came of it.
func (c *town) visits(t testing.TB, who models.Actor, w oauth.Wish) oauth.Result {
	t.Helper()
	way, err := c.OAuth.Begin(t.Context(), who, w)
	modelstest.Must(t, err)
	return c.returns(t, who, way)
}

func (c *town) returns(t testing.TB, who models.Actor, way oauth.Way) oauth.Result {
	t.Helper()
	id, err := c.OAuth.Finish(t.Context(), who, c.back(t, way))
	modelstest.Must(t, err)
	r, err := c.OAuth.Result(t.Context(), who, id)
	modelstest.Must(t, err)
	return r
}

func (c *town) back(t testing.TB, way oauth.Way) oauth.Back {
	t.Helper()
	q := c.provider.Visit(t, way.URL)
	b := oauth.Back{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), Redirect: redirect, Params: map[string]string{}}
	for name := range q {
		b.Params[name] = q.Get(name)
	}
	return b
}

// connects makes a connected credential.
func (c *town) connects(t testing.TB, who models.Actor, name string, projects ...models.ID) models.ID {
	t.Helper()
	r := c.visits(t, who, c.wish(name, projects...))
	if r.State != models.ConnectDone || r.CredentialID == nil {
		t.Fatalf("%q was not connected: %s %+v\n%s", name, r.State, r.Outcome, c.Log)
	}
	return *r.CredentialID
}

// connection is what a credential is connected to.
func (c *town) connection(t testing.TB, who models.Actor, id models.ID) oauth.Connection {
	t.Helper()
	found, err := c.OAuth.Connection(t.Context(), who, id)
	modelstest.Must(t, err)
	return found
}

// keepsSecrets fails the test when a token, a code, a state, a verifier or the
// client's secret stands anywhere but in its sealed column.
func (c *town) keepsSecrets(t testing.TB) {
	t.Helper()
	dump, log := c.Dump(t), c.Log.String()
	for _, secret := range slices.Concat(c.provider.Secrets(), c.provider.Proofs(), []string{oauthtest.Secret}) {
		if strings.Contains(dump, secret) || strings.Contains(log, secret) {
			t.Errorf("%s stands in a row or in the log", secret)
		}
	}
}
