package db

import (
	"database/sql"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"holdfast/models"
)

// grantLease is a row of the table that lets one at a time ask a provider about a
// grant. Owner is empty once it was given back.
type grantLease struct {
	GrantID   models.ID `gorm:"primaryKey"`
	Owner     string
	Fence     int64
	ExpiresAt time.Time
}

// GrantLease is what somebody holds who asks a provider about a grant. The fence
// counts the holders: what an earlier one still does can be told from theirs.
type GrantLease struct {
	Grant models.ID
	Owner string
	Fence int64
}

// HoldGrant holds a grant until the door closes. Whoever also takes its lease
// does that afterwards, as all do who change both.
func (t *SystemTx) HoldGrant(id models.ID) (models.Grant, error) {
	g, err := gorm.G[models.Grant](t.g, clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id).First(t.ctx)
	return g, fault(err, "connection")
}

// HoldGrantFor does the same for who is about to write into the history of the
// credential that the grant was got for. That one is held first, as its owner does.
func (t *SystemTx) HoldGrantFor(g models.Grant) (models.Grant, error) {
	var id models.ID
	if err := t.row(`SELECT c.id FROM credentials c WHERE c.id = ?`+t.d.forKeyShare("c"), g.MadeFor).Scan(&id); err != nil {
		return g, fault(err, "credential")
	}
	return t.HoldGrant(g.ID)
}

// notGivenBack marks the owner of a lease who took it from one who never came back.
const notGivenBack = "!"

// LeaseGrant takes the lease of a held grant for life. While somebody else holds
// it, held is false. Died reports that whoever had it before never gave it back:
// what they asked may have been carried out, and nobody knows the answer.
func (t *SystemTx) LeaseGrant(id models.ID, life time.Duration) (l GrantLease, held, died bool, err error) {
	l.Grant = id
	err = t.row(`INSERT INTO grant_leases AS l (grant_id, owner, fence, expires_at) VALUES (?, ?, 1, ?)
		ON CONFLICT (grant_id) DO UPDATE SET owner = CASE WHEN l.owner = '' THEN excluded.owner ELSE excluded.owner || ? END, fence = l.fence + 1, expires_at = excluded.expires_at
			WHERE l.owner = '' OR l.expires_at <= ?
		RETURNING owner, fence`, id, models.NewID().String(), t.Now.Add(life), notGivenBack, t.Now).Scan(&l.Owner, &l.Fence)
	if err == sql.ErrNoRows {
		return l, false, false, nil
	}
	return l, err == nil, strings.HasSuffix(l.Owner, notGivenBack), fault(err, "connection")
}

// GiveBack gives a lease back, if it is still theirs.
func (t *SystemTx) GiveBack(l GrantLease) error {
	_, err := t.tx.exec(`UPDATE grant_leases SET owner = '', expires_at = ? WHERE grant_id = ? AND owner = ? AND fence = ?`, t.Now, l.Grant, l.Owner, l.Fence)
	return err
}

// GrantBusy reports whether somebody asks a provider about the grant at this moment.
func (v *SystemView) GrantBusy(id models.ID) (busy bool, err error) {
	err = v.row(`SELECT EXISTS (SELECT 1 FROM grant_leases WHERE grant_id = ? AND owner <> '' AND expires_at > ?)`, id, v.Now).Scan(&busy)
	return busy, err
}

// Asked notes in the ledger that a provider is about to be asked.
func (t *SystemTx) Asked(g models.Grant, why models.RefreshReason) (e models.RefreshEntry, err error) {
	e = models.RefreshEntry{ID: models.NewID(), CredentialID: g.MadeFor, GrantID: g.ID, At: t.Now, Why: why, Outcome: models.OutcomeAsked}
	return e, fault(gorm.G[models.RefreshEntry](t.g).Create(t.ctx, &e), "credential")
}

// Answered completes a line of the ledger.
func (t *SystemTx) Answered(e models.RefreshEntry) error {
	_, err := t.tx.exec(`UPDATE refreshes SET outcome = ?, status = ?, millis = ?, rotated = ? WHERE id = ?`, e.Outcome, e.Status, e.Millis, e.Rotated, e.ID)
	return err
}

// Unanswered closes the lines of the ledger on which nobody will ever come back.
func (t *SystemTx) Unanswered(g models.Grant) error {
	_, err := t.tx.exec(`UPDATE refreshes SET outcome = 'lost' WHERE credential_id = ? AND grant_id = ? AND outcome = ?`, g.MadeFor, g.ID, models.OutcomeAsked)
	return err
}

