package oauth_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
	"holdfast/models/transfers"
)

// The receiver may keep the grant, whose client works on for them, or connect an
// account of their own: the old grant works until the new one does, and is revoked.
func TestATransferKeepsTheGrant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		first := c.fetches(t, c.ana, id)
		ben, token := c.offers(t, id)
		_, err := c.Transfers.Confirm(ctx, ben, token, transfers.Answer{})
		modelstest.Must(t, err)
		_, err = c.OAuth.Token(ctx, c.ana, id)
		modelstest.Want(t, err, models.NotFound)
		if a := c.fetches(t, ben, id); a.Token != first.Token {
			t.Errorf("%+v", a)
		}
		c.minutes(61)
		second := c.fetches(t, ben, id)
		if !c.provider.Valid(second.Token) {
			t.Errorf("%+v", second)
		}
		if got := c.connection(t, ben, id); got.Account != "ana@example.org" || got.ClientMine || got.ConnectedBy != c.ana.UserID {
			t.Errorf("%+v", got)
		}
		c.down(400, "invalid_grant")
		c.minutes(61)
		c.ahead(t)
		c.Mail(t)
		if n := c.Count(t, `SELECT count(*) FROM letters WHERE kind = ? AND user_id = ?`, string(models.GrantLetter), ben.UserID); n != 1 {
			t.Errorf("the new owner got %d letters", n)
		}
		c.up()
		c.behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-ben", "ben@example.org" })
		w := oauth.Wish{Client: c.client, Credential: id, ConnectWish: models.ConnectWish{Scopes: []string{"write", "offline_access"}}, Redirect: redirect}
		r := c.visits(t, ben, w)
		came(t, r, models.ConnectAsks, "", models.WrongAccount)
		c.givesUp(t, 0)
		_, err = c.OAuth.Keep(ctx, ben, r.ID, "")
		modelstest.Must(t, err)
		c.givesUp(t, 1)
		third := c.fetches(t, ben, id)
		if !c.provider.Valid(third.Token) || c.provider.Valid(second.Token) {
			t.Error("the new grant does not work, or the old one still does")
		}
		if got := c.connection(t, ben, id); got.Account != "ben@example.org" || got.ConnectedBy != ben.UserID {
			t.Errorf("%+v", got)
		}
	})
}

// Whoever had begun to connect a credential can't finish once it is somebody
// else's, and what came is given up.
func TestATransferWhileItsOwnerIsAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		ben, token := c.offers(t, id)
		b := c.leaves(t, c.ana, c.again(id, "write", "offline_access"))
		_, err := c.Transfers.Confirm(ctx, ben, token, transfers.Answer{})
		modelstest.Must(t, err)
		before := c.fetches(t, ben, id)
		done, err := c.OAuth.Finish(ctx, c.ana, b)
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(ctx, c.ana, done)
		modelstest.Must(t, err)
		came(t, r, models.ConnectFailed, "not_kept")
		c.minutes(11)
		c.givesUp(t, 0) // it is of ben's account by now, so it is forgotten
		if used, left := c.grants(t); used != 1 || left != 0 {
			t.Errorf("%d grants are used, %d left", used, left)
		}
		if a := c.fetches(t, ben, id); a.Token != before.Token || !c.provider.Valid(a.Token) {
			t.Error("ben's grant was touched")
		}
	})
}

// A client is something that its owner has to hand on before they can go.
func TestWhoOwnsAClientIsHeld(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		root := c.Person(t, "root", models.Administrator)
		c.Exec(t, `UPDATE users SET deletion_at = ? WHERE id = ?`, c.Clock.Now(), c.ana.UserID)
		n, err := c.People.PurgeUsers(ctx)
		if n.Purged != 0 || len(n.Held) != 1 || err != nil {
			t.Errorf("%+v %v", n, err)
		}
		root.ProvenAt = c.Clock.Now()
		modelstest.Must(t, c.OAuth.TakeOver(ctx, root, c.client))
		n, err = c.People.PurgeUsers(ctx)
		if n.Purged != 1 || len(n.Held) != 0 || err != nil {
			t.Errorf("%+v %v", n, err)
		}
	})
}

// Of somebody who is gone, what came back and was not decided on goes, too.
func TestASessionThatEndsTakesTheWayWithIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		b := c.leaves(t, c.ana, c.wish("acme"))
		c.Exec(t, `DELETE FROM sessions`)
		if n := c.Count(t, `SELECT count(*) FROM connects`) + c.Count(t, `SELECT count(*) FROM connect_verifiers`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		_, err := c.OAuth.Finish(t.Context(), c.ana, b)
		wants(t, err, "connect_over")
	})
}
