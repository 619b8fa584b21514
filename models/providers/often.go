package providers

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

const (
	// mostVisits is how often somebody may leave for a provider from one address
	// within visitsWindow: each leaves a row, and may have the provider asked.
	mostVisits   = 60
	visitsWindow = 10 * time.Minute
)

// often counts that a stranger leaves, and reports that it is too often.
func (o Ops) often(ctx context.Context, who models.Actor, purpose models.VisitPurpose) error {
	if purpose != models.ToSignIn {
		return nil
	}
	return o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		name := "idp-visit:" + models.Network(who.IP)
		if err := t.Alone(name); err != nil {
			return err
		}
		n, until, err := t.Attempts(name, visitsWindow)
		if err != nil {
			return err
		}
		if n >= mostVisits {
			return &models.Error{Kind: models.RateLimited, Text: "Too many tries from your address. Wait a few minutes, then try again.", RetryAfter: until.Sub(t.Now)}
		}
		return t.Attempt(name, visitsWindow)
	})
}
