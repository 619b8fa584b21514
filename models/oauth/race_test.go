package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

// many is how many programs ask for one token at once.
const many = 64

func TestOfManyAskersInOneProcessOneRefreshes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, old := c.owned(t)
		c.Clock.Pass(over)
		g := c.gated(t)
		answers := c.asking(t, many, id, c.OAuth)
		g.next(t)()
		c.oneToken(t, answers(), old)
		c.refreshed(t, 1)
		c.orderly(t)
	})
}

func TestOfManyAskersOverTwoReplicasOneRefreshes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, old := c.owned(t)
		other := c.Replica(t, "")
		for round := 1; round <= 3; round++ {
			c.Clock.Pass(over)
			old = c.oneToken(t, c.asking(t, many, id, c.OAuth, other.OAuth)(), old)
			c.refreshed(t, round)
		}
		c.orderly(t)
	})
}

// The clock stands while the holder hangs: who waits gets the token that works,
// or hears when to come again, and refreshes nothing without the lease.
func TestWhoWaitsTooLongRefreshesNothing(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"the token works": stale, "the token is over": over} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				id, old := c.owned(t)
				c.Clock.Pass(after)
				g := c.gated(t)
				first := c.asking(t, 1, id, c.OAuth)
				pass := g.next(t)
				waits := c.asking(t, 8, id, c.Replica(t, "").OAuth.Patient(60*time.Millisecond))()
				if after == over {
					refuses(t, waits, models.Unavailable, "temporary_failure")
				}
				for _, w := range waits {
					if after == stale && (w.err != nil || w.Token != old || !w.Stale) {
						t.Errorf("told %v, stale: %v", w.err, w.Stale)
					}
				}
				pass()
				c.oneToken(t, first(), old)
				c.refreshed(t, 1)
				c.orderly(t)
			})
		})
	}
}

// hanging is a first asker whose question hangs at the provider beyond its lease,
// and a second one in another process, who has the lease by now.
func (c *town) hanging(t *testing.T, id models.ID) (first, second func() []told, passFirst, passSecond func()) {
	t.Helper()
	g := c.gated(t)
	first = c.asking(t, 1, id, c.OAuth)
	passFirst = g.next(t)
	c.Clock.Pass(leaseOver)
	second = c.asking(t, 1, id, c.Replica(t, "").OAuth)
	passSecond = g.next(t)
	if n := c.fence(t); n != 2 {
		t.Fatalf("the fence is %d", n)
	}
	return first, second, passFirst, passSecond
}

func TestTheLateSuccessOfWhoLostTheLeaseCountsOnce(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]bool{"before the second": false, "after the second": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				id, old := c.owned(t)
				c.graced(t, time.Hour)
				c.Clock.Pass(over)
				first, second, passFirst, passSecond := c.hanging(t, id)
				if late {
					passFirst, passSecond, first, second = passSecond, passFirst, second, first
				}
				passFirst()
				won := first()
				passSecond()
				c.oneToken(t, append(won, second()...), old)
				c.refreshed(t, 2)
				if n := c.Count(t, `SELECT version FROM grants`); n != 2 {
					t.Errorf("the grant is at version %d", n)
				}
				c.WantMail(t)
				c.orderly(t)
			})
		})
	}
}

func TestTheLateFailureOfWhoLostTheLeaseCountsForNothing(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"invalid_grant", "invalid_client", "server_error"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				id, old := c.owned(t)
				c.Clock.Pass(over)
				first, second, passFirst, passSecond := c.hanging(t, id)
				c.provider.Behave(func(m *oauthtest.Manners) { m.Status, m.Error = http.StatusBadRequest, code })
				passFirst()
				until(t, "the failure stands in the ledger", func() bool {
					return c.Count(t, `SELECT count(*) FROM refreshes WHERE outcome NOT IN ('ok', 'asked', 'lost') AND at < ?`, c.Clock.Now()) == 1
				})
				if n := c.Count(t, `SELECT count(*) FROM grants WHERE trouble <> '' OR version <> 1`); n != 0 {
					t.Error("the failure was written")
				}
				if n := c.Count(t, `SELECT count(*) FROM grant_leases WHERE owner <> '' AND fence = 2`); n != 1 {
					t.Error("the second has lost its lease")
				}
				c.provider.Behave(func(m *oauthtest.Manners) { m.Status, m.Error = 0, "" })
				passSecond()
				c.oneToken(t, append(first(), second()...), old)
				c.refreshed(t, 2)
				c.WantMail(t)
				c.orderly(t)
			})
		})
	}
}

