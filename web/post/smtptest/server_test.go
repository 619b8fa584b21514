package smtptest_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"

	"holdfast/web/post/smtptest"
)

const text = "From: ana@example.org\r\nTo: ben@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"See https://x.example/news and (https://x.example/transfers/a=\r\nbc=3D?n=3D1).\r\n..dots\r\n"

// client speaks to s, inside TLS where s has it.
func client(t *testing.T, s *smtptest.Server) (*smtp.Client, error) {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	safe := &tls.Config{ServerName: "localhost", RootCAs: s.RootCAs(), MinVersion: tls.VersionTLS12}
	conn := dial(t, s)
	if u.Scheme == "smtps" {
		conn = tls.Client(conn, safe)
	}
	c, err := smtp.NewClient(conn, "127.0.0.1")
	if err != nil {
		return nil, err
	}
	if u.Scheme == "smtp" && u.RawQuery == "" {
		err = c.StartTLS(safe)
	}
	if password, has := u.User.Password(); err == nil && has {
		err = c.Auth(smtp.PlainAuth("", u.User.Username(), password, "127.0.0.1"))
	}
	return c, err
}

// deliver hands raw over to address and returns what went wrong, where.
func deliver(t *testing.T, s *smtptest.Server, address, raw string) (step string, err error) {
	t.Helper()
	c, err := client(t, s)
	if err != nil {
		return "connect", err
	}
	return hand(c, address, raw)
}

func hand(c *smtp.Client, address, raw string) (step string, err error) {
	if err := c.Mail("ana@example.org"); err != nil {
		return "mail", err
	}
	if err := c.Rcpt(address); err != nil {
		return "rcpt", err
	}
	w, err := c.Data()
	if err != nil {
		return "data", err
	}
	if _, err := io.WriteString(w, raw); err != nil {
		return "data", err
	}
	return "data", w.Close()
}

func TestServerTakesLetters(t *testing.T) {
	t.Parallel()
	for scheme, o := range map[string]smtptest.Options{
		"smtp://127.0.0.1:":          {},
		"smtp://a:b%2Fc@127.0.0.1:":  {User: "a", Password: "b/c", TLS: true},
		"smtps://a%40x:b@127.0.0.1:": {User: "a@x", Password: "b", Implicit: true},
		"smtp://ab:c@127.0.0.1:":     {User: "ab", Password: "c"},
		"smtps://127.0.0.1:":         {Implicit: true},
		"smtp://open:tls@127.0.0.1:": {User: "open", Password: "tls", TLS: true},
	} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, o)
			if !strings.HasPrefix(s.URL(), scheme) || strings.HasSuffix(s.URL(), "?tls=none") != (!o.TLS && !o.Implicit) {
				t.Errorf("URL is %s", s.URL())
			}
			if step, err := deliver(t, s, "ben@example.org", text); err != nil {
				t.Fatalf("%s: %v", step, err)
			}
			m := s.Letters()[0]
			if m.From != "ana@example.org" || !slices.Equal(m.To, []string{"ben@example.org"}) || m.Subject != "Grüße" {
				t.Errorf("came: %+v", m)
			}
			if m.Text != "See https://x.example/news and (https://x.example/transfers/abc=?n=1).\n..dots\n" {
				t.Errorf("text is %q", m.Text)
			}
			if m.Raw != text {
				t.Errorf("raw is %q", m.Raw)
			}
			if got := m.Link(t, "/transfers/"); got != "https://x.example/transfers/abc=?n=1" {
				t.Errorf("link is %s", got)
			}
		})
	}
}

func TestServerReadsAlternatives(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{})
	raw := "Subject: Two\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nplain\r\n" +
		"--b\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=C3=A9</p>\r\n--b--\r\n"
	if _, err := deliver(t, s, "ben@example.org", raw); err != nil {
		t.Fatal(err)
	}
	if m := s.Letters()[0]; m.Text != "plain" || m.HTML != "<p>é</p>" {
		t.Errorf("came: %q and %q", m.Text, m.HTML)
	}
}

