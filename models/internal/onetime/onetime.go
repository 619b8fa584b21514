// Package onetime makes the tokens of one-time links, and the form in which they
// are kept.
package onetime

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// Token makes a token of 256 random bits, for a link.
func Token() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// Hash is the form in which a token is kept and looked for.
func Hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
