package db

import (
	"database/sql"

	"gorm.io/gorm"

	"holdfast/models"
)

// Factors are the person's apps, the oldest first, without their secrets.
func (v *SelfView) Factors() ([]models.TOTP, error) { return v.factors(v.Who.UserID) }

// Factors are a user's apps, without their secrets.
func (v *ConsoleView) Factors(user int64) ([]models.TOTP, error) { return v.factors(user) }

func (v view) factors(user int64) ([]models.TOTP, error) {
	rows, err := v.rows(`SELECT id, user_id, label, created_at, last_used_at FROM totps WHERE user_id = ? ORDER BY id`, user)
	return collect(rows, err, func(r *sql.Rows, f *models.TOTP) error {
		var used nullTime
		err := r.Scan(&f.ID, &f.UserID, &f.Label, &f.CreatedAt, &used)
		f.LastUsedAt = used.orNil()
		return err
	})
}

// RecoveryLeft counts the person's recovery codes that are not used.
func (v *SelfView) RecoveryLeft() (int, error) { return v.recoveryLeft(v.Who.UserID) }

// RecoveryLeft counts a user's recovery codes that are not used.
func (v *ConsoleView) RecoveryLeft(user int64) (int, error) { return v.recoveryLeft(user) }

func (v view) recoveryLeft(user int64) (n int, err error) {
	err = v.row(`SELECT count(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL`, user).Scan(&n)
	return n, err
}

// HasFactor reports whether the person has a second factor.
func (v *SelfView) HasFactor() (bool, error) { return v.hasFactor(v.Who.UserID) }

// NeedsFactor reports whether the person has to have a second factor: as an
// administrator, or because a login of theirs asks for one.
func (v *SelfView) NeedsFactor() (needs bool, err error) {
	err = v.row(`SELECT u.rank = 'admin' OR EXISTS (SELECT 1 FROM logins l WHERE l.user_id = u.id AND l.mfa AND l.removed_at IS NULL)
		FROM users u WHERE u.id = ?`, v.Who.UserID).Scan(&needs)
	return needs, err
}

// FactorsAlone makes everybody who changes or uses the person's factors wait
// until the door closes.
func (t *SelfTx) FactorsAlone() error { return t.tx.factorsAlone(t.Who.UserID) }

// FactorsAlone makes everybody who changes or uses the user's factors wait until
// the door closes.
func (t *ConsoleTx) FactorsAlone(user int64) error { return t.tx.factorsAlone(user) }

func (t tx) factorsAlone(user int64) error { return t.alone("factors " + decimal(user)) }

// SealedFactors are the person's apps with their sealed secrets, to judge a code.
func (t *SelfTx) SealedFactors() ([]models.TOTP, error) {
	return gorm.G[models.TOTP](t.g).Where("user_id = ?", t.Who.UserID).Order("id").Find(t.ctx)
}

// TakeStep notes that the app's code of a step was taken. It reports false when
// that one, or a later one, was taken meanwhile.
func (t *SelfTx) TakeStep(app models.ID, step int64) (bool, error) {
	n, err := t.tx.exec(`UPDATE totps SET last_step = ?, last_used_at = ? WHERE id = ? AND user_id = ? AND last_step < ?`,
		step, t.Now, app, t.Who.UserID, step)
	return n == 1, err
}

// AddFactor keeps a new app of the person's.
func (t *SelfTx) AddFactor(f models.TOTP) error {
	f.UserID, f.CreatedAt = t.Who.UserID, t.Now
	if err := gorm.G[models.TOTP](t.g).Create(t.ctx, &f); err != nil {
		if duplicate(err) {
			return models.Fail(models.Conflict, "This app was added already.")
		}
		return err
	}
	t.tx.record(models.FactorAdded, t.me(), models.Details{After: map[string]any{"factor": f.Label}})
	return nil
}

// RemoveFactor removes an app of the person's.
func (t *SelfTx) RemoveFactor(f models.TOTP) error {
	n, err := t.tx.exec(`DELETE FROM totps WHERE id = ? AND user_id = ?`, f.ID, t.Who.UserID)
	if err != nil {
		return err
	}
	if n == 0 {
		return models.Fail(models.NotFound, "That second factor was removed already.")
	}
	t.tx.record(models.FactorRemoved, t.me(), models.Details{Before: map[string]any{"factor": f.Label}})
	return nil
}

