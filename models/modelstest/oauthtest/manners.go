package oauthtest

import (
	"net/http"
	"time"
)

// Manners are how a server behaves. New sets Rotates, a Life of an hour, and
// somebody who consents.
type Manners struct {
	Rotates    bool                  // a refresh brings another refresh token; the old one used again ends the whole family
	Grace      time.Duration         // for which a used refresh token brings once more what it has brought
	NoRefresh  bool                  // there are no refresh tokens
	Life       time.Duration         // of access tokens; 0 leaves expires_in out, and they don't end
	ExpiresIn  any                   // stands in the answer instead: "3600", 3600.5, -1
	NoScope    bool                  // the answer tells no scopes
	Grants     []string              // the scopes that are granted; nil is all that were asked for
	TokenType  *string               // instead of Bearer; nil is Bearer
	Form       bool                  // answers of the token endpoint are forms
	Nested     string                // the tokens are in a member of that name: authed_user
	Public     bool                  // the client has no secret
	Hold       func(r *http.Request) // is called before a token request is carried out, its form parsed; may block
	LoseAnswer int                   // the next n refreshes are carried out, and the connection breaks

	// The token endpoint answers so, whatever is asked, and does nothing.
	Status     int    // with this status
	Error      string // and this code
	RetryAfter string // and this Retry-After
	OK200Error string // 200 with this code
	Redirect   string // 307 to there
	Huge       bool   // 10 MB
	HTML       bool   // a page

	DenyConsent    string // browsers come back with this error
	NamesItself    bool   // browsers come back with iss (RFC 9207)
	UserInfoStatus int    // instead of 200
	RevokeStatus   int    // instead of 200, and nothing is revoked

	Subject, Email string // of who consents
}

// visit is a consent whose code was handed out.
type visit struct {
	challenge, redirect string
	scopes              []string
	subject, email      string
	used                *family // once it was redeemed
}

// family is all that came from one consent.
type family struct {
	visit
	over bool
}

type access struct {
	of   *family
	ends time.Time // zero is never
	over bool
}

type refresh struct {
	of   *family
	used time.Time      // zero is not yet
	gave map[string]any // what it has brought
}
