package passwords

import (
	"strings"
	"testing"
	"time"

	"github.com/trustelem/zxcvbn/frequency"

	"holdfast/models"
)

var ana = Person{Name: "Ana María Núñez", Email: "ana.nunez@clinic-north.example.org", Login: "anunez82"}

func complaint(t *testing.T, password string, who Person) string {
	t.Helper()
	err := Check("password", password, who)
	if err == nil {
		return ""
	}
	if models.KindOf(err) != models.Invalid || len(models.WrongFields(err)) != 1 {
		t.Errorf("%q: %v", password, err)
	}
	return models.WrongFields(err)["password"]
}

func TestLengthOfANewPassword(t *testing.T) {
	t.Parallel()
	emoji := "🐢🌵🚲🎻🧊🪁🍋🦉🔭🛶🧵🎈🪴🥁🐙"
	for password, want := range map[string]string{
		"":                             tooShort,
		"fkw vqzj hbtrx":               tooShort, // 14
		"fkw vqzj hbtrxm":              "",
		"fkwzvqzjuhbtrxm":              "", // lower case only: no rule of composition
		"3918 4027 5566 1938 77":       "", // digits only
		emoji:                          "",
		strings.TrimSuffix(emoji, "🐙"): tooShort,
		"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301 pk":         tooShort, // 17 typed, 10 characters
		phrase + " and sixty-four characters long with all its spaces": "",
		phrase + strings.Repeat("v", 1024-len(phrase)):                 "",
		phrase + strings.Repeat("v", 1025-len(phrase)):                 tooLong,
		strings.Repeat("🐢", 257):                                       tooLong,
		phrase + " \xff\xfe not even UTF-8":                            "",
	} {
		if got := complaint(t, password, ana); got != want {
			t.Errorf("%.40q: %q, want %q", password, got, want)
		}
	}
}

func TestGuessablePasswordIsRefused(t *testing.T) {
	t.Parallel()
	for _, password := range []string{
		"aaaaaaaaaaaaaaa", "abcabcabcabcabcabc", "passwordpassword", "Passw0rdPassw0rd", "drowssapdrowssap",
		"password12345678", "123456789012345", "12345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjkl",
		"1qaz2wsx3edc4rfv", "qwertyuiop1234567890", "zyxwvutsrqponmlk", "йцукенгшщзхъфыва", "iloveyouiloveyou1",
		"responsibilities", "Responsibilities1", "thisismypassword", "letmeinletmein2026", "2026202620262026",
		"               ", strings.Repeat("qwerty", 40), strings.Repeat("a", 1024), "!!!!!!!!!!!!!!!!!!!!",
	} {
		if got := complaint(t, password, ana); got != tooEasy {
			t.Errorf("%.40q: %q", password, got)
		}
	}
	for _, password := range []string{
		phrase, "purple-otter-cabinet", "winding road to Lhasa 7", "kT7#pQ9!vX2$mN4", "dxmfhwpqzrbtkcl", "mañana llueve en Cusco",
	} {
		if got := complaint(t, password, ana); got != "" {
			t.Errorf("%q is refused: %s", password, got)
		}
	}
}

func TestPasswordMadeFromContextIsRefused(t *testing.T) {
	t.Parallel()
	for _, password := range []string{
		"holdfastholdfast", "Holdfast-Holdfast", "tsafdlohtsafdloh", "holdfast83619472", "H0ldf4st!83619472", "holdfast 4 holdfast",
		"ana.nunez.ana.nunez", "ana.nunez83619472", "zenun.ana.83619472", "AnaMaríaNúñez1", "Ana María Núñez 1", "zeñúnaíramana29501746",
		"anunez82anunez82", "anunez82-83619472", "28zenuna28zenuna", "anunez-holdfast-7", "clinic-north-2026", "holdfast@clinic-north",
	} {
		if len([]rune(password)) < MinLength {
			password += "!"
		}
		if got := complaint(t, password, ana); got != tooClose {
			t.Errorf("%q: %q", password, got)
		}
	}
	digits := Person{Login: "48151623"}
	if got := complaint(t, "4815162348151623", digits); got != tooClose {
		t.Errorf("login of digits, twice: %q", got)
	}
	for _, password := range []string{"anuric tumble fjord", "my holdfast is a tangled kelp", "ana 829301746529184"} {
		if got := complaint(t, password, ana); got != "" {
			t.Errorf("%q is refused: %s", password, got)
		}
	}
	if got := complaint(t, "holdfastholdfast", Person{}); got != tooClose {
		t.Errorf("nobody in particular: %q", got)
	}
}

func TestCommonPasswordsAreRefusedHoweverLengthened(t *testing.T) {
	t.Parallel()
	for i, password := range frequency.FrequencyLists["passwords"][:3000] {
		long := strings.Repeat(password, MinLength/len(password)+1)
		if complaint(t, long, Person{}) == "" {
			t.Errorf("number %d, repeated: %s", i+1, long)
		}
		if i < 300 { // with the digits that come to mind
			if long := password + "123456789012345"; complaint(t, long, Person{}) == "" {
				t.Errorf("number %d, digits appended: %s", i+1, long)
			}
		}
	}
	for _, password := range frequency.FrequencyLists["passwords"] {
		if len(password) >= MinLength && complaint(t, password, Person{}) == "" {
			t.Errorf("listed: %s", password)
		}
	}
}

func TestJudgingIsQuickWhateverTheInput(t *testing.T) {
	t.Parallel()
	for name, password := range map[string]string{
		"one letter": strings.Repeat("a", 1024), "digits": strings.Repeat("1234567890", 102),
		"words": strings.Repeat("thepasswordofandin", 56), "kelvin signs": strings.Repeat("\u212a\u0130", 200),
	} {
		best := time.Hour // the best of three: the machine may be busy
		for range 3 {
			began := time.Now()
			_ = Check("password", password, ana)
			best = min(best, time.Since(began))
		}
		if best > 500*time.Millisecond {
			t.Errorf("%s: took %v", name, best)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(phrase, "Ana", "ana@example.org", "ana")
	f.Add("\xff\u0130\u0130", "\xff", "@", "\u0130")
	f.Fuzz(func(t *testing.T, password, name, email, login string) {
		err := Check("p", password, Person{Name: name, Email: email, Login: login})
		if err != nil && len(password) >= 4 && strings.Contains(err.Error(), password) && !strings.Contains(tooEasy+tooClose+tooLong+tooShort, password) {
			t.Error("the complaint quotes the password")
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		_ = Check("password", phrase, ana)
	}
}