// A provider that says invalid_grant to who came second: what the first has
// written counts.
func TestALosersInvalidGrantIsNoTrouble(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, old := c.owned(t)
		c.Clock.Pass(over)
		first, second, passFirst, passSecond := c.hanging(t, id)
		passSecond()
		won := second()
		c.provider.Behave(func(m *oauthtest.Manners) { m.Status, m.Error = http.StatusBadRequest, "invalid_grant" })
		passFirst()
		c.oneToken(t, append(won, first()...), old)
		if n := c.Count(t, `SELECT count(*) FROM grants WHERE trouble <> '' OR version <> 2`); n != 0 {
			t.Error("the loser's failure was written")
		}
		c.WantMail(t)
		c.orderly(t)
	})
}

// Clocks may differ by half a lease: the question is over before anybody may think
// that the lease is. By how much more they differ, the sooner a second one asks.
func TestClocksMayDiffer(t *testing.T) {
	t.Parallel()
	if oauth.Asking > oauth.LeaseLife/2 {
		t.Fatal("who asks does so for more than half the lease")
	}
	for _, d := range []time.Duration{-5 * time.Minute, -oauth.LeaseLife / 2, oauth.LeaseLife/2 - time.Second} {
		t.Run(fmt.Sprint("while it is asked, ", d), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				id, old := c.owned(t)
				c.Clock.Pass(over)
				other := c.skewed(t, d)
				g := c.gated(t)
				first := c.asking(t, 1, id, c.OAuth)
				pass := g.next(t)
				c.Clock.Pass(oauth.LeaseLife - oauth.Asking)
				refuses(t, c.asking(t, 4, id, other.OAuth.Patient(60*time.Millisecond))(), models.Unavailable, "temporary_failure")
				pass()
				c.oneToken(t, append(first(), c.asking(t, 4, id, other.OAuth, c.OAuth)()...), old)
				c.refreshed(t, 1)
				c.orderly(t)
			})
		})
	}
	for _, d := range []time.Duration{-3 * time.Minute, 3 * time.Minute} {
		t.Run(fmt.Sprint("by turns, ", d), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				id, old := c.owned(t)
				other := c.skewed(t, d)
				for round := 1; round <= 3; round++ {
					c.Clock.Pass(over)
					asks := []oauth.Ops{c.OAuth, other.OAuth}
					if round%2 == 0 {
						slices.Reverse(asks)
					}
					all := append(c.asking(t, 8, id, asks[0])(), c.asking(t, 8, id, asks[1])()...)
					old = c.oneToken(t, all, old)
					c.refreshed(t, round)
				}
				c.orderly(t)
			})
		})
	}
}

func TestReconnectingDuringARefresh(t *testing.T) {
	t.Parallel()
	for name, subject := range map[string]string{"the same account": "account-1", "another account": "account-2"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				id, old := c.owned(t)
				c.Clock.Pass(over)
				g := c.gated(t)
				answers := c.asking(t, 8, id, c.OAuth)
				pass := g.next(t)
				c.provider.Behave(func(m *oauthtest.Manners) { m.Subject = subject })
				w := c.wish("")
				w.Credential, w.Switch = id, subject != "account-1"
				if r := c.visits(t, c.ana, w); r.State != models.ConnectDone {
					t.Fatalf("not connected: %+v", r)
				}
				now := c.token(t, id)
				pass()
				if got := c.oneToken(t, answers(), old); got != now {
					t.Error("the askers got a token of the grant before")
				}
				if n := c.Count(t, `SELECT count(*) FROM grants WHERE credential_id IS NOT NULL AND version = 1 AND trouble = ''`); n != 1 {
					t.Error("the old refresh has changed the new grant")
				}
				c.gaveUp(t)
				if c.token(t, id) != now || !c.provider.Valid(now) {
					t.Error("the new grant was given up with the old one")
				}
				c.refreshed(t, 1)
				c.orderly(t)
			})
		})
	}
}

