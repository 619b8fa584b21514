// Package factors holds the second factors of users: apps that show one-time
// codes, recovery codes, and showing once more who one is before something grave.
//
// It owns the secrets of the apps, which are sealed, and the counting of wrong
// codes. It refuses to know sessions, cookies and pages.
package factors

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/passwords"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	ring   *seal.Ring
	hasher *passwords.Hasher
	office post.Office
}

// New are the operations on a database; secrets are sealed with ring, letters
// leave by the office.
func New(d *db.DB, r *seal.Ring, h *passwords.Hasher, o post.Office) Ops {
	return Ops{db: d, ring: r, hasher: h, office: o}
}

// Ways are the ways in which the person can show that it is them.
func (o Ops) Ways(context.Context, models.Actor) (models.Ways, error) {
	return models.Ways{Password: true}, nil
}

// Prove reports what was shown.
func (o Ops) Prove(context.Context, models.Actor, models.Given) (models.Proofs, error) {
	return "", models.Fail(models.Unproven, "This is not your password.")
}
