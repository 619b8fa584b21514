package models

import "time"

// A login is locked for a while after failures, so that nobody can try out
// passwords: five within fifteen minutes of each other lock it for a minute, and
// each one after that for twice as long. A hundred in a row, however slow, lock
// it until an administrator unlocks it or an access link is used.
const (
	// LockAfter is how many failures lock a login.
	LockAfter = 5
	// LockWindow is how long fewer failures than that are remembered, from the last.
	LockWindow = 15 * time.Minute
	// LockForgets is how long a lock-out goes on growing, from the last failure.
	LockForgets = 12 * time.Hour
	// LockFirst is how long the first lock of a series lasts.
	LockFirst = time.Minute
	// LockMost is how long any of them lasts.
	LockMost = 15 * time.Minute
	// LockForGood is how many failures without a success lock the login until
	// somebody acts.
	LockForGood = 100
)

// never is the end of a lock that time does not end.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// LockedForGood reports that time alone does not end the lock-out.
func (l Login) LockedForGood() bool { return l.FailTotal >= LockForGood && l.LockedUntil != nil }

// Failed is the login after one more failure at now.
func (l Login) Failed(now time.Time) Login {
	if l.forgets(now) {
		l.FailCount, l.LockedAt, l.LockedUntil = 0, nil, nil
	}
	l.FailCount++
	l.FailTotal++
	l.FailedAt = &now
	until := now.Add(lockFor(l.FailCount))
	if l.FailTotal >= LockForGood {
		until = never
	}
	if until.After(now) {
		l.LockedAt, l.LockedUntil = &now, &until
	}
	return l
}

// forgets reports whether the failures so far are too long ago to count at now.
func (l Login) forgets(now time.Time) bool {
	if l.FailedAt == nil {
		return true
	}
	ago := now.Sub(*l.FailedAt)
	return ago >= LockForgets || l.FailCount < LockAfter && ago >= LockWindow
}

// lockFor is how long so many failures lock a login.
func lockFor(failures int64) time.Duration {
	if failures < LockAfter {
		return 0
	}
	return min(LockFirst<<min(failures-LockAfter, 10), LockMost)
}

// Forgiven is the login l once a failure that was counted in advance turned out
// to be none; before is what it was then. Others may have failed meanwhile.
func (l Login) Forgiven(before Login) Login {
	reserved := before.FailTotal + 1
	if l.FailTotal == reserved { // nobody has
		l.FailCount, l.FailTotal, l.FailedAt, l.LockedAt, l.LockedUntil = before.FailCount, before.FailTotal, before.FailedAt, before.LockedAt, before.LockedUntil
		return l
	}
	l.FailCount, l.FailTotal = max(0, l.FailCount-1), max(0, l.FailTotal-1)
	if l.FailCount < LockAfter && l.FailTotal < LockForGood {
		l.LockedAt, l.LockedUntil = nil, nil
	}
	return l
}

// WhyRefused is one of the Refused constants: why the login of u does not let
// anybody in at now, or that the password was wrong.
func (l Login) WhyRefused(u User, now time.Time) string {
	switch {
	case l.Locked(now):
		return RefusedLocked
	case !u.MayEnter():
		return RefusedDisabled
	case l.BlockedAt != nil || l.RemovedAt != nil:
		return RefusedBlocked
	case l.Expired(now):
		return RefusedExpired
	case l.SecretHash == "" || l.SecretOver(now):
		return RefusedPending
	}
	return RefusedWrong
}
