package seal_test

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"holdfast/models/internal/seal"
)

func TestParseKeys(t *testing.T) {
	t.Parallel()
	k := seal.Key{ID: "a-1"}
	for i := range k.Secret {
		k.Secret[i] = 0xfb // + and / in standard base64, - and _ in the other
	}
	std, url := base64.StdEncoding.EncodeToString(k.Secret[:]), base64.RawURLEncoding.EncodeToString(k.Secret[:])
	for _, text := range []string{"a-1:" + std, "a-1:" + url, " a-1 : " + std + " \n", seal.FormatKeys([]seal.Key{k})} {
		keys, err := seal.ParseKeys(text)
		if err != nil || len(keys) != 1 || keys[0] != k {
			t.Errorf("%q: %v, %v", text, keys, err)
		}
	}
	two, err := seal.ParseKeys("b:" + url + ",\n a-1:" + std)
	if err != nil || len(two) != 2 || two[0].ID != "b" || two[1] != k {
		t.Errorf("two keys: %v, %v", two, err)
	}
}

func TestFaultyKeysAreNamedWithoutTheirSecret(t *testing.T) {
	t.Parallel()
	good := base64.StdEncoding.EncodeToString(make([]byte, 32))
	const secret = "c2VjcmV0IG1hdGVyaWFs"
	for text, want := range map[string]string{
		"":                                   "no keys",
		" \n":                                "no keys",
		secret:                               "key 1: want id:base64",
		"a:" + good + "," + secret:           "key 2: want id:base64",
		"a:" + good + ",":                    "key 2: want id:base64",
		strings.TrimRight(good, "=") + ":a":  "key 1: want id:base64",
		strings.Repeat("k", 33) + ":" + good: "key 1: want id:base64",
		"a:" + secret:                        "key 1: a: the secret has 15 bytes, want 32",
		"a:" + good + good:                   "key 1: a: the secret is not base64",
		"a:%%%" + secret:                     "key 1: a: the secret is not base64",
		"a:" + good + ", a:" + good:          "key 2: the id a stands there twice",
		"a:" + strings.Repeat("AAAA", 20):    "key 1: a: the secret has 60 bytes, want 32",
	} {
		_, err := seal.ParseKeys(text)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestNewKeyIsRandomAndTellsItsDay(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	a, b := seal.NewKey(day), seal.NewKey(day)
	if !regexp.MustCompile(`^k20261121-[a-z2-7]{4}$`).MatchString(a.ID) {
		t.Errorf("id %s", a.ID)
	}
	if a.Secret == b.Secret || a.Secret == [32]byte{} {
		t.Error("the secret is not random")
	}
	if keys, err := seal.ParseKeys(seal.FormatKeys([]seal.Key{a})); err != nil || keys[0] != a {
		t.Errorf("does not parse back: %v", err)
	}
}

func TestPrintedKeyHidesItsSecret(t *testing.T) {
	t.Parallel()
	k := key("one")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got := fmt.Sprintf(verb, k); got != "key one" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	if got := k.LogValue().String(); got != "one" {
		t.Errorf("logs %q", got)
	}
}
