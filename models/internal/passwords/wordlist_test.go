package passwords

import (
	"bytes"
	"compress/gzip"
	"flag"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/trustelem/zxcvbn/frequency"
)

var update = flag.Bool("update", false, "write the word list anew")

// zxcvbns is the list as it follows from zxcvbn's: the best rank of each word.
func zxcvbns() string {
	ranks := map[string]int{}
	for _, list := range frequency.FrequencyLists {
		for i, word := range list {
			if rank, has := ranks[word]; !has || i+1 < rank {
				ranks[word] = i + 1
			}
		}
	}
	var b strings.Builder
	for _, word := range slices.Sorted(maps.Keys(ranks)) {
		b.WriteByte('A' + byte(rankStep*math.Log10(float64(ranks[word]))))
		b.WriteString(word + "\n")
	}
	return b.String()
}

func TestWordListIsZxcvbns(t *testing.T) {
	want := zxcvbns()
	if *update {
		var zipped bytes.Buffer
		zip, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
		_, _ = zip.Write([]byte(want))
		_ = zip.Close()
		if err := os.WriteFile("wordlist/words.gz", zipped.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		packed = zipped.Bytes()
	}
	if unpack() != want {
		t.Error("wordlist/words.gz is out of date: run this test with -update")
	}
	for line := range strings.Lines(want) {
		if len(line) > longestWord+2 {
			t.Errorf("longer than longestWord: %q", line)
		}
	}
}

func TestRanks(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]float64{"the": 0, "password": 0.25, "123456": 0} {
		if rank, ok := rankOf(word); !ok || rank != want {
			t.Errorf("%s: %v, %v, want %v", word, rank, ok, want)
		}
	}
	for _, word := range []string{"", "\n", "xqzzv", "zzzzzzzzzzzzzzzzzzzz"} {
		if _, ok := rankOf(word); ok {
			t.Errorf("%q stands in the list", word)
		}
	}
}
