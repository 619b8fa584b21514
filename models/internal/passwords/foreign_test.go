package passwords

import (
	"strings"
	"testing"

	"github.com/trustelem/zxcvbn/frequency"
)

// The hashes of other programs of "twelve quiet otters row", as Python's hashlib,
// passlib and crypt write them.
var brought = map[string]string{
	"bcrypt":          "$2b$05$abcdefghijklmnopqrstuumIcqwSG6TUkfuPMh74Ym3a5B9hTh0sa",
	"PBKDF2, SHA-256": "$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$8.L8E/VvgCcmTnhrbTKLzgklH9848s5fkojsOffofeo",
	"PBKDF2, SHA-512": "$pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg$.d8YbgyX7eUXwciKA0v9lPFG7vwkBO/.vgE8LHrs/rtqF9rQexwMx9By9amOh7lDb40gE0LPVIqPxXKG77/p2g",
	"Django's PBKDF2": "pbkdf2_sha256$1000$saltsaltsalt$WHbFbITmfRawfP5U1fYbg8gI/7TOa9rb83JgqaSfeDs=",
}

// S-19: whoever was brought along signs in with the password they had, and gets a
// hash of ours on the way.
func TestAHashOfAnotherProgramVerifiesAndAsksForAnUpgrade(t *testing.T) {
	t.Parallel()
	h := New(1, 0)
	for name, stored := range brought {
		if ok, upgrade, err := h.Verify(t.Context(), "twelve quiet otters row", stored); !ok || !upgrade || err != nil {
			t.Errorf("%s: right: %v, upgrade %v, %v", name, ok, upgrade, err)
		}
		for _, wrong := range []string{"twelve quiet otters ro", "", strings.Repeat("long ", 100)} {
			if ok, upgrade, err := h.Verify(t.Context(), wrong, stored); ok || upgrade || err != nil {
				t.Errorf("%s, %.20q: %v, upgrade %v, %v", name, wrong, ok, upgrade, err)
			}
		}
	}
}

// S-19: what is unknown, broken or asks for hours is refused before anything is computed.
func TestAHashOfNoKnownFormIsRefused(t *testing.T) {
	t.Parallel()
	for _, stored := range []string{
		"$2b$31$abcdefghijklmnopqrstuumIcqwSG6TUkfuPMh74Ym3a5B9hTh0sa", "$2b$05$short", "$2x$05$abcdefghijklmnopqrstuumIcqwSG6TUkfuPMh74Ym3a5B9hTh0sa",
		strings.Replace(brought["PBKDF2, SHA-256"], "$1000$", "$999999999$", 1), strings.Replace(brought["PBKDF2, SHA-256"], "$1000$", "$0$", 1),
		strings.Replace(brought["PBKDF2, SHA-256"], "$1000$", "$01000$", 1), strings.Replace(brought["PBKDF2, SHA-256"], "sha256", "sha1", 1),
		strings.Replace(brought["Django's PBKDF2"], "sha256", "md5", 1), "pbkdf2_sha256$1000$salt$" + strings.Repeat("A", 44), "pbkdf2_sha256$1000$saltsaltsalt$***",
		"$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1", "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr", "5f4dcc3b5aa765d61d8327deb882cf99",
	} {
		if ok, upgrade, err := New(1, 0).Verify(t.Context(), "twelve quiet otters row", stored); ok || upgrade || err == nil {
			t.Errorf("%.40s: %v, upgrade %v, %v", stored, ok, upgrade, err)
		}
	}
}

// S-01, S-02: eight characters do where a second factor is asked for as well.
func TestAPasswordBesideASecondFactorMayBeShorter(t *testing.T) {
	t.Parallel()
	with := ana
	with.Factor = true
	for password, want := range map[string]string{"fkwvqzj": tooBrief, "fkwvqzjh": "", "🐢🌵🚲🎻🧊🪁🍋": tooBrief, "🐢🌵🚲🎻🧊🪁🍋🦉": "", "anunez82": tooClose, "holdfast": tooClose} {
		if got := complaint(t, password, with); got != want {
			t.Errorf("%q with a factor: %q, want %q", password, got, want)
		}
	}
	for password, want := range map[string]string{"fkwvqzjhbtrxmd": tooShort, "fkwvqzjhbtrxmdp": ""} {
		if got := complaint(t, password, ana); got != want {
			t.Errorf("%q alone: %q, want %q", password, got, want)
		}
	}
}

// S-08: each of the 3000 most common passwords that is long enough is refused.
func TestCommonPasswordsAreRefusedAtEitherLength(t *testing.T) {
	t.Parallel()
	tried := 0
	for i, password := range frequency.FrequencyLists["passwords"][:3000] {
		for _, who := range []Person{{}, {Factor: true}} {
			if n := len([]rune(password)); n < who.Least() {
				continue
			}
			tried++
			if complaint(t, password, who) == "" {
				t.Errorf("number %d, %s, is taken; with a factor %v", i+1, password, who.Factor)
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d were long enough", tried)
	}
}
