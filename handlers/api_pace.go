package handlers

import (
	"sync"
	"time"

	"holdfast/models"
)

// pace bounds how often each token may call within a minute. Each process
// counts for itself: it protects the process.
type pace struct {
	most  int
	mu    sync.Mutex
	since time.Time
	steps map[models.ID]int
}

// mostCalls is how many calls within a minute a token has.
const mostCalls = 300

func newPace(most int) *pace { return &pace{most: most, steps: map[models.ID]int{}} }

// step counts a call, or says that it is one too many.
func (p *pace) step(who models.Actor, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if age := now.Sub(p.since); age >= time.Minute || age < 0 {
		p.since = now
		clear(p.steps)
	}
	if p.steps[who.TokenID] >= p.most {
		e := models.Fail(models.RateLimited, "This token has called %d times within a minute. Wait, then go on.", p.most)
		e.RetryAfter = p.since.Add(time.Minute).Sub(now)
		return e
	}
	p.steps[who.TokenID]++
	return nil
}
