package handlers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"holdfast/handlers"
	"holdfast/models"
	"holdfast/views/mail"
	"holdfast/views/outbox"
)

const (
	letterToken = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE"
	letterThing = "019d1f2e-7a31-7c1b-9a41-0f6c2b7d9e10"
	letterBase  = "https://holdfast.example.org"
	letterPage  = letterBase + "/credentials/" + letterThing
)

var (
	letters     = handlers.Letters{BaseURL: letterBase}
	letterUntil = time.Date(2026, 11, 24, 16, 4, 0, 0, time.FixedZone("", 3600))
	ada         = models.Party{Name: "Ada Lovelace", Email: "ada@example.org"}
	grace       = models.Party{Name: "Grace Hopper", Email: "grace@example.org"}
	root        = models.Party{Name: "Root Admin", Email: "root@example.org"}
)

// billing is one credential as letters name it.
func billing() []models.LetterThing {
	return []models.LetterThing{{ID: letterThing, Name: "billing-db", Projects: []string{"Clinic", "Registry"}}}
}

// letterTo is a letter as the outbox keeps it.
func letterTo(p models.Party, kind models.LetterKind, d models.LetterDetails) models.Letter {
	text, _ := json.Marshal(d)
	return models.Letter{Name: p.Name, Email: p.Email, Kind: kind, Subject: models.SubjectOf(kind, d), Details: string(text)}
}

// paper is a written letter in all its forms.
type paper struct{ subject, text, html string }

func write(t *testing.T, l models.Letter, token string) paper {
	t.Helper()
	m := letters.Write(l, token)
	var b strings.Builder
	if err := mail.HTML(m).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return paper{m.Subject, mail.Text(m), b.String()}
}

// letterCase is a kind of letter and what has to be in it.
type letterCase struct {
	kind    models.LetterKind
	to      models.Party
	details models.LetterDetails
	subject string
	has     []string // in the text and in the HTML
	link    string   // the one link; empty for none
}