// SetRecoveryCodes replaces the person's recovery codes; none takes them away.
func (t *SelfTx) SetRecoveryCodes(hashes [][]byte) error {
	if _, err := t.tx.exec(`DELETE FROM recovery_codes WHERE user_id = ?`, t.Who.UserID); err != nil || len(hashes) == 0 {
		return err
	}
	list := make([]models.RecoveryCode, len(hashes))
	for i, h := range hashes {
		list[i] = models.RecoveryCode{ID: models.NewID(), UserID: t.Who.UserID, CodeHash: h, CreatedAt: t.Now}
	}
	return gorm.G[models.RecoveryCode](t.g).CreateInBatches(t.ctx, &list, len(list))
}

// NoteRecoveryRenewed notes that the person has other recovery codes.
func (t *SelfTx) NoteRecoveryRenewed() { t.tx.record(models.RecoveryRenewed, t.me(), models.Details{}) }

// UseRecoveryCode spends one of the person's recovery codes, and reports false
// when there is none of that hash.
func (t *SelfTx) UseRecoveryCode(hash []byte) (bool, error) {
	n, err := t.tx.exec(`UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL`, t.Now, t.Who.UserID, hash)
	if err == nil && n > 0 {
		t.tx.record(models.RecoveryUsed, t.me(), models.Details{})
	}
	return n > 0, err
}

func (t *SelfTx) me() Thing { return Thing{"user", decimal(t.Who.UserID), t.Who.Email} }

// Miss counts one more wrong try of name. The pause is counted from the last one.
func (t *SelfTx) Miss(name string) error {
	_, err := t.tx.exec(`INSERT INTO attempts (name, since, count) VALUES (?, ?, 1) ON CONFLICT (name) DO UPDATE SET
		count = CASE WHEN attempts.since <= ? THEN 1 ELSE attempts.count + 1 END, since = excluded.since`, name, t.Now, t.Now.Add(-models.CodePause))
	return err
}

// Forgive forgets the wrong tries of name.
func (t *SelfTx) Forgive(name string) error { return t.tx.forgive(name) }

func (t tx) forgive(names ...string) error {
	for _, name := range names {
		if _, err := t.exec(`DELETE FROM attempts WHERE name = ?`, name); err != nil {
			return err
		}
	}
	return nil
}

// NoteWrongCode notes that a wrong code came after the right password.
func (t *SelfTx) NoteWrongCode(l models.Login, from models.SignIn) error {
	from.ID, from.UserID, from.LoginID, from.Key, from.At = models.NewID(), l.UserID, l.ID, l.Key, t.Now
	from.Outcome, from.Reason = models.Refused, models.RefusedCode
	t.tx.record(models.SignInFailed, login(l), models.Details{Note: "wrong code"})
	return fault(gorm.G[models.SignIn](t.g).Create(t.ctx, &from), "sign-in")
}

// NoteProof notes that the person showed again who they are, or failed to.
func (t *SelfTx) NoteProof(shown bool, by models.Proofs) {
	name := models.NotProven
	if shown {
		name = models.ProvenAgain
	}
	t.tx.record(name, t.me(), models.Details{Note: string(by)})
}

// ResetFactors removes all apps and recovery codes of a user and forgets their
// wrong tries. It reports how many apps there were.
func (t *ConsoleTx) ResetFactors(u models.User, reason string, tries ...string) (int, error) {
	return t.tx.resetFactors(u, reason, tries...)
}

// ResetFactors is the same for the command line; the user's sessions end with it.
func (t *SystemTx) ResetFactors(u models.User, reason string, tries ...string) (int, error) {
	if err := t.tx.factorsAlone(u.ID); err != nil {
		return 0, err
	}
	if _, err := t.tx.exec(`DELETE FROM sessions WHERE user_id = ?`, u.ID); err != nil {
		return 0, err
	}
	return t.tx.resetFactors(u, reason, tries...)
}

func (t tx) resetFactors(u models.User, reason string, tries ...string) (int, error) {
	n, err := t.exec(`DELETE FROM totps WHERE user_id = ?`, u.ID)
	if err != nil {
		return 0, err
	}
	if _, err := t.exec(`DELETE FROM recovery_codes WHERE user_id = ?`, u.ID); err != nil {
		return 0, err
	}
	t.record(models.FactorsReset, user(u), models.Details{Note: reason, Before: map[string]any{"factors": n}})
	return int(n), t.forgive(tries...)
}
