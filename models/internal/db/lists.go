package db

import (
	"database/sql"
	"time"

	"holdfast/models"
)

// A list is one query into a struct made for it, from one index, one row more
// than a page: the row too many says that there is a next page. No list counts
// and none reads a sealed body.

const listedColumns = `SELECT c.id, c.name, c.name_key, c.kind, c.owner_id, u.name, u.email, c.created_at, c.updated_at, c.last_used_at, c.deletion_at, c.purged_at`

func scanListed(r *sql.Rows, l *models.Listed) error {
	var deletion, purged sql.NullTime
	err := r.Scan(&l.ID, &l.Name, &l.NameKey, &l.Kind, &l.OwnerID, &l.OwnerName, &l.OwnerEmail, &l.CreatedAt, &l.UpdatedAt, &l.LastUsedAt, &deletion, &purged)
	l.DeletionAt, l.PurgedAt = timeOrNil(deletion), timeOrNil(purged)
	return err
}

func timeOrNil(t sql.NullTime) *time.Time {
	if !t.Valid {
		return nil
	}
	return &t.Time
}

// Credentials is a page of the person's own credentials.
func (v *SelfView) Credentials(f models.CredentialFilter) (models.CredentialPage, error) {
	query, args := ownedList(v.Who.UserID, f)
	rows, err := v.rows(query, args...)
	list, err := collect(rows, err, scanListed)
	if err != nil {
		return models.CredentialPage{}, fault(err, "credential")
	}
	p := cut(list, f.Sort)
	return p, v.addProjects(v.Who.UserID, p.Rows)
}

func ownedList(owner int64, f models.CredentialFilter) (string, []any) {
	w := where{}
	w.add(true, `c.owner_id = ?`, owner)
	w.add(f.Search != "", `c.name_key LIKE ? ESCAPE '\'`, like(models.Fold(f.Search)))
	w.add(f.Kind != "", `c.kind = ?`, f.Kind)
	w.add(f.Project != models.ID{}, `EXISTS (SELECT 1 FROM shares s WHERE s.credential_id = c.id AND s.project_id = ?)`, f.Project)
	w.inState(f.State)
	order := w.after(f)
	return listedColumns + ` FROM credentials c JOIN users u ON u.id = c.owner_id` + w.String() + order + ` LIMIT ?`, append(w.args, models.PageSize+1)
}

func (w *where) inState(s models.State) {
	switch s {
	case models.PurgedState:
		w.add(true, `c.purged_at IS NOT NULL`)
	case models.ScheduledState:
		w.add(true, `c.purged_at IS NULL AND c.deletion_at IS NOT NULL`)
	case models.ActiveState:
		w.add(true, `c.purged_at IS NULL AND c.deletion_at IS NULL`)
	default:
		w.add(true, `c.purged_at IS NULL`)
	}
}

// after continues the list where the former page ended, and says its order.
func (w *where) after(f models.CredentialFilter) string {
	at, last, timed := cutTime(f.After)
	switch f.Sort {
	case models.ByNewest:
		w.add(timed, `c.id < ?`, last)
		return ` ORDER BY c.id DESC`
	case models.ByChanged:
		w.add(timed, `(c.updated_at, c.id) < (?, ?)`, at, last)
		return ` ORDER BY c.updated_at DESC, c.id DESC`
	case models.ByLastUsed:
		w.add(timed, `(c.last_used_at, c.id) < (?, ?)`, at, last)
		return ` ORDER BY c.last_used_at DESC, c.id DESC`
	}
	name, text, more := cutText(f.After)
	w.add(more, `(c.name_key, c.id) > (?, ?)`, name, models.ParseID(text))
	return ` ORDER BY c.name_key, c.id`
}

// cut makes a page of one row more than a page.
func cut(list []models.Listed, sort models.Sort) models.CredentialPage {
	if len(list) <= models.PageSize {
		return models.CredentialPage{Rows: list}
	}
	list = list[:models.PageSize]
	last := list[len(list)-1]
	switch sort {
	case models.ByNewest, models.ByChanged:
		return models.CredentialPage{Rows: list, Next: joinTime(last.UpdatedAt, last.ID)}
	case models.ByLastUsed:
		return models.CredentialPage{Rows: list, Next: joinTime(last.LastUsedAt, last.ID)}
	}
	return models.CredentialPage{Rows: list, Next: joinText(last.NameKey, last.ID.String())}
}

// Credentials is a page of what the project may use, whoever owns it.
func (v *ProjectView) Credentials(f models.CredentialFilter) (models.CredentialPage, error) {
	query, args := sharedList(v.ID, 0, f)
	rows, err := v.rows(query, args...)
	list, err := collect(rows, err, scanListed)
	if err != nil {
		return models.CredentialPage{}, fault(err, "credential")
	}
	p := cut(list, models.ByName)
	return p, v.addProjects(v.Who.UserID, p.Rows)
}

// CredentialsOf is a page of what the project may use and one user owns: the
// seed's list_user_credentials_in_project.
func (v *ProjectView) CredentialsOf(owner int64, f models.CredentialFilter) (models.CredentialPage, error) {
	if owner <= 0 { // no user has such a number, and 0 would be everybody
		return models.CredentialPage{}, nil
	}
	query, args := sharedList(v.ID, owner, f)
	rows, err := v.rows(query, args...)
	list, err := collect(rows, err, scanListed)
	return cut(list, models.ByName), fault(err, "credential")
}

func sharedList(project models.ID, owner int64, f models.CredentialFilter) (string, []any) {
	w := where{}
	w.add(true, `s.project_id = ? AND NOT s.suspended`, project)
	w.add(owner != 0, `c.owner_id = ?`, owner)
	w.add(f.Search != "", `s.name_key LIKE ? ESCAPE '\'`, like(models.Fold(f.Search)))
	w.add(f.Kind != "", `c.kind = ?`, f.Kind)
	if name, text, ok := cutText(f.After); ok {
		w.add(true, `(s.name_key, s.credential_id) > (?, ?)`, name, models.ParseID(text))
	}
	return listedColumns + ` FROM shares s JOIN credentials c ON c.id = s.credential_id JOIN users u ON u.id = c.owner_id` +
		w.String() + ` ORDER BY s.name_key, s.credential_id LIMIT ?`, append(w.args, models.PageSize+1)
}

// addProjects fills in, with one query for the whole page, the projects that
// each row is shared with, as far as the asking person belongs to them.
func (v view) addProjects(asker int64, list []models.Listed) error {
	if len(list) == 0 {
		return nil
	}
	at := make(map[models.ID]*models.Listed, len(list))
	args := []any{asker}
	for i := range list {
		at[list[i].ID] = &list[i]
		args = append(args, list[i].ID)
	}
	rows, err := v.rows(`SELECT s.credential_id, p.id, p.name, m.role FROM shares s JOIN projects p ON p.id = s.project_id
		JOIN memberships m ON m.project_id = s.project_id AND m.user_id = ?
		WHERE s.credential_id IN (`+marks(len(list))+`) ORDER BY p.name_key, p.id`, args...)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var c models.ID
		var p models.SharedWith
		if err := r.Scan(&c, &p.ID, &p.Name, &p.Role); err != nil {
			return err
		}
		at[c].Projects = append(at[c].Projects, p)
		return nil
	})
	return err
}
