// Package jobs runs work on a clock.
//
// It owns when work runs, that it never overlaps itself, that one run ends in
// time, and that neither an error nor a panic of one run stops the next. It
// refuses to know what the work is, and whether another replica runs it too:
// that is for a lease inside the work.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// Job is work to repeat.
type Job struct {
	Name    string
	Period  time.Duration                      // from the start of one run to the start of the next
	Timeout time.Duration                      // of one run; 0 is the period
	Jitter  func(time.Duration) time.Duration  // changes each wait, so that replicas drift apart; nil keeps the period
	Wake    <-chan struct{}                    // tells of work before the period is over; nil for never
	Work    func(context.Context) (int, error) // says how much it did
	Log     *slog.Logger
}

// Every runs the job at once and then each period, or when it is woken, until
// ctx ends. A run that
// takes longer than the period delays the next one; runs that were missed are
// not made up for. It returns only when no work is running.
func Every(ctx context.Context, j Job) {
	for ctx.Err() == nil {
		began := time.Now()
		j.once(ctx)
		wait := j.Period
		if j.Jitter != nil {
			wait = j.Jitter(wait)
		}
		if !j.sleep(ctx, wait-time.Since(began)) {
			return
		}
	}
}

// sleep says whether ctx is still on after d, or once the job was woken.
func (j Job) sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	case <-j.Wake:
		return true
	}
}

// once runs the work one time and logs how it went. What was cut short by the
// program's end is no failure.
func (j Job) once(ctx context.Context) {
	limit := j.Timeout
	if limit <= 0 {
		limit = j.Period
	}
	run, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	n, err := j.safely(run)
	switch {
	case err != nil && ctx.Err() == nil:
		j.Log.ErrorContext(ctx, "job failed", "job", j.Name, "count", n, "err", err)
	case n > 0:
		j.Log.InfoContext(ctx, "job done", "job", j.Name, "count", n)
	}
}

// safely turns a panic of the work into an error, with its stack in the log.
func (j Job) safely(ctx context.Context) (n int, err error) {
	defer func() {
		if what := recover(); what != nil {
			j.Log.ErrorContext(ctx, "job panicked", "job", j.Name, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", what)
		}
	}()
	return j.Work(ctx)
}

// Drift is a Jitter of up to a tenth of the period either way. unit gives a
// random number from 0 up to 1, such as rand.Float64.
func Drift(unit func() float64) func(time.Duration) time.Duration {
	return func(d time.Duration) time.Duration {
		return d + time.Duration((unit()-0.5)*0.2*float64(d))
	}
}
