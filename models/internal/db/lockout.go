package db

import (
	"gorm.io/gorm"

	"holdfast/models"
)

// Reservation is a try at a login's password, counted as a failure before the
// password is looked at: however many try at once, no more of them are heard
// than the threshold allows.
type Reservation struct {
	Login  models.Login // as it is with this try counted
	before models.Login
	Refuse bool // the login is locked: nothing was counted, and nobody comes in
}

// Locks reports whether this try is the one that a series of lock-outs begins
// with, or that locks the login for good. The user is told of those.
func (r Reservation) Locks() bool {
	return !r.Refuse && (r.Login.FailCount == models.LockAfter || r.Login.FailTotal == models.LockForGood)
}

// Reserve counts a try at the login's password.
func (t *SystemTx) Reserve(l models.Login) (Reservation, error) { return t.tx.reserve(l.ID) }

// Reserve counts a try at the password of one of the person's own logins.
func (t *SelfTx) Reserve(l models.Login) (Reservation, error) { return t.tx.reserve(l.ID) }

func (t tx) reserve(id int64) (r Reservation, err error) {
	if r.before, err = t.held(id); err != nil {
		return r, err
	}
	if r.Login = r.before; r.before.Locked(t.Now) {
		r.Refuse = true
		return r, nil
	}
	r.Login = r.before.Failed(t.Now)
	return r, t.keepFailures(r.Login)
}

// TakeBack takes a try back: the password was right, or nobody looked at it.
func (t *SystemTx) TakeBack(r Reservation) error { return t.tx.takeBack(r) }

// TakeBack takes a try back: the password was right, or nobody looked at it.
func (t *SelfTx) TakeBack(r Reservation) error { return t.tx.takeBack(r) }

func (t tx) takeBack(r Reservation) error {
	if r.Refuse || r.Login.ID == 0 {
		return nil
	}
	l, err := t.held(r.Login.ID)
	if err != nil {
		return err
	}
	return t.keepFailures(l.Forgiven(r.before))
}

// held is the login as it is now, held until the door closes.
func (t tx) held(id int64) (models.Login, error) {
	if err := t.lock("logins", id); err != nil {
		return models.Login{}, err
	}
	l, err := gorm.G[models.Login](t.g).Where("id = ?", id).First(t.ctx)
	return l, fault(err, "login")
}

func (t tx) keepFailures(l models.Login) error {
	_, err := t.exec(`UPDATE logins SET fail_count = ?, fail_total = ?, failed_at = ?, locked_at = ?, locked_until = ? WHERE id = ?`,
		l.FailCount, l.FailTotal, l.FailedAt, l.LockedAt, l.LockedUntil, l.ID)
	return err
}

// NoteLocked notes that the failures have locked the login.
func (t *SystemTx) NoteLocked(l models.Login) { t.tx.noteLocked(l) }

// NoteLocked notes that the failures have locked the login.
func (t *SelfTx) NoteLocked(l models.Login) { t.tx.noteLocked(l) }

func (t tx) noteLocked(l models.Login) {
	d := models.Details{After: map[string]any{"failures": l.FailTotal}}
	if l.LockedForGood() {
		d.Note = "until an administrator unlocks it or an access link is used"
	} else {
		d.After["locked_until_at"] = l.LockedUntil
	}
	t.record(models.LockedOut, login(l), d)
}
