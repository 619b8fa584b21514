package db

import (
	"bytes"
	"database/sql"
	"slices"
	"time"

	"holdfast/models"
)

// mostShares is how many projects a form offers and a page names.
const mostShares = `500`

// ProjectsOf are the projects that may use the person's own credential c, with
// the person's role in each; empty where they are no member any more.
func (v *SelfView) ProjectsOf(c models.Credential) ([]models.SharedWith, error) {
	rows, err := v.rows(`SELECT p.id, p.name, coalesce(m.role, '') FROM shares s JOIN projects p ON p.id = s.project_id
		LEFT JOIN memberships m ON m.project_id = p.id AND m.user_id = ?
		WHERE s.credential_id = ? ORDER BY p.name_key, p.id LIMIT `+mostShares, v.Who.UserID, c.ID)
	return collect(rows, err, scanShared)
}

// projectsOf are the projects that may use a credential and that the person
// belongs to.
func (v *SelfView) projectsOf(id models.ID) ([]models.SharedWith, error) {
	rows, err := v.rows(`SELECT p.id, p.name, m.role FROM shares s JOIN projects p ON p.id = s.project_id
		JOIN memberships m ON m.project_id = p.id AND m.user_id = ?
		WHERE s.credential_id = ? ORDER BY p.name_key, p.id LIMIT `+mostShares, v.Who.UserID, id)
	return collect(rows, err, scanShared)
}

// Shareable are the projects in which the person may share credentials.
func (v *SelfView) Shareable() ([]models.SharedWith, error) {
	rows, err := v.rows(`SELECT p.id, p.name, m.role FROM memberships m JOIN projects p ON p.id = m.project_id
		WHERE m.user_id = ? AND m.role IN ('owner', 'admin', 'editor') ORDER BY p.name_key, p.id LIMIT `+mostShares, v.Who.UserID)
	return collect(rows, err, scanShared)
}

func scanShared(r *sql.Rows, p *models.SharedWith) error { return r.Scan(&p.ID, &p.Name, &p.Role) }

// UsedIn is when programs last used c in the project; zero is never.
func (v *SelfView) UsedIn(c models.Credential, project models.ID) (time.Time, error) {
	var at sql.NullTime
	err := v.row(`SELECT used_at FROM steps WHERE credential_id = ? AND project_id = ? ORDER BY used_at DESC LIMIT 1`, c.ID, project).Scan(&at)
	if err == sql.ErrNoRows {
		err = nil
	}
	return at.Time, err
}

// Share lets projects use the person's own credential c. Each must be one in
// which the person may share; a project twice counts once.
func (t *SelfTx) Share(c models.Credential, projects []models.ID) error {
	for _, id := range inOrder(projects) {
		p, err := t.shareable(id)
		if err != nil {
			return err
		}
		_, err = t.tx.exec(`INSERT INTO shares (project_id, credential_id, name_key, suspended, created_at) VALUES (?, ?, ?, ?, ?)`,
			id, c.ID, models.Fold(c.Name), c.Scheduled(), t.Now)
		if duplicate(err) {
			return models.Wrong("projects", "This credential is shared with %s already.", p.Name)
		}
		if err != nil {
			return fault(err, "project")
		}
		t.tx.record(models.CredentialShared, credential(c), sharing(c, p))
	}
	return nil
}

// shareable finds a project in which the person may share, and holds it so
// that they can't lose their seat meanwhile.
func (t *SelfTx) shareable(id models.ID) (models.SharedWith, error) {
	p := models.SharedWith{ID: id}
	if err := t.tx.lock("projects", id); err != nil {
		return p, err
	}
	err := t.row(`SELECT p.name, m.role FROM memberships m JOIN projects p ON p.id = m.project_id WHERE m.project_id = ? AND m.user_id = ?`,
		id, t.Who.UserID).Scan(&p.Name, &p.Role)
	if err == sql.ErrNoRows {
		return p, models.Wrong("projects", "One of the projects is not there any more. Choose again.")
	}
	if err == nil && !p.Role.Can(models.ShareInProject) {
		return p, models.Wrong("projects", "Your role in %s does not let you share credentials with it.", p.Name)
	}
	return p, err
}

// Unshare takes the person's own credential c away from a project.
func (t *SelfTx) Unshare(c models.Credential, project models.ID) error {
	p := models.SharedWith{ID: project}
	if err := t.row(`SELECT name FROM projects WHERE id = ?`, project).Scan(&p.Name); err != nil {
		return fault(err, "project")
	}
	n, err := t.tx.exec(`DELETE FROM shares WHERE project_id = ? AND credential_id = ?`, project, c.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return models.Fail(models.NotFound, "This credential is not shared with that project.")
	}
	t.tx.record(models.CredentialUnshared, credential(c), sharing(c, p))
	return nil
}

func sharing(c models.Credential, p models.SharedWith) models.Details {
	return models.Details{After: map[string]any{"project": p.Name, "project_id": p.ID.String()}, Version: c.Version}
}

// inOrder sorts ids and drops doubles: everybody who locks several rows locks
// them in the same order.
func inOrder(ids []models.ID) []models.ID {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b models.ID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}
