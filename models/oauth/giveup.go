package oauth

import (
	"context"
	"errors"
	"time"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
)

// GiveUpEvery is how often the job looks for grants that wait to be given up.
const GiveUpEvery = time.Minute

// Left tells of grants that wait to be given up.
func (o Ops) Left() <-chan struct{} { return o.left }

// wake tells the job that there is something to give up.
func (o Ops) wake() {
	select {
	case o.left <- struct{}{}:
	default: // it knows
	}
}

// GiveUp revokes, at their providers, the grants that belong to no credential any
// more: of purged and deleted credentials, of accounts that were disconnected or
// took another's place, and of connections that nobody wanted in the end. One that
// fails is tried again for more than a day, and then forgotten, which the history
// notes; it holds nothing else up.
func (o Ops) GiveUp(ctx context.Context) (int, error) {
	return o.each(ctx, (*db.SystemView).LeftGrants, func(ctx context.Context, id models.ID) (bool, error) {
		done, err := o.giveUp(ctx, id)
		return done.Revoked, err
	})
}

// giveUp gives up one grant.
func (o Ops) giveUp(ctx context.Context, id models.ID) (done models.GivenUp, err error) {
	who := models.Actor{Job: "revoke"}
	var h held
	var ours bool
	var closed error // what is needed to ask can't be opened
	err = o.db.System(ctx, who, func(t *db.SystemTx) (err error) {
		if h.grant, err = t.HoldGrant(id); err != nil {
			return err
		}
		if h.lease, ours, _, err = t.LeaseGrant(id, leaseLife); err != nil || !ours {
			return err
		}
		if h.grant.CredentialID != nil || h.grant.DueAt != nil && h.grant.DueAt.After(t.Now) { // somebody took it
			ours = false
			return t.GiveBack(h.lease)
		}
		client, secret, err := t.ClientAndSecretOf(h.grant)
		if err != nil {
			return err
		}
		if done.Why, err = o.pointless(t, h.grant, client); err != nil || done.Why != "" {
			return err
		}
		h.party, closed = o.party(*client, secret, "")
		return nil
	})
	if err != nil || !ours {
		return models.GivenUp{}, notGone(err)
	}
	why := closed
	if done.Why == "" && closed == nil {
		why = o.revoke(ctx, h)
	}
	done.Revoked = done.Why == "" && why == nil
	return done, o.gaveUp(context.WithoutCancel(ctx), who, h, done.Why, why)
}

// pointless says why a grant is not given up at the provider; empty when it is.
func (o Ops) pointless(t *db.SystemTx, g models.Grant, client *models.OAuthClient) (string, error) {
	if client == nil {
		return "the OAuth client is gone, so the provider could not be told", nil
	}
	s := client.ReadSettings()
	if s.Revoke == "" {
		return "the provider has no address to revoke access at", nil
	}
	if !s.RevokesAll {
		return "", nil
	}
	shares, err := t.SharesAccount(g)
	if err != nil || !shares {
		return "", err
	}
	return "another credential is connected to the same account, and revoking would end that as well", nil
}

// revoke shows the provider the refresh token, which most take for the whole grant,
// and then the access token, which some want to have said.
func (o Ops) revoke(ctx context.Context, h held) error {
	tokens, err := o.take(h.grant)
	if err != nil {
		return err
	}
	var first error
	if tokens.Refresh != "" {
		first = o.servers.Revoke(ctx, h.party, tokens.Refresh, "refresh_token")
	}
	err = o.servers.Revoke(ctx, h.party, tokens.Access, "access_token")
	if tokens.Refresh != "" && first == nil { // the grant is over; that its access token is unknown by now is no failure
		return nil
	}
	return errors.Join(first, err)
}

// gaveUp forgets a grant that was given up, or puts it off.
func (o Ops) gaveUp(ctx context.Context, who models.Actor, h held, note string, why error) error {
	return o.db.System(ctx, who, func(t *db.SystemTx) error {
		if why == nil {
			return t.GaveUp(h.grant, note == "", note)
		}
		code := "unreadable"
		if f, ok := errors.AsType[*authserver.Failure](why); ok {
			code = f.Code
		}
		wait, more := models.NextRevocation(h.grant.Tries + 1)
		if !more {
			return t.GaveUp(h.grant, false, "the provider did not take it: "+code)
		}
		h.grant.Cause = code
		if err := t.GiveUpLater(h.grant, t.Now.Add(wait)); err != nil {
			return err
		}
		return t.GiveBack(h.lease)
	})
}

// SweepEvery is how often old ways to providers and old lines of the ledger are
// looked for.
const SweepEvery = 10 * time.Minute

// sweeps is how many rows of each go in one transaction.
const sweeps = 1000

// Sweep forgets them.
func (o Ops) Sweep(ctx context.Context) (total int, err error) {
	for n := sweeps; err == nil && n >= sweeps; total += n {
		err = o.db.System(ctx, models.Actor{Job: "sweep-oauth"}, func(t *db.SystemTx) error {
			n, err = t.SweepConnects(t.Now.Add(-models.LedgerKept), sweeps)
			return err
		})
	}
	return total, err
}
