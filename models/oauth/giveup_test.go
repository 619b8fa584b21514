package oauth_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

func (c *town) disconnects(t testing.TB, id models.ID, revoked bool) {
	t.Helper()
	got, err := c.OAuth.Disconnect(t.Context(), c.ana, id)
	if got.Revoked != revoked || err != nil {
		t.Fatalf("revoked %v, %v\n%s", got, err, c.Log)
	}
}

func TestDisconnectingRevokesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		a := c.fetches(t, c.ana, id)
		c.offers(t, id)
		c.Mail(t)
		c.disconnects(t, id, true)
		if got := c.provider.Revoked(); len(got) != 2 || c.provider.Valid(a.Token) { // 57: the refresh token, then the access token
			t.Errorf("%d", len(got))
		}
		if used, left := c.grants(t); used+left != 0 {
			t.Error("the grant is still there")
		}
		if c.tells(t, id, models.CredentialParted) != 1 || c.tells(t, id, models.GrantRevoked) != 1 {
			t.Errorf("%v", c.Events(t, id.String()))
		}
		c.WantMail(t, "transfer.withdrawn ben@example.org")
		c.feels(t, id, models.HealthNone)
		_, err := c.OAuth.Disconnect(ctx, c.ana, id)
		modelstest.Want(t, err, models.Conflict)
		_, err = c.OAuth.Disconnect(ctx, c.ana, c.Keep(t, c.ana, "plain"))
		modelstest.Want(t, err, models.Conflict)
		came(t, c.visits(t, c.ana, c.again(id, "write", "offline_access")), models.ConnectDone, "")
		c.feels(t, id, models.HealthOK)
	})
}

// A failed revocation is tried again by the clock, recorded, and never in the way.
func TestARevocationThatFailsIsTriedAgainForDays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.behave(func(m *oauthtest.Manners) { m.RevokeStatus = 503 })
		c.disconnects(t, id, false)
		c.feels(t, id, models.HealthNone)
		tries := c.provider.Calls("revoke")
		c.givesUp(t, 0) // too early
		for n := int64(1); n < models.MostRevocations; n++ {
			wait, _ := models.NextRevocation(n)
			c.Clock.Pass(wait - time.Second)
			c.givesUp(t, 0)
			if got := c.provider.Calls("revoke"); got != tries {
				t.Fatalf("after %d failures it was tried too early", n)
			}
			c.Clock.Pass(time.Second)
			c.givesUp(t, 0)
			if got := c.provider.Calls("revoke"); got == tries {
				t.Fatalf("after %d failures it was not tried again", n)
			} else {
				tries = got
			}
		}
		if _, left := c.grants(t); left != 0 || c.tells(t, id, models.GrantNotRevoked) != 1 || c.tells(t, id, models.GrantRevoked) != 0 {
			t.Errorf("%d are left: %v", left, c.Events(t, id.String()))
		}
		if n := c.Count(t, `SELECT count(*) FROM events WHERE name = ? AND details LIKE '%http_503%'`, models.GrantNotRevoked); n != 1 {
			t.Error("the history does not say why")
		}
	})
}

func TestAProviderThatComesBackIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.behave(func(m *oauthtest.Manners) { m.RevokeStatus = 500 })
		c.disconnects(t, id, false)
		c.behave(func(m *oauthtest.Manners) { m.RevokeStatus = 0 })
		c.minutes(1)
		c.givesUp(t, 1)
		if len(c.provider.Revoked()) != 2 || c.tells(t, id, models.GrantRevoked) != 1 {
			t.Errorf("%v", c.Events(t, id.String()))
		}
	})
}

// Case 58, and the other reasons for which a provider is not told.
func TestWhatCannotBeRevokedIsForgottenAndSaidSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		told := func(id models.ID) {
			t.Helper()
			if c.provider.Calls("revoke") != 0 || c.tells(t, id, models.GrantNotRevoked) != 1 {
				t.Errorf("%v", c.Events(t, id.String()))
			}
			if _, left := c.grants(t); left != 0 {
				t.Error("it was not forgotten")
			}
		}
		id := c.connects(t, c.ana, "no address")
		c.resettled(t, func(s *models.ClientSettings) { s.Revoke = "" })
		c.disconnects(t, id, false)
		told(id)
		c.resettled(t, func(s *models.ClientSettings) { s.RevokesAll = true })
		one, two := c.connects(t, c.ana, "one"), c.connects(t, c.ana, "two")
		c.disconnects(t, one, false) // 7: that would end the other's, too
		told(one)
		if a := c.fetches(t, c.ana, two); !c.provider.Valid(a.Token) {
			t.Error("the other credential of the same account has lost its grant")
		}
		gone := c.connects(t, c.ana, "no client")
		modelstest.Must(t, c.OAuth.DeleteClient(t.Context(), c.ana, c.client, "Acme app"))
		c.disconnects(t, gone, false)
		told(gone)
	})
}

