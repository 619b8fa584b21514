package post

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// conversation is the hand-over of one letter. It uses go-mail's client step
// by step: its Send hides where trouble came from, and takes a failed farewell
// for a failed letter.
type conversation struct {
	sender *Sender
	to     mailbox
	letter []byte

	conn   net.Conn
	client *smtp.Client
	paper  io.WriteCloser
}

var (
	errNoSTARTTLS  = errors.New("the server does not offer STARTTLS")
	errNoSignIn    = errors.New("the server offers no way to sign in")
	errNoMechanism = errors.New("the server offers no way to sign in that is known here")
	errOnlyASCII   = errors.New("the server does not offer SMTPUTF8")
)

// run hands the letter over. With an error comes the step that met it.
func (c *conversation) run(ctx context.Context) (step, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(c.sender.server.host, c.sender.server.port))
	if err != nil {
		return reaching, err
	}
	defer func() { _ = conn.Close() }()
	defer hangUp(ctx, conn)()
	c.conn = conn
	for _, part := range []struct {
		step
		do func(context.Context) error
	}{
		{securing, c.secureAtOnce},
		{arriving, c.hearGreeting},
		{greeting, c.greet},
		{securing, c.secure},
		{signingIn, c.signIn},
		{namingSender, c.nameSender},
		{namingReceiver, c.nameReceiver},
		{announcing, c.announce},
		{handing, c.hand},
	} {
		if err := part.do(ctx); err != nil {
			return part.step, err
		}
	}
	c.takeLeave(ctx)
	return 0, nil
}

// hangUp closes conn when ctx ends first, which wakes whoever waits for an answer.
func hangUp(ctx context.Context, conn net.Conn) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = conn.Close() })
}

func (c *conversation) secureAtOnce(ctx context.Context) error {
	if c.sender.server.safety != tlsAtOnce {
		return nil
	}
	secured := tls.Client(c.conn, c.sender.tls)
	c.conn = secured
	return secured.HandshakeContext(ctx)
}

func (c *conversation) hearGreeting(context.Context) (err error) {
	c.client, err = smtp.NewClient(c.conn, c.sender.server.host)
	return err
}

func (c *conversation) greet(context.Context) error { return c.client.Hello(c.sender.domain) }

func (c *conversation) secure(context.Context) error {
	if c.sender.server.safety != startTLS {
		return nil
	}
	if offered, _ := c.client.Extension("STARTTLS"); !offered {
		return errNoSTARTTLS
	}
	return c.client.StartTLS(c.sender.tls)
}

func (c *conversation) signIn(context.Context) error {
	s := c.sender.server
	if s.user == "" {
		return nil
	}
	offered, list := c.client.Extension("AUTH")
	if !offered {
		return errNoSignIn
	}
	mechanism := s.mechanism(list)
	if mechanism == nil {
		return errNoMechanism
	}
	return c.client.Auth(mechanism)
}

// mechanism chooses from what the server offers. Inside TLS the plain ones are
// safe, and the only ones that every server means when it offers them; without
// TLS, nothing leaves this machine.
func (s server) mechanism(offered string) smtp.Auth {
	clear := s.safety == inClear
	known := []struct {
		name string
		auth smtp.Auth
	}{
		{"PLAIN", smtp.PlainAuth("", s.user, s.password, s.host, clear)},
		{"LOGIN", smtp.LoginAuth(s.user, s.password, s.host, clear)},
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(s.user, s.password)},
		{"SCRAM-SHA-1", smtp.ScramSHA1Auth(s.user, s.password)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(s.user, s.password)},
	}
	names := strings.Fields(strings.ToUpper(offered))
	for _, k := range known {
		if slices.Contains(names, k.name) {
			return k.auth
		}
	}
	return nil
}

// nameSender asks for SMTPUTF8 only when an address needs it, because a server
// further on may not know it.
func (c *conversation) nameSender(context.Context) error {
	needed := c.to.beyondASCII || c.sender.from.beyondASCII
	if offered, _ := c.client.Extension("SMTPUTF8"); needed && !offered {
		return errOnlyASCII
	}
	c.client.SkipSMTPUTF8(!needed)
	return c.client.Mail(c.sender.from.path)
}

func (c *conversation) nameReceiver(context.Context) error { return c.client.Rcpt(c.to.path) }

func (c *conversation) announce(context.Context) (err error) {
	c.paper, err = c.client.Data()
	return err
}

func (c *conversation) hand(context.Context) error {
	if _, err := c.paper.Write(c.letter); err != nil {
		return err
	}
	return c.paper.Close() // waits for the server's answer
}

// takeLeave is polite and no more: the letter has been taken, whatever comes now.
func (c *conversation) takeLeave(ctx context.Context) {
	const patience = 2 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer hangUp(ctx, c.conn)()
	_ = c.client.Quit()
}
