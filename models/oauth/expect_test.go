package oauth_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

// wants stops the test unless err has that code.
func wants(t testing.TB, err error, code string) *models.Error {
	t.Helper()
	e, told := errors.AsType[*models.Error](err)
	if !told || e.Code != code {
		t.Fatalf("%v, want the code %s", err, code)
	}
	return e
}

// fetches is a token that must be had.
func (c *town) fetches(t testing.TB, who models.Actor, id models.ID) models.AccessToken {
	t.Helper()
	a, err := c.OAuth.Token(t.Context(), who, id)
	if err != nil {
		t.Fatalf("%v\n%s", err, c.Log)
	}
	return a
}

// feels stops the test unless a credential of ana's is in that state of health.
func (c *town) feels(t testing.TB, id models.ID, want models.HealthState) models.Health {
	t.Helper()
	h := c.connection(t, c.ana, id).Health
	if h.State != want {
		t.Fatalf("the connection is %+v, want %s", h, want)
	}
	return h
}

// asked stops the test unless the provider was asked so often for fresh tokens.
func (c *town) asked(t testing.TB, refreshes int) {
	t.Helper()
	if n := c.provider.Refreshes(); n != refreshes {
		t.Fatalf("the provider was asked %d times for fresh tokens, want %d", n, refreshes)
	}
}

// ledger is why tokens of a credential of ana's were asked for, and the outcome,
// the newest first.
func (c *town) ledger(t testing.TB, id models.ID) string {
	t.Helper()
	var lines []string
	for _, e := range c.connection(t, c.ana, id).Ledger {
		if e.Why == models.ForConnect { // the first line of every ledger
			continue
		}
		lines = append(lines, fmt.Sprint(e.Why, ":", e.Outcome))
	}
	return strings.Join(lines, " ")
}

// sealed are the sealed tokens of a credential, to see whether they were touched.
func (c *town) sealed(t testing.TB, id models.ID) string {
	t.Helper()
	rows, err := c.DB.RawRows(t.Context(), `SELECT sealed, given, expires_at, obtained_at FROM grants WHERE credential_id = ?`, id)
	modelstest.Must(t, err)
	return strings.Join(rows, "")
}

// tells reports whether the history of a thing has an event.
func (c *town) tells(t testing.TB, thing models.ID, event string) int {
	t.Helper()
	n := 0
	for _, name := range c.Events(t, thing.String()) {
		if name == event {
			n++
		}
	}
	return n
}

// grants are how many grants there are, of credentials and left.
func (c *town) grants(t testing.TB) (used, left int) {
	t.Helper()
	return c.Count(t, `SELECT count(*) FROM grants WHERE credential_id IS NOT NULL`), c.Count(t, `SELECT count(*) FROM grants WHERE credential_id IS NULL`)
}

// givesUp has the job give up what is due, and stops the test unless the provider
// was told of so many.
func (c *town) givesUp(t testing.TB, want int) {
	t.Helper()
	n, err := c.OAuth.GiveUp(t.Context())
	modelstest.Must(t, err)
	if n != want {
		t.Fatalf("%d grants were given up, want %d\n%s", n, want, c.Log)
	}
}

// ahead has the job see to what is due, and reports of how many.
func (c *town) ahead(t testing.TB) int {
	t.Helper()
	n, err := c.OAuth.RefreshAhead(t.Context())
	modelstest.Must(t, err)
	return n
}

// behave changes the provider's manners.
func (c *town) behave(how func(*oauthtest.Manners)) { c.provider.Behave(how) }

// down has the provider's token endpoint answer so until it is up again.
func (c *town) down(status int, code string) {
	c.behave(func(m *oauthtest.Manners) { m.Status, m.Error = status, code })
}

func (c *town) up() { c.down(0, "") }

// again is the wish to connect a credential once more.
func (c *town) again(id models.ID, scopes ...string) oauth.Wish {
	return oauth.Wish{Client: c.client, Credential: id, ConnectWish: models.ConnectWish{Scopes: scopes}, Redirect: redirect}
}

// came stops the test unless somebody came back in that state, with that code.
func came(t testing.TB, r oauth.Result, state models.ConnectState, code string, problems ...string) {
	t.Helper()
	if r.State != state || r.Outcome.Code != code || !slices.Equal(r.Outcome.Problems, problems) {
		t.Fatalf("%s with %+v, want %s with %q and %v", r.State, r.Outcome, state, code, problems)
	}
}

// minutes passes them.
func (c *town) minutes(n int) { c.Clock.Pass(time.Duration(n) * time.Minute) }
