package post_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/web/post/smtptest"
)

const password = "pa ss/w%rd:@é"

func TestLettersGoByEveryWay(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]smtptest.Options{
		"in clear":            {},
		"STARTTLS":            {TLS: true},
		"TLS at once":         {Implicit: true},
		"in clear, PLAIN":     {User: "holdfast", Password: password},
		"STARTTLS, PLAIN":     {TLS: true, User: "hold@fast", Password: password},
		"TLS at once, PLAIN":  {Implicit: true, User: "holdfast", Password: password},
		"STARTTLS, LOGIN":     {TLS: true, User: "holdfast", Password: password, Mechanisms: []string{"LOGIN"}},
		"in clear, LOGIN":     {User: "holdfast", Password: password, Mechanisms: []string{"LOGIN"}},
		"STARTTLS, both":      {TLS: true, User: "holdfast", Password: password, Mechanisms: []string{"LOGIN", "PLAIN"}},
		"STARTTLS, and other": {TLS: true, User: "holdfast", Password: password, Mechanisms: []string{"XOAUTH2", "PLAIN"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, o)
			var signedIn atomic.Int32
			s.Answer(func(step, user string) error {
				if step == "auth" && user == o.User {
					signedIn.Add(1)
				}
				return nil
			})
			if m := send(t, s, letter()); m.Text != letter().Text {
				t.Errorf("came: %q", m.Text)
			}
			if got, want := signedIn.Load() == 1, o.User != ""; got != want {
				t.Errorf("signed in: %v, want %v", got, want)
			}
		})
	}
}

func TestWithoutSTARTTLSNothingIsSaid(t *testing.T) {
	t.Parallel()
	const text = "The mail server does not offer STARTTLS, and without it the password and the letter would travel in the clear."
	server := scripted(t, taking(map[string]string{"EHLO": "250-hello\r\n250 AUTH PLAIN LOGIN"}))
	c := server.config()
	c.URL = "smtp://holdfast:hunter2@" + server.address
	wantError(t, sender(t, c).Send(t.Context(), letter()), models.Unavailable, text)
	if heard := server.heard(); len(heard) != 1 || heard[0] != "EHLO holdfast.example.org" {
		t.Errorf("the server heard %q", heard)
	}
}

func TestAStrangersCertificateEndsItAll(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]smtptest.Options{
		"STARTTLS":    {TLS: true, User: "holdfast", Password: password},
		"TLS at once": {Implicit: true, User: "holdfast", Password: password},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, o)
			var said atomic.Value
			s.Answer(func(step, _ string) error {
				if step != "connect" {
					said.Store(step)
				}
				return nil
			})
			c := to(s)
			c.RootCAs = smtptest.Start(t, o).RootCAs()
			err := sender(t, c).Send(t.Context(), letter())
			if models.KindOf(err) != models.Unavailable || !strings.HasPrefix(err.Error(), "The certificate of the mail server is not trusted: ") {
				t.Errorf("got %v", err)
			}
			if step := said.Load(); step != nil || len(s.Letters()) > 0 {
				t.Errorf("the server came to %v", step)
			}
		})
	}
}

func TestACertificateForAnotherHostEndsItAll(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{TLS: true})
	c := to(s)
	c.URL = strings.Replace(c.URL, "127.0.0.1", "0.0.0.0", 1) // this machine as well, yet not in the certificate
	err := sender(t, c).Send(t.Context(), letter())
	if models.KindOf(err) != models.Unavailable || !strings.Contains(err.Error(), "certificate is valid for 127.0.0.1") || len(s.Letters()) > 0 {
		t.Errorf("got %v", err)
	}
}

func TestAFailedFarewellIsNoFailure(t *testing.T) {
	t.Parallel()
	for name, farewell := range map[string]string{
		"hangs up": hangUp, "says no": "500 no", "says later": "421 later", "talks nonsense": "!", "says nothing": silence,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := scripted(t, taking(map[string]string{"QUIT": farewell}))
			c := server.config()
			c.Timeout = time.Hour // a farewell is not waited for that long
			if err := sender(t, c).Send(t.Context(), letter()); err != nil {
				t.Errorf("the server took the letter, and Send says %v", err)
			}
			if heard := server.heard(); heard[len(heard)-1] != "QUIT" {
				t.Errorf("heard %q", heard)
			}
		})
	}
}

func TestAddressesBeyondASCII(t *testing.T) {
	t.Parallel()
	l := letter()
	l.To = "zoë@bücher.example"
	able, unable := smtptest.Start(t, smtptest.Options{UTF8: true}), smtptest.Start(t, smtptest.Options{})
	if m := send(t, able, l); m.To[0] != "zoë@xn--bcher-kva.example" {
		t.Errorf("went to %q", m.To)
	}
	wantError(t, sender(t, to(unable)).Send(t.Context(), l), models.Invalid,
		"The mail server takes no address with letters beyond ASCII before the @.")
	l.To = "zoe@bücher.example"
	if m := send(t, unable, l); m.To[0] != "zoe@xn--bcher-kva.example" || !strings.Contains(m.Header.Get("To"), "<zoe@xn--bcher-kva.example>") {
		t.Errorf("went to %q", m.To)
	}
}

func TestSMTPUTF8IsAskedForOnlyWhenNeeded(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"ben@example.org": "MAIL FROM:<holdfast@example.org>", "zoë@example.org": "MAIL FROM:<holdfast@example.org> SMTPUTF8",
	} {
		server := scripted(t, taking(map[string]string{"EHLO": "250-hello\r\n250 SMTPUTF8"}))
		l := letter()
		l.To = address
		if err := sender(t, server.config()).Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		if heard := server.heard(); heard[1] != want {
			t.Errorf("heard %q, want %q", heard[1], want)
		}
	}
}
