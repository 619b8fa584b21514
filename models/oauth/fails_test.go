package oauth_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest/oauthtest"
)

// Case 140.
func TestOnlyThatTheGrantIsOverNeedsAPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		before := c.sealed(t, id)
		c.minutes(61)
		c.down(400, "invalid_grant")
		for range 3 {
			_, err := c.OAuth.MaybeRefresh(ctx, c.ana, id)
			wants(t, err, "reauthorization_required")
			_, err = c.OAuth.Token(ctx, c.ana, id)
			wants(t, err, "reauthorization_required")
			c.ahead(t)
		}
		c.asked(t, 1) // nobody asks again
		if c.sealed(t, id) != before {
			t.Error("the tokens that were there were touched")
		}
		h := c.feels(t, id, models.HealthReconnect)
		if h.Cause != "invalid_grant" || !h.At.Equal(c.Clock.Now()) || h.Works {
			t.Errorf("%+v", h)
		}
		if n := c.tells(t, id, models.TokenRefreshFailed); n != 1 {
			t.Errorf("the history tells of it %d times: %v", n, c.Events(t, id.String()))
		}
		l := c.WantMail(t, "credential.connection ana@example.org")[0]
		if d := l.ReadDetails(); d.Health != string(models.HealthReconnect) || d.Cause != "invalid_grant" || d.Things[0].Name != "acme" || d.Account != "ana@example.org" {
			t.Errorf("%+v", d)
		}
		c.up()
		r := c.visits(t, c.ana, c.again(id, "write", "offline_access")) // 17: it can always be connected again
		came(t, r, models.ConnectDone, "")
		c.feels(t, id, models.HealthOK)
		if a := c.fetches(t, c.ana, id); !c.provider.Valid(a.Token) || a.Stale {
			t.Errorf("%+v", a)
		}
	})
}

// The owner hears of it before programs fail.
func TestATokenThatStillWorksIsHandedOutAlthoughTheGrantIsOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.minutes(56)
		c.down(400, "invalid_grant")
		for range 2 { // the first asks, the second is told what is known
			if a := c.fetches(t, c.ana, id); !a.Stale || !c.provider.Valid(a.Token) {
				t.Errorf("%+v", a)
			}
		}
		c.WantMail(t, "credential.connection ana@example.org")
		if h := c.feels(t, id, models.HealthReconnect); !h.Works {
			t.Errorf("%+v", h)
		}
		c.minutes(5)
		_, err := c.OAuth.Token(t.Context(), c.ana, id)
		wants(t, err, "reauthorization_required")
		c.asked(t, 1)
		c.WantMail(t)
	})
}

