package oauth

import (
	"context"
	"net/url"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/directory"
)

// ClientView is an OAuth client as somebody sees it. Who may not change it learns
// what it is for, and neither its addresses nor when its secret was set.
type ClientView struct {
	models.ClientRow
	SecretSet time.Time // zero when there is none
	Offered   []models.SharedWith
	MayTake   bool // an administrator may take it over

	MayConnect bool // the person may connect with it; an administrator sees others, too
}

// Clients are those that the person may connect with: their own, everybody's, and
// those offered to projects of theirs. An administrator sees all there are.
func (o Ops) Clients(ctx context.Context, who models.Actor, after string) (page models.ClientPage, err error) {
	if who.Rank.Can(models.ManageClients) {
		err = o.db.ReadConsole(ctx, who, models.ManageClients, func(v *db.ConsoleView) error {
			page, err = v.Clients(after, who)
			return err
		})
		return page, err
	}
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		page, err = v.Clients(after)
		return err
	})
	return page, err
}

// ClientsInProject are those that are offered to the project, and everybody's.
func (o Ops) ClientsInProject(ctx context.Context, who models.Actor, project models.ID, after string) (page models.ClientPage, err error) {
	err = o.db.ReadProject(ctx, who, project, models.SeeProject, func(v *db.ProjectView) error {
		page, err = v.Clients(after)
		return err
	})
	return page, err
}

// ToConnect are the clients that the person may connect with, to choose one.
func (o Ops) ToConnect(ctx context.Context, who models.Actor) (list []models.MayConnect, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		page, err := v.Clients("")
		for _, c := range page.Rows {
			list = append(list, o.choice(c.OAuthClient))
		}
		return err
	})
	return list, err
}

func (o Ops) choice(c models.OAuthClient) models.MayConnect {
	s := c.ReadSettings()
	return models.MayConnect{
		ID: c.ID, Name: c.Name, Provider: o.ProviderTitle(c), Mandatory: s.Mandatory, Optional: s.Optional,
		At: hostOf(s.Authorize), ScopeDocs: s.ScopeDocs, Paused: c.Paused(),
	}
}

// Client shows one client.
func (o Ops) Client(ctx context.Context, who models.Actor, id models.ID) (c ClientView, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		c.ClientRow, err = v.Client(id)
		return err
	})
	c.MayConnect = err == nil
	if models.KindOf(err) == models.NotFound && who.Rank.Can(models.ManageClients) {
		err = o.db.ReadConsole(ctx, who, models.ManageClients, func(v *db.ConsoleView) error {
			c.ClientRow, err = v.Client(id, who)
			return err
		})
	}
	if err != nil {
		return c, err
	}
	if !c.Mine {
		c.MayTake = who.Rank.Can(models.ManageClients)
		s := c.ReadSettings()
		c.Settings = models.ClientSettings{Mandatory: s.Mandatory, Optional: s.Optional, ScopeDocs: s.ScopeDocs}.String()
		c.ClientID = ""
		return c, nil
	}
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if c.SecretSet, err = v.ClientSecretSet(id); err != nil {
			return err
		}
		c.Offered, err = v.OfferedTo(id)
		return err
	})
	return c, err
}

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

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// notMine makes forbidden of what is not found, where the person may know of it.
func (o Ops) notMine(t *db.SelfTx, id models.ID, err error) error {
	if models.KindOf(err) != models.NotFound {
		return err
	}
	if _, unseen := t.Client(id); unseen != nil {
		return err
	}
	return models.Fail(models.Forbidden, "Only the owner of an OAuth client can change it.")
}

// ClientImpact shows what deleting one of the person's clients would do.
func (o Ops) ClientImpact(ctx context.Context, who models.Actor, id models.ID) (c models.ClientRow, i models.ClientImpact, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if c, err = v.Client(id); err != nil {
			return err
		}
		if !c.Mine {
			return models.Fail(models.Forbidden, "Only the owner of an OAuth client can delete it.")
		}
		i.Credentials = c.Credentials
		if i.Some, err = v.ConnectedWith(id); err != nil {
			return err
		}
		i.Projects, err = v.OfferedTo(id)
		return err
	})
	return c, i, err
}

// DeleteClient deletes one of the person's clients. Credentials that are connected
// with it stay, say so, and work until their tokens end. typed is its name, as the
// person has typed it.
func (o Ops) DeleteClient(ctx context.Context, who models.Actor, id models.ID, typed string) error {
	return o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := who.MustBePerson(); err != nil {
			return err
		}
		c, err := t.OwnClient(id)
		if err != nil {
			return o.notMine(t, id, err)
		}
		if models.Fold(typed) != c.NameKey {
			return models.Wrong("confirm", "Type the client's name to confirm: %s", c.Name)
		}
		return t.DeleteClient(c)
	})
}

// ResumeClient asks the provider whether it takes one of the person's clients by
// now. If so the incident ends, and its credentials are tried again; otherwise it
// says what stands in the way, and nothing changes.
func (o Ops) ResumeClient(ctx context.Context, who models.Actor, id models.ID, redirect string) (problems []string, err error) {
	problems, err = o.CheckClient(ctx, who, id, redirect)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	return nil, o.db.Self(ctx, who, func(t *db.SelfTx) error {
		c, err := t.OwnClient(id)
		if err != nil {
			return o.notMine(t, id, err)
		}
		return t.ResumeClient(c)
	})
}

// TakeOver gives a client to an administrator: of somebody who has left, nobody
// else could mend it.
func (o Ops) TakeOver(ctx context.Context, who models.Actor, id models.ID) error {
	return o.db.Console(ctx, who, models.ManageClients, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		c, err := t.TakeClient(id)
		if err != nil || c.OwnerID == who.UserID {
			return err
		}
		owner, err := t.User(c.OwnerID)
		if err != nil {
			return err
		}
		t.Post(o.office.Letter(owner, models.ClientTakenLetter, models.LetterDetails{By: who.User().Party(), Client: c.Name, Provider: o.ProviderTitle(c)}))
		return t.PassClient(c, owner.Email)
	})
}

// CheckClient asks the provider whether it knows one of the person's clients, and
// says what stands in the way of connecting with it; nothing when all is well.
func (o Ops) CheckClient(ctx context.Context, who models.Actor, id models.ID, redirect string) (problems []string, err error) {
	var c models.ClientRow
	var s models.OAuthClientSecret
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if c, err = v.Client(id); err != nil {
			return err
		}
		if !c.Mine {
			return models.Fail(models.Forbidden, "Only the owner of an OAuth client can check it.")
		}
		s, err = v.ClientSecretOf(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	p, err := o.party(c.OAuthClient, s, redirect)
	if err != nil {
		return nil, err
	}
	if err := o.often(ctx, who, "check"); err != nil {
		return nil, err
	}
	return append(aboutRedirect(redirect), o.servers.Check(ctx, p)...), nil
}

// Discover finds what a provider says of itself, by its issuer.
func (o Ops) Discover(ctx context.Context, who models.Actor, issuer string) (s models.ClientSettings, err error) {
	if err := o.often(ctx, who, "check"); err != nil {
		return s, err
	}
	return o.servers.Discover(ctx, issuer)
}
