package db

import (
	"bytes"
	"cmp"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"holdfast/models"
)

// A list is one query into a struct made for it, from one index, one row more
// than a page: the row too many says that there is a next page. No list counts
// and none reads a sealed body.

// pageAndOne is written into the text of a list rather than bound to it: SQLite
// plans a statement anew for each value of a bound LIMIT.
var pageAndOne = strconv.Itoa(models.PageSize + 1)

const listedColumns = `SELECT c.id, c.name, c.name_key, c.kind, c.owner_id, u.name, u.email, c.created_at, c.updated_at, c.last_used_at, c.deletion_at, c.purged_at`

func scanListed(r *sql.Rows, l *models.Listed) error { return r.Scan(listedInto(l)...) }

// scanListedShared is scanListed for a list that says in a last column who uses a row.
func scanListedShared(r *sql.Rows, l *models.Listed) error {
	var shared sql.NullString
	if err := r.Scan(append(listedInto(l), &shared)...); err != nil {
		return err
	}
	l.Projects = readShared(shared.String)
	return nil
}

func listedInto(l *models.Listed) []any {
	return []any{
		&l.ID, &l.Name, &l.NameKey, &l.Kind, &l.OwnerID, &l.OwnerName, &l.OwnerEmail,
		&l.CreatedAt, &l.UpdatedAt, &l.LastUsedAt, &l.DeletionAt, &l.PurgedAt,
	}
}

// scanOwned is scanListedShared for a list that also says what is offered to somebody.
func scanOwned(r *sql.Rows, l *models.Listed) error {
	var shared sql.NullString
	if err := r.Scan(append(listedInto(l), &shared, &l.Offered)...); err != nil {
		return err
	}
	l.Projects = readShared(shared.String)
	return nil
}

// Credentials is a page of the person's own credentials.
func (v *SelfView) Credentials(f models.CredentialFilter) (models.CredentialPage, error) {
	return v.owned(v.Who.UserID, f)
}

// CredentialsOf is a page of what a user owns.
func (v *ConsoleView) CredentialsOf(owner int64, f models.CredentialFilter) (models.CredentialPage, error) {
	return v.owned(owner, f)
}

func (v view) owned(owner int64, f models.CredentialFilter) (models.CredentialPage, error) {
	query, args := v.ownedList(owner, f)
	rows, err := v.rows(query, args...)
	list, err := v.withHealth(collect(rows, err, scanOwned))
	return cut(list, f.Sort), fault(err, "credential")
}

// offeredNow is a column of a query over credentials c: whether somebody may
// accept one at the time of the one argument.
const offeredNow = `EXISTS (SELECT 1 FROM transfers x WHERE x.credential_id = c.id AND x.state = 'pending' AND x.expires_at > ?)`

func (v view) ownedList(owner int64, f models.CredentialFilter) (string, []any) {
	w := where{args: []any{owner, v.Now}} // those whom sharedText and offeredNow ask for
	w.add(true, `c.owner_id = ?`, owner)
	w.add(f.Search != "", `c.name_key LIKE ? ESCAPE '\'`, like(models.Fold(f.Search)))
	w.add(f.Kind != "", `c.kind = ?`, f.Kind)
	w.add(f.Project != models.ID{}, `EXISTS (SELECT 1 FROM shares s WHERE s.credential_id = c.id AND s.project_id = ?)`, f.Project)
	w.inState(f.State)
	order := w.after(f)
	return listedColumns + `, ` + v.d.sharedText() + `, ` + offeredNow + ` FROM credentials c JOIN users u ON u.id = c.owner_id` + w.String() + order + ` LIMIT ` + pageAndOne, w.args
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
	return v.shared(0, f)
}

// CredentialsOf is a page of what the project may use and one user owns: the
// seed's list_user_credentials_in_project.
func (v *ProjectView) CredentialsOf(owner int64, f models.CredentialFilter) (models.CredentialPage, error) {
	if owner <= 0 { // no user has such a number, and 0 would be everybody
		return models.CredentialPage{}, nil
	}
	return v.shared(owner, f)
}

func (v *ProjectView) shared(owner int64, f models.CredentialFilter) (models.CredentialPage, error) {
	f.Sort = sortOfProject(f.Sort)
	query, args := v.sharedList(owner, f)
	rows, err := v.rows(query, args...)
	list, err := v.withHealth(collect(rows, err, scanListedShared))
	return cut(list, f.Sort), fault(err, "credential")
}

// SharedBy is the first page of all that a user shares with the project, hidden
// or not: what RemoveMember takes away.
func (v *ProjectView) SharedBy(owner int64) (models.CredentialPage, error) {
	rows, err := v.rows(listedColumns+sharesFirst+` WHERE c.id = s.credential_id AND u.id = c.owner_id AND s.project_id = ? AND c.owner_id = ? ORDER BY s.name_key, s.credential_id LIMIT `+pageAndOne, v.ID, owner)
	list, err := collect(rows, err, scanListed)
	return cut(list, models.ByName), fault(err, "credential")
}

// sortOfProject is how a project's list comes: by name, unless by newest.
func sortOfProject(s models.Sort) models.Sort {
	if s == models.ByNewest {
		return s
	}
	return models.ByName
}

// sharesFirst begins a list of a project with its shares: SQLite keeps the order
// of a CROSS JOIN, and would read everybody's credentials otherwise.
const sharesFirst = ` FROM shares s CROSS JOIN credentials c CROSS JOIN users u`

func (v *ProjectView) sharedList(owner int64, f models.CredentialFilter) (string, []any) {
	w := where{args: []any{v.Who.UserID}} // the one whom sharedText asks for
	w.add(true, `c.id = s.credential_id AND u.id = c.owner_id`)
	w.add(true, `s.project_id = ? AND NOT s.suspended`, v.ID)
	w.add(owner != 0, `c.owner_id = ?`, owner)
	w.add(f.Search != "", `s.name_key LIKE ? ESCAPE '\'`, like(models.Fold(f.Search)))
	w.add(f.Kind != "", `c.kind = ?`, f.Kind)
	order := w.afterShared(f)
	return listedColumns + `, ` + v.d.sharedText() + sharesFirst +
		w.String() + order + ` LIMIT ` + pageAndOne, w.args
}

// afterShared is after for the list of a project.
func (w *where) afterShared(f models.CredentialFilter) string {
	if f.Sort == models.ByNewest {
		_, last, more := cutTime(f.After)
		w.add(more, `s.credential_id < ?`, last)
		return ` ORDER BY s.credential_id DESC`
	}
	name, text, more := cutText(f.After)
	w.add(more, `(s.name_key, s.credential_id) > (?, ?)`, name, models.ParseID(text))
	return ` ORDER BY s.name_key, s.credential_id`
}

// readShared takes sharedText apart, and puts the projects in order.
func readShared(text string) []models.SharedWith {
	if text == "" {
		return nil
	}
	parts := strings.Split(text, "\x1e")
	list := make([]models.SharedWith, 0, len(parts))
	for _, part := range parts {
		id, rest, _ := strings.Cut(part, "\x1f")
		role, name, _ := strings.Cut(rest, "\x1f")
		list = append(list, models.SharedWith{ID: models.ParseID(id), Name: name, Role: models.Role(role)})
	}
	if len(list) > 1 {
		slices.SortFunc(list, func(a, b models.SharedWith) int {
			return cmp.Or(strings.Compare(models.Fold(a.Name), models.Fold(b.Name)), bytes.Compare(a.ID[:], b.ID[:]))
		})
	}
	return list
}
