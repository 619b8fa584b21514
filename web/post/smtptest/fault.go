package smtptest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/emersion/go-smtp"
)

// Fault is what the hook of Answer may say besides nil and Reply.
type Fault string

const (
	Drop    Fault = "smtptest: drop the connection"
	Silence Fault = "smtptest: never answer" // for as long as the test lasts
)

func (f Fault) Error() string { return string(f) }

// Reply is an answer of the server: a code such as 550, an enhanced code such
// as "5.1.1" or nothing, and a text.
func Reply(code int, enhanced, text string) error {
	e := smtp.NoEnhancedCode
	if _, err := fmt.Sscanf(enhanced, "%d.%d.%d", &e[0], &e[1], &e[2]); err != nil {
		e = smtp.NoEnhancedCode
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: e, Message: text}
}

// Answer lets hook decide from now on. It is asked at the steps
//
//	connect     somebody has come; there is no address
//	auth        somebody signs in; the address is the user's name
//	mail, rcpt  the address is the sender's, a receiver's
//	data        the letter comes; Drop cuts it off before its text is read
//	after-data  the server has taken the letter, and has not said so yet
//
// and answers nil to go on, Reply, Drop or Silence. From data on, the address
// is that of the first receiver. The hook runs beside the test and may be
// asked by several connections at once: it must not end the test, nor wait for
// what the test does after its end.
func (s *Server) Answer(hook func(step, address string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

func (s *Server) answer(step, address string) error {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook == nil {
		return nil
	}
	return hook(step, address)
}

// receive is the step "connect": the connection to go on with, or nil.
func (s *Server) receive(conn net.Conn) net.Conn {
	err := s.answer("connect", "")
	if s.options.Implicit {
		conn = tls.Server(conn, s.tls)
	}
	reply, says := errors.AsType[*smtp.SMTPError](err)
	switch {
	case err == nil:
		return conn
	case errors.Is(err, Silence):
		<-s.ended
	case says:
		_, _ = fmt.Fprintf(conn, "%d %s\r\n", reply.Code, reply.Message)
		_ = conn.Close()
	}
	return nil
}
