package db

import (
	"time"

	"gorm.io/gorm"

	"holdfast/models"
)

// trusted says of login l that no identity provider stands behind it that was disabled.
const trusted = `(l.trusted_idp_id IS NULL OR EXISTS (SELECT 1 FROM providers i WHERE i.id = l.trusted_idp_id AND i.enabled))`

// AddVisit notes that somebody has left for an identity provider.
func (t *SystemTx) AddVisit(v *models.ProviderVisit) error {
	v.ID, v.CreatedAt, v.ExpiresAt = models.NewID(), t.Now, t.Now.Add(models.VisitLife)
	return fault(gorm.G[models.ProviderVisit](t.g).Create(t.ctx, v), "visit")
}

// TakeVisit ends the visit of that state, by the browser that holds the cookie,
// at that provider: once. Everything else is not found, and ends nothing.
func (t *SystemTx) TakeVisit(state, cookie []byte, provider int64) (models.ProviderVisit, error) {
	v, err := gorm.G[models.ProviderVisit](t.g).Where("state_hash = ? AND cookie_hash = ? AND provider_id = ? AND expires_at > ?", state, cookie, provider, t.Now).First(t.ctx)
	if err != nil {
		return v, fault(err, "visit")
	}
	n, err := t.tx.exec(`DELETE FROM provider_visits WHERE id = ?`, v.ID)
	if err == nil && n == 0 {
		err = models.Fail(models.NotFound, "No such visit.")
	}
	return v, err
}

func (t tx) endVisits(provider int64) error {
	_, err := t.exec(`DELETE FROM provider_visits WHERE provider_id = ?`, provider)
	return err
}

// SweepProviders forgets, at most limit rows of each, visits past their time and
// refusals before old.
func (t *SystemTx) SweepProviders(old time.Time, limit int) (int, error) {
	visits, err := t.tx.exec(`DELETE FROM provider_visits WHERE id IN (SELECT id FROM provider_visits WHERE expires_at <= ? LIMIT ?)`, t.Now, limit)
	if err != nil {
		return 0, err
	}
	refusals, err := t.tx.exec(`DELETE FROM provider_refusals WHERE id IN (SELECT id FROM provider_refusals WHERE last_at <= ? LIMIT ?)`, old, limit)
	return int(visits + refusals), err
}

// LoginBoundTo is the login of the provider that belongs to the subject there.
func (v *SystemView) LoginBoundTo(provider int64, issuer, subject string) (models.Login, error) {
	l, err := gorm.G[models.Login](v.g).Where("issuer = ? AND subject = ? AND trusted_idp_id = ? AND removed_at IS NULL", issuer, subject, provider).First(v.ctx)
	return l, fault(err, "login")
}

// LoginAwaiting is the login of the provider with that key, bound or not.
func (v *SystemView) LoginAwaiting(provider int64, canon string) (models.Login, error) {
	return v.loginAt(provider, canon)
}

// LoginAwaiting is the login of the provider with that key, bound or not.
func (v *ConsoleView) LoginAwaiting(provider int64, canon string) (models.Login, error) {
	return v.loginAt(provider, canon)
}

func (v view) loginAt(provider int64, canon string) (models.Login, error) {
	l, err := gorm.G[models.Login](v.g).Where("trusted_idp_id = ? AND key_canon = ? AND removed_at IS NULL", provider, canon).First(v.ctx)
	return l, fault(err, "login")
}

// Bind makes the login the subject's, unless it is somebody's already: then it
// reports false.
func (t *SystemTx) Bind(l models.Login, issuer, subject string) (bool, error) {
	n, err := t.tx.exec(`UPDATE logins SET issuer = ?, subject = ?, updated_at = ? WHERE id = ? AND subject = '' AND removed_at IS NULL`, issuer, subject, t.Now, l.ID)
	if err != nil || n == 0 {
		return false, err
	}
	t.tx.record(models.LoginBound, login(l), models.Details{After: map[string]any{"issuer": issuer, "subject": subject}})
	return true, nil
}

// Refuse keeps that the provider vouched for somebody who could not come in.
func (t *SystemTx) Refuse(r models.ProviderRefusal) error {
	_, err := t.tx.exec(`INSERT INTO provider_refusals (id, provider_id, issuer, subject, claim, email, name, reason, tries, first_at, last_at, ip)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (provider_id, subject) DO UPDATE SET issuer = excluded.issuer, claim = excluded.claim,
		email = excluded.email, name = excluded.name, reason = excluded.reason, tries = provider_refusals.tries + 1, last_at = excluded.last_at, ip = excluded.ip`,
		models.NewID(), r.ProviderID, r.Issuer, r.Subject, r.Claim, r.Email, r.Name, r.Reason, t.Now, t.Now, r.IP)
	return err
}

// ForgetRefusal takes somebody off the list who has come in.
func (t *SystemTx) ForgetRefusal(provider int64, subject string) error {
	_, err := t.tx.exec(`DELETE FROM provider_refusals WHERE provider_id = ? AND subject = ?`, provider, subject)
	return err
}

// Bound reports whether a login, of whatever provider, belongs to the subject.
func (v *SystemView) Bound(issuer, subject string) (bool, error) { return v.bound(issuer, subject) }

// Bound reports whether a login, of whatever provider, belongs to the subject.
func (v *ConsoleView) Bound(issuer, subject string) (bool, error) { return v.bound(issuer, subject) }

func (v view) bound(issuer, subject string) (is bool, err error) {
	err = v.row(`SELECT EXISTS (SELECT 1 FROM logins WHERE issuer = ? AND subject = ? AND removed_at IS NULL)`, issuer, subject).Scan(&is)
	return is, err
}
