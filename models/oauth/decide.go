package oauth

import (
	"context"
	"errors"

	"holdfast/models"
	"holdfast/models/internal/bodies"
	"holdfast/models/internal/db"
)

// Result is what came of connecting, for the person who did.
type Result struct {
	models.Connect
	Outcome    models.ConnectOutcome
	Wish       models.ConnectWish
	Client     string // its name
	Provider   string // what the other side is called
	Credential string // its name
	Mine       bool   // the client is the person's own
}

// Result shows what came of connecting.
func (o Ops) Result(ctx context.Context, who models.Actor, id models.ID) (r Result, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if r.Connect, err = v.Connect(id); err != nil {
			return err
		}
		r.Outcome, r.Wish = r.ReadOutcome(), r.ReadWish()
		r.Credential = r.Wish.Name
		credential := models.ID{}
		if r.CredentialID != nil {
			credential = *r.CredentialID
			c, err := v.Credential(credential)
			if err != nil && models.KindOf(err) != models.NotFound {
				return err
			}
			if err == nil {
				r.Credential = c.Name
			}
		}
		client, err := v.ClientFor(r.OAuthClientID, credential)
		if err != nil && models.KindOf(err) != models.NotFound {
			return err
		}
		r.Client, r.Mine, r.Provider = client.Name, client.Mine, o.ProviderTitle(client.OAuthClient)
		return nil
	})
	return r, err
}

// Keep keeps what came back, although it is less than was asked for or of another
// account: the person has seen that, and wants it. name, if there is one, is
// another name for a new credential.
func (o Ops) Keep(ctx context.Context, who models.Actor, id models.ID, name string) (credential models.ID, err error) {
	var c models.Connect
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if c, err = t.TakeDecision(id); err != nil {
			return err
		}
		w := c.ReadWish()
		if name != "" {
			w.Name = name
		}
		c.Wish = w.Text()
		out := c.ReadOutcome()
		out.Problems, out.Wrong, out.Code = nil, nil, ""
		c, err = o.attach(t, c, out)
		return err
	})
	if err != nil || c.CredentialID == nil {
		return credential, err
	}
	o.wake()
	return *c.CredentialID, nil
}

// Drop gives up what came back.
func (o Ops) Drop(ctx context.Context, who models.Actor, id models.ID) (credential *models.ID, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		c, err := t.TakeDecision(id)
		if err != nil {
			return err
		}
		credential = c.CredentialID
		if c.GrantID != nil {
			if err := t.DropGrant(*c.GrantID); err != nil {
				return err
			}
		}
		out := c.ReadOutcome()
		out.Code, out.Problems = "dropped", nil
		c.State, c.GrantID, c.Outcome = models.ConnectFailed, nil, out.Text()
		return t.CameBack(c)
	})
	o.wake()
	return credential, err
}

// settle connects what came back, or has the person decide where it is not what
// was wanted. What can't be kept as it is, a name that was taken meanwhile, is
// decided on as well.
func (o Ops) settle(ctx context.Context, who models.Actor, c models.Connect, out models.ConnectOutcome) error {
	err := o.db.Self(ctx, who, func(t *db.SelfTx) error {
		g, err := t.TakeGrant(*c.GrantID)
		if err != nil {
			return err
		}
		before, err := o.before(t, c)
		if err != nil {
			return err
		}
		if out.Problems = c.ReadWish().ToDecide(g, before); len(out.Problems) > 0 {
			if before != nil {
				out.Was = before.Account
			}
			c.State, c.Outcome = models.ConnectAsks, out.Text()
			return t.CameBack(c)
		}
		_, err = o.attach(t, c, out)
		return err
	})
	if err == nil {
		o.wake()
		return nil
	}
	e, told := errors.AsType[*models.Error](err)
	if !told || e.Kind == models.Internal || e.Kind == models.Unavailable {
		return err
	}
	out.Code, out.Wrong = "not_kept", e.Fields
	c.State = models.ConnectFailed
	if e.Fields["name"] != "" { // it can get another
		c.State = models.ConnectAsks
	}
	if e.Fields == nil {
		out.Wrong = models.Fields{"": e.Text}
	}
	c.Outcome = out.Text()
	return o.db.Self(ctx, who, func(t *db.SelfTx) error { return t.CameBack(c) })
}

