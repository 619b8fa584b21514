package to

import "net/url"

// Forgot is where who has forgotten a password asks for a link; a POST sends it.
const Forgot = "/forgot"

// ForgotSent is that page once something was asked for, whatever came of it.
func ForgotSent() string { return Forgot + "?sent=1" }

// AccessOpened takes the POST by which the page of a one-time link says that a
// browser shows it.
func AccessOpened(token string) string { return "/access/" + url.PathEscape(token) + "/opened" }

// OwnPassword is where somebody with a temporary password chooses their own.
func OwnPassword(next string) string { return SignInStage("password", next) }

// LoginLink takes the POST that makes an access link of one login of a user.
func LoginLink(user, login int64) string {
	return User(user) + "/logins/" + number(login) + "/link"
}
