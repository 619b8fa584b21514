package smtptest

import (
	"errors"
	"io"
	"slices"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one conversation with a client.
type session struct {
	server *Server
	conn   *smtp.Conn
	known  bool // signed in
	from   string
	to     []string
}

// step asks the hook and does what it says.
func (n *session) step(step, address string) error {
	err := n.server.answer(step, address)
	if errors.Is(err, Silence) {
		<-n.server.ended
	}
	if errors.Is(err, Silence) || errors.Is(err, Drop) {
		_ = n.conn.Conn().Close()
	}
	return err
}

func (n *session) Mail(from string, _ *smtp.MailOptions) error {
	if n.server.options.User != "" && !n.known {
		return Reply(530, "5.7.0", "Authentication required.")
	}
	n.from = from
	return n.step("mail", from)
}

func (n *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := n.step("rcpt", to); err != nil {
		return err
	}
	n.to = append(n.to, to)
	return nil
}

func (n *session) Data(r io.Reader) error {
	if err := n.step("data", n.to[0]); err != nil {
		return err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := read(string(raw))
	if err != nil {
		return Reply(554, "5.6.0", "This is not a mail: "+err.Error())
	}
	m.From, m.To = n.from, slices.Clone(n.to)
	n.server.take(m)
	return n.step("after-data", n.to[0])
}

func (n *session) Reset() { n.from, n.to = "", nil }

func (n *session) Logout() error { return nil }

func (n *session) AuthMechanisms() []string {
	switch {
	case n.server.options.User == "":
		return nil
	case n.server.options.Mechanisms == nil:
		return []string{sasl.Plain}
	default:
		return n.server.options.Mechanisms
	}
}

func (n *session) Auth(mechanism string) (sasl.Server, error) {
	if !slices.Contains(n.AuthMechanisms(), mechanism) {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	if mechanism == sasl.Login {
		return &login{check: n.signIn}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return n.signIn(user, password) }), nil
}

func (n *session) signIn(user, password string) error {
	if err := n.step("auth", user); err != nil {
		return err
	}
	if user != n.server.options.User || password != n.server.options.Password {
		return smtp.ErrAuthFailed
	}
	n.known = true
	return nil
}

// login is the mechanism LOGIN, of which go-sasl knows the client's side only.
type login struct {
	check func(user, password string) error
	asked bool
	user  *string
}

func (l *login) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case !l.asked && response == nil:
		l.asked = true
		return []byte("Username:"), false, nil
	case l.user == nil:
		user := string(response)
		l.asked, l.user = true, &user
		return []byte("Password:"), false, nil
	default:
		return nil, true, l.check(*l.user, string(response))
	}
}
