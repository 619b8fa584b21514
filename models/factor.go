package models

import (
	"strings"
	"time"
)

// TOTP is an app that shows one-time codes, as a user's second factor. Its
// secret is sealed and stands in no struct that a page is made from.
type TOTP struct {
	ID         ID
	UserID     int64
	Label      string // what the user calls it
	Sealed     []byte
	KeyID      string
	LastStep   int64 // the time step of the last code that was taken: none is taken twice
	CreatedAt  time.Time
	LastUsedAt *time.Time
}

// RecoveryCode lets its user in once in place of a second factor. Only its hash is kept.
type RecoveryCode struct {
	ID        ID
	UserID    int64
	CodeHash  []byte
	CreatedAt time.Time
	UsedAt    *time.Time
}

// RecoveryCodes is how many a user gets at a time.
const RecoveryCodes = 10

// MostFactors is how many apps a user may have.
const MostFactors = 10

const (
	// CodeTries is how many wrong codes in a row are judged; then it pauses.
	CodeTries = 5
	// CodePause is how long nobody's code is judged after that.
	CodePause = 15 * time.Minute
)

// CleanFactorLabel is what a user calls an app, trimmed, and what is wrong with it.
func CleanFactorLabel(label string) (string, error) {
	label = strings.TrimSpace(label)
	if text := wrongName(label, 60); text != "" {
		return label, Wrong("label", "%s", text)
	}
	return label, nil
}

// Removable reports why its user may not remove the last factor of theirs, or
// nil: needed says that one must be there.
func Removable(left int, needed bool) error {
	if left > 0 || !needed {
		return nil
	}
	return Fail(Conflict, "This is your last second factor, and you have to have one to sign in. Add the new one first, then remove this one.")
}
