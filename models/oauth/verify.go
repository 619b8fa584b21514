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
	ctx = context.WithoutCancel(ctx)
	switch {
	case !asked:
		return nil
	case works:
		return o.db.System(ctx, aheadJob, func(t *db.SystemTx) error { return t.Checked(g.ID) })
	}
	return o.over(ctx, g)
}

// over ends a token that the provider does not take any more, so that nobody gets
// it, and has it refreshed. Without a refresh token its owner has to connect anew.
func (o Ops) over(ctx context.Context, g models.Grant) error {
	err := o.db.System(ctx, aheadJob, func(t *db.SystemTx) error {
		news, err := t.Over(&g)
		if err != nil || !news || g.Refreshable {
			return err
		}
		return o.dead(t, g)
	})
	if err != nil || !g.Refreshable {
		return notGone(err)
	}
	_, err = o.turn(ctx, g, models.ForCheck)
	return err
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

// dead notes that a grant is over, and tells its owner.
func (o Ops) dead(t *db.SystemTx, g models.Grant) error {
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
