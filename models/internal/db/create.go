package db

import (
	"context"

	"holdfast/models"
)

// NewCredential is a credential on its way in: Body is sealed already, under
// ids made by Stamp.
type NewCredential struct {
	models.Credential
	Body     models.Body
	Projects []models.ID // to be shared with
}

// Stamp gives the credential, its body and its owner their ids.
func (n *NewCredential) Stamp(who models.Actor) {
	n.ID, n.OwnerID, n.Version = models.NewID(), who.UserID, 1
	n.NameKey = models.Fold(n.Name)
	n.Body.ID, n.Body.CredentialID, n.Body.Environment = models.NewID(), n.ID, models.MainEnvironment
}

// CreateCredential is the door Self to one work: it keeps a stamped credential
// with its body, its shares and its events, or nothing of it.
func (d *DB) CreateCredential(ctx context.Context, who models.Actor, n *NewCredential) error {
	if d.pg && len(n.Projects) == 0 && who.SignedIn() {
		return d.createAtOnce(ctx, who, n)
	}
	return d.Self(ctx, who, func(t *SelfTx) error { return t.Create(n) })
}

// Create keeps a stamped credential with its body, its shares and its events.
func (t *SelfTx) Create(n *NewCredential) error {
	n.CreatedAt, n.UpdatedAt = t.Now, t.Now
	if err := t.add(n); err != nil {
		return err
	}
	return t.Share(n.Credential, n.Projects)
}

func (t *SelfTx) add(n *NewCredential) error {
	_, err := t.tx.exec(`INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		n.ID, n.OwnerID, n.Name, n.NameKey, n.Kind, n.Version, n.CreatedAt, n.UpdatedAt)
	if err != nil {
		return taken(err)
	}
	_, err = t.tx.exec(`INSERT INTO bodies (id, credential_id, environment, sealed, key_id, fields, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		n.Body.ID, n.ID, n.Body.Environment, n.Body.Sealed, n.Body.KeyID, n.Body.Fields, t.Now)
	t.tx.record(models.CredentialCreated, credential(n.Credential), created(n))
	return err
}

// createAtOnce does the same in one round trip and one commit: programs create
// by the thousand, and on Postgres the trips cost more than the work. The
// statement asks for the owner, so a user who is gone creates nothing.
func (d *DB) createAtOnce(ctx context.Context, who models.Actor, n *NewCredential) error {
	now := d.Clock()
	n.CreatedAt, n.UpdatedAt = now, now
	e := d.event(now, who, models.CredentialCreated, credential(n.Credential), created(n))
	args := append([]any{
		n.ID, n.Name, n.NameKey, n.Kind, now, who.UserID,
		n.Body.ID, n.Body.Environment, n.Body.Sealed, n.Body.KeyID, n.Body.Fields, now,
	}, eventArgs(e)...)
	r, err := d.sqlWrite().ExecContext(ctx, atOnce, d.values(args)...)
	if err != nil {
		return fault(taken(err), "credential")
	}
	if kept, err := r.RowsAffected(); err != nil || kept == 0 {
		return signedOut()
	}
	return nil
}

const atOnce = `WITH c AS (
	INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at)
	SELECT $1::uuid, id, $2::text, $3::text, $4::text, 1, $5::timestamptz, $5::timestamptz FROM users WHERE id = $6 RETURNING id
), b AS (
	INSERT INTO bodies (id, credential_id, environment, sealed, key_id, fields, updated_at)
	SELECT $7::uuid, id, $8::text, $9::bytea, $10::text, $11::text, $12::timestamptz FROM c
)
INSERT INTO events (` + eventColumns + `)
SELECT $13::uuid, $14::timestamptz, $15::text, $16::bigint, $17::text, $18::text, $19::text, $20::text, $21::text, $22::text, $23::text FROM c`

func created(n *NewCredential) models.Details {
	return models.Details{After: map[string]any{"name": n.Name, "kind": n.Kind}}
}

// taken says at the field that a name is in use.
func taken(err error) error {
	if !duplicate(err) {
		return err
	}
	return models.Wrong("name", "You have another credential with this name.")
}
