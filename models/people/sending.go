package people

import (
	"context"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
)

// Forgot sends a link to another password, or to the first one, to the user of the
// login with that key, if there is one and it may have it. Whether there is, the
// answer does not tell, and takes as long: a hash that nobody needs is longer than
// everything else. It locks nobody out and changes no password.
//
// Too many requests of one address are RateLimited; too many letters to one login
// are left out without a word.
func (o Ops) Forgot(ctx context.Context, who models.Actor, key string) error {
	canon, err := models.CanonicalKey(key)
	if err != nil {
		canon = "" // nobody has such a login
	}
	if _, _, err := o.hasher.Verify(ctx, key, ""); err != nil {
		return err
	}
	return o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		name := "forgot:" + models.Network(who.IP)
		if err := t.Alone(name); err != nil {
			return err
		}
		if err := fewEnough(t.Now, t.Attempts, name, forgotWindow, forgotTries); err != nil {
			return err
		}
		if err := noteAttempt(t, name, forgotWindow, forgotTries); err != nil {
			return err
		}
		return o.remind(t, canon)
	})
}

const (
	// forgotTries is how often one address may ask for a letter within forgotWindow.
	forgotTries  = 20
	forgotWindow = time.Hour
)

// remind sends the letter, or does nothing.
func (o Ops) remind(t *db.SystemTx, canon string) error {
	l, err := t.LoginByKey(canon)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if err := t.HoldLogin(l); err != nil {
		return err
	}
	l, u, err := t.LoginAndUser(l.ID)
	if err != nil || !l.Stands(t.Now) || !u.MayEnter() {
		return err
	}
	err = mayMail(t.Now, t.LinksMailed, l)
	if models.KindOf(err) == models.RateLimited {
		return nil
	}
	if err != nil {
		return err
	}
	link, letter := Link{Token: onetime.Token()}, models.NewID()
	if err := link.issue(t, u, l, &letter); err != nil {
		return err
	}
	t.Record(models.ResetRequested, db.LoginThing(l), models.Details{Note: "by who forgot the password"})
	return o.mail(t, link, models.Actor{})
}

// mayMail reports that a letter with a link went to the login just now, or too many
// have gone within the hour.
func mayMail(now time.Time, mailed func(models.Login, time.Time) (int, time.Time, time.Time, error), l models.Login) error {
	n, first, last, err := mailed(l, now.Add(-time.Hour))
	if err != nil || n == 0 {
		return err
	}
	wait := last.Add(models.LinkEvery).Sub(now)
	if n >= models.LinksAnHour {
		wait = max(wait, first.Add(time.Hour).Sub(now))
	}
	if wait <= 0 {
		return nil
	}
	return &models.Error{
		Kind: models.RateLimited, Code: "reset_rate_limited", RetryAfter: wait,
		Text: "A letter with a link went to this login a short while ago. Wait before you send another one, or show a link and hand it over.",
	}
}

// postbox is where letters are posted, behind either door.
type postbox interface{ Post(...db.NewLetter) }

// mail posts the letter that carries the link: from an administrator, or because
// the user asked for it.
func (o Ops) mail(t postbox, k Link, by models.Actor) error {
	d := models.LetterDetails{Until: k.ExpiresAt, Changes: []models.LetterChange{{Event: models.ResetRequested, Thing: k.Login.Key}}}
	if by.SignedIn() {
		d.By = by.User().Party()
	}
	letter := o.office.Letter(k.User, k.Purpose.Letter(), d)
	letter.ID = *k.LetterID
	letter, err := o.office.WithLink(letter, k.Token, k.ExpiresAt)
	t.Post(letter)
	return err
}

// tellShown tells a user who had a password that an administrator holds a link to
// another one.
func (o Ops) tellShown(t postbox, k Link, by models.Actor) {
	if k.Purpose != models.Reset {
		return
	}
	d := models.LetterDetails{By: by.User().Party(), Changes: []models.LetterChange{{Event: models.ResetRequested, Thing: k.Login.Key}}}
	t.Post(o.office.Letter(k.User, models.AccountLetter, d))
}

// SendLink makes an access link of one login of a user, which goes to them by
// letter; with show it is handed to the administrator instead, this once. It
// reports RateLimited when letters went there just now.
func (o Ops) SendLink(ctx context.Context, who models.Actor, user, login int64, show bool) (Link, error) {
	link := Link{Token: onetime.Token()}
	err := o.db.Console(ctx, who, models.ManageLogins, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		u, l, err := linkable(t, user, login)
		if err != nil {
			return err
		}
		if show {
			if err := link.issue(t, u, l, nil); err != nil {
				return err
			}
			o.tellShown(t, link, who)
			return nil
		}
		if err := mayMail(t.Now, t.LinksMailed, l); err != nil {
			return err
		}
		letter := models.NewID()
		if err := link.issue(t, u, l, &letter); err != nil {
			return err
		}
		return o.mail(t, link, who)
	})
	if !show {
		link.Token = "" // it stands in the letter alone
	}
	return link, err
}

// linkable is the login of the user, held, if an access link would open it.
func linkable(t *db.ConsoleTx, user, login int64) (u models.User, l models.Login, err error) {
	if u, err = t.User(user); err != nil {
		return u, l, err
	}
	if err := t.HoldLogin(models.Login{ID: login}); err != nil {
		return u, l, err
	}
	logins, err := t.Logins(user)
	if err != nil {
		return u, l, err
	}
	for _, one := range logins {
		if one.ID == login {
			return u, one, one.TakesLink(u, t.Now)
		}
	}
	return u, l, models.Fail(models.NotFound, "This user has no such login.")
}

// Links are the last access link of each login of a user, by login.
func (o Ops) Links(ctx context.Context, who models.Actor, user int64) (links map[int64]models.LoginLink, err error) {
	err = o.db.ReadConsole(ctx, who, models.SeeConsole, func(v *db.ConsoleView) error {
		list, err := v.Links(user)
		links = make(map[int64]models.LoginLink, len(list))
		for _, k := range list {
			links[*k.LoginID] = k
		}
		return err
	})
	return links, err
}