// Renew writes fresh tokens into a grant that is still at its version. It does not
// ask who holds the lease by now: tokens that came for the version that is there
// are the newest there are, and to drop them would lose the grant. It learns
// whose the grant is by now.
func (t *SystemTx) Renew(g *models.Grant, e models.RefreshEntry) (bool, error) {
	var now sql.Null[models.ID]
	err := t.row(`UPDATE grants SET sealed = ?, key_id = ?, given = ?, missing = ?, refreshable = ?, obtained_at = ?, expires_at = ?, refresh_until = ?, refresh_since = ?, idle_until = ?,
			checked_at = ?, trouble = '', cause = '', trouble_at = NULL, tries = 0, retry_at = NULL, lost_at = NULL, told_at = ?, due_at = CASE WHEN credential_id IS NULL THEN due_at ELSE ? END,
			version = version + 1, updated_at = ? WHERE id = ? AND version = ? RETURNING credential_id`,
		g.Sealed, g.KeyID, g.Given, g.Missing, g.Refreshable, g.ObtainedAt, g.ExpiresAt, g.RefreshUntil, g.RefreshSince, g.IdleUntil,
		t.Now, g.ToldAt, g.DueNext(), t.Now, g.ID, g.Version).Scan(&now)
	if err == sql.ErrNoRows {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if g.CredentialID = nil; now.Valid {
		g.CredentialID = &now.V
	}
	g.Version++
	after := map[string]any{"provider": g.Provider, "scopes": g.Given, "rotated": e.Rotated, "why": string(e.Why)}
	if g.ExpiresAt != nil {
		after["expires_at"] = *g.ExpiresAt
	}
	t.tx.record(models.TokenRefreshed, grant(*g), models.Details{After: after})
	return true, nil
}

// Ail writes what keeps a grant from working, if it is still at its version and
// the lease is theirs: of who lost it, nobody wants to hear that it failed. It
// reports whether it was written.
func (t *SystemTx) Ail(g models.Grant, l GrantLease) (bool, error) {
	n, err := t.tx.exec(`UPDATE grants SET expires_at = ?, trouble = ?, cause = ?, trouble_at = ?, tries = ?, retry_at = ?, lost_at = ?, told_at = ?, due_at = CASE WHEN credential_id IS NULL THEN due_at ELSE ? END,
			version = version + 1, updated_at = ?
		WHERE id = ? AND version = ? AND EXISTS (SELECT 1 FROM grant_leases WHERE grant_id = grants.id AND owner = ? AND fence = ?)`,
		g.ExpiresAt, g.Trouble, g.Cause, g.TroubleAt, g.Tries, g.RetryAt, g.LostAt, g.ToldAt, g.DueAt, t.Now, g.ID, g.Version, l.Owner, l.Fence)
	if err != nil || n == 0 {
		return false, err
	}
	if g.Trouble == models.TroubleReconnect {
		t.tx.record(models.TokenRefreshFailed, madeFor(g), models.Details{After: map[string]any{"provider": g.Provider, "account": g.Account, "error_type": "reauthorization_required", "code": g.Cause}})
	}
	return true, nil
}

// Told notes whether the owner of a grant was told, and when the job looks again.
func (t *SystemTx) Told(g models.Grant) error {
	_, err := t.tx.exec(`UPDATE grants SET told_at = ?, due_at = ? WHERE id = ? AND version = ? AND credential_id IS NOT NULL`, g.ToldAt, g.DueAt, g.ID, g.Version)
	return err
}

// Lost notes that the answer to what somebody asked who died is lost, and before
// when nobody asks again.
func (t *SystemTx) Lost(g models.Grant) error {
	_, err := t.tx.exec(`UPDATE grants SET lost_at = ?, retry_at = ? WHERE id = ?`, g.LostAt, g.RetryAt, g.ID)
	return err
}

// UserOf is a user by their number.
func (v *SystemView) UserOf(id int64) (models.User, error) { return v.user(id) }

// ConnectedCount is how many credentials are connected with a client, as far as
// they are counted.
func (v *SystemView) ConnectedCount(client models.ID) (n int, err error) {
	err = v.row(`SELECT count(*) FROM (SELECT 1 FROM grants WHERE oauth_client_id = ? AND credential_id IS NOT NULL LIMIT `+mostCounted+`) AS used`, client).Scan(&n)
	return n, err
}

// Ahead is a grant that the job has to see to.
type Ahead struct {
	ID  models.ID
	Due time.Time
}

// DueGrants are at most limit grants of credentials that are due after from.
func (v *SystemView) DueGrants(from Ahead, limit int) ([]Ahead, error) {
	return v.ahead(`credential_id IS NOT NULL AND due_at IS NOT NULL`, from, limit)
}

// LeftGrants are at most limit grants after from that are due to be given up.
func (v *SystemView) LeftGrants(from Ahead, limit int) ([]Ahead, error) {
	return v.ahead(`credential_id IS NULL`, from, limit)
}

func (v *SystemView) ahead(which string, from Ahead, limit int) ([]Ahead, error) {
	rows, err := v.rows(`SELECT id, due_at FROM grants WHERE `+which+` AND due_at <= ? AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?`, v.Now, from.Due.UTC(), from.ID, limit)
	return collect(rows, err, func(r *sql.Rows, a *Ahead) error { return r.Scan(&a.ID, &a.Due) })
}

// Over notes that the access token of a grant is over, though its end was not known.
// It reports whether that is news.
func (t *SystemTx) Over(g *models.Grant) (bool, error) {
	n, err := t.tx.exec(`UPDATE grants SET expires_at = ?, version = version + 1, updated_at = ? WHERE id = ? AND version = ?`, t.Now, t.Now, g.ID, g.Version)
	g.ExpiresAt, g.Version = &t.Now, g.Version+1
	return n == 1, err
}

// Checked notes that the provider showed that a grant works.
func (t *SystemTx) Checked(id models.ID) error {
	_, err := t.tx.exec(`UPDATE grants SET checked_at = ? WHERE id = ?`, t.Now, id)
	return err
}

// Postpone has the job look at a grant later that it could not see to, unless
// somebody has said meanwhile when it is due.
func (t *SystemTx) Postpone(a Ahead, at time.Time) error {
	_, err := t.tx.exec(`UPDATE grants SET due_at = ? WHERE id = ? AND due_at = ?`, at, a.ID, a.Due.UTC())
	return err
}

// OwnerOf is who owns the credential of a grant, with the credential.
func (v *SystemView) OwnerOf(g models.Grant) (u models.User, c models.Credential, err error) {
	if g.CredentialID == nil {
		return u, c, models.Fail(models.NotFound, "No such credential.")
	}
	var due nullTime
	err = v.row(`SELECT u.id, u.name, u.email, c.id, c.name, c.deletion_at FROM credentials c JOIN users u ON u.id = c.owner_id WHERE c.id = ?`, *g.CredentialID).
		Scan(&u.ID, &u.Name, &u.Email, &c.ID, &c.Name, &due)
	c.DeletionAt = due.orNil()
	return u, c, fault(err, "credential")
}

// SharesAccount reports whether something else that still counts was got for the
// same account by the same client: many providers end both when one is given up.
// With anyones, an account that is not known may be any.
func (v *SystemView) SharesAccount(g models.Grant, anyones bool) (shares bool, err error) {
	if g.OAuthClientID == nil {
		return false, nil
	}
	err = v.row(`SELECT EXISTS (SELECT 1 FROM grants WHERE oauth_client_id = ? AND id <> ? AND (credential_id IS NOT NULL OR tries = 0 AND due_at > ?)
		AND (subject = ? AND subject <> '' OR ? AND (subject = '' OR ? = '')))`, *g.OAuthClientID, g.ID, v.Now, g.Subject, anyones, g.Subject).Scan(&shares)
	return shares, err
}

// GaveUp notes what became of giving up a grant, and forgets it.
func (t *SystemTx) GaveUp(g models.Grant, revoked bool, note string) error {
	name := models.GrantNotRevoked
	if revoked {
		name = models.GrantRevoked
	}
	t.tx.record(name, madeFor(g), models.Details{Before: accountFacts(g), Note: note})
	_, err := t.tx.exec(`DELETE FROM grants WHERE id = ? AND credential_id IS NULL`, g.ID)
	return err
}

// accountFacts are what the history says of whose account a grant is.
func accountFacts(g models.Grant) map[string]any {
	return map[string]any{"provider": g.Provider, "account": g.Account}
}

// GiveUpLater puts off giving up a grant.
func (t *SystemTx) GiveUpLater(g models.Grant, at time.Time) error {
	_, err := t.tx.exec(`UPDATE grants SET tries = tries + 1, due_at = ?, cause = ?, updated_at = ? WHERE id = ? AND credential_id IS NULL`, at, g.Cause, t.Now, g.ID)
	return err
}
