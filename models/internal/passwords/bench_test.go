package passwords

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"
)

func BenchmarkBareArgon2id(b *testing.B) {
	for b.Loop() {
		argon2.IDKey([]byte(phrase), []byte("0123456789abcdef"), current.time, current.memory, current.threads, sumLength)
	}
}

func BenchmarkVerify(b *testing.B) {
	h := New(1, 0)
	stored, err := h.Hash(b.Context(), phrase)
	if err != nil {
		b.Fatal(err)
	}
	for name, hash := range map[string]string{"known": stored, "unknown": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := h.Verify(b.Context(), phrase, hash); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify16AtOnce(b *testing.B) {
	h := New(runtime.GOMAXPROCS(0), 16)
	for b.Loop() {
		var g sync.WaitGroup
		for range 16 {
			g.Go(func() {
				if _, _, err := h.Verify(b.Context(), phrase, ""); err != nil {
					b.Error(err)
				}
			})
		}
		g.Wait()
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/16*float64(runtime.GOMAXPROCS(0)), "ms-core/hash")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapSys>>20), "MiB-heap")
}

func ExampleHasher() {
	h := New(2, 16)
	stored, _ := h.Hash(context.Background(), phrase)
	ok, upgrade, err := h.Verify(context.Background(), phrase, stored)
	fmt.Println(ok, upgrade, err)
	// Output: true false <nil>
}
