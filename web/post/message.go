package post

import (
	"bytes"
	"errors"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// written is l as it travels: headers, then the text and the same in HTML.
func (s *Sender) written(l Letter, to mailbox) ([]byte, error) {
	if !isID(l.ID) {
		return nil, errors.New("the id of the letter can't stand in Message-ID")
	}
	// Our version is nobody's business, and a program's letter wants no answer
	// from another program (RFC 3834).
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetDateWithValue(l.At)
	m.SetMessageIDWithValue(l.ID + "@" + s.domain)
	// go-mail would leave what looks encoded as it is, so these are ours.
	m.SetGenHeaderPreformatted("From", s.heading)
	m.SetGenHeaderPreformatted("To", to.named(l.ToName))
	m.SetGenHeaderPreformatted("Subject", header(l.Subject))
	m.SetBodyString(gomail.TypeTextPlain, strings.ToValidUTF8(l.Text, "\uFFFD"))
	m.AddAlternativeString(gomail.TypeTextHTML, strings.ToValidUTF8(l.HTML, "\uFFFD"))
	var out bytes.Buffer
	if _, err := m.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// isID says that text is made of what the left side of a Message-ID is made of.
func isID(text string) bool {
	const most = 200
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	return text != "" && len(text) <= most && strings.Trim(text, letters) == ""
}
