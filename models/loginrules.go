package models

import (
	"strings"
	"time"
)

// readProvider: a login stays what it was made as, since the provider's binding,
// the history and the factors do not carry over.
func (d *draft) readProvider() {
	want := d.item.TrustedIDPID
	if !want.Said {
		return
	}
	if !d.isNew {
		if want.Null == (d.was.TrustedIDPID == nil) && (want.Null || want.Value == *d.was.TrustedIDPID) {
			return
		}
		d.fault("trustedIdPId", CodeKindChange, "A login can't change to another identity provider, or to or from a password. Remove it and add another.")
		return
	}
	if want.Null {
		return
	}
	enabled, known := d.world.Providers[want.Value]
	switch {
	case want.Value <= 0:
		d.fault("trustedIdPId", CodeInvalidType, "The id of an identity provider is a whole number above 0.")
	case !known:
		d.fault("trustedIdPId", CodeIDPNotFound, "There is no such identity provider.")
	case !enabled:
		d.fault("trustedIdPId", CodeIDPDisabled, "This identity provider is disabled.")
	}
	d.will.TrustedIDPID = &want.Value
}

// readMFA: administrators need a second factor whatever their logins say, so
// nobody takes the word off one of theirs (S-52).
func (d *draft) readMFA() {
	want := d.item.MFA
	switch {
	case !want.Said:
		return
	case want.Null:
		d.fault("mfa", CodeInvalidType, "mfa is true or false.")
		return
	case want.Value == d.was.MFA:
		return
	case !want.Value && d.world.User.Rank == Administrator:
		d.fault("mfa", CodeMFARequired, "Administrators always need a second factor.")
		return
	}
	event := FactorRequired
	if !want.Value {
		event = FactorWaived
	}
	d.alter(event, "mfa", d.was.MFA, want.Value)
	d.will.MFA = want.Value
}

// readBlock: what is blocked stays as it was blocked, a lock-out becomes the
// administrator's block, and what is left out never unblocks.
func (d *draft) readBlock() {
	want := d.item.Blocked
	locked := d.was.Locked(d.world.Now)
	switch {
	case !want.Said:
		if d.was.BlockedAt != nil {
			d.notices = append(d.notices, LoginNotice{pointer(d.at, "blocked"), "blocked_unchanged", "This login stays blocked: what is left out does not unblock. Send null or false for that."})
		}
	case want.There() && want.Value.On:
		d.wantBlock(want.Value)
	case d.keptForOthers(locked):
		d.fault("blocked", CodeForbidden, "This keeps you out yourself, so another administrator has to lift it.")
	case d.was.BlockedAt != nil:
		d.alter(LoginUnblocked, "blocked", *d.was.BlockedAt, nil)
		d.unlock()
	case locked:
		d.alter(LoginUnlocked, "blocked", *d.was.LockedUntil, nil)
		d.unlock()
	}
}

// wantBlock blocks, unless that was a lock-out as it was read: of one that is
// over or was renewed since then, nobody makes a block by sending it back.
func (d *draft) wantBlock(b Block) {
	switch {
	case d.was.BlockedAt != nil:
	case !d.locksOut(b):
		d.block()
	case d.was.LockedAt == nil || b.Date != Millis(*d.was.LockedAt):
		d.notices = append(d.notices, LoginNotice{pointer(d.at, "blocked"), "not_blocked", "This reads as a lock-out after failures, so it does not block. Send true to block the login."})
	}
}

// locksOut reports whether the block is a lock-out as one is read.
func (d *draft) locksOut(b Block) bool {
	return b.ByNobody && b.Date > 0 && b.Date <= Millis(d.world.Now)
}

// own reports whether the login is that of the one who acts.
func (d *draft) own() bool { return d.world.By.UserID == d.world.User.ID }

// keptForOthers reports whether who acts is kept out by this login, by somebody
// else or after failures: nobody lifts that for themselves.
func (d *draft) keptForOthers(locked bool) bool {
	if d.was.BlockedAt == nil {
		return d.own() && locked
	}
	return d.own() && (d.was.BlockedBy == nil || *d.was.BlockedBy != d.world.By.UserID)
}

// block takes the place of a lock-out, but of nobody's own: it would go with the
// block that they can lift.
func (d *draft) block() {
	at, by := d.now(), d.world.By.UserID
	d.alter(LoginBlocked, "blocked", nil, at)
	d.will.BlockedAt, d.will.BlockedBy, d.will.BlockReason = &at, &by, d.set.Reason
	if !d.own() {
		d.will.LockedAt, d.will.LockedUntil = nil, nil
	}
}

