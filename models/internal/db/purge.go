package db

import (
	"database/sql"

	"holdfast/models"
)

// Due is a credential whose grace period has ended.
type Due struct {
	models.Credential
	Active bool // it has steps: its emptied record stays
}

// Due are at most limit credentials after from that are due and that no one
// else works on at this moment, the longest due first. They are held until the
// door closes.
func (t *SystemTx) Due(from Due, limit int) ([]Due, error) {
	w := where{}
	w.add(true, `c.deletion_at <= ? AND c.purged_at IS NULL`, t.Now)
	if from.DeletionAt != nil {
		w.add(true, `(c.deletion_at, c.id) > (?, ?)`, from.DeletionAt.UTC(), from.ID)
	}
	return t.due(w, limit)
}

// StillDue holds one credential that was due, if it still is.
func (t *SystemTx) StillDue(d Due) (bool, error) {
	w := where{}
	w.add(true, `c.id = ? AND c.deletion_at <= ? AND c.purged_at IS NULL`, d.ID, t.Now)
	list, err := t.due(w, 1)
	return len(list) == 1, err
}

func (t *SystemTx) due(w where, limit int) ([]Due, error) {
	// Not EXISTS: Postgres would put the ids of all steps ever into a hash to answer it.
	rows, err := t.rows(`SELECT c.id, c.name, c.deletion_at, (SELECT 1 FROM steps s WHERE s.credential_id = c.id LIMIT 1) IS NOT NULL
		FROM credentials c`+w.String()+` ORDER BY c.deletion_at, c.id LIMIT ?`+t.d.skipLocked(), append(w.args, limit)...)
	return collect(rows, err, func(r *sql.Rows, d *Due) error { return r.Scan(&d.ID, &d.Name, &d.DeletionAt, &d.Active) })
}

// Purge erases the bodies of due credentials without asking any schema, then
// deletes those that no step refers to and empties the others for good.
func (t *SystemTx) Purge(due []Due) (models.PurgeCount, error) {
	var all, gone, kept []any
	for _, d := range due {
		all = append(all, d.ID)
		if d.Active {
			kept = append(kept, d.ID)
		} else {
			gone = append(gone, d.ID)
		}
		t.tx.record(models.CredentialPurged, credential(d.Credential), models.Details{After: map[string]any{"record_kept": d.Active}})
	}
	count := models.PurgeCount{Deleted: len(gone), Emptied: len(kept)}
	for _, s := range []struct {
		query string
		ids   []any
	}{
		{`DELETE FROM bodies WHERE credential_id IN (`, all},
		{`DELETE FROM shares WHERE credential_id IN (`, all},
		{`DELETE FROM credentials WHERE id IN (`, gone},
	} {
		if len(s.ids) == 0 {
			continue
		}
		if _, err := t.tx.exec(s.query+marks(len(s.ids))+`)`, s.ids...); err != nil {
			return models.PurgeCount{}, err
		}
	}
	if len(kept) == 0 {
		return count, nil
	}
	_, err := t.tx.exec(`UPDATE credentials SET purged_at = ?, updated_at = ?, version = version + 1 WHERE id IN (`+marks(len(kept))+`)`,
		append([]any{t.Now, t.Now}, kept...)...)
	return count, err
}
