package command_test

import (
	"encoding/base64"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/outbox"
	"holdfast/web/post/smtptest"
)

// Nobody waits for the outbox's clock.
func TestLettersGoOutAtOnce(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		s := smtptest.Start(t, smtptest.Options{})
		at := d.by(s).o.serve(t)
		keys := d.keys(t, d.ana, 4)
		began := time.Now()
		for i, k := range keys {
			d.mustOffer(t, at.url, k)
			s.Await(t, 2*i+2)
			d.drained(t) // and it looks for more no longer
		}
		if took := time.Since(began); took > 2*outbox.Every { // left to its clock, it takes that long three times
			t.Errorf("the letters of %d offers, one after another, took %v", len(keys), took)
		}
		if code := at.end(t); code != 0 {
			t.Errorf("exit code %d", code)
		}
		d.wantMail(t, s, 2*len(keys), 0)
	})
}

const console = "https://console.example.org"

// The whole way: a new user, an offer, its acceptance, by a mail server that
// wants STARTTLS and a password.
func TestLettersByWayOfSTARTTLS(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{TLS: true, User: "mailer@example.org", Password: "right h0rse/battery+staple"})
	d := newDesk(t, modelstest.SQLite(t), "HOLDFAST_SMTP_URL", s.URL(), "SSL_CERT_FILE", trusted(t, s), "HOLDFAST_BASE_URL", console,
		"HOLDFAST_MAIL_FROM", "Holdfast Zürich <console@example.org>")
	c := start(t, d.o)
	_, _ = submit(c.url+"/admin/users", d.cookies["root"], url.Values{"name": {"Zoe"}, "email": {"zoe@example.org"}, "rank": {string(models.PlainMember)}})
	d.mustOffer(t, c.url, d.keys(t, d.ana, 1)...)
	invitation := path(t, s.AwaitTo(t, "zoe@example.org", 1)[0].Link(t, "/access/"))
	offer := path(t, s.AwaitTo(t, d.ben.Email, 1)[0].Link(t, "/transfers/"))
	for link, cookie := range map[string]string{invitation: "", offer: d.cookies["ben"], invitation + "x": "", offer + "x": d.cookies["ben"]} {
		want := map[bool]int{false: 200, true: 410}[strings.HasSuffix(link, "x")]
		if status, page := browse(t, c.url+link, cookie); status != want {
			t.Errorf("%s answers %d\n%s", link, status, page)
		}
	}
	_, err := submit(c.url+offer+"/accept", d.cookies["ben"], url.Values{"offer": {d.offers(t)[0]}})
	modelstest.Must(t, err)
	for _, m := range s.Await(t, 5) {
		from, err := mail.ParseAddress(m.Header.Get("From"))
		if err != nil || from.Name != "Holdfast Zürich" || from.Address != "console@example.org" || m.From != from.Address {
			t.Errorf("%q comes from %s, %s", m.Subject, m.From, m.Header.Get("From"))
		}
		leadsHome(t, m)
	}
	secret(t, c.errs.String(), "right h0rse/battery+staple", strings.TrimPrefix(invitation, "/access/"), strings.TrimPrefix(offer, "/transfers/"))
}

// offers are the ids of all offers, the oldest first.
func (d desk) offers(t *testing.T) []string {
	t.Helper()
	rows, err := d.DB.RawRows(t.Context(), `SELECT id FROM transfers ORDER BY id`)
	modelstest.Must(t, err)
	for i, row := range rows {
		rows[i] = strings.Trim(row, "[]")
	}
	return rows
}

// leadsHome checks that every link of a letter begins with the console's own
// address, whatever host the request named that caused it.
func leadsHome(t *testing.T, m smtptest.Mail) {
	t.Helper()
	links := regexp.MustCompile(`\w+://[^\s"'<>]+|\w*(?:href|src|action)="[^"]*"`).FindAllString(m.Text+m.HTML, -1)
	for _, link := range links {
		if link = strings.TrimPrefix(link, `href="`); !strings.HasPrefix(link, console) {
			t.Errorf("%q leads to %s", m.Subject, link)
		}
	}
	if len(links) < 2 || strings.Contains(m.Raw+m.Text+m.HTML, forged) {
		t.Errorf("%q has %d links\n%s", m.Subject, len(links), m.Raw)
	}
}

