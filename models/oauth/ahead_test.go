package oauth_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

func TestTheJobRefreshesTenMinutesAhead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.Clock.Pass(50*time.Minute - time.Second)
		if n := c.ahead(t); n != 0 {
			t.Errorf("%d too early", n)
		}
		c.asked(t, 0)
		c.Clock.Pass(time.Second)
		if n := c.ahead(t); n != 1 {
			t.Errorf("%d", n)
		}
		c.asked(t, 1)
		if n := c.ahead(t); n != 0 {
			t.Errorf("%d were due again", n)
		}
		if a := c.fetches(t, c.ana, id); !c.provider.Valid(a.Token) || a.Stale {
			t.Errorf("%+v", a)
		}
		c.asked(t, 1)
		if got := c.ledger(t, id); got != "ahead:ok" {
			t.Errorf("%s", got)
		}
	})
}

// One that fails holds no other up.
func TestTheJobSeesToEveryGrant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ids := []models.ID{c.connects(t, c.ana, "one"), c.connects(t, c.ana, "two"), c.connects(t, c.ana, "three"), c.connects(t, c.ana, "broken")}
		c.Exec(t, `UPDATE grants SET sealed = ? WHERE credential_id = ?`, []byte("nothing that opens"), ids[3])
		other := c.registers(t, c.ana, "Another app")
		s := c.provider.Settings()
		s.Token = "http://127.0.0.1:1/token"
		c.Exec(t, `UPDATE oauth_clients SET settings = ? WHERE id = ?`, s.String(), other)
		c.Exec(t, `UPDATE grants SET oauth_client_id = ? WHERE credential_id = ?`, other, ids[1])
		c.minutes(55)
		if n := c.ahead(t); n != 3 {
			t.Errorf("%d were seen to", n)
		}
		c.asked(t, 2)
		c.feels(t, ids[0], models.HealthOK)
		c.feels(t, ids[1], models.HealthRetrying)
		c.feels(t, ids[2], models.HealthOK)
		c.minutes(6)
		_, err := c.OAuth.Token(t.Context(), c.ana, ids[3])
		wants(t, err, "unreadable")
	})
}

// The owner hears of it a week before.
func TestAGrantWithoutARefreshTokenIsToldOfBeforeItEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.NoRefresh, m.Life = true, 60*24*time.Hour })
		r := c.visits(t, c.ana, c.wish("acme"))
		id, err := c.OAuth.Keep(t.Context(), c.ana, r.ID, "")
		modelstest.Must(t, err)
		end := c.Clock.Now().Add(60 * 24 * time.Hour)
		c.feels(t, id, models.HealthOK)
		c.Clock.Pass(53*24*time.Hour - time.Second)
		c.ahead(t)
		c.WantMail(t)
		c.Clock.Pass(time.Second)
		c.ahead(t)
		c.ahead(t)
		l := c.WantMail(t, "credential.connection ana@example.org")[0]
		if d := l.ReadDetails(); d.Health != string(models.HealthExpiring) || !d.Until.Equal(end) || d.Provider != "Acme app" {
			t.Errorf("%+v", d)
		}
		c.feels(t, id, models.HealthExpiring)
		_, err = c.OAuth.RefreshNow(t.Context(), c.ana, id)
		modelstest.Want(t, err, models.Conflict)
		if a := c.fetches(t, c.ana, id); a.Stale {
			t.Errorf("%+v", a)
		}
		c.Clock.Pass(7 * 24 * time.Hour)
		c.ahead(t)
		c.WantMail(t)
		_, err = c.OAuth.Token(t.Context(), c.ana, id)
		wants(t, err, "reauthorization_required")
		if h := c.feels(t, id, models.HealthReconnect); h.Cause != "token_expired" {
			t.Errorf("%+v", h)
		}
		c.asked(t, 0)
	})
}

// Nobody is told of what is about to be deleted, and it stays fresh, so that it
// works once it is restored.
func TestAScheduledCredentialStaysFreshAndIsNotToldOf(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.Schedule(t, c.ana, id)
		c.WantMail(t, "credential.deletion ana@example.org")
		c.minutes(51)
		c.ahead(t)
		c.asked(t, 1)
		c.down(400, "invalid_grant")
		c.minutes(51)
		c.ahead(t)
		c.WantMail(t)
		_, err := c.OAuth.Token(t.Context(), c.ana, id)
		modelstest.Want(t, err, models.Conflict)
		modelstest.Must(t, c.Credentials.Restore(t.Context(), c.ana, id))
		c.feels(t, id, models.HealthReconnect)
	})
}

func TestHealthStandsInTheLists(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		project := c.Project(t, c.ana, "P")
		c.connects(t, c.ana, "acme", project)
		c.Keep(t, c.ana, "plain", project)
		c.minutes(61)
		c.down(500, "")
		c.ahead(t)
		for name, list := range map[string]func() (models.CredentialPage, error){
			"own": func() (models.CredentialPage, error) {
				return c.Credentials.List(t.Context(), c.ana, models.CredentialFilter{})
			},
			"project": func() (models.CredentialPage, error) {
				return c.Credentials.ListInProject(t.Context(), c.ana, project, models.CredentialFilter{})
			},
		} {
			page, err := list()
			modelstest.Must(t, err)
			at := slices.IndexFunc(page.Rows, func(l models.Listed) bool { return l.Kind == models.OAuthKind })
			if h := page.Rows[at].Health; h == nil || h.State != models.HealthRetrying || h.Works || page.Rows[1-at].Health != nil {
				t.Errorf("%s: %+v", name, page.Rows)
			}
		}
	})
}
