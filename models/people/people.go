// Package people holds who may come in, and how: the first administrator,
// users and their logins, signing in, access links, passwords and sessions.
//
// It owns the tokens of links: each leaves this package once, towards the
// person, and only its hash is kept. It refuses to know cookies, pages and mail.
package people

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/passwords"
)

// Ops are the operations.
type Ops struct {
	db     *db.DB
	hasher *passwords.Hasher
}

// New are the operations on a database.
func New(d *db.DB, h *passwords.Hasher) Ops { return Ops{db: d, hasher: h} }

// Hash is the form in which a token is kept and looked for.
func Hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// newToken makes a token of 256 random bits, for a link.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// guest is who acts while nobody is known yet; where from is noted.
func guest(who models.Actor) models.Actor {
	return models.Actor{IP: who.IP, UserAgent: who.UserAgent, RequestID: who.RequestID, Job: who.Job}
}
