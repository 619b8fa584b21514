package to

// UserFilter narrows and orders the list of users. Its zero value is the plain
// list; empty fields stay out of the URL.
type UserFilter struct {
	Q     string // part of a name, an e-mail or a login
	State string // "" everybody, or a state that the list's filter names
	IDP   string // id of an identity provider
	Sort  string // "" by e-mail, "name", "seen", "unseen" or "newest"
	After string // cursor of the page before; empty for the first page
}

// Query is the filter as "?…", or nothing.
func (f UserFilter) Query() string {
	return query("q", f.Q, "state", f.State, "idp", f.IDP, "sort", f.Sort, "after", f.After)
}

// From is the same filter at the page that begins after cursor; an empty cursor is the first page.
func (f UserFilter) From(cursor string) UserFilter {
	f.After = cursor
	return f
}

// UsersWith is the list of users, filtered and paged.
func UsersWith(f UserFilter) string { return Users() + f.Query() }

// EditUser is the form of a user's name, e-mail and rank; a POST changes them.
func EditUser(id int64) string { return User(id) + "/edit" }

// DisableUser shows what disabling would do; a POST does it.
func DisableUser(id int64) string { return User(id) + "/disable" }

// EnableUser takes the POST that lets a disabled user in again.
func EnableUser(id int64) string { return User(id) + "/enable" }

// DeleteUser shows what deleting would do; a POST schedules it.
func DeleteUser(id int64) string { return User(id) + "/delete" }

// RestoreUser takes the POST that calls a deletion off.
func RestoreUser(id int64) string { return User(id) + "/restore" }

// UserSignIns is the history of a user's sign-ins.
func UserSignIns(id int64) string { return User(id) + "/sign-ins" }

// UserSignInsAfter is the page of that history that begins after cursor.
func UserSignInsAfter(id int64, cursor string) string {
	return UserSignIns(id) + query("after", cursor)
}