// secret checks that none of these is in a text, in any form in which it travels.
func secret(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		for _, form := range []string{
			s, url.QueryEscape(s), url.PathEscape(s), url.UserPassword("", s).String()[1:], base64.StdEncoding.EncodeToString([]byte(s)),
			base64.StdEncoding.EncodeToString([]byte("\x00mailer@example.org\x00" + s)),
		} {
			if len(s) < 12 || strings.Contains(text, form) {
				t.Errorf("%q is in:\n%s", form, text)
			}
		}
	}
}

// What is wrong with the mail server delays letters and loses none; the
// administrators read why they wait.
func TestLettersWaitUntilTheMailServerIsSetRight(t *testing.T) {
	t.Parallel()
	const wrong = "wr0ng h0rse/battery+staple"
	for name, c := range map[string]struct {
		options smtptest.Options
		hook    func(step, address string) error
		url     func(*url.URL)
		reason  string
	}{
		"password": {
			options: smtptest.Options{User: "mailer@example.org", Password: "right h0rse/battery+staple"},
			url:     func(u *url.URL) { u.User = url.UserPassword("mailer@example.org", wrong) },
			hook: func(step, _ string) error { // and the server repeats it
				return map[string]error{"auth": smtptest.Reply(535, "5.7.8", "Unknown password "+wrong)}[step]
			},
			reason: "The mail server refused the user or the password: 535",
		},
		"no server":   {url: func(u *url.URL) { u.Host = "127.0.0.1:1" }, reason: "The mail server can’t be reached"},
		"certificate": {options: smtptest.Options{TLS: true}, reason: "The certificate of the mail server is not trusted"},
		"no STARTTLS": {url: func(u *url.URL) { u.RawQuery = "" }, reason: "The mail server does not offer STARTTLS"},
		"overloaded": {
			hook:   func(string, string) error { return smtptest.Reply(421, "4.3.2", "Come again later") },
			reason: "421 Come again later.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := smtptest.Start(t, c.options)
			bad.Answer(c.hook)
			u, err := url.Parse(bad.URL())
			modelstest.Must(t, err)
			if c.url != nil {
				c.url(u)
			}
			d := newDesk(t, modelstest.SQLite(t), "HOLDFAST_SMTP_URL", u.String())
			at := d.o.serve(t)
			d.mustOffer(t, at.url, d.keys(t, d.ana, 2)...)
			until(t, "each letter was tried", func() bool { return d.Count(t, `SELECT count(*) FROM letters WHERE outcome <> ''`) == 4 })
			_, page := browse(t, at.url+"/admin/outbox", d.cookies["root"])
			has(t, strings.ReplaceAll(page, "&#39;", "’"), c.reason)
			if code := at.end(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if n := d.Count(t, `SELECT count(*) FROM letters WHERE state = 'queued' AND tries = 1`); n != 4 || len(bad.Letters()) != 0 {
				t.Errorf("%d letters wait after one try, want 4; %d came", n, len(bad.Letters()))
			}
			good := smtptest.Start(t, smtptest.Options{User: "mailer@example.org", Password: "right h0rse/battery+staple"})
			d.o.ahead = 2 * time.Minute // the next try is due
			d.by(good).o.serve(t)
			d.drained(t)
			d.wantMail(t, good, 4, 0)
			secrets := []string{wrong, "right h0rse/battery+staple"}
			for _, m := range good.Letters() {
				if slices.Contains(m.To, d.ben.Email) {
					secrets = append(secrets, strings.TrimPrefix(path(t, m.Link(t, "/transfers/")), "/transfers/"))
				}
			}
			secret(t, d.o.err.String()+page+d.Dump(t), secrets...)
		})
	}
}

// An administrator who has set the mail server right need not wait for the next try.
func TestRetryingSendsAtOnce(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		s := smtptest.Start(t, smtptest.Options{})
		s.Answer(func(step, _ string) error {
			return map[string]error{"rcpt": smtptest.Reply(550, "5.1.1", "No such person")}[step]
		})
		at := d.by(s).o.serve(t)
		d.mustOffer(t, at.url, d.keys(t, d.ana, 1)...)
		until(t, "the letters are given up", func() bool { return d.Count(t, `SELECT count(*) FROM letters WHERE state = 'failed'`) == 2 })
		s.Answer(nil)
		rows, err := d.DB.RawRows(t.Context(), `SELECT id FROM letters`)
		modelstest.Must(t, err)
		for i, row := range rows {
			_, err := submit(at.url+"/admin/outbox/"+strings.Trim(row, "[]")+"/retry", d.cookies["root"], url.Values{})
			modelstest.Must(t, err)
			s.Await(t, i+1)
		}
		d.drained(t)
		d.wantMail(t, s, 2, 0)
	})
}
