package models

import "time"

const (
	// SessionIdle ends a session that nobody used for so long.
	SessionIdle = 30 * time.Minute
	// SessionLife ends a session however busy it was.
	SessionLife = 12 * time.Hour
	// SeenEvery is how exactly a session remembers when it was last used.
	SeenEvery = time.Minute
)

// Session is one browser in which a user is signed in. The token in the
// browser's cookie is not here, only its hash.
type Session struct {
	ID         ID
	TokenHash  []byte
	UserID     int64
	LoginID    int64
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
	IP         string
	UserAgent  string
	FlashKind  string
	FlashText  string
}

// Live reports whether the session still lets its user in at now.
func (s Session) Live(now time.Time) bool {
	return now.Before(s.ExpiresAt) && now.Before(s.LastSeenAt.Add(SessionIdle))
}

const (
	// SetupLife is how long the link of the first start is good.
	SetupLife = 24 * time.Hour
	// InvitationLife is how long an access link for a new user is good.
	InvitationLife = 72 * time.Hour
)

// AccessLink lets whoever holds its token set a password, once. Only the hash
// of the token is kept.
type AccessLink struct {
	ID        ID
	TokenHash []byte
	LoginID   *int64 // none for the setup link of the first start
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
	RevokedAt *time.Time
}

// ErrDeadLink is the one answer to a link that is expired, used, revoked or unknown.
var ErrDeadLink = Fail(Expired, "This link no longer works. It may have been used already, replaced by a newer one, or have expired. Ask an administrator for a new link.")

// Live reports whether the link still opens at now.
func (l AccessLink) Live(now time.Time) bool {
	return l.UsedAt == nil && l.RevokedAt == nil && now.Before(l.ExpiresAt)
}