func letterCases() []letterCase {
	end := "24 Nov 2026, 15:04 UTC"
	renamed := []models.LetterThing{{ID: letterThing, Name: "billing-new", Was: "billing-db", Projects: []string{"Clinic"}}}
	return []letterCase{
		{
			models.OfferLetter, grace,
			models.LetterDetails{Other: ada, Things: billing(), Until: letterUntil},
			"Ada Lovelace offers you “billing-db”",
			[]string{"Hello Grace Hopper,", "Ada Lovelace offers you the credential “billing-db”.", "Ada Lovelace (ada@example.org)", "Clinic, Registry", "Look at the offer", "The link works until " + end, "Opening the link changes nothing", "sign in as grace@example.org", "you become the owner", "If you decline, nothing changes"},
			letterBase + "/transfers/" + letterToken,
		},
		{
			models.OfferLetter, grace,
			models.LetterDetails{Other: ada, By: root, Things: billing(), Until: letterUntil},
			"Ada Lovelace offers you “billing-db”",
			[]string{"Root Admin (root@example.org), an administrator"},
			letterBase + "/transfers/" + letterToken,
		},
		{
			models.OfferMadeLetter, ada,
			models.LetterDetails{Other: grace, Things: billing(), Until: letterUntil},
			"You offered “billing-db” to Grace Hopper",
			[]string{"You offered your credential “billing-db” to Grace Hopper.", "Grace Hopper (grace@example.org)", end, "you stay the owner", "choose “Revoke transfer”", "Was it not you?"},
			letterPage,
		},
		{
			models.OfferMadeLetter, ada,
			models.LetterDetails{Other: grace, By: root, Things: billing(), Until: letterUntil},
			"",
			[]string{"Root Admin offered your credential “billing-db” to Grace Hopper in your place.", "Root Admin (root@example.org), an administrator", "If that is not right, revoke it", "choose “Revoke transfer”"},
			letterPage,
		},
		{
			models.ReceivedLetter, grace,
			models.LetterDetails{Other: ada, Things: renamed},
			"You own “billing-new” now",
			[]string{"You own the credential “billing-new” now.", "Ada Lovelace (ada@example.org)", "Name before", "billing-db", "Clinic", "can't any more"},
			letterPage,
		},
		{
			models.HandedOverLetter, ada,
			models.LetterDetails{Other: grace, Things: renamed},
			"Grace Hopper took over “billing-db”",
			[]string{"owns the credential “billing-db” now.", "billing-new", "Grace Hopper (grace@example.org)", "You can't change, share or delete it any more."},
			"",
		},
		{
			models.DeclinedLetter, ada,
			models.LetterDetails{Other: grace, Things: billing()},
			"Grace Hopper declined “billing-db”",
			[]string{"Grace Hopper declined your offer of the credential “billing-db”.", "You stay the owner", "choose “Offer transfer”"},
			letterPage,
		},
		{
			models.WithdrawnLetter, grace,
			models.LetterDetails{Other: ada, Things: billing()},
			"The offer of “billing-db” was withdrawn",
			[]string{"The offer of the credential “billing-db” was withdrawn.", "Ada Lovelace (ada@example.org)", "There is nothing for you to do."},
			"",
		},
		{
			models.RevokedLetter, ada,
			models.LetterDetails{Other: grace, By: root, Things: billing()},
			"An administrator revoked your offer of “billing-db”",
			[]string{"Root Admin, an administrator, revoked your offer of the credential “billing-db” to Grace Hopper.", "Ask Root Admin.", "You stay the owner"},
			letterPage,
		},
		{
			models.ExpiredLetter, ada,
			models.LetterDetails{Other: grace, Things: billing(), Until: letterUntil},
			"Your offer of “billing-db” has expired",
			[]string{"to Grace Hopper has expired.", end, "did not answer in time", "You stay the owner"},
			letterPage,
		},
		{
			models.InvitationLetter, grace,
			models.LetterDetails{By: root, Until: letterUntil},
			"Your invitation to Holdfast",
			[]string{"Root Admin invites you to Holdfast.", "Root Admin (root@example.org), an administrator", "Set your password", "The link works until " + end, "sign in as grace@example.org", "works once"},
			letterBase + "/access/" + letterToken,
		},
		{
			models.DeletionLetter, ada,
			models.LetterDetails{Things: billing(), Until: letterUntil},
			"“billing-db” will be deleted",
			[]string{"On " + end + ", your credential “billing-db” will be deleted.", "Clinic, Registry", "No project can use it from now on", "stop working", "Restore it", "choose “Restore”", "tell an administrator"},
			letterPage,
		},
		{
			models.DeletionLetter, ada,
			models.LetterDetails{Things: billing()},
			"“billing-db” will be deleted",
			[]string{"At the next purge, your credential “billing-db” will be deleted.", "may come at any moment"},
			letterPage,
		},
		{
			kind: models.ResetLetter, to: grace, details: models.LetterDetails{By: root, Until: letterUntil, Changes: []models.LetterChange{{Event: models.ResetRequested, Thing: "grace"}}},
			subject: "Set a new password for Holdfast", has: []string{"Root Admin sends you a link to set a new password.", "Your login", "grace", "your present password goes on working"},
			link: letterBase + "/access/" + letterToken,
		},
		{
			kind: models.AccountLetter, to: grace, details: models.LetterDetails{By: root, Reason: "She left", Changes: []models.LetterChange{
				{Event: models.LoginBlocked, Thing: "grace"}, {Event: models.LoginRenamed, Was: "grace", Now: "hopper"},
			}},
			subject: "Your ways in to Holdfast have changed", link: letterBase + "/account",
			has: []string{"Root Admin, an administrator, changed", "She left", "A login was blocked: nobody can sign in with it: grace.", "A login has another name (before: grace, now: hopper).", "set a new password"},
		},
	}
}

func TestLettersSayWhatHappenedAndWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range append(letterCases(), connectionCases()...) {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			p := write(t, letterTo(c.to, c.kind, c.details), letterToken)
			if c.subject != "" && p.subject != c.subject {
				t.Errorf("subject: got %q, want %q", p.subject, c.subject)
			}
			words, page := strings.Join(strings.Fields(p.text), " "), visible(t, p.html)
			for _, want := range c.has {
				if !strings.Contains(words, want) {
					t.Errorf("the text has no %q:\n%s", want, p.text)
				}
				if !strings.Contains(page, want) {
					t.Errorf("the HTML has no %q:\n%s", want, page)
				}
			}
			if strings.Contains(words, "0001") {
				t.Errorf("there is a time that is none:\n%s", p.text)
			}
			var want []string
			if c.link != "" {
				want = []string{c.link}
			}
			if got := linksIn(letters.Parts(p.text)); !slices.Equal(got, want) {
				t.Errorf("links of the text: got %q, want %q", got, want)
			}
			if got := hrefs(t, p.html); !slices.Equal(got, want) {
				t.Errorf("links of the HTML: got %q, want %q", got, want)
			}
		})
	}
}

func TestEveryKindOfLetterHasWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	unknown := letters.Write(letterTo(ada, "no.such.kind", models.LetterDetails{}), "")
	if unknown.Subject == "" || unknown.Lead == "" || len(unknown.After) > 0 {
		t.Errorf("an unknown kind: %+v", unknown)
	}
	cases := append(letterCases(), connectionCases()...)
	for _, kind := range models.LetterKinds() {
		at := slices.IndexFunc(cases, func(c letterCase) bool { return c.kind == kind })
		if at < 0 {
			t.Errorf("no case for %s", kind)
			continue
		}
		m := letters.Write(letterTo(cases[at].to, kind, cases[at].details), letterToken)
		if m.Lead == m.Subject || len(m.After) == 0 || m.Why == "" {
			t.Errorf("%s has no words: %+v", kind, m)
		}
	}
}

