// Package smtptest is a real mail server inside a test: it speaks SMTP with
// STARTTLS, TLS and AUTH, keeps the letters it takes, and fails on demand. It
// knows nothing of ours: what it asserts about a letter holds for any mail.
package smtptest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Options are what a server offers and demands.
type Options struct {
	TLS            bool     // offer STARTTLS with a certificate of its own for 127.0.0.1 and localhost
	Implicit       bool     // speak TLS from the first byte
	User, Password string   // demand AUTH
	Mechanisms     []string // of AUTH: PLAIN and LOGIN; nil is PLAIN
	UTF8           bool     // offer SMTPUTF8
}

// Server is a mail server that ends with its test.
type Server struct {
	options Options
	address string
	roots   *x509.CertPool
	tls     *tls.Config
	ended   chan struct{} // closed with the test

	mu      sync.Mutex
	letters []Mail
	changed chan struct{} // closed and made anew with each letter
	hook    func(step, address string) error
}

// Start begins to listen on a free port of 127.0.0.1.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{options: o, ended: make(chan struct{}), changed: make(chan struct{})}
	var err error
	if s.tls, s.roots, err = certificate(); err != nil {
		t.Fatalf("smtptest: no certificate: %v", err)
	}
	var listen net.ListenConfig
	raw, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("smtptest: no port: %v", err)
	}
	s.address = raw.Addr().String()
	s.serve(t, newGate(raw, s.receive))
	return s
}

func (s *Server) serve(t testing.TB, g *gate) {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, conn: c}, nil
	}))
	server.Domain = "localhost"
	server.MaxLineLength = 1000 // the most that a mail may have, with its line break
	server.AllowInsecureAuth = !s.options.TLS && !s.options.Implicit
	server.EnableSMTPUTF8 = s.options.UTF8
	server.ErrorLog = log.New(io.Discard, "", 0) // connections are cut on purpose
	if s.options.TLS {
		server.TLSConfig = s.tls
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(g)
	}()
	t.Cleanup(func() {
		close(s.ended)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = g.Close()
		<-served
		if err := server.Shutdown(ctx); err != nil {
			t.Errorf("smtptest: a connection did not end: %v", err)
		}
	})
}

// URL is what HOLDFAST_SMTP_URL would be.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp", Host: s.address}
	if s.options.User != "" {
		u.User = url.UserPassword(s.options.User, s.options.Password)
	}
	switch {
	case s.options.Implicit:
		u.Scheme = "smtps"
	case !s.options.TLS:
		u.RawQuery = "tls=none"
	}
	return u.String()
}

// RootCAs are whom one must trust to trust the server.
func (s *Server) RootCAs() *x509.CertPool { return s.roots }

// patience is how long the server waits for others before it says that
// something is wrong. No test that passes waits for it.
const patience = 20 * time.Second
