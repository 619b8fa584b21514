package mail_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"holdfast/views/mail"
)

const base = "https://holdfast.example.org"

// full is a letter with something in every place.
func full(text func(string) string) mail.Letter {
	return mail.Letter{
		To: text("Grace Hopper"), Subject: text("Ada offers you credentials"), Lead: text("Ada Lovelace offers you 2 credentials."),
		Facts: []mail.Fact{{"Owner", text("Ada Lovelace (ada@example.org)")}},
		Things: []mail.Thing{
			{Name: text("billing-db"), Was: text("old-db"), URL: base + "/credentials/1", Projects: []string{text("Clinic"), text("Registry")}},
			{Name: text("mail-relay")},
		},
		Action:  &mail.Action{Label: "Look at the offer", URL: base + "/transfers/" + strings.Repeat("t", 90), Until: time.Date(2026, 11, 24, 16, 4, 0, 0, time.FixedZone("", 3600))},
		After:   []string{text(strings.Repeat("Opening the link changes nothing. ", 8))},
		Why:     text("You get this letter because you were chosen."),
		BaseURL: base,
	}
}

func same(text string) string { return text }

func drawn(t *testing.T, l mail.Letter) (string, *html.Node) {
	t.Helper()
	var b strings.Builder
	if err := mail.HTML(l).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), root
}

func TestTextReadsLikeALetter(t *testing.T) {
	t.Parallel()
	l := full(same)
	l.After = l.After[:0]
	want := `Hello Grace Hopper,

Ada Lovelace offers you 2 credentials.

  Owner: Ada Lovelace (ada@example.org)

Look at the offer:
` + l.Action.URL + `

The link works until 24 Nov 2026, 15:04 UTC.

The 2 credentials:

  - billing-db
    Name before: old-db
    Projects: Clinic, Registry
    https://holdfast.example.org/credentials/1

  - mail-relay

You get this letter because you were chosen.

Sent by Holdfast at https://holdfast.example.org. Its own links all
begin with that address.
`
	if got := mail.Text(l); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestTheOneCredentialIsAmongTheFacts(t *testing.T) {
	t.Parallel()
	l := full(same)
	l.Things = l.Things[:1]
	text := mail.Text(l)
	for _, want := range []string{"  Credential: billing-db\n", "  Name before: old-db\n", "  Projects: Clinic, Registry\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q:\n%s", want, text)
		}
	}
	if len(l.Facts) != 1 {
		t.Error("writing a letter changed it")
	}
}

func TestManyProjectsAreCounted(t *testing.T) {
	t.Parallel()
	l := full(same)
	l.Things[0].Projects = strings.Split(strings.Repeat("p,", 12)+"p", ",")
	if text := mail.Text(l); !strings.Contains(text, "p, p and 3 more") {
		t.Error(text)
	}
}

func TestAnEmptyLetterHasNoHoles(t *testing.T) {
	t.Parallel()
	text := mail.Text(mail.Letter{})
	page, _ := drawn(t, mail.Letter{})
	if strings.Contains(text, "\n\n\n") || strings.Contains(text+page, "0001") || !strings.HasPrefix(text, "Hello,\n\n") {
		t.Errorf("%q", text)
	}
}

func TestLinesAreShortAndURLsWhole(t *testing.T) {
	t.Parallel()
	l := full(func(text string) string { return text + strings.Repeat(" wörter", 30) })
	text := mail.Text(l)
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if utf8.RuneCountInString(line) > 72 && !strings.HasPrefix(line, "https://") {
			t.Errorf("%d characters: %s", utf8.RuneCountInString(line), line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("blanks at the end: %q", line)
		}
	}
	if !strings.Contains(text, "\n"+l.Action.URL+"\n") {
		t.Errorf("the link is not on a line of its own:\n%s", text)
	}
}

// ours are the lines that stand where only particulars, credentials and notes
// on them may.
var ours = regexp.MustCompile(`^(  (Owner:|- )|    (Name before:|Projects:|https://holdfast\.example\.org/credentials/1$)|        |\S|$)`)

