package oauth

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/directory"
)

// CreateClient keeps a new client of the person's.
func (o Ops) CreateClient(ctx context.Context, who models.Actor, f models.ClientForm) (id models.ID, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := who.MustBePerson(); err != nil {
			return err
		}
		s, err := o.settings(who, &f, false, false)
		if err != nil {
			return err
		}
		c := models.OAuthClient{ID: models.NewID()}
		id = c.ID
		into(&c, f, s)
		if err := t.AddClient(&c); err != nil {
			return err
		}
		secret, err := o.sealSecret(c.ID, f.Secret)
		if err != nil {
			return err
		}
		if err := t.KeepClientSecret(secret); err != nil {
			return err
		}
		return t.OfferClient(c, f.Projects)
	})
	return id, err
}

func into(c *models.OAuthClient, f models.ClientForm, s models.ClientSettings) {
	c.Name, c.NameKey, c.Provider, c.ClientID, c.Global, c.Settings = f.Name, models.Fold(f.Name), f.Provider, f.ClientID, f.Global, s.String()
}

// settings reads the form, with all that is wrong with it at once: also where it
// would lead, and who may say that a client is everybody's.
func (o Ops) settings(who models.Actor, f *models.ClientForm, hasSecret, global bool) (models.ClientSettings, error) {
	wrong := models.Fields{}
	s, err := f.Settings(hasSecret)
	wrong.Gather(err)
	for field, address := range map[string]string{
		"authorize_url": s.Authorize, "token_url": s.Token, "refresh_url": s.Refresh, "revoke_url": s.Revoke, "userinfo_url": s.UserInfo, "introspect_url": s.Introspect,
	} {
		if address != "" && o.servers.MayAsk(address) != nil {
			wrong.Add(field, "The address must begin with https://.")
		}
	}
	if p, known := o.known.Find(f.Provider); !known || !directory.Fits(p, s) {
		f.Provider = "" // its name would lend trust to whatever the addresses are
	}
	if f.Global != global && !who.Admin() {
		wrong.Add("global", "Only an administrator can offer a client to everybody.")
	}
	return s, wrong.Err()
}

// UpdateClient changes one of the person's own clients. An empty secret leaves the
// one that is set. Saving ends an incident: what was refused has been mended, and
// its credentials are tried again.
func (o Ops) UpdateClient(ctx context.Context, who models.Actor, id models.ID, f models.ClientForm) error {
	return o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := who.MustBePerson(); err != nil {
			return err
		}
		before, err := t.OwnClient(id)
		if err != nil {
			return o.notMine(t, id, err)
		}
		set, err := t.ClientSecretSet(id)
		if err != nil {
			return err
		}
		s, err := o.settings(who, &f, !set.IsZero(), before.Global)
		if err != nil {
			return err
		}
		if before.Version != f.Version {
			return models.Fail(models.Conflict, "This OAuth client was changed meanwhile. Look at it again, then enter your changes once more.")
		}
		now := before
		into(&now, f, s)
		if err := mayMove(t, before, now); err != nil {
			return err
		}
		if leadsElsewhere(before, now) && f.Secret == "" && !set.IsZero() && s.Auth != models.SecretNone {
			return models.Wrong("secret", "Enter the client secret again: it would be sent to another address than before.")
		}
		secret := f.Secret != "" || (s.Auth == models.SecretNone && !set.IsZero())
		if err := t.SaveClient(before, now, secret); err != nil {
			return err
		}
		if secret {
			kept, err := o.sealSecret(id, f.Secret)
			if err != nil {
				return err
			}
			if err := t.KeepClientSecret(kept); err != nil {
				return err
			}
		}
		if err := t.OfferClient(now, f.Projects); err != nil {
			return err
		}
		if before.Settings != now.Settings {
			if err := t.Rescope(id, func(asked, given []string) string { return words(lacking(asked, given, s)) }); err != nil {
				return err
			}
		}
		return t.ResumeClient(now)
	})
}

// leadsElsewhere reports whether the secret would be shown to somebody else.
func leadsElsewhere(before, now models.OAuthClient) bool {
	was, is := before.ReadSettings(), now.ReadSettings()
	return was.Token != is.Token || was.RefreshAt() != is.RefreshAt() || was.Revoke != is.Revoke && is.Revoke != "" || was.Introspect != is.Introspect && is.Introspect != ""
}

// lacking are the scopes that a grant lacks of what was asked for and of what the
// client has to have by now: a scope that was added to it later is consented to by
// connecting again.
func lacking(asked, given []string, s models.ClientSettings) []string {
	return models.MissingScopes(s.Choice(asked), given, s)
}

// mayMove reports that a client can't have people sign in, or ask with tokens,
// elsewhere than before while there are any that were got with it: they may be
// other people's.
func mayMove(t *db.SelfTx, before, now models.OAuthClient) error {
	was, is := before.ReadSettings(), now.ReadSettings()
	wrong := models.Fields{}
	for _, a := range []struct{ field, was, is string }{
		{"authorize_url", was.Authorize, is.Authorize},
		{"token_url", was.Token, is.Token},
		{"refresh_url", was.RefreshAt(), is.RefreshAt()},
		{"revoke_url", was.Revoke, is.Revoke},
		{"userinfo_url", was.UserInfo, is.UserInfo},
		{"introspect_url", was.Introspect, is.Introspect},
	} {
		if a.is != "" && hostOf(a.is) != hostOf(a.was) && hostOf(a.is) != hostOf(was.Token) {
			wrong.Add(a.field, "Accounts are connected with this client, so people and tokens can't be sent to another server. Make a new client instead.")
		}
	}
	if before.ClientID != now.ClientID {
		wrong.Add("client_id", "Accounts are connected with this client, and their tokens belong to this client ID. Make a new client instead.")
	}
	if wrong.Err() == nil {
		return nil
	}
	n, err := t.GrantsWith(before.ID)
	if err != nil || n == 0 {
		return err
	}
	return wrong.Err()
}
