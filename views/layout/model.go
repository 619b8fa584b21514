// Package layout frames every page: the document, the navigation, the news of
// what was just done, and the page that says what went wrong. It knows who
// looks, but not what is looked at.
package layout

import (
	"strings"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// Frame is what the document needs to know besides the page.
type Frame struct {
	Title  string  // the document's title is "Title · Holdfast"
	Path   string  // of the request; marks the current entry of the navigation
	Person *Person // nil when signed out: a bare, centred frame
	Flash  Flash   // zero for none
}

// Person is who is signed in.
type Person struct {
	Name, Email string
	Admin       bool
}

// Flash is one line of news, shown once.
type Flash struct {
	Kind string // "success", "info" or "error"
	Text string
}

// ProblemPage says what went wrong and where to go from there.
type ProblemPage struct {
	Status             int
	Title, Text        string
	Reference          string // for the log; empty where the person can help themselves
	BackURL, BackLabel string // empty for none
}

// ConfirmPage asks for a code or a password before something grave is done. It
// posts to Action, with all that was sent there before.
type ConfirmPage struct {
	Action                   string
	Fields                   []Hidden
	Code, Password           bool   // what can be asked for; a code comes first
	Provider                 string // the identity provider that can be asked; empty for none
	Next                     string // where to come back to from there
	CodeError, PasswordError string
	Wait                     string // why nothing is judged now, and how long
}

// Hidden is a field that was sent before.
type Hidden struct{ Name, Value string }

func (c ConfirmPage) problems() []ui.Problem {
	var found []ui.Problem
	if c.Wait != "" {
		found = append(found, ui.Problem{Text: c.Wait + " What you sent waits on this page."})
	}
	if c.Code && c.CodeError != "" {
		found = append(found, ui.Problem{ID: "confirm-code", Label: "Code", Text: c.CodeError})
	}
	if !c.Code && c.PasswordError != "" {
		found = append(found, ui.Problem{ID: "confirm-password", Label: "Password", Text: c.PasswordError})
	}
	return found
}

// entry is one line of the navigation.
type entry struct {
	label, icon, url string
	within           string // paths below this one belong to the entry
	adminOnly        bool
	sub              []entry
}

// entries are the navigation, from top to bottom.
var entries = []entry{
	{label: "Credentials", icon: "key-round", url: to.Credentials(), within: "/credentials"},
	{label: "Projects", icon: "folder-kanban", url: to.Projects(), within: "/projects"},
	{label: "Transfers", icon: "arrow-right-left", url: to.Transfers(), within: "/transfers"},
	{label: "OAuth clients", icon: "cable", url: to.OAuthClients(), within: "/oauth/clients"},
	{label: "Administration", icon: "settings", url: to.Admin, within: "/admin", adminOnly: true, sub: []entry{
		{label: "Users", url: to.Users(), within: "/admin/users"},
		{label: "Identity providers", url: to.IDPs(), within: "/admin/idps"},
		{label: "Audit", url: to.Audit(), within: "/admin/audit"},
		{label: "Outbox", url: to.Outbox(), within: "/admin/outbox"},
		{label: "Kinds", url: to.Kinds(), within: "/admin/kinds"},
	}},
}

// visible are the entries that p may follow.
func visible(p *Person) []entry {
	var shown []entry
	for _, e := range entries {
		if p.Admin || !e.adminOnly {
			shown = append(shown, e)
		}
	}
	return shown
}

// holds reports whether path lies within the entry.
func (e entry) holds(path string) bool {
	return path == e.within || strings.HasPrefix(path, e.within+"/")
}

// current is the entry's aria-current on path: the page itself, a page within, or "".
func (e entry) current(path string) string {
	switch {
	case len(e.sub) == 0 && path == e.url:
		return "page"
	case e.holds(path):
		return "true"
	}
	return ""
}

// initials stand for a person without a picture.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	letters := firstRune(words[0])
	if len(words) > 1 {
		letters += firstRune(words[len(words)-1])
	}
	return strings.ToUpper(letters)
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// tone is the colour of a flash; an unknown kind is plain information.
func (f Flash) tone() ui.Tone {
	switch f.Kind {
	case "success":
		return ui.Success
	case "error":
		return ui.Danger
	}
	return ui.Info
}

// role says whether a screen reader waits or interrupts.
func (f Flash) role() string {
	if f.Kind == "error" {
		return "alert"
	}
	return "status"
}

// icon repeats the tone for those who do not see it.
func (f Flash) icon() string {
	switch f.tone() {
	case ui.Success:
		return "circle-check"
	case ui.Danger:
		return "circle-alert"
	}
	return "info"
}

// text is the problem in one line, for the flash.
func (p ProblemPage) text() string {
	line := p.Title + ". " + p.Text
	if p.Reference != "" {
		line += " Reference: " + p.Reference
	}
	return line
}

// htmxConfig keeps htmx within the content security policy and says which answers are shown where.
const htmxConfig = `{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0,` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422|409","swap":true},` +
	`{"code":"[45]..","swap":true,"target":"#flash","select":"unset","swapOverride":"innerHTML","error":true}]}`
