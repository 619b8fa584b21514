package providers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Refusals is a page of the sign-ins that were refused, the latest first.
func (o Ops) Refusals(ctx context.Context, who models.Actor, after string) (p models.RefusalPage, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageIDPs, func(v *db.ConsoleView) error {
		p, err = v.Refusals(after)
		return err
	})
	return p, err
}

// Refusal is one of them, and its provider.
func (o Ops) Refusal(ctx context.Context, who models.Actor, id models.ID) (r models.ProviderRefusal, p models.Provider, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageIDPs, func(v *db.ConsoleView) error {
		if r, err = v.Refusal(id); err != nil {
			return err
		}
		p, err = v.Provider(r.ProviderID)
		return err
	})
	return r, p, err
}

// Link gives the user with that address a login for who was refused: from now on
// they come in by it.
func (o Ops) Link(ctx context.Context, who models.Actor, id models.ID, email string) (u models.User, err error) {
	err = o.db.Console(ctx, who, models.ManageIDPs, func(t *db.ConsoleTx) error {
		if err := t.AdminsAlone(); err != nil { // as whoever sets logins
			return err
		}
		r, err := t.Refusal(id)
		if err != nil {
			return err
		}
		if u, err = t.UserOfEmail(strings.TrimSpace(email)); models.KindOf(err) == models.NotFound {
			return models.Wrong("email", "No user has this e-mail address.")
		}
		if err != nil {
			return err
		}
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		return o.link(t, who, r, u)
	})
	return u, err
}

func (o Ops) link(t *db.ConsoleTx, who models.Actor, r models.ProviderRefusal, u models.User) error {
	p, err := t.TakeProvider(r.ProviderID)
	if err != nil {
		return err
	}
	if p.Issuer != r.Issuer {
		return models.Fail(models.Conflict, "The identity provider has another issuer now. Dismiss this, and let them try again.")
	}
	l, err := keyOf(r)
	if err != nil {
		return err
	}
	if err := give(t, p, u, l); err != nil {
		return err
	}
	change := models.LetterChange{Event: models.LoginLinked, Thing: l.Key, Now: p.Name}
	t.Post(o.office.Letter(u, models.AccountLetter, models.LetterDetails{By: who.User().Party(), Changes: []models.LetterChange{change}}))
	return t.DropRefusal(r.ID)
}

// keyOf is the login that the refused person would have: its key is what the
// provider calls them.
func keyOf(r models.ProviderRefusal) (models.Login, error) {
	l := models.Login{Key: cmp.Or(r.Claim, r.Email, r.Subject), Issuer: r.Issuer, Subject: r.Subject}
	var err error
	if l.KeyCanon, err = models.CanonicalKey(l.Key); err != nil {
		l.Key = r.Subject
		l.KeyCanon, err = models.CanonicalKey(l.Key)
	}
	if err != nil {
		return l, models.Fail(models.Conflict, "What the provider calls them has characters that no login can have.")
	}
	return l, nil
}

// mostLogins of a user there may be.
const mostLogins = 20

// give makes the login, or hands the user's own one of that key to whom it is for now.
func give(t *db.ConsoleTx, p models.Provider, u models.User, l models.Login) error {
	taken, err := t.Bound(l.Issuer, l.Subject)
	if err != nil {
		return err
	}
	if taken {
		return models.Fail(models.Conflict, "There is a login for them by now. Dismiss this.")
	}
	same, err := t.LoginAwaiting(p.ID, l.KeyCanon)
	switch {
	case err == nil && same.UserID == u.ID:
		return t.RelinkLogin(p, u, same, l.Issuer, l.Subject)
	case err == nil:
		other, err := t.User(same.UserID)
		if err != nil {
			return err
		}
		return models.Wrong("email", "The login %s of this identity provider belongs to %s. Choose them, or remove that login first.", same.Key, other.Email)
	case models.KindOf(err) != models.NotFound:
		return err
	}
	have, err := t.Logins(u.ID)
	if err != nil {
		return err
	}
	have = slices.DeleteFunc(have, func(l models.Login) bool { return l.RemovedAt != nil })
	if len(have) >= mostLogins {
		return models.Wrong("email", "%s has %d logins already, and can't have more.", u.Name, len(have))
	}
	free, err := t.FreeFrom(u.ID, models.KeyClaim{Provider: p.ID, Canon: l.KeyCanon})
	if err != nil {
		return err
	}
	if !free.IsZero() {
		return models.Wrong("email", "The login %s of this identity provider was somebody else's until lately. It can be given again from %s on.", l.Key, models.FreeAgain(free))
	}
	return t.LinkLogin(p, u, l)
}

// Dismiss takes a refused sign-in off the list; the next try puts it there again.
func (o Ops) Dismiss(ctx context.Context, who models.Actor, id models.ID) error {
	return o.db.Console(ctx, who, models.ManageIDPs, func(t *db.ConsoleTx) error {
		r, err := t.Refusal(id)
		if err != nil {
			return err
		}
		return t.DropRefusal(r.ID)
	})
}

// refusalsFor is how long a refused sign-in stands in the list.
const refusalsFor = 90 * 24 * time.Hour

// SweepEvery is how often what is over is forgotten.
const SweepEvery = 10 * time.Minute

// Sweep forgets visits from which nobody came back and old refusals, and reports
// how many.
func (o Ops) Sweep(ctx context.Context) (total int, err error) {
	const batch = 500
	for {
		n := 0
		err = o.db.System(ctx, models.Actor{Job: "sweep-providers"}, func(t *db.SystemTx) error {
			n, err = t.SweepProviders(t.Now.Add(-refusalsFor), batch)
			return err
		})
		total += n
		if err != nil || n < batch {
			return total, err
		}
	}
}
