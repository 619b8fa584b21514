package models

import "time"

// APIToken lets a program act for its user. Only its hash is kept, and a few
// signs to know it by.
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
