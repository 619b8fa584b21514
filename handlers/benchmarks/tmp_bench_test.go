package benchmarks

import "testing"

func BenchmarkTmp(b *testing.B) {
	t := &table{}
	for _, p := range places(b) {
		benchTransfer(b, t, p)
	}
	t.print(b, "")
}
