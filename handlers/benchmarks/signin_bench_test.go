package benchmarks

import (
	"fmt"
	"net/url"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"holdfast/models"
)

const phrase = "correct horse battery staple 9"

// storm is how many sign in at once.
const storm = 16

func guest(i int) string { return fmt.Sprintf("guest%d@example.org", i) }

// benchSignIn is one sign-in over HTTP, and a storm of 16.
func benchSignIn(b *testing.B, t *table, p *place, binary string) {
	for i := range storm {
		link, err := p.People.AddFromHost(b.Context(), models.NewUser{Name: "guest", Email: guest(i), Rank: models.PlainMember})
		if err != nil {
			b.Fatal(err)
		}
		if err := p.People.UseLink(b.Context(), models.Actor{}, link.Token, phrase); err != nil {
			b.Fatal(err)
		}
	}
	s := holdfast(b, binary, p.URL, p.KeyFile)
	idle := still(s.pid)
	var next atomic.Int64
	// Each connection signs in a guest of its own: of one login, so many tries at once
	// are not heard, right or wrong.
	ours := side{"ours", func(tb testing.TB) func() error {
		form := url.Values{"login": {guest(int(next.Add(1)) % storm)}, "password": {phrase}}
		return visiting(s, postRequest(s.at, "/sign-in", form), 303)(tb)
	}, p.with(s.pid)}
	hash := side{"hash", func(testing.TB) func() error {
		return func() error {
			argon2.IDKey([]byte(phrase), []byte("0123456789abcdef"), 2, 19*1024, 1, 32)
			return nil
		}
	}, selfCPU}

	got := compare(b, 1, ours, hash)
	t.rates(job("sign-in", p, 1), got["ours"], got["hash"], 0, 1.15)

	forgetPeak(s.pid)
	rush := compare(b, storm, ours)["ours"]
	cores := runtime.GOMAXPROCS(0)
	single, _, _ := median(got["hash"], rate)
	o, least, most := median(rush, rate)
	limit := float64(cores) * single
	t.line(job("sign-in", p, storm), "a second", spread(o, least, most), fmt.Sprintf("%.0f, cores ÷ hash time", limit), fmt.Sprintf("%.2f", o/limit), "≥ 0.85", o/limit >= 0.85)
	t.rates(job("sign-in", p, storm)+", beside one hash alone", rush, got["hash"], 0, 0)
	slow, _, _ := median(rush, tail)
	t.line(job("sign-in", p, storm), "99 of 100 within", slow.Round(time.Millisecond).String(), "", "", "", false)
	t.most(job("sign-in", p, storm), "MiB over idle", memory(s.pid, "VmHWM")-idle, 64, "%.1f", "")
}

// forgetPeak makes VmHWM begin anew.
func forgetPeak(pid int) { _ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) }
