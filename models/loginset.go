package models

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Opt is a value that was left out, is null, or is there. The zero Opt was left out.
type Opt[T any] struct {
	Value T
	Said  bool // it is there or null
	Null  bool
}

// Some is a value that is there.
func Some[T any](v T) Opt[T] { return Opt[T]{Value: v, Said: true} }

// Null is a value that is null.
func Null[T any]() Opt[T] { return Opt[T]{Said: true, Null: true} }

// There reports whether there is a value.
func (o Opt[T]) There() bool { return o.Said && !o.Null }

// LoginItem is one login of a set, with the attributes of the user-credentials
// service. What is left out stays as it is; without an id it is a new login.
// Times are milliseconds since 1970.
type LoginItem struct {
	ID           Opt[int64]
	Key          Opt[string]
	Secret       Opt[string] // ResetSecret asks for an access link instead
	TrustedIDPID Opt[int64]
	LastLogin    Opt[int64] // is the server's: it is read and never kept
	Expired      Opt[bool]
	ExpireAt     Opt[int64]
	ExpiredAt    Opt[int64] // another name for ExpireAt
	MFA          Opt[bool]
	Blocked      Opt[Block] // null unblocks and unlocks; left out, neither
}

// Block says whether a login is to be blocked. Since when and by whom is the
// server's: what stands here only tells a lock-out that was read and comes back
// unchanged, which is no wish to block.
type Block struct {
	On       bool
	Date     int64
	ByNobody bool // an object without userId, as a locked-out login reads
}

// LoginSet is what the logins of a user are to be: all of them. Those that are
// not in it are removed.
type LoginSet struct {
	Items      []LoginItem
	Revision   *int64 // of the set that was read; nil for nobody knows
	AllowEmpty bool   // no items removes all; else that is taken for a slip
	Strict     bool   // refuse what would be ignored
	Reason     string // the administrator's, for the events and the letter

	// Wrong is what is wrong with the way in which it was said. It is told
	// together with what else is wrong, and nothing is said twice of one place.
	Wrong []Fault
}

// WrongReason says what is wrong with the reason; nothing if it is empty.
func (s LoginSet) WrongReason() string {
	switch {
	case utf8.RuneCountInString(s.Reason) > mostOfReason:
		return "Use at most " + strconv.Itoa(mostOfReason) + " characters."
	case strings.IndexFunc(s.Reason, unprintable) >= 0:
		return "Write the reason in one line, without characters that can't be printed."
	}
	return ""
}

// mostOfReason is how many characters the reason of a set can have.
const mostOfReason = 500

const (
	// ResetSecret in place of a secret asks for an access link.
	ResetSecret = "$reset"
	// MostLogins is how many logins a user may have.
	MostLogins = 20
	// KeyQuarantine is how long the key of a removed login is nobody else's, and
	// how long the login can be restored.
	KeyQuarantine = 30 * 24 * time.Hour
	// SecretLife is how long a password that an administrator has set is good.
	SecretLife = 24 * time.Hour
)

// Millis is a time as the user-credentials service tells it.
func Millis(at time.Time) int64 { return at.UnixMilli() }

// AtMillis is the time that the user-credentials service tells.
func AtMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