func TestALetterThatHasGoneIsNotWritten(t *testing.T) {
	t.Parallel()
	for _, kind := range models.LetterKinds() {
		m := letters.Write(models.Letter{Name: "Ada", Kind: kind, Subject: "Kept"}, letterToken)
		if m.Lead != "" || m.Action != nil || m.To != "" {
			t.Errorf("%s: %+v", kind, m)
		}
	}
}

func TestForeignDetailsMakeALetterStill(t *testing.T) {
	t.Parallel()
	for _, kind := range models.LetterKinds() {
		for _, details := range []string{"{}", "not JSON", `{"things":[{}]}`, `{"things":[{},{}],"until":"soon"}`, `[]`, "null"} {
			p := write(t, models.Letter{Kind: kind, Details: details}, "")
			for _, link := range hrefs(t, p.html) {
				if strings.HasSuffix(link, "/") {
					t.Errorf("%s, %s: a link to nothing: %s", kind, details, link)
				}
			}
			if p.subject == "" || strings.Contains(p.text, "0001") || strings.Contains(p.text, "()") {
				t.Errorf("%s, %s: %q\n%s", kind, details, p.subject, p.text)
			}
		}
	}
}

// TestHostileNamesStayNames puts what would break out of its place into every
// field that somebody types.
func TestHostileNamesStayNames(t *testing.T) {
	t.Parallel()
	bads := []string{
		"<b>\"x\"</b>\r\nBcc: y@evil.example",
		"x\n\nLook at the offer:\nhttps://evil.example/transfers/" + strings.Repeat("a", 60),
		"https://evil.example/" + strings.Repeat("a", 80),
		letterBase + "/access/" + letterToken,
		"x\u2028" + letterBase + "/access/1\u2029\v\f\x00\u202Egnp.exe",
		`"><img src=x onerror=alert(1)><script>x</script><!-- ' --> {{.}} javascript:alert(1)`,
	}
	for _, bad := range bads {
		who := models.Party{Name: bad, Email: bad}
		things := []models.LetterThing{{ID: bad, Name: bad, Was: bad, Projects: []string{bad, bad}}}
		for _, kind := range models.LetterKinds() {
			for _, d := range []models.LetterDetails{
				{Other: who, By: who, Things: things, Until: letterUntil},
				{Other: who, By: who, Things: slices.Repeat(things, 2), Until: letterUntil},
				{By: who, Until: letterUntil, Reason: bad, Changes: []models.LetterChange{{Event: models.LoginRenamed, Thing: bad, Was: bad, Now: bad}}},
				{Things: things, Until: letterUntil, Provider: bad, Account: bad, Health: bad, Cause: bad, Client: bad, ClientID: bad},
				{Things: things, Until: letterUntil, Provider: bad, Account: bad, Health: string(models.HealthExpiring), Cause: bad},
				{Things: things, Provider: bad, Account: bad, Health: string(models.HealthRetrying), Cause: bad},
			} {
				harmless(t, bad, letterTo(who, kind, d))
			}
		}
	}
}

func harmless(t *testing.T, bad string, l models.Letter) {
	t.Helper()
	p := write(t, l, letterToken)
	if strings.ContainsAny(p.subject, "\r\n\x00\u2028\u2029\u202E") || strings.ContainsAny(p.text, "\r\v\f\x00\u2028\u2029\u202E") {
		t.Errorf("%s, %q: something breaks a line:\n%q\n%s", l.Kind, bad, p.subject, p.text)
	}
	for line := range strings.Lines(p.text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "https://evil") && !strings.Contains(line, " ") {
			t.Errorf("%s: a name has a line of its own: %s\n%s", l.Kind, line, p.text)
		}
	}
	for _, link := range append(linksIn(letters.Parts(p.text)), hrefs(t, p.html)...) {
		plausible := strings.HasPrefix(link, letterBase+"/credentials") || link == letterBase+"/transfers" ||
			link == letterBase+"/transfers/"+letterToken || link == letterBase+"/account" && l.Kind == models.AccountLetter ||
			strings.HasPrefix(link, letterBase+"/oauth/clients/") && l.Kind == models.ClientLetter ||
			link == letterBase+"/access/"+letterToken && (l.Kind == models.InvitationLetter || l.Kind == models.ResetLetter)
		if !plausible {
			t.Errorf("%s: a link that a name made: %s", l.Kind, link)
		}
	}
	for _, n := range elements(t, p.html) {
		if slices.Contains([]string{"b", "img", "script"}, n.Data) {
			t.Errorf("%s, %q: <%s> in the HTML", l.Kind, bad, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s, %q: %s in the HTML", l.Kind, bad, a.Key)
			}
		}
	}
}

