package oauth_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest/oauthtest"
)

// endless is a connected credential whose tokens have no end that anybody knows.
func (c *town) endless(t *testing.T, refreshable bool) models.ID {
	t.Helper()
	c.behave(func(m *oauthtest.Manners) { m.Life, m.NoRefresh = 0, !refreshable })
	c.resettled(t, func(s *models.ClientSettings) { s.Introspect = "" })
	return c.connects(t, c.ana, "acme")
}

// Pain 12: what was set up once is not taken for granted. Where no end is known,
// the provider is asked every day, and the answer is the evidence.
func TestATokenWithoutAnEndIsAskedAboutDaily(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, day := c.endless(t, false), models.CheckEvery
		first := c.connection(t, c.ana, id).CheckedAt
		c.Clock.Pass(day - time.Second)
		if n := c.ahead(t); n != 0 {
			t.Errorf("%d too early", n)
		}
		c.Clock.Pass(time.Second)
		c.ahead(t)
		if at := c.connection(t, c.ana, id).CheckedAt; !at.Equal(first.Add(day)) {
			t.Errorf("checked at %v", at)
		}
		c.behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 500 })
		c.Clock.Pass(day)
		c.ahead(t)
		if h := c.connection(t, c.ana, id).Health; h.State != models.HealthOK || !h.At.Equal(first.Add(day)) {
			t.Errorf("a provider that can't be asked is evidence of nothing: %+v", h)
		}
		c.behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 401 })
		c.Clock.Pass(day)
		c.ahead(t)
		c.ahead(t)
		if h := c.connection(t, c.ana, id).Health; h.State != models.HealthReconnect || h.Cause != "invalid_token" {
			t.Errorf("%+v", h)
		}
		c.WantMail(t, "credential.connection ana@example.org")
		c.keepsSecrets(t)
	})
}

func TestATokenThatTurnsOutToBeOverIsRefreshed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.endless(t, true)
		c.Clock.Pass(models.CheckEvery)
		c.ahead(t)
		c.asked(t, 0) // it works: the refresh token is not used for nothing
		c.provider.Expire()
		c.Clock.Pass(models.CheckEvery)
		c.ahead(t)
		c.asked(t, 1)
		if h := c.connection(t, c.ana, id).Health; h.State != models.HealthOK || !h.At.Equal(c.Clock.Now()) {
			t.Errorf("%+v", h)
		}
		if got := c.ledger(t, id); got != "check:ok" {
			t.Error(got)
		}
		c.keepsSecrets(t)
	})
}
