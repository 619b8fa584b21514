package to

import "net/url"

// Admin is where Administration begins.
const Admin = "/admin/users"

// Users lists everyone, and takes the POST that creates a user.
func Users() string { return Admin }

// NewUser is the form of a new user.
func NewUser() string { return Users() + "/new" }

// User is the page of one user.
func User(id int64) string { return Users() + "/" + number(id) }

// UserAccessLink takes the POST that makes a one-time access link.
func UserAccessLink(id int64) string { return User(id) + "/access-link" }

// EndUserSessions takes the POST that signs a user out everywhere.
func EndUserSessions(id int64) string { return User(id) + "/end-sessions" }

// EndUserSession takes the POST that ends one session of a user.
func EndUserSession(id int64, session string) string {
	return User(id) + "/sessions/" + url.PathEscape(session) + "/end"
}

// EndAllSessions asks whether to sign everybody out; a POST does it.
func EndAllSessions() string { return "/admin/end-all-sessions" }

// Kinds lists the kinds of credential and the files that could not be read.
func Kinds() string { return "/admin/kinds" }

// AuditFilter narrows the audit log; dates are "2006-01-02", in UTC, both included.
type AuditFilter struct {
	Actor, Event, Thing, From, To string
	Before                        string // cursor of the page before; empty for the newest
}

// Query is the filter as "?…", or nothing.
func (f AuditFilter) Query() string {
	return query("actor", f.Actor, "event", f.Event, "thing", f.Thing, "from", f.From, "to", f.To, "before", f.Before)
}

// At is the same filter at the page that begins before cursor; an empty cursor is the newest.
func (f AuditFilter) At(cursor string) AuditFilter {
	f.Before = cursor
	return f
}

// Audit is the newest page of the audit log.
func Audit() string { return "/admin/audit" }

// AuditWith is the audit log, filtered and paged.
func AuditWith(f AuditFilter) string { return Audit() + f.Query() }
