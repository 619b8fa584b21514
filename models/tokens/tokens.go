// Package tokens holds the personal tokens by which programs use the API. Each
// leaves this package once, towards its user, and only its hash is kept.
package tokens

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/post"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	office post.Office
}

// New are the operations on a database; letters leave by the office.
func New(d *db.DB, o post.Office) Ops { return Ops{db: d, office: o} }

// Bearer is whom the token of that hash acts for.
func (o Ops) Bearer(context.Context, models.Actor, []byte) (models.Actor, error) {
	return models.Actor{}, models.Fail(models.SignedOut, "This API token does not work.")
}
