package db

import (
	"database/sql"

	"holdfast/models"
)

// Provider is an identity provider as who signs in by it knows it.
type Provider struct {
	ID      int64
	Name    string
	Enabled bool
}

// Providers are the identity providers of the person's logins.
func (v *SelfView) Providers() ([]Provider, error) {
	rows, err := v.rows(`SELECT i.id, i.name, i.enabled FROM providers i WHERE i.id IN
		(SELECT l.trusted_idp_id FROM logins l WHERE l.user_id = ? AND l.removed_at IS NULL)`, v.Who.UserID)
	return collect(rows, err, func(r *sql.Rows, p *Provider) error { return r.Scan(&p.ID, &p.Name, &p.Enabled) })
}

// SignIns is a page of the history of the person's sign-ins, the newest first.
func (v *SelfView) SignIns(after string) ([]models.SignIn, string, error) {
	w := where{}
	w.add(true, `user_id = ?`, v.Who.UserID)
	w.add(isID(after), `id < ?`, models.ParseID(after))
	rows, err := v.rows(`SELECT id, key, at, outcome, reason, proofs, ip, user_agent FROM sign_ins`+w.String()+` ORDER BY id DESC LIMIT `+pageAndOne, w.args...)
	list, err := collect(rows, err, func(r *sql.Rows, s *models.SignIn) error {
		return r.Scan(&s.ID, &s.Key, &s.At, &s.Outcome, &s.Reason, &s.Proofs, &s.IP, &s.UserAgent)
	})
	page, next := newestFirst(list, func(s models.SignIn) models.ID { return s.ID })
	return page, next, err
}
