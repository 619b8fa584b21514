package models

import (
	"slices"
	"strings"
	"time"
)

// APIToken lets a program act for its user. Only its hash is kept, and a few
// signs to know it by. A revoked one is not kept at all.
type APIToken struct {
	ID         ID
	UserID     int64
	Name       string
	TokenHash  []byte
	Hint       string // its last four signs
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt *time.Time
	LastUsedIP string
}

const (
	// MostTokens is how many live API tokens a user may have.
	MostTokens = 20
	// TokenKept is how long an expired token is still listed.
	TokenKept = 30 * 24 * time.Hour
	// TokenPrefix begins every API token, so that one that has leaked is known for what it is.
	TokenPrefix = "hf_"
)

// TokenLives are how many days an API token may be good for.
func TokenLives() []int { return []int{7, 30, 90, 365} }

// Expired reports whether the token has ended by now.
func (a APIToken) Expired(now time.Time) bool { return !now.Before(a.ExpiresAt) }

// NewToken is what a person says of a new API token.
type NewToken struct {
	Name string
	Days int // one of TokenLives
}

// Clean trims what was typed and reports what is wrong with it.
func (n *NewToken) Clean() error {
	n.Name = strings.TrimSpace(n.Name)
	wrong := Fields{}
	if text := wrongName(n.Name, 60); text != "" {
		wrong.Add("name", text)
	}
	if !slices.Contains(TokenLives(), n.Days) {
		wrong.Add("days", "Choose how long the token works.")
	}
	return wrong.Err()
}

// ErrDeadToken is the one answer to an API token that is unknown, expired or
// revoked, or whose user may not come in.
var ErrDeadToken = Fail(SignedOut, "This API token does not work.")

// MustBePerson reports that a program may not do what only a person may, in a
// browser: it can't show that it is its user.
func (a Actor) MustBePerson() error {
	if a.Program() {
		return Fail(Forbidden, "A program can't do this. Do it in the console.")
	}
	return nil
}
