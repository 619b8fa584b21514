package modelstest

import (
	"encoding/base32"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/factors"
	"holdfast/models/internal/totp"
)

// Phone is an app that shows codes. It remembers which one it showed last, since
// none is taken twice.
type Phone struct {
	secret []byte
	Codes  []string // the recovery codes that came with it

	mu   sync.Mutex
	last int64
}

// NewPhone is the app that has read a secret as a page shows it.
func NewPhone(t testing.TB, spelled string) *Phone {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.Join(strings.Fields(spelled), ""))
	if err != nil || len(secret) == 0 {
		t.Fatalf("%q is no secret of an app: %v", spelled, err)
	}
	return &Phone{secret: secret}
}

// Next is the earliest code that is taken at that time and was not shown yet,
// and how long to wait until it is: seldom more than nothing.
func (p *Phone) Next(at time.Time) (code string, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	const slow = 3 * time.Second // what a page may take to come in
	p.last = max(p.last+1, totp.Step(at.Add(slow))-1)
	if early := p.last - 1 - totp.Step(at); early > 0 {
		wait = time.Unix((p.last-1)*30, 0).Sub(at)
	}
	return p.At(p.last), wait
}

// At is the code of a step.
func (p *Phone) At(step int64) string {
	code, err := totp.Code(p.secret, step)
	if err != nil {
		return err.Error()
	}
	return code
}

// Step is the number of the half minute in which at lies.
func Step(at time.Time) int64 { return totp.Step(at) }

// Shows is the next code of the phone, which must be good at the house's time.
func (h *House) Shows(t testing.TB, p *Phone) string {
	t.Helper()
	code, wait := p.Next(h.Clock.Now())
	if wait > 0 {
		t.Fatalf("every code of this minute was shown: let the clock pass %s", wait)
	}
	return code
}

// Enrol gives somebody a second factor and recovery codes.
func (h *House) Enrol(t testing.TB, who models.Actor) *Phone {
	t.Helper()
	e, err := h.Factors.Begin(t.Context(), who, "")
	Must(t, err)
	p := NewPhone(t, e.Secret)
	p.Codes, err = h.Factors.Add(t.Context(), who, factors.Given{Sealed: e.Sealed, Label: "Phone", Code: h.Shows(t, p)})
	Must(t, err)
	return p
}
