package benchmarks

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// table gathers the lines of the report.
type table struct{ lines []string }

// line adds what was measured, ours beside the floor, and the goal.
func (t *table) line(job, what, ours, floor, ratio, goal string, met bool) {
	word := "no"
	switch {
	case goal == "":
		word = "–"
	case met:
		word = "yes"
	}
	t.lines = append(t.lines, fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |", job, what, ours, floor, ratio, goal, word))
}

// rates adds a line for operations in a second and, with cpuMost over 0, one
// for the time of the processors that an operation takes.
func (t *table) rates(job string, ours, floor []figure, least, cpuMost float64) {
	o, oLeast, oMost := median(ours, rate)
	f, fLeast, fMost := median(floor, rate)
	goal := ""
	if least > 0 {
		goal = fmt.Sprintf("≥ %.2f", least)
	}
	t.line(job, "a second", spread(o, oLeast, oMost), spread(f, fLeast, fMost), fmt.Sprintf("%.2f", o/f), goal, o/f >= least)
	oc, ocLeast, ocMost := median(ours, cost)
	fc, fcLeast, fcMost := median(floor, cost)
	goal = ""
	if cpuMost > 0 {
		goal = fmt.Sprintf("≤ %.2f", cpuMost)
	}
	t.line(job, "CPU, ms", fine(oc, ocLeast, ocMost), fine(fc, fcLeast, fcMost), fmt.Sprintf("%.2f", oc/fc), goal, oc/fc <= cpuMost)
}

// alone adds both lines of rates for what has nothing beside it.
func (t *table) alone(job string, ours []figure) {
	o, least, most := median(ours, rate)
	t.line(job, "a second", spread(o, least, most), "", "", "", false)
	o, least, most = median(ours, cost)
	t.line(job, "CPU, ms", fine(o, least, most), "", "", "", false)
}

// most adds a line for a value that must not exceed a limit.
func (t *table) most(job, what string, value, limit float64, format, floor string) {
	t.line(job, what, fmt.Sprintf(format, value), floor, "", "≤ "+fmt.Sprintf(format, limit), value <= limit)
}

func spread(mid, least, most float64) string {
	return fmt.Sprintf("%.0f (%.0f–%.0f)", mid, least, most)
}

func fine(mid, least, most float64) string {
	return fmt.Sprintf("%.3f (%.3f–%.3f)", mid, least, most)
}

// print shows the table and, where asked, puts it into a file.
func (t *table) print(tb testing.TB, postgres string) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %d cores (%s), %s, %s. Each figure is the median of %d rounds, with the least and the most.\n\n",
		time.Now().UTC().Format(time.DateOnly), runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU(), processor(), runtime.Version(), postgres, rounds)
	b.WriteString("| job | measured | ours | floor | ours ÷ floor | goal | met |\n| --- | --- | ---: | ---: | ---: | --- | --- |\n")
	b.WriteString(strings.Join(t.lines, "\n") + "\n")
	fmt.Println("\n" + b.String())
	if to := os.Getenv("HOLDFAST_BENCH_TO"); to != "" {
		keep(tb, filepath.Join(root, to), b.String())
	}
}

// root is the root of the module, seen from here.
const root = "../.."

const begin, end = "<!-- figures -->\n", "<!-- end of figures -->"

func keep(tb testing.TB, path, text string) {
	old, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		tb.Fatalf("%s has no place for the figures", path)
	}
	if err := os.WriteFile(path, []byte(before+begin+"\n"+text+"\n"+end+after), 0o644); err != nil {
		tb.Fatal(err)
	}
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for l := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(l, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return "unknown"
}
