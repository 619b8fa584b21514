package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"holdfast/jobs"
)

// started runs the job for a while in a bubble of its own clock, and gives
// back when its work began, and the log.
func started(t *testing.T, j jobs.Job, span time.Duration) (runs []time.Duration, log string) {
	t.Helper()
	var out bytes.Buffer
	j.Name, j.Log = "purge", slog.New(slog.NewTextHandler(&out, nil))
	work, begin := j.Work, time.Now()
	j.Work = func(ctx context.Context) (int, error) {
		runs = append(runs, time.Since(begin))
		return work(ctx)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		jobs.Every(ctx, j)
	}()
	time.Sleep(span)
	stop()
	<-done
	return runs, out.String()
}

func nothing(context.Context) (int, error) { return 0, nil }

func TestWorkRunsAtStartAndThenEachPeriod(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		runs, log := started(t, jobs.Job{Period: time.Hour, Work: nothing}, 3*time.Hour+time.Minute)
		if !slices.Equal(runs, []time.Duration{0, time.Hour, 2 * time.Hour, 3 * time.Hour}) {
			t.Errorf("ran at %v", runs)
		}
		if log != "" {
			t.Errorf("a run that did nothing is logged: %s", log)
		}
	})
}

func TestLongWorkDoesNotOverlapNorPileUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		running := 0
		runs, _ := started(t, jobs.Job{Period: time.Hour, Timeout: 5 * time.Hour, Work: func(context.Context) (int, error) {
			if running++; running > 1 {
				t.Error("two runs at once")
			}
			time.Sleep(90 * time.Minute)
			running--
			return 0, nil
		}}, 4*time.Hour)
		if !slices.Equal(runs, []time.Duration{0, 90 * time.Minute, 180 * time.Minute}) {
			t.Errorf("ran at %v", runs)
		}
	})
}

func TestEveryReturnsOnlyWhenTheWorkHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := false
		_, log := started(t, jobs.Job{Period: time.Hour, Work: func(ctx context.Context) (int, error) {
			<-ctx.Done()
			time.Sleep(time.Second) // it tidies up
			ended = true
			return 0, ctx.Err()
		}}, time.Minute)
		if !ended {
			t.Error("it returned while the work was running")
		}
		if log != "" {
			t.Errorf("stopping the program is logged as a failure: %s", log)
		}
	})
}

func TestStoppedBeforeItStartsRunsNothing(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	jobs.Every(ctx, jobs.Job{Period: time.Hour, Work: func(context.Context) (int, error) {
		t.Error("it ran")
		return 0, nil
	}})
}

func TestRunIsCutOffAtItsTimeout(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[time.Duration]time.Duration{time.Minute: time.Minute, 0: time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			var took []time.Duration
			_, log := started(t, jobs.Job{Period: time.Hour, Timeout: timeout, Work: func(ctx context.Context) (int, error) {
				began := time.Now()
				<-ctx.Done()
				took = append(took, time.Since(began))
				return 0, ctx.Err()
			}}, 90*time.Minute)
			if took[0] != want || len(took) != 2 {
				t.Errorf("timeout %v: runs took %v", timeout, took)
			}
			if !strings.Contains(log, "job failed") {
				t.Errorf("timeout %v: log %q", timeout, log)
			}
		})
	}
}

func TestFailureAndPanicAreLoggedAndTheNextRunComes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		work func() (int, error)
		want []string
	}{
		"error":     {func() (int, error) { return 2, errors.New("disk full") }, []string{"job=purge", "disk full", "count=2"}},
		"panic":     {func() (int, error) { panic("no such row") }, []string{"job=purge", "no such row", "stack=", "every_test.go"}},
		"nil panic": {func() (int, error) { panic(nil) }, []string{"job=purge", "stack="}},
		"success":   {func() (int, error) { return 7, nil }, []string{"level=INFO", "job=purge", "count=7"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			runs, log := started(t, jobs.Job{Period: time.Hour, Work: func(context.Context) (int, error) { return c.work() }}, 90*time.Minute)
			if len(runs) != 2 {
				t.Errorf("%s: ran %d times, want 2", name, len(runs))
			}
			for _, want := range c.want {
				if !strings.Contains(log, want) {
					t.Errorf("%s: the log lacks %q: %s", name, want, log)
				}
			}
		})
	}
}

func TestDriftStaysWithinATenth(t *testing.T) {
	t.Parallel()
	for unit, want := range map[float64]time.Duration{0: 90 * time.Minute, 0.5: 100 * time.Minute, 1: 110 * time.Minute} {
		if got := jobs.Drift(func() float64 { return unit })(100 * time.Minute); got.Round(time.Second) != want {
			t.Errorf("%v: %v, want %v", unit, got, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		early := jobs.Drift(func() float64 { return 0 })
		runs, _ := started(t, jobs.Job{Period: 100 * time.Minute, Jitter: early, Work: nothing}, 100*time.Minute)
		if !slices.Equal(runs, []time.Duration{0, 90 * time.Minute}) {
			t.Errorf("ran at %v", runs)
		}
	})
}

func TestAJobThatIsWokenRunsBeforeItsPeriodIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{}, 1)
		go func() {
			for _, after := range []time.Duration{10 * time.Minute, time.Minute, 2 * time.Hour} {
				time.Sleep(after)
				wake <- struct{}{}
			}
		}()
		runs, _ := started(t, jobs.Job{Period: time.Hour, Wake: wake, Work: nothing}, 3*time.Hour)
		// The period starts anew with each run.
		want := []time.Duration{0, 10 * time.Minute, 11 * time.Minute, 71 * time.Minute, 131 * time.Minute, 131 * time.Minute}
		if !slices.Equal(runs, want) {
			t.Errorf("ran at %v, want %v", runs, want)
		}
	})
}

func TestWhatComesWhileAJobIsAtWorkWakesItOnceAfterwards(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wake, running := make(chan struct{}, 1), 0
		tell := func() {
			select {
			case wake <- struct{}{}:
			default: // it knows
			}
		}
		runs, _ := started(t, jobs.Job{Period: time.Hour, Wake: wake, Work: func(context.Context) (int, error) {
			if running++; running == 1 {
				time.Sleep(time.Minute)
				tell()
				tell()
				tell()
				time.Sleep(time.Minute)
			}
			return 0, nil
		}}, 30*time.Minute)
		if !slices.Equal(runs, []time.Duration{0, 2 * time.Minute}) {
			t.Errorf("ran at %v", runs)
		}
	})
}

func TestAStoppedJobIsNotWoken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{}, 1)
		runs, _ := started(t, jobs.Job{Period: time.Hour, Wake: wake, Work: func(ctx context.Context) (int, error) {
			<-ctx.Done()
			wake <- struct{}{} // the last thing it does
			return 0, ctx.Err()
		}}, time.Minute)
		if len(runs) != 1 {
			t.Errorf("ran at %v", runs)
		}
	})
}
