package db

import (
	"gorm.io/gorm"

	"holdfast/models"
)

// RemoveLogin takes a login away. It can be restored for a while.
func (t *ConsoleTx) RemoveLogin(l models.Login) error {
	_, err := t.tx.exec(`UPDATE logins SET removed_at = ?, removed_by = ?, updated_at = ? WHERE id = ?`, t.Now, t.tx.who.UserID, t.Now, l.ID)
	return err
}

// RestoreLogin brings a removed login back.
func (t *ConsoleTx) RestoreLogin(l models.Login) error {
	_, err := t.tx.exec(`UPDATE logins SET removed_at = NULL, removed_by = NULL, updated_at = ? WHERE id = ?`, t.Now, l.ID)
	return takenMeanwhile(err)
}

// FreeKeys gives those logins keys that no login can have, so that each can take
// what another of them had.
func (t *ConsoleTx) FreeKeys(logins []models.Login) error {
	for _, l := range logins {
		if _, err := t.tx.exec(`UPDATE logins SET key_canon = ' ' || id WHERE id = ?`, l.ID); err != nil {
			return err
		}
	}
	return nil
}

// PutLogin keeps a login as it is now to be. With a hash it has a new password.
func (t *ConsoleTx) PutLogin(l models.Login, hash string) error {
	_, err := t.tx.exec(`UPDATE logins SET key = ?, key_canon = ?, expire_at = ?, mfa = ?, blocked_at = ?, blocked_by = ?, block_reason = ?,
			locked_at = ?, locked_until = ?, fail_count = ?, fail_total = ?, failed_at = ?, updated_at = ? WHERE id = ?`,
		l.Key, l.KeyCanon, l.ExpireAt, l.MFA, l.BlockedAt, l.BlockedBy, storable(l.BlockReason),
		l.LockedAt, l.LockedUntil, l.FailCount, l.FailTotal, l.FailedAt, t.Now, l.ID)
	if err != nil || hash == "" {
		return takenMeanwhile(err)
	}
	_, err = t.tx.exec(`UPDATE logins SET secret_hash = ?, secret_set_at = ?, must_change = ?, secret_until = ? WHERE id = ?`,
		hash, l.SecretSetAt, l.MustChange, l.SecretUntil, l.ID)
	return err
}

// AddLogin makes a login, with a password if there is a hash.
func (t *ConsoleTx) AddLogin(l models.Login, hash string) (models.Login, error) {
	l.SecretHash, l.BlockReason, l.CreatedAt, l.UpdatedAt = hash, storable(l.BlockReason), t.Now, t.Now
	return l, takenMeanwhile(gorm.G[models.Login](t.g).Create(t.ctx, &l))
}

// takenMeanwhile says of a key that somebody else got it since it was looked for.
func takenMeanwhile(err error) error {
	if !duplicate(err) {
		return err
	}
	return models.Faulty([]models.Fault{{Code: models.CodeKeyTaken, Text: "Another login has this key, or belongs to the same account at the identity provider."}}, 0)
}

// NextRevision is the revision of the user's logins once they have changed.
func (t *ConsoleTx) NextRevision(u models.User) (n int64, err error) {
	if _, err := t.tx.exec(`UPDATE users SET revision = revision + 1, updated_at = ? WHERE id = ?`, t.Now, u.ID); err != nil {
		return 0, err
	}
	err = t.row(`SELECT revision FROM users WHERE id = ?`, u.ID).Scan(&n)
	return n, err
}

// EndLoginSessions puts out whoever came in by the login, and reports how many
// could still go on. The one who acts stays while the login lets in.
func (t *ConsoleTx) EndLoginSessions(l models.Login, shut bool) (live int, err error) {
	which, args := `login_id = ?`, []any{l.ID}
	if !shut {
		which, args = which+` AND id <> ?`, append(args, t.tx.who.SessionID)
	}
	err = t.row(`SELECT count(*) FROM sessions WHERE `+which+` AND last_seen_at > ? AND expires_at > ?`,
		append(args, t.Now.Add(-models.SessionIdle), t.Now)...).Scan(&live)
	if err != nil {
		return 0, err
	}
	args = []any{l.ID}
	if !shut {
		args = append(args, t.tx.who.SessionID)
	}
	_, err = t.tx.exec(`DELETE FROM sessions WHERE `+which, args...)
	return live, err
}

// RevokeLoginLinks kills the access links of a login that are still good, with
// the letters that carry them, and reports how many there were.
func (t *ConsoleTx) RevokeLoginLinks(l models.Login) (int, error) {
	n, err := t.tx.exec(`UPDATE access_links SET revoked_at = ? WHERE login_id = ? AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?`, t.Now, l.ID, t.Now)
	if err != nil || n == 0 {
		return 0, err
	}
	t.tx.record(models.LinkRevoked, login(l), models.Details{})
	return int(n), t.tx.recall(`kind IN (?, ?) AND user_id = ? AND NOT EXISTS (SELECT 1 FROM access_links k WHERE k.letter_id = letters.id AND k.login_id <> ?)`,
		string(models.InvitationLetter), string(models.ResetLetter), l.UserID, l.ID)
}

// KeepLink keeps a new access link of a login.
func (t *ConsoleTx) KeepLink(l models.Login, k models.AccessLink) error {
	k.LoginID, k.MadeBy, k.CreatedAt = &l.ID, &t.tx.who.UserID, t.Now
	t.tx.record(models.LinkIssued, login(l), models.Details{After: map[string]any{"expires_at": k.ExpiresAt, "purpose": k.Purpose}})
	return gorm.G[models.AccessLink](t.g).Create(t.ctx, &k)
}

// NoteLogin notes what was done to a login of a set.
func (t *ConsoleTx) NoteLogin(event string, l models.Login, d models.Details) {
	t.tx.record(event, login(l), d)
}

// NoteUser notes what was done to the logins of a user as a whole.
func (t *ConsoleTx) NoteUser(event string, u models.User, d models.Details) {
	t.tx.record(event, user(u), d)
}
