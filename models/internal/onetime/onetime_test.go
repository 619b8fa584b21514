package onetime_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"testing"

	"holdfast/models/internal/onetime"
)

func TestATokenHas256BitsAndIsNeverTheSame(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		token := onetime.Token()
		raw, err := base64.RawURLEncoding.DecodeString(token) // it stands in a path as it is
		if err != nil || len(raw) != 32 || seen[token] {
			t.Fatalf("%q: %d bytes, %v", token, len(raw), err)
		}
		seen[token] = true
	}
}

func TestOnlyTheVeryTokenHasItsHash(t *testing.T) {
	t.Parallel()
	token := onetime.Token()
	want := sha256.Sum256([]byte(token))
	if !bytes.Equal(onetime.Hash(token), want[:]) || !bytes.Equal(onetime.Hash(token), onetime.Hash(token)) {
		t.Error("the hash is not that of the token")
	}
	for _, other := range []string{"", token[1:], token + "=", token + "\n", " " + token, onetime.Token()} {
		if bytes.Equal(onetime.Hash(other), onetime.Hash(token)) {
			t.Errorf("%q has the same hash", other)
		}
	}
}
