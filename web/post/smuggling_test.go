package post_test

import (
	"maps"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"holdfast/web/post/smtptest"
)

// headers are all that a letter has: none tells our version, none was smuggled in.
var headers = []string{
	"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To", "X-Auto-Response-Suppress",
}

func TestNobodySmugglesAHeaderIn(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]string{
		"line break":        "Hello\r\nBcc: eve@example.org",
		"line feed":         "Hello\nBcc: eve@example.org",
		"carriage return":   "Hello\rBcc: eve@example.org",
		"end of headers":    "Hello\r\n\r\n<script>",
		"end of the letter": "Hello\r\n.\r\nMAIL FROM:<eve@example.org>",
		"nul":               "Hello\x00there",
		"escape":            "Hello\x1b[31mred",
		"turned writing":    "Hello \u202egro.live\u202c and \u2066more\u2069",
		"line separator":    "Hello\u2028Bcc: eve@example.org",
		"not UTF-8":         "Hello \xff\xfe",
		"other address":     `Hello" <eve@example.org>, "x`,
		"backslash":         `Hello\`,
		"encoded":           "=?utf-8?q?Hello=0D=0ABcc:_eve@example.org?=",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := letter()
			l.ToName, l.Subject = bad, bad
			s := smtptest.Start(t, smtptest.Options{})
			c := to(s)
			c.From = (&mail.Address{Name: bad, Address: "holdfast@example.org"}).String()
			if strings.Contains(bad, "\x00") || !utf8.ValidString(bad) {
				c.From = "holdfast@example.org" // New has no way to read it
			}
			if err := sender(t, c).Send(t.Context(), l); err != nil {
				t.Fatal(err)
			}
			wantNothingSmuggled(t, s.Letters())
		})
	}
}

func wantNothingSmuggled(t *testing.T, letters []smtptest.Mail) {
	t.Helper()
	if len(letters) != 1 || !slices.Equal(letters[0].To, []string{"ben@example.org"}) {
		t.Fatalf("came: %+v", letters)
	}
	m := letters[0]
	if got := slices.Sorted(maps.Keys(m.Header)); !slices.Equal(got, headers) {
		t.Errorf("headers are %q, want %q", got, headers)
	}
	if m.Text != letter().Text {
		t.Errorf("the text is %q", m.Text)
	}
	list, err := m.Header.AddressList("To")
	if err != nil || len(list) != 1 || list[0].Address != "ben@example.org" {
		t.Fatalf("To is %v (%v)", list, err)
	}
	for _, shown := range []string{m.Subject, list[0].Name} {
		if !strings.HasPrefix(shown, "Hello") && !strings.HasPrefix(shown, "=?utf-8?q?Hello=0D") {
			t.Errorf("shown is %q", shown)
		}
		if strings.ContainsAny(shown, "\r\n\x00\x1b\u202e\u2066\u2028") {
			t.Errorf("%q has characters that steer", shown)
		}
	}
}

func TestEncodedNamesAreReadByOthers(t *testing.T) {
	t.Parallel()
	l := letter()
	l.ToName = "=?utf-8?q?Eve?="
	raw := send(t, smtptest.Start(t, smtptest.Options{}), l).Header.Get("To")
	got, err := new(mime.WordDecoder).DecodeHeader(raw)
	if err != nil || !strings.HasPrefix(got, l.ToName) {
		t.Errorf("%q reads as %q (%v): what looks encoded must arrive as it was typed", raw, got, err)
	}
}
