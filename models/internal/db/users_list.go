package db

import (
	"database/sql"
	"fmt"
	"time"

	"holdfast/models"
)

// Users is a page of everybody who is not deleted.
func (v *ConsoleView) Users(f models.UserFilter) (models.UserPage, error) {
	ways, args := countedWays(v.Now)
	w := where{args: args}
	w.add(true, `u.deleted_at IS NULL`)
	w.users(f, v.Now)
	order := w.afterUser(f)
	// Not EXISTS: Postgres would put the users of all factors into a hash to answer it.
	rows, err := v.rows(`SELECT u.id, u.name, u.name_key, u.email, u.email_key, u.rank, u.created_at, u.disabled_at, u.deletion_at, u.last_login_at,
			(SELECT 1 FROM totps f WHERE f.user_id = u.id LIMIT 1) IS NOT NULL, `+ways+`
		FROM users u`+w.String()+order+` LIMIT `+pageAndOne, w.args...)
	list, err := collect(rows, err, scanUser)
	return cutUsers(list, f.Sort), err
}

func scanUser(r *sql.Rows, u *models.ListedUser) error {
	var disabled, deletion, seen nullTime
	var ways string
	err := r.Scan(&u.ID, &u.Name, &u.NameKey, &u.Email, &u.EmailKey, &u.Rank, &u.CreatedAt, &disabled, &deletion, &seen, &u.Factor, &ways)
	if err != nil {
		return err
	}
	u.DisabledAt, u.DeletionAt, u.LastLoginAt = disabled.orNil(), deletion.orNil(), seen.Time
	u.Ways, err = readWays(ways)
	return err
}

// Ways counts the user's logins by what becomes of who uses them.
func (v *ConsoleView) Ways(user int64) (models.WayCount, error) {
	ways, args := countedWays(v.Now)
	var text string
	if err := v.row(`SELECT `+ways+` FROM users u WHERE u.id = ?`, append(args, user)...).Scan(&text); err != nil {
		return models.WayCount{}, fault(err, "user")
	}
	return readWays(text)
}

// waysOpen says of login l that it lets in at the time of both arguments.
const waysOpen = opens + ` AND (l.secret_until IS NULL OR l.secret_until > ?)`

// pending says of login l that it waits for its first password at the time of the
// one argument.
const pending = `l.secret_hash = '' AND l.trusted_idp_id IS NULL AND l.blocked_at IS NULL AND (l.expire_at IS NULL OR l.expire_at > ?)`

// countedWays is models.WayCount of user u in one column, so that each row of a
// list asks once for its logins, by their index.
func countedWays(now time.Time) (column string, args []any) {
	column = `(SELECT count(l.id) || ' ' || count(CASE WHEN ` + waysOpen + ` THEN 1 END) || ' ' || count(CASE WHEN ` + waysOpen + ` AND l.locked_until > ? THEN 1 END)
			|| ' ' || count(CASE WHEN l.blocked_at IS NOT NULL THEN 1 END) || ' ' || count(CASE WHEN l.blocked_at IS NULL AND l.expire_at <= ? THEN 1 END)
			|| ' ' || count(CASE WHEN ` + pending + ` THEN 1 END)
		FROM logins l WHERE l.user_id = u.id AND l.removed_at IS NULL)`
	for range 7 {
		args = append(args, now)
	}
	return column, args
}

func readWays(text string) (w models.WayCount, err error) {
	_, err = fmt.Sscan(text, &w.All, &w.Open, &w.Locked, &w.Blocked, &w.Expired, &w.Pending)
	return w, err
}

// hasLogin says that user u has a login l of which is holds.
func hasLogin(is string) string {
	return `EXISTS (SELECT 1 FROM logins l WHERE l.user_id = u.id AND l.removed_at IS NULL AND ` + is + `)`
}

// users narrows a query over users u.
func (w *where) users(f models.UserFilter, now time.Time) {
	pattern := like(models.Fold(f.Search))
	w.add(f.Search != "", `(u.email_key LIKE ? ESCAPE '\' OR u.name_key LIKE ? ESCAPE '\' OR `+hasLogin(`l.key_canon LIKE ? ESCAPE '\'`)+`)`, pattern, pattern, pattern)
	w.add(f.Provider != 0, hasLogin(`l.trusted_idp_id = ?`), f.Provider)
	switch f.State {
	case models.EnteringUsers:
		w.add(true, entersUser+` AND `+hasLogin(waysOpen+` AND (l.locked_until IS NULL OR l.locked_until <= ?)`), now, now, now)
	case models.InvitedUsers:
		w.add(true, entersUser+` AND NOT `+hasLogin(waysOpen)+` AND `+hasLogin(pending), now, now, now)
	case models.BlockedUsers:
		w.add(true, hasLogin(`l.blocked_at IS NOT NULL`))
	case models.LockedUsers:
		w.add(true, hasLogin(`l.locked_until > ?`), now)
	case models.ExpiredUsers:
		w.add(true, hasLogin(`l.expire_at <= ?`), now)
	case models.NeverUsers:
		w.add(true, `u.last_login_at = ?`, time.Time{})
	case models.FactorlessUsers:
		w.add(true, `NOT EXISTS (SELECT 1 FROM totps f WHERE f.user_id = u.id)`)
	case models.DisabledUsers:
		w.add(true, `u.disabled_at IS NOT NULL`)
	case models.LeavingUsers:
		w.add(true, `u.deletion_at IS NOT NULL`)
	}
}

// afterUser continues the list where the former page ended, and says its order.
func (w *where) afterUser(f models.UserFilter) string {
	value, text, more := cutText(f.After)
	at, err := time.Parse(time.RFC3339Nano, value)
	timed := more && err == nil
	switch f.Sort {
	case models.UsersByName:
		w.add(more, `(u.name_key, u.id) > (?, ?)`, value, number(text))
		return ` ORDER BY u.name_key, u.id`
	case models.UsersBySeen:
		w.add(timed, `(u.last_login_at, u.id) < (?, ?)`, at.UTC(), number(text))
		return ` ORDER BY u.last_login_at DESC, u.id DESC`
	case models.UsersByUnseen:
		w.add(timed, `(u.last_login_at, u.id) > (?, ?)`, at.UTC(), number(text))
		return ` ORDER BY u.last_login_at, u.id`
	case models.UsersByNewest:
		w.add(more, `u.id < ?`, number(text))
		return ` ORDER BY u.id DESC`
	}
	w.add(more, `u.email_key > ?`, value) // nobody has the same
	return ` ORDER BY u.email_key`
}

// cutUsers makes a page of one row more than a page.
func cutUsers(list []models.ListedUser, sort models.UserSort) models.UserPage {
	if len(list) <= models.PageSize {
		return models.UserPage{Rows: list}
	}
	list = list[:models.PageSize]
	last := list[len(list)-1]
	value := last.EmailKey
	switch sort {
	case models.UsersByName:
		value = last.NameKey
	case models.UsersBySeen, models.UsersByUnseen:
		value = last.LastLoginAt.UTC().Format(time.RFC3339Nano)
	}
	return models.UserPage{Rows: list, Next: joinText(value, decimal(last.ID))}
}

// ProviderNames are all identity providers by name, to filter by.
func (v *ConsoleView) ProviderNames() ([]models.Provider, error) {
	rows, err := v.rows(`SELECT id, name, enabled FROM providers ORDER BY name_key`)
	return collect(rows, err, func(r *sql.Rows, p *models.Provider) error { return r.Scan(&p.ID, &p.Name, &p.Enabled) })
}
