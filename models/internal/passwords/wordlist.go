package passwords

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sort"
	"strings"
	"sync"
)

// wordlist/words.gz holds the words of zxcvbn's lists, sorted, one a line after
// a letter for its rank. wordlist/README.md says where they come from.
//
//go:embed wordlist/words.gz
var packed []byte

const (
	longestWord = 32  // no word of the list is longer
	rankStep    = 4.0 // letters per power of ten: A is rank 1, E is 10, I is 100
)

// wordList is unpacked at first use, as one text and its line starts: a map of
// 90,000 strings would take 20 ms of every start and ten times the memory.
type wordList struct {
	text  string
	lines []uint32 // where each line starts, and the end
}

var words = sync.OnceValue(func() wordList {
	text := unpack()
	w := wordList{text: text, lines: make([]uint32, 0, strings.Count(text, "\n")+1)}
	for at := 0; at < len(text); at += strings.IndexByte(text[at:], '\n') + 1 {
		w.lines = append(w.lines, uint32(at))
	}
	w.lines = append(w.lines, uint32(len(text)))
	return w
})

func unpack() string {
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err) // the program was built with a broken list
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// rankOf is how common a lower-cased word is: the power of ten of its rank.
func rankOf(word string) (float64, bool) {
	w := words()
	at, found := sort.Find(len(w.lines)-1, func(i int) int { return strings.Compare(word, w.word(i)) })
	if !found {
		return 0, false
	}
	return float64(w.text[w.lines[at]]-'A') / rankStep, true
}

func (w wordList) word(i int) string { return w.text[w.lines[i]+1 : w.lines[i+1]-1] }
