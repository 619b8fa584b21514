// Package people holds who may come in, and how: the first administrator,
// users and their logins, signing in, access links, passwords and sessions.
//
// It owns the tokens of links: each leaves this package once, towards the
// person, and only its hash is kept. It refuses to know cookies, pages and mail.
package people

import (
	"holdfast/models"
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
func New(d *db.DB, h *passwords.Hasher, o post.Office) Ops { return Ops{db: d, hasher: h, office: o} }

// guest is who acts while nobody is known yet; where from is noted.
func guest(who models.Actor) models.Actor {
	return models.Actor{IP: who.IP, UserAgent: who.UserAgent, RequestID: who.RequestID, Job: who.Job}
}
