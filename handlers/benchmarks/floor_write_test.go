package benchmarks

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"holdfast/models"
)

// floorBox seals with a key that is set up once.
func floorBox(tb testing.TB) cipher.AEAD {
	tb.Helper()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		tb.Fatal(err)
	}
	box, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		tb.Fatal(err)
	}
	return box
}

// floorNew is a credential on its way in, with no more than its rows need.
type floorNew struct {
	id, body, event uuid.UUID
	name            string
	sealed          []byte
	now             time.Time
	owner           models.Actor
}

func newFloor(box cipher.AEAD, owner models.Actor, name string, body map[string]any) (floorNew, error) {
	plain, err := json.Marshal(body)
	if err != nil {
		return floorNew{}, err
	}
	n := floorNew{id: uuid.Must(uuid.NewV7()), body: uuid.Must(uuid.NewV7()), event: uuid.Must(uuid.NewV7()), name: name, now: time.Now().UTC(), owner: owner}
	n.sealed = box.Seal(nil, nil, plain, n.body[:])
	return n, nil
}

// floorCreatePG is the whole work as one statement and one commit.
const floorCreatePG = `WITH c AS (
	INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at) VALUES ($1, $2, $3, $3, 'postgresql', 1, $4, $4) RETURNING id
), b AS (
	INSERT INTO bodies (id, credential_id, environment, sealed, key_id, fields, updated_at) SELECT $5, id, 'main', $6, 'k1', '{}', $4 FROM c
)
INSERT INTO events (id, at, name, actor_id, actor_name, thing_type, thing_id, thing_name, details, ip, request_id)
SELECT $7, $4, 'credential.created', $2, $8, 'credential', $9, $3, '{}', '127.0.0.1', 'r' FROM c`

func (n floorNew) pg(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, floorCreatePG, n.id, n.owner.UserID, n.name, n.now, n.body, n.sealed, n.event, n.owner.Email, n.id.String())
	return err
}

// floorWriter are the same inserts, prepared, on SQLite's one writer.
type floorWriter struct {
	db                      *sql.DB
	credential, body, event *sql.Stmt
}

func openFloorWriter(tb testing.TB, db *sql.DB) *floorWriter {
	tb.Helper()
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	prepare := func(query string) *sql.Stmt {
		s, err := db.Prepare(query)
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
	return &floorWriter{
		db:         db,
		credential: prepare(`INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at) VALUES (?, ?, ?, ?, 'postgresql', 1, ?, ?)`),
		body:       prepare(`INSERT INTO bodies (id, credential_id, environment, sealed, key_id, fields, updated_at) VALUES (?, ?, 'main', ?, 'k1', '{}', ?)`),
		event: prepare(`INSERT INTO events (id, at, name, actor_id, actor_name, thing_type, thing_id, thing_name, details, ip, request_id)
			VALUES (?, ?, 'credential.created', ?, ?, 'credential', ?, ?, '{}', '127.0.0.1', 'r')`),
	}
}

func (n floorNew) sqlite(ctx context.Context, w *floorWriter) error {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit there is nothing to roll back
	if _, err := tx.StmtContext(ctx, w.credential).ExecContext(ctx, n.id, n.owner.UserID, n.name, n.name, n.now, n.now); err != nil {
		return err
	}
	if _, err := tx.StmtContext(ctx, w.body).ExecContext(ctx, n.body, n.id, n.sealed, n.now); err != nil {
		return err
	}
	if _, err := tx.StmtContext(ctx, w.event).ExecContext(ctx, n.event, n.now, n.owner.UserID, n.owner.Email, n.id.String(), n.name); err != nil {
		return err
	}
	return tx.Commit()
}
