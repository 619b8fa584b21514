package oauth

import (
	"context"
	"errors"
	"time"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
)

// turn is what came of one try to refresh a grant. It is not over while somebody
// else holds the lease, or when the grant had changed: then one looks again.
type turn struct {
	over  bool
	grant models.Grant
	late  bool
	err   error
}

// held is a grant whose lease is ours, with what is needed to ask the provider.
type held struct {
	lease  db.GrantLease
	grant  models.Grant
	client models.OAuthClient
	party  authserver.Party
	tokens models.Tokens
	entry  models.RefreshEntry
	why    models.RefreshReason
}

// turn takes the lease, asks the provider, and writes what came of it. The lease
// is taken and the outcome written behind doors; the provider is asked between.
func (o Ops) turn(ctx context.Context, g models.Grant, why models.RefreshReason) (turn, error) {
	within, stop := context.WithTimeout(ctx, asking)
	defer stop()
	h, got, err := o.hold(ctx, g, why)
	if err != nil || h == nil {
		return got, err
	}
	return o.ask(ctx, within, *h)
}

// hold takes the lease of a grant and looks at it once more. Nothing is held when
// somebody else has the lease, or when there is nothing to ask.
func (o Ops) hold(ctx context.Context, g models.Grant, why models.RefreshReason) (h *held, got turn, err error) {
	err = o.db.System(ctx, job(why), func(t *db.SystemTx) error {
		g, err := t.HoldGrantFor(g)
		if err != nil {
			return err
		}
		lease, ours, died, err := t.LeaseGrant(g.ID, leaseLife)
		if err != nil || !ours {
			return err
		}
		now, client, err := o.asker(t, g, lease, why)
		if err != nil {
			return err
		}
		if died {
			if err := o.died(t, now); err != nil {
				return err
			}
		}
		stop := false
		if got, stop = o.needless(now.grant, why, t.Now); !stop {
			got, stop = o.barred(now.grant, client, t.Now)
		}
		if stop {
			return t.GiveBack(lease)
		}
		now.client = *client
		if now.entry, err = t.Asked(now.grant, why); err == nil {
			h = now
		}
		return err
	})
	if models.KindOf(err) == models.NotFound && err != nil { // it is gone meanwhile: look again
		return nil, turn{}, nil
	}
	return h, got, err
}

// asker is what has to be known to ask a provider for a grant.
func (o Ops) asker(t *db.SystemTx, g models.Grant, lease db.GrantLease, why models.RefreshReason) (*held, *models.OAuthClient, error) {
	h := &held{lease: lease, why: why, grant: g}
	client, secret, err := t.ClientAndSecretOf(h.grant)
	if err != nil || client == nil {
		return h, nil, err
	}
	if h.party, err = o.party(*client, secret, ""); err != nil {
		return nil, nil, err
	}
	h.tokens, err = o.take(h.grant)
	return h, client, err
}

// died notes that whoever asked before never came back: they may have been
// answered, and nobody knows with what.
func (o Ops) died(t *db.SystemTx, h *held) error {
	h.grant.LostAt = &t.Now
	h.grant.RetryAt = later(h.grant.RetryAt, h.spared(h.grant, t.Now))
	return errors.Join(t.Unanswered(h.grant), t.Lost(h.grant))
}

// job is who acts when nobody in particular does.
func job(why models.RefreshReason) models.Actor { return models.Actor{Job: "refresh:" + string(why)} }

// needless reports that there is nothing to ask: another process has refreshed the
// grant meanwhile, or another one has taken its place.
func (o Ops) needless(g models.Grant, why models.RefreshReason, now time.Time) (turn, bool) {
	_, due := g.RefreshDue(now)
	fresh := g.Fresh(now) && g.Trouble == ""
	switch {
	case g.CredentialID == nil:
		return turn{}, true
	case fresh && why == models.ForFetch, fresh && why == models.ForPerson && now.Sub(g.ObtainedAt) < time.Second,
		!due && (why == models.ForAhead || why == models.ForKeepAlive):
		return turn{over: true, grant: g}, true
	}
	return turn{}, false
}

