package tokens

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

const (
	tries  = 60               // with tokens that don't work, from one address
	window = 15 * time.Minute // within this time

	sweep = 500 // rows at once
)

// SweepEvery is how often tokens long expired are forgotten.
const SweepEvery = time.Hour

// Bearer is whom the token of that hash acts for, with the rank that they have
// now. Whatever is wrong with a token, the answer is the same; an address that
// goes on asking is held back, and what works goes on working from there.
func (o Ops) Bearer(ctx context.Context, from models.Actor, hash []byte) (who models.Actor, err error) {
	var used, now time.Time
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		now = v.Now
		who, used, err = v.Bearer(hash)
		return err
	})
	if models.KindOf(err) == models.SignedOut {
		return models.Actor{}, o.refuse(ctx, from)
	}
	if err != nil {
		return models.Actor{}, err
	}
	who.IP, who.UserAgent, who.RequestID = from.IP, from.UserAgent, from.RequestID
	since := now.Add(-models.SeenEvery)
	if used.After(since) {
		return who, nil
	}
	return who, o.db.System(ctx, who, func(t *db.SystemTx) error { return t.SeeToken(who.TokenID, who.IP, since) })
}

// refuse counts a token that does not work, and says so or that there were too many.
func (o Ops) refuse(ctx context.Context, from models.Actor) error {
	name := "token.bearer/" + models.Network(from.IP)
	err := o.db.System(ctx, from, func(t *db.SystemTx) error {
		if err := t.Alone(name); err != nil { // whoever guesses many at once is counted one by one
			return err
		}
		n, until, err := t.Attempts(name, window)
		if err != nil {
			return err
		}
		if n >= tries {
			return &models.Error{Kind: models.RateLimited, Text: "Too many API tokens that don't work came from this address. Wait, and check the token.", RetryAfter: until.Sub(t.Now)}
		}
		return t.Attempt(name, window)
	})
	if err != nil {
		return err
	}
	return models.ErrDeadToken
}

// Sweep forgets tokens that expired long ago, and reports how many.
func (o Ops) Sweep(ctx context.Context) (total int, err error) {
	for {
		n := 0
		err = o.db.System(ctx, models.Actor{Job: "sweep"}, func(t *db.SystemTx) error {
			n, err = t.SweepTokens(t.Now.Add(-models.TokenKept), sweep)
			return err
		})
		total += n
		if err != nil || n < sweep {
			return total, err
		}
	}
}
