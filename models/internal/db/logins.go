package db

import (
	"gorm.io/gorm"

	"holdfast/models"
)

// LoginByKey finds the login of a key, for signing in.
func (v *SystemView) LoginByKey(canon string) (models.Login, error) {
	l, err := gorm.G[models.Login](v.g).Where("key_canon = ? AND trusted_idp_id IS NULL AND removed_at IS NULL", canon).First(v.ctx)
	return l, fault(err, "login")
}

// LoginAndUser are a login and whose it is.
func (v *SystemView) LoginAndUser(id int64) (models.Login, models.User, error) {
	l, err := gorm.G[models.Login](v.g).Where("id = ?", id).First(v.ctx)
	if err != nil {
		return l, models.User{}, fault(err, "login")
	}
	u, err := v.user(l.UserID)
	return l, u, err
}

// Opens reports whether the login lets its user in, by a password or by an
// identity provider that is enabled.
func (v *SystemView) Opens(l models.Login) (can bool, err error) {
	err = v.row(`SELECT (`+opens+`) FROM logins l WHERE l.id = ?`, v.Now, l.ID).Scan(&can)
	return can && !l.SecretOver(v.Now), err
}

// HasFactor reports whether the user has a second factor.
func (v *SystemView) HasFactor(user int64) (bool, error) { return v.hasFactor(user) }

func (v view) hasFactor(user int64) (has bool, err error) {
	err = v.row(`SELECT EXISTS (SELECT 1 FROM totps WHERE user_id = ?)`, user).Scan(&has)
	return has, err
}

// MyLogin is one of the person's own logins.
func (v *SelfView) MyLogin(id int64) (models.Login, error) {
	l, err := gorm.G[models.Login](v.g).Where("id = ? AND user_id = ? AND removed_at IS NULL", id, v.Who.UserID).First(v.ctx)
	return l, fault(err, "login")
}

// SetPassword keeps the hash of the person's new password, ends their other
// sessions and revokes the links that could still set another.
func (t *SelfTx) SetPassword(l models.Login, hash string) error {
	return t.tx.setOwnPassword(l, hash, t.Who.SessionID)
}

// SetOwnPassword keeps the hash of a password that somebody chose in place of a
// temporary one, and ends their sessions but the one in which they did.
func (t *SystemTx) SetOwnPassword(l models.Login, hash string, session models.ID) error {
	return t.tx.setOwnPassword(l, hash, session)
}

func (t tx) setOwnPassword(l models.Login, hash string, session models.ID) error {
	if err := t.setPassword(l, hash, "changed by the user"); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM sessions WHERE user_id = ? AND id <> ?`, l.UserID, session)
	return err
}

// SetPassword keeps the hash of a first or forgotten password, lifts a lock-out
// and ends every session of the user.
func (t *SystemTx) SetPassword(l models.Login, hash string) error {
	if err := t.tx.setPassword(l, hash, "set by an access link"); err != nil {
		return err
	}
	_, err := t.tx.exec(`UPDATE logins SET fail_count = 0, fail_total = 0, failed_at = NULL, locked_at = NULL, locked_until = NULL WHERE id = ?`, l.ID)
	if err != nil {
		return err
	}
	if l.Locked(t.Now) {
		t.tx.record(models.LoginUnlocked, login(l), models.Details{Note: "by an access link"})
	}
	_, err = t.tx.exec(`DELETE FROM sessions WHERE user_id = ?`, l.UserID)
	return err
}

func (t tx) setPassword(l models.Login, hash, how string) error {
	n, err := t.exec(`UPDATE logins SET secret_hash = ?, secret_set_at = ?, must_change = ?, secret_until = NULL, updated_at = ? WHERE id = ? AND secret_hash = ?`,
		hash, t.Now, false, t.Now, l.ID, l.SecretHash)
	if err != nil {
		return err
	}
	if n == 0 {
		return models.Fail(models.Conflict, "The password was changed meanwhile. Sign in again and look whether it was you.")
	}
	if err := t.revokeLinks(l); err != nil {
		return err
	}
	t.record(models.PasswordSet, login(l), models.Details{Note: how})
	return nil
}

func login(l models.Login) Thing { return Thing{"login", decimal(l.ID), l.Key} }

// Upgrade replaces a hash by a stronger one of the same password, unless the
// password was changed meanwhile.
func (t *SystemTx) Upgrade(l models.Login, hash string) error {
	_, err := t.tx.exec(`UPDATE logins SET secret_hash = ? WHERE id = ? AND secret_hash = ?`, hash, l.ID, l.SecretHash)
	return err
}

// Alone makes everybody who asks for the same name wait until the door closes.
func (t *SystemTx) Alone(name string) error { return t.tx.alone(name) }

// As says who acts from here on, once signing in has found out.
func (t *SystemTx) As(u models.User) {
	t.tx.who.UserID, t.tx.who.Email, t.tx.who.Job = u.ID, u.Email, ""
}

// LoginThing names a login in an event.
func LoginThing(l models.Login) Thing { return login(l) }

// UserThing names a user in an event.
func UserThing(u models.User) Thing { return user(u) }

// UnknownLogin names what was typed where no login has that key.
func UnknownLogin() Thing { return Thing{"login", "", ""} }
