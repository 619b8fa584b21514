package people

import (
	"context"
	"errors"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/passwords"
)

// about is whom a password of the login is for. A shorter one will do where a
// second factor is asked for with it, and there is one.
func about(u models.User, l models.Login, enrolled bool) passwords.Person {
	return passwords.Person{Name: u.Name, Email: u.Email, Login: l.Key, Factor: l.MFA && enrolled}
}

// newPassword checks a new password together with what is wrong already, and
// hashes it when nothing is.
func (o Ops) newPassword(ctx context.Context, wrong error, password string, who passwords.Person) (string, error) {
	fields := models.Fields{}
	for _, err := range []error{wrong, passwords.Check("password", password, who)} {
		if err != nil && models.WrongFields(err) == nil {
			return "", err
		}
		fields.Gather(err)
	}
	if err := fields.Err(); err != nil {
		return "", err
	}
	return o.hasher.Hash(ctx, password)
}

// tellPassword is the letter that tells a user of another password.
func (o Ops) tellPassword(u models.User, l models.Login) db.NewLetter {
	return o.office.Letter(u, models.AccountLetter, models.LetterDetails{Changes: []models.LetterChange{{Event: models.PasswordSet, Thing: l.Key}}})
}

// errTried is what a person hears who has tried too many wrong passwords of
// their own.
var errTried = models.Fail(models.RateLimited, "Too many wrong passwords. Wait a while, then try again.")

// ChangePassword replaces the password of the login that the person came in
// by, and ends their other sessions. A wrong present password counts towards a
// lock-out, as at the door.
func (o Ops) ChangePassword(ctx context.Context, who models.Actor, current, next string) error {
	l, whose, err := o.mine(ctx, who)
	if err != nil {
		return err
	}
	try, ok, err := o.confirm(ctx, who, l, current)
	if err != nil {
		return err
	}
	var wrong error
	if !ok {
		wrong = models.Wrong("current", "This is not your current password.")
	}
	hash, err := o.newPassword(ctx, wrong, next, whose)
	if ok {
		err = errors.Join(err, o.forgiveOwn(ctx, who, try))
	}
	if err != nil {
		return err
	}
	return o.db.Self(ctx, who, func(t *db.SelfTx) error {
		t.Post(o.tellPassword(who.User(), l))
		return t.SetPassword(l, hash)
	})
}

// mine is the login that the person came in by, and whom its password is for.
func (o Ops) mine(ctx context.Context, who models.Actor) (l models.Login, p passwords.Person, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		l, err = v.MyLogin(who.LoginID)
		return err
	})
	if err != nil {
		return l, p, err
	}
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		enrolled, err := v.HasFactor(who.UserID)
		p = about(who.User(), l, enrolled)
		return err
	})
	return l, p, err
}

// confirm looks at the password that the person gives as theirs.
func (o Ops) confirm(ctx context.Context, who models.Actor, l models.Login, password string) (try db.Reservation, ok bool, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		try, err = t.Reserve(l)
		return err
	})
	if err != nil {
		return try, false, err
	}
	if try.Refuse {
		return try, false, errTried
	}
	if ok, _, err = o.hasher.Verify(ctx, password, l.SecretHash); err != nil {
		return try, false, errors.Join(err, o.forgiveOwn(ctx, who, try))
	}
	if ok {
		return try, true, nil
	}
	return try, false, o.db.Self(ctx, who, func(t *db.SelfTx) error {
		o.tellLocked(t, who.User(), try)
		return nil
	})
}

func (o Ops) forgiveOwn(ctx context.Context, who models.Actor, try db.Reservation) error {
	return o.db.Self(context.WithoutCancel(ctx), who, func(t *db.SelfTx) error { return t.TakeBack(try) })
}

// OwnPassword says how long the password must be that somebody who has come in
// half has to choose.
func (o Ops) OwnPassword(ctx context.Context, half models.Actor) (least int, err error) {
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		_, p, err := owed(v, half)
		least = p.Least()
		return err
	})
	return least, err
}

// owed is the login for which somebody has come in half, with a password that
// was meant for this one time.
func owed(v *db.SystemView, half models.Actor) (l models.Login, p passwords.Person, err error) {
	s, err := v.FindSession(half.SessionID)
	if err != nil && models.KindOf(err) != models.NotFound {
		return l, p, err
	}
	if err != nil || s.Stage != models.NeedsPassword || !s.Live(v.Now) {
		return l, p, models.Fail(models.SignedOut, "Please sign in again.")
	}
	l, u, err := v.LoginAndUser(s.LoginID)
	if err != nil {
		return l, p, err
	}
	if !l.Usable(v.Now) || !l.MustChange || !u.MayEnter() {
		return l, p, models.Fail(models.SignedOut, "Please sign in again.")
	}
	enrolled, err := v.HasFactor(u.ID)
	return l, about(u, l, enrolled), err
}

// SetOwnPassword puts a password of the person's own in place of the temporary
// one by which they have come in half, and reports the entry that leads on. Their
// other sessions end.
//
// Until then the temporary password goes on letting them in half, so that who
// loses their session on the way is not locked out; its time ends it.
func (o Ops) SetOwnPassword(ctx context.Context, half models.Actor, password string) (e models.Entry, err error) {
	var l models.Login
	var p passwords.Person
	err = o.db.ReadSystem(ctx, func(v *db.SystemView) error {
		l, p, err = owed(v, half)
		return err
	})
	if err != nil {
		return e, err
	}
	same, _, err := o.hasher.Verify(ctx, password, l.SecretHash)
	if err != nil {
		return e, err
	}
	var wrong error
	if same {
		wrong = models.Wrong("password", "Choose another password than the one you were given.")
	}
	hash, err := o.newPassword(ctx, wrong, password, p)
	if err != nil {
		return e, err
	}
	return models.Entry{LoginID: l.ID, Proofs: half.Proofs}, o.db.System(ctx, guest(half), func(t *db.SystemTx) error {
		if _, _, err := owed(&t.SystemView, half); err != nil {
			return err
		}
		u := models.User{ID: half.UserID, Name: half.Name, Email: half.Email}
		t.As(u)
		t.Post(o.tellPassword(u, l))
		return t.SetOwnPassword(l, hash, half.SessionID)
	})
}
