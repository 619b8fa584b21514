package post

import (
	"testing"

	"github.com/wneessen/go-mail/smtp"
)

func TestTheWayToSignInIsChosen(t *testing.T) {
	t.Parallel()
	for offered, want := range map[string]string{
		"PLAIN": "PLAIN", "LOGIN PLAIN": "PLAIN", "CRAM-MD5 LOGIN": "LOGIN", "plain": "PLAIN",
		"SCRAM-SHA-1 SCRAM-SHA-256": "SCRAM-SHA-256", "CRAM-MD5 SCRAM-SHA-1": "SCRAM-SHA-1", "CRAM-MD5": "CRAM-MD5",
		"": "", "GSSAPI NTLM XOAUTH2": "", "PLAIN-CLIENTTOKEN": "",
	} {
		s := server{host: "mail.example.org", user: "holdfast", password: "hunter2"}
		got := ""
		if m := s.mechanism(offered); m != nil {
			var err error
			if got, _, err = m.Start(&smtp.ServerInfo{Name: s.host, TLS: true}); err != nil {
				t.Errorf("%q: %v", offered, err)
			}
		}
		if got != want {
			t.Errorf("of %q was chosen %q, want %q", offered, got, want)
		}
	}
}

func TestThePasswordStaysInsideTLS(t *testing.T) {
	t.Parallel()
	for safety, sent := range map[safety]bool{startTLS: false, tlsAtOnce: false, inClear: true} {
		for _, offered := range []string{"PLAIN", "LOGIN"} {
			s := server{host: "mail.example.org", user: "holdfast", password: "hunter2", safety: safety}
			_, _, err := s.mechanism(offered).Start(&smtp.ServerInfo{Name: s.host, TLS: false})
			if got := err == nil; got != sent {
				t.Errorf("%s, safety %d, without TLS: %v", offered, safety, err)
			}
		}
	}
}

func TestPortsThatNobodyWrites(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]server{
		"smtp://mail.example.org":          {host: "mail.example.org", port: "587", safety: startTLS},
		"smtps://a:b%40c@mail.example.org": {host: "mail.example.org", port: "465", user: "a", password: "b@c", safety: tlsAtOnce},
		"smtp://[::1]:25?tls=none":         {host: "::1", port: "25", safety: inClear},
	} {
		if got, err := readServer(url); err != nil || got != want {
			t.Errorf("%s: %+v, %v", url, got, err)
		}
	}
}
