package benchmarks

import (
	"fmt"
	"net/url"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"holdfast/models"
)

const phrase = "correct horse battery staple 9"

// benchSignIn is one sign-in over HTTP, and a storm of 16.
func benchSignIn(b *testing.B, t *table, p *place, binary string) {
	link, err := p.People.AddFromHost(b.Context(), models.NewUser{Name: "guest", Email: "guest@example.org", Rank: models.PlainMember})
	if err != nil {
		b.Fatal(err)
	}
	if err := p.People.UseLink(b.Context(), models.Actor{}, link.Token, phrase); err != nil {
		b.Fatal(err)
	}
	s := holdfast(b, binary, p.URL, p.KeyFile)
	idle := still(s.pid)
	form := url.Values{"login": {"guest@example.org"}, "password": {phrase}}
	ours := side{"ours", visiting(s, postRequest(s.at, "/sign-in", form), 303), p.with(s.pid)}
	hash := side{"hash", func(testing.TB) func() error {
		return func() error {
			argon2.IDKey([]byte(phrase), []byte("0123456789abcdef"), 2, 19*1024, 1, 32)
			return nil
		}
	}, selfCPU}

	got := compare(b, 1, ours, hash)
	t.rates(job("sign-in", p, 1), got["ours"], got["hash"], 0, 1.15)

	forgetPeak(s.pid)
	storm := compare(b, 16, ours)["ours"]
	cores := runtime.GOMAXPROCS(0)
	single, _, _ := median(got["hash"], rate)
	o, least, most := median(storm, rate)
	limit := float64(cores) * single
	t.line(job("sign-in", p, 16), "a second", spread(o, least, most), fmt.Sprintf("%.0f, cores ÷ hash time", limit), fmt.Sprintf("%.2f", o/limit), "≥ 0.85", o/limit >= 0.85)
	t.rates(job("sign-in", p, 16)+", beside one hash alone", storm, got["hash"], 0, 0)
	slow, _, _ := median(storm, tail)
	t.line(job("sign-in", p, 16), "99 of 100 within", slow.Round(time.Millisecond).String(), "", "", "", false)
	t.most(job("sign-in", p, 16), "MiB over idle", memory(s.pid, "VmHWM")-idle, 64, "%.1f", "")
}

// forgetPeak makes VmHWM begin anew.
func forgetPeak(pid int) { _ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) }