func (d *draft) unlock() {
	if d.own() {
		d.will.BlockedAt, d.will.BlockedBy, d.will.BlockReason = nil, nil, ""
		return
	}
	d.will = d.will.Unlocked()
}

// Unlocked is the login without block and lock-out, its failures forgotten.
func (l Login) Unlocked() Login {
	l.BlockedAt, l.BlockedBy, l.BlockReason = nil, nil, ""
	l.LockedAt, l.LockedUntil, l.FailedAt, l.FailCount, l.FailTotal = nil, nil, nil, 0, 0
	return l
}

func (d *draft) readSecret() {
	s := d.item.Secret
	federated := d.will.Federated()
	switch {
	case !s.Said && d.isNew && !federated:
		d.fault("secret", CodeSecretRequired, "A new login needs a password, or $reset for an access link.")
	case !s.Said:
	case federated:
		d.fault("secret", CodeSecretNotApplicable, "A login by an identity provider has no password.")
	case s.Null:
		d.fault("secret", CodeSecretNull, "Leave the secret out to keep it; it can't be null.")
	case s.Value == "":
		d.fault("secret", CodeSecretEmpty, "Leave the secret out to keep it; it can't be empty.")
	case s.Value == ResetSecret:
		d.readReset()
	case strings.Trim(s.Value, "*•●∙·⚫＊◦○") == "":
		d.fault("secret", CodeSecretPlaceholder, "This stands in place of a password. Leave the secret out to keep it.")
	default:
		d.readNewSecret(s.Value)
	}
}

func (d *draft) readNewSecret(secret string) {
	if code, text := d.world.Judge(secret, d.will.Key); code != "" {
		d.fault("secret", code, text)
		return
	}
	at, until := d.world.Now, d.world.Now.Add(SecretLife)
	d.alter(PasswordSet, "secret", nil, nil)
	d.secret = secret
	d.will.SecretSetAt, d.will.SecretUntil, d.will.MustChange = &at, &until, true
}

// A link more often than that floods the user's mail.
const (
	LinkWindow  = time.Hour
	linkPause   = time.Minute
	mostOfLinks = 5
)

func (d *draft) readReset() {
	made := d.world.Links[d.was.ID]
	switch wait := waitForLink(made, d.world.Now); {
	case d.world.User.Email == "":
		d.fault("secret", CodeNoAddress, "This user has no e-mail address that a link could go to.")
	case d.will.BlockedAt != nil:
		d.fault("secret", CodeLoginBlocked, "This login is blocked. Unblock it first: a link does not.")
	case d.will.Expired(d.world.Now):
		d.fault("secret", CodeLoginExpired, "This login has ended. Give it a later end first: a link does not.")
	case !d.world.User.MayEnter():
		d.fault("secret", CodeUserDisabled, "This user is disabled or waits for deletion, so a link would let nobody in. Enable or restore them first.")
	case !d.isNew && wait > 0:
		d.faults.retry = max(d.faults.retry, wait)
		d.fault("secret", CodeResetsLimited, "A link was made for this login a moment ago, or five within an hour. Wait, then try again.")
	default:
		d.alter(ResetRequested, "secret", nil, nil)
		d.link = true
	}
}

// waitForLink is how long no other link may be made after those.
func waitForLink(made []time.Time, now time.Time) time.Duration {
	wait := time.Duration(0)
	recent := 0
	oldest := now
	for _, at := range made {
		wait = max(wait, at.Add(linkPause).Sub(now))
		if at.After(now.Add(-LinkWindow)) {
			recent++
			if at.Before(oldest) {
				oldest = at
			}
		}
	}
	if recent >= mostOfLinks {
		wait = max(wait, oldest.Add(LinkWindow).Sub(now))
	}
	return wait
}

// readLastLogin: the server alone says when somebody came in. It may be stale,
// since they came in between, so it is passed over unless that was forbidden.
func (d *draft) readLastLogin() {
	said := d.item.LastLogin
	if !said.Said || said.Null == (d.was.LastLoginAt == nil) && (said.Null || said.Value == Millis(*d.was.LastLoginAt)) {
		return
	}
	const text = "The time of the last sign-in is the server's; what was sent is not kept."
	if d.set.Strict {
		d.fault("lastLogin", CodeReadOnly, text)
		return
	}
	d.ignored = append(d.ignored, LoginNotice{pointer(d.at, "lastLogin"), CodeReadOnly, text})
}
