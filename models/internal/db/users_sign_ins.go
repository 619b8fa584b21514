package db

import (
	"database/sql"

	"holdfast/models"
)

// SignInsOf is a page of the history of a user's sign-ins, the newest first, and
// the cursor of the next one.
func (v *ConsoleView) SignInsOf(user int64, after string) ([]models.SignIn, string, error) {
	w := where{}
	w.add(true, `user_id = ?`, user)
	if last := models.ParseID(after); last != (models.ID{}) {
		w.add(true, `id < ?`, last)
	}
	rows, err := v.rows(`SELECT id, user_id, login_id, key, at, outcome, reason, proofs, ip, user_agent FROM sign_ins`+w.String()+
		` ORDER BY id DESC LIMIT `+pageAndOne, w.args...)
	list, err := collect(rows, err, func(r *sql.Rows, s *models.SignIn) error {
		return r.Scan(&s.ID, &s.UserID, &s.LoginID, &s.Key, &s.At, &s.Outcome, &s.Reason, &s.Proofs, &s.IP, &s.UserAgent)
	})
	page, next := newestFirst(list, func(s models.SignIn) models.ID { return s.ID })
	return page, next, err
}
