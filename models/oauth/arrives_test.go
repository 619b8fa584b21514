package oauth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

// Cases 132, 149, 150 and 153: whatever goes wrong, no credential is made, no grant
// is kept, and the page says what happened.
func TestNothingIsKeptOfWhatCannotBeUsed(t *testing.T) {
	t.Parallel()
	mac := "mac"
	for name, w := range map[string]struct {
		how  func(*oauthtest.Manners)
		code string
	}{
		"132 a type that is not bearer": {func(m *oauthtest.Manners) { m.TokenType = &mac }, models.StrangeTokenType},
		"132 an expiry of no sense":     {func(m *oauthtest.Manners) { m.ExpiresIn = 0 }, models.StrangeExpiry},
		"132 tokens where none are":     {func(m *oauthtest.Manners) { m.Nested = "authed_user" }, models.NoAccessToken},
		"132 a page":                    {func(m *oauthtest.Manners) { m.HTML = true }, "unreadable"},
		"132 10 MB":                     {func(m *oauthtest.Manners) { m.Huge = true }, "too_large"},
		"149 denied":                    {func(m *oauthtest.Manners) { m.DenyConsent = "access_denied" }, "access_denied"},
		"149 an error that is no code":  {func(m *oauthtest.Manners) { m.DenyConsent = "<b>marker</b>" }, "no_code"},
		"150 invalid_grant":             {func(m *oauthtest.Manners) { m.Status, m.Error = 400, "invalid_grant" }, "invalid_grant"},
		"150 200 with an error":         {func(m *oauthtest.Manners) { m.OK200Error = "invalid_code" }, "invalid_code"},
		"150 invalid_client":            {func(m *oauthtest.Manners) { m.Status, m.Error = 401, "invalid_client" }, "invalid_client"},
		"150 429":                       {func(m *oauthtest.Manners) { m.Status, m.RetryAfter = 429, "30" }, "busy"},
		"150 500":                       {func(m *oauthtest.Manners) { m.Status = 500 }, "provider_down"},
		"150 a redirect to within":      {func(m *oauthtest.Manners) { m.Redirect = "http://10.0.0.1/" }, "misrouted"},
		"153 userinfo 401":              {func(m *oauthtest.Manners) { m.UserInfoStatus = 401 }, "userinfo_unauthorized"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				c.behave(w.how)
				r := c.visits(t, c.ana, c.wish("acme"))
				came(t, r, models.ConnectFailed, w.code)
				if r.CredentialID != nil || c.Count(t, `SELECT count(*) FROM credentials`) != 0 || r.Client != "Acme app" || !r.Mine {
					t.Errorf("%+v", r)
				}
				if w.code == "busy" && (r.Outcome.RetryAfter != 30 || r.Outcome.Status != 429) {
					t.Errorf("%+v", r.Outcome)
				}
				c.behave(func(m *oauthtest.Manners) { *m = oauthtest.Manners{} })
				c.OAuth.GiveUp(t.Context()) //nolint:errcheck // what is left of it
				if used, left := c.grants(t); used+left != 0 {
					t.Errorf("%d grants are used and %d left", used, left)
				}
				if w.code == "userinfo_unauthorized" && len(c.provider.Revoked()) != 2 {
					t.Errorf("the tokens that came were not given up: %d", len(c.provider.Revoked()))
				}
			})
		})
	}
}

// The one that is connected already stays as it is, and its history tells.
func TestAReconnectThatFailsLeavesTheGrantAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		before := c.sealed(t, id)
		c.behave(func(m *oauthtest.Manners) { m.DenyConsent = "access_denied" })
		came(t, c.visits(t, c.ana, c.again(id)), models.ConnectFailed, "access_denied")
		if c.sealed(t, id) != before || c.tells(t, id, models.ConnectRefused) != 1 {
			t.Errorf("%v", c.Events(t, id.String()))
		}
		c.fetches(t, c.ana, id)
		c.feels(t, id, models.HealthOK)
	})
}

