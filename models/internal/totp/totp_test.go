package totp_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"holdfast/models/internal/totp"
)

// The vectors of RFC 6238, appendix B, for SHA-1, cut to six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got, err := totp.Code(secret, totp.Step(time.Unix(at, 0))); err != nil || got != want {
			t.Errorf("at %d: %s, %v, want %s", at, got, err, want)
		}
	}
}

func TestASecretHas160RandomBits(t *testing.T) {
	t.Parallel()
	one, other := totp.NewSecret(), totp.NewSecret()
	if len(one)*8 != 160 || string(one) == string(other) {
		t.Errorf("%d bits, the same twice: %v", len(one)*8, string(one) == string(other))
	}
}

func TestACodeIsRightForOneStepMoreOrLess(t *testing.T) {
	t.Parallel()
	secret, now := totp.NewSecret(), time.Unix(1_800_000_015, 0)
	for _, c := range []struct {
		off  int64
		last int64 // that was taken, from now
		ok   bool
	}{
		{0, -9, true},
		{-1, -9, true},
		{1, -9, true},
		{-2, -9, false},
		{2, -9, false},
		{0, 0, false},  // the same again
		{-1, 0, false}, // an earlier one
		{-1, -1, false},
		{0, -1, true},
		{1, 0, true},
		{1, 1, false},
	} {
		step := totp.Step(now)
		code, err := totp.Code(secret, step+c.off)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := totp.Check(secret, code[:3]+" "+code[3:], now, step+c.last)
		if ok != c.ok || ok && got != step+c.off {
			t.Errorf("%+v: step %d, %v", c, got-step, ok)
		}
	}
	for _, code := range []string{"", "0", "1234567", "abcdef", strings.Repeat("1", 100_000)} {
		if _, ok := totp.Check(secret, code, now, 0); ok {
			t.Errorf("%.10q is taken", code)
		}
	}
}

func TestTheURLHoldsAnySign(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	u, err := url.Parse(totp.URL("Lightning & Co: #1", "a+b@example.org", secret))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Lightning & Co: #1:a+b@example.org" || q.Get("issuer") != "Lightning & Co: #1" || q.Get("secret") != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" {
		t.Errorf("%s: %+v", u, q)
	}
	if strings.Contains(u.String(), "+") {
		t.Errorf("a plus in %s", u)
	}
}

func TestASecretIsSpelledInGroups(t *testing.T) {
	t.Parallel()
	if got := totp.Spelled([]byte("12345678901234567890")); got != "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" {
		t.Error(got)
	}
}

func TestThePictureIsAQRCode(t *testing.T) {
	t.Parallel()
	rows, err := totp.Picture(totp.URL("Holdfast", "ana@example.org", totp.NewSecret()))
	if err != nil || len(rows) < 21 || len(rows) != len(rows[0]) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i := range 7 { // the upper edge of the first of its three corners
		if !rows[0][i] || !rows[i][0] {
			t.Error("there is no corner")
		}
	}
	if _, err := totp.Picture(strings.Repeat("x", 10_000)); err == nil {
		t.Error("a picture of too much")
	}
}
