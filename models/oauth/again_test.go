package oauth_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
	"holdfast/models/transfers"
)

func other(m *oauthtest.Manners) { m.Subject, m.Email = "account-2", "other@example.org" }

// offers has ana offer a credential to ben.
func (c *town) offers(t testing.TB, id models.ID) (ben models.Actor, token string) {
	t.Helper()
	ben = seated(t, c.House, c.Person(t, "ben", models.PlainMember))
	c.Seat(t, c.ana, c.Project(t, c.ana, "Of both"), ben, models.Viewer)
	_, err := c.Transfers.Initiate(t.Context(), c.ana, transfers.Offer{Credentials: []models.ID{id}, Email: ben.Email})
	modelstest.Must(t, err)
	return ben, c.LinkTo(t, ben)
}

func TestConnectingTheSameAccountAgainRevokesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		first := c.fetches(t, c.ana, id)
		c.offers(t, id)
		came(t, c.visits(t, c.ana, c.again(id, "write", "offline_access")), models.ConnectDone, "")
		c.givesUp(t, 0)
		if n := c.provider.Calls("revoke"); n != 0 {
			t.Errorf("revoked %d", n)
		}
		if used, left := c.grants(t); used != 1 || left != 0 {
			t.Errorf("%d grants are used, %d left", used, left)
		}
		if a := c.fetches(t, c.ana, id); a.Token == first.Token || !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		if c.tells(t, id, models.CredentialConnected) != 2 || c.tells(t, id, models.AccountSwitched) != 0 || c.Count(t, `SELECT count(*) FROM transfers WHERE state = 'pending'`) != 1 {
			t.Errorf("%v", c.Events(t, id.String()))
		}
	})
}

func TestAnotherAccountIsAChoiceOfItsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		first := c.fetches(t, c.ana, id)
		ben, token := c.offers(t, id)
		c.Mail(t)
		c.behave(other)
		r := c.visits(t, c.ana, c.again(id, "write", "offline_access"))
		came(t, r, models.ConnectAsks, "", models.WrongAccount)
		if r.Outcome.Was != "ana@example.org" || r.Outcome.Account != "other@example.org" {
			t.Errorf("%+v", r.Outcome)
		}
		if a := c.fetches(t, c.ana, id); a.Token != first.Token || !c.provider.Valid(a.Token) {
			t.Error("the old grant did not stay until then")
		}
		_, err := c.Transfers.Open(ctx, ben, token)
		modelstest.Must(t, err)
		got, err := c.OAuth.Keep(ctx, c.ana, r.ID, "")
		if got != id || err != nil {
			t.Fatal(got, err)
		}
		if now := c.connection(t, c.ana, id); now.Account != "other@example.org" || c.tells(t, id, models.AccountSwitched) != 1 {
			t.Errorf("%+v %v", now, c.Events(t, id.String()))
		}
		c.WantMail(t, "transfer.withdrawn ben@example.org")
		if c.Count(t, `SELECT count(*) FROM transfers WHERE state = 'pending'`) != 0 {
			t.Error("what was offered is another account's now, and the offer stands")
		}
		c.givesUp(t, 1)
		if c.provider.Valid(first.Token) || !c.provider.Valid(c.fetches(t, c.ana, id).Token) {
			t.Error("the old grant was not revoked, or the new one was")
		}
		if c.tells(t, id, models.GrantRevoked) != 1 {
			t.Errorf("%v", c.Events(t, id.String()))
		}
	})
}

func TestASwitchThatIsMeantIsNotAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.behave(other)
		w := c.again(id, "write", "offline_access")
		w.Switch = true
		came(t, c.visits(t, c.ana, w), models.ConnectDone, "")
		if c.tells(t, id, models.AccountSwitched) != 1 {
			t.Errorf("%v", c.Events(t, id.String()))
		}
		c.behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 500 })
		r := c.visits(t, c.ana, c.again(id, "write", "offline_access"))
		came(t, r, models.ConnectAsks, "", models.AccountNotKnown)
		if _, err := c.OAuth.Drop(t.Context(), c.ana, r.ID); err != nil {
			t.Error(err)
		}
		c.givesUp(t, 2)
		c.fetches(t, c.ana, id)
	})
}

// Cases 156 and 160: scopes change with a new consent, and nothing else needs one.
func TestScopesChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		came(t, c.visits(t, c.ana, c.again(id, "offline_access")), models.ConnectDone, "")
		if got := c.connection(t, c.ana, id); got.Given != "read offline_access" {
			t.Errorf("%s", got.Given)
		}
		project := c.Project(t, c.ana, "P")
		v, err := c.Credentials.Get(ctx, c.ana, id)
		modelstest.Must(t, err)
		d := modelstest.Raw("renamed", "", project)
		d.Version, d.Form = v.Version, nil
		modelstest.Must(t, c.Credentials.Update(ctx, c.ana, id, d))
		if got := c.connection(t, c.ana, id); got.Health.State != models.HealthOK || c.provider.Exchanges() != 2 {
			t.Errorf("%+v", got)
		}
	})
}

// What there is to choose: the client that it is connected with is among them,
// whoever's that is.
func TestChoices(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		ben := seated(t, c.House, c.Person(t, "ben", models.PlainMember))
		project := c.Project(t, c.ana, "P")
		c.Seat(t, c.ana, project, ben, models.Viewer)
		f := c.form("Acme app")
		f.Version, f.Secret, f.Projects = 1, "", []models.ID{project}
		modelstest.Must(t, c.OAuth.UpdateClient(ctx, c.ana, c.client, f))
		id := c.connects(t, ben, "bens")
		f.Projects = nil // to whom it is offered is no new version
		modelstest.Must(t, c.OAuth.UpdateClient(ctx, c.ana, c.client, f))
		fresh, err := c.OAuth.Choices(ctx, ben, models.ID{})
		if len(fresh.Clients) != 0 || err != nil {
			t.Errorf("for a new one %+v %v", fresh, err)
		}
		has, err := c.OAuth.Choices(ctx, ben, id)
		if err != nil || len(has.Clients) != 1 || has.Clients[0].ID != c.client || has.Now == nil || has.Now.Sealed != nil || has.Credential.ID != id {
			t.Errorf("%+v %v", has, err)
		}
		came(t, c.visits(t, ben, oauth.Wish{Client: c.client, Credential: id, ConnectWish: models.ConnectWish{Scopes: []string{"write", "offline_access"}}, Redirect: redirect}), models.ConnectDone, "")
		_, err = c.OAuth.Begin(ctx, ben, c.wish("another"))
		modelstest.WantWrong(t, err, "client")
		mine, err := c.OAuth.Choices(ctx, c.ana, models.ID{})
		if err != nil || len(mine.Clients) != 1 || len(mine.Projects) != 1 {
			t.Errorf("%+v %v", mine, err)
		}
	})
}