// barred reports that the provider may not be asked now: it has said no for good,
// the client is gone or refused, or it wants to be left in peace for a while. What
// still works is handed out all the same.
func (o Ops) barred(g models.Grant, client *models.OAuthClient, now time.Time) (turn, bool) {
	stop := turn{over: true, grant: g, late: true}
	switch {
	case g.Trouble == models.TroubleReconnect, g.RetryAt != nil && now.Before(*g.RetryAt):
		stop.err = o.unusable(g, nil)
	case client == nil:
		stop.err = errNoClient
	case client.Paused():
		stop.err = errClientRefused(g)
	case !g.Refreshable:
		stop.err = errEnded(g)
	default:
		return turn{}, false
	}
	if g.Valid(now) {
		stop.err = nil
	}
	return stop, true
}

// ask asks the provider for fresh tokens and writes what it says. Where an answer
// is lost and the provider documents a grace, it is asked once more with the same
// token, which by then may be the previous one. The provider has until within is
// over, writing has longer.
func (o Ops) ask(ctx, within context.Context, h held) (turn, error) {
	begun := o.db.Clock()
	said, err := o.servers.Refresh(within, h.party, h.tokens.Refresh)
	if f, failed := errors.AsType[*authserver.Failure](err); failed && f.Lost && f.Status == 0 && h.party.Settings.Grace > 0 && within.Err() == nil {
		said, err = o.servers.Refresh(within, h.party, h.tokens.Refresh)
	}
	h.entry.Millis = o.db.Clock().Sub(begun).Milliseconds()
	if err == nil {
		var new models.Granted
		if new, err = models.ReadGranted(said, h.party.Settings, h.tokens, o.db.Clock()); err == nil {
			if new.ExpiresAt == nil {
				new.ExpiresAt = o.looked(within, h.party, new.Access)
			}
			return o.renew(context.WithoutCancel(ctx), h, new)
		}
	}
	return o.ail(context.WithoutCancel(ctx), h, err)
}

// renew writes fresh tokens, before anybody gets them. They exist nowhere else,
// and the ones before may be good for nothing by now: while the database is away
// it tries again, until others hold the lease.
func (o Ops) renew(ctx context.Context, h held, new models.Granted) (got turn, err error) {
	ctx, stop := context.WithTimeout(ctx, leaseLife-asking)
	defer stop()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		if got, err = o.keep(ctx, h, new); err == nil {
			break
		}
		o.log.WarnContext(ctx, "fresh tokens could not be written", "grant", h.grant.ID, "err", err)
		again := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			again.Stop()
			return got, err
		case <-again.C:
		}
	}
	switch {
	case got.grant.CredentialID == nil: // they are given up with their grant
		o.wake()
	case !got.over:
		o.log.WarnContext(ctx, "fresh tokens came for a grant that had changed meanwhile, and were dropped", "grant", h.grant.ID)
	}
	return got, nil
}

// keep writes fresh tokens. It is not over when the grant had changed, or is no
// credential's any more: then whoever asked looks what the credential has now.
func (o Ops) keep(ctx context.Context, h held, new models.Granted) (got turn, err error) {
	g := h.grant
	h.entry.Outcome, h.entry.Status, h.entry.Rotated = models.OutcomeOK, 200, new.Rotated
	err = o.db.System(ctx, job(h.why), func(t *db.SystemTx) error {
		if err := o.fill(&g, new, h.party.Settings, t.Now); err != nil {
			return err
		}
		g.Trouble, g.Cause, g.TroubleAt, g.Tries, g.RetryAt, g.LostAt = "", "", nil, 0, nil, nil
		told := h.grant.ToldAt
		if g.ToldAt = nil; g.TellDue(t.Now) { // it still ends, and that was said
			g.ToldAt = told
		}
		written, err := t.Renew(&g, h.entry)
		if err != nil {
			return err
		}
		got = turn{over: written && g.CredentialID != nil, grant: g}
		return errors.Join(t.Answered(h.entry), t.GiveBack(h.lease))
	})
	return got, err
}

// release gives the lease back without having asked.
func (o Ops) release(ctx context.Context, h held, outcome string) error {
	h.entry.Outcome = outcome
	return o.db.System(context.WithoutCancel(ctx), job(h.why), func(t *db.SystemTx) error {
		return errors.Join(t.Answered(h.entry), t.GiveBack(h.lease))
	})
}
