package oauth

import (
	"context"
	"errors"
	"time"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
)

// errOvertaken takes a door's work back: somebody else has the lease, or has
// written meanwhile, and nobody wants to hear that this one failed.
var errOvertaken = models.Fail(models.Conflict, "Somebody else has the lease of the grant, or has changed it.")

// ail writes why fresh tokens did not come, and tells who has to do something. The
// tokens that are there stay as they are, whatever went wrong. Of who lost the
// lease, nothing is kept but the line of the ledger: no trouble and no letter.
func (o Ops) ail(ctx context.Context, h held, why error) (got turn, err error) {
	f := failed(why)
	h.entry.Outcome, h.entry.Status = f.Code, int64(f.Status)
	err = o.db.System(ctx, job(h.why), func(t *db.SystemTx) error {
		now, err := t.Grant(h.grant.ID)
		if err != nil {
			return err
		}
		if now.Version != h.grant.Version || now.CredentialID == nil { // look at what others have left
			return errOvertaken
		}
		g := h.ailing(now, f, t.Now)
		if err := o.tell(t, &g); err != nil {
			return err
		}
		g.DueAt = g.DueNext()
		written, err := t.Ail(g, h.lease)
		if err != nil {
			return err
		}
		if !written {
			return errOvertaken
		}
		got = turn{over: true, grant: g, late: true, err: o.unusable(g, f)}
		return errors.Join(t.Answered(h.entry), t.GiveBack(h.lease))
	})
	if errors.Is(err, errOvertaken) || err != nil && models.KindOf(err) == models.NotFound { // or the grant is gone
		return turn{}, o.release(ctx, h, h.entry.Outcome)
	}
	if err != nil {
		return got, err
	}
	o.log.WarnContext(ctx, "tokens could not be refreshed", "grant", h.grant.ID, "client", h.client.ID, "why", f.Error())
	if f.Kind != authserver.ClientRefused {
		return got, nil
	}
	mended, err := o.refuse(ctx, h, f.Code)
	got.over = got.over && !mended // then there is something else to ask with
	return got, err
}

// failed is why fresh tokens did not come. An answer that makes no sense may have
// used the refresh token up.
func failed(why error) *authserver.Failure {
	if f, ok := errors.AsType[*authserver.Failure](why); ok {
		return f
	}
	if f, ok := errors.AsType[*models.AnswerFault](why); ok {
		return &authserver.Failure{Kind: authserver.Garbled, Code: f.Code, Status: 200, Lost: true}
	}
	return &authserver.Failure{Kind: authserver.Down, Code: "unreadable", Lost: true}
}

// ailing is the grant after a failure. Only that the provider refuses the grant
// itself needs a person; the client's troubles are the client's; everything else
// goes away by itself, so that it is tried again.
func (h held) ailing(g models.Grant, f *authserver.Failure, now time.Time) models.Grant {
	if f.Lost {
		g.LostAt = &now
	}
	if f.Kind == authserver.ClientRefused {
		return g
	}
	g.Tries++
	g.Cause = f.Code
	if f.Kind == authserver.Denied {
		g.Trouble, g.TroubleAt, g.RetryAt = models.TroubleReconnect, &now, nil
		return g
	}
	if g.TroubleAt == nil {
		g.TroubleAt = &now
	}
	g.Trouble = models.TroubleRetrying
	again := now.Add(models.Retry(g.Tries, f.RetryAfter))
	g.RetryAt = later(&again, h.spared(g, now))
	return g
}

// spared is until when nobody shows the refresh token once more whose answer was
// lost: a provider that gives a new one each time may take the old one for stolen,
// and end what still works. Where it documents a grace, it does not.
func (h held) spared(g models.Grant, now time.Time) *time.Time {
	rotates := h.tokens.Previous != ""
	if g.LostAt == nil || !rotates || !g.Valid(now) || h.party.Settings.Grace > 0 {
		return nil
	}
	return g.ExpiresAt
}

func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

// refuse opens an incident of a client, unless there is one: its credentials rest
// until somebody has mended it, and its owner gets one letter. What was refused is
// the client as it was asked with; one that was mended meanwhile is tried again.
func (o Ops) refuse(ctx context.Context, h held, code string) (mended bool, err error) {
	err = o.db.System(ctx, job(h.why), func(t *db.SystemTx) error {
		c, err := t.TakeClient(h.client.ID)
		if err != nil {
			return notGone(err)
		}
		if mended = c.Version != h.client.Version; mended {
			return nil
		}
		news, err := t.RefuseClient(c, code)
		if err != nil || !news {
			return err
		}
		owner, err := t.UserOf(c.OwnerID)
		if err != nil {
			return err
		}
		count, err := t.ConnectedCount(c.ID)
		if err != nil {
			return err
		}
		t.Post(o.office.Letter(owner, models.ClientLetter, models.LetterDetails{
			Provider: o.ProviderTitle(c), Client: c.Name, ClientID: c.ID.String(), Cause: code, Count: count,
		}))
		return nil
	})
	return mended, err
}

// tell writes to the owner of a credential once in an incident: when a person has
// to do something, before its programs fail, or when they fail already and the
// provider still does not answer.
func (o Ops) tell(t *db.SystemTx, g *models.Grant) error {
	switch {
	case g.Told() || g.CredentialID == nil:
		return nil
	case g.Trouble == models.TroubleReconnect:
		return o.write(t, g, models.HealthReconnect)
	case g.Trouble == models.TroubleRetrying && !g.Valid(t.Now):
		return o.write(t, g, models.HealthRetrying)
	}
	return nil
}

// write puts the letter about a grant into the outbox. Nobody is told of what is
// about to be deleted.
func (o Ops) write(t *db.SystemTx, g *models.Grant, h models.HealthState) error {
	owner, c, err := t.OwnerOf(*g)
	if err != nil || c.Scheduled() {
		return err
	}
	d := models.LetterDetails{
		Things: []models.LetterThing{{ID: c.ID.String(), Name: c.Name}}, Provider: g.Provider, Account: g.Account,
		Health: string(h), Cause: g.Cause,
	}
	if h == models.HealthClient {
		d.Cause = "client_deleted"
	}
	if end, ends := g.Ends(); ends && h == models.HealthExpiring {
		d.Until = end
	} else if h != models.HealthRetrying && g.ExpiresAt != nil && g.Valid(t.Now) {
		d.Until = *g.ExpiresAt
	}
	t.Post(o.office.Letter(owner, models.GrantLetter, d))
	g.ToldAt = &t.Now
	return nil
}
