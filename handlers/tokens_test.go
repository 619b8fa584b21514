package handlers_test

import (
	"testing"
	"time"

	"holdfast/models"
)

// apiToken puts a live API token of who's into the database and says its id.
// Nobody has the token itself.
func (c *console) apiToken(t testing.TB, who models.Actor) string {
	t.Helper()
	if !who.SignedIn() {
		return models.NewID().String()
	}
	id := models.NewID()
	c.Exec(t, `INSERT INTO api_tokens (id, user_id, name, token_hash, hint, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		id, who.UserID, id.String(), []byte(id.String()), "wxyz", c.Clock.Now(), c.Clock.Now().Add(30*24*time.Hour))
	return id.String()
}
