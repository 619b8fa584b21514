package models

import (
	"slices"
	"strings"
	"time"
)

const (
	// SessionIdle ends a session that nobody used for so long.
	SessionIdle = 30 * time.Minute
	// SessionLife ends a session however busy it was.
	SessionLife = 12 * time.Hour
	// SeenEvery is how exactly a session remembers when it was last used.
	SeenEvery = time.Minute
	// HalfLife ends a session whose user has not come in whole.
	HalfLife = 10 * time.Minute
	// ProvenFor is how long after a sign-in, or after somebody has shown again
	// who they are, grave acts are let through.
	ProvenFor = 15 * time.Minute
	// ProvenLately is the same for the gravest.
	ProvenLately = 5 * time.Minute
)

// Stage is how far somebody has come in.
type Stage string

const (
	Whole         Stage = ""         // all the way
	NeedsFactor   Stage = "factor"   // a code of their second factor is missing
	NeedsEnrolled Stage = "enrol"    // they need a second factor and have none yet
	NeedsPassword Stage = "password" // their password was meant for this one time
)

// Proofs are what somebody has shown at the door, as RFC 8176 names it, with
// spaces between.
type Proofs string

const (
	ByPassword  Proofs = "pwd"
	ByCode      Proofs = "otp" // of an app
	ByRecovery  Proofs = "rec" // a recovery code
	ByProvider  Proofs = "fed" // an identity provider vouches for them
	ByProviders Proofs = "mfa" // and for their second factor
)

// And are p and more.
func (p Proofs) And(more Proofs) Proofs {
	if p.Has(more) || more == "" {
		return p
	}
	return Proofs(strings.TrimSpace(string(p) + " " + string(more)))
}

// Has reports whether one is among them.
func (p Proofs) Has(one Proofs) bool {
	return slices.Contains(strings.Fields(string(p)), string(one))
}

// Factor reports whether a second factor was shown.
func (p Proofs) Factor() bool { return p.Has(ByCode) || p.Has(ByRecovery) || p.Has(ByProviders) }

// Entry is a login by which somebody comes in, and what they have shown.
type Entry struct {
	LoginID int64
	Proofs  Proofs

	// Secret is when the password was set that was right; with another one by
	// then nobody comes in. Nil when no password was looked at just now.
	Secret *time.Time

	// Renew keeps the session's beginning and end: nobody signs in, but what is
	// known of them has changed, so the token does. Unless they have just Shown
	// something, they have proven no more than before.
	Renew, Shown bool
}

// Stage is how far the entry leads, given whether the user has a second factor.
func (e Entry) Stage(u User, l Login, enrolled bool) Stage {
	needed := l.MFA || u.Rank == Administrator || enrolled
	switch {
	case needed && !e.Proofs.Factor() && enrolled:
		return NeedsFactor
	case needed && !e.Proofs.Factor():
		return NeedsEnrolled
	case l.MustChange && !l.Federated():
		return NeedsPassword
	}
	return Whole
}

// SignIn is a line of the history of a user's sign-ins.
type SignIn struct {
	ID        ID
	UserID    int64
	LoginID   int64
	Key       string // of the login, then
	At        time.Time
	Outcome   SignInOutcome
	Reason    string // one of the Refused constants; empty when they came in
	Proofs    Proofs
	IP        string
	UserAgent string
}

// SignInOutcome is how a try to sign in ended.
type SignInOutcome string

const (
	CameIn  SignInOutcome = "in"
	Refused SignInOutcome = "refused"
)

// Why somebody was refused, for administrators; at the door it is never said.
const (
	RefusedWrong    = "wrong-password"
	RefusedLocked   = "locked"
	RefusedBlocked  = "blocked"
	RefusedExpired  = "expired"
	RefusedDisabled = "disabled"
	RefusedPending  = "pending" // no password yet, or it is over
	RefusedCode     = "wrong-code"
	RefusedProvider = "provider"
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
	Stage      Stage
	Proofs     Proofs
	ProvenAt   time.Time // when they showed last who they are
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
	// ResetLife is how long a link to a new password is good.
	ResetLife = time.Hour
)

// LinkPurpose is what an access link is for.
type LinkPurpose string

const (
	Invitation LinkPurpose = "invitation" // the first password
	Reset      LinkPurpose = "reset"      // another one
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
	Purpose   LinkPurpose
	Email     string     // the user's address when it was made; with another one it is dead
	LetterID  *ID        // of the letter that carries it; none when it was only shown
	MadeBy    *int64     // the administrator; none for the user's own wish and the command line
	OpenedAt  *time.Time // when a browser showed it first
}

// ErrDeadLink is the one answer to a link that is expired, used, revoked or unknown.
var ErrDeadLink = Fail(Expired, "This link no longer works. It may have been used already, replaced by a newer one, or have expired. Ask an administrator for a new link.")

// Live reports whether the link still opens at now.
func (l AccessLink) Live(now time.Time) bool {
	return l.UsedAt == nil && l.RevokedAt == nil && now.Before(l.ExpiresAt)
}
