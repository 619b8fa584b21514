package oauth_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

func TestWhatNeedsNoRefreshIsGivenBackUnchanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		plain, id := c.Keep(t, c.ana, "plain"), c.connects(t, c.ana, "acme")
		calls := c.provider.TokenCalls()
		same := func(why string, id models.ID) {
			t.Helper()
			before := c.Dump(t)
			got, err := c.OAuth.MaybeRefresh(ctx, c.ana, id)
			if err != nil || got.ID != id {
				t.Errorf("%s: %v %v", why, got.ID, err)
			}
			if c.Dump(t) != before || c.provider.TokenCalls() != calls {
				t.Errorf("%s: something was changed, or asked", why)
			}
		}
		same("133 not of OAuth", plain)
		_, err := c.OAuth.Token(ctx, c.ana, plain)
		modelstest.Want(t, err, models.Conflict)
		same("136 just connected", id)
		c.minutes(54)
		same("136 ends in 6 minutes", id)
		if a := c.fetches(t, c.ana, id); !c.provider.Valid(a.Token) || a.Type != "Bearer" || a.Stale || !slices.Equal(a.Scopes, []string{"read", "write", "offline_access"}) {
			t.Errorf("%+v", a)
		}
		c.minutes(2)
		modelstest.Must(t, c.OAuth.DeleteClient(ctx, c.ana, c.client, "acme app"))
		same("135 no client, ends in 4 minutes", id)
		c.minutes(4)
		same("135 no client, over", id)
		_, err = c.OAuth.Token(ctx, c.ana, id)
		wants(t, err, "client_problem")
		_, err = c.OAuth.Disconnect(ctx, c.ana, id)
		modelstest.Must(t, err)
		same("134 no tokens", id)
		_, err = c.OAuth.Token(ctx, c.ana, id)
		wants(t, err, "not_connected")
		_, err = c.OAuth.RefreshNow(ctx, c.ana, id)
		wants(t, err, "not_connected")
		c.feels(t, id, models.HealthNone)
	})
}

func TestAStaleTokenIsRefreshedByOneCall(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		first := c.fetches(t, c.ana, id)
		grant := c.connection(t, c.ana, id)
		c.minutes(56)
		second := c.fetches(t, c.ana, id) // 137 ends in 4 minutes
		c.asked(t, 1)
		if second.Token == first.Token || !c.provider.Valid(second.Token) || second.Stale || second.Version != first.Version+1 || !second.ExpiresAt.Equal(c.Clock.Now().Add(time.Hour)) {
			t.Errorf("%+v after %+v", second, first)
		}
		if c.tells(t, grant.ID, models.TokenRefreshed) != 1 {
			t.Errorf("137 the history: %v", c.Events(t, grant.ID.String()))
		}
		if got := c.ledger(t, id); got != "fetch:ok" {
			t.Errorf("the ledger: %s", got)
		}
		if e := c.connection(t, c.ana, id).Ledger[0]; !e.Rotated || e.Status != 200 {
			t.Errorf("138 it brought another refresh token: %+v", e)
		}
		c.minutes(90) // 137 over for half an hour
		third := c.fetches(t, c.ana, id)
		c.asked(t, 2) // 138 with the new refresh token: the old one would end the family
		if !c.provider.Valid(third.Token) {
			t.Errorf("%+v", third)
		}
		c.fetches(t, c.ana, id)
		c.asked(t, 2)
	})
}

func TestARefreshTokenStaysWhenTheAnswerHasNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) { // 139
		c.behave(func(m *oauthtest.Manners) { m.Rotates = false })
		id := c.connects(t, c.ana, "acme")
		for i := range 3 {
			c.Clock.Pass(time.Hour)
			if a := c.fetches(t, c.ana, id); !c.provider.Valid(a.Token) || a.Stale {
				t.Errorf("%+v", a)
			}
			c.asked(t, i+1)
		}
		found := c.connection(t, c.ana, id)
		if !found.Refreshable || found.Ledger[0].Rotated {
			t.Errorf("%+v", found)
		}
	})
}

func TestATokenThatLivesForMinutesIsFreshForHalfOfThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.Life = 4 * time.Minute })
		id := c.connects(t, c.ana, "acme")
		c.fetches(t, c.ana, id)
		c.minutes(1)
		c.fetches(t, c.ana, id)
		c.asked(t, 0)
		c.minutes(1)
		c.fetches(t, c.ana, id)
		c.asked(t, 1)
	})
}

func TestTheOwnerRefreshesByHand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		c.minutes(1)
		h, err := c.OAuth.RefreshNow(ctx, c.ana, id)
		modelstest.Must(t, err)
		c.asked(t, 1)
		if h.State != models.HealthOK || !h.At.Equal(c.Clock.Now()) || c.ledger(t, id) != "person:ok" {
			t.Errorf("%+v %s", h, c.ledger(t, id))
		}
		_, err = c.OAuth.RefreshNow(ctx, c.ana, id) // the second of two clicks
		modelstest.Must(t, err)
		c.asked(t, 1)
		c.minutes(1)
		c.down(400, "invalid_grant")
		h, err = c.OAuth.RefreshNow(ctx, c.ana, id)
		if h.State != models.HealthReconnect || !h.Works || err != nil {
			t.Errorf("the token still works, and the page says how it is: %+v %v", h, err)
		}
	})
}

func TestTokensAreTheOwners(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		ben := seated(t, c.House, c.Person(t, "ben", models.Administrator))
		project := c.Project(t, c.ana, "P")
		c.Seat(t, c.ana, project, ben, models.Admin)
		id := c.connects(t, c.ana, "acme", project)
		_, token := c.OAuth.Token(ctx, ben, id)
		_, maybe := c.OAuth.MaybeRefresh(ctx, ben, id)
		_, now := c.OAuth.RefreshNow(ctx, ben, id)
		_, gone := c.OAuth.Disconnect(ctx, ben, id)
		_, look := c.OAuth.Connection(ctx, ben, id)
		_, begin := c.OAuth.Begin(ctx, ben, c.again(id))
		for name, err := range map[string]error{"Token": token, "MaybeRefresh": maybe, "RefreshNow": now, "Disconnect": gone, "Connection": look, "Begin": begin} {
			if kind := models.KindOf(err); err == nil || kind != models.NotFound && kind != models.Forbidden && models.WrongFields(err)["client"] == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
