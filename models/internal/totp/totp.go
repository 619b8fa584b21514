// Package totp knows the codes of authenticator apps (RFC 6238): six digits, a
// new code every 30 seconds, SHA-1, as every app has it. It owns the sums and
// the picture that an app reads; it refuses to know users, rows and keys.
package totp

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"rsc.io/qr"
)

const (
	period     = 30 // seconds
	secretSize = 20 // bytes, as RFC 4226 recommends
	skew       = 1  // steps that a clock may be off, either way
)

// NewSecret makes a secret of 160 random bits.
func NewSecret() []byte {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}

// Step is the number of the 30 seconds in which at lies.
func Step(at time.Time) int64 { return at.Unix() / period }

// Code is what an app shows during a step.
func Code(secret []byte, step int64) (string, error) {
	return hotp.GenerateCodeCustom(spell(secret), uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// Check reports the step of a code that is right at the time, one step more or
// less, and later than the last one that was taken: none is taken twice.
func Check(secret []byte, code string, at time.Time, last int64) (step int64, ok bool) {
	code = digits(code)
	now := Step(at)
	for s := max(now-skew, last+1); s <= now+skew; s++ {
		want, err := Code(secret, s)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return s, true
		}
	}
	return 0, false
}

// digits are a code without the spaces that apps show and people type.
func digits(code string) string {
	return strings.Join(strings.FieldsFunc(code, func(r rune) bool { return r == ' ' || r == '-' || r == '\u00a0' }), "")
}

func spell(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// Spelled is a secret as a person types it into an app: in groups of four.
func Spelled(secret []byte) string { return Grouped(spell(secret)) }

// Grouped puts a space after every four signs.
func Grouped(s string) string {
	var groups []string
	for ; len(s) > 4; s = s[4:] {
		groups = append(groups, s[:4])
	}
	return strings.Join(append(groups, s), " ")
}

// URL is what an app reads to show the codes of a secret. Issuer and account may
// hold any sign.
func URL(issuer, account string, secret []byte) string {
	return "otpauth://totp/" + escape(issuer) + ":" + escape(account) +
		"?secret=" + spell(secret) + "&issuer=" + escape(issuer) + "&algorithm=SHA1&digits=6&period=30"
}

// escape is text within the URL. Some apps show a plus for what should be a space.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// Picture is text as a QR code: rows of fields, true is dark.
func Picture(text string) ([][]bool, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, err
	}
	rows := make([][]bool, code.Size)
	for y := range rows {
		rows[y] = make([]bool, code.Size)
		for x := range rows[y] {
			rows[y][x] = code.Black(x, y)
		}
	}
	return rows, nil
}
