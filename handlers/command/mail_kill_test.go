package command_test

import (
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"holdfast/models/modelstest"
	"holdfast/web/post/smtptest"
)

// later is when a letter that a killed program had claimed is due again.
const later = 6 * time.Minute

// held has the mail server fall silent at a step, and tells when somebody is there.
func held(s *smtptest.Server, step string) <-chan struct{} {
	there, once := make(chan struct{}), sync.Once{}
	s.Answer(func(at, _ string) error {
		if at != step {
			return nil
		}
		once.Do(func() { close(there) })
		return smtptest.Silence
	})
	return there
}

// recover starts the program again, later and with a mail server that works,
// until no letter waits.
func (d desk) recover(t *testing.T, s *smtptest.Server, ahead time.Duration) {
	t.Helper()
	s.Answer(nil)
	d.o.ahead = ahead
	at := d.by(s).o.serve(t)
	d.drained(t)
	if code := at.end(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, &d.o.err)
	}
}

// A kill between the commit and the mail loses no letter. Only where the server
// has it already, and the program never learned of it, does it come again.
func TestKilledBeforeTheMailServerAnswers(t *testing.T) {
	t.Parallel()
	for step, copies := range map[string]int{"connect": 0, "mail": 0, "data": 0, "after-data": 1} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			eachDesk(t, func(t *testing.T, d desk) {
				s := smtptest.Start(t, smtptest.Options{})
				there := held(s, step)
				c := start(t, d.by(s).o)
				d.mustOffer(t, c.url, d.keys(t, d.ana, 3)...)
				told(t, "a letter is handed over", there)
				modelstest.Must(t, c.cmd.Process.Kill())
				_ = c.cmd.Wait()
				d.recover(t, s, later)
				d.wantMail(t, s, 6, copies)
				if n := len(s.Letters()); n != 6+copies {
					t.Errorf("%d letters came, want %d", n, 6+copies)
				}
			})
		})
	}
}

// A kill while the mail server can't be reached loses nothing either.
func TestKilledWithoutTheMailServer(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		d.o.env["HOLDFAST_SMTP_URL"] = "smtp://127.0.0.1:1?tls=none"
		c := start(t, d.o)
		d.mustOffer(t, c.url, d.keys(t, d.ana, 3)...)
		modelstest.Must(t, c.cmd.Process.Kill())
		_ = c.cmd.Wait()
		s := smtptest.Start(t, smtptest.Options{})
		d.recover(t, s, later)
		d.wantMail(t, s, 6, 0)
	})
}

// Killed again and again amid offers and letters, it has sent every letter of
// every offer in the end. A kill doubles one letter at most.
func TestKilledAmidOffersAndLetters(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		const rounds, stream = 4, 30
		s := smtptest.Start(t, smtptest.Options{})
		keys, confirmed := d.keys(t, d.ana, rounds*stream), 0
		for round := range rounds {
			c := start(t, d.by(s).o)
			kill := sync.OnceFunc(func() { _ = c.cmd.Process.Kill() })
			offers, steps := -1, int64(-1)
			if round%2 == 0 {
				offers = 1 + rand.IntN(stream-1)
			} else {
				steps = 1 + rand.Int64N(2*stream) // of its conversations with the mail server, each of five
			}
			t.Logf("killed after %d offers or %d steps", offers, steps)
			var seen atomic.Int64
			s.Answer(func(string, string) error {
				if seen.Add(1) == steps {
					kill()
				}
				return nil
			})
			confirmed += d.stream(c.url, keys[round*stream:(round+1)*stream], offers, kill)
			kill()
			_ = c.cmd.Wait()
		}
		before := len(s.Letters())
		d.recover(t, s, later)
		made := d.Count(t, `SELECT count(*) FROM transfers WHERE state = 'pending'`)
		if made < confirmed || confirmed == 0 {
			t.Errorf("%d offers were confirmed, %d are there", confirmed, made)
		}
		d.wantMail(t, s, 2*made, rounds)
		t.Logf("%d offers, %d letters before the last start, %d copies", made, before, len(s.Letters())-2*made)
	})
}

