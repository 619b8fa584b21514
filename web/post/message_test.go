package post_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/web/post"
	"holdfast/web/post/smtptest"
)

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	l := letter()
	m := send(t, smtptest.Start(t, smtptest.Options{}), l)
	if m.From != "holdfast@example.org" || !slices.Equal(m.To, []string{"ben@example.org"}) {
		t.Errorf("from %q to %q", m.From, m.To)
	}
	if m.Subject != l.Subject || m.Text != l.Text || m.HTML != l.HTML {
		t.Errorf("got %q, %q, %q", m.Subject, m.Text, m.HTML)
	}
	if at, err := m.Header.Date(); err != nil || !at.Equal(l.At) {
		t.Errorf("Date is %v (%v)", at, err)
	}
	for name, want := range map[string]string{
		"From":                     `"Holdfast" <holdfast@example.org>`,
		"To":                       `"Ben" <ben@example.org>`,
		"Message-Id":               "<0190a5c4-7f6e-7000-8000-000000000001@holdfast.example.org>",
		"Auto-Submitted":           "auto-generated",
		"X-Auto-Response-Suppress": "All",
		"Mime-Version":             "1.0",
	} {
		if got := m.Header[name]; !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if text, html := strings.Index(m.Raw, "text/plain; charset=UTF-8"), strings.Index(m.Raw, "text/html; charset=UTF-8"); text < 0 || html < text {
		t.Error("the text must come first, and the HTML after it")
	}
	if n := strings.Count(m.Raw, "Content-Transfer-Encoding: quoted-printable"); n != 2 {
		t.Errorf("%d parts are quoted-printable, want both", n)
	}
}

func TestEveryLanguageArrives(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Zoë Ångström", "山田 太郎", "یاسمین\u200cزهرا", "👩\u200d🚀 Ada", `Ben "the boss" O'Neil \ Sons`, "a=?b",
		strings.Repeat("très long ", 60) + "fin", strings.Repeat("無", 700), strings.Repeat("x", 3000), "(note) <b>, c;",
	} {
		l := letter()
		l.ToName, l.Subject, l.Text, l.HTML = text, text, text+"\n", "<p>"+text+"</p>"
		m := send(t, smtptest.Start(t, smtptest.Options{}), l)
		list, err := m.Header.AddressList("To")
		if err != nil || len(list) != 1 || list[0].Name != text {
			t.Errorf("To is %v (%v), want %.40q", list, err, text)
		}
		if m.Subject != text || m.Text != l.Text || m.HTML != l.HTML {
			t.Errorf("%.40q came as %.40q, %.40q, %.40q", text, m.Subject, m.Text, m.HTML)
		}
		wantShortLines(t, m.Raw, 76)
	}
}

func TestLongLinesAndLinksSurvive(t *testing.T) {
	t.Parallel()
	link := "https://holdfast.example.org/transfers/" + strings.Repeat("aB3-_=", 300)
	l := letter()
	l.Text = "Open " + link + "\n.\n..two dots\nFrom here\n" + strings.Repeat("no end ", 500) + "  \n"
	l.HTML = `<a href="` + link + `?a=1&amp;b=%3D">` + strings.Repeat("é", 2000) + "</a>"
	l.ID = strings.Repeat("i", 200)
	l.To = strings.Repeat("b", 200) + "@example.org"
	m := send(t, smtptest.Start(t, smtptest.Options{}), l)
	if m.Text != l.Text || m.HTML != l.HTML {
		t.Error("text or HTML came otherwise than they were written")
	}
	if got := m.Link(t, "/transfers/"); got != link {
		t.Errorf("the link is %q", got)
	}
	wantShortLines(t, m.Raw, 998)
}

func wantShortLines(t *testing.T, raw string, most int) {
	t.Helper()
	for line := range strings.SplitSeq(raw, "\r\n") {
		if len(line) > most || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line has %d bytes: %.100q", len(line), line)
		}
	}
}

