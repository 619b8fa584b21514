package db

import (
	"database/sql"

	"gorm.io/gorm"

	"holdfast/models"
)

// Affected says whom disabling the provider would keep out: those first who have
// no other way in.
func (v *ConsoleView) Affected(id int64) (i models.ProviderImpact, err error) {
	others := `EXISTS (SELECT 1 FROM logins l WHERE l.user_id = u.id AND coalesce(l.trusted_idp_id, 0) <> ? AND ` + opens + `)`
	of := ` FROM logins m JOIN users u ON u.id = m.user_id WHERE m.trusted_idp_id = ? AND m.removed_at IS NULL AND u.deleted_at IS NULL`
	err = v.row(`SELECT count(DISTINCT u.id), count(DISTINCT CASE WHEN `+others+` THEN NULL ELSE u.id END)`+of, id, v.Now, id).Scan(&i.Users, &i.Stranded)
	if err != nil {
		return i, err
	}
	err = v.row(`SELECT count(*) FROM sessions s JOIN logins l ON l.id = s.login_id WHERE l.trusted_idp_id = ? AND s.last_seen_at > ? AND s.expires_at > ?`,
		id, v.Now.Add(-models.SessionIdle), v.Now).Scan(&i.Sessions)
	if err != nil {
		return i, err
	}
	rows, err := v.rows(`SELECT u.id, u.name, u.email, u.rank = 'admin', m.key, `+others+` AS others`+of+` ORDER BY others, u.email_key, m.id LIMIT ?`, id, v.Now, id, models.PageSize)
	i.Some, err = collect(rows, err, func(r *sql.Rows, a *models.Affected) error {
		return r.Scan(&a.UserID, &a.Name, &a.Email, &a.Admin, &a.Key, &a.Others)
	})
	return i, err
}

// Refusals is a page of refused sign-ins by any provider, the latest first.
func (v *ConsoleView) Refusals(after string) (models.RefusalPage, error) {
	w := where{}
	if at, id, ok := cutTime(after); ok {
		w.add(true, `(r.last_at, r.id) < (?, ?)`, at, id)
	}
	rows, err := v.rows(`SELECT r.id, r.provider_id, r.subject, r.claim, r.email, r.name, r.reason, r.tries, r.first_at, r.last_at, r.ip, i.name
		FROM provider_refusals r JOIN providers i ON i.id = r.provider_id`+w.String()+` ORDER BY r.last_at DESC, r.id DESC LIMIT `+pageAndOne, w.args...)
	list, err := collect(rows, err, func(r *sql.Rows, f *models.RefusalRow) error {
		return r.Scan(&f.ID, &f.ProviderID, &f.Subject, &f.Claim, &f.Email, &f.Name, &f.Reason, &f.Tries, &f.FirstAt, &f.LastAt, &f.IP, &f.Provider)
	})
	p := models.RefusalPage{Rows: list}
	if len(list) > models.PageSize {
		p.Rows = list[:models.PageSize]
		last := p.Rows[models.PageSize-1]
		p.Next = joinTime(last.LastAt, last.ID)
	}
	return p, err
}

// Refusal is one refused sign-in.
func (v *ConsoleView) Refusal(id models.ID) (models.ProviderRefusal, error) {
	r, err := gorm.G[models.ProviderRefusal](v.g).Where("id = ?", id).First(v.ctx)
	return r, fault(err, "refused sign-in")
}

// DropRefusal takes a refused sign-in off the list.
func (t *ConsoleTx) DropRefusal(id models.ID) error {
	n, err := t.tx.exec(`DELETE FROM provider_refusals WHERE id = ?`, id)
	if err == nil && n == 0 {
		return models.Fail(models.NotFound, "No such refused sign-in.")
	}
	return err
}

// UserOfEmail finds a user by their address, to give them a way in. They are
// held until the door closes, with their logins.
func (t *ConsoleTx) UserOfEmail(email string) (models.User, error) {
	of := gorm.G[models.User](t.g).Where("email_key = ? AND deleted_at IS NULL", storable(models.Fold(email)))
	u, err := of.First(t.ctx)
	if err != nil {
		return u, fault(err, "user")
	}
	id := u.ID
	if err := t.HoldLogins(id); err != nil {
		return u, err
	}
	u, err = of.Where("id = ?", id).First(t.ctx) // the address may be another's meanwhile
	return u, fault(err, "user")
}

// LinkLogin gives the user a login that is bound to somebody at the provider.
func (t *ConsoleTx) LinkLogin(p models.Provider, u models.User, l models.Login) error {
	l.UserID, l.TrustedIDPID, l.CreatedAt, l.UpdatedAt = u.ID, &p.ID, t.Now, t.Now
	if err := gorm.G[models.Login](t.g).Create(t.ctx, &l); err != nil {
		return err
	}
	return t.linked(p, u, l, "")
}

// RelinkLogin makes a login of the user's somebody else's at the provider. Who
// came in by it must do so again.
func (t *ConsoleTx) RelinkLogin(p models.Provider, u models.User, l models.Login, issuer, subject string) error {
	was := l.Subject
	l.Issuer, l.Subject = issuer, subject
	if _, err := t.tx.exec(`UPDATE logins SET issuer = ?, subject = ?, updated_at = ? WHERE id = ?`, issuer, subject, t.Now, l.ID); err != nil {
		return err
	}
	if _, err := t.tx.exec(`DELETE FROM sessions WHERE login_id = ?`, l.ID); err != nil {
		return err
	}
	return t.linked(p, u, l, was)
}

func (t *ConsoleTx) linked(p models.Provider, u models.User, l models.Login, was string) error {
	d := models.Details{After: map[string]any{"provider": p.Name, "issuer": l.Issuer, "subject": l.Subject}}
	if was != "" {
		d.Before = map[string]any{"subject": was}
	}
	t.tx.record(models.LoginLinked, login(l), d)
	_, err := t.tx.exec(`UPDATE users SET revision = revision + 1, updated_at = ? WHERE id = ?`, t.Now, u.ID)
	return err
}
