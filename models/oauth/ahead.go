package oauth

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"holdfast/models"
	"holdfast/models/internal/db"
)

const (
	// AheadEvery is how often the job looks for what it has to see to.
	AheadEvery = 30 * time.Second
	// batch is how many grants are looked for at a time.
	batch = 500
	// atOnce is how many providers are asked at the same time.
	atOnce = 32
)

// RefreshAhead sees to every grant that is due: it refreshes tokens before they
// end, uses refresh tokens before they die unused, and writes to owners whose
// grants will end. It counts those that it saw to. Several replicas may do it at
// once: each grant is for whoever gets its lease.
func (o Ops) RefreshAhead(ctx context.Context) (int, error) {
	return o.each(ctx, (*db.SystemView).DueGrants, o.see)
}

// each does work for every grant that find finds, many at once. One that fails is
// logged and holds no other up.
func (o Ops) each(ctx context.Context, find func(*db.SystemView, db.Ahead, int) ([]db.Ahead, error), work func(context.Context, models.ID) (bool, error)) (int, error) {
	var n atomic.Int64
	for from := (db.Ahead{}); ; {
		var due []db.Ahead
		err := o.db.ReadSystem(ctx, func(v *db.SystemView) (err error) {
			due, err = find(v, from, batch)
			return err
		})
		if err != nil {
			return int(n.Load()), err
		}
		var g errgroup.Group
		g.SetLimit(atOnce)
		for _, d := range due {
			g.Go(func() error {
				did, err := work(ctx, d.ID)
				if err != nil && ctx.Err() == nil {
					o.log.WarnContext(ctx, "a grant could not be seen to", "grant", d.ID, "err", errors.Join(err, o.postpone(ctx, d)))
				}
				if did {
					n.Add(1)
				}
				return nil
			})
		}
		_ = g.Wait() // no work reports an error
		if len(due) < batch || ctx.Err() != nil {
			return int(n.Load()), ctx.Err()
		}
		from = due[len(due)-1]
	}
}

// unseen is how long a grant rests that could not be seen to, such as one whose
// key is missing.
const unseen = 10 * time.Minute

func (o Ops) postpone(ctx context.Context, a db.Ahead) error {
	return o.db.System(ctx, aheadJob, func(t *db.SystemTx) error { return t.Postpone(a, t.Now.Add(unseen)) })
}

// aheadJob is who acts when the job does.
var aheadJob = models.Actor{Job: "refresh:ahead"}

// see does what one grant is due for.
func (o Ops) see(ctx context.Context, id models.ID) (bool, error) {
	var g models.Grant
	err := o.db.ReadSystem(ctx, func(v *db.SystemView) (err error) {
		g, err = v.Grant(id)
		return err
	})
	if err != nil || g.CredentialID == nil {
		return false, notGone(err)
	}
	now := o.db.Clock()
	if why, due := g.RefreshDue(now); due {
		if busy, err := o.busy(ctx, id); err != nil || busy {
			return false, err
		}
		got, err := o.turn(ctx, g, why)
		if err != nil || !got.over {
			return false, err
		}
		renewed := got.grant.Version > g.Version && got.grant.Trouble == ""
		if g = got.grant; renewed && !g.TellDue(now) { // when it is due next stands there already
			return true, nil
		}
	} else if g.CheckDue(now) {
		if err := o.verify(ctx, g); err != nil {
			return true, err
		}
	}
	return true, o.mention(ctx, g)
}

func notGone(err error) error {
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	return err
}

func (o Ops) busy(ctx context.Context, id models.ID) (busy bool, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		busy, err = v.GrantBusy(id)
		return err
	})
	return busy, err
}

// mention writes to the owner of a grant that will end, once, and says when the
// job looks again. What is due still, though it was seen to, rests: of a credential
// that will be deleted nobody is told, and not every provider can be asked.
func (o Ops) mention(ctx context.Context, g models.Grant) error {
	return notGone(o.db.System(ctx, aheadJob, func(t *db.SystemTx) error {
		client, err := t.KeepClient(g.OAuthClientID)
		if err != nil {
			return err
		}
		g, err := t.Grant(g.ID)
		if err != nil || g.CredentialID == nil {
			return err
		}
		if h, due := toMention(g, client != nil, t.Now); due {
			if err := o.write(t, &g, h); err != nil {
				return err
			}
		}
		g.DueAt = g.DueNext()
		switch {
		case g.Refreshable && (client == nil || client.Paused()): // there is nothing to ask until its client is mended
			g.DueAt = nil
		case g.DueAt != nil && !g.DueAt.After(t.Now):
			later := t.Now.Add(rest)
			g.DueAt = &later
		}
		return t.Told(g)
	}))
}

// rest is how long a grant rests that is due still after it was seen to.
const rest = time.Hour

// toMention reports whether the owner of a grant has to be told at now, and of what.
func toMention(g models.Grant, client bool, now time.Time) (models.HealthState, bool) {
	switch {
	case !client && g.Refreshable && g.ExpiresAt != nil && g.Trouble == "" && !g.Told():
		return models.HealthClient, true
	case !g.TellDue(now):
		return "", false
	case !g.Refreshable && !g.Valid(now):
		return models.HealthReconnect, true
	}
	return models.HealthExpiring, true
}
