package db

import (
	"database/sql"

	"holdfast/models"
)

// UserImpact is what ends when the user is disabled or deleted.
func (v *ConsoleView) UserImpact(id int64) (i models.UserImpact, err error) {
	if i.User, err = v.User(id); err != nil {
		return i, err
	}
	if i.DeletedAt != nil {
		return i, models.Fail(models.NotFound, "No such user.")
	}
	err = v.row(`SELECT (SELECT count(*) FROM logins WHERE user_id = u.id AND removed_at IS NULL),
			(SELECT count(*) FROM sessions WHERE user_id = u.id AND last_seen_at > ? AND expires_at > ?),
			(SELECT count(*) FROM api_tokens WHERE user_id = u.id AND expires_at > ?),
			(SELECT count(*) FROM memberships WHERE user_id = u.id),
			(SELECT count(*) FROM credentials WHERE owner_id = u.id AND purged_at IS NULL),
			(SELECT count(*) FROM transfers WHERE to_id = u.id AND state = 'pending' AND expires_at > ?),
			(SELECT count(*) FROM transfers WHERE from_id = u.id AND state = 'pending' AND expires_at > ?)
		FROM users u WHERE u.id = ?`, v.Now.Add(-models.SessionIdle), v.Now, v.Now, v.Now, v.Now, id).
		Scan(&i.Logins, &i.Sessions, &i.Tokens, &i.Seats, &i.Credentials, &i.OffersIn, &i.OffersOut)
	if err != nil {
		return i, err
	}
	i.Projects, err = v.projectsOwnedBy(id)
	return i, err
}

func (v view) projectsOwnedBy(user int64) ([]models.MyProject, error) {
	rows, err := v.rows(`SELECT p.id, p.name, m.role FROM memberships m JOIN projects p ON p.id = m.project_id
		WHERE m.user_id = ? AND m.role = 'owner' ORDER BY p.name_key, p.id LIMIT `+pageAndOne, user)
	return collect(rows, err, func(r *sql.Rows, p *models.MyProject) error { return r.Scan(&p.ID, &p.Name, &p.Role) })
}

// FactorsOf are the second factors of a user, without what is secret of them,
// and how many of their recovery codes are left.
func (v *ConsoleView) FactorsOf(user int64) (list []models.TOTP, codes int, err error) {
	rows, err := v.rows(`SELECT id, label, created_at, last_used_at FROM totps WHERE user_id = ? ORDER BY id`, user)
	list, err = collect(rows, err, func(r *sql.Rows, f *models.TOTP) error {
		var used nullTime
		err := r.Scan(&f.ID, &f.Label, &f.CreatedAt, &used)
		f.LastUsedAt = used.orNil()
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	err = v.row(`SELECT count(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL`, user).Scan(&codes)
	return list, codes, err
}