// Cases 152, 155 and 159.
func TestWhatIsConnectedIsToldWithWhomAndUntilWhen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		one, two := c.Project(t, c.ana, "One"), c.Project(t, c.ana, "Two")
		c.Project(t, c.ana, "Three")
		r := c.visits(t, c.ana, c.wish("acme", one, two))
		came(t, r, models.ConnectDone, "")
		if o := r.Outcome; o.Account != "ana@example.org" || !o.Refreshable || !o.SaysScopes || o.Missing != nil || o.NoUserInfo || !o.ExpiresAt.Equal(c.Clock.Now().Add(time.Hour)) || o.EndsAt != nil {
			t.Errorf("%+v", o)
		}
		got := c.connection(t, c.ana, *r.CredentialID)
		if got.Subject != "account-1" || got.Account != "ana@example.org" || got.Provider != "Acme app" || got.ClientName != "Acme app" || !got.ClientMine || got.Sealed != nil {
			t.Errorf("%+v", got)
		}
		if !slices.Equal(got.ScopesAsked(), []string{"read", "write", "offline_access"}) || !slices.Equal(got.ScopesGiven(), got.ScopesAsked()) {
			t.Errorf("asked %s, given %s", got.Asked, got.Given)
		}
		v, err := c.Credentials.Get(ctx, c.ana, *r.CredentialID)
		modelstest.Must(t, err)
		if len(v.Projects) != 2 || v.Credential.Kind != models.OAuthKind {
			t.Errorf("159 %+v", v.Projects)
		}
		if n := c.tells(t, *r.CredentialID, models.CredentialConnected); n != 1 {
			t.Errorf("%v", c.Events(t, r.CredentialID.String()))
		}
		c.behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 500 })
		r = c.visits(t, c.ana, c.wish("152"))
		if came(t, r, models.ConnectDone, ""); !r.Outcome.NoUserInfo || r.Outcome.Account != "" {
			t.Errorf("%+v", r.Outcome)
		}
		c.behave(func(m *oauthtest.Manners) { m.NoScope = true })
		r = c.visits(t, c.ana, c.wish("no scopes told"))
		if came(t, r, models.ConnectDone, ""); r.Outcome.SaysScopes || !slices.Equal(r.Outcome.Scopes, []string{"read", "write", "offline_access"}) {
			t.Errorf("121 the answer that tells none has granted all (RFC 6749, 5.1): %+v", r.Outcome)
		}
	})
}

// Answers as they come in the world.
func TestAnswersOfOtherForms(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.Form = true })
		form := c.connects(t, c.ana, "a form")
		c.behave(func(m *oauthtest.Manners) { m.Form, m.Nested = false, "authed_user" })
		c.resettled(t, func(s *models.ClientSettings) { s.TokensAt = "/authed_user" })
		nested := c.connects(t, c.ana, "nested")
		c.behave(func(m *oauthtest.Manners) { m.Nested, m.Public = "", true })
		c.resettled(t, func(s *models.ClientSettings) { s.Auth = models.SecretNone })
		public := c.connects(t, c.ana, "no secret")
		c.behave(func(m *oauthtest.Manners) { m.Public = false })
		c.resettled(t, func(s *models.ClientSettings) { s.Auth, s.Body = models.SecretPost, models.JSONBody })
		body := c.connects(t, c.ana, "JSON")
		c.resettled(t, func(s *models.ClientSettings) { s.PKCE = false })
		for _, id := range []models.ID{form, nested, public, body, c.connects(t, c.ana, "no PKCE")} {
			if a := c.fetches(t, c.ana, id); !c.provider.Valid(a.Token) {
				t.Errorf("%+v", a)
			}
		}
	})
}

func TestWhatProgramsNeedOfTheAnswerIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.resettled(t, func(s *models.ClientSettings) {
			s.Keep, s.KeepBack = []string{"token_type"}, []string{"realmId", "none"}
		})
		b := c.leaves(t, c.ana, c.wish("acme"))
		b.Params["realmId"] = "4620816365"
		b.Params["other"] = "x"
		id, err := c.OAuth.Finish(t.Context(), c.ana, b)
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(t.Context(), c.ana, id)
		modelstest.Must(t, err)
		kept := func() {
			t.Helper()
			if a := c.fetches(t, c.ana, *r.CredentialID); len(a.Kept) != 2 || a.Kept["realmId"] != "4620816365" || a.Kept["token_type"] != "Bearer" {
				t.Errorf("%v", a.Kept)
			}
		}
		kept()
		c.minutes(61)
		kept()
	})
}

// Its answer is good for nothing then.
func TestAClientThatGoesWhileSomebodyIsAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		b := c.leaves(t, c.ana, c.wish("acme"))
		modelstest.Must(t, c.OAuth.DeleteClient(t.Context(), c.ana, c.client, "Acme app"))
		_, err := c.OAuth.Finish(t.Context(), c.ana, b)
		wants(t, err, "connect_over")
		_, err = c.OAuth.Begin(t.Context(), c.ana, oauth.Wish{Client: c.client, ConnectWish: models.ConnectWish{Name: "x"}, Redirect: redirect})
		modelstest.WantWrong(t, err, "client")
	})
}
