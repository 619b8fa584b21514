// Package providers holds the trusted identity providers: who they are, the way
// there and back, and whom they vouch for.
//
// It owns the client secrets, which are sealed, and what binds a login to a
// person at a provider: the issuer and the subject, and nothing that can change
// hands. It makes no user and no login of its own accord. It refuses to know
// sessions and pages.
package providers

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/oidc"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	ring   *seal.Ring
	office post.Office
	idps   *oidc.Client
}

// New are the operations on a database; secrets are sealed with ring, letters
// leave by the office, and the providers are asked by idps.
func New(d *db.DB, r *seal.Ring, o post.Office, idps *oidc.Client) Ops {
	return Ops{db: d, ring: r, office: o, idps: idps}
}

// List are all identity providers.
func (o Ops) List(ctx context.Context, who models.Actor) (list []models.ProviderRow, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageIDPs, func(v *db.ConsoleView) error {
		list, err = v.Providers()
		return err
	})
	return list, err
}

// Profile is an identity provider as an administrator sees it.
type Profile struct {
	models.Provider
	Secret models.ProviderSecret // when it was set, and nothing else of it
	Logins int
}

// Get shows one identity provider.
func (o Ops) Get(ctx context.Context, who models.Actor, id int64) (p Profile, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageIDPs, func(v *db.ConsoleView) error {
		if p.Provider, err = v.Provider(id); err != nil {
			return err
		}
		if p.Secret, err = v.SecretSet(id); err != nil {
			return err
		}
		p.Logins, err = v.LoginsOf(id)
		return err
	})
	return p, err
}

// Create makes an identity provider, which people may sign in by at once.
func (o Ops) Create(ctx context.Context, who models.Actor, f models.ProviderForm) (p models.Provider, err error) {
	err = o.db.Console(ctx, who, models.ManageIDPs, func(t *db.ConsoleTx) error {
		if err := o.clean(&f, false); err != nil {
			return err
		}
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		p = f.Into(p)
		if err := t.AddProvider(&p); err != nil {
			return err
		}
		return o.keep(t, p, f.Secret)
	})
	return p, err
}

// Update changes an identity provider. An empty secret leaves the one that is set.
func (o Ops) Update(ctx context.Context, who models.Actor, id int64, f models.ProviderForm) error {
	return o.db.Console(ctx, who, models.ManageIDPs, func(t *db.ConsoleTx) error {
		before, err := t.TakeProvider(id)
		if err != nil {
			return err
		}
		set, err := t.SecretSet(id)
		if err != nil {
			return err
		}
		if err := o.clean(&f, !set.SetAt.IsZero()); err != nil {
			return err
		}
		if err := who.MustProve(t.Now, within(before, f)); err != nil {
			return err
		}
		now := f.Into(before)
		if err := mayMove(t, before, now); err != nil {
			return err
		}
		secret := f.Secret != "" || (now.AuthMethod == models.SecretNone && !set.SetAt.IsZero())
		if err := t.SaveProvider(before, now, secret); err != nil || !secret {
			return err
		}
		return o.keep(t, now, f.Secret)
	})
}

// clean reports what is wrong with the form, and with where it would lead.
func (o Ops) clean(f *models.ProviderForm, hasSecret bool) error {
	wrong := models.Fields{}
	wrong.Gather(f.Clean(hasSecret))
	if o.idps.MayAsk(f.Issuer) != nil {
		wrong.Add("issuer", "The issuer must begin with https://.")
	}
	return wrong.Err()
}

// mayMove reports that the provider can't become another one under the logins
// that belong to people there: their subjects would be strangers'.
func mayMove(t *db.ConsoleTx, before, now models.Provider) error {
	if before.Issuer == now.Issuer {
		return nil
	}
	n, err := t.BoundTo(before.ID)
	if err != nil || n == 0 {
		return err
	}
	return models.Wrong("issuer", "Logins belong to people at %s already, so this can't change. Make a new identity provider instead.", before.Issuer)
}