// stream offers keys from three sides until the program is dead; once n are
// confirmed, it is killed. It counts the confirmed ones.
func (d desk) stream(at string, keys []key, n int, kill func()) int {
	var all sync.WaitGroup
	var confirmed atomic.Int64
	for side := range 3 {
		all.Go(func() {
			for i := side; i < len(keys); i += 3 {
				if d.offer(at, keys[i]) != nil {
					return
				}
				if confirmed.Add(1) == int64(n) {
					kill()
				}
			}
		})
	}
	all.Wait()
	return int(confirmed.Load())
}

// Asked to stop while a letter is handed over, it waits a moment for the mail
// server and notes what it says.
func TestSIGTERMWhileALetterIsHandedOver(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		s := smtptest.Start(t, smtptest.Options{})
		there, goOn, once := make(chan struct{}), make(chan struct{}), sync.Once{}
		s.Answer(func(step, _ string) error {
			if step == "after-data" {
				once.Do(func() { close(there) })
				select {
				case <-goOn:
				case <-t.Context().Done():
				}
			}
			return nil
		})
		c := start(t, d.by(s).o)
		d.mustOffer(t, c.url, d.keys(t, d.ana, 2)...)
		told(t, "a letter is handed over", there)
		modelstest.Must(t, c.cmd.Process.Signal(syscall.SIGTERM))
		refuses(t, c.url)
		close(goOn)
		if err := c.cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, c.errs)
		}
		if n := d.Count(t, `SELECT count(*) FROM letters WHERE state = 'sent'`); n == 0 || n != len(s.Letters()) {
			t.Errorf("%d letters came, %d are noted as sent", len(s.Letters()), n)
		}
		d.recover(t, s, 0) // nothing has to wait for another try
		d.wantMail(t, s, 4, 0)
	})
}

// A mail server that says nothing does not keep it from ending.
func TestSIGTERMWhileTheMailServerIsSilent(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d desk) {
		s := smtptest.Start(t, smtptest.Options{})
		there := held(s, "data")
		c := start(t, d.by(s).o)
		d.mustOffer(t, c.url, d.keys(t, d.ana, 2)...)
		told(t, "a letter is handed over", there)
		began := time.Now()
		modelstest.Must(t, c.cmd.Process.Signal(os.Interrupt))
		if err := c.cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, c.errs)
		}
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("it took %v to end", took)
		}
		if n := d.Count(t, `SELECT count(*) FROM letters WHERE state = 'queued' AND outcome LIKE 'Sending was stopped%'`); n != 1 {
			t.Errorf("%d letters are noted as stopped", n)
		}
		d.recover(t, s, 2*time.Minute)
		d.wantMail(t, s, 4, 0)
	})
}

// Two replicas share the work, and no letter goes twice.
func TestTwoReplicasSendEachLetterOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, modelstest.OnPostgres(t))
	s := smtptest.Start(t, smtptest.Options{})
	keys := d.keys(t, d.ana, 30)
	inside, both, once := atomic.Int64{}, make(chan struct{}), sync.Once{}
	s.Answer(func(step, _ string) error {
		if step != "data" {
			return nil
		}
		if inside.Add(1) == 2 { // each replica hands over one letter at a time
			once.Do(func() { close(both) })
		}
		select {
		case <-both:
		case <-t.Context().Done():
		}
		inside.Add(-1)
		return nil
	})
	one, other := d.by(s).o.serve(t), d.by(s).o.serve(t)
	var all sync.WaitGroup
	for i, at := range []*serving{one, other} {
		all.Go(func() {
			for _, k := range keys[15*i : 15*i+15] {
				if err := d.offer(at.url, k); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	told(t, "both replicas hand letters over", both)
	d.drained(t)
	for _, at := range []*serving{one, other} {
		if code := at.end(t); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
	d.wantMail(t, s, 60, 0)
}
