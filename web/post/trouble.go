package post

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strings"
	"syscall"

	"holdfast/models"
)

// step is how far a hand-over has come.
type step uint8

const (
	reaching step = iota
	securing
	arriving
	greeting
	signingIn
	namingSender   // a matter of HOLDFAST_MAIL_FROM, and so of every letter
	namingReceiver // from here on, a refusal is one of this letter
	announcing
	handing
)

// refused says what a server refuses when it answers no.
func (at step) refused() string {
	return [...]string{
		reaching:       "The mail server refused the connection",
		securing:       "The mail server refused to encrypt the connection",
		arriving:       "The mail server refused the connection",
		greeting:       "The mail server refused the greeting",
		signingIn:      "The mail server refused the user or the password",
		namingSender:   "The mail server refused the sender",
		namingReceiver: "The mail server refused the address",
		announcing:     "The mail server refused the letter",
		handing:        "The mail server refused the letter",
	}[at]
}

// during says what was going on when there was no answer.
func (at step) during() string {
	return [...]string{
		reaching:       "while the connection was made",
		securing:       "while the connection was encrypted",
		arriving:       "before its greeting",
		greeting:       "during the greeting",
		signingIn:      "while signing in",
		namingSender:   "when it was told the sender",
		namingReceiver: "when it was told the address",
		announcing:     "before the letter itself",
		handing:        "while it was given the letter; it may have taken it",
	}[at]
}

// explained is trouble as an administrator reads it.
func (s *Sender) explained(ctx context.Context, at step, err error) *models.Error {
	e := &models.Error{Kind: models.Unavailable, Cause: s.server.harmless(err)}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		if at >= namingReceiver && ofThisLetter(reply.Code) {
			e.Kind = models.Invalid
		}
		e.Text = at.refused() + ": " + s.server.quoted(fmt.Sprintf("%03d ", reply.Code), reply.Msg)
		return e
	}
	if ended := ctx.Err(); ended != nil {
		e.Cause = ended
		e.Text = "Sending was stopped " + at.during() + "."
		if errors.Is(ended, context.DeadlineExceeded) {
			e.Text = "The mail server did not answer in time, " + at.during() + "."
		}
		return e
	}
	if errors.Is(err, errOnlyASCII) {
		e.Kind = models.Invalid
	}
	e.Text = s.failure(at, err)
	return e
}

// ofThisLetter says that a reply refuses this letter for good. One that asks
// to sign in first (530) is about the settings, and would refuse every letter.
func ofThisLetter(code int) bool { return code >= 500 && code != 530 }

// failure is trouble that the server did not put into words.
func (s *Sender) failure(at step, err error) string {
	switch {
	case errors.Is(err, errNoSTARTTLS):
		return "The mail server does not offer STARTTLS, and without it the password and the letter would travel in the clear."
	case errors.Is(err, errNoSignIn):
		return "The mail server offers no way to sign in, yet a user and a password are set for it."
	case errors.Is(err, errNoMechanism):
		return "The mail server offers no way to sign in that is known here."
	case errors.Is(err, errOnlyASCII):
		return "The mail server takes no address with letters beyond ASCII before the @."
	case brokenOff(err):
		return "The mail server broke the connection off " + at.during() + "."
	case at == reaching:
		return "The mail server can't be reached: " + s.server.quoted("", err.Error())
	}
	if _, is := errors.AsType[*tls.CertificateVerificationError](err); is {
		return "The certificate of the mail server is not trusted: " + s.server.quoted("", err.Error())
	}
	return "The connection to the mail server failed " + at.during() + ": " + s.server.quoted("", err.Error())
}

// brokenOff says that the other side hung up, politely or not.
func brokenOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// quoted is what others said, as one printable line of at most 300 bytes.
func (s server) quoted(code, text string) string {
	const most = 300
	text = code + cleaned(s.withoutPassword(text))
	if len(text) >= most {
		return cut(text, most-len("…")) + "…"
	}
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return strings.TrimSpace(text) + "."
}

// harmless is err, unless a server repeated the password in it.
func (s server) harmless(err error) error {
	if text := s.withoutPassword(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// withoutPassword takes out the password in every form in which it is sent.
func (s server) withoutPassword(text string) string {
	if s.password == "" {
		return text
	}
	encoded := base64.StdEncoding.EncodeToString
	return strings.NewReplacer(
		encoded([]byte("\x00"+s.user+"\x00"+s.password)), "[removed]",
		encoded([]byte(s.password)), "[removed]",
		s.password, "[removed]",
	).Replace(text)
}
