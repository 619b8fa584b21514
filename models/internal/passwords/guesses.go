package passwords

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// scored is how many characters are judged; what follows them counts for nothing.
const scored = 128

// What a guesser pays, as powers of ten.
const (
	anyChar = 1.0 // one character out of nothing
	piece   = 0.5 // to think of another piece at this point
	walk    = 1.5 // a run on a keyboard or in an alphabet, beside its length
	year    = 2.0
	again   = 0.3 // to say the same once more
	variant = 0.3 // capitals, digits for letters, backwards
)

// tracks are what fingers and minds run along.
var tracks = slices.Concat(bothWays(
	"abcdefghijklmnopqrstuvwxyz", "01234567890",
	"qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
	"!@#$%^&*()_+", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "йцукенгшщзхъфывапролджэячсмитьбю",
))

func bothWays(texts ...string) []string {
	for _, t := range texts {
		texts = append(texts, reversed(t))
	}
	return texts
}

// guesses is the power of ten of tries that somebody needs who knows the word
// list, keyboards, years, repetition and the context words: the cheapest way
// to put the password together from such pieces. After zxcvbn (Wheeler, 2016).
func guesses(password string, known map[string]bool) float64 {
	text := []rune(password)
	text = text[:min(len(text), scored)]
	best := make([]float64, len(text)+1) // best[i]: the cheapest way to text[:i]
	for i := range best {
		best[i] = float64(i) * anyChar
	}
	folded := []rune(strings.ToLower(string(text)))
	if len(folded) != len(text) {
		folded = text // a script whose cases differ in length
	}
	for i := range text {
		reach := func(end int, price float64) { best[end] = min(best[end], best[i]+price) }
		reach(i+1, anyChar)
		reachWords(text[i:], i, known, reach)
		reachWalks(folded[i:], i, reach)
		reachCopies(folded, i, reach)
	}
	return best[len(text)]
}

// reachWords pays for the dictionary words and years that rest begins with.
func reachWords(rest []rune, at int, known map[string]bool, reach func(int, float64)) {
	for n := 2; n <= min(len(rest), longestWord); n++ {
		span := string(rest[:n])
		if price, found := wordPrice(span, known); found {
			reach(at+n, piece+price)
		}
		if n == 4 && (span[:2] == "19" || span[:2] == "20") && keep(span, unicode.IsDigit) == span {
			reach(at+n, piece+year)
		}
	}
}

// wordPrice is what span costs as a word, plainly or in one of its disguises.
func wordPrice(span string, known map[string]bool) (price float64, found bool) {
	price = math.Inf(1)
	lower := strings.ToLower(span)
	try := func(word string, more float64) {
		if known[word] {
			price = min(price, more)
		} else if rank, ok := rankOf(word); ok {
			price = min(price, rank+more)
		}
	}
	extra := 0.0
	if lower != span {
		extra = variant
	}
	try(lower, extra)
	try(reversed(lower), extra+variant)
	if plain := plainLetters(lower); plain != lower {
		try(plain, extra+variant)
		try(strings.ReplaceAll(strings.ReplaceAll(lower, "1", "l"), "7", "l"), extra+variant)
	}
	return price, !math.IsInf(price, 1)
}

// reachWalks pays for the longest run along a track that rest begins with.
func reachWalks(rest []rune, at int, reach func(int, float64)) {
	for n := len(rest); n >= 3; n-- {
		run := string(rest[:n])
		if slices.ContainsFunc(tracks, func(t string) bool { return strings.Contains(t, run) }) {
			reach(at+n, piece+walk+math.Log10(float64(n)))
			return
		}
	}
}

// reachCopies pays for saying once more, or often, what has just been said
// before at, whatever it was.
func reachCopies(text []rune, at int, reach func(int, float64)) {
	for length := 1; length <= at && at+length <= len(text); length++ {
		unit := text[at-length : at]
		for end, times := at+length, 2.0; end <= len(text) && slices.Equal(text[end-length:end], unit); end, times = end+length, times+1 {
			reach(end, again+math.Log10(times))
		}
	}
}

// plainLetters undoes the usual digits and signs for letters.
func plainLetters(text string) string { return disguise.Replace(text) }

var disguise = strings.NewReplacer("4", "a", "@", "a", "8", "b", "3", "e", "6", "g", "9", "g",
	"1", "i", "!", "i", "|", "i", "0", "o", "$", "s", "5", "s", "7", "t", "+", "t", "2", "z")

func reversed(text string) string {
	r := []rune(text)
	slices.Reverse(r)
	return string(r)
}
