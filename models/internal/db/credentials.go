package db

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"holdfast/models"
)

// credential names a credential in an event.
func credential(c models.Credential) Thing { return Thing{"credential", c.ID.String(), c.Name} }

// Credential finds one of the person's own credentials.
func (v *SelfView) Credential(id models.ID) (models.Credential, error) {
	c, err := gorm.G[models.Credential](v.g).Where("id = ? AND owner_id = ?", id, v.Who.UserID).First(v.ctx)
	return c, fault(err, "credential")
}

// OwnsNothing reports whether the person has no credential at all, not even
// the record of a purged one.
func (v *SelfView) OwnsNothing() (nothing bool, err error) {
	err = v.row(`SELECT NOT EXISTS (SELECT 1 FROM credentials WHERE owner_id = ?)`, v.Who.UserID).Scan(&nothing)
	return nothing, err
}

// Glimpse finds a credential that is shared with a project of the person's:
// what a member may know of it.
func (v *SelfView) Glimpse(id models.ID) (models.Listed, error) {
	rows, err := v.rows(listedColumns+` FROM credentials c JOIN users u ON u.id = c.owner_id
		WHERE c.id = ? AND c.deletion_at IS NULL AND EXISTS (SELECT 1 FROM shares s JOIN memberships m
			ON m.project_id = s.project_id AND m.user_id = ? WHERE s.credential_id = c.id AND NOT s.suspended)`, id, v.Who.UserID)
	list, err := v.withHealth(collect(rows, err, scanListed))
	if err != nil || len(list) == 0 {
		return models.Listed{}, fault(orNone(err), "credential")
	}
	list[0].Projects, err = v.projectsOf(id)
	return list[0], err
}

// Own locks one of the person's own credentials until the door closes.
func (t *SelfTx) Own(id models.ID) (models.Credential, error) {
	q := gorm.G[models.Credential](t.g, clause.Locking{Strength: "UPDATE"})
	c, err := q.Where("id = ? AND owner_id = ?", id, t.Who.UserID).First(t.ctx)
	return c, fault(err, "credential")
}

// Body reads the sealed body of one of the person's own credentials.
func (v *SelfView) Body(c models.Credential, environment string) (models.Body, error) {
	b, err := gorm.G[models.Body](v.g).Where("credential_id = ? AND environment = ?", c.ID, environment).First(v.ctx)
	return b, fault(err, "secret")
}

// Taken reports the person's other credential that has the name already.
func (v *SelfView) Taken(name string, besides models.ID) (models.Credential, bool, error) {
	list, err := gorm.G[models.Credential](v.g).
		Where("owner_id = ? AND name_key = ? AND purged_at IS NULL AND id <> ?", v.Who.UserID, storable(models.Fold(name)), besides).Limit(1).Find(v.ctx)
	if err != nil || len(list) == 0 {
		return models.Credential{}, false, err
	}
	return list[0], true, nil
}

// Change is what an edit makes of a credential. Zero parts stay as they are.
type Change struct {
	Name   string       // the new name
	Body   *models.Body // the new body
	Fields []string     // the fields that changed, secret or not, by name
}

// Save writes an edit of c if it is still at c.Version, notes it, and brings c
// up to date.
func (t *SelfTx) Save(c *models.Credential, ch Change) error {
	n, err := t.tx.exec(`UPDATE credentials SET name = ?, name_key = ?, version = version + 1, updated_at = ? WHERE id = ? AND version = ?`,
		ch.Name, models.Fold(ch.Name), t.Now, c.ID, c.Version)
	if err != nil {
		return fault(taken(err), "credential")
	}
	if n == 0 {
		return models.Fail(models.Conflict, "This credential was changed meanwhile.")
	}
	if err := t.saveBody(ch.Body); err != nil {
		return err
	}
	c.Version++
	d := models.Details{Fields: ch.Fields, Version: c.Version}
	if ch.Name != c.Name {
		d.Before, d.After = map[string]any{"name": c.Name}, map[string]any{"name": ch.Name}
		if _, err := t.tx.exec(`UPDATE shares SET name_key = ? WHERE credential_id = ?`, models.Fold(ch.Name), c.ID); err != nil {
			return err
		}
		c.Name = ch.Name
	}
	t.tx.record(models.CredentialUpdated, credential(*c), d)
	return nil
}

