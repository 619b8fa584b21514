package benchmarks

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	rounds = 3
	warmUp = 300 * time.Millisecond
	length = 1500 * time.Millisecond // of one measurement
)

// side is one of those that are compared: open gives each of the connections
// an operation of its own, and cpu is what the side has spent so far.
type side struct {
	name string
	open func(testing.TB) (op func() error)
	cpu  func() time.Duration
}

// figure is what came of one measurement.
type figure struct {
	perSecond float64
	p50, p99  time.Duration
	cpu       time.Duration // for one operation
}

// compare measures the sides in turn, round after round.
func compare(b *testing.B, conns int, sides ...side) map[string][]figure {
	b.Helper()
	all := map[string][]figure{}
	for range rounds {
		for _, s := range sides {
			all[s.name] = append(all[s.name], measure(b, conns, s))
		}
	}
	return all
}

func measure(b *testing.B, conns int, s side) figure {
	b.Helper()
	ops := make([]func() error, conns)
	for i := range ops {
		ops[i] = s.open(b)
	}
	spin(b, ops, warmUp)
	before, begun := s.cpu(), time.Now()
	took := spin(b, ops, length)
	wall, spent := time.Since(begun), s.cpu()-before
	n := len(took)
	if n == 0 {
		b.Fatalf("%s: nothing was done in %v", s.name, wall)
	}
	slices.Sort(took)
	return figure{float64(n) / wall.Seconds(), took[n/2], took[n*99/100], spent / time.Duration(n)}
}

// spin runs every op again and again for so long, and says how long each took.
func spin(b *testing.B, ops []func() error, long time.Duration) []time.Duration {
	b.Helper()
	var (
		g    sync.WaitGroup
		mu   sync.Mutex
		all  []time.Duration
		stop = time.Now().Add(long)
	)
	for _, op := range ops {
		g.Go(func() {
			var took []time.Duration
			for at := time.Now(); at.Before(stop); {
				if err := op(); err != nil {
					b.Error(err)
					break
				}
				now := time.Now()
				took = append(took, now.Sub(at))
				at = now
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	g.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return all
}

// selfCPU is what this process has spent.
func selfCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cpuOf is what a process has spent, in the kernel's ticks of 10 ms.
func cpuOf(pid int) time.Duration {
	ticks := number(statOf(pid), 11) + number(statOf(pid), 12)
	return time.Duration(ticks) * 10 * time.Millisecond
}

// childrenCPU is what the processes of a parent have spent, those that ended
// and were waited for too: all of a Postgres server.
func childrenCPU(parent int) (total time.Duration) {
	if parent == 0 {
		return 0
	}
	stat := statOf(parent)
	total = time.Duration(number(stat, 13)+number(stat, 14)) * 10 * time.Millisecond
	list, _ := os.ReadDir("/proc")
	for _, e := range list {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && number(statOf(pid), 1) == int64(parent) {
			total += cpuOf(pid)
		}
	}
	return total
}

// statOf are the fields of /proc/PID/stat from the state on, or none.
func statOf(pid int) []string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := strings.Cut(string(text), ") ")
	return strings.Fields(after)
}

func number(fields []string, at int) int64 {
	if at >= len(fields) {
		return 0
	}
	n, _ := strconv.ParseInt(fields[at], 10, 64)
	return n
}

// memory is a line of /proc/PID/status, such as VmRSS, in MiB.
func memory(pid int, line string) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for l := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(l, line+":"); ok {
			return float64(number(strings.Fields(rest), 0)) / 1024
		}
	}
	return 0
}

// median of the figures by one of their values, and the least and the most.
func median[T cmp.Ordered, F any](list []F, value func(F) T) (mid, least, most T) {
	all := make([]T, 0, len(list))
	for _, f := range list {
		all = append(all, value(f))
	}
	slices.Sort(all)
	return all[len(all)/2], all[0], all[len(all)-1]
}

func rate(f figure) float64       { return f.perSecond }
func cost(f figure) float64       { return float64(f.cpu) / 1e6 }
func tail(f figure) time.Duration { return f.p99 }
