package mail

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"holdfast/views/ui"
)

// mostProjects is how many projects of a credential are named. The others are
// counted: a mail program cuts a letter that is too long.
const mostProjects = 10

// OneLine is text that stays on its line: without line ends, controls and the
// marks that turn the direction of text round.
func OneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) || r == '\uFEFF' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(text), " ")
}

// tidy is the letter with every text on one line. Both forms begin with it.
func (l Letter) tidy() Letter {
	l.To, l.Subject, l.Lead, l.Why, l.BaseURL = OneLine(l.To), OneLine(l.Subject), OneLine(l.Lead), OneLine(l.Why), OneLine(l.BaseURL)
	l.Facts, l.Things, l.After = slices.Clone(l.Facts), slices.Clone(l.Things), oneLineEach(l.After)
	for i, f := range l.Facts {
		l.Facts[i] = Fact{OneLine(f.Label), OneLine(f.Text)}
	}
	for i, t := range l.Things {
		l.Things[i] = Thing{OneLine(t.Name), OneLine(t.Was), address(t.URL), oneLineEach(t.Projects)}
	}
	if l.Action != nil {
		l.Action = &Action{OneLine(l.Action.Label), address(l.Action.URL), l.Action.Until}
	}
	return l
}

func oneLineEach(list []string) []string {
	out := make([]string, 0, len(list))
	for _, text := range list {
		out = append(out, OneLine(text))
	}
	return out
}

// address is a URL without what can't be in one.
func address(url string) string { return strings.ReplaceAll(OneLine(url), " ", "%20") }

func (l Letter) greeting() string {
	if l.To == "" {
		return "Hello,"
	}
	return "Hello " + l.To + ","
}

// facts are the particulars; those of the one credential are among them.
func (l Letter) facts() []Fact {
	if len(l.Things) != 1 {
		return l.Facts
	}
	t := l.Things[0]
	list := append(slices.Clone(l.Facts), Fact{"Credential", t.Name})
	if t.Was != "" {
		list = append(list, Fact{"Name before", t.Was})
	}
	if len(t.Projects) > 0 {
		list = append(list, Fact{"Projects", t.projects()})
	}
	return list
}

// several are the credentials, when there is more than one to tell of.
func (l Letter) several() []Thing {
	if len(l.Things) < 2 {
		return nil
	}
	return l.Things
}

func (l Letter) severalTitle() string { return "The " + strconv.Itoa(len(l.Things)) + " credentials" }

// closing are the last lines.
func (l Letter) closing() []string {
	sent := "Sent by Holdfast at " + l.BaseURL + ". Its own links all begin with that address."
	if l.Why == "" {
		return []string{sent}
	}
	return []string{l.Why, sent}
}

// notes are what there is to say of a credential besides its name.
func (t Thing) notes() []string {
	var list []string
	if t.Was != "" {
		list = append(list, "Name before: "+t.Was)
	}
	if len(t.Projects) > 0 {
		list = append(list, "Projects: "+t.projects())
	}
	return list
}

func (t Thing) projects() string {
	if len(t.Projects) <= mostProjects {
		return strings.Join(t.Projects, ", ")
	}
	return strings.Join(t.Projects[:mostProjects], ", ") + " and " + strconv.Itoa(len(t.Projects)-mostProjects) + " more"
}

// end says when the link stops working, or nothing.
func (a Action) end() string {
	if a.Until.IsZero() {
		return ""
	}
	return "The link works until " + ui.Exact(a.Until) + "."
}