// Cases 142 to 145, and the provider's other moods: whatever they are, they pass,
// the tokens stay, and a token that still works is handed out.
func TestWhatGoesAwayByItselfIsTriedAgain(t *testing.T) {
	t.Parallel()
	moods := map[string]struct {
		how   func(*oauthtest.Manners)
		cause string
		wait  time.Duration
	}{
		"142 429":                {func(m *oauthtest.Manners) { m.Status, m.RetryAfter = 429, "120" }, "http_429", 2 * time.Minute},
		"142 503":                {func(m *oauthtest.Manners) { m.Status, m.RetryAfter = 503, "90" }, "http_503", 90 * time.Second},
		"142 503, a short wait":  {func(m *oauthtest.Manners) { m.Status, m.RetryAfter = 503, "1" }, "http_503", models.FirstRetry},
		"143 500":                {func(m *oauthtest.Manners) { m.Status = 500 }, "http_500", models.FirstRetry},
		"143 500 with a refusal": {func(m *oauthtest.Manners) { m.Status, m.Error = 500, "invalid_grant" }, "invalid_grant", models.FirstRetry},
		"145 a page":             {func(m *oauthtest.Manners) { m.HTML = true }, "unreadable", models.FirstRetry},
		"10 MB":                  {func(m *oauthtest.Manners) { m.Huge = true }, "too_large", models.FirstRetry},
		"a redirect":             {func(m *oauthtest.Manners) { m.Redirect = "http://169.254.169.254/" }, "redirected", models.FirstRetry},
		"400 invalid_request":    {func(m *oauthtest.Manners) { m.Status, m.Error = 400, "invalid_request" }, "invalid_request", models.FirstRetry},
		"403 without a word":     {func(m *oauthtest.Manners) { m.Status = 403 }, "http_403", models.FirstRetry},
		"an answer of no sense":  {func(m *oauthtest.Manners) { m.ExpiresIn = -1 }, models.StrangeExpiry, models.FirstRetry},
		"tokens to sign with":    {func(m *oauthtest.Manners) { mac := "mac"; m.TokenType = &mac }, models.StrangeTokenType, models.FirstRetry},
	}
	for name, mood := range moods {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				c.behave(func(m *oauthtest.Manners) { m.Rotates = false })
				id := c.connects(t, c.ana, "acme")
				before := c.sealed(t, id)
				c.minutes(56)
				c.behave(mood.how)
				for range 2 { // the second does not ask: it is too soon
					if a := c.fetches(t, c.ana, id); !a.Stale || !c.provider.Valid(a.Token) {
						t.Errorf("%+v", a)
					}
				}
				c.asked(t, 1)
				h := c.feels(t, id, models.HealthRetrying)
				if h.Cause != mood.cause || !h.Works || !h.Until.Equal(c.Clock.Now().Add(mood.wait)) {
					t.Errorf("%+v, want %s in %s", h, mood.cause, mood.wait)
				}
				c.WantMail(t)                  // nobody has to do anything
				c.Clock.Pass(10 * time.Minute) // the token is over, and it is tried again
				_, err := c.OAuth.Token(t.Context(), c.ana, id)
				if e := wants(t, err, "temporary_failure"); e.RetryAfter <= 0 || e.Kind != models.Unavailable {
					t.Errorf("%+v", e)
				}
				c.asked(t, 2)
				if c.sealed(t, id) != before {
					t.Error("the tokens were touched")
				}
				c.WantMail(t, "credential.connection ana@example.org") // 15: now programs fail
				c.behave(func(m *oauthtest.Manners) {
					*m = oauthtest.Manners{Life: time.Hour, Subject: m.Subject, Email: m.Email}
				})
				c.minutes(10)
				if a := c.fetches(t, c.ana, id); a.Stale || !c.provider.Valid(a.Token) {
					t.Errorf("%+v", a)
				}
				c.feels(t, id, models.HealthOK)
				c.WantMail(t)
			})
		})
	}
}

// Case 144.
func TestANetworkThatIsDown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.resettled(t, func(s *models.ClientSettings) { s.Token = "http://127.0.0.1:1/token" })
		c.minutes(61)
		_, err := c.OAuth.Token(t.Context(), c.ana, id)
		wants(t, err, "temporary_failure")
		e := c.connection(t, c.ana, id).Ledger[0]
		if e.Outcome != "unreachable" || e.Status != 0 {
			t.Errorf("%+v", e)
		}
		if h := c.feels(t, id, models.HealthRetrying); h.Cause != "unreachable" {
			t.Errorf("%+v", h)
		}
	})
}

// Pain 15: the letter comes once in an incident, and again in the next one.
func TestOneLetterAnIncident(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		fail := func(letters ...string) {
			t.Helper()
			c.down(500, "")
			for range 20 { // an hour and a half, more than the token lives
				c.minutes(5)
				c.ahead(t)
			}
			c.WantMail(t, letters...)
			c.up()
			c.minutes(31)
			c.ahead(t)
			c.feels(t, id, models.HealthOK)
		}
		fail("credential.connection ana@example.org")
		fail("credential.connection ana@example.org")
	})
}
