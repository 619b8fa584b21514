package oauth

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
)

const (
	// leaseLife is how long whoever asks a provider holds a grant.
	leaseLife = 30 * time.Second
	// asking is how long they may ask, counted from before they hold it. The other
	// half of the lease is for what the clocks of replicas may differ by: nobody
	// else begins to ask while the first may still be answered.
	asking = leaseLife / 2
	// patience is how long somebody waits for another process to refresh.
	patience = 12 * time.Second
)

// MaybeRefresh makes sure that one of the person's credentials can be used, and
// gives it back: unchanged when it connects no account, has no tokens or no client,
// or is fresh for five minutes yet; otherwise its tokens are refreshed, once for
// all who ask. It reports reauthorization_required (a person has to connect anew),
// client_problem and temporary_failure (with RetryAfter); that the provider gives no
// fresh ones is no failure while the token still works.
func (o Ops) MaybeRefresh(ctx context.Context, who models.Actor, id models.ID) (models.Credential, error) {
	c, g, err := o.look(ctx, who, id)
	if err != nil || g == nil || g.OAuthClientID == nil || g.Fresh(o.db.Clock()) {
		return c, err
	}
	_, _, err = o.freshened(ctx, *g, models.ForFetch)
	return c, err
}

// Token is the access token of one of the person's credentials, fresh. It reports
// what MaybeRefresh does, and not_connected. The token is a secret: whoever gets
// it hands it on and keeps it nowhere.
func (o Ops) Token(ctx context.Context, who models.Actor, id models.ID) (t models.AccessToken, err error) {
	c, g, err := o.look(ctx, who, id)
	if err != nil {
		return t, err
	}
	if err := c.Connectable(); err != nil {
		return t, err
	}
	if g == nil {
		return t, errNotConnected
	}
	stale := false
	if now := o.db.Clock(); !g.Fresh(now) || g.Trouble == models.TroubleReconnect && !g.Valid(now) {
		if g.OAuthClientID == nil && !g.Valid(now) {
			return t, errNoClient
		}
		if g.OAuthClientID != nil {
			fresh, late, err := o.freshened(ctx, *g, models.ForFetch)
			if err != nil {
				return t, err
			}
			g, stale = &fresh, late
		}
	}
	tokens, err := o.take(*g)
	return models.AccessToken{
		Token: tokens.Access, Type: tokens.Type, ExpiresAt: g.ExpiresAt, Scopes: g.ScopesGiven(), Kept: tokens.Kept, Version: g.Version, Stale: stale,
	}, err
}

// RefreshNow refreshes the tokens of one of the person's credentials, fresh or not,
// and reports how the connection is then.
func (o Ops) RefreshNow(ctx context.Context, who models.Actor, id models.ID) (h models.Health, err error) {
	c, g, err := o.look(ctx, who, id)
	if err != nil {
		return h, err
	}
	switch {
	case c.Connectable() != nil:
		return h, c.Connectable()
	case g == nil:
		return h, errNotConnected
	case g.OAuthClientID == nil:
		return h, errNoClient
	case !g.Refreshable:
		return h, models.Fail(models.Conflict, "%s gave no refresh token, so this can't be refreshed. Connect again to get another.", g.Provider)
	}
	if _, _, err := o.freshened(ctx, *g, models.ForPerson); err != nil {
		return h, err
	}
	return o.health(ctx, who, c)
}

func (o Ops) health(ctx context.Context, who models.Actor, c models.Credential) (h models.Health, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		facts, err := v.Facts([]models.ID{c.ID})
		h = facts[c.ID].Health(v.Now)
		return err
	})
	return h, err
}

var (
	errNotConnected = &models.Error{Kind: models.Conflict, Code: "not_connected", Text: "No account is connected to this credential. Its owner has to connect one."}
	errNoClient     = &models.Error{Kind: models.Conflict, Code: "client_problem", Text: "The OAuth client that this account was connected with is gone, so its tokens can't be refreshed. Connect again with another client."}
)

// look finds one of the person's credentials with its grant, if it has one: as
// much of it as a token is handed out by.
func (o Ops) look(ctx context.Context, who models.Actor, id models.ID) (c models.Credential, g *models.Grant, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		c, g, err = v.Connected(id)
		return err
	})
	return c, g, err
}

