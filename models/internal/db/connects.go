package db

import (
	"time"

	"gorm.io/gorm"

	"holdfast/models"
)

// AddConnect notes that the person leaves for a provider, with the verifier that
// their way back is proved by.
func (t *SelfTx) AddConnect(c *models.Connect, v models.ConnectVerifier) error {
	c.UserID, c.SessionID, c.State = t.Who.UserID, t.Who.SessionID, models.ConnectAway
	c.CreatedAt, c.ExpiresAt = t.Now, t.Now.Add(models.ConnectLife)
	if err := gorm.G[models.Connect](t.g).Create(t.ctx, c); err != nil {
		return fault(err, "connection")
	}
	return fault(gorm.G[models.ConnectVerifier](t.g).Create(t.ctx, &v), "connection")
}

// TakeConnect takes the way back of that state, once: by the person and in the
// browser session that left, in time. Everything else is not found, and ends nothing.
func (t *SelfTx) TakeConnect(state []byte) (c models.Connect, v models.ConnectVerifier, err error) {
	n, err := t.tx.exec(`UPDATE connects SET state = ?, expires_at = ? WHERE state_hash = ? AND user_id = ? AND session_id = ? AND state = ? AND expires_at > ?`,
		string(models.ConnectTaken), t.Now.Add(models.ConnectLife), state, t.Who.UserID, t.Who.SessionID, string(models.ConnectAway), t.Now)
	if err != nil {
		return c, v, err
	}
	if n == 0 {
		return c, v, models.Fail(models.NotFound, "No such connection.")
	}
	if c, err = gorm.G[models.Connect](t.g).Where("state_hash = ?", state).First(t.ctx); err != nil {
		return c, v, fault(err, "connection")
	}
	if v, err = gorm.G[models.ConnectVerifier](t.g).Where("id = ?", c.ID).First(t.ctx); err != nil {
		return c, v, fault(err, "connection")
	}
	_, err = t.tx.exec(`DELETE FROM connect_verifiers WHERE id = ?`, c.ID)
	return c, v, err
}

// Connect is what became of a connection that the person began.
func (v *SelfView) Connect(id models.ID) (models.Connect, error) {
	c, err := gorm.G[models.Connect](v.g).Where("id = ? AND user_id = ?", id, v.Who.UserID).First(v.ctx)
	return c, fault(err, "connection")
}

// TakeDecision is Connect for who decides: while there is something to decide,
// once.
func (t *SelfTx) TakeDecision(id models.ID) (models.Connect, error) {
	c, err := t.Connect(id)
	if err != nil {
		return c, err
	}
	n, err := t.tx.exec(`UPDATE connects SET state = ? WHERE id = ? AND state = ? AND expires_at > ?`, string(models.ConnectTaken), id, string(models.ConnectAsks), t.Now)
	if err == nil && n == 0 {
		err = models.Fail(models.Conflict, "This was decided already, or took too long. Connect again.")
	}
	return c, err
}

// CameBack keeps what came of a connection.
func (t *SelfTx) CameBack(c models.Connect) error {
	_, err := t.tx.exec(`UPDATE connects SET state = ?, grant_id = ?, credential_id = ?, outcome = ? WHERE id = ?`, string(c.State), c.GrantID, c.CredentialID, c.Outcome, c.ID)
	return err
}

// ConnectFailed notes in the history of a credential why it could not be connected.
func (t *SelfTx) ConnectFailed(c models.Credential, provider, code string) {
	t.tx.record(models.ConnectRefused, credential(c), models.Details{After: map[string]any{"provider": provider, "code": code}})
}

// SweepConnects forgets, at most limit rows of each, ways that are long over and
// lines of the ledger before old.
func (t *SystemTx) SweepConnects(old time.Time, limit int) (int, error) {
	ways, err := t.tx.exec(`DELETE FROM connects WHERE id IN (SELECT id FROM connects WHERE created_at <= ? ORDER BY created_at LIMIT ?)`, t.Now.Add(-models.ConnectKept), limit)
	if err != nil {
		return 0, err
	}
	lines, err := t.tx.exec(`DELETE FROM refreshes WHERE id IN (SELECT id FROM refreshes WHERE at <= ? ORDER BY at LIMIT ?)`, old, limit)
	return int(ways + lines), err
}