func TestServerRefusesWhatIsNoMail(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"no headers": "hello\r\n", "no kind": "Subject: x\r\n\r\nhello\r\n", "a picture": "Content-Type: image/png\r\n\r\nx\r\n",
		"other letters": "Content-Type: text/plain; charset=latin1\r\n\r\nx\r\n",
		"a long line":   strings.Replace(text, "..dots", strings.Repeat("x", 1000), 1),
	} {
		s := smtptest.Start(t, smtptest.Options{})
		if _, err := deliver(t, s, "ben@example.org", raw); err == nil || len(s.Letters()) > 0 {
			t.Errorf("%s: %v, and %d letters", name, err, len(s.Letters()))
		}
	}
}

func TestServerKnowsWhoMaySend(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{User: "ana", Password: "right"})
	c, err := client(t, smtptest.Start(t, smtptest.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	if offered, _ := c.Extension("AUTH"); offered {
		t.Error("AUTH is offered, and nobody asked for it")
	}
	if c, err = client(t, s); err != nil {
		t.Fatal(err)
	}
	if err := c.Mail("ana@example.org"); err != nil {
		t.Errorf("signed in: %v", err)
	}
	u, _ := url.Parse(s.URL())
	stranger, err := smtp.Dial(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }()
	wantCode(t, stranger.Mail("ana@example.org"), 530)
	wantCode(t, stranger.Auth(smtp.PlainAuth("", "ana", "wrong", "127.0.0.1")), 535)
}

func wantCode(t *testing.T, err error, code int) {
	t.Helper()
	if e, ok := errors.AsType[*textproto.Error](err); !ok || e.Code != code {
		t.Errorf("got %v, want %d", err, code)
	}
}

func TestServerFailsOnDemand(t *testing.T) {
	t.Parallel()
	for step, address := range map[string]string{
		"connect": "", "auth": "ana", "mail": "ana@example.org", "rcpt": "ben@example.org", "data": "ben@example.org", "after-data": "ben@example.org",
	} {
		for name, fault := range map[string]error{"reply": smtptest.Reply(451, "4.3.0", "Later."), "drop": smtptest.Drop} {
			t.Run(step+" "+name, func(t *testing.T) {
				t.Parallel()
				s := smtptest.Start(t, smtptest.Options{TLS: true, User: "ana", Password: "right"})
				s.Answer(func(at, who string) error {
					if at == step && who == address {
						return fault
					}
					return nil
				})
				met, err := deliver(t, s, "ben@example.org", text)
				if want := map[string]string{"auth": "connect", "after-data": "data"}[step]; met != step && met != want {
					t.Errorf("failed at %s", met)
				}
				e, replied := errors.AsType[*textproto.Error](err)
				if err == nil || replied != (name == "reply") || replied && (e.Code != 451 || !strings.HasSuffix(e.Msg, "Later.")) {
					t.Errorf("got %v", err)
				}
				if got, want := len(s.Letters()) == 1, step == "after-data"; got != want {
					t.Errorf("has taken it: %v, want %v", got, want)
				}
			})
		}
	}
}

func TestServerEndsThoughItIsSilent(t *testing.T) {
	t.Parallel()
	for step, last := range map[string]string{"connect": "", "mail": "SIZE", "data": "354 "} {
		var conn net.Conn
		t.Run(step, func(sub *testing.T) {
			s := smtptest.Start(sub, smtptest.Options{})
			asked := make(chan struct{})
			s.Answer(func(at, _ string) error {
				if at != step {
					return nil
				}
				close(asked)
				return smtptest.Silence
			})
			conn = dial(t, s)
			_, _ = io.WriteString(conn, "EHLO x\r\nMAIL FROM:<ana@example.org>\r\nRCPT TO:<ben@example.org>\r\nDATA\r\n")
			<-asked
		})
		said, _ := io.ReadAll(conn) // ends, because the server has gone
		lines := strings.Split(strings.TrimSpace(string(said)), "\r\n")
		if got := lines[len(lines)-1]; !strings.Contains(got, last) || last == "" && got != "" {
			t.Errorf("%s: its last word was %q", step, got)
		}
	}
}

// dial opens a connection to s.
func dial(t *testing.T, s *smtptest.Server) net.Conn {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}
