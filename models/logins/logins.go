// Package logins edits the logins of a user as one set, after the
// user-credentials service: found whole, set whole, all or nothing.
//
// It owns what may be set and what that brings about. It refuses to know how
// somebody signs in, and JSON's and forms' way of saying it.
package logins

import (
	"holdfast/models/internal/db"
	"holdfast/models/internal/passwords"
	"holdfast/models/internal/post"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	hasher *passwords.Hasher
	office post.Office
}

// New are the operations on a database; letters leave by the office.
func New(d *db.DB, h *passwords.Hasher, o post.Office) Ops {
	return Ops{db: d, hasher: h, office: o}
}