func TestEveryTryHasTheSameMessageID(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{})
	again, other := letter(), letter()
	again.At, other.ID = again.At.Add(time.Hour), "0190a5c4-7f6e-7000-8000-000000000002"
	first := send(t, s, letter()).Header.Get("Message-Id")
	if second := send(t, s, again).Header.Get("Message-Id"); second != first {
		t.Errorf("%s, then %s", first, second)
	}
	if third := send(t, s, other).Header.Get("Message-Id"); third == first {
		t.Errorf("two letters are both %s", third)
	}
}

func TestMessageIDOfAConsoleWithoutAName(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"http://127.0.0.1:8080": "@[127.0.0.1]>", "http://[::1]:8080": "@[IPv6:::1]>", "https://HF.Example.org": "@hf.example.org>",
		"https://" + strings.Repeat("long.", 30) + "org": "@" + strings.Repeat("long.", 30) + "org>",
	} {
		s := smtptest.Start(t, smtptest.Options{})
		c := to(s)
		c.BaseURL = base
		if err := sender(t, c).Send(t.Context(), letter()); err != nil {
			t.Fatal(err)
		}
		if got := s.Letters()[0].Header.Get("Message-Id"); !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s, want …%s", base, got, want)
		}
	}
}

func TestWhatCannotBeWrittenIsNeverSent(t *testing.T) {
	t.Parallel()
	const address = "The address of the receiver can't be written to."
	const form = "The letter can't be put into the form of a mail."
	s := smtptest.Start(t, smtptest.Options{})
	came := make(chan string, 100)
	s.Answer(func(step, _ string) error { came <- step; return nil })
	for _, to0 := range []string{
		"", "ben", "@example.org", "Ben <ben@example.org>", "<ben@example.org>", "ben@example.org, eve@example.org",
		"ben@example.org\r\nRCPT TO:<eve@example.org>", "ben@example.org\n", "ben\x00@example.org", "ben@exa mple.org",
		"\u202eben@example.org", "ben@example.org (Ben)", `"ben\r\n"@example.org`, "ben@\u2066.org", strings.Repeat("b", 250) + "@example.org",
	} {
		l := letter()
		l.To = to0
		wantError(t, sender(t, to(s)).Send(t.Context(), l), models.Invalid, address)
	}
	for _, id := range []string{"", "a b", "a>\r\nBcc: eve@example.org", "a@b", strings.Repeat("i", 201)} {
		l := letter()
		l.ID = id
		wantError(t, sender(t, to(s)).Send(t.Context(), l), models.Invalid, form)
	}
	if len(came) > 0 {
		t.Errorf("the server was asked: %s", <-came)
	}
}

func TestNewTakesOnlyWhatCanWork(t *testing.T) {
	t.Parallel()
	good := post.Config{URL: "smtp://holdfast:hunter2@mail.example.org:587", From: "holdfast@example.org", BaseURL: "https://holdfast.example.org"}
	if _, err := post.New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*post.Config){
		"no address":    func(c *post.Config) { c.URL = "" },
		"other scheme":  func(c *post.Config) { c.URL = "http://holdfast:hunter2@mail.example.org" },
		"no host":       func(c *post.Config) { c.URL = "smtp://holdfast:hunter2@:25" },
		"odd password":  func(c *post.Config) { c.URL = "smtp://holdfast:hunter2%zz@mail.example.org" },
		"no sender":     func(c *post.Config) { c.From = "" },
		"odd sender":    func(c *post.Config) { c.From = "Holdfast" },
		"no console":    func(c *post.Config) { c.BaseURL = "" },
		"odd console":   func(c *post.Config) { c.BaseURL = "https://hold\u00dffast" },
		"smuggled name": func(c *post.Config) { c.BaseURL = "https://a%0d%0ab/" },
	} {
		c := good
		spoil(&c)
		if _, err := post.New(c); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
