package db

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"holdfast/models"
)

// SealedColumn is a column that holds sealed secrets. Rotation visits every
// one of them; a test fails when a sealed column of the schema is not listed.
type SealedColumn struct{ Table, Column, KeyColumn string }

// SealedColumns are all columns that hold sealed secrets. Each table has an id
// and, beside the blob, the id of its key.
func SealedColumns() []SealedColumn {
	return []SealedColumn{
		{"bodies", "sealed", "key_id"},
		{"letter_tokens", "sealed", "key_id"},
		{"totps", "sealed", "key_id"},
		{"provider_secrets", "sealed", "key_id"},
		{"oauth_client_secrets", "sealed", "key_id"},
		{"grants", "sealed", "key_id"},
		{"connect_verifiers", "sealed", "key_id"},
	}
}

// SealedRow is one sealed blob and where it stands.
type SealedRow struct {
	ID     models.ID
	Sealed []byte
}

// KeyCounts are how many rows of c each key has sealed.
func (v *SystemView) KeyCounts(c SealedColumn) (map[string]int, error) {
	counts := map[string]int{}
	rows, err := v.rows(`SELECT ` + c.KeyColumn + `, count(*) FROM ` + c.Table + ` GROUP BY ` + c.KeyColumn)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var key string
		var n int
		err := r.Scan(&key, &n)
		counts[key] = n
		return err
	})
	return counts, err
}

// Sealed are at most limit rows of c after the row with id after.
func (v *SystemView) Sealed(c SealedColumn, after models.ID, limit int) ([]SealedRow, error) {
	rows, err := v.rows(`SELECT id, `+c.Column+` FROM `+c.Table+` WHERE id > ? ORDER BY id LIMIT ?`, after, limit)
	return collect(rows, err, scanSealed)
}

// SealedBy are at most limit rows of c after the row with id after that the
// key has sealed.
func (v *SystemView) SealedBy(c SealedColumn, key string, after models.ID, limit int) ([]SealedRow, error) {
	rows, err := v.rows(`SELECT id, `+c.Column+` FROM `+c.Table+` WHERE `+c.KeyColumn+` = ? AND id > ? ORDER BY id LIMIT ?`, key, after, limit)
	return collect(rows, err, scanSealed)
}

func scanSealed(r *sql.Rows, s *SealedRow) error { return r.Scan(&s.ID, &s.Sealed) }

// Reseal replaces a blob by the same secret under another key, unless the row
// was written meanwhile.
func (t *SystemTx) Reseal(c SealedColumn, old SealedRow, sealed []byte, key string) (bool, error) {
	n, err := t.tx.exec(`UPDATE `+c.Table+` SET `+c.Column+` = ?, `+c.KeyColumn+` = ? WHERE id = ? AND `+c.Column+` = ?`, sealed, key, old.ID, old.Sealed)
	return n == 1, err
}

// Empty reports whether the database has no tables yet.
func (d *DB) Empty(ctx context.Context) (bool, error) {
	have, err := d.version(ctx)
	return have <= 0, fault(err, "database")
}

// KeysUsed are the ids of all keys that rows are sealed with, in no order. It
// leaps from key to key and reads no more rows than there are keys.
func (v *SystemView) KeysUsed() (keys []string, err error) {
	for _, c := range SealedColumns() {
		for key := ""; ; {
			err := v.row(`SELECT `+c.KeyColumn+` FROM `+c.Table+` WHERE `+c.KeyColumn+` > ? ORDER BY `+c.KeyColumn+` LIMIT 1`, key).Scan(&key)
			if errors.Is(err, sql.ErrNoRows) {
				break
			}
			if err != nil {
				return nil, err
			}
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys, nil
}
