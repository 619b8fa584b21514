package post

import (
	"errors"
	"net/mail"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// server is a mail server and the way to speak to it.
type server struct {
	host, port     string
	user, password string
	safety         safety
}

// safety is how the conversation is kept from strangers.
type safety uint8

const (
	startTLS  safety = iota // smtp://
	tlsAtOnce               // smtps://
	inClear                 // smtp://…?tls=none, for this machine only
)

// readServer reads an address that web/settings has checked. The errors of
// url.Parse quote the address with its password: they go nowhere.
func readServer(text string) (server, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return server{}, errors.New("the mail server must be smtp://user:password@host:port or smtps://…")
	}
	s := server{host: u.Hostname(), port: u.Port(), user: u.User.Username()}
	s.password, _ = u.User.Password()
	switch {
	case u.Scheme == "smtps":
		s.safety = tlsAtOnce
	case u.RawQuery == "tls=none":
		s.safety = inClear
	}
	if s.port == "" {
		s.port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	return s, nil
}

// mailbox is an address as commands and headers write it.
type mailbox struct {
	path        string // in angle brackets
	beyondASCII bool   // only a server with SMTPUTF8 takes it
}

var errNotAddress = errors.New("this is not one bare mail address")

// readMailbox reads one bare address of at most 254 bytes. A domain beyond
// ASCII is written in its form for the wire.
func readMailbox(text string) (mailbox, error) {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 || cleaned(text) != text {
		return mailbox{}, errNotAddress
	}
	at := strings.LastIndexByte(text, '@')
	local, domain := text[:at], text[at+1:]
	if !isASCII(domain) {
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return mailbox{}, errNotAddress
		}
	}
	return mailbox{path: "<" + local + "@" + domain + ">", beyondASCII: !isASCII(local)}, nil
}

// named is the mailbox with the name of its person, as a header writes it.
func (m mailbox) named(name string) string {
	name = cleaned(name)
	switch {
	case name == "":
		return m.path
	case isPlain(name):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"` + fold + m.path
	default:
		return encodedWords(name) + fold + m.path
	}
}
