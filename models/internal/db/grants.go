package db

import (
	"database/sql"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"holdfast/models"
)

func grant(g models.Grant) Thing { return Thing{"grant", g.ID.String(), g.Name} }

// madeFor names the credential that a grant was got for, which may be gone.
func madeFor(g models.Grant) Thing { return Thing{"credential", g.MadeFor.String(), g.Name} }

// GrantOf is the grant of a credential; nil when it has none.
func (v view) GrantOf(credential models.ID) (*models.Grant, error) {
	list, err := gorm.G[models.Grant](v.g).Where("credential_id = ?", credential).Limit(1).Find(v.ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Connected is one of the person's credentials with what its token is handed out
// by, in one query: programs fetch tokens by the thousand. The grant is nil when
// it has none.
func (v *SelfView) Connected(id models.ID) (c models.Credential, found *models.Grant, err error) {
	c = models.Credential{ID: id, OwnerID: v.Who.UserID}
	g := models.Grant{CredentialID: &id, MadeFor: id}
	var grant, client sql.Null[models.ID]
	var used, due, requested, purged, obtained, expires, retry nullTime
	err = v.row(`SELECT c.name, c.name_key, c.kind, c.version, c.created_at, c.updated_at, c.last_used_at, c.deletion_at, c.deletion_requested_at, c.purged_at,
			g.id, g.oauth_client_id, coalesce(g.provider, ''), coalesce(g.given, ''), coalesce(g.refreshable, false), g.sealed, coalesce(g.version, 0),
			g.obtained_at, g.expires_at, coalesce(g.trouble, ''), g.retry_at
		FROM credentials c LEFT JOIN grants g ON g.credential_id = c.id WHERE c.id = ? AND c.owner_id = ?`, id, v.Who.UserID).
		Scan(&c.Name, &c.NameKey, &c.Kind, &c.Version, &c.CreatedAt, &c.UpdatedAt, &used, &due, &requested, &purged,
			&grant, &client, &g.Provider, &g.Given, &g.Refreshable, &g.Sealed, &g.Version, &obtained, &expires, &g.Trouble, &retry)
	if err != nil {
		return models.Credential{}, nil, fault(err, "credential")
	}
	c.LastUsedAt, c.DeletionAt, c.DeletionRequested, c.PurgedAt = used.Time, due.orNil(), requested.orNil(), purged.orNil()
	if !grant.Valid {
		return c, nil, nil
	}
	g.ID, g.ObtainedAt, g.ExpiresAt, g.RetryAt = grant.V, obtained.Time, expires.orNil(), retry.orNil()
	if client.Valid {
		g.OAuthClientID = &client.V
	}
	return c, &g, nil
}

// Grant is one grant, whoever's.
func (v *SystemView) Grant(id models.ID) (models.Grant, error) {
	g, err := gorm.G[models.Grant](v.g).Where("id = ?", id).First(v.ctx)
	return g, fault(err, "connection")
}

// ClientOf is the client that a grant was got with; nil when it was deleted.
func (v view) ClientOf(g models.Grant) (*models.OAuthClient, error) {
	if g.OAuthClientID == nil {
		return nil, nil
	}
	list, err := gorm.G[models.OAuthClient](v.g).Where("id = ?", *g.OAuthClientID).Limit(1).Find(v.ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// ConnectedBy is the name of who connected the account of a grant of the person's;
// empty when that was the person.
func (v *SelfView) ConnectedBy(g models.Grant) (string, error) {
	if g.ConnectedBy == v.Who.UserID {
		return "", nil
	}
	u, err := v.user(g.ConnectedBy)
	if models.KindOf(err) == models.NotFound && err != nil {
		return "somebody who has left", nil
	}
	return u.Name, err
}

// ClientAndSecretOf is the client that a grant was got with, and its sealed secret,
// for who asks the provider; nil when it was deleted.
func (v view) ClientAndSecretOf(g models.Grant) (*models.OAuthClient, models.OAuthClientSecret, error) {
	if g.OAuthClientID == nil {
		return nil, models.OAuthClientSecret{}, nil
	}
	var c models.OAuthClient
	var incident nullTime
	var id sql.Null[models.ID]
	var sealed []byte
	err := v.row(`SELECT c.id, c.owner_id, c.name, c.provider, c.client_id, c.settings, c.version, c.incident_at, c.incident_code, s.id, s.sealed
		FROM oauth_clients c LEFT JOIN oauth_client_secrets s ON s.oauth_client_id = c.id WHERE c.id = ?`, *g.OAuthClientID).
		Scan(&c.ID, &c.OwnerID, &c.Name, &c.Provider, &c.ClientID, &c.Settings, &c.Version, &incident, &c.IncidentCode, &id, &sealed)
	if err == sql.ErrNoRows {
		return nil, models.OAuthClientSecret{}, nil
	}
	c.IncidentAt = incident.orNil()
	return &c, models.OAuthClientSecret{ID: id.V, OAuthClientID: c.ID, Sealed: sealed}, err
}

// Facts are what the health of credentials is judged by, in one query that reads
// no token. A credential that is not connected has none.
func (v view) Facts(credentials []models.ID) (map[models.ID]models.Facts, error) {
	facts := map[models.ID]models.Facts{}
	if len(credentials) == 0 {
		return facts, nil
	}
	those, list := v.d.among(credentials)
	rows, err := v.rows(`SELECT g.credential_id, g.provider, g.account, g.subject, g.missing, g.refreshable, g.obtained_at, g.expires_at, g.refresh_until, g.refresh_since, g.checked_at,
			g.trouble, g.cause, g.trouble_at, g.retry_at, x.id IS NULL, x.incident_at, coalesce(x.incident_code, '')
		FROM grants g LEFT JOIN oauth_clients x ON x.id = g.oauth_client_id WHERE g.credential_id `+those, list)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		f := models.Facts{Connected: true}
		g := &f.Grant
		var of models.ID
		var expires, until, since, trouble, retry, incident nullTime
		err := r.Scan(&of, &g.Provider, &g.Account, &g.Subject, &g.Missing, &g.Refreshable, &g.ObtainedAt, &expires, &until, &since, &g.CheckedAt,
			&g.Trouble, &g.Cause, &trouble, &retry, &f.Gone, &incident, &f.Code)
		g.ExpiresAt, g.RefreshUntil, g.RefreshSince, g.TroubleAt, g.RetryAt, f.Incident = expires.orNil(), until.orNil(), since.orNil(), trouble.orNil(), retry.orNil(), incident.orNil()
		facts[of] = f
		return err
	})
	return facts, err
}

// withHealth adds to a list how the connected credentials among it are: one more
// query, for lists that have some.
func (v view) withHealth(list []models.Listed, err error) ([]models.Listed, error) {
	var ids []models.ID
	for _, l := range list {
		if l.Kind == models.OAuthKind && l.PurgedAt == nil {
			ids = append(ids, l.ID)
		}
	}
	if err != nil || len(ids) == 0 {
		return list, err
	}
	facts, err := v.Facts(ids)
	for i, l := range list {
		if l.Kind == models.OAuthKind && l.PurgedAt == nil {
			h := facts[l.ID].Health(v.Now)
			list[i].Health = &h
		}
	}
	return list, err
}

// AddGrant keeps what a provider has granted, for nobody yet: unless somebody
// takes it before due, it is given up at the provider.
func (t *SystemTx) AddGrant(g *models.Grant) error {
	g.CredentialID, g.Version, g.CreatedAt, g.UpdatedAt = nil, 1, t.Now, t.Now
	return fault(gorm.G[models.Grant](t.g).Create(t.ctx, g), "connection")
}

// TakeGrant holds a grant that belongs to no credential yet.
func (t *SelfTx) TakeGrant(id models.ID) (models.Grant, error) {
	g, err := gorm.G[models.Grant](t.g, clause.Locking{Strength: "UPDATE"}).Where("id = ? AND credential_id IS NULL AND connected_by = ?", id, t.Who.UserID).First(t.ctx)
	return g, fault(err, "connection")
}

// HoldGrantOf holds the grant of the person's own credential c; nil when it has none.
func (t *SelfTx) HoldGrantOf(c models.Credential) (*models.Grant, error) {
	list, err := gorm.G[models.Grant](t.g, clause.Locking{Strength: "UPDATE"}).Where("credential_id = ?", c.ID).Limit(1).Find(t.ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Attach makes the held grant g that of the person's own credential c, which begins
// its ledger: its tokens came after millis. The one before must have left it.
func (t *SelfTx) Attach(c models.Credential, g *models.Grant, before *models.Grant, millis int64) error {
	g.CredentialID, g.MadeFor, g.Name = &c.ID, c.ID, c.Name
	g.DueAt = g.DueNext()
	n, err := t.tx.exec(`UPDATE grants SET credential_id = ?, made_for = ?, name = ?, due_at = ?, updated_at = ? WHERE id = ? AND credential_id IS NULL`,
		c.ID, c.ID, c.Name, g.DueAt, t.Now, g.ID)
	if err == nil && n == 0 {
		err = models.Fail(models.Conflict, "This connection was used or given up meanwhile. Connect again.")
	}
	d := models.Details{After: map[string]any{"provider": g.Provider, "account": g.Account, "subject": g.Subject, "scopes": g.Given, "refreshable": g.Refreshable}}
	name := models.CredentialConnected
	if before != nil && before.Known() && !before.SameAccount(*g) {
		name = models.AccountSwitched
		d.Before = map[string]any{"provider": before.Provider, "account": before.Account, "subject": before.Subject}
	}
	t.tx.record(name, credential(c), d)
	if err != nil {
		return err
	}
	e := models.RefreshEntry{ID: models.NewID(), CredentialID: c.ID, GrantID: g.ID, At: t.Now, Why: models.ForConnect, Outcome: models.OutcomeOK, Status: 200, Millis: millis}
	return fault(gorm.G[models.RefreshEntry](t.g).Create(t.ctx, &e), "credential")
}

// Part takes the held grant g away from its credential. It is given up at the
// provider then, or, with forget, merely forgotten.
func (t *SelfTx) Part(g models.Grant, forget bool) error {
	if forget {
		t.tx.record(models.GrantNotRevoked, madeFor(g), models.Details{Before: accountFacts(g), Note: "the same account was connected again, and revoking could end that as well"})
		_, err := t.tx.exec(`DELETE FROM grants WHERE id = ?`, g.ID)
		return err
	}
	_, err := t.tx.exec(`UPDATE grants SET credential_id = NULL, due_at = ?, tries = 0, updated_at = ? WHERE id = ?`, t.Now, t.Now, g.ID)
	return err
}

// Disconnected notes that the person took the account away from their credential.
func (t *SelfTx) Disconnected(c models.Credential, g models.Grant) {
	t.tx.record(models.CredentialParted, credential(c), models.Details{Before: map[string]any{"provider": g.Provider, "account": g.Account, "subject": g.Subject}})
}

// leaveGrants has the grants of credentials that are about to go given up at the
// provider, under the names that the credentials had.
func (t tx) leaveGrants(ids []models.ID) error {
	those, list := t.d.among(ids)
	_, err := t.exec(`UPDATE grants SET credential_id = NULL, due_at = ?, tries = 0, updated_at = ?,
		name = (SELECT c.name FROM credentials c WHERE c.id = grants.credential_id) WHERE credential_id `+those, t.Now, t.Now, list)
	return err
}

// DropGrant has a grant that nobody took given up at once.
func (t *SelfTx) DropGrant(id models.ID) error {
	_, err := t.tx.exec(`UPDATE grants SET due_at = ?, updated_at = ? WHERE id = ? AND credential_id IS NULL AND connected_by = ?`, t.Now, t.Now, id, t.Who.UserID)
	return err
}

// Ledger are the last times that tokens were asked for, the newest first.
func (v view) Ledger(credential models.ID) ([]models.RefreshEntry, error) {
	rows, err := v.rows(`SELECT id, credential_id, grant_id, at, why, outcome, status, millis, rotated FROM refreshes WHERE credential_id = ? ORDER BY id DESC LIMIT ?`,
		credential, models.LedgerShown)
	return collect(rows, err, func(r *sql.Rows, e *models.RefreshEntry) error {
		return r.Scan(&e.ID, &e.CredentialID, &e.GrantID, &e.At, &e.Why, &e.Outcome, &e.Status, &e.Millis, &e.Rotated)
	})
}