// The old refresh fails: the new grant has no trouble, and nobody hears of it.
func TestReconnectingDuringARefreshThatFails(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, old := c.owned(t)
		c.Clock.Pass(over)
		g := c.gated(t)
		answers := c.asking(t, 8, id, c.OAuth)
		pass := g.next(t)
		c.provider.Behave(func(m *oauthtest.Manners) { m.Subject = "account-2" })
		w := c.wish("")
		w.Credential, w.Switch = id, true
		c.visits(t, c.ana, w)
		c.provider.Behave(func(m *oauthtest.Manners) { m.Status, m.Error = http.StatusBadRequest, "invalid_grant" })
		pass()
		if got := c.oneToken(t, answers(), old); got != c.token(t, id) {
			t.Error("the askers got another token")
		}
		c.WantMail(t)
		c.provider.Behave(func(m *oauthtest.Manners) { m.Status = 0 })
		c.gaveUp(t)
		c.orderly(t)
	})
}

// gaveUp gives up what waits for it, and stops the test unless nothing is left.
func (c *town) gaveUp(t *testing.T) {
	t.Helper()
	_, err := c.OAuth.GiveUp(t.Context())
	modelstest.Must(t, err)
	if n := c.Count(t, `SELECT count(*) FROM grants WHERE credential_id IS NULL`); n != 0 {
		t.Errorf("%d grants still wait to be given up", n)
	}
}

func (c *town) deletes(t *testing.T, id models.ID) {
	t.Helper()
	_, err := c.Credentials.ScheduleDeletion(t.Context(), c.ana, id)
	modelstest.Must(t, err)
	modelstest.Must(t, c.Credentials.DeleteNow(t.Context(), c.ana, id, "acme"))
}

// Whatever takes the credential or its grant away while the provider is asked: the
// asker gets a clean answer, what came back is given up, and nothing waits.
func TestWhatIsTakenAwayDuringARefresh(t *testing.T) {
	t.Parallel()
	for name, takes := range map[string]func(*testing.T, *town, models.ID){
		"disconnect": func(t *testing.T, c *town, id models.ID) {
			revoked, err := c.OAuth.Disconnect(t.Context(), c.ana, id)
			modelstest.Must(t, err)
			if revoked.Revoked {
				t.Error("it was given up while another holds its lease")
			}
		},
		"delete now": func(t *testing.T, c *town, id models.ID) {
			c.deletes(t, id)
		},
		"purge": func(t *testing.T, c *town, id models.ID) {
			_, err := c.Credentials.ScheduleDeletion(t.Context(), c.ana, id)
			modelstest.Must(t, err)
			c.Exec(t, `UPDATE credentials SET deletion_at = ? WHERE id = ?`, c.Clock.Now().Add(-time.Second), id) // the lease is still good
			n, err := c.Purge.Run(t.Context())
			if modelstest.Must(t, err); c.Count(t, `SELECT count(*) FROM grants WHERE credential_id IS NOT NULL`) != 0 {
				t.Errorf("purged %+v", n)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				id, _ := c.owned(t)
				c.Clock.Pass(over)
				g := c.gated(t)
				answers := c.asking(t, 1, id, c.OAuth)
				pass := g.next(t)
				takes(t, c, id)
				if n, err := c.OAuth.GiveUp(t.Context()); n != 0 || err != nil || len(c.provider.Revoked()) != 0 {
					t.Errorf("%d were given up while they are refreshed: %v", n, err)
				}
				pass()
				refuses(t, answers(), models.Conflict, "not_connected")
				c.gaveUp(t)
				c.refreshed(t, 1)
				secrets := c.provider.Secrets()
				for _, s := range secrets {
					if strings.HasPrefix(s, "marker-access-") && c.provider.Valid(s) {
						t.Error("a token that came back still works")
					}
				}
				if newest := secrets[len(secrets)-1]; !slices.Contains(c.provider.Revoked(), newest) {
					t.Error("the refresh token that came back was not revoked")
				}
				c.orderly(t)
			})
		})
	}
}

