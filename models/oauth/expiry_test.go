package oauth_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

// Pain 10: a provider that leaves out expires_in.
func TestAnExpiryThatIsNotTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.Life = 0 })
		c.resettled(t, func(s *models.ClientSettings) { s.Introspect, s.Life = "", 1800 })
		id := c.connects(t, c.ana, "by the catalogue")
		if got := c.connection(t, c.ana, id); got.ExpiresAt == nil || !got.ExpiresAt.Equal(c.Clock.Now().Add(30*time.Minute)) {
			t.Errorf("ends at %v", got.ExpiresAt)
		}
		c.resettled(t, func(s *models.ClientSettings) { s.Introspect = "" })
		open := c.connects(t, c.ana, "open")
		if got := c.connection(t, c.ana, open); got.ExpiresAt != nil || got.Health.State != models.HealthOK {
			t.Errorf("%+v", got)
		}
		c.Clock.Pass(1000 * time.Hour)
		if a := c.fetches(t, c.ana, open); a.ExpiresAt != nil || a.Stale {
			t.Errorf("nobody knows that it is over: %+v", a)
		}
		c.asked(t, 0)
		_, err := c.OAuth.RefreshNow(t.Context(), c.ana, open)
		modelstest.Must(t, err)
		c.asked(t, 1)
	})
}

func TestIntrospectionTellsTheExpiry(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.ExpiresIn = "" }) // it does not say
		id := c.connects(t, c.ana, "acme")
		ends := func() {
			t.Helper()
			if got := c.connection(t, c.ana, id); got.ExpiresAt == nil || !got.ExpiresAt.Equal(c.Clock.Now().Add(time.Hour)) {
				t.Errorf("ends at %v", got.ExpiresAt)
			}
		}
		ends()
		c.minutes(61)
		c.fetches(t, c.ana, id)
		ends()
		if n := c.provider.Calls("introspect"); n != 2 {
			t.Errorf("asked %d times", n)
		}
		c.behave(func(m *oauthtest.Manners) { m.ExpiresIn = nil })
		c.minutes(61)
		c.fetches(t, c.ana, id)
		if n := c.provider.Calls("introspect"); n != 2 {
			t.Errorf("asked %d times though the answer says it", n)
		}
	})
}

func TestARefreshTokenThatEndsWhetherUsedOrNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.Rotates, m.Life = false, 24*time.Hour })
		c.resettled(t, func(s *models.ClientSettings) { s.RefreshLife = models.Seconds(30 * 24 * 3600) })
		id := c.connects(t, c.ana, "acme")
		end := c.Clock.Now().Add(30 * 24 * time.Hour)
		for range 22 {
			c.Clock.Pass(24 * time.Hour)
			c.ahead(t)
		}
		c.asked(t, 22)
		if got := c.connection(t, c.ana, id); !got.RefreshUntil.Equal(end) || got.Health.State != models.HealthOK {
			t.Errorf("%+v", got)
		}
		c.WantMail(t)
		c.Clock.Pass(24 * time.Hour)
		c.ahead(t)
		c.ahead(t)
		l := c.WantMail(t, "credential.connection ana@example.org")[0]
		if d := l.ReadDetails(); d.Health != string(models.HealthExpiring) || !d.Until.Equal(end) {
			t.Errorf("%+v", d)
		}
		if h := c.feels(t, id, models.HealthExpiring); !h.Until.Equal(end) || !h.Works {
			t.Errorf("%+v", h)
		}
		for range 6 { // it goes on being refreshed, and that was said
			c.Clock.Pass(24 * time.Hour)
			c.ahead(t)
		}
		c.asked(t, 29)
		c.WantMail(t)
	})
}

func TestARefreshTokenThatRotatesLivesAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.resettled(t, func(s *models.ClientSettings) { s.RefreshLife = models.Seconds(30 * 24 * 3600) })
		id := c.connects(t, c.ana, "acme")
		c.Clock.Pass(10 * 24 * time.Hour)
		c.fetches(t, c.ana, id)
		if got := c.connection(t, c.ana, id); !got.RefreshUntil.Equal(c.Clock.Now().Add(30 * 24 * time.Hour)) {
			t.Errorf("ends at %v", got.RefreshUntil)
		}
	})
}

func TestAGrantThatDiesUnusedIsKeptAlive(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.Rotates, m.Life = false, 0 })
		c.resettled(t, func(s *models.ClientSettings) {
			s.Introspect, s.IdleLife, s.KeepAlive = "", models.Seconds(14*24*3600), true
		})
		id := c.connects(t, c.ana, "acme")
		c.Clock.Pass(12*24*time.Hour - time.Second)
		c.ahead(t) // it asks whether the token works, and refreshes nothing
		c.asked(t, 0)
		for i := range 3 {
			c.Clock.Pass(time.Second)
			if n := c.ahead(t); n != 1 {
				t.Errorf("%d", n)
			}
			c.ahead(t)
			c.asked(t, i+1)
			if got := c.connection(t, c.ana, id); !got.IdleUntil.Equal(c.Clock.Now().Add(14 * 24 * time.Hour)) {
				t.Errorf("dies at %v", got.IdleUntil)
			}
			c.Clock.Pass(12*24*time.Hour - time.Second)
		}
		if got := c.ledger(t, id); got != "keep_alive:ok keep_alive:ok keep_alive:ok" {
			t.Errorf("%s", got)
		}
	})
}

// Using the refresh token helps nothing there, so it is not used again and again.
func TestAGrantThatUsingDoesNotKeepAliveIsNotUsedForNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.Rotates, m.Life = false, 0 })
		c.resettled(t, func(s *models.ClientSettings) { s.Introspect, s.IdleLife = "", models.Seconds(14*24*3600) })
		c.connects(t, c.ana, "acme")
		for range 20 * 4 { // past its end
			c.Clock.Pass(6 * time.Hour)
			c.ahead(t)
		}
		if n := c.provider.Refreshes(); n > 3 {
			t.Errorf("its refresh token was used %d times", n)
		}
	})
}
