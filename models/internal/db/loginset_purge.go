package db

import (
	"database/sql"
	"time"

	"holdfast/models"
)

// PurgeLogins deletes, at most limit, the logins removed before old. Nothing of
// theirs is left but what the audit and the history say. What somebody else
// holds at this moment waits for the next time.
func (t *SystemTx) PurgeLogins(old time.Time, limit int) (int, error) {
	rows, err := t.rows(`SELECT id, key FROM logins WHERE removed_at <= ? ORDER BY id LIMIT ?`+t.d.skipLocked("logins"), old, limit)
	list, err := collect(rows, err, func(r *sql.Rows, l *models.Login) error { return r.Scan(&l.ID, &l.Key) })
	for _, l := range list {
		for _, query := range []string{
			`DELETE FROM access_links WHERE login_id = ?`,
			`DELETE FROM sessions WHERE login_id = ?`,
			`DELETE FROM logins WHERE id = ?`,
		} {
			if _, err := t.tx.exec(query, l.ID); err != nil {
				return 0, err
			}
		}
		t.tx.record(models.LoginPurged, login(l), models.Details{})
	}
	return len(list), err
}

// SweepSignIns forgets, at most limit, the sign-ins before old.
func (t *SystemTx) SweepSignIns(old time.Time, limit int) (int, error) {
	n, err := t.tx.exec(`DELETE FROM sign_ins WHERE id IN (SELECT id FROM sign_ins WHERE at <= ? LIMIT ?)`, old, limit)
	return int(n), err
}
