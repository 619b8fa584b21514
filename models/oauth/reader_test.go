package oauth_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

// edits saves one of ana's clients with a change.
func (c *town) edits(t testing.TB, change func(*models.ClientForm)) error {
	t.Helper()
	seen, err := c.OAuth.Client(t.Context(), c.ana, c.client)
	modelstest.Must(t, err)
	f := models.ClientFormOf(seen.OAuthClient)
	change(&f)
	return c.OAuth.UpdateClient(t.Context(), c.ana, c.client, f)
}

func TestAnotherValueOfAParameterIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		for _, value := range []string{"online", "offline"} {
			modelstest.Must(t, c.edits(t, func(f *models.ClientForm) { f.AuthorizeParams = "access_type=" + value }))
			seen, err := c.OAuth.Client(t.Context(), c.ana, c.client)
			if err != nil || seen.ReadSettings().AuthorizeParams["access_type"] != value {
				t.Errorf("%+v, %v", seen.ReadSettings().AuthorizeParams, err)
			}
		}
		if strings.Contains(c.Dump(t), "before\":{\"authorize_params\":\"map[access_type:online") {
			t.Error("the audit tells the value of a parameter")
		}
	})
}

// Tokens stay with the servers that they came from: also those of grants that wait
// to be revoked, and those that a person has not decided on.
func TestNobodysTokensMoveToAnotherServer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		moved := func(f *models.ClientForm) { f.Revoke = "https://evil.example/revoke" }
		modelstest.WantWrong(t, c.edits(t, moved), "revoke_url")
		modelstest.WantWrong(t, c.edits(t, func(f *models.ClientForm) { f.Authorize = "https://phish.example/authorize" }), "authorize_url")
		c.behave(func(m *oauthtest.Manners) { m.RevokeStatus = 500 })
		c.disconnects(t, id, false)
		modelstest.WantWrong(t, c.edits(t, moved), "revoke_url")
		c.behave(func(m *oauthtest.Manners) { m.RevokeStatus = 0 })
		c.Clock.Pass(time.Hour)
		c.givesUp(t, 1)
		modelstest.Must(t, c.edits(t, func(f *models.ClientForm) { moved(f); f.Secret = oauthtest.Secret })) // there is none left
	})
}

func TestTokensThatComeWhileTheClientIsChangedAreNotKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		way, err := c.OAuth.Begin(t.Context(), c.ana, c.wish("acme"))
		modelstest.Must(t, err)
		back := c.back(t, way)
		there, on := make(chan struct{}), make(chan struct{})
		c.behave(func(m *oauthtest.Manners) { hold := onceAtToken(there, on); m.Hold = func(r *http.Request) { hold(r) } })
		done := make(chan error, 1)
		go func() {
			_, err := c.OAuth.Finish(t.Context(), c.ana, back)
			done <- err
		}()
		<-there
		modelstest.Must(t, c.edits(t, func(f *models.ClientForm) { f.Name = "Another" }))
		close(on)
		modelstest.Want(t, <-done, models.Conflict)
		if used, left := c.grants(t); used+left != 0 {
			t.Errorf("%d and %d grants", used, left)
		}
		if len(c.provider.Revoked()) == 0 {
			t.Error("what came was not given up")
		}
	})
}

// The owner hears before programs fail that the client is gone, once.
func TestOwnersHearThatTheirClientWasDeleted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.connects(t, c.ana, "acme")
		modelstest.Must(t, c.OAuth.DeleteClient(t.Context(), c.ana, c.client, "Acme app"))
		c.ahead(t)
		c.ahead(t)
		letter := c.WantMail(t, "credential.connection ana@example.org")[0]
		if d := letter.ReadDetails(); d.Health != string(models.HealthClient) || d.Until.IsZero() {
			t.Errorf("%+v", d)
		}
	})
}

// Where revoking one token may end every grant of an account, nothing else of the
// same account is touched: not a failed reconnection, not a disconnection.
func TestOneGrantIsNotRevokedUnderAnother(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.resettled(t, func(s *models.ClientSettings) { s.RevokesAll = true })
		id, other := c.connects(t, c.ana, "acme"), c.connects(t, c.ana, "other")
		c.behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 401 })
		if r := c.visits(t, c.ana, oauth.Wish{Client: c.client, Credential: id, Redirect: redirect}); r.State != models.ConnectFailed {
			t.Errorf("%s %+v", r.State, r.Outcome)
		}
		c.givesUp(t, 0)
		c.behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 0 })
		done, err := c.OAuth.Disconnect(t.Context(), c.ana, other)
		if err != nil || done.Revoked || !strings.Contains(done.Why, "another credential") || len(c.provider.Revoked()) != 0 {
			t.Errorf("%+v %v, %d revoked", done, err, len(c.provider.Revoked()))
		}
		c.disconnects(t, id, true)
	})
}

