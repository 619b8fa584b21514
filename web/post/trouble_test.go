package post_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"holdfast/models"
	"holdfast/web/post/smtptest"
)

// at answers one step with err.
func at(step string, err error) func(string, string) error {
	return func(s, _ string) error {
		if s == step {
			return err
		}
		return nil
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		step     string
		code     int
		enhanced string
		kind     models.ErrorKind
		text     string
	}{
		{"connect", 554, "", models.Unavailable, "The mail server refused the connection: 554 Not this."},
		{"connect", 421, "", models.Unavailable, "The mail server refused the connection: 421 Not this."},
		{"auth", 535, "5.7.8", models.Unavailable, "The mail server refused the user or the password: 535 5.7.8 Not this."},
		{"auth", 454, "4.7.0", models.Unavailable, "The mail server refused the user or the password: 454 4.7.0 Not this."},
		{"mail", 550, "5.1.8", models.Unavailable, "The mail server refused the sender: 550 5.1.8 Not this."},
		{"mail", 530, "5.7.0", models.Unavailable, "The mail server refused the sender: 530 5.7.0 Not this."},
		{"mail", 451, "4.3.0", models.Unavailable, "The mail server refused the sender: 451 4.3.0 Not this."},
		{"rcpt", 550, "5.1.1", models.Invalid, "The mail server refused the address: 550 5.1.1 Not this."},
		{"rcpt", 450, "4.2.1", models.Unavailable, "The mail server refused the address: 450 4.2.1 Not this."},
		{"data", 554, "5.7.1", models.Invalid, "The mail server refused the letter: 554 5.7.1 Not this."},
		{"data", 452, "4.3.1", models.Unavailable, "The mail server refused the letter: 452 4.3.1 Not this."},
	} {
		t.Run(fmt.Sprint(c.step, c.code), func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{TLS: true, User: "holdfast", Password: password})
			s.Answer(at(c.step, smtptest.Reply(c.code, c.enhanced, "Not this.")))
			wantError(t, sender(t, to(s)).Send(t.Context(), letter()), c.kind, c.text)
			if n := len(s.Letters()); n > 0 {
				t.Errorf("the server took %d letters", n)
			}
		})
	}
}

func TestRefusalsThatNoLibraryMakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		command, reply string
		kind           models.ErrorKind
		text           string
	}{
		{"DATA", "554 5.5.1 No receivers", models.Invalid, "The mail server refused the letter: 554 5.5.1 No receivers."},
		{"DATA", "421 Closing", models.Unavailable, "The mail server refused the letter: 421 Closing."},
		{"RCPT", "550-5.7.1 Blocked,\r\n550 5.7.1 see http://x.example/?", models.Invalid, "The mail server refused the address: 550 5.7.1 Blocked, 5.7.1 see http://x.example/?"},
		{"RCPT", "550", models.Unavailable, `The connection to the mail server failed when it was told the address: short response: "550".`},
		{".", "550 Spam!", models.Invalid, "The mail server refused the letter: 550 Spam!"},
		{"", "HTTP/1.1 400 Bad Request", models.Unavailable, `The connection to the mail server failed before its greeting: short response: "HTTP/1.1 400 Bad Request".`},
		{"RCPT", "550 a\x1b[31m\u202eb\x00\tc\xff", models.Invalid, "The mail server refused the address: 550 a [31m b c\uFFFD."},
	} {
		server := scripted(t, taking(map[string]string{c.command: c.reply}))
		wantError(t, sender(t, server.config()).Send(t.Context(), letter()), c.kind, c.text)
	}
}

func TestWhatAServerSaysIsCutShort(t *testing.T) {
	t.Parallel()
	server := scripted(t, taking(map[string]string{"RCPT": "550 " + strings.Repeat("é\u2067\x07", 4000)}))
	err := sender(t, server.config()).Send(t.Context(), letter())
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	said := strings.TrimPrefix(e.Text, "The mail server refused the address: ")
	if len(said) > 300 || len(said) < 280 || !utf8.ValidString(said) || strings.ContainsFunc(said, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("%d bytes: %q", len(said), said)
	}
}

func TestConnectionsThatBreak(t *testing.T) {
	t.Parallel()
	for step, text := range map[string]string{
		"connect":    "The mail server broke the connection off before its greeting.",
		"auth":       "The mail server broke the connection off while signing in.",
		"mail":       "The mail server broke the connection off when it was told the sender.",
		"rcpt":       "The mail server broke the connection off when it was told the address.",
		"data":       "The mail server broke the connection off while it was given the letter; it may have taken it.",
		"after-data": "The mail server broke the connection off while it was given the letter; it may have taken it.",
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{TLS: true, User: "holdfast", Password: password})
			s.Answer(at(step, smtptest.Drop))
			wantError(t, sender(t, to(s)).Send(t.Context(), letter()), models.Unavailable, text)
			if got, want := len(s.Letters()) == 1, step == "after-data"; got != want {
				t.Errorf("the server has taken it: %v, want %v", got, want)
			}
		})
	}
}

