package oidc

import (
	"context"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/oauth2"
)

// Claims are what a provider says of somebody, once it was checked.
type Claims struct {
	Issuer, Subject string
	Login           string // the value of the login claim; empty when there is none
	Email           string
	EmailVerified   bool // the JSON value true, and nothing that looks like it
	Name            string
	Methods         []string // amr
	Level           string   // acr
	SignedInAt      time.Time
	All             map[string]any // as they came
}

// mostText of a claim is kept.
const mostText = 254

// read takes the claims that are used out of all of them.
func (c *Claims) read(loginClaim string) {
	c.Login, c.Email, c.Name, c.Level = c.text(loginClaim), c.text("email"), c.text("name"), c.text("acr")
	c.EmailVerified = c.All["email_verified"] == true
	if list, ok := c.All["amr"].([]any); ok {
		for _, one := range list {
			if text, ok := one.(string); ok {
				c.Methods = append(c.Methods, text)
			}
		}
	}
	if at, ok := c.All["auth_time"].(float64); ok {
		c.SignedInAt = moment(at)
	}
}

// text is a claim that is text and fits; everything else reads as none.
func (c *Claims) text(name string) string {
	text, _ := c.All[name].(string)
	text = strings.TrimSpace(text)
	if !plain(text) || utf8.RuneCountInString(text) > mostText {
		return ""
	}
	return text
}

// fill asks the provider for the claims that are not in the ID token. What it
// says counts only when it is of the same person.
func (c Claims) fill(ctx context.Context, at *endpoints, p Party, token *oauth2.Token) (Claims, error) {
	if at.provider.UserInfoEndpoint() == "" {
		return c, nil
	}
	info, err := at.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return Claims{}, unanswered(err)
	}
	if info.Subject != c.Subject {
		return Claims{}, untrusted("the user info is of somebody else", nil)
	}
	more := map[string]any{}
	if err := info.Claims(&more); err != nil {
		return Claims{}, untrusted("the user info can't be read", err)
	}
	for name, value := range c.All {
		more[name] = value // what is signed wins
	}
	full := Claims{Issuer: c.Issuer, Subject: c.Subject, All: more}
	full.read(p.LoginClaim)
	return full, nil
}

// Shows reports whether the provider says that one of the values stands for how
// the person signed in there.
func (c Claims) Shows(values []string) bool {
	for _, v := range values {
		if v == c.Level {
			return true
		}
		for _, m := range c.Methods {
			if v == m {
				return true
			}
		}
	}
	return false
}

// plain reports whether text can be stored and shown.
func plain(text string) bool {
	return text != "" && utf8.ValidString(text) && strings.IndexFunc(text, unprintable) < 0
}

func unprintable(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// moment is a number of seconds as a time; what is out of all bounds is the zero time.
func moment(seconds float64) time.Time {
	if math.IsNaN(seconds) || seconds <= 0 || seconds > 1e12 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}