func TestARefusalOfTheOldSecretIsNoIncident(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.minutes(61)
		there, on := make(chan struct{}), make(chan struct{})
		first := onceAtToken(there, on)
		c.behave(func(m *oauthtest.Manners) {
			m.Status, m.Error = 401, "invalid_client"
			m.Hold = func(r *http.Request) {
				if !first(r) { // it is asked again, with what was saved meanwhile
					c.behave(func(m *oauthtest.Manners) { m.Status, m.Error = 0, "" })
				}
			}
		})
		got := make(chan error, 1)
		go func() {
			_, err := c.OAuth.Token(t.Context(), c.ana, id)
			got <- err
		}()
		<-there
		modelstest.Must(t, c.edits(t, func(f *models.ClientForm) { f.Secret = oauthtest.Secret }))
		close(on)
		modelstest.Must(t, <-got)
		if n := c.Count(t, `SELECT count(*) FROM oauth_clients WHERE incident_at IS NOT NULL`); n != 0 {
			t.Error("the mended client is refused")
		}
		c.WantMail(t)
	})
}

// onceAtToken holds the first question at the token endpoint until on is closed,
// and reports whether it was that one.
func onceAtToken(there chan<- struct{}, on <-chan struct{}) func(*http.Request) bool {
	var asked atomic.Int64
	return func(*http.Request) bool {
		if asked.Add(1) > 1 {
			return false
		}
		close(there)
		<-on
		return true
	}
}

func TestTheSameNumberElsewhereIsAnotherAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		elsewhere := oauthtest.New(t, c.Clock.Now)
		f := c.form("Elsewhere")
		f.Fill(elsewhere.Settings())
		client, err := c.OAuth.CreateClient(t.Context(), c.ana, f)
		modelstest.Must(t, err)
		way, err := c.OAuth.Begin(t.Context(), c.ana, oauth.Wish{Client: client, Credential: id, Redirect: redirect})
		modelstest.Must(t, err)
		q := elsewhere.Visit(t, way.URL)
		done, err := c.OAuth.Finish(t.Context(), c.ana, oauth.Back{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Redirect: redirect})
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(t.Context(), c.ana, done)
		if err != nil || r.State != models.ConnectAsks || len(r.Outcome.Problems) != 1 || r.Outcome.Problems[0] != models.WrongAccount {
			t.Fatalf("%s %+v %v", r.State, r.Outcome, err)
		}
		_, err = c.OAuth.Keep(t.Context(), c.ana, done, "")
		modelstest.Must(t, err)
		if c.tells(t, id, models.AccountSwitched) != 1 {
			t.Errorf("%v", c.Events(t, id.String()))
		}
		c.givesUp(t, 1) // the one before is another account's
	})
}

func TestADeadTokenIsHandedToNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.endless(t, false)
		c.behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 401 })
		c.Clock.Pass(models.CheckEvery)
		c.ahead(t)
		_, err := c.OAuth.Token(t.Context(), c.ana, id)
		modelstest.Want(t, err, models.Conflict)
		if h := c.connection(t, c.ana, id).Health; h.State != models.HealthReconnect || h.Works {
			t.Errorf("%+v", h)
		}
	})
}

func TestACatalogueNameNeedsItsServers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		modelstest.Must(t, c.edits(t, func(f *models.ClientForm) { f.Provider = "google" }))
		seen, err := c.OAuth.Client(t.Context(), c.ana, c.client)
		if err != nil || seen.Provider != "" || c.OAuth.ProviderTitle(seen.OAuthClient) != "Acme app" {
			t.Errorf("%q %v", seen.Provider, err)
		}
		p, err := c.OAuth.KnownBy("microsoft")
		modelstest.Must(t, err)
		s, err := c.OAuth.FillIn(p, map[string]string{"tenant": "contoso.example"})
		modelstest.Must(t, err)
		f := models.ClientForm{Name: "Office", Provider: "microsoft", ClientID: "x", Secret: "y"}
		f.Fill(s)
		id, err := c.OAuth.CreateClient(t.Context(), c.ana, f)
		modelstest.Must(t, err)
		if seen, err := c.OAuth.Client(t.Context(), c.ana, id); err != nil || seen.Provider != "microsoft" {
			t.Errorf("%q %v", seen.Provider, err)
		}
	})
}

// A credential that will be deleted does not keep the job busy.
func TestAScheduledGrantThatEndsIsSeenToOnceAnHour(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.NoRefresh, m.Life = true, 4*time.Hour })
		r := c.visits(t, c.ana, c.wish("acme"))
		id, err := c.OAuth.Keep(t.Context(), c.ana, r.ID, "")
		modelstest.Must(t, err)
		c.Schedule(t, c.ana, id)
		c.minutes(200)
		if n := c.ahead(t); n != 1 {
			t.Errorf("%d", n)
		}
		c.minutes(5)
		if n := c.ahead(t); n != 0 {
			t.Errorf("%d more", n)
		}
	})
}
