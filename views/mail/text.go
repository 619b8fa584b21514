package mail

import (
	"strings"
	"unicode/utf8"
)

// column is how wide lines of plain text are, in characters; one that holds a
// URL may be wider. Of 0, no line is broken.
type column int

// How far lines are set in: particulars and credentials, notes on a credential,
// and where either goes on. Paragraphs stand at the edge, so that no name in one
// can pass for a particular.
const (
	inFacts = "  "
	inNotes = "    "
	inRest  = "        "
)

// Text is the letter as plain text. A line that is a URL and nothing else is
// a link of the letter's own; no name can make one.
func Text(l Letter) string { return column(72).text(l) }

// LongLines is Text for who breaks the lines as they fit: paragraphs of one
// line each.
func LongLines(l Letter) string { return column(0).text(l) }

func (c column) text(l Letter) string {
	l = l.tidy()
	parts := []string{c.wrap("", l.greeting()), c.wrap("", l.Lead)}
	var facts []string
	for _, f := range l.facts() {
		facts = append(facts, c.wrap(inFacts, f.Label+": "+f.Text))
	}
	parts = append(parts, strings.Join(facts, "\n"))
	if l.Action != nil {
		parts = append(parts, c.wrap("", l.Action.Label+":")+"\n"+l.Action.URL, c.wrap("", l.Action.end()))
	}
	for _, paragraph := range l.After {
		parts = append(parts, c.wrap("", paragraph))
	}
	if list := l.several(); list != nil {
		parts = append(parts, l.severalTitle()+":")
		for _, t := range list {
			parts = append(parts, c.thing(t))
		}
	}
	for _, line := range l.closing() {
		parts = append(parts, c.wrap("", line))
	}
	return joined(parts)
}

// thing is a credential among others.
func (c column) thing(t Thing) string {
	lines := []string{c.wrap(inFacts, "- "+t.Name)}
	for _, note := range t.notes() {
		lines = append(lines, c.wrap(inNotes, note))
	}
	if t.URL != "" {
		lines = append(lines, inNotes+t.URL)
	}
	return strings.Join(lines, "\n")
}

// joined are the paragraphs that say something.
func joined(parts []string) string {
	var b strings.Builder
	for _, part := range parts {
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(part)
	}
	return b.String() + "\n"
}

// wrap breaks text between words. What is set in goes on further in. A URL
// among the words, which only a name can bring, keeps both its neighbours on
// its line, so that it does not pass for a link of the letter.
func (c column) wrap(in, text string) string {
	var b strings.Builder
	b.WriteString(in)
	on := ""
	if in != "" {
		on = inRest
	}
	used, glued := len(in), true
	for i, word := range strings.Fields(text) {
		size := utf8.RuneCountInString(word)
		url := strings.Contains(word, "://")
		switch {
		case i == 0:
			used += size
		case c == 0 || glued || url || used+1+size <= int(c):
			b.WriteByte(' ')
			used += 1 + size
		default:
			b.WriteString("\n" + on)
			used = len(on) + size
		}
		b.WriteString(word)
		glued = url
	}
	return b.String()
}