// before is the grant that what came back would take the place of; nil for none.
func (o Ops) before(t *db.SelfTx, c models.Connect) (*models.Grant, error) {
	if c.CredentialID == nil {
		return nil, nil
	}
	credential, err := t.Own(*c.CredentialID)
	if err != nil {
		return nil, err
	}
	return t.HoldGrantOf(credential)
}

// attach connects what came back to its credential, which is made now if it is a
// new one. The grant before stays until here, and is given up at the provider
// unless that would end the new one, too.
func (o Ops) attach(t *db.SelfTx, c models.Connect, out models.ConnectOutcome) (models.Connect, error) {
	g, err := t.TakeGrant(*c.GrantID)
	if err != nil {
		return c, models.Fail(models.Conflict, "What came back was given up meanwhile. Connect again.")
	}
	credential, err := o.credentialOf(t, c)
	if err != nil {
		return c, err
	}
	if err := credential.Connectable(); err != nil {
		return c, err
	}
	before, err := t.HoldGrantOf(credential)
	if err != nil {
		return c, err
	}
	if before != nil {
		if err := t.Part(*before, !before.WouldRevoke(g)); err != nil {
			return c, err
		}
	}
	if before != nil && before.Subject != g.Subject {
		if err := o.office.EndOffer(t, credential); err != nil { // the receiver was told of another account
			return c, err
		}
		if err := t.Touch(&credential); err != nil {
			return c, err
		}
	}
	if err := t.Attach(credential, &g, before, out.Millis); err != nil {
		return c, err
	}
	c.State, c.CredentialID, c.GrantID, c.Outcome = models.ConnectDone, &credential.ID, nil, out.Text()
	return c, t.CameBack(c)
}

// credentialOf is the credential that is to be connected, held; a new one is made.
func (o Ops) credentialOf(t *db.SelfTx, c models.Connect) (models.Credential, error) {
	if c.CredentialID != nil {
		return t.Own(*c.CredentialID)
	}
	w := c.ReadWish()
	name, err := models.CleanCredentialName(w.Name)
	if err != nil {
		return models.Credential{}, err
	}
	n := db.NewCredential{Credential: models.Credential{Name: name, Kind: models.OAuthKind}, Projects: w.Projects}
	n.Stamp(t.Who)
	n.Body.Fields = "{}"
	if err := bodies.Put(o.ring, &n.Body, map[string]any{}); err != nil {
		return models.Credential{}, err
	}
	return n.Credential, t.Create(&n)
}

// Disconnect takes the account away from one of the person's credentials, which
// stays. The grant is given up at the provider: at once if it answers. It reports
// what came of that.
func (o Ops) Disconnect(ctx context.Context, who models.Actor, id models.ID) (models.GivenUp, error) {
	var g models.Grant
	err := o.db.Self(ctx, who, func(t *db.SelfTx) error {
		c, err := t.Own(id)
		if err != nil {
			return err
		}
		if err := c.Connectable(); err != nil {
			return err
		}
		before, err := t.HoldGrantOf(c)
		if err != nil {
			return err
		}
		if before == nil {
			return models.Fail(models.Conflict, "No account is connected to this credential.")
		}
		g = *before
		if err := o.office.EndOffer(t, c); err != nil {
			return err
		}
		if err := t.Touch(&c); err != nil {
			return err
		}
		t.Disconnected(c, g)
		return t.Part(g, false)
	})
	if err != nil {
		return models.GivenUp{}, err
	}
	done, err := o.giveUp(context.WithoutCancel(ctx), g.ID)
	if err != nil { // the job tries again
		o.log.WarnContext(ctx, "a grant could not be given up yet", "grant", g.ID, "err", err)
	}
	return done, nil
}
