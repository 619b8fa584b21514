package db

import (
	"database/sql"
	"errors"
	"slices"

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

// StillDue holds one credential that was due, as it is now, if it still is.
func (t *SystemTx) StillDue(id models.ID) ([]Due, error) {
	w := where{}
	w.add(true, `c.id = ? AND c.deletion_at <= ? AND c.purged_at IS NULL`, id, t.Now)
	return t.due(w, 1)
}

func (t *SystemTx) due(w where, limit int) ([]Due, error) {
	// Not EXISTS: Postgres would put the ids of all steps ever into a hash to answer it.
	rows, err := t.rows(`SELECT c.id, c.name, c.deletion_at, (SELECT 1 FROM steps s WHERE s.credential_id = c.id LIMIT 1) IS NOT NULL
		FROM credentials c`+w.String()+` ORDER BY c.deletion_at, c.id LIMIT ?`+t.d.skipLocked("c"), append(w.args, limit)...)
	return collect(rows, err, func(r *sql.Rows, d *Due) error { return r.Scan(&d.ID, &d.Name, &d.DeletionAt, &d.Active) })
}

// Purge erases the bodies of due credentials without asking any schema: it
// deletes those that no step refers to and empties the others for good. What was
// granted for them is given up at the provider, after the commit.
func (t *SystemTx) Purge(due []Due) (models.PurgeCount, error) {
	gone, kept := t.tell(due, false), t.tell(due, true)
	if err := t.tx.leaveGrants(slices.Concat(gone, kept)); err != nil {
		return models.PurgeCount{}, err
	}
	if err := errors.Join(t.erase(gone), t.empty(kept)); err != nil {
		return models.PurgeCount{}, err
	}
	return models.PurgeCount{Deleted: len(gone), Emptied: len(kept)}, nil
}

// tell notes the purge of those of due that are active, or of those that are
// not, and gives their ids.
func (t *SystemTx) tell(due []Due, active bool) []models.ID {
	ids, things := make([]models.ID, 0, len(due)), make([]Thing, 0, len(due))
	for _, d := range due {
		if d.Active == active {
			ids, things = append(ids, d.ID), append(things, credential(d.Credential))
		}
	}
	t.tx.recordEach(models.CredentialPurged, things, models.Details{After: map[string]any{"record_kept": active}})
	return ids
}

// erase deletes credentials. Their bodies and shares go with them (ON DELETE
// CASCADE): deleting those before would take as long again.
func (t *SystemTx) erase(ids []models.ID) error {
	if len(ids) == 0 {
		return nil
	}
	those, list := t.d.among(ids)
	_, err := t.tx.exec(`DELETE FROM credentials WHERE id `+those, list)
	return err
}

// empty leaves nothing of credentials but their record.
func (t *SystemTx) empty(ids []models.ID) error {
	if len(ids) == 0 {
		return nil
	}
	those, list := t.d.among(ids)
	for _, table := range []string{`bodies`, `shares`} {
		if _, err := t.tx.exec(`DELETE FROM `+table+` WHERE credential_id `+those, list); err != nil {
			return err
		}
	}
	_, err := t.tx.exec(`UPDATE credentials SET purged_at = ?, updated_at = ?, version = version + 1 WHERE id `+those, t.Now, t.Now, list)
	return err
}