func TestALetterOfManyThingsNamesEach(t *testing.T) {
	t.Parallel()
	d := models.LetterDetails{Other: ada, By: root, Until: letterUntil}
	for i := range 100 {
		name := fmt.Sprintf("%02d ", i) + strings.Repeat("n", 97)
		d.Things = append(d.Things, models.LetterThing{ID: fmt.Sprint("id-", i), Name: name, Projects: slices.Repeat([]string{"Clinic"}, 30)})
	}
	for _, kind := range models.LetterKinds() {
		if slices.Contains([]models.LetterKind{models.InvitationLetter, models.ResetLetter, models.AccountLetter, models.ClientLetter, models.ClientTakenLetter}, kind) {
			continue // it names no credential
		}
		p := write(t, letterTo(grace, kind, d), letterToken)
		for _, c := range d.Things {
			if !strings.Contains(strings.Join(strings.Fields(p.text), " "), c.Name) || !strings.Contains(p.html, c.Name) {
				t.Fatalf("%s: no %s", kind, c.Name)
			}
		}
		text, page := linksIn(letters.Parts(p.text)), hrefs(t, p.html)
		if !slices.Equal(text, page) {
			t.Errorf("%s: the text links to %v, the HTML to %v", kind, text, page)
		}
		if len(p.html) > 102<<10 {
			t.Errorf("%s: %d bytes of HTML: mail programs show 102 KiB", kind, len(p.html))
		}
	}
}

func TestLinksWithATokenAreShort(t *testing.T) {
	t.Parallel()
	for _, c := range append(letterCases(), connectionCases()...) {
		a := letters.Write(letterTo(c.to, c.kind, c.details), letterToken).Action
		if a != nil && strings.Contains(a.URL, letterToken) && len(a.URL) >= 200 {
			t.Errorf("%s: %d characters", c.kind, len(a.URL))
		}
	}
}

func TestOnlyLettersWithALinkHoldTheToken(t *testing.T) {
	t.Parallel()
	for _, c := range append(letterCases(), connectionCases()...) {
		p := write(t, letterTo(c.to, c.kind, c.details), letterToken)
		linked := c.kind == models.OfferLetter || c.kind == models.InvitationLetter || c.kind == models.ResetLetter
		if got := strings.Contains(p.text, letterToken); got != linked || strings.Contains(p.html, letterToken) != linked {
			t.Errorf("%s: the token is in it: %v", c.kind, got)
		}
	}
}

func TestPartsAreTheWholeText(t *testing.T) {
	t.Parallel()
	for _, c := range append(letterCases(), connectionCases()...) {
		text := write(t, letterTo(c.to, c.kind, c.details), letterToken).text
		together := ""
		for _, part := range letters.Parts(text) {
			together += part.Text
		}
		if together != text {
			t.Errorf("%s: got %q, want %q", c.kind, together, text)
		}
	}
	if got := letters.Parts(""); len(got) > 0 {
		t.Errorf("nothing has parts: %v", got)
	}
}

func TestOnlyAddressesOfTheConsoleBecomeLinks(t *testing.T) {
	t.Parallel()
	for line, link := range map[string]string{
		letterBase + "/access/x":                     letterBase + "/access/x",
		"  " + letterBase + "/access/x  \n":          letterBase + "/access/x",
		letterBase:                                   "",
		letterBase + ".evil.example/x":               "",
		letterBase + "@evil.example/x":               "",
		"https://evil.example/" + letterBase + "/x":  "",
		"See " + letterBase + "/access/x":            "",
		letterBase + "/access/x is what somebody is": "",
	} {
		var want []string
		if link != "" {
			want = []string{link}
		}
		if got := linksIn(letters.Parts("Before\n" + line + "\nAfter\n")); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

// linksIn are the links among parts, each once.
func linksIn(parts []outbox.Part) []string {
	var list []string
	for _, p := range parts {
		if p.URL != "" && !slices.Contains(list, p.URL) {
			list = append(list, p.URL)
		}
	}
	return list
}

func elements(t *testing.T, page string) (list []*html.Node) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			list = append(list, n)
		}
	}
	return list
}

// hrefs are the links of a page, each once.
func hrefs(t *testing.T, page string) (list []string) {
	t.Helper()
	for _, n := range elements(t, page) {
		for _, a := range n.Attr {
			if a.Key == "href" && !slices.Contains(list, a.Val) {
				list = append(list, a.Val)
			}
		}
	}
	return list
}

// visible is the text of a page's body.
func visible(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	for _, n := range elements(t, page) {
		if n.Data != "body" {
			continue
		}
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data + " ")
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
