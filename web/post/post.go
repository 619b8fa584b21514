// Package post hands one letter to the mail server of HOLDFAST_SMTP_URL and
// says in a sentence what became of it: taken, refused for good, or worth
// another try. It knows how a letter is written and how a mail server is
// spoken to; it knows no outbox, no template and no reason to write.
package post

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"holdfast/models"
)

// Letter is one mail to one person.
type Letter struct {
	ID      string    // unique; with the host of BaseURL it becomes the Message-ID, the same at every try
	At      time.Time // the Date header
	To      string    // a bare address
	ToName  string
	Subject string
	Text    string
	HTML    string
}

// Config says where letters go and whom they come from.
type Config struct {
	URL     string         // smtp://[user:password@]host:port[?tls=none] or smtps://…, as web/settings has checked it
	From    string         // an address, perhaps with a name
	BaseURL string         // of the console; its host stands in Message-ID
	RootCAs *x509.CertPool // nil: the system's
	Timeout time.Duration  // for the whole hand-over of one letter; 0 is 30 s
}

const usualTimeout = 30 * time.Second

// Sender hands letters over, each in a conversation of its own. It may be used
// by many at once.
type Sender struct {
	server  server
	from    mailbox
	heading string // the From header
	domain  string // of Message-ID and of our greeting
	tls     *tls.Config
	timeout time.Duration
}

// New checks c. It does not touch the network, and its errors hold no password.
func New(c Config) (*Sender, error) {
	to, err := readServer(c.URL)
	if err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, errNotSender
	}
	box, err := readMailbox(from.Address)
	if err != nil {
		return nil, errNotSender
	}
	domain, err := readDomain(c.BaseURL)
	if err != nil {
		return nil, err
	}
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = usualTimeout
	}
	return &Sender{
		server: to, from: box, heading: box.named(from.Name), domain: domain, timeout: timeout,
		tls: &tls.Config{ServerName: to.host, RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12},
	}, nil
}

var (
	errNotSender  = errors.New("letters need a sender, such as holdfast@example.org")
	errNotConsole = errors.New("letters need the address of the console, such as https://holdfast.example.org")
)

// Send hands l to the mail server. Nil means that the server has taken it. An
// Invalid error is a refusal for good, of this letter; an Unavailable one is
// trouble that another try may not meet. The text of either is for an
// administrator, and none holds the password.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	to, err := readMailbox(l.To)
	if err != nil {
		return &models.Error{Kind: models.Invalid, Text: "The address of the receiver can't be written to.", Cause: err}
	}
	text, err := s.written(l, to)
	if err != nil {
		return &models.Error{Kind: models.Invalid, Text: "The letter can't be put into the form of a mail.", Cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	c := conversation{sender: s, to: to, letter: text}
	if at, err := c.run(ctx); err != nil {
		return s.explained(ctx, at, err)
	}
	return nil
}

// readDomain is the host of the console as mails write it: a name, or an
// address in brackets (RFC 5321, 4.1.3).
func readDomain(baseURL string) (string, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return "", errNotConsole
	}
	host := strings.ToLower(u.Hostname())
	if ip, err := netip.ParseAddr(host); err == nil && ip.Zone() == "" {
		if ip.Is4() {
			return "[" + ip.String() + "]", nil
		}
		return "[IPv6:" + ip.String() + "]", nil
	}
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-_."
	if host == "" || len(host) > 253 || strings.Trim(host, letters) != "" {
		return "", errNotConsole
	}
	return host, nil
}
