package db

import (
	"database/sql"
	"time"

	"holdfast/models"
)

// DueUser is a user whose grace period has ended.
type DueUser struct {
	ID int64
	At time.Time
}

// DueUsers are at most limit users after from who are due, the longest due first.
func (v *SystemView) DueUsers(from DueUser, limit int) ([]DueUser, error) {
	rows, err := v.rows(`SELECT u.id, u.deletion_at FROM users u WHERE u.deletion_at <= ? AND u.deleted_at IS NULL AND (u.deletion_at, u.id) > (?, ?)
		ORDER BY u.deletion_at, u.id LIMIT ?`, v.Now, from.At.UTC(), from.ID, limit)
	return collect(rows, err, func(r *sql.Rows, d *DueUser) error { return r.Scan(&d.ID, &d.At) })
}

// TakeDueUser holds a user who was due, if they still are and nobody else works
// on them. Open offers to and from them are held before, and so are their logins,
// as by everybody else.
func (t *SystemTx) TakeDueUser(id int64) (u models.User, offers []models.Offered, found bool, err error) {
	if offers, err = t.openOffersOf(id); err != nil {
		return u, nil, false, err
	}
	if err := t.tx.holdLogins(id); err != nil {
		return u, nil, false, err
	}
	rows, err := t.rows(`SELECT u.id, u.name, u.email FROM users u WHERE u.id = ? AND u.deletion_at <= ? AND u.deleted_at IS NULL`+t.d.skipLocked("u"), id, t.Now)
	list, err := collect(rows, err, func(r *sql.Rows, u *models.User) error { return r.Scan(&u.ID, &u.Name, &u.Email) })
	if err != nil || len(list) == 0 {
		return u, nil, false, err
	}
	return list[0], offers, true, nil
}

// openOffersOf are the offers to and from a user that nobody has ended yet; the
// credentials and then the offers are held.
func (t *SystemTx) openOffersOf(user int64) ([]models.Offered, error) {
	if t.d.pg {
		_, err := t.tx.exec(`SELECT 1 FROM credentials WHERE id IN (SELECT credential_id FROM transfers WHERE state = 'pending' AND (to_id = ? OR from_id = ?)) ORDER BY id FOR UPDATE`, user, user)
		if err != nil {
			return nil, err
		}
	}
	rows, err := t.rows(offeredColumns+` WHERE t.state = 'pending' AND (t.to_id = ? OR t.from_id = ?) ORDER BY t.id`+t.d.forUpdate("t"), user, user)
	return collect(rows, err, scanOffered)
}

// OwnsSomething reports whether a credential, a project or an OAuth client is the
// user's own: then they can't go.
func (v *SystemView) OwnsSomething(user int64) (owns bool, err error) {
	err = v.row(`SELECT EXISTS (SELECT 1 FROM credentials WHERE owner_id = ? AND purged_at IS NULL)
		OR EXISTS (SELECT 1 FROM memberships WHERE user_id = ? AND role = 'owner')
		OR EXISTS (SELECT 1 FROM oauth_clients WHERE owner_id = ?)`, user, user, user).Scan(&owns)
	return owns, err
}

// theirs are the rows that go with their user, those first that point at others.
var theirs = []string{
	`DELETE FROM access_links WHERE login_id IN (SELECT id FROM logins WHERE user_id = ?)`,
	`DELETE FROM totps WHERE user_id = ?`,
	`DELETE FROM recovery_codes WHERE user_id = ?`,
	`DELETE FROM sessions WHERE user_id = ?`,
	`DELETE FROM api_tokens WHERE user_id = ?`,
	`DELETE FROM provider_visits WHERE user_id = ?`,
	`DELETE FROM sign_ins WHERE user_id = ?`,
	`DELETE FROM provider_refusals WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND lower(provider_refusals.email) = u.email_key)`,
	`DELETE FROM memberships WHERE user_id = ?`,
	`DELETE FROM logins WHERE user_id = ?`,
}

// PurgeUser erases what is known of a held user. Their number stays, so that
// what they did keeps its author.
func (t *SystemTx) PurgeUser(u models.User) error {
	if err := t.leaveProjects(u); err != nil {
		return err
	}
	if err := t.tx.recall(`user_id = ?`, u.ID); err != nil {
		return err
	}
	for _, query := range theirs {
		if _, err := t.tx.exec(query, u.ID); err != nil {
			return err
		}
	}
	// What counted their tries is long forgotten: it was kept for minutes.
	const name = "Deleted user"
	gone := "deleted-" + decimal(u.ID) // no address is like that
	_, err := t.tx.exec(`UPDATE users SET name = ?, name_key = ?, email = ?, email_key = ?, rank = ?, disable_reason = '', disabled_by = NULL,
		last_login_at = ?, updated_at = ?, deleted_at = ? WHERE id = ?`,
		name, models.Fold(name), gone, gone, string(models.PlainMember), time.Time{}, t.Now, t.Now, u.ID)
	t.tx.record(models.UserPurged, user(u), models.Details{})
	return err
}

// leaveProjects notes in each of the user's projects that they leave it.
func (t *SystemTx) leaveProjects(u models.User) error {
	rows, err := t.rows(`SELECT p.id, p.name FROM memberships m JOIN projects p ON p.id = m.project_id WHERE m.user_id = ?`, u.ID)
	list, err := collect(rows, err, func(r *sql.Rows, p *models.Project) error { return r.Scan(&p.ID, &p.Name) })
	things := make([]Thing, 0, len(list))
	for _, p := range list {
		things = append(things, project(p))
	}
	t.tx.recordEach(models.MemberRemoved, things, models.Details{Note: u.Email})
	return err
}
