package views_test

import (
	"regexp"
	"strings"
	"testing"
)

// private are the addresses of links that only their holder may know, and of
// pages that show a secret as it is made.
var private = regexp.MustCompile(`^/(access/|transfers/t0ken|setup|sign-in/enrol|account/factors/new|account/recovery-codes|credentials/[^/]+/reveal)`)

// S-62: what shows a secret, or stands at a secret address, is kept by no
// browser for its Back button. A page has a secret when there is something to
// copy on it, a link that is somebody's way in, or its own address is one.
func TestPagesWithSecretsStayOutOfTheBrowsersHistory(t *testing.T) {
	t.Parallel()
	marked := 0
	for _, s := range samples(plain) {
		page := parse(t, draw(t, s, plain))
		kept := page.has("hx-history", "false")
		if kept {
			marked++
		}
		if (page.showsASecret() || private.MatchString(s.path) && s.name != "link-dead") && !kept {
			t.Errorf("%s has a secret, and no hx-history", s.name)
		}
	}
	if marked < 10 {
		t.Errorf("only %d pages are marked: is the attribute still right?", marked)
	}
}

func (d document) showsASecret() bool {
	for _, n := range d.elements() {
		_, copied := attr(n, "data-copy")
		link, _ := attr(n, "href")
		if copied || strings.Contains(link, "/access/") {
			return true
		}
	}
	return false
}

func (d document) has(name, want string) bool {
	for _, n := range d.elements() {
		if value, ok := attr(n, name); ok && value == want {
			return true
		}
	}
	return false
}