func TestTheLastOfAnAccountIsRevoked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.resettled(t, func(s *models.ClientSettings) { s.RevokesAll = true })
		id := c.connects(t, c.ana, "last")
		c.behave(other)
		c.connects(t, c.ana, "of another account")
		c.disconnects(t, id, true)
		if len(c.provider.Revoked()) != 2 {
			t.Errorf("%d", len(c.provider.Revoked()))
		}
	})
}

// Case 52, 53: schedule, restore; the tokens work as before, and nothing was asked.
func TestARestoredCredentialWorksAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		a := c.fetches(t, c.ana, id)
		c.Schedule(t, c.ana, id)
		c.givesUp(t, 0)
		modelstest.Must(t, c.Credentials.Restore(t.Context(), c.ana, id))
		if b := c.fetches(t, c.ana, id); b.Token != a.Token || !c.provider.Valid(b.Token) || c.provider.Calls("revoke") != 0 {
			t.Errorf("%+v", b)
		}
	})
}

// Case 57 at its time: what is purged or deleted is given up at the provider, under
// the name that it had, and a provider that is down holds nothing up.
func TestWhatIsPurgedIsRevoked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		purged := c.connects(t, c.ana, "purged")
		c.behave(func(m *oauthtest.Manners) { m.Subject = "account-2" })
		kept := c.connects(t, c.ana, "kept")
		c.behave(func(m *oauthtest.Manners) { m.Subject = "account-3" })
		deleted := c.connects(t, c.ana, "deleted")
		c.Use(t, kept, models.ID{})
		for _, id := range []models.ID{purged, kept, deleted} {
			c.Schedule(t, c.ana, id)
		}
		c.behave(func(m *oauthtest.Manners) { m.RevokeStatus, m.Status = 500, 500 })
		modelstest.Must(t, c.Credentials.DeleteNow(ctx, c.ana, deleted, "deleted"))
		c.givesUp(t, 0)
		c.Clock.Pass(modelstest.GraceDays * 24 * time.Hour)
		n, err := c.Purge.Run(ctx)
		if n.Deleted != 1 || n.Emptied != 1 || n.Failed != 0 || err != nil {
			t.Errorf("%+v %v", n, err)
		}
		if used, left := c.grants(t); used != 0 || left != 3 {
			t.Errorf("%d grants are used, %d left", used, left)
		}
		c.givesUp(t, 0)
		c.behave(func(m *oauthtest.Manners) { m.RevokeStatus, m.Status = 0, 0 })
		c.Clock.Pass(13 * time.Hour)
		c.givesUp(t, 3)
		for name, id := range map[string]models.ID{"purged": purged, "kept": kept, "deleted": deleted} {
			if c.tells(t, id, models.GrantRevoked) != 1 || c.Count(t, `SELECT count(*) FROM events WHERE thing_id = ? AND name = ? AND thing_name = ?`, id.String(), models.GrantRevoked, name) != 1 {
				t.Errorf("%s: %v", name, c.Events(t, id.String()))
			}
		}
		if got := len(c.provider.Revoked()); got != 6 {
			t.Errorf("%d tokens were revoked", got)
		}
		c.ahead(t)
		c.asked(t, 0)
	})
}

// Left tells the job at once.
func TestTheJobIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		for { // of connecting
			select {
			case <-c.OAuth.Left():
				continue
			default:
			}
			break
		}
		c.behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 401 })
		c.visits(t, c.ana, c.wish("acme"))
		select {
		case <-c.OAuth.Left():
		default:
			t.Error("tokens wait to be given up, and nobody was told")
		}
		c.givesUp(t, 1)
	})
}
