package oauth

import (
	"context"
	"net/url"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
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
		list, _, err = o.choices(v)
		return err
	})
	return list, err
}

// choices are the first of them, and whether there are more.
func (o Ops) choices(v *db.SelfView) (list []models.MayConnect, more bool, err error) {
	page, err := v.Clients("")
	for _, c := range page.Rows {
		list = append(list, o.choice(c.OAuthClient))
	}
	return list, page.Next != "", err
}

// ChoiceOf is one of them, by its ID. Of somebody else's it does not tell the address.
func (o Ops) ChoiceOf(ctx context.Context, who models.Actor, id models.ID) (models.MayConnect, error) {
	c, err := o.Client(ctx, who, id)
	return o.choice(c.OAuthClient), err
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
