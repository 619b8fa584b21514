package seal_test

import (
	"errors"
	"testing"

	"holdfast/models/internal/seal"
)

func FuzzOpen(f *testing.F) {
	r := ring(f, "one", "two")
	f.Add([]byte(nil), "t", "c", "r")
	f.Add([]byte("\x01\x03one"), "t", "c", "r")
	f.Add([]byte("\x01\xffone"), "t", "c", "r")
	f.Add([]byte(r.Seal([]byte("s3cret"), here)), "t", "c", "r")
	f.Fuzz(func(t *testing.T, blob []byte, table, column, row string) {
		at := seal.Place{Table: table, Column: column, Row: row}
		if at == here {
			return
		}
		if _, err := r.Open(blob, at); !errors.Is(err, seal.ErrBroken) && !errors.Is(err, seal.ErrUnknownKey) {
			t.Errorf("opened: %v", err)
		}
	})
}

func BenchmarkSeal1K(b *testing.B) {
	r, plain := ring(b, "one"), make([]byte, 1024)
	b.ReportAllocs()
	for b.Loop() {
		r.Seal(plain, here)
	}
}

func BenchmarkOpen1K(b *testing.B) {
	r := ring(b, "one")
	blob := r.Seal(make([]byte, 1024), here)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Open(blob, here); err != nil {
			b.Fatal(err)
		}
	}
}
