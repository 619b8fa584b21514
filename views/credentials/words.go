package credentials

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// secret types hide what is typed even where the handler forgot to say Secret.
func (f Field) hidden() bool {
	return f.Secret || f.Type == "secret" || f.Type == "secrettext"
}

// shown is what the control may hold.
func (f Field) shown() string {
	if f.hidden() {
		return ""
	}
	return f.Value
}

// unchosen is the choice of none.
func (f Field) unchosen() string {
	if f.hidden() && f.Held {
		return "Keep what is stored"
	}
	return "Choose…"
}

// inputType is the type attribute; numbers are text, so that a wrong one can be shown again.
func (f Field) inputType() string {
	switch f.Type {
	case "url", "email", "date":
		return f.Type
	case "datetime":
		return "text" // a moment has its zone, which datetime-local cannot hold
	case "secret":
		return "password"
	}
	if f.Secret {
		return "password"
	}
	return "text"
}

// inputMode asks a phone for the right keys.
func (f Field) inputMode() string {
	switch f.Type {
	case "integer":
		return "numeric"
	case "number":
		return "decimal"
	}
	return ""
}

// long reports whether the control is a text area.
func (f Field) long() bool {
	return f.Type == "json" || f.Type == "multiline" || f.Type == "secrettext"
}

// describedBy names the hint, the note on what is stored, and the error.
func (f Field) describedBy() string {
	described := ui.DescribedBy(f.ID, f.Hint, f.Error)
	if f.Held {
		if described != "" {
			described += " "
		}
		described += f.ID + "-held"
	}
	if f.Retype {
		described = strings.TrimSpace(described + " " + f.ID + "-retype")
	}
	return described
}

// held tells of a stored secret.
func (f Field) held(now time.Time) string {
	if f.ChangedAt.IsZero() {
		return "Set. Leave empty to keep it."
	}
	return "Set, last changed " + ui.Ago(f.ChangedAt, now) + ". Leave empty to keep it."
}

// problems are all faults of the form, in the order of its fields.
func (f Form) problems() []ui.Problem {
	var found []ui.Problem
	if f.Wrong != "" {
		found = append(found, ui.Problem{Text: f.Wrong})
	}
	if f.NameError != "" {
		found = append(found, ui.Problem{ID: "name", Label: "Name", Text: f.NameError})
	}
	found = append(found, problemsOf(f.Fields)...)
	if f.OfferedTo != "" && f.RevokeError != "" {
		found = append(found, ui.Problem{ID: "revoke", Label: "Offer", Text: f.RevokeError})
	}
	return found
}

func problemsOf(fields []Field) []ui.Problem {
	var found []ui.Problem
	for _, f := range fields {
		if f.Error != "" {
			found = append(found, ui.Problem{ID: f.ID, Label: f.Label, Text: f.Error})
		} else if f.Retype {
			found = append(found, ui.Problem{ID: f.ID, Label: f.Label, Text: "Enter it again."})
		}
		found = append(found, problemsOf(f.Fields)...)
	}
	return found
}

func (f Form) url() string {
	if f.ID == "" {
		return to.Credentials()
	}
	return to.Credential(f.ID)
}

// back is where Cancel leads.
func (f Form) back() string {
	if f.ID == "" {
		return to.Credentials()
	}
	return to.Credential(f.ID)
}

func (f Form) title() string {
	if f.ID == "" {
		return "New " + f.Kind.Title + " credential"
	}
	return "Edit " + f.SavedName
}

func (f Form) crumbs() []ui.Crumb {
	if f.ID == "" {
		return []ui.Crumb{{Label: "Credentials", URL: to.Credentials()}, {Label: "New", URL: to.PickKind()}}
	}
	return crumbs(f.SavedName, f.ID)
}

// crumbs lead to a page about one credential.
func crumbs(name, id string) []ui.Crumb {
	return []ui.Crumb{{Label: "Credentials", URL: to.Credentials()}, {Label: name, URL: to.Credential(id)}}
}

// url is the list's address with a filter.
func (l List) url(f to.CredentialFilter) string {
	if l.ProjectID != "" {
		return to.ProjectCredentialsWith(l.ProjectID, f)
	}
	return to.CredentialsWith(f)
}

func (l List) crumbs() []ui.Crumb {
	if l.ProjectID == "" {
		return nil
	}
	return []ui.Crumb{{Label: "Projects", URL: to.Projects()}, {Label: l.ProjectName, URL: to.Project(l.ProjectID)}}
}

func (l List) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Rows), Noun: "credentials"}
	if l.Filter.After != "" {
		p.First = l.url(l.Filter.From(""))
	}
	if l.Next != "" {
		p.Next = l.url(l.Filter.From(l.Next))
	}
	return p
}

func all(label string, options []ui.Option, selected string) []ui.Option {
	return ui.Choose(append([]ui.Option{{Label: label}}, options...), selected)
}

func (l List) states() []ui.Option {
	return ui.Choose([]ui.Option{
		{Label: "Current"},
		{Value: "active", Label: "Active"},
		{Value: "scheduled", Label: "Scheduled for deletion"},
		{Value: "purged", Label: "Purged records"},
	}, l.Filter.State)
}

// orders are the orders that an index serves: a project's list has two.
func (l List) orders() []ui.Option {
	all := []ui.Option{
		{Label: "Name"},
		{Value: "newest", Label: "Newest"},
		{Value: "changed", Label: "Recently changed"},
		{Value: "used", Label: "Recently used"},
	}
	if l.ProjectID != "" {
		all = all[:2]
	}
	return ui.Choose(all, l.Filter.Sort)
}

func plus(n int) string { return "+" + strconv.Itoa(n) }

// uses tells how much a credential was used.
func uses(steps int) string {
	if steps == 0 {
		return "Never used"
	}
	return "Used " + ui.Plural(steps, "time", "times")
}

// attributes are what every control of a field has, of whatever element.
func (f Field) attributes() templ.Attributes {
	a := templ.Attributes{"id": f.ID, "name": f.Input}
	if f.Placeholder != "" && !f.Held {
		a["placeholder"] = f.Placeholder
	}
	if d := f.describedBy(); d != "" {
		a["aria-describedby"] = d
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	switch {
	case f.hidden():
		a["autocomplete"] = "new-password"
	case f.Type != "checkbox":
		a["autocomplete"] = "off"
	}
	return a
}

// url is where a kind of the picker leads.
func (k Kind) url() string {
	if k.URL == "" {
		return to.NewCredential(k.Name)
	}
	return k.URL
}

// anySet reports whether there is a value to show.
func (p Page) anySet() bool {
	return slices.ContainsFunc(p.Values, func(v Value) bool { return v.Set })
}
