// Package seal turns secrets into blobs that open only with a key of the ring
// and only at the place they were sealed for: AES-256-GCM with a random nonce,
// the key's id in the blob, table, column and row bound in as associated data.
//
// It owns the keys, their text form and the key file. It refuses to know any
// table, setting or person. Random nonces ask for far fewer than 2^32 seals
// per key; rotating now and then keeps well below.
package seal

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
)

// maxIDLength keeps ids readable and the blob's header short. It is shorter
// than the text of a secret, so that one on the wrong side of the colon is
// never taken for an id and named.
const maxIDLength = 32

// Key is a secret with the name that blobs remember it by. However it is
// printed, only the id shows.
type Key struct {
	ID     string
	Secret [32]byte
}

// Format prints the id whatever the verb, so that no log line holds the secret.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "key "+k.ID) }

// LogValue is the id alone.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.ID) }

// NewKey makes a random key whose id tells its day, such as k20261121-ab12.
func NewKey(now time.Time) Key {
	k := Key{ID: "k" + now.UTC().Format("20060102") + "-" + strings.ToLower(rand.Text()[:4])}
	_, _ = rand.Read(k.Secret[:]) // never fails: crypto/rand ends the program instead
	return k
}

// ParseKeys reads `id:base64(32 bytes)[,id:base64…]`, standard or URL base64.
// Its errors name a key's position and id, never any of its secret.
func ParseKeys(text string) ([]Key, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("no keys: want id:base64 of 32 bytes, separated by commas")
	}
	var keys []Key
	seen := map[string]bool{}
	for i, entry := range strings.Split(text, ",") {
		k, err := parseKey(strings.TrimSpace(entry))
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		if seen[k.ID] {
			return nil, fmt.Errorf("key %d: the id %s stands there twice", i+1, k.ID)
		}
		seen[k.ID] = true
		keys = append(keys, k)
	}
	return keys, nil
}

func parseKey(entry string) (Key, error) {
	id, text, found := strings.Cut(entry, ":")
	id, text = strings.TrimSpace(id), strings.TrimSpace(text)
	if !found || !validID(id) {
		// What stands in the id's place may be a misplaced secret: keep silent about it.
		return Key{}, errors.New("want id:base64, the id 1 to 32 letters, digits, dots, - or _")
	}
	k := Key{ID: id}
	secret, err := base64.RawStdEncoding.DecodeString(
		strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "=")))
	if err != nil {
		return Key{}, fmt.Errorf("%s: the secret is not base64", id) // err would quote the secret
	}
	if copy(k.Secret[:], secret) != len(k.Secret) || len(secret) != len(k.Secret) {
		return Key{}, fmt.Errorf("%s: the secret has %d bytes, want 32", id, len(secret))
	}
	return k, nil
}

func validID(id string) bool {
	if len(id) < 1 || len(id) > maxIDLength {
		return false
	}
	return strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}

// FormatKeys is the text that ParseKeys reads back.
func FormatKeys(keys []Key) string {
	var b strings.Builder
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(k.ID + ":" + base64.StdEncoding.EncodeToString(k.Secret[:]))
	}
	return b.String()
}