// Touch counts a change of c's shares as a change of c, so that an edit that
// started before it is stale.
func (t *SelfTx) Touch(c *models.Credential) error {
	c.Version++
	_, err := t.tx.exec(`UPDATE credentials SET version = version + 1, updated_at = ? WHERE id = ?`, t.Now, c.ID)
	return err
}

func (t *SelfTx) saveBody(b *models.Body) error {
	if b == nil {
		return nil
	}
	_, err := t.tx.exec(`UPDATE bodies SET sealed = ?, key_id = ?, fields = ?, updated_at = ? WHERE id = ?`,
		b.Sealed, b.KeyID, b.Fields, t.Now, b.ID)
	return err
}

// Schedule hides c from every project and marks it due.
func (t *SelfTx) Schedule(c models.Credential, due time.Time) error {
	_, err := t.tx.exec(`UPDATE credentials SET deletion_at = ?, deletion_requested_at = ?, version = version + 1, updated_at = ? WHERE id = ?`,
		due, t.Now, t.Now, c.ID)
	if err != nil {
		return err
	}
	t.tx.record(models.CredentialScheduled, credential(c), models.Details{After: map[string]any{"deletion_at": due}, Version: c.Version + 1})
	return t.suspend(c, true)
}

// Restore takes the mark off c and gives it back to its projects.
func (t *SelfTx) Restore(c models.Credential) error {
	_, err := t.tx.exec(`UPDATE credentials SET deletion_at = NULL, deletion_requested_at = NULL, version = version + 1, updated_at = ? WHERE id = ?`, t.Now, c.ID)
	if err != nil {
		return err
	}
	t.tx.record(models.CredentialRestored, credential(c), models.Details{Version: c.Version + 1})
	return t.suspend(c, false)
}

func (t *SelfTx) suspend(c models.Credential, suspended bool) error {
	_, err := t.tx.exec(`UPDATE shares SET suspended = ? WHERE credential_id = ?`, suspended, c.ID)
	return err
}

// Delete takes c out of the database, with its body and its shares. What was
// granted for it is given up at the provider.
func (t *SelfTx) Delete(c models.Credential) error {
	if err := t.tx.leaveGrants([]models.ID{c.ID}); err != nil {
		return err
	}
	if _, err := t.tx.exec(`DELETE FROM credentials WHERE id = ?`, c.ID); err != nil {
		return err
	}
	t.tx.record(models.CredentialDeleted, credential(c), models.Details{Note: "deleted before the grace period ended"})
	return nil
}

// Revealed notes that the person looked at the secrets of c in these places.
func (t *SelfTx) Revealed(c models.Credential, places []string) {
	t.tx.record(models.CredentialRevealed, credential(c), models.Details{Fields: places})
}

// Active reports whether a program ever used the credential. It reads no row.
func (v view) Active(id models.ID) (bool, error) {
	var active bool
	err := v.row(`SELECT EXISTS (SELECT 1 FROM steps WHERE credential_id = ?)`, id).Scan(&active)
	return active, err
}

// Steps counts how often programs used the credential, up to MostSteps.
func (v view) Steps(id models.ID) (n int, err error) {
	err = v.row(`SELECT count(*) FROM (SELECT 1 FROM steps WHERE credential_id = ? LIMIT ?) AS used`, id, models.MostSteps).Scan(&n)
	return n, err
}

// AddStep notes that a program used a credential.
func (t *SystemTx) AddStep(s models.Step) error {
	if err := gorm.G[models.Step](t.g).Create(t.ctx, &s); err != nil {
		return fault(err, "credential")
	}
	_, err := t.tx.exec(`UPDATE credentials SET last_used_at = ? WHERE id = ? AND last_used_at < ?`, s.UsedAt, s.CredentialID, s.UsedAt)
	return err
}
