package browsertest

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"holdfast/web/post/smtptest"
)

// house is a furnished program that has a mail server, and people who look at it.
type house struct {
	t *testing.T
	furniture
	prog *program
	mail *smtptest.Server
	b    *browser
	ada  *person // signed in; sits where the browser begins, so that she may open more tabs
}

// move furnishes a house and signs Ada in.
func move(t *testing.T, at where, scripts bool) *house {
	t.Helper()
	h := &house{t: t, b: open(t, scripts), mail: smtptest.Start(t, smtptest.Options{})}
	h.prog = start(t, at, map[string]string{"HOLDFAST_SMTP_URL": h.mail.URL()})
	h.furniture = furnish(t, h.prog)
	h.ada = h.b.sit(h.prog.url)
	h.ada.secrets = []string{secret, typedSecret, adminPassword}
	h.ada.signIn(adminLogin, adminPassword)
	return h
}

// tab is another tab of Ada's browser.
func (h *house) tab() *person {
	h.t.Helper()
	p := h.b.sit(h.prog.url)
	p.secrets = h.ada.secrets
	return p
}

// guest is somebody at a browser of their own.
func (h *house) guest() *person {
	h.t.Helper()
	p := h.b.person(h.prog.url)
	p.secrets = []string{secret, typedSecret}
	return p
}

// letter waits for the first letter of that subject.
func (h *house) letter(to, subject string) smtptest.Mail {
	h.t.Helper()
	return h.letters(to, subject, 1)[0]
}

// letters waits until somebody has n letters of that subject, whatever else
// comes for them, and gives them in the order they came.
func (h *house) letters(to, subject string, n int) (of []smtptest.Mail) {
	h.t.Helper()
	for all := n; ; all++ {
		of = nil
		for _, m := range h.mail.AwaitTo(h.t, to, all) {
			if m.Subject == subject {
				of = append(of, m)
			}
		}
		if len(of) >= n {
			return of
		}
	}
}

// subjects are those of the letters that somebody has by now.
func (h *house) subjects(to string) (all []string) {
	for _, m := range h.mail.Letters() {
		if slices.Contains(m.To, to) {
			all = append(all, m.Subject)
		}
	}
	return all
}

// sentOnce fails the test when a letter came twice.
func (h *house) sentOnce() {
	h.t.Helper()
	seen := map[string]bool{}
	for _, m := range h.mail.Letters() {
		id := m.Header.Get("Message-Id")
		if id == "" || seen[id] {
			h.t.Errorf("the letter %q to %s came twice, or has no id", m.Subject, m.To)
		}
		seen[id] = true
	}
}

// keptOutOfTheLog fails the test when the log holds the token of a link.
func (h *house) keptOutOfTheLog(link string) {
	h.t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		h.t.Fatal(err)
	}
	if token := u.Path[strings.LastIndex(u.Path, "/")+1:]; token == "" || strings.Contains(h.prog.log.String(), token) {
		h.t.Errorf("the log holds the token %q", token)
	}
}
