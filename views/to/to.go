// Package to builds every URL of the console. A page, a redirect and a letter
// all ask here, so a path is spelled once; it knows nothing of what stands
// behind a path or of who may go there.
package to

import (
	"net/url"
	"strconv"
)

// Home is where a person lands after signing in.
const Home = "/credentials"

// SignIn is the page with login and password; a POST to it signs in.
const SignIn = "/sign-in"

// SignOut takes a POST and ends the session.
const SignOut = "/sign-out"

// Setup is where the first administrator is made.
const Setup = "/setup"

// SignInThen is the sign-in page that leads on to next, a local path.
func SignInThen(next string) string { return SignIn + query("next", next) }

// SignInAgain is the sign-in page for whose session ended while something was
// sent: it says that nothing was saved.
func SignInAgain(next string) string { return SignIn + query("next", next, "notice", "ended") }

// SetupWith is the one-time setup link.
func SetupWith(token string) string { return Setup + query("token", token) }

// Access is a one-time link to set a password with.
func Access(token string) string { return "/access/" + url.PathEscape(token) }

// Account is one's own name, logins and password.
func Account() string { return "/account" }

// AccountPassword takes the POST that changes one's password.
func AccountPassword() string { return "/account/password" }

// Sessions lists where one is signed in.
func Sessions() string { return "/account/sessions" }

// EndSession takes the POST that ends one session.
func EndSession(id string) string { return "/account/sessions/" + url.PathEscape(id) + "/end" }

// EndOtherSessions takes the POST that ends all sessions but this one.
func EndOtherSessions() string { return "/account/sessions/end-others" }

// query joins keys and values to "?k=v&…", leaving out what is empty.
func query(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// SignInStage is what is still missing to be signed in: "factor", "enrol" or
// "password"; then it goes on to next.
func SignInStage(stage, next string) string { return SignIn + "/" + stage + query("next", next) }
