package providers

import (
	"context"
	"strings"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/oidc"
)

// welcome finds the login of somebody whom the provider vouches for. It is the
// one that belongs to them there; or one that waits for them, which their first
// sign-in binds to them for good. Nothing else counts: not an address that is
// the same, and not the word of another provider.
func (o Ops) welcome(ctx context.Context, who models.Actor, c oidc.Claims, a *Arrival) error {
	return o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		d := door{t: t, o: o, who: who, claims: c}
		p, err := t.Provider(a.Provider.ID)
		if err != nil {
			return err
		}
		if d.p = p; !p.Enabled || p.Issuer != c.Issuer {
			return errOver // it was changed while they were there
		}
		l, why, err := d.find()
		if err != nil {
			return err
		}
		if why == "" {
			if why, err = d.shut(l); err != nil {
				return err
			}
		}
		if why == "" && l.Subject == "" {
			if why, err = d.bind(l); err != nil {
				return err
			}
		}
		if why != "" {
			a.Refused = true
			return d.refuse(l, why)
		}
		a.Entry = models.Entry{LoginID: l.ID, Proofs: p.Shown(c.Shows(p.Factors()))}
		return t.ForgetRefusal(p.ID, c.Subject)
	})
}

// door is where somebody stands whom a provider vouches for.
type door struct {
	t      *db.SystemTx
	o      Ops
	who    models.Actor
	p      models.Provider
	claims oidc.Claims
}

// find is their login, or why there is none.
func (d door) find() (l models.Login, why string, err error) {
	l, err = d.t.LoginBoundTo(d.p.ID, d.claims.Issuer, d.claims.Subject)
	if models.KindOf(err) != models.NotFound {
		return l, "", err
	}
	if d.claims.Login == "" {
		return models.Login{}, models.RefusalNoClaim, nil
	}
	canon, err := models.CanonicalKey(d.claims.Login)
	if err != nil {
		return models.Login{}, models.RefusalUnknown, nil
	}
	l, err = d.t.LoginAwaiting(d.p.ID, canon)
	switch {
	case models.KindOf(err) == models.NotFound:
		return models.Login{}, models.RefusalUnknown, nil
	case err != nil:
		return l, "", err
	case l.Subject != "":
		return l, models.RefusalMismatch, nil
	}
	return l, d.p.MayBind(d.claims.EmailVerified), nil
}

// shut says why the login lets nobody in, or nothing.
func (d door) shut(l models.Login) (string, error) {
	_, u, err := d.t.LoginAndUser(l.ID)
	if err != nil {
		return "", err
	}
	opens, err := d.t.Opens(l)
	switch {
	case err != nil:
		return "", err
	case !u.MayEnter():
		return models.RefusalDisabled, nil
	case l.BlockedAt != nil:
		return models.RefusalBlocked, nil
	case l.Expired(d.t.Now):
		return models.RefusalExpired, nil
	case !opens:
		return models.RefusalDisabled, nil
	}
	return "", nil
}

// bind makes the login theirs. Somebody who was faster has it already.
func (d door) bind(l models.Login) (why string, err error) {
	_, u, err := d.t.LoginAndUser(l.ID)
	if err != nil {
		return "", err
	}
	taken, err := d.t.Bound(d.claims.Issuer, d.claims.Subject)
	if err != nil {
		return "", err
	}
	if taken {
		return models.RefusalMismatch, nil // by way of a second provider with this issuer
	}
	d.t.As(u)
	first, err := d.t.Bind(l, d.claims.Issuer, d.claims.Subject)
	if err != nil {
		return "", err
	}
	if first {
		change := models.LetterChange{Event: models.LoginBound, Thing: l.Key, Now: d.p.Name}
		d.t.Post(d.o.office.Letter(u, models.AccountLetter, models.LetterDetails{Changes: []models.LetterChange{change}}))
		return "", nil
	}
	now, _, err := d.t.LoginAndUser(l.ID)
	if err == nil && (now.Issuer != d.claims.Issuer || now.Subject != d.claims.Subject) {
		why = models.RefusalMismatch
	}
	return why, err
}

// refuse notes it, for administrators: in the list, in the audit, and in the
// history of the login's user, if there is one.
func (d door) refuse(l models.Login, why string) error {
	c := d.claims
	err := d.t.Refuse(models.ProviderRefusal{ProviderID: d.p.ID, Issuer: c.Issuer, Subject: c.Subject, Claim: c.Login, Email: c.Email, Name: c.Name, Reason: why, IP: d.who.IP})
	if err != nil {
		return err
	}
	details := models.Details{Note: why, After: map[string]any{"provider": d.p.Name, "issuer": c.Issuer, "subject": c.Subject, "claim": c.Login}}
	if l.ID == 0 {
		d.t.Record(eventOf(why), db.ProviderThing(d.p), details)
		return nil
	}
	d.t.Record(eventOf(why), db.LoginThing(l), details)
	return d.t.NoteRefused(l, models.SignIn{Reason: lineOf(why), Proofs: models.ByProvider, IP: d.who.IP, UserAgent: trimmed(d.who.UserAgent)})
}

func eventOf(why string) string {
	switch why {
	case models.RefusalMismatch:
		return models.SubjectMismatch
	case models.RefusalUnverified:
		return models.EmailUnverified
	}
	return models.ProviderRefused
}

// lineOf is the reason as the history of sign-ins has it.
func lineOf(why string) string {
	switch why {
	case models.RefusalBlocked:
		return models.RefusedBlocked
	case models.RefusalExpired:
		return models.RefusedExpired
	case models.RefusalDisabled:
		return models.RefusedDisabled
	}
	return models.RefusedProvider
}

// trimmed is as much of a browser's description as a list shows, and of that
// what is text.
func trimmed(agent string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(agent[:min(len(agent), 300)], "\x00", ""), "")
}