func TestServersThatNeverAnswer(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"connect", "auth", "mail", "rcpt", "data", "after-data"} {
		for name, o := range map[string]smtptest.Options{
			"STARTTLS": {TLS: true, User: "holdfast", Password: password}, "TLS at once": {Implicit: true, User: "holdfast", Password: password},
		} {
			t.Run(step+" "+name, func(t *testing.T) {
				t.Parallel()
				s := smtptest.Start(t, o)
				s.Answer(at(step, smtptest.Silence))
				c := to(s)
				c.Timeout = 150 * time.Millisecond
				err := sender(t, c).Send(t.Context(), letter())
				if models.KindOf(err) != models.Unavailable || !strings.HasPrefix(err.Error(), "The mail server did not answer in time, ") {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

func TestSendingStopsWithTheProgram(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{TLS: true})
	ctx, stop := context.WithCancel(t.Context())
	s.Answer(func(step, _ string) error {
		if step != "rcpt" {
			return nil
		}
		stop()
		return smtptest.Silence
	})
	wantError(t, sender(t, to(s)).Send(ctx, letter()), models.Unavailable, "Sending was stopped when it was told the address.")
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := (&script{address: l.Addr().String()}).config()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	err = sender(t, c).Send(t.Context(), letter())
	if models.KindOf(err) != models.Unavailable || !strings.HasPrefix(err.Error(), "The mail server can't be reached: dial tcp 127.0.0.1:") {
		t.Errorf("got %v", err)
	}
}

func TestAWrongPasswordCondemnsNoLetter(t *testing.T) {
	t.Parallel()
	for _, mechanism := range []string{"PLAIN", "LOGIN"} {
		s := smtptest.Start(t, smtptest.Options{TLS: true, User: "holdfast", Password: "right", Mechanisms: []string{mechanism}})
		c := to(s)
		c.URL = strings.Replace(c.URL, "right", "hunter2", 1)
		err := sender(t, c).Send(t.Context(), letter())
		wantError(t, err, models.Unavailable, "The mail server refused the user or the password: 535 5.7.8 Authentication failed.")
		wantNoPassword(t, err)
	}
}

// wantNoPassword looks for "hunter2" of "holdfast" in every form.
func wantNoPassword(t *testing.T, err error) {
	t.Helper()
	said := fmt.Sprintf("%v %+v %#v", err, err, err)
	for _, secret := range []string{"hunter2", "\x00holdfast\x00hunter2"} {
		if strings.Contains(said, secret) || strings.Contains(said, base64.StdEncoding.EncodeToString([]byte(secret))) {
			t.Errorf("the error holds the password: %s", said)
		}
	}
}

func TestAServerThatRepeatsThePasswordTellsNobody(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString([]byte("\x00holdfast\x00hunter2"))
	for _, reply := range []string{"535 wrong: hunter2", "535 wrong: " + encoded, "535 wrong: " + base64.StdEncoding.EncodeToString([]byte("hunter2")), "hunter2"} {
		server := scripted(t, taking(map[string]string{"EHLO": "250-hello\r\n250 AUTH PLAIN", "AUTH": reply}))
		c := server.config()
		c.URL = strings.Replace(c.URL, "//", "//holdfast:hunter2@", 1)
		err := sender(t, c).Send(t.Context(), letter())
		if heard := server.heard(); models.KindOf(err) != models.Unavailable || heard[1] != "AUTH PLAIN "+encoded {
			t.Errorf("got %v; the server heard %q", err, heard)
		}
		wantNoPassword(t, err)
	}
}

func TestAServerThatCannotSignIn(t *testing.T) {
	t.Parallel()
	for hello, text := range map[string]string{
		"250 hello":                  "The mail server offers no way to sign in, yet a user and a password are set for it.",
		"250-hello\r\n250 AUTH NTLM": "The mail server offers no way to sign in that is known here.",
	} {
		server := scripted(t, taking(map[string]string{"EHLO": hello}))
		c := server.config()
		c.URL = strings.Replace(c.URL, "//", "//holdfast:hunter2@", 1)
		wantError(t, sender(t, c).Send(t.Context(), letter()), models.Unavailable, text)
		if heard := server.heard(); len(heard) != 1 {
			t.Errorf("the server heard %q", heard)
		}
	}
}
