package benchmarks

import (
	"fmt"
	"testing"
)

// BenchmarkGoals measures every promise once, on both databases, and prints
// the table. It takes its own time, whatever -benchtime says.
func BenchmarkGoals(b *testing.B) {
	t := &table{}
	all := places(b)
	binary := build(b)
	for _, p := range all {
		b.Run("start/"+p.name, func(b *testing.B) { benchStart(b, t, p, binary) })
	}
	for _, p := range all {
		b.Run("page/"+p.name, func(b *testing.B) { benchPage(b, t, p, binary) })
	}
	for _, p := range all {
		b.Run("list/"+p.name, func(b *testing.B) { benchList(b, t, p) })
	}
	for _, p := range all {
		b.Run("create/"+p.name, func(b *testing.B) { benchCreate(b, t, p) })
	}
	for _, p := range all {
		b.Run("transfer/"+p.name, func(b *testing.B) { benchTransfer(b, t, p) })
	}
	for _, p := range all {
		b.Run("read/"+p.name, func(b *testing.B) { benchRead(b, t, p) })
	}
	for _, p := range all {
		b.Run("signin/"+p.name, func(b *testing.B) { benchSignIn(b, t, p, binary) })
	}
	for _, p := range all {
		b.Run("purge/"+p.name, func(b *testing.B) { benchPurge(b, t, p, binary) })
	}
	for _, p := range all {
		b.Run("fetch64/"+p.name, func(b *testing.B) { benchFetch64(b, t, p) })
	}
	for _, p := range all {
		b.Run("token/"+p.name, func(b *testing.B) { benchToken(b, t, p) })
	}
	for _, p := range all {
		b.Run("ahead/"+p.name, func(b *testing.B) { benchAhead(b, t, p) })
	}
	t.print(b, all[len(all)-1].version)
}

// job names a line of the table.
func job(what string, p *place, conns int) string {
	if conns == 0 {
		return fmt.Sprintf("%s, %s", what, p.name)
	}
	return fmt.Sprintf("%s, %s, %d at once", what, p.name, conns)
}
