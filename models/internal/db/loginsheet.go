package db

import (
	"database/sql"
	"slices"

	"gorm.io/gorm"

	"holdfast/models"
)

// ChoiceOfProviders are all identity providers, by name, without their secrets.
func (v *ConsoleView) ChoiceOfProviders() ([]models.Provider, error) {
	return gorm.G[models.Provider](v.g).Order("name_key").Find(v.ctx)
}

// NamesOf are the names of users.
func (v *ConsoleView) NamesOf(users []int64) (map[int64]string, error) {
	slices.Sort(users)
	args := make([]any, 0, len(users))
	for _, id := range slices.Compact(users) {
		args = append(args, id)
	}
	names := map[int64]string{}
	if len(args) == 0 {
		return names, nil
	}
	type named struct {
		id   int64
		name string
	}
	rows, err := v.rows(`SELECT id, name FROM users WHERE id IN (`+marks(len(args))+`)`, args...)
	list, err := collect(rows, err, func(r *sql.Rows, n *named) error { return r.Scan(&n.id, &n.name) })
	for _, n := range list {
		names[n.id] = n.name
	}
	return names, err
}

// LastLinks are the newest access link of each login of a user, by the login.
func (v *ConsoleView) LastLinks(user int64) (map[int64]models.SentLink, error) {
	rows, err := v.rows(`SELECT k.login_id, k.created_at, k.expires_at, k.used_at, k.revoked_at, k.opened_at, coalesce(m.state, ''), coalesce(m.outcome, '')
		FROM access_links k JOIN logins l ON l.id = k.login_id LEFT JOIN letters m ON m.id = k.letter_id
		WHERE l.user_id = ? AND NOT EXISTS (SELECT 1 FROM access_links n WHERE n.login_id = k.login_id AND n.id > k.id)`, user)
	list, err := collect(rows, err, func(r *sql.Rows, k *models.SentLink) error {
		var used, revoked, opened nullTime
		err := r.Scan(&k.LoginID, &k.CreatedAt, &k.ExpiresAt, &used, &revoked, &opened, &k.Letter, &k.Outcome)
		k.UsedAt, k.RevokedAt, k.OpenedAt = used.orNil(), revoked.orNil(), opened.orNil()
		return err
	})
	links := map[int64]models.SentLink{}
	for _, k := range list {
		links[*k.LoginID] = k
	}
	return links, err
}
