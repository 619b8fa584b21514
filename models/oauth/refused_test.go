package oauth_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

// refusedBy is a town with three connected credentials, two of ana's and one of
// ben's, whose tokens are over, and a provider that refuses the client.
func refusedBy(t *testing.T, c *town, status int, code string) (ben models.Actor, ids []models.ID) {
	t.Helper()
	ben = seated(t, c.House, c.Person(t, "ben", models.PlainMember))
	project := c.Project(t, c.ana, "P")
	c.Seat(t, c.ana, project, ben, models.Editor)
	f := c.form("Acme app")
	f.Version, f.Secret, f.Projects = 1, "", []models.ID{project}
	modelstest.Must(t, c.OAuth.UpdateClient(t.Context(), c.ana, c.client, f))
	ids = []models.ID{c.connects(t, c.ana, "one"), c.connects(t, c.ana, "two"), c.connects(t, ben, "three")}
	c.minutes(61)
	c.down(status, code)
	return ben, ids
}

// Case 141: what Lightning takes for the end of the grant is the client's trouble.
func TestARefusedClientIsOneIncidentForAllItsCredentials(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]struct {
		status     int
		code, told string
	}{
		"401 invalid_client": {401, "invalid_client", "invalid_client"}, "401 of its own": {401, "who_are_you", "who_are_you"}, "400 unauthorized_client": {400, "unauthorized_client", "unauthorized_client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				ctx := t.Context()
				ben, ids := refusedBy(t, c, r.status, r.code)
				before := c.sealed(t, ids[0])
				for range 2 {
					for i, who := range []models.Actor{c.ana, c.ana, ben} {
						_, err := c.OAuth.Token(ctx, who, ids[i])
						if e := wants(t, err, "client_problem"); e.RetryAfter <= 0 {
							t.Errorf("%+v", e)
						}
					}
				}
				if n := c.ahead(t); n != 0 {
					t.Errorf("the job sees to %d grants of a client that rests", n)
				}
				c.asked(t, 1) // the others rest
				if c.sealed(t, ids[0]) != before {
					t.Error("the tokens were touched")
				}
				if c.tells(t, c.client, models.OAuthClientRefused) != 1 {
					t.Errorf("%v", c.Events(t, c.client.String()))
				}
				l := c.WantMail(t, "oauth_client.refused ana@example.org")[0]
				if d := l.ReadDetails(); d.Client != "Acme app" || d.Cause != r.told || d.Count != 3 {
					t.Errorf("%+v", d)
				}
				if h := c.feels(t, ids[1], models.HealthClient); h.Cause != r.told || !h.At.Equal(c.Clock.Now()) {
					t.Errorf("%+v", h)
				}
				_, err := c.OAuth.Begin(ctx, c.ana, c.wish("four"))
				modelstest.WantWrong(t, err, "client")
				c.up()
				c.mends(t, ben, ids)
			})
		})
	}
}

// A 401 without a code may come from whatever stands before the provider: no reason
// to have every credential of the client rest, nor for anybody to connect anew.
func TestAStatus401WithoutACodeGoesAwayByItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ben, ids := refusedBy(t, c, 401, "")
		for i, who := range []models.Actor{c.ana, c.ana, ben} {
			_, err := c.OAuth.Token(t.Context(), who, ids[i])
			wants(t, err, "temporary_failure")
		}
		if h := c.feels(t, ids[0], models.HealthRetrying); h.Cause != "http_401" {
			t.Errorf("%+v", h)
		}
		if n := c.tells(t, c.client, models.OAuthClientRefused); n != 0 {
			t.Errorf("the client is taken for refused: %v", c.Events(t, c.client.String()))
		}
		c.up()
		c.minutes(1)
		if a := c.fetches(t, c.ana, ids[0]); a.Stale || !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
	})
}

// mends has the owner save a new secret, whereupon everything works again.
func (c *town) mends(t *testing.T, ben models.Actor, ids []models.ID) {
	t.Helper()
	found, err := c.OAuth.Client(t.Context(), c.ana, c.client)
	modelstest.Must(t, err)
	if !found.Paused() || found.Credentials != 3 {
		t.Errorf("%+v", found)
	}
	f := models.ClientFormOf(found.OAuthClient)
	f.Secret = oauthtest.Secret
	for _, p := range found.Offered {
		f.Projects = append(f.Projects, p.ID)
	}
	modelstest.Must(t, c.OAuth.UpdateClient(t.Context(), c.ana, c.client, f))
	if n := c.ahead(t); n != 3 {
		t.Errorf("the job sees to %d grants", n)
	}
	c.asked(t, 4)
	for i, who := range []models.Actor{c.ana, c.ana, ben} {
		if a := c.fetches(t, who, ids[i]); a.Stale || !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
	}
	c.feels(t, ids[0], models.HealthOK)
	if c.tells(t, c.client, models.OAuthClientMended) != 1 {
		t.Errorf("%v", c.Events(t, c.client.String()))
	}
	c.WantMail(t)
}

func TestTheOwnerResumesAClient(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		ben, ids := refusedBy(t, c, 401, "invalid_client")
		_, err := c.OAuth.Token(ctx, c.ana, ids[0])
		wants(t, err, "client_problem")
		c.WantMail(t, "oauth_client.refused ana@example.org")
		modelstest.Want(t, second(c.OAuth.ResumeClient(ctx, ben, c.client, redirect)), models.Forbidden)
		problems, err := c.OAuth.ResumeClient(ctx, c.ana, c.client, redirect)
		if err != nil || len(problems) == 0 { // too early: it is refused still
			t.Errorf("%q %v", problems, err)
		}
		c.ahead(t)
		c.WantMail(t)
		c.feels(t, ids[0], models.HealthClient)
		c.up()
		modelstest.Must(t, second(c.OAuth.ResumeClient(ctx, c.ana, c.client, redirect)))
		c.ahead(t)
		c.feels(t, ids[0], models.HealthOK)
		modelstest.Must(t, second(c.OAuth.ResumeClient(ctx, c.ana, c.client, redirect))) // nothing to resume
		if n := c.tells(t, c.client, models.OAuthClientMended); n != 1 {
			t.Errorf("%d: %v", n, c.Events(t, c.client.String()))
		}
	})
}

// A client that is refused has nothing to do with credentials that it can't
// refresh: their owner still hears before they end.
func TestTheEndOfAGrantIsToldAlthoughItsClientIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.NoRefresh, m.Life = true, 2*time.Hour })
		r := c.visits(t, c.ana, c.wish("short"))
		short, err := c.OAuth.Keep(t.Context(), c.ana, r.ID, "")
		modelstest.Must(t, err)
		c.behave(func(m *oauthtest.Manners) { m.NoRefresh, m.Life = false, time.Hour })
		id := c.connects(t, c.ana, "acme")
		c.minutes(56)
		c.down(401, "invalid_client")
		c.fetches(t, c.ana, id)
		c.WantMail(t, "oauth_client.refused ana@example.org")
		c.minutes(40)
		c.ahead(t)
		l := c.WantMail(t, "credential.connection ana@example.org")[0]
		if d := l.ReadDetails(); d.Things[0].ID != short.String() || d.Health != string(models.HealthExpiring) {
			t.Errorf("%+v", d)
		}
	})
}
