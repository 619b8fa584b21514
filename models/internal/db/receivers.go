package db

import (
	"database/sql"
	"errors"

	"holdfast/models"
)

// signsIn says that user u has a login that lets them in at the time of the one
// argument: what models.Login.Usable says of one, or an identity provider.
const signsIn = entersUser + ` AND EXISTS (SELECT 1 FROM logins l WHERE l.user_id = u.id AND ` + opens + `)`

// opens says of login l that it stands at the time of the one argument and has
// a password or an identity provider that is enabled.
const opens = `l.removed_at IS NULL AND l.blocked_at IS NULL AND (l.expire_at IS NULL OR l.expire_at > ?) AND
	(l.secret_hash <> '' OR EXISTS (SELECT 1 FROM providers i WHERE i.id = l.trusted_idp_id AND i.enabled))`

// SignsIn reports whether the person has a login that lets them in, now that
// the door is open; the session was looked at before it.
func (t *SelfTx) SignsIn() (can bool, err error) {
	err = t.row(`SELECT (`+signsIn+`) FROM users u WHERE u.id = ?`, t.Now, t.Who.UserID).Scan(&can)
	return can, err
}

// Receiver finds who has the address, as far as the one who acts may know.
func (e Estate) Receiver(email string) (r models.Receiver, err error) {
	err = e.row(`SELECT u.id, u.name, u.email, (`+signsIn+`),
			EXISTS (SELECT 1 FROM memberships a JOIN memberships b ON b.project_id = a.project_id WHERE a.user_id = ? AND b.user_id = u.id)
		FROM users u WHERE u.email_key = ? AND u.deleted_at IS NULL`, e.Now, e.By.UserID, storable(models.Fold(email))).
		Scan(&r.ID, &r.Name, &r.Email, &r.SignsIn, &r.Known)
	if errors.Is(err, sql.ErrNoRows) && e.By.Admin() {
		return r, models.ErrNobody
	}
	if errors.Is(err, sql.ErrNoRows) {
		return r, models.ErrNoReceiver
	}
	r.Known = r.Known || e.By.Admin()
	if err == nil && !r.Known {
		return models.Receiver{}, models.ErrNoReceiver
	}
	return r, err
}

// Candidates are at most limit people who could take over the credentials: they
// can sign in, the one who asks may know them, and they are in every project concerned.
func (v *SelfView) Candidates(credentials []models.ID, limit int) ([]models.Person, error) {
	those, list := v.d.among(credentials)
	w := where{}
	w.add(true, `NOT EXISTS (SELECT 1 FROM shares s WHERE s.credential_id `+those+` AND NOT `+seated+`)`)
	w.args = append(w.args, list)
	return v.candidates(v.Who, v.Who.UserID, w, limit)
}

// CandidatesForSome are at most limit people who could take over one at least
// of the person's credentials.
func (v *SelfView) CandidatesForSome(credentials []models.ID, limit int) ([]models.Person, error) {
	return v.candidatesForSome(v.Who, v.Who.UserID, credentials, limit)
}

// CandidatesForSome are at most limit people who could take over one at least of
// owner's credentials; the one who asks is none of them.
func (v *ConsoleView) CandidatesForSome(who models.Actor, owner int64, credentials []models.ID, limit int) ([]models.Person, error) {
	return v.candidatesForSome(who, owner, credentials, limit)
}

func (v view) candidatesForSome(asks models.Actor, owner int64, credentials []models.ID, limit int) ([]models.Person, error) {
	those, list := v.d.among(credentials)
	w := where{}
	w.add(true, `EXISTS (SELECT 1 FROM credentials c WHERE c.id `+those+` AND NOT EXISTS
		(SELECT 1 FROM shares s WHERE s.credential_id = c.id AND NOT `+seated+`))`)
	w.args = append(w.args, list)
	return v.candidates(asks, owner, w, limit)
}

// seated says that user u is a member of the project of share s.
const seated = `EXISTS (SELECT 1 FROM memberships m WHERE m.project_id = s.project_id AND m.user_id = u.id)`

// candidates are people within w whom the one who asks may know: an
// administrator knows everybody.
func (v view) candidates(asks models.Actor, owner int64, w where, limit int) ([]models.Person, error) {
	w.add(true, `u.id NOT IN (?, ?)`, owner, asks.UserID)
	w.add(true, signsIn, v.Now)
	w.add(!asks.Admin() || asks.UserID == owner, `EXISTS (SELECT 1 FROM memberships a JOIN memberships b ON b.project_id = a.project_id WHERE a.user_id = ? AND b.user_id = u.id)`, asks.UserID)
	rows, err := v.rows(`SELECT u.id, u.name, u.email FROM users u`+w.String()+` ORDER BY u.email_key LIMIT ?`, append(w.args, limit)...)
	return collect(rows, err, func(r *sql.Rows, p *models.Person) error { return r.Scan(&p.ID, &p.Name, &p.Email) })
}
