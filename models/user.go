package models

import (
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// User is a person who may use the console.
type User struct {
	ID        int64
	Name      string
	NameKey   string // Name in the form that is searched
	Email     string
	EmailKey  string // Email in the form that is compared
	Rank      Rank
	CreatedAt time.Time
	UpdatedAt time.Time

	DisabledAt    *time.Time // since when no login of theirs lets anybody in
	DisabledBy    *int64
	DisableReason string
	DeletionAt    *time.Time // when they will be purged; till then they can be restored
	DeletedAt     *time.Time // when they were; only the number is left
	Revision      int64      // of the set of their logins: one more with each change
	LastLoginAt   time.Time  // by any login; zero is never
}

// MayEnter reports whether any login of the user's may let somebody in.
func (u User) MayEnter() bool {
	return u.DisabledAt == nil && u.DeletionAt == nil && u.DeletedAt == nil
}

// Login is one way in for a user: a key with a password or a trusted identity
// provider. Its attributes are those of the user-credentials service.
type Login struct {
	ID           int64
	UserID       int64
	Key          string // as typed
	KeyCanon     string // as compared
	TrustedIDPID *int64 `gorm:"column:trusted_idp_id"`
	SecretHash   string // PHC string; empty while no password is set
	SecretSetAt  *time.Time
	ExpireAt     *time.Time
	MFA          bool `gorm:"column:mfa"`
	BlockedAt    *time.Time
	BlockedBy    *int64
	BlockReason  string
	LastLoginAt  *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time

	LockedAt    *time.Time // when too many failures locked it
	LockedUntil *time.Time // when that ends by itself
	FailCount   int64      // failures since the last success, unlock or long pause
	FailTotal   int64      // failures since the last success or unlock
	FailedAt    *time.Time // the last failure
	Issuer      string     // with Subject: who came by the identity provider first; empty before that
	Subject     string
	MustChange  bool       // the password lets nobody further than to choosing another
	SecretUntil *time.Time // when a temporary password stops working
	RemovedAt   *time.Time // it can be restored for a while, and lets nobody in
	RemovedBy   *int64
}

// Expired reports whether the login has ended by now.
func (l Login) Expired(now time.Time) bool { return l.ExpireAt != nil && !l.ExpireAt.After(now) }

// Federated reports whether the way in is an identity provider, not a password.
func (l Login) Federated() bool { return l.TrustedIDPID != nil }

// Stands reports whether the login is neither removed, blocked nor expired at now.
func (l Login) Stands(now time.Time) bool {
	return l.RemovedAt == nil && l.BlockedAt == nil && !l.Expired(now)
}

// Locked reports whether too many failures keep everybody out at now.
func (l Login) Locked(now time.Time) bool { return l.LockedUntil != nil && l.LockedUntil.After(now) }

// SecretOver reports whether a temporary password has stopped working by now.
func (l Login) SecretOver(now time.Time) bool {
	return l.SecretUntil != nil && !l.SecretUntil.After(now)
}

// Usable reports whether the right password lets its user in at now, once a
// lock-out is over. Of a federated login it reports false: whether that is
// usable is its identity provider's matter.
func (l Login) Usable(now time.Time) bool {
	return !l.Federated() && l.SecretHash != "" && l.Stands(now) && !l.SecretOver(now)
}

// Person is a user as others see one.
type Person struct {
	ID    int64
	Name  string
	Email string
}

// NewUser is what an administrator says of a new user.
type NewUser struct {
	Name, Email string
	Rank        Rank
}

// Clean trims what was typed and reports what is wrong with it.
func (n *NewUser) Clean() error {
	n.Name, n.Email = strings.TrimSpace(n.Name), strings.TrimSpace(n.Email)
	wrong := Fields{}
	if text := wrongName(n.Name, 100); text != "" {
		wrong.Add("name", text)
	}
	if !PlausibleEmail(n.Email) {
		wrong.Add("email", "Enter an e-mail address such as ana@example.org.")
	} else if _, err := CanonicalKey(n.Email); err != nil {
		wrong.Add("email", "This address has characters that can't be used to sign in.")
	}
	if !n.Rank.Valid() {
		wrong.Add("rank", "Choose member or administrator.")
	}
	return wrong.Err()
}

// PlausibleEmail reports whether s has the form of one bare address.
func PlausibleEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && strings.IndexFunc(s, unicode.IsSpace) < 0
}

// CanonicalKey is the form of a login key in which two keys are the same login
// (RFC 8265, UsernameCaseMapped).
func CanonicalKey(key string) (string, error) {
	if key == "" || utf8.RuneCountInString(key) > 254 {
		return "", Wrong("login", "Enter a login of 1 to 254 characters.")
	}
	canon, err := precis.UsernameCaseMapped.String(key)
	if err != nil {
		return "", Wrong("login", "This login has characters that can't be used.")
	}
	return canon, nil
}

// Fold is the form of a name in which two names are the same name, and by
// which names are sorted.
func Fold(name string) string { return cases.Fold().String(norm.NFC.String(name)) }

// wrongName says why a trimmed name can't stand, or nothing.
func wrongName(name string, most int) string {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "Enter a name."
	case n > most:
		return "Use at most " + strconv.Itoa(most) + " characters."
	case strings.IndexFunc(name, unicode.IsGraphic) < 0:
		return "Enter a name that can be seen."
	case !utf8.ValidString(name) || strings.IndexFunc(name, unprintable) >= 0:
		return "Remove the characters that can't be printed."
	}
	return ""
}

// unprintable reports control characters and the marks that turn the
// direction of text round, which would disguise a name.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}
