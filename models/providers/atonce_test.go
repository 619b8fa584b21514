package providers_test

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// Linking somebody while they sign in and are disabled waits in the one
// order in which everybody holds logins and users.
func TestLinkingBesideSigningInAndDisablingWaitsInOneOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *contoso) {
		const rounds = 8
		ana := c.ana(t)
		for round := range rounds {
			c.idp.Say(map[string]any{"sub": fmt.Sprintf("s-ana-%d", round), "email": "ana@example.org", "email_verified": true})
			a, err := c.signIn(t)
			modelstest.Must(t, err)
			if a.Refused != (round > 0) { // the first is Ana from now on
				t.Fatalf("%d: %+v", round, a)
			}
		}
		refused, err := c.Providers.Refusals(t.Context(), c.root, "")
		modelstest.Must(t, err)
		link := func(round int) error {
			_, err := c.Providers.Link(t.Context(), c.root, refused.Rows[round%len(refused.Rows)].ID, ana.Email)
			return err
		}
		start := func(int) error {
			hash := sha256.Sum256([]byte(models.NewID().String()))
			_, _, err := c.People.Start(t.Context(), guest, modelstest.In(ana.LoginID), hash[:])
			return err
		}
		shut := func(round int) error {
			if round%2 == 0 {
				return c.People.Disable(t.Context(), c.root, ana.UserID, "left")
			}
			return c.People.Enable(t.Context(), c.root, ana.UserID)
		}
		var everybody sync.WaitGroup
		for name, do := range map[string]func(int) error{"link": link, "start": start, "start again": start, "shut": shut} {
			everybody.Go(func() {
				for round := range rounds {
					if err := do(round); err != nil && (models.KindOf(err) == models.Internal || models.KindOf(err) == models.Unavailable) {
						t.Errorf("%s, round %d: %v", name, round, err)
					}
				}
			})
		}
		everybody.Wait()
	})
}
