package benchmarks

import (
	"fmt"
	"testing"
	"time"
)

// benchPage is the owner's list, 50 of 10,000 rows, with everything that a
// request costs: the released binary over HTTP, signed in, all checks. There
// are two floors: one counts all rows on each request, as the one did by which
// the goal was set; the least asks two questions and draws the rows alone, and
// is there to be known, without a goal.
func benchPage(b *testing.B, t *table, p *place, binary string) {
	ours := holdfast(b, binary, p.URL, p.KeyFile)
	floor := floorServer(b, p.URL, "")
	counting := floorServer(b, p.URL, "1")
	get := func(s *program) side {
		return side{s.at, visiting(s, getRequest(s.at, "/credentials", p.cookie), 200), p.with(s.pid)}
	}
	for _, conns := range []int{1, 16} {
		got := compare(b, conns, get(ours), get(floor), get(counting))
		t.rates(job("credentials page, counting floor", p, conns), got[ours.at], got[counting.at], 0.9, 1.5)
		t.rates(job("credentials page, least floor", p, conns), got[ours.at], got[floor.at], 0, 0)
	}
	w, err := dial(ours.at)
	if err != nil {
		b.Fatal(err)
	}
	defer w.conn.Close()
	if err := w.send(getRequest(ours.at, "/credentials", p.cookie), false); err != nil {
		b.Fatal(err)
	}
	size := float64(w.last.bytes)
	if err := w.conn.Close(); err != nil {
		b.Fatal(err)
	}
	t.most(job("credentials page", p, 0), "KB", size/1000, 40, "%.1f", "")
	t.line(job("after the pages", p, 0), "MiB resident", fmt.Sprintf("%.1f", memory(ours.pid, "VmRSS")), "", "", "", false)
}

// benchStart is the binary on a migrated database: until its first page, its
// memory once it is still, and its size.
func benchStart(b *testing.B, t *table, p *place, binary string) {
	var took []time.Duration
	for range 9 {
		took = append(took, firstPage(b, p, binary))
	}
	mid, _, _ := median(took, func(d time.Duration) time.Duration { return d })
	t.most(job("cold start to the first 200", p, 0), "ms", float64(mid)/1e6, map[bool]float64{true: 150, false: 100}[p.pg], "%.0f", "")
	s := holdfast(b, binary, p.URL, p.KeyFile)
	t.most(job("at rest", p, 0), "MiB resident", still(s.pid), 32, "%.1f", "")
	if !p.pg {
		t.most("stripped binary", "MB", megabytes(b, binary), 30, "%.1f", "")
	}
}

func firstPage(b *testing.B, p *place, binary string) time.Duration {
	b.Helper()
	s := holdfast(b, binary, p.URL, p.KeyFile)
	defer s.stop()
	if err := visiting(s, getRequest(s.at, "/sign-in", ""), 200)(b)(); err != nil {
		b.Fatal(err)
	}
	return time.Since(s.begun)
}

// still is the memory of a process once it has not changed for a second, or
// after ten.
func still(pid int) float64 {
	was, same := memory(pid, "VmRSS"), 0
	for range 100 {
		time.Sleep(100 * time.Millisecond)
		now := memory(pid, "VmRSS")
		if same++; now != was {
			was, same = now, 0
		}
		if same == 10 {
			break
		}
	}
	return was
}
