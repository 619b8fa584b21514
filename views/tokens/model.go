// Package tokens draws the pages of API tokens: one's own list, a new token,
// which is shown once, and the question before one is revoked. But for that
// one page no token has a place to stand.
package tokens

import (
	"strconv"
	"time"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// Page is one's own API tokens. The form posts "name" and "days" to the page's address.
type Page struct {
	Now                  time.Time
	Rows                 []ui.Token
	CanCreate            bool   // there is something that a program of theirs may do
	Example              string // the address of a call to try
	Lives                []int  // in days
	Name                 string // as typed
	Days                 int    // as chosen
	NameError, DaysError string
}

// Created is a new token, shown this once.
type Created struct {
	Name, Token string
	Expires     time.Time
	Example     string // the address of a call to try
}

// Revoke asks before a token is revoked.
type Revoke struct {
	Now       time.Time
	Token     ui.Token
	User      string // whose it is; empty for one's own
	UserID    int64
	URL, Back string // where the POST goes, and the page to go back to
}

func (p Page) lives() []ui.Option {
	out := make([]ui.Option, 0, len(p.Lives))
	for _, days := range p.Lives {
		label := ui.Plural(days, "day", "days")
		if days == 365 {
			label = "1 year"
		}
		out = append(out, ui.Option{Value: strconv.Itoa(days), Label: label, Selected: days == p.Days})
	}
	return out
}

func (p Page) problems() []ui.Problem {
	var found []ui.Problem
	for _, one := range []ui.Problem{{ID: "name", Label: "Name", Text: p.NameError}, {ID: "days", Label: "Lifetime", Text: p.DaysError}} {
		if one.Text != "" {
			found = append(found, one)
		}
	}
	return found
}

// call is what to type to try a token out; the token itself is not in it, since
// a shell remembers what was typed.
func call(url string) string {
	return `curl -H "Authorization: Bearer $HOLDFAST_TOKEN" ` + url
}

func (r Revoke) crumbs() []ui.Crumb {
	if r.User == "" {
		return []ui.Crumb{{Label: "Your account", URL: to.Account()}, {Label: "API tokens", URL: to.Tokens()}}
	}
	return []ui.Crumb{{Label: "Users", URL: to.Users()}, {Label: r.User, URL: to.User(r.UserID)}, {Label: "API tokens", URL: r.Back}}
}

func (r Revoke) whose() string {
	if r.User == "" {
		return "Programs that use it can't act for you any more"
	}
	return "Programs that use it can't act for " + r.User + " any more"
}
