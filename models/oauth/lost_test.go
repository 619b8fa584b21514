package oauth_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

// rotated is a credential whose provider is known to give another refresh token
// each time, with a token that ends in 4 minutes.
func (c *town) rotated(t *testing.T) models.ID {
	t.Helper()
	id := c.connects(t, c.ana, "acme")
	c.minutes(56)
	c.fetches(t, c.ana, id)
	c.minutes(56)
	return id
}

// Where the provider documents a grace, the answer that was lost is asked for
// once more, with the same token, at once.
func TestALostAnswerWithGrace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.Grace = time.Minute })
		id := c.connects(t, c.ana, "acme")
		c.resettled(t, func(s *models.ClientSettings) { s.Grace = 60 })
		c.minutes(56)
		c.behave(func(m *oauthtest.Manners) { m.LoseAnswer = 1 })
		if a := c.fetches(t, c.ana, id); a.Stale || !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		c.asked(t, 2)
		if got := c.ledger(t, id); got != "fetch:ok" {
			t.Errorf("%s", got)
		}
		c.minutes(56)
		c.behave(func(m *oauthtest.Manners) { m.LoseAnswer = 2 }) // and the second one, too
		if a := c.fetches(t, c.ana, id); !a.Stale {
			t.Errorf("%+v", a)
		}
		c.asked(t, 4)
		c.Clock.Pass(models.FirstRetry)
		if a := c.fetches(t, c.ana, id); a.Stale || !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		c.feels(t, id, models.HealthOK)
	})
}

// Without one, the used token is not shown again while the access token works: the
// provider could take it for stolen and end that as well.
func TestALostAnswerWithoutGrace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.rotated(t)
		c.behave(func(m *oauthtest.Manners) { m.LoseAnswer = 1 })
		if a := c.fetches(t, c.ana, id); !a.Stale || !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		c.asked(t, 2)
		c.minutes(3)
		c.ahead(t)
		if a := c.fetches(t, c.ana, id); !a.Stale || !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		c.asked(t, 2)
		c.minutes(2) // now it is over, and there is nothing to lose
		_, err := c.OAuth.Token(t.Context(), c.ana, id)
		wants(t, err, "reauthorization_required")
		c.asked(t, 3)
		if got := c.ledger(t, id); got != "fetch:invalid_grant fetch:broken fetch:ok" {
			t.Errorf("%s", got)
		}
	})
}

// died has somebody take the lease of a grant, note that they ask, and never come
// back.
func (c *town) died(t *testing.T, id models.ID) {
	t.Helper()
	g := c.connection(t, c.ana, id)
	c.Exec(t, `DELETE FROM grant_leases`)
	c.Exec(t, `INSERT INTO grant_leases (grant_id, owner, fence, expires_at) VALUES (?, 'dead', 7, ?)`, g.ID, c.Clock.Now().Add(20*time.Second))
	c.Exec(t, `INSERT INTO refreshes (id, credential_id, grant_id, at, why, outcome, status, millis, rotated) VALUES (?, ?, ?, ?, 'fetch', 'asked', 0, 0, ?)`,
		models.NewID(), id, g.ID, c.Clock.Now(), false)
}

func TestTheLeaseOfADeadHolderEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.minutes(56)
		c.died(t, id)
		if n := c.ahead(t); n != 0 {
			t.Errorf("the job saw to %d grants that somebody else sees to", n)
		}
		c.asked(t, 0)
		c.Clock.Pass(21 * time.Second)
		if a := c.fetches(t, c.ana, id); a.Stale || !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		c.asked(t, 1)
		if got := c.ledger(t, id); got != "fetch:ok fetch:lost" {
			t.Errorf("%s", got)
		}
		if c.Count(t, `SELECT fence FROM grant_leases`) != 8 || c.Count(t, `SELECT count(*) FROM grant_leases WHERE owner <> ''`) != 0 {
			t.Error("the lease was not given back, or its holders are not counted")
		}
	})
}

func TestADeadHolderOfATokenThatRotatesIsSpared(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.rotated(t)
		c.died(t, id)
		c.Clock.Pass(21 * time.Second)
		for range 2 {
			if a := c.fetches(t, c.ana, id); !a.Stale || !c.provider.Valid(a.Token) {
				t.Errorf("%+v", a)
			}
			c.ahead(t)
		}
		c.asked(t, 1) // by rotated
		c.minutes(4)
		if a := c.fetches(t, c.ana, id); a.Stale || !c.provider.Valid(a.Token) { // the provider never heard of the dead one
			t.Errorf("%+v", a)
		}
		c.asked(t, 2)
		modelstest.Must(t, second(c.OAuth.ResumeClient(t.Context(), c.ana, c.client, redirect)))
		c.feels(t, id, models.HealthOK)
	})
}