func TestNoNameReachesOverTheEndOfItsLine(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"x\r\n\r\n  Owner: root@example.org\r\nBcc: y",
		"x\n" + base + "/transfers/evil\n",
		base + "/transfers/evil/" + strings.Repeat("a", 99),
		strings.Repeat("long ", 13) + "  Projects: evil\u2028    Projects: evil\u2029  - evil",
		strings.Repeat("fill ", 12) + base + "/transfers/evil",
	} {
		text := mail.Text(full(func(text string) string { return bad + text + " " + bad }))
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if !ours.MatchString(line) {
				t.Errorf("%q: passes for a line of the letter: %q", bad, line)
			}
			if alone := strings.TrimSpace(line); strings.HasPrefix(alone, base+"/transfers/evil") && !strings.Contains(alone, " ") {
				t.Errorf("%q: passes for a link of the letter: %s", bad, line)
			}
		}
		if strings.ContainsAny(text, "\r\u2028\u2029") {
			t.Errorf("%q: another kind of line end:\n%q", bad, text)
		}
	}
}

func TestOneLineKeepsWordsAndDropsWhatBreaksThem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  a\r\nb\tc\x00d\u2028e ": "a b c d e",
		"gnp\u202Eexe":             "gnp exe",
		"\uFEFFa\xffb":             "a\uFFFDb",
		"Zoë 👩‍🚀 שלום":             "Zoë 👩‍🚀 שלום",
		"":                         "",
	} {
		if got := mail.OneLine(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestHTMLIsAWholeQuietDocument(t *testing.T) {
	t.Parallel()
	page, root := drawn(t, full(same))
	for _, want := range []string{`<!doctype html>`, `<html lang="en"`, `<meta charset="utf-8">`, `<meta name="color-scheme" content="light dark">`, "<title>Ada offers you credentials</title>", "max-width:600px"} {
		if !strings.Contains(strings.ToLower(page), strings.ToLower(want)) {
			t.Errorf("no %s", want)
		}
	}
	for _, loads := range []string{"url(", "@import", "src=", "<link", "<img", "<script", "zTemplUnsafe"} {
		if strings.Contains(page, loads) {
			t.Errorf("there is %s", loads)
		}
	}
	headings := 0
	for n := range root.Descendants() {
		if n.Data == "h1" && n.Type == html.ElementNode {
			headings++
		}
		if strings.Contains(attr(n, "style"), "&") {
			t.Errorf("escaped twice: %s", attr(n, "style"))
		}
		if n.Data == "table" && attr(n, "role") != "presentation" {
			t.Error("a table says that it holds data")
		}
		if n.Type == html.ElementNode && n.Data != "br" && (n.Data == "p" || n.Data == "a" || n.Data == "h1" || n.Data == "h2") && attr(n, "style") == "" {
			t.Errorf("<%s> has no style of its own", n.Data)
		}
	}
	if headings != 1 {
		t.Errorf("%d h1", headings)
	}
}

func TestTheAddressUnderTheButtonCanBeCopied(t *testing.T) {
	t.Parallel()
	l := full(same)
	_, root := drawn(t, l)
	var shown []string
	for n := range root.Descendants() {
		if n.Data == "a" && attr(n, "href") == l.Action.URL {
			shown = append(shown, n.FirstChild.Data)
		}
	}
	if len(shown) != 2 || shown[0] != l.Action.Label || shown[1] != l.Action.URL {
		t.Errorf("got %q", shown)
	}
}

func TestMarkupInALetterIsText(t *testing.T) {
	t.Parallel()
	bad := `</title></style><b class="x">'"&amp;</b><!--`
	page, root := drawn(t, full(func(text string) string { return bad + text }))
	if n := strings.Count(page, "&lt;b class="); n < 10 {
		t.Errorf("it is shown as it is %d times", n)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "b" {
			t.Fatal("a name became an element")
		}
	}
}

func TestALinkOfAnotherSchemeOpensNothing(t *testing.T) {
	t.Parallel()
	l := full(same)
	l.Action.URL = "javascript:alert(1)"
	_, root := drawn(t, l)
	for n := range root.Descendants() {
		if strings.HasPrefix(attr(n, "href"), "javascript:") {
			t.Error("a script is linked")
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
