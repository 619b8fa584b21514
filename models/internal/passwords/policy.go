package passwords

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"holdfast/models"
)

// MinLength is counted in code points. NIST SP 800-63B-4 asks for it where the
// password is the only factor.
const MinLength = 15

// MinWithFactor is enough where a second factor is always asked for as well.
const MinWithFactor = 8

// enough is the power of ten of guesses that a new password must withstand.
const enough = 8

const (
	tooShort = "Use at least 15 characters. A few random words work well."
	tooBrief = "Use at least 8 characters. A few random words work well."
	tooLong  = "Use a shorter password: at most 1,024 bytes, which is about 1,000 letters."
	tooEasy  = "This password is too easy to guess. Use a few random words, or let your browser suggest one."
	tooClose = "This password is too easy to guess: it is made from your name, your login or the name of this product. Use a few random words instead."
)

// product is what everybody who knows this program would try first.
const product = "holdfast"

// Person is whom a password is for: what others know of them must not make it up.
type Person struct {
	Name, Email, Login string
	Factor             bool // nobody comes in by this password without a second factor
}

// Least is how many characters a password of the person must have.
func (p Person) Least() int {
	if p.Factor {
		return MinWithFactor
	}
	return MinLength
}

// Check judges a new password; what is wrong with it is said at that field of
// the form. There is no rule of composition: length and guessability decide.
func Check(field, password string, who Person) error {
	if len(password) > MaxBytes {
		return models.Wrong(field, "%s", tooLong)
	}
	password = norm.NFC.String(password)
	if utf8.RuneCountInString(password) < who.Least() {
		return models.Wrong(field, "%s", who.tooShort())
	}
	known := who.words()
	if madeOf(password, known) {
		return models.Wrong(field, "%s", tooClose)
	}
	if guesses(password, known) < enough {
		return models.Wrong(field, "%s", tooEasy)
	}
	return nil
}

func (p Person) tooShort() string {
	if p.Factor {
		return tooBrief
	}
	return tooShort
}

// words are the context words, lower-cased, whole and in parts, forwards and backwards.
func (p Person) words() map[string]bool {
	local, domain, _ := strings.Cut(p.Email, "@")
	if dot := strings.LastIndex(domain, "."); dot >= 0 {
		domain = domain[:dot] // the company, not its top-level domain
	}
	words := map[string]bool{}
	for _, text := range []string{product, p.Name, p.Login, local, domain} {
		text = strings.ToLower(norm.NFC.String(text))
		parts := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, word := range append(parts, keep(text, isAlnum), keep(text, unicode.IsLetter)) {
			if utf8.RuneCountInString(word) >= 3 {
				words[word], words[reversed(word)] = true, true
			}
		}
	}
	return words
}

// madeOf says that nothing but context words is left once punctuation and, if
// they are too few to be a password of their own, digits are taken away.
func madeOf(password string, words map[string]bool) bool {
	password = strings.ToLower(password)
	fewDigits := utf8.RuneCountInString(keep(password, unicode.IsDigit)) < MinLength
	inside := strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) })
	return covered(keep(password, isAlnum), words) ||
		fewDigits && covered(keep(password, unicode.IsLetter), words) ||
		fewDigits && covered(keep(plainLetters(inside), unicode.IsLetter), words)
}

// covered says that text is a row of such words and nothing else.
func covered(text string, words map[string]bool) bool {
	reach := make([]bool, len(text)+1) // reach[i]: text[:i] is such a row
	reach[0] = true
	for i := range len(text) {
		for word := range words {
			if reach[i] && strings.HasPrefix(text[i:], word) {
				reach[i+len(word)] = true
			}
		}
	}
	return text != "" && reach[len(text)]
}

func isAlnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func keep(text string, is func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if is(r) {
			return r
		}
		return -1
	}, text)
}
