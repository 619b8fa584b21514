package oauth_test

import (
	"slices"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

func less(m *oauthtest.Manners) { m.Grants, m.NoRefresh = []string{"read"}, true }

// Cases 127 and 151: less than was asked for is kept only when the person says so.
func TestLessThanWasAskedForIsThePersonsDecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		c.behave(less)
		r := c.visits(t, c.ana, c.wish("acme", c.Project(t, c.ana, "P")))
		came(t, r, models.ConnectAsks, "", models.ScopesMissing, models.NoRefreshToken)
		if !slices.Equal(r.Outcome.Missing, []string{"write"}) || r.Outcome.Refreshable || r.Outcome.EndsAt == nil || r.CredentialID != nil || r.Credential != "acme" {
			t.Errorf("%+v", r.Outcome)
		}
		if used, left := c.grants(t); used != 0 || left != 1 {
			t.Errorf("%d grants are used, %d left", used, left)
		}
		c.givesUp(t, 0) // not while there is time to decide
		ben := seated(t, c.House, c.Person(t, "ben", models.Administrator))
		_, err := c.OAuth.Keep(ctx, ben, r.ID, "")
		modelstest.Want(t, err, models.NotFound)
		id, err := c.OAuth.Keep(ctx, c.ana, r.ID, "")
		modelstest.Must(t, err)
		h := c.feels(t, id, models.HealthConsent)
		if !slices.Equal(h.Scopes, []string{"write"}) {
			t.Errorf("%+v", h)
		}
		for name, again := range map[string]func() error{
			"Keep": func() error { _, err := c.OAuth.Keep(ctx, c.ana, r.ID, ""); return err },
			"Drop": func() error { _, err := c.OAuth.Drop(ctx, c.ana, r.ID); return err },
		} {
			if err := again(); models.KindOf(err) != models.Conflict {
				t.Errorf("%s once more: %v", name, err)
			}
		}
		c.minutes(11)
		c.givesUp(t, 0)
		if a := c.fetches(t, c.ana, id); !c.provider.Valid(a.Token) || !slices.Equal(a.Scopes, []string{"read"}) {
			t.Errorf("%+v", a)
		}
		if r, err := c.OAuth.Result(ctx, c.ana, r.ID); r.State != models.ConnectDone || err != nil {
			t.Errorf("%+v %v", r, err)
		}
	})
}

func TestWhatIsDroppedIsGivenUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		c.behave(less)
		r := c.visits(t, c.ana, c.wish("acme"))
		credential, err := c.OAuth.Drop(ctx, c.ana, r.ID)
		if credential != nil || err != nil {
			t.Errorf("%v %v", credential, err)
		}
		_, err = c.OAuth.Keep(ctx, c.ana, r.ID, "")
		modelstest.Want(t, err, models.Conflict)
		c.givesUp(t, 1)
		if len(c.provider.Revoked()) != 1 || c.Count(t, `SELECT count(*) FROM credentials`) != 0 {
			t.Error("it was not revoked, or made")
		}
		r, err = c.OAuth.Result(ctx, c.ana, r.ID)
		modelstest.Must(t, err)
		came(t, r, models.ConnectFailed, "dropped")
	})
}

func TestWhoDoesNotDecideLosesIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		c.behave(less)
		r := c.visits(t, c.ana, c.wish("acme"))
		c.Clock.Pass(models.ConnectLife)
		_, err := c.OAuth.Keep(ctx, c.ana, r.ID, "")
		modelstest.Want(t, err, models.Conflict)
		c.givesUp(t, 1)
		if _, left := c.grants(t); left != 0 || len(c.provider.Revoked()) != 1 {
			t.Errorf("%d are left, %d revoked", left, len(c.provider.Revoked()))
		}
		_, err = c.OAuth.Drop(ctx, c.ana, r.ID)
		modelstest.Want(t, err, models.Conflict)
		c.behave(func(m *oauthtest.Manners) { m.Grants, m.NoRefresh = nil, false })
		way, err := c.OAuth.Again(ctx, c.ana, r.ID, func(*models.ConnectWish) {}, redirect) // it can still be begun anew
		modelstest.Must(t, err)
		came(t, c.returns(t, c.ana, way), models.ConnectDone, "")
	})
}

func TestAgainAsksForEverythingAndGivesUpWhatCame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		c.behave(less)
		r := c.visits(t, c.ana, c.wish("acme"))
		c.behave(func(m *oauthtest.Manners) { m.Grants, m.NoRefresh = nil, false })
		way, err := c.OAuth.Again(ctx, c.ana, r.ID, func(w *models.ConnectWish) { w.Scopes = append(w.Scopes, "admin") }, redirect)
		modelstest.Must(t, err)
		_, err = c.OAuth.Keep(ctx, c.ana, r.ID, "") // in the other tab: that is decided
		modelstest.Want(t, err, models.Conflict)
		done := c.returns(t, c.ana, way)
		came(t, done, models.ConnectDone, "")
		if got := c.connection(t, c.ana, *done.CredentialID); got.Given != "read write offline_access admin" || got.Missing != "" {
			t.Errorf("%s, missing %s", got.Given, got.Missing)
		}
		c.givesUp(t, 0) // of the same account: it is forgotten
		if used, left := c.grants(t); used != 1 || left != 0 {
			t.Errorf("%d grants are used, %d left", used, left)
		}
		if a := c.fetches(t, c.ana, *done.CredentialID); !c.provider.Valid(a.Token) {
			t.Error("what came the second time was given up")
		}
	})
}

// A name that was taken while somebody was away can still be given another.
func TestANameThatIsTakenMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		b := c.leaves(t, c.ana, c.wish("acme"))
		c.Keep(t, c.ana, "Acme")
		id, err := c.OAuth.Finish(ctx, c.ana, b)
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(ctx, c.ana, id)
		modelstest.Must(t, err)
		came(t, r, models.ConnectAsks, "not_kept")
		if r.Outcome.Wrong["name"] == "" {
			t.Errorf("%+v", r.Outcome)
		}
		_, err = c.OAuth.Keep(ctx, c.ana, id, "")
		modelstest.WantWrong(t, err, "name")
		_, err = c.OAuth.Keep(ctx, c.ana, id, "\x00")
		modelstest.WantWrong(t, err, "name")
		credential, err := c.OAuth.Keep(ctx, c.ana, id, "acme 2")
		modelstest.Must(t, err)
		if a := c.fetches(t, c.ana, credential); !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
	})
}

// A project that somebody has left while they were away takes the credential with
// it: nothing is made, and what came is given up.
func TestAProjectThatIsLeftMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		project := c.Project(t, c.ana, "P")
		b := c.leaves(t, c.ana, c.wish("acme", project))
		c.Exec(t, `DELETE FROM memberships`)
		id, err := c.OAuth.Finish(ctx, c.ana, b)
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(ctx, c.ana, id)
		modelstest.Must(t, err)
		came(t, r, models.ConnectFailed, "not_kept")
		c.minutes(10)
		c.givesUp(t, 1)
		if c.Count(t, `SELECT count(*) FROM credentials`) != 0 || len(c.provider.Revoked()) != 2 {
			t.Errorf("revoked %d", len(c.provider.Revoked()))
		}
	})
}
