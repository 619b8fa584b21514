package post

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold breaks a header; whoever reads it sees one space.
const fold = "\r\n "

// cleaned is text as one line without what steers a program or turns the
// direction of writing: other people's names stand in our headers and in what
// mail servers answer.
func cleaned(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) || r == '\uFEFF' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(text), " ")
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// isPlain says that a header may hold the cleaned text as it is: it is short,
// and nobody takes it for something encoded.
func isPlain(text string) bool {
	return isASCII(text) && len(text) <= 60 && !strings.Contains(text, "=?")
}

// header is text as an unstructured header holds it.
func header(text string) string {
	if text = cleaned(text); isPlain(text) {
		return text
	}
	return encodedWords(text)
}

// encodedWords writes text in base64 words (RFC 2047), one a line. 39 bytes
// make 64 characters, which fit behind the name of any header of ours.
func encodedWords(text string) string {
	const most = 39
	var words []string
	for text != "" {
		piece := cut(text, most)
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(piece))+"?=")
		text = text[len(piece):]
	}
	return strings.Join(words, fold)
}

// cut is the beginning of text, at most n bytes of whole characters.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
