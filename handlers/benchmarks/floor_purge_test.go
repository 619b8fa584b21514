package benchmarks

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const floorBatch = 500

// purgeFloor erases what is due in batches, an event for each, in bare SQL.
func (p *place) purgeFloor(b *testing.B) (took, longest time.Duration) {
	batch := p.floorPurger(b)
	begun := time.Now()
	for {
		at := time.Now()
		n, err := batch(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		longest = max(longest, time.Since(at))
		if n < floorBatch {
			return time.Since(begun), longest
		}
	}
}

func (p *place) floorPurger(b *testing.B) func(context.Context) (int, error) {
	if p.pg {
		pool := p.pool(b)
		return func(ctx context.Context) (int, error) { return floorPurgePG(ctx, pool) }
	}
	db := p.bare(b)
	db.SetMaxOpenConns(1)
	insert, err := db.Prepare(`INSERT INTO events (id, at, name, actor_id, actor_name, thing_type, thing_id, thing_name, details, ip, request_id)
		VALUES (?, ?, 'credential.purged', 0, 'purge', 'credential', ?, ?, '{}', '', '')`)
	if err != nil {
		b.Fatal(err)
	}
	return func(ctx context.Context) (int, error) { return floorPurgeSQLite(ctx, db, insert) }
}

func floorPurgePG(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	now := time.Now().UTC()
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, name FROM credentials WHERE deletion_at <= $1 AND purged_at IS NULL ORDER BY deletion_at, id LIMIT 500 FOR UPDATE SKIP LOCKED`, now)
		if err != nil {
			return err
		}
		var ids, events []uuid.UUID
		var names, texts []string
		var id uuid.UUID
		var name string
		_, err = pgx.ForEachRow(rows, []any{&id, &name}, func() error {
			ids, events = append(ids, id), append(events, uuid.Must(uuid.NewV7()))
			names, texts = append(names, name), append(texts, id.String())
			return nil
		})
		if n = len(ids); err != nil || n == 0 {
			return err
		}
		if _, err = tx.Exec(ctx, `DELETE FROM credentials WHERE id = ANY($1)`, ids); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO events (id, at, name, actor_id, actor_name, thing_type, thing_id, thing_name, details, ip, request_id)
			SELECT e, $1, 'credential.purged', 0, 'purge', 'credential', t, n, '{}', '', '' FROM unnest($2::uuid[], $3::text[], $4::text[]) AS u (e, t, n)`,
			now, events, texts, names)
		return err
	})
	return n, err
}

func floorPurgeSQLite(ctx context.Context, db *sql.DB, insert *sql.Stmt) (n int, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit there is nothing to roll back
	now := time.Now().UTC()
	rows, err := tx.QueryContext(ctx, `SELECT id, name FROM credentials WHERE deletion_at <= ? AND purged_at IS NULL ORDER BY deletion_at, id LIMIT 500`, now)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var ids []any
	var names []string
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return 0, err
		}
		ids, names = append(ids, id), append(names, name)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return 0, err
	}
	in := strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ")
	if _, err := tx.ExecContext(ctx, `DELETE FROM credentials WHERE id IN (`+in+`)`, ids...); err != nil {
		return 0, err
	}
	bound := tx.StmtContext(ctx, insert)
	for i, id := range ids {
		if _, err := bound.ExecContext(ctx, uuid.Must(uuid.NewV7()), now, id, names[i]); err != nil {
			return 0, err
		}
	}
	return len(ids), tx.Commit()
}

func sorted(all []time.Duration) []time.Duration {
	all = slices.Clone(all)
	slices.Sort(all)
	return all
}
