package providers

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/oidc"
)

// freshFor is how long ago somebody may have signed in at the provider who
// confirms by it that it is them.
const freshFor = time.Minute

// confirm takes the provider's word that it is still the same person, when they
// have signed in there just now. Whoever has a second factor here must have shown
// one there, too: a provider is no way round it.
func (o Ops) confirm(ctx context.Context, who models.Actor, c oidc.Claims, a *Arrival) error {
	var why string
	err := o.db.System(ctx, who, func(t *db.SystemTx) error {
		l, u, err := t.LoginAndUser(who.LoginID)
		if err != nil {
			return err
		}
		factor, err := t.HasFactor(u.ID)
		if err != nil {
			return err
		}
		a.Proofs = a.Provider.Shown(c.Shows(a.Provider.Factors()))
		why = notProven(t.Now, a, l, c, factor || l.MFA || who.Rank == models.Administrator)
		if why != "" {
			t.Record(models.NotProven, db.UserThing(u), models.Details{Note: "by " + a.Provider.Name})
			return nil
		}
		t.Record(models.ProvenAgain, db.UserThing(u), models.Details{Note: "by " + a.Provider.Name})
		return nil
	})
	if err == nil && why != "" {
		a.Proofs = ""
		return models.Fail(models.Forbidden, "%s", why)
	}
	return err
}

func notProven(now time.Time, a *Arrival, l models.Login, c oidc.Claims, factor bool) string {
	name := a.Provider.Name
	switch {
	case l.TrustedIDPID == nil || *l.TrustedIDPID != a.Provider.ID || l.Issuer != c.Issuer || l.Subject != c.Subject:
		return "You signed in at " + name + " as somebody else. Use the account by which you came in."
	case c.SignedInAt.IsZero() || now.Sub(c.SignedInAt) > freshFor:
		return name + " did not ask you to sign in again, so this confirms nothing. Sign out there, then try once more."
	case factor && !a.Proofs.Factor():
		return name + " did not say that you showed a second factor. Confirm with a code of your authenticator app."
	}
	return ""
}
