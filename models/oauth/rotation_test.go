package oauth_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

// Grants, client secrets and PKCE verifiers are sealed again like everything else.
func TestAKeyRotationSealsTheRoomAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		c.behave(func(m *oauthtest.Manners) { m.Subject = "account-2" })
		left := c.connects(t, c.ana, "left")
		c.behave(func(m *oauthtest.Manners) { m.Subject = "account-3" })
		away := c.leaves(t, c.ana, c.wish("away"))
		c.down(500, "")
		c.Exec(t, `UPDATE grants SET credential_id = NULL WHERE credential_id = ?`, left)
		old, err := c.Keys.Status(ctx)
		modelstest.Must(t, err)
		other := c.Replica(t, "") // has read the keys before
		fresh, err := c.Keys.Rotate(ctx, c.Clock.Now())
		modelstest.Must(t, err)
		n, err := c.Keys.Reseal(ctx)
		if err != nil || n < 5 {
			t.Errorf("%d rows were sealed again: %v", n, err)
		}
		for _, s := range db.SealedColumns() {
			if n := c.Count(t, `SELECT count(*) FROM `+s.Table+` WHERE `+s.KeyColumn+` = ?`, old.Primary); n != 0 {
				t.Errorf("%d rows of %s are under the old key", n, s.Table)
			}
		}
		for _, table := range []string{"grants", "oauth_client_secrets", "connect_verifiers"} {
			if n := c.Count(t, `SELECT count(*) FROM `+table+` WHERE key_id = ?`, fresh); n == 0 {
				t.Errorf("no row of %s is under the new key", table)
			}
		}
		c.up()
		c.fetches(t, c.ana, id)
		c.minutes(1)
		done, err := c.OAuth.Finish(ctx, c.ana, away) // the verifier and the secret open
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(ctx, c.ana, done)
		modelstest.Must(t, err)
		came(t, r, models.ConnectDone, "")
		c.minutes(61)
		a, err := other.OAuth.Token(ctx, c.ana, id) // in the replica, too
		modelstest.Must(t, err)
		if !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		c.givesUp(t, 1)
		now, err := c.Keys.Status(ctx)
		if err != nil || now.Broken != 0 {
			t.Errorf("%+v %v", now, err)
		}
	})
}

// What can't be opened is said in words, and nothing is asked or lost.
func TestAGrantThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id, moved := c.connects(t, c.ana, "acme"), c.connects(t, c.ana, "moved")
		c.Exec(t, `UPDATE grants SET sealed = (SELECT g.sealed FROM grants g WHERE g.credential_id = ?) WHERE credential_id = ?`, id, moved)
		_, err := c.OAuth.Token(ctx, c.ana, moved)
		if e := wants(t, err, "unreadable"); e.Kind != models.Unavailable {
			t.Errorf("%+v", e)
		}
		c.fetches(t, c.ana, id)
		c.disconnects(t, moved, false)
		c.Exec(t, `UPDATE oauth_client_secrets SET sealed = ?`, []byte("nothing"))
		c.minutes(61)
		_, err = c.OAuth.Token(ctx, c.ana, id)
		wants(t, err, "unreadable")
		c.asked(t, 0)
	})
}
