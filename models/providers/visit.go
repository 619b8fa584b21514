package providers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/oidc"
	"holdfast/models/internal/onetime"
)

// Leave is the wish to go to a provider.
type Leave struct {
	Provider int64 // for a confirmation, the one that the person came in by
	Purpose  models.VisitPurpose
	Next     string // a local path to go on to
	Redirect string // where the provider sends the browser back to
}

// Way leads to a provider. The browser keeps Secret in the cookie of that name
// while it is there: state, nonce and PKCE hang on it, and nothing here knows it.
type Way struct {
	Provider       models.Provider
	URL            string
	Cookie, Secret string
}

// Enabled are the providers that somebody may sign in by.
func (o Ops) Enabled(ctx context.Context) (list []models.Provider, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		list, err = v.EnabledProviders()
		return err
	})
	return list, err
}

// Own is the identity provider that the person came in by; NotFound when they
// came by a password.
func (o Ops) Own(ctx context.Context, who models.Actor) (id int64, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		l, err := v.MyLogin(who.LoginID)
		if err == nil && (!l.Federated() || l.Subject == "") {
			return models.Fail(models.NotFound, "You did not sign in by an identity provider.")
		}
		if err == nil {
			id = *l.TrustedIDPID
		}
		return err
	})
	return id, err
}

// Begin leads to the provider. It notes hashes only.
func (o Ops) Begin(ctx context.Context, who models.Actor, l Leave) (Way, error) {
	if err := o.mayLeave(ctx, who, l.Purpose); err != nil {
		return Way{}, err
	}
	p, party, err := o.found(ctx, l)
	if err != nil {
		return Way{}, err
	}
	if err := o.often(ctx, who, l.Purpose); err != nil {
		return Way{}, err
	}
	state, secret := onetime.Token(), onetime.Token()
	ask := oidc.Ask{State: state, Nonce: derived(secret, "nonce"), Verifier: derived(secret, "pkce"), Again: l.Purpose == models.ToConfirm}
	way := Way{Provider: p, Cookie: CookieOf(state), Secret: secret}
	if way.URL, err = o.idps.Authorize(ctx, party, ask); err != nil {
		return Way{Provider: p}, err
	}
	v := models.ProviderVisit{StateHash: onetime.Hash(state), CookieHash: onetime.Hash(secret), ProviderID: p.ID, Purpose: l.Purpose, Next: l.Next}
	if l.Purpose != models.ToSignIn {
		v.UserID = &who.UserID
	}
	return way, o.db.System(ctx, guest(who), func(t *db.SystemTx) error { return t.AddVisit(&v) })
}

// mayLeave asks who goes what for.
func (o Ops) mayLeave(ctx context.Context, who models.Actor, purpose models.VisitPurpose) error {
	switch purpose {
	case models.ToSignIn:
		return nil
	case models.ToConfirm:
		return o.db.ReadSelf(ctx, who, func(*db.SelfView) error { return nil })
	}
	return o.db.ReadConsole(ctx, who, models.ManageIDPs, func(*db.ConsoleView) error { return nil })
}

func (o Ops) found(ctx context.Context, l Leave) (p models.Provider, party oidc.Party, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		p, party, err = o.at(v, l.Provider, l.Redirect)
		return err
	})
	if err == nil && !p.Enabled && l.Purpose != models.ToTest {
		err = models.Fail(models.NotFound, "No such identity provider.")
	}
	return p, party, err
}

func (o Ops) at(v *db.SystemView, id int64, redirect string) (models.Provider, oidc.Party, error) {
	p, err := v.Provider(id)
	if err != nil {
		return p, oidc.Party{}, err
	}
	s, err := v.SecretOf(id)
	if err != nil {
		return p, oidc.Party{}, err
	}
	party, err := o.party(p, s, redirect)
	return p, party, err
}

// CookieOf is the name of the cookie that holds the secret of a visit: each has
// its own, so that two tabs don't disturb each other.
func CookieOf(state string) string { return "idp-" + hex.EncodeToString(onetime.Hash(state)[:6]) }

// derived is a value that only who holds the secret can make.
func derived(secret, what string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(what))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// guest is who acts while nobody is known yet; where from is noted.
func guest(who models.Actor) models.Actor {
	return models.Actor{IP: who.IP, UserAgent: who.UserAgent, RequestID: who.RequestID}
}
