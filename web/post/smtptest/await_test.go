package smtptest_test

import (
	"strings"
	"sync"
	"testing"

	"holdfast/web/post/smtptest"
)

func TestAwaitWaitsForLetters(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{})
	if n := len(s.Await(t, 0)); n != 0 {
		t.Errorf("%d letters before any was sent", n)
	}
	var all sync.WaitGroup
	for _, to := range []string{"ben@example.org", "cleo@example.org", "ben@example.org", "cleo@example.org"} {
		c, err := client(t, s)
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			if step, err := hand(c, to, text); err != nil {
				t.Errorf("%s: %v", step, err)
			}
		})
	}
	if n := len(s.AwaitTo(t, "Cleo@example.org", 2)); n != 2 {
		t.Errorf("Cleo has %d letters", n)
	}
	if n := len(s.Await(t, 4)); n != 4 {
		t.Errorf("there are %d letters", n)
	}
	all.Wait()
}

// witness is a test that may fail without failing this one.
type witness struct {
	testing.TB
	said string
}

func (*witness) Helper() {}

func (w *witness) Fatalf(form string, _ ...any) { w.said = form }

func TestLinkSaysWhenThereIsNone(t *testing.T) {
	t.Parallel()
	w := &witness{TB: t}
	m := smtptest.Mail{Text: "https://x.example/news\n<http://x.example/a/b>"}
	if got := m.Link(w, "/transfers/"); got != "" || !strings.Contains(w.said, "no link") {
		t.Errorf("link %q, said %q", got, w.said)
	}
	if got := m.Link(t, "/a/"); got != "http://x.example/a/b" {
		t.Errorf("link %q", got)
	}
}
