package models

import "time"

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
