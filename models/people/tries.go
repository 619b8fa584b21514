package people

import (
	"context"
	"strings"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
)

const (
	// addressTries is how many failures one address may have within addressWindow,
	// whatever the logins; successes don't count.
	addressTries  = 30
	addressWindow = 15 * time.Minute
)

// throttled reports that too many failures came from the visitor's address.
func (o Ops) throttled(ctx context.Context, who models.Actor) error {
	return o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		return fewEnough(v.Now, v.Attempts, signInsFrom(who), addressWindow, addressTries)
	})
}

// fewEnough reports that name was noted most times within the window.
func fewEnough(now time.Time, attempts func(string, time.Duration) (int, time.Time, error), name string, window time.Duration, most int) error {
	n, until, err := attempts(name, window)
	if err != nil || n < most {
		return err
	}
	return &models.Error{Kind: models.RateLimited, Text: "Too many tries from your address. Wait a few minutes, then try again.", RetryAfter: until.Sub(now)}
}

// noteAttempt counts one more try of name, and notes once when it is the last
// that is heard.
func noteAttempt(t *db.SystemTx, name string, window time.Duration, most int) error {
	if err := t.Attempt(name, window); err != nil {
		return err
	}
	n, _, err := t.Attempts(name, window)
	if err == nil && n == most {
		t.Record(models.Throttled, db.UnknownLogin(), models.Details{Note: "too many tries from this address"})
	}
	return err
}

func signInsFrom(who models.Actor) string { return "sign-in:" + models.Network(who.IP) }

// reserve counts the try against the login. Where there is none, or it is locked,
// something is written as well: it must not be quicker.
func (o Ops) reserve(ctx context.Context, who models.Actor, l models.Login) (r db.Reservation, err error) {
	err = o.db.System(ctx, models.Actor{}, func(t *db.SystemTx) error {
		if l.ID != 0 {
			if r, err = t.Reserve(l); err != nil {
				return err
			}
		}
		if l.ID != 0 && !r.Refuse {
			return nil
		}
		return t.Attempt("unheard:"+models.Network(who.IP), addressWindow)
	})
	return r, err
}

// forgive takes back a try at which nobody looked, though the visitor may have gone.
func (o Ops) forgive(ctx context.Context, try db.Reservation) error {
	return o.db.System(context.WithoutCancel(ctx), models.Actor{}, func(t *db.SystemTx) error { return t.TakeBack(try) })
}

// settle judges a try once it is known whether the password was right. Who tried
// many at once is heard only as long as few enough of them have failed.
func (o Ops) settle(ctx context.Context, who models.Actor, try db.Reservation, l models.Login, right bool) (err error) {
	var answer error
	err = o.db.System(ctx, guest(who), func(t *db.SystemTx) error {
		name := signInsFrom(who)
		if err := t.Alone(name); err != nil {
			return err
		}
		answer = fewEnough(t.Now, t.Attempts, name, addressWindow, addressTries)
		if answer != nil && models.KindOf(answer) != models.RateLimited {
			return answer
		}
		if answer != nil {
			return t.TakeBack(try)
		}
		in, err := o.heard(t, who, try, l, right)
		if err != nil || in {
			return err
		}
		answer = errRefused
		return noteAttempt(t, name, addressWindow, addressTries)
	})
	if err != nil {
		return err
	}
	return answer
}

// heard takes the try back when its password opens the login, and notes the
// failure otherwise. What was typed as a login is not kept where no login has
// it: it may be a password in the wrong field.
func (o Ops) heard(t *db.SystemTx, who models.Actor, try db.Reservation, looked models.Login, right bool) (in bool, err error) {
	if looked.ID == 0 {
		t.Record(models.SignInFailed, db.UnknownLogin(), models.Details{Note: "unknown login"})
		return false, nil
	}
	l, u, err := t.LoginAndUser(looked.ID)
	if err != nil {
		return false, err
	}
	if right && !try.Refuse && l.Usable(t.Now) && sameTime(l.SecretSetAt, looked.SecretSetAt) && u.MayEnter() {
		return true, t.TakeBack(try)
	}
	judged := l
	if !try.Refuse { // the lock that this very try has set was not there before
		judged.LockedUntil = nil
	}
	why := judged.WhyRefused(u, t.Now)
	t.Record(models.SignInFailed, db.LoginThing(l), models.Details{Note: strings.ReplaceAll(why, "-", " ")})
	if err := t.NoteRefused(l, models.SignIn{Reason: why, IP: who.IP, UserAgent: short(who.UserAgent)}); err != nil {
		return false, err
	}
	o.tellLocked(t, u, try)
	return false, nil
}

// sameTime reports that the password that was looked at is still the one: a
// stronger hash of it may have come meanwhile, another one may not.
func sameTime(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

// lockBook is where a lock-out is noted, behind either door.
type lockBook interface {
	NoteLocked(models.Login)
	Post(...db.NewLetter)
}

// tellLocked notes that failures have locked the login, and tells its user at
// the beginning of a series and when time no longer ends it.
func (o Ops) tellLocked(t lockBook, u models.User, try db.Reservation) {
	if try.Refuse || try.Login.LockedUntil == nil {
		return
	}
	t.NoteLocked(try.Login)
	if !try.Locks() || !u.MayEnter() || !try.Login.Usable(*try.Login.LockedAt) {
		return
	}
	change := models.LetterChange{Event: models.LockedOut, Thing: try.Login.Key}
	if try.Login.LockedForGood() {
		change.Now = "until you set a new password by “Forgot your password?”, or an administrator unlocks it"
	}
	t.Post(o.office.Letter(u, models.AccountLetter, models.LetterDetails{Changes: []models.LetterChange{change}}))
}
