package providers_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/idptest"
	"holdfast/models/providers"
)

const redirect = "http://127.0.0.1:8080/back"

// contoso is a provider that is trusted, and the administrator who set it up.
type contoso struct {
	*modelstest.House
	idp  *idptest.Provider
	root models.Actor
	models.Provider
}

func form(idp *idptest.Provider) models.ProviderForm {
	return models.ProviderForm{
		Name: "Contoso", Issuer: idp.URL, ClientID: idptest.ClientID, Secret: idptest.Secret, AuthMethod: models.SecretBasic,
		Scopes: "openid email", LoginClaim: "email", FactorValues: "mfa gold", Authoritative: true,
	}
}

func trust(t *testing.T, h *modelstest.House) *contoso {
	t.Helper()
	c := &contoso{House: h, idp: idptest.New(t, h.Clock.Now), root: h.Person(t, "root", models.Administrator)}
	h.Lets(t, c.root)
	var err error
	c.Provider, err = h.Providers.Create(t.Context(), c.root, form(c.idp))
	modelstest.Must(t, err)
	c.idp.Say(ana())
	return c
}

func each(t *testing.T, test func(*testing.T, *contoso)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) { test(t, trust(t, h)) })
}

// ana is what the provider says of Ana.
func ana() map[string]any {
	return map[string]any{"sub": "s-ana", "email": "Ana@example.org", "email_verified": true, "name": "Ana"}
}

// login gives the user a login of the provider with that key.
func (c *contoso) login(t *testing.T, who models.Actor, provider int64, key string) models.Actor {
	t.Helper()
	canon, err := models.CanonicalKey(key)
	modelstest.Must(t, err)
	c.Exec(t, `INSERT INTO logins (user_id, key, key_canon, trusted_idp_id, secret_hash, created_at, updated_at) VALUES (?, ?, ?, ?, '', ?, ?)`,
		who.UserID, key, canon, provider, c.Clock.Now(), c.Clock.Now())
	who.LoginID = int64(c.Count(t, `SELECT id FROM logins WHERE trusted_idp_id = ? AND key_canon = ?`, provider, canon))
	return who
}

// ana is a user with a login that waits for her.
func (c *contoso) ana(t *testing.T) models.Actor {
	t.Helper()
	return c.login(t, c.Person(t, "ana", models.PlainMember), c.ID, "ana@example.org")
}

// guest is a browser that nobody is signed in at.
var guest = models.Actor{IP: "192.0.2.9", UserAgent: "Browser", RequestID: "r"}

// begin is on the way to the provider.
func (c *contoso) begin(t *testing.T, who models.Actor, purpose models.VisitPurpose) providers.Way {
	t.Helper()
	w, err := c.Providers.Begin(t.Context(), who, providers.Leave{Provider: c.ID, Purpose: purpose, Next: "/next", Redirect: redirect})
	modelstest.Must(t, err)
	return w
}

// there is what the browser brings back.
func (c *contoso) there(t *testing.T, w providers.Way) providers.Back {
	t.Helper()
	q := c.idp.Visit(t, w.URL)
	return providers.Back{Provider: c.ID, State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), Secret: w.Secret, Redirect: redirect}
}

// signIn goes there and back.
func (c *contoso) signIn(t *testing.T) (providers.Arrival, error) {
	t.Helper()
	return c.Providers.Finish(t.Context(), guest, c.there(t, c.begin(t, guest, models.ToSignIn)))
}

// comes is signIn of somebody who comes in.
func (c *contoso) comes(t *testing.T, want models.Actor) providers.Arrival {
	t.Helper()
	a, err := c.signIn(t)
	modelstest.Must(t, err)
	if a.Refused || a.Cancelled || a.Entry.LoginID != want.LoginID {
		t.Fatalf("%+v, want login %d", a, want.LoginID)
	}
	return a
}

// turned is signIn of somebody who is refused for that reason.
func (c *contoso) turned(t *testing.T, why string) {
	t.Helper()
	a, err := c.signIn(t)
	modelstest.Must(t, err)
	if !a.Refused || a.Entry.LoginID != 0 {
		t.Fatalf("came in: %+v", a)
	}
	if n := c.Count(t, `SELECT count(*) FROM provider_refusals WHERE reason = ?`, why); n != 1 {
		t.Errorf("%d refusals because of %s:\n%s", n, why, c.Dump(t))
	}
}
