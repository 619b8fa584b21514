package db

import "holdfast/models"

// SeatOffers counts the open offers, to the user and by the user, of credentials
// that the project uses.
func (v *ProjectView) SeatOffers(user int64) (s models.SeatOffers, err error) {
	const open = `(SELECT count(*) FROM transfers t WHERE t.state = 'pending' AND t.expires_at > ?
		AND EXISTS (SELECT 1 FROM shares s WHERE s.project_id = ? AND s.credential_id = t.credential_id) AND `
	err = v.row(`SELECT `+open+`t.to_id = ?), `+open+`t.from_id = ?)`, v.Now, v.ID, user, v.Now, v.ID, user).Scan(&s.To, &s.Of)
	return s, err
}
