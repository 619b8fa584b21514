package outbox

import (
	"strings"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// tab is one choice of which letters are shown.
type tab struct{ label, state string }

var tabs = []tab{{"All", ""}, {"Waiting", "queued"}, {"Sent", "sent"}, {"Failed", "failed"}}

func (t tab) url() string { return to.OutboxWith(t.state, "") }

// class sets the tab of what is shown apart from the others.
func (t tab) class(shown string) string {
	if t.state == shown {
		return "btn btn-sm"
	}
	return "btn btn-sm btn-ghost"
}

func (p Page) pager() ui.Pager {
	return ui.Pager{Shown: len(p.Rows), Noun: "letters", First: p.First, Next: p.Next}
}

// opened is the letter that can be read without opening it: the newest of the
// first page, since it tells of what was just done. It is -1 for none.
func (p Page) opened() int {
	if p.First != "" {
		return -1
	}
	for i, l := range p.Rows {
		if l.readable() {
			return i
		}
	}
	return -1
}

func (l Letter) readable() bool { return len(l.Text) > 0 }

// tries tells how often the letter was handed to the mail server.
func (l Letter) tries() string {
	if l.Tries == 0 {
		return "not tried yet"
	}
	return "tried " + ui.Plural(l.Tries, "time", "times")
}

// subject is never empty: it names the letter and its button.
func (l Letter) subject() string {
	if strings.TrimSpace(l.Subject) == "" {
		return "(no subject)"
	}
	return l.Subject
}

// paragraphs are the letter's text, parted at empty lines; each holds its
// lines, and a line what stands on it.
func (l Letter) paragraphs() [][][]Part {
	var all [][][]Part
	paragraph, line := [][]Part(nil), []Part(nil)
	endLine := func() {
		if len(line) > 0 {
			paragraph, line = append(paragraph, line), nil
		} else if len(paragraph) > 0 {
			all, paragraph = append(all, paragraph), nil
		}
	}
	for _, p := range l.Text {
		if p.URL != "" {
			line = append(line, p)
			continue
		}
		for i, text := range strings.Split(p.Text, "\n") {
			if i > 0 {
				endLine()
			}
			if strings.TrimSpace(text) != "" {
				line = append(line, Part{Text: text})
			}
		}
	}
	endLine()
	endLine()
	return all
}
