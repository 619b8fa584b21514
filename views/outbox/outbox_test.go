package outbox_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/views/outbox"
	"holdfast/views/to"
)

var now = time.Date(2026, 11, 21, 21, 40, 0, 0, time.UTC)

func draw(t *testing.T, p outbox.Page) string {
	t.Helper()
	p.Now = now
	var b bytes.Buffer
	if err := outbox.OutboxPage(p).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func letter(change func(*outbox.Letter)) outbox.Letter {
	l := outbox.Letter{ID: "l1", To: "grace@example.org", ToName: "Grace Hopper", Subject: "Ada offers you “Wells”", State: "queued", Queued: now.Add(-time.Hour)}
	if change != nil {
		change(&l)
	}
	return l
}

func has(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
}

func lacks(t *testing.T, page string, unwanted ...string) {
	t.Helper()
	for _, bad := range unwanted {
		if strings.Contains(page, bad) {
			t.Errorf("%q in %s", bad, page)
		}
	}
}

func TestALetterTellsHowFarItHasCome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change      func(*outbox.Letter)
		says, hides []string
	}{
		"new":   {nil, []string{">Waiting</span>", "Grace Hopper", "grace@example.org", "not tried yet", "goes out in a moment"}, []string{">Sent</span>", ">Failed</span>", "given up", "next try"}},
		"tried": {func(l *outbox.Letter) { l.Tries, l.NextTry, l.Outcome = 2, now.Add(4*time.Minute), "451 <greylisted>" }, []string{">Waiting</span>", "tried 2 times", "next try", "in 4 minutes", "451 &lt;greylisted&gt;"}, []string{"goes out in a moment"}},
		"sent":  {func(l *outbox.Letter) { l.State, l.Tries, l.Ended = "sent", 1, now.Add(-time.Minute) }, []string{">Sent</span>", "1 minute ago"}, []string{">Waiting</span>", "given up", "goes out"}},
		"lost":  {func(l *outbox.Letter) { l.State, l.Tries, l.Ended, l.Outcome = "failed", 1, now, "550 no such user" }, []string{">Failed</span>", "tried 1 time", "given up", "550 no such user"}, []string{">Waiting</span>", "goes out"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := draw(t, outbox.Page{MailServer: true, Rows: []outbox.Letter{letter(c.change)}})
			has(t, page, c.says...)
			lacks(t, page, c.hides...)
		})
	}
}

func TestOnlyALetterThatMayBeSentAgainHasTheButton(t *testing.T) {
	t.Parallel()
	page := draw(t, outbox.Page{MailServer: true, Rows: []outbox.Letter{letter(nil), letter(func(l *outbox.Letter) { l.ID, l.CanRetry = "l2", true })}})
	has(t, page, `action="`+to.RetryLetter("l2")+`"`, `Send again <span class="sr-only">Ada offers you “Wells”</span>`)
	lacks(t, page, to.RetryLetter("l1"))
}

func TestWithoutAMailServerThePageSaysWhatToDo(t *testing.T) {
	t.Parallel()
	const note = "No mail server is set, so letters wait here."
	has(t, draw(t, outbox.Page{Rows: []outbox.Letter{letter(nil)}}), note, "HOLDFAST_SMTP_URL")
	has(t, draw(t, outbox.Page{None: true}), note)
	lacks(t, draw(t, outbox.Page{MailServer: true, Rows: []outbox.Letter{letter(nil)}}), note)
}

func TestAReadableLetterKeepsItsLinesAndItsLink(t *testing.T) {
	t.Parallel()
	l := letter(func(l *outbox.Letter) {
		l.Text = []outbox.Part{{Text: "Hello\n\nUsed by: A\nUntil: noon\n\nOpen "}, {Text: "https://h/x?a=1&b=2", URL: "https://h/x?a=1&b=2"}, {Text: " now.\n\n\n"}}
	})
	page := draw(t, outbox.Page{Rows: []outbox.Letter{l}})
	has(t, page, "<p>Hello</p>", "<p>Used by: A<br>Until: noon</p>", `<p>Open <a href="https://h/x?a=1&amp;b=2" rel="noreferrer">https://h/x?a=1&amp;b=2</a> now.</p></div>`)
	lacks(t, draw(t, outbox.Page{Rows: []outbox.Letter{letter(nil)}}), "<details")
}

func TestALetterThatLinksToAScriptDoesNot(t *testing.T) {
	t.Parallel()
	l := letter(func(l *outbox.Letter) { l.Text = []outbox.Part{{Text: "x", URL: "javascript:alert(1)"}} })
	lacks(t, draw(t, outbox.Page{Rows: []outbox.Letter{l}}), "javascript:")
}

func TestTheNewestReadableLetterAloneIsOpen(t *testing.T) {
	t.Parallel()
	readable := letter(func(l *outbox.Letter) { l.Text = []outbox.Part{{Text: "Hello"}} })
	p := outbox.Page{Rows: []outbox.Letter{letter(nil), readable, readable}}
	if first, open := strings.Index(draw(t, p), "<details"), strings.Index(draw(t, p), "<details open"); open < 0 || open != first || strings.Count(draw(t, p), "<details open") != 1 {
		t.Error("it is not the first readable letter alone that is open")
	}
	p.First = to.Outbox()
	lacks(t, draw(t, p), "<details open")
}

func TestTheChosenStateIsMarkedAndKeptWhenNothingIsThere(t *testing.T) {
	t.Parallel()
	for state, empty := range map[string]string{"": "No more letters", "queued": "Nothing waits", "sent": "Nothing was sent", "failed": "Nothing failed"} {
		page := draw(t, outbox.Page{State: state})
		has(t, page, `href="`+to.OutboxWith(state, "")+`" aria-current="page"`, empty, "Show all letters")
		if strings.Count(page, "aria-current") != 1 {
			t.Errorf("%q: not one state is marked", state)
		}
	}
	lacks(t, draw(t, outbox.Page{None: true}), "Letters by state", "Show all letters")
}

func TestThePagesLeadOn(t *testing.T) {
	t.Parallel()
	has(t, draw(t, outbox.Page{Rows: []outbox.Letter{letter(nil)}, First: "/f", Next: "/n"}), `href="/f"`, `href="/n"`)
}
