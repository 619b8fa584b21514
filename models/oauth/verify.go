package oauth

import (
	"context"
	"errors"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
)

// verify asks the provider whether a token still works whose end nobody knows. One
// that does not is refreshed; without a refresh token that is the end of the grant.
// That the provider can't be asked is not.
func (o Ops) verify(ctx context.Context, g models.Grant) error {
	p, can, err := o.mayVerify(ctx, g)
	if err != nil {
		return err
	}
	works, asked := false, false
	if can {
		tokens, err := o.take(g)
		if err != nil {
			return err
		}
		works, asked = o.works(ctx, p, tokens.Access)
	}
	if asked && !works && g.Refreshable {
		_, err := o.turn(ctx, g, models.ForCheck)
		return err
	}
	return notGone(o.db.System(context.WithoutCancel(ctx), models.Actor{Job: "refresh:ahead"}, func(t *db.SystemTx) error {
		switch {
		case !asked:
			return t.Postpone(g.ID, t.Now.Add(models.CheckEvery))
		case works:
			g.CheckedAt = t.Now
			g.DueAt = g.DueNext()
			return t.Checked(g)
		}
		return o.over(t, g)
	}))
}

// mayVerify is the console as the provider of a grant knows it, if it may be asked.
func (o Ops) mayVerify(ctx context.Context, g models.Grant) (p authserver.Party, can bool, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		client, secret, err := v.ClientAndSecretOf(g)
		if err != nil || client == nil || client.Paused() {
			return err
		}
		can = true
		p, err = o.party(*client, secret, "")
		return err
	})
	return p, can, err
}

// works reports whether an access token is worth something, and whether the
// provider could tell.
func (o Ops) works(ctx context.Context, p authserver.Party, access string) (works, asked bool) {
	if p.Settings.Introspect != "" {
		if active, _, err := o.servers.Introspect(ctx, p, access); err == nil {
			return active, true
		}
	}
	if p.Settings.UserInfo == "" {
		return false, false
	}
	_, err := o.servers.UserInfo(ctx, p, access)
	f, failed := errors.AsType[*authserver.Failure](err)
	return err == nil, err == nil || failed && f.Code == authserver.UserInfoUnauthorized
}

// over notes that the provider does not take the token of a grant any more, and
// tells its owner.
func (o Ops) over(t *db.SystemTx, g models.Grant) error {
	g, err := t.HoldGrantFor(g)
	if err != nil {
		return err
	}
	lease, ours, _, err := t.LeaseGrant(g.ID, leaseLife)
	if err != nil || !ours {
		return err
	}
	g.Trouble, g.Cause, g.TroubleAt = models.TroubleReconnect, "invalid_token", &t.Now
	if err := o.tell(t, &g); err != nil {
		return err
	}
	g.DueAt = nil
	if _, err := t.Ail(g, lease); err != nil {
		return err
	}
	return t.GiveBack(lease)
}
