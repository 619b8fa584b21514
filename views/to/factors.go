package to

import "net/url"

const (
	// SignInFactor asks for a code after the password; a POST takes it.
	SignInFactor = SignIn + "/factor"
	// SignInEnrol adds the second factor that is missing to sign in.
	SignInEnrol = SignIn + "/enrol"
)

// Factors lists one's own second factors.
func Factors() string { return Account() + "/factors" }

// NewFactor shows a new secret for an app; a POST takes its first code.
func NewFactor() string { return Factors() + "/new" }

// RemoveFactor asks whether to remove a second factor; a POST does it.
func RemoveFactor(id string) string { return Factors() + "/" + url.PathEscape(id) + "/remove" }

// RecoveryCodes takes the POST that makes new recovery codes.
func RecoveryCodes() string { return Account() + "/recovery-codes" }

// OwnSignIns is the history of one's own sign-ins, from after cursor.
func OwnSignIns(after string) string { return Account() + "/sign-ins" + query("after", after) }

// ResetFactors asks whether to remove all second factors of a user; a POST does it.
func ResetFactors(user int64) string { return User(user) + "/factors/reset" }
