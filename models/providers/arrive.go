package providers

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/oidc"
	"holdfast/models/internal/onetime"
)

// Back is what a browser has brought back from a provider.
type Back struct {
	Provider    int64
	State, Code string
	Issuer      string // the parameter "iss", see RFC 9207
	Error       string // the provider's, such as access_denied
	Secret      string // of the cookie
	Redirect    string // where the browser was sent back to
}

// Arrival is what came of a visit.
type Arrival struct {
	Purpose   models.VisitPurpose
	Provider  models.Provider
	Next      string
	Cancelled bool           // the person, or the provider, did not want to
	Refused   bool           // the provider knows them, and no login is theirs that opens
	Entry     models.Entry   // by which they come in
	Proofs    models.Proofs  // that they have shown again
	Claims    map[string]any // of a test, as the provider said them
	Login     string         // of a test: what would be compared with the keys of logins
	Verified  bool           // of a test: the address
	Factor    bool           // of a test: a second factor would count
}

// errOver is the answer to a visit that is over, was never begun, or was begun
// in another browser.
var errOver = models.Fail(models.Expired, "This sign-in is over, was used already, or was begun in another browser. Start again; it takes a moment.")

// Finish ends a visit, once. Somebody who signs in is refused, or has an entry.
func (o Ops) Finish(ctx context.Context, who models.Actor, b Back) (Arrival, error) {
	v, p, party, err := o.take(ctx, who, b)
	a := Arrival{Purpose: v.Purpose, Provider: p, Next: v.Next}
	if err != nil {
		return a, err
	}
	if v.Purpose != models.ToSignIn && (v.UserID == nil || *v.UserID != who.UserID) {
		return a, errOver
	}
	if b.Error != "" || b.Code == "" {
		a.Cancelled = true
		return a, o.idps.CheckIssuer(ctx, party, b.Issuer)
	}
	claims, err := o.idps.Redeem(ctx, party, oidc.Return{
		Code: b.Code, Issuer: b.Issuer, Nonce: derived(b.Secret, "nonce"), Verifier: derived(b.Secret, "pkce"),
	})
	if why := oidc.Why(err); why != "" && v.Purpose == models.ToTest {
		return a, models.Fail(models.Forbidden, "The provider's answer can't be trusted: %s.", why)
	}
	if err != nil {
		return a, err
	}
	switch v.Purpose {
	case models.ToSignIn:
		return a, o.welcome(ctx, who, claims, &a)
	case models.ToConfirm:
		return a, o.confirm(ctx, who, claims, &a)
	}
	return a, o.look(ctx, who, claims, &a)
}

// take ends the visit before anything is asked of the provider, so that nobody
// can bring the same answer twice.
func (o Ops) take(ctx context.Context, who models.Actor, b Back) (v models.ProviderVisit, p models.Provider, party oidc.Party, err error) {
	err = o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		v, err = t.TakeVisit(onetime.Hash(b.State), onetime.Hash(b.Secret), b.Provider)
		if models.KindOf(err) == models.NotFound {
			return errOver
		}
		if err != nil {
			return err
		}
		p, party, err = o.at(&t.SystemView, v.ProviderID, b.Redirect)
		return err
	})
	if err == nil && !p.Enabled && v.Purpose != models.ToTest {
		err = errOver
	}
	return v, p, party, err
}

// look shows an administrator what the provider says, and changes nothing.
func (o Ops) look(ctx context.Context, who models.Actor, c oidc.Claims, a *Arrival) error {
	a.Claims, a.Login, a.Verified, a.Factor = c.All, c.Login, c.EmailVerified, c.Shows(a.Provider.Factors())
	return o.mayLeave(ctx, who, models.ToTest)
}