// answer is what a flight brings home.
type answer struct {
	grant models.Grant
	late  bool // the grant works, and should have been refreshed
}

// freshened is the grant of a credential, last seen as g, with a token that works:
// it is refreshed once for all who ask at the same time, in this process by one
// flight, and over all processes by one lease.
func (o Ops) freshened(ctx context.Context, g models.Grant, why models.RefreshReason) (models.Grant, bool, error) {
	done := o.flight.DoChan(g.CredentialID.String(), func() (any, error) {
		// Whoever began may go away; the others still wait for the answer, and it must not be lost.
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), leaseLife+o.patience)
		defer stop()
		g, late, err := o.refreshed(ctx, g, why)
		return answer{g, late}, err
	})
	select {
	case <-ctx.Done():
		return models.Grant{}, false, ctx.Err()
	case r := <-done:
		a, _ := r.Val.(answer)
		return a.grant, a.late, r.Err
	}
}

// refreshed refreshes the grant of a credential, or waits until another process
// has. When that takes too long, a token that still works will do; otherwise
// nobody may refresh past the lease, and the asker is told when to come again.
func (o Ops) refreshed(ctx context.Context, g models.Grant, why models.RefreshReason) (models.Grant, bool, error) {
	begun := time.NewTimer(o.patience)
	defer begun.Stop()
	credential := *g.CredentialID
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 40*time.Millisecond) {
		turn, err := o.turn(ctx, g, why) // which looks at the grant once more
		if err != nil {
			return g, false, err
		}
		if turn.over {
			return turn.grant, turn.late, turn.err
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
			return g, false, temporary(0, ctx.Err())
		case <-begun.C:
			wait.Stop()
			if g.Valid(o.db.Clock()) {
				return g, true, nil
			}
			return g, false, temporary(2*time.Second, nil)
		case <-wait.C:
		}
		if g, err = o.grantOf(ctx, credential); err != nil {
			return g, false, err
		}
		if g.Fresh(o.db.Clock()) && g.Trouble == "" {
			return g, false, nil
		}
	}
}

// grantOf is the grant that a credential has at this moment.
func (o Ops) grantOf(ctx context.Context, credential models.ID) (g models.Grant, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		found, err := v.GrantOf(credential)
		if err == nil && found == nil {
			err = errNotConnected
		}
		if err == nil {
			g = *found
		}
		return err
	})
	return g, err
}

// temporary is the answer to who comes while the provider can't be asked.
func temporary(wait time.Duration, cause error) error {
	return &models.Error{
		Kind: models.Unavailable, Code: "temporary_failure", RetryAfter: wait, Cause: cause,
		Text: "The provider does not answer as it should, and the token is over. Holdfast goes on trying; come again in a moment.",
	}
}

// unusable is the answer to who asks for a token that can't be had, or nil when
// what there is still works.
func (o Ops) unusable(g models.Grant, f *authserver.Failure) error {
	now := o.db.Clock()
	switch {
	case g.Valid(now):
		return nil
	case g.Trouble == models.TroubleReconnect:
		return &models.Error{
			Kind: models.Conflict, Code: "reauthorization_required",
			Text: g.Provider + " does not accept this connection any more. The credential's owner has to connect the account again.",
		}
	case f != nil && f.Kind == authserver.ClientRefused:
		return errClientRefused(g)
	}
	wait := models.FirstRetry
	if g.RetryAt != nil {
		wait = max(time.Second, g.RetryAt.Sub(now))
	}
	var cause error
	if f != nil {
		cause = f
	}
	return temporary(wait, cause)
}

func errEnded(g models.Grant) error {
	return &models.Error{
		Kind: models.Conflict, Code: "reauthorization_required",
		Text: "The token from " + g.Provider + " is over, and there is none to refresh it with. The credential's owner has to connect the account again.",
	}
}

func errClientRefused(g models.Grant) error {
	return &models.Error{
		Kind: models.Unavailable, Code: "client_problem", RetryAfter: time.Minute,
		Text: g.Provider + " refuses the OAuth client of this connection. The client's owner has to mend it; the credential is tried again then.",
	}
}
