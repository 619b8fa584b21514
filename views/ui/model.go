// Package ui owns the small parts that pages are made of: headers, badges,
// fields, pagers, times. Each takes few values and looks the same everywhere;
// it knows no noun of the console and no handler.
package ui

import (
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// Tone colours a badge or an alert. A tone never speaks alone: text and icon say the same.
type Tone string

// The tones there are.
const (
	Neutral Tone = "neutral"
	Info    Tone = "info"
	Success Tone = "success"
	Warning Tone = "warning"
	Danger  Tone = "error"
)

// Crumb is one step of the way to a page.
type Crumb struct{ Label, URL string }

// Pager leads on through a list of unknown length. Empty URLs are left out.
type Pager struct {
	Shown       int    // rows on this page
	Noun        string // what a row is, in the plural: "credentials"
	First, Next string // URLs
}

// Problem is one thing wrong with a form: the field's id and label, and what to do.
type Problem struct{ ID, Label, Text string }

// Input is one labelled control. ID must be unique on the page.
type Input struct {
	ID, Name, Label, Hint, Error string
	Type                         string // of <input>; empty is "text"
	Value, Placeholder           string // Value is not drawn for a password
	Autocomplete                 string
	Required, Autofocus          bool
}

// kind is the type attribute.
func (in Input) kind() string {
	if in.Type == "" {
		return "text"
	}
	return in.Type
}

// shown is what the control may hold: a password never comes back.
func (in Input) shown() string {
	if in.Type == "password" {
		return ""
	}
	return in.Value
}

// DescribedBy joins the ids of a field's hint and error for aria-describedby, or is "".
func DescribedBy(id, hint, wrong string) string {
	described := ""
	if hint != "" {
		described = id + "-hint"
	}
	if wrong != "" {
		if described != "" {
			described += " "
		}
		described += id + "-error"
	}
	return described
}

// Option is one choice of a select or one checkbox of a list.
type Option struct {
	Value, Label string
	Selected     bool
}

// Choose marks the option whose value is selected.
func Choose(options []Option, selected string) []Option {
	chosen := make([]Option, len(options))
	for i, o := range options {
		o.Selected = o.Value == selected
		chosen[i] = o
	}
	return chosen
}

// Post are the attributes of a form that posts to url: plainly without
// JavaScript, and with it swapped in place when the server finds fault.
// Browsers' own checks are off, so that every fault is told at once, by us.
func Post(url string) templ.Attributes {
	return templ.Attributes{
		"method": "post", "action": url, "novalidate": true,
		"hx-post": url, "hx-target": "#main", "hx-swap": "innerHTML show:window:top",
		"hx-disabled-elt": "find [type=submit]",
	}
}

// Filter are the attributes of a form that narrows a list at url: a plain GET,
// and with JavaScript a swap of the results alone while one types.
func Filter(url string) templ.Attributes {
	return templ.Attributes{
		"method": "get", "action": url, "role": "search",
		"hx-get": url, "hx-target": "#results", "hx-select": "#results", "hx-swap": "outerHTML",
		"hx-trigger":  "submit, input changed delay:250ms from:(.filters input), change from:(.filters select)",
		"hx-push-url": "true", "hx-sync": "this:replace",
	}
}

// FilterWhenDone is Filter for a form whose texts are compared as a whole: it
// asks when it is sent or a choice is made, and not at every letter.
func FilterWhenDone(url string) templ.Attributes {
	a := Filter(url)
	a["hx-trigger"] = "submit, change from:(.filters select)"
	return a
}

// Plural is "1 project", "2 projects".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Exact is a moment in words, in UTC.
func Exact(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") }

// Ago says how far t is from now in one unit: "3 days ago", "in 2 hours", "just
// now". What is past is rounded down, what is to come to the nearest unit.
func Ago(t, now time.Time) string {
	d := now.Sub(t)
	if d < 0 {
		return "in " + Left(t, now)
	}
	if d < time.Minute {
		return "just now"
	}
	return span(d) + " ago"
}

// Left is the time from now until t, to the nearest unit: "7 days", or "less
// than a minute" when it has come.
func Left(t, now time.Time) string {
	d := max(0, t.Sub(now))
	switch {
	case d >= day:
		return span(d + day/2)
	case d >= time.Hour:
		return span(d + time.Hour/2)
	}
	return span(d)
}

const day = 24 * time.Hour

func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return Plural(int(d/time.Minute), "minute", "minutes")
	case d < day:
		return Plural(int(d/time.Hour), "hour", "hours")
	case d < 60*day:
		return Plural(int(d/day), "day", "days")
	case d < 730*day:
		return Plural(int(d/(30*day)), "month", "months")
	}
	return Plural(int(d/(365*day)), "year", "years")
}
