package people

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Find finds the live session of a token's hash, and who sits before it.
func (o Ops) Find(ctx context.Context, hash []byte) (s models.Session, who models.Actor, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		s, who, err = v.Session(hash)
		return err
	})
	return s, who, err
}

// Touch notes that the session was used just now. Whoever calls it asks first
// whether a minute has passed.
func (o Ops) Touch(ctx context.Context, who models.Actor) error {
	return o.db.System(ctx, models.Actor{}, func(t *db.SystemTx) error { return t.SeeSession(who.SessionID) })
}

// SetFlash leaves a line of news for the session's next page; an empty text
// takes it away.
func (o Ops) SetFlash(ctx context.Context, who models.Actor, kind, text string) error {
	return o.db.System(ctx, models.Actor{}, func(t *db.SystemTx) error { return t.SetFlash(who.SessionID, kind, text) })
}

// End ends the session of a browser that signs out.
func (o Ops) End(ctx context.Context, who models.Actor) error {
	if !who.SignedIn() {
		return models.Fail(models.SignedOut, "Please sign in.")
	}
	return o.db.System(ctx, who, func(t *db.SystemTx) error {
		t.Record(models.SignedOutEvent, db.Thing{Type: "session", ID: who.SessionID.String(), Name: who.Email}, models.Details{})
		return t.EndSession(who.SessionID)
	})
}

// Account is what a person sees of themselves.
type Account struct {
	models.User
	Logins    []models.Login
	Providers map[int64]Provider // of the logins that go by one
}

// Provider is an identity provider as who comes in by it knows it.
type Provider struct {
	Name    string
	Enabled bool
}

// Me shows the person to themselves.
func (o Ops) Me(ctx context.Context, who models.Actor) (a Account, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if a.User, err = v.Me(); err != nil {
			return err
		}
		if a.Logins, err = v.Logins(); err != nil {
			return err
		}
		list, err := v.Providers()
		a.Providers = make(map[int64]Provider, len(list))
		for _, p := range list {
			a.Providers[p.ID] = Provider{p.Name, p.Enabled}
		}
		return err
	})
	return a, err
}

// SignIns is a page of the history of the person's sign-ins, the newest first.
func (o Ops) SignIns(ctx context.Context, who models.Actor, after string) (list []models.SignIn, next string, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		list, next, err = v.SignIns(after)
		return err
	})
	return list, next, err
}

// Sessions are the person's own live sessions.
func (o Ops) Sessions(ctx context.Context, who models.Actor) (list []models.Session, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		list, err = v.Sessions()
		return err
	})
	return list, err
}

// EndSession ends one of the person's own sessions.
func (o Ops) EndSession(ctx context.Context, who models.Actor, id models.ID) error {
	return o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		return t.EndSession(id)
	})
}

// EndOtherSessions ends every session of the person but the one in use, and
// reports how many.
func (o Ops) EndOtherSessions(ctx context.Context, who models.Actor) (n int, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		n, err = t.EndOtherSessions()
		return err
	})
	return n, err
}

// Sweep forgets sessions that ended and links long dead, and reports how many.
func (o Ops) Sweep(ctx context.Context) (total int, err error) {
	const batch = 500
	for {
		n := 0
		err = o.db.System(ctx, models.Actor{Job: "sweep"}, func(t *db.SystemTx) error {
			n, err = t.Sweep(batch)
			return err
		})
		total += n
		if err != nil || n < batch {
			return total, err
		}
	}
}

// SweepEvery is how often ended sessions are forgotten.
const SweepEvery = 10 * time.Minute
