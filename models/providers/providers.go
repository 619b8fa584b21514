// Package providers holds the trusted identity providers: who they are, the way
// there and back, and whom they vouch for.
//
// It owns the client secrets, which are sealed, and what binds a login to a
// person at a provider. It refuses to know sessions and pages.
package providers

import (
	"holdfast/models/internal/db"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	ring   *seal.Ring
	office post.Office
}

// New are the operations on a database; secrets are sealed with ring, letters
// leave by the office.
func New(d *db.DB, r *seal.Ring, o post.Office) Ops { return Ops{db: d, ring: r, office: o} }
