package smtptest

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Mail is a letter that the server has taken.
type Mail struct {
	From    string      // whom the client named as sender
	To      []string    // and as receivers
	Subject string      // decoded
	Header  mail.Header // as it came
	Text    string      // the decoded text/plain part, its lines ending in \n
	HTML    string      // the decoded text/html part
	Raw     string      // all of it, as it came
}

// Link is the first web address in the text whose path begins with path.
func (m Mail) Link(t testing.TB, path string) string {
	t.Helper()
	for _, text := range regexp.MustCompile(`https?://[^\s<>"]+`).FindAllString(m.Text, -1) {
		text = strings.TrimRight(text, ".,;:!?)]'")
		if u, err := url.Parse(text); err == nil && strings.HasPrefix(u.Path, path) {
			return text
		}
	}
	t.Fatalf("smtptest: the letter %q has no link to %s", m.Subject, path)
	return ""
}

// read decodes a mail of one part or of alternatives.
func read(raw string) (Mail, error) {
	in, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return Mail{}, err
	}
	m := Mail{Header: in.Header, Raw: raw}
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(in.Header.Get("Subject")); err != nil {
		return Mail{}, err
	}
	kind, options, err := mime.ParseMediaType(in.Header.Get("Content-Type"))
	if err != nil {
		return Mail{}, err
	}
	if kind != "multipart/alternative" {
		return m, m.add(textproto.MIMEHeader(in.Header), in.Body)
	}
	return m, m.addAll(multipart.NewReader(in.Body, options["boundary"]))
}

func (m *Mail) addAll(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.add(part.Header, part); err != nil {
			return err
		}
	}
}

// add decodes one part.
func (m *Mail) add(header textproto.MIMEHeader, body io.Reader) error {
	kind, options, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if charset := options["charset"]; !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii") {
		return fmt.Errorf("a part is written in %q", charset)
	}
	if strings.EqualFold(header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	content, err := io.ReadAll(body)
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	switch kind {
	case "text/plain":
		m.Text = text
	case "text/html":
		m.HTML = text
	default:
		return fmt.Errorf("a part is %s", kind)
	}
	return err
}
