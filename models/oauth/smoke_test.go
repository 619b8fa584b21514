package oauth_test

import (
	"testing"
	"time"

	"holdfast/models/modelstest"
)

func TestSmoke(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		a, err := c.OAuth.Token(t.Context(), c.ana, id)
		modelstest.Must(t, err)
		if !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		t.Logf("%+v", c.connection(t, c.ana, id))
		c.Clock.Pass(2 * time.Hour)
		b, err := c.OAuth.Token(t.Context(), c.ana, id)
		modelstest.Must(t, err)
		if b.Token == a.Token || !c.provider.Valid(b.Token) {
			t.Errorf("%+v", b)
		}
		revoked, err := c.OAuth.Disconnect(t.Context(), c.ana, id)
		modelstest.Must(t, err)
		if !revoked {
			t.Error("not revoked")
		}
		t.Log(c.Events(t, id.String()))
		c.keepsSecrets(t)
	})
}
