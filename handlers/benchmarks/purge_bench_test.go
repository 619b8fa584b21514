package benchmarks

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/app"
)

const dueRows = 10_000

// benchPurge erases 10,000 due credentials while one browser turns pages.
func benchPurge(b *testing.B, t *table, p *place, binary string) {
	s := holdfast(b, binary, p.URL, p.KeyFile)
	pages := side{"pages", visiting(s, getRequest(s.at, "/credentials", p.cookie), 200), p.with(s.pid)}
	leaver := p.Person(b, "leaver", models.PlainMember)
	quiet, _, _ := median([]figure{measure(b, 1, pages), measure(b, 1, pages), measure(b, 1, pages)}, tail)
	var ours, floor []purged
	for range rounds {
		ours = append(ours, p.whilePaging(b, pages, leaver, p.purgeOurs))
		floor = append(floor, p.whilePaging(b, pages, leaver, p.purgeFloor))
	}
	speed := func(x purged) float64 { return dueRows / x.took.Seconds() }
	longest := func(x purged) float64 { return float64(x.longest) / 1e6 }
	o, oLeast, oMost := median(ours, speed)
	f, fLeast, fMost := median(floor, speed)
	t.line(job("purge of 10,000", p, 0), "rows a second", spread(o, oLeast, oMost), spread(f, fLeast, fMost), fmt.Sprintf("%.2f", o/f), "≥ 20000", o >= 20000)
	o, oLeast, oMost = median(ours, longest)
	f, fLeast, fMost = median(floor, longest)
	t.line(job("purge of 10,000", p, 0), "longest batch, ms", spread(o, oLeast, oMost), spread(f, fLeast, fMost), "", "≤ 60", o <= 60)
	o, _, _ = median(ours, func(x purged) float64 { return float64(x.page) / 1e6 })
	t.line(job("pages during the purge", p, 0), "99 of 100 within, ms", fmt.Sprintf("%.1f", o), fmt.Sprintf("%.1f, quiet", float64(quiet)/1e6), fmt.Sprintf("%.2f", o/(float64(quiet)/1e6)), "", false)
}

// purged is what came of one purge.
type purged struct{ took, longest, page time.Duration }

// whilePaging runs a purge beside a browser that turns pages all the time.
func (p *place) whilePaging(b *testing.B, pages side, leaver models.Actor, purge func(*testing.B) (time.Duration, time.Duration)) purged {
	past := p.Clock.Now().Add(-time.Hour)
	p.add(b, leaver.UserID, dueRows, &past)
	turn := pages.open(b)
	ctx, stop := context.WithCancel(b.Context())
	var g sync.WaitGroup
	var took []time.Duration
	g.Go(func() {
		for ctx.Err() == nil {
			at := time.Now()
			if err := turn(); err != nil {
				b.Error(err)
				return
			}
			took = append(took, time.Since(at))
		}
	})
	all, longest := purge(b)
	stop()
	g.Wait()
	if left := p.Count(b, `SELECT count(*) FROM credentials WHERE owner_id = ?`, leaver.UserID); left != 0 || b.Failed() {
		b.Fatalf("%d rows are left", left)
	}
	return purged{all, longest, high(took)}
}

// high is what 99 of 100 stay within.
func high(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	return sorted(all)[len(all)*99/100]
}

// purgeOurs runs the job. Its clock is asked at the beginning of every
// transaction, so two askings in a row hold one batch between them.
func (p *place) purgeOurs(b *testing.B) (took, longest time.Duration) {
	var mu sync.Mutex
	last := time.Time{}
	clock := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		if !last.IsZero() {
			longest = max(longest, now.Sub(last))
		}
		last = now
		return now
	}
	a, err := app.Open(b.Context(), app.Deps{
		DatabaseURL: p.URL, Keys: app.Keys{File: p.KeyFile}, Now: clock, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	at := time.Now()
	last = time.Time{}
	n, err := a.Purge.Run(b.Context())
	if err != nil || n.Deleted != dueRows {
		b.Fatalf("purged %+v, %v", n, err)
	}
	return time.Since(at), longest
}