// Giving up and refreshing take the same lease: who comes second does nothing.
func TestGivingUpAndRefreshingTakeTurns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		other := c.Replica(t, "")
		for range 6 {
			id := c.connects(t, c.ana, "acme")
			c.Clock.Pass(over)
			var all sync.WaitGroup
			ask := c.asking(t, 8, id, c.OAuth, other.OAuth)
			all.Go(func() {
				if _, err := c.OAuth.Disconnect(t.Context(), c.ana, id); err != nil {
					t.Errorf("disconnect: %v", err)
				}
			})
			for _, o := range []oauth.Ops{c.OAuth, other.OAuth} {
				all.Go(func() {
					if _, err := o.GiveUp(t.Context()); err != nil {
						t.Errorf("give up: %v", err)
					}
				})
			}
			all.Wait()
			for _, a := range ask() {
				if e, ok := errors.AsType[*models.Error](a.err); a.err != nil && (!ok || e.Code != "not_connected") {
					t.Errorf("told %v", a.err)
				}
			}
			c.gaveUp(t)
			c.deletes(t, id)
		}
		for _, s := range c.provider.Secrets() {
			if strings.HasPrefix(s, "marker-access-") && c.provider.Valid(s) {
				t.Error("a token still works")
			}
		}
		c.orderly(t)
	})
}

func TestTwoReplicasRefreshAheadOnce(t *testing.T) {
	t.Parallel()
	const grants = 50
	each(t, func(t *testing.T, c *town) {
		other := c.Replica(t, "")
		for i := range grants {
			c.connects(t, c.ana, fmt.Sprint("acme ", i))
		}
		for round := 1; round <= 2; round++ {
			c.Clock.Pass(52 * time.Minute) // they are fresh, and due
			var all sync.WaitGroup
			for _, o := range []oauth.Ops{c.OAuth, other.OAuth} {
				all.Go(func() {
					if _, err := o.RefreshAhead(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			c.refreshed(t, round*grants)
			if n := c.Count(t, `SELECT count(*) FROM grants WHERE version <> ?`, round+1); n != 0 {
				t.Errorf("%d grants were not refreshed once", n)
			}
			if n := c.Count(t, `SELECT count(*) FROM grants WHERE due_at <= ?`, c.Clock.Now()); n != 0 {
				t.Errorf("%d grants are still due", n)
			}
		}
		c.orderly(t)
	})
}

// Whoever asked first goes away: the answer is not lost to the others.
func TestTheFirstOfSeveralAskersGoesAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, old := c.owned(t)
		c.Clock.Pass(over)
		g := c.gated(t)
		ctx, goAway := context.WithCancel(t.Context())
		first := c.askingIn(ctx, t, 1, id, c.OAuth)
		pass := g.next(t)
		others := c.asking(t, 8, id, c.OAuth)
		goAway()
		if a := first()[0]; !errors.Is(a.err, context.Canceled) {
			t.Errorf("the first was told %v", a.err)
		}
		pass()
		c.oneToken(t, others(), old)
		c.refreshed(t, 1)
		c.orderly(t)
	})
}

// The database is away when fresh tokens come: they exist nowhere else, so that
// whoever has them tries again.
func TestTheDatabaseIsAwayWhenFreshTokensCome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, old := c.owned(t)
		c.Clock.Pass(over)
		g := c.gated(t)
		answers := c.asking(t, 1, id, c.OAuth)
		pass := g.next(t)
		c.Exec(t, `ALTER TABLE grants RENAME TO gone`)
		pass()
		until(t, "the first try has failed", func() bool { return strings.Contains(c.Log.String(), "fresh tokens could not be written") })
		c.Exec(t, `ALTER TABLE gone RENAME TO grants`)
		c.oneToken(t, answers(), old)
		c.refreshed(t, 1)
		c.orderly(t)
	})
}
