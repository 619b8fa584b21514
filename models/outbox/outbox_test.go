package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/post"
	"holdfast/models/modelstest"
	"holdfast/models/outbox"
)

// yard is a house with an administrator and ben; letters to ben wait in its outbox.
type yard struct {
	*modelstest.House
	root, ben models.Actor
	office    post.Office
}

func play(t *testing.T, test func(*testing.T, yard)) {
	t.Helper()
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		test(t, yard{h, h.Person(t, "root", models.Administrator), h.Person(t, "ben", models.PlainMember), post.New(h.Ring(t))})
	})
}

// life is how long the links in this test live.
const life = 48 * time.Hour

// write leaves a letter with a link to ben in the outbox.
func (y yard) write(t *testing.T, token string) models.Letter {
	t.Helper()
	var l db.NewLetter
	modelstest.Must(t, y.DB.System(t.Context(), models.Actor{Job: "test"}, func(tx *db.SystemTx) (err error) {
		d := models.LetterDetails{Other: models.Party{Name: "ana"}, Things: []models.LetterThing{{Name: "c"}}}
		l = y.office.Letter(models.User{ID: y.ben.UserID, Name: "ben", Email: y.ben.Email}, models.OfferLetter, d)
		l, err = y.office.WithLink(l, token, tx.Now.Add(life))
		tx.Post(l)
		return err
	}))
	return l.Letter
}

// now is the letter as it stands in the outbox.
func (y yard) now(t *testing.T, id models.ID) outbox.Readable {
	t.Helper()
	list, _, err := y.Outbox.List(t.Context(), y.root, "", "")
	modelstest.Must(t, err)
	for _, l := range list {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("no letter %s", id)
	return outbox.Readable{}
}

// carried are the operations of a console that has a mail server.
func (y yard) carried() outbox.Ops {
	return outbox.New(y.DB, y.office, true, slog.New(slog.NewTextHandler(y.Log, nil)))
}

// tokens is how many letters have a token.
func (y yard) tokens(t *testing.T) int {
	t.Helper()
	return y.Count(t, `SELECT count(*) FROM letter_tokens`)
}

// server is a mail server that answers each letter with err and counts them.
type server struct {
	mu    sync.Mutex
	err   error
	tries map[models.ID]int
	token map[models.ID]string
}

func (s *server) carry(_ context.Context, l models.Letter, token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tries == nil {
		s.tries, s.token = map[models.ID]int{}, map[models.ID]string{}
	}
	s.tries[l.ID]++
	s.token[l.ID] = token
	return s.err
}

// deliver runs the job and says how many letters went.
func (y yard) deliver(t *testing.T, s *server) int {
	t.Helper()
	n, err := y.Outbox.Deliver(t.Context(), s.carry)
	modelstest.Must(t, err)
	return n
}

func TestALetterGoesOutOnceAndLeavesItsRecord(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l, s := y.write(t, "t0ken"), &server{}
		if y.deliver(t, s) != 1 || y.deliver(t, s) != 0 || s.tries[l.ID] != 1 || s.token[l.ID] != "t0ken" {
			t.Errorf("tries %v, tokens %v", s.tries, s.token)
		}
		got := y.now(t, l.ID)
		if got.State != models.LetterSent || got.Email != y.ben.Email || got.Subject != "ana offers you “c”" || got.Details != "" || got.Outcome != "" || got.Tries != 1 ||
			got.EndedAt == nil || !got.EndedAt.Equal(y.Clock.Now()) || got.Open || got.Token != "" {
			t.Errorf("what is left: %+v", got)
		}
		if y.tokens(t) != 0 {
			t.Error("the token is kept")
		}
	})
}

func TestLettersGoOutInTheOrderInWhichTheyWereWritten(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		for i := range 5 {
			y.write(t, fmt.Sprint("token ", i))
		}
		for i, l := range y.Mail(t) {
			if l.Token != fmt.Sprint("token ", i) {
				t.Errorf("%d: %s", i, l.Token)
			}
		}
	})
}

func busy() error { return models.Fail(models.Unavailable, "The mail server is busy: 451.") }

func TestATemporaryFailureBacksOff(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l, s := y.write(t, "t0ken"), &server{err: busy()}
		for try := 1; try <= 4; try++ {
			if y.deliver(t, s) != 0 || s.tries[l.ID] != try {
				t.Fatalf("try %d: %v", try, s.tries)
			}
			wait, _ := models.RetryIn(try)
			got := y.now(t, l.ID)
			if got.State != models.LetterQueued || got.Outcome != "The mail server is busy: 451." || !got.DueAt.Equal(y.Clock.Now().Add(wait)) || got.EndedAt != nil || got.Details == "" {
				t.Errorf("after try %d: %+v", try, got)
			}
			y.Clock.Pass(wait - time.Second)
			if y.deliver(t, s); s.tries[l.ID] != try {
				t.Error("tried again too early")
			}
			y.Clock.Pass(time.Second)
		}
		s.err = nil
		if y.deliver(t, s) != 1 || s.token[l.ID] != "t0ken" {
			t.Error("it did not go in the end")
		}
		if got := y.now(t, l.ID); got.State != models.LetterSent || got.Outcome != "" {
			t.Errorf("%+v", got)
		}
		if len(y.Events(t, l.ID.String())) != 0 {
			t.Error("waiting is no event")
		}
	})
}

func TestAPermanentFailureIsGivenUpAndSaysWhy(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l, s := y.write(t, "t0ken"), &server{err: models.Fail(models.Invalid, "The mail server refused it: 550 no such user.")}
		if y.deliver(t, s) != 0 {
			t.Error("it went")
		}
		y.Clock.Pass(7 * time.Hour)
		if y.deliver(t, s); s.tries[l.ID] != 1 {
			t.Errorf("tries %v", s.tries)
		}
		if got := y.now(t, l.ID); got.State != models.LetterFailed || got.Outcome != "The mail server refused it: 550 no such user." || got.EndedAt == nil || !got.Open || got.Token != "t0ken" {
			t.Errorf("%+v", got)
		}
		events, err := y.Audit.List(t.Context(), y.root, models.EventFilter{Name: models.LetterGivenUp})
		modelstest.Must(t, err)
		if len(events.Rows) != 1 || events.Rows[0].ActorName != "outbox" || events.Rows[0].ThingID != l.ID.String() || events.Rows[0].ThingName != l.Subject {
			t.Fatalf("events %+v", events.Rows)
		}
		if d := events.Rows[0].ReadDetails(); d.Note != "The mail server refused it: 550 no such user." || d.After["recipient"] != y.ben.Email {
			t.Errorf("%+v", d)
		}
		log := y.Log.String()
		if !strings.Contains(log, l.ID.String()) || !strings.Contains(log, "550 no such user") || strings.Contains(log+y.Dump(t), "t0ken") {
			t.Errorf("log %s", log)
		}
	})
}

func TestAnUnknownFailureIsToldWithoutItsText(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l, s := y.write(t, "t0ken"), &server{err: errors.New("dial tcp 10.0.0.1:25")}
		y.deliver(t, s)
		if got := y.now(t, l.ID); got.State != models.LetterQueued || got.Outcome != "It could not be handed to the mail server; the log says why." {
			t.Errorf("%+v", got)
		}
		if !strings.Contains(y.Log.String(), "dial tcp 10.0.0.1:25") {
			t.Error("the log does not say why")
		}
	})
}

func TestAfterTheLastTryALetterIsGivenUp(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l, s := y.write(t, "t0ken"), &server{err: busy()}
		y.Exec(t, `UPDATE letters SET good_until = NULL`) // so that only the tries end it
		for try := 1; ; try++ {
			y.deliver(t, s)
			wait, more := models.RetryIn(try)
			if !more {
				break
			}
			y.Clock.Pass(wait)
		}
		if got := y.now(t, l.ID); got.State != models.LetterFailed || got.Outcome != "The mail server is busy: 451." || got.Tries != s.tries[l.ID] || got.Tries != 17 {
			t.Errorf("%+v after %v", got, s.tries)
		}
	})
}

func TestALetterWhoseLinkIsDeadIsNotSent(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l, s := y.write(t, "t0ken"), &server{}
		y.Clock.Pass(life)
		if y.deliver(t, s) != 0 || len(s.tries) != 0 {
			t.Errorf("tries %v", s.tries)
		}
		if got := y.now(t, l.ID); got.State != models.LetterFailed || got.Outcome != models.TooLate {
			t.Errorf("%+v", got)
		}
		if y.tokens(t) != 0 {
			t.Error("the token is kept")
		}
		if len(y.Events(t, l.ID.String())) != 1 {
			t.Error("no event tells of it")
		}
	})
}

// claim takes the next letter and does nothing with it: a process that dies.
func (y yard) claim(t *testing.T) (w db.Waiting, found bool) {
	t.Helper()
	modelstest.Must(t, y.DB.System(t.Context(), models.Actor{Job: "outbox"}, func(tx *db.SystemTx) (err error) {
		w, found, err = tx.Claim(5 * time.Minute)
		return err
	}))
	return w, found
}

func TestALetterOfAProcessThatDiedIsCarriedByAnother(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l, s := y.write(t, "t0ken"), &server{}
		if w, found := y.claim(t); !found || w.ID != l.ID || w.Tries != 1 {
			t.Fatalf("claimed %+v", w)
		}
		if _, found := y.claim(t); found {
			t.Error("it was claimed twice")
		}
		other := y.Replica(t, "")
		for _, passed := range []time.Duration{0, 5*time.Minute - time.Second} {
			y.Clock.Pass(passed)
			if n, err := other.Outbox.Deliver(t.Context(), s.carry); n != 0 || err != nil || len(s.tries) != 0 {
				t.Errorf("carried while it was claimed: %d %v", n, err)
			}
		}
		y.Clock.Pass(time.Second)
		for range 2 {
			_, err := other.Outbox.Deliver(t.Context(), s.carry)
			modelstest.Must(t, err)
			y.deliver(t, s)
		}
		if s.tries[l.ID] != 1 || y.now(t, l.ID).State != models.LetterSent {
			t.Errorf("carried %v", s.tries)
		}
	})
}

func TestTwoReplicasCarryEachLetterOnce(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		const letters = 200
		for i := range letters {
			y.write(t, fmt.Sprint("token ", i))
		}
		s, sent, errs := &server{}, make([]int, 4), make([]error, 4)
		other := y.Replica(t, "")
		var all sync.WaitGroup
		for i := range sent {
			ops := y.Outbox
			if i%2 == 1 {
				ops = other.Outbox
			}
			all.Go(func() { sent[i], errs[i] = ops.Deliver(t.Context(), s.carry) })
		}
		all.Wait()
		modelstest.Must(t, errors.Join(errs...))
		// A replica that finds nothing free goes home; the last one leaves none.
		sent[0] += y.deliver(t, s)
		if sum := sent[0] + sent[1] + sent[2] + sent[3]; sum != letters || len(s.tries) != letters {
			t.Errorf("%v sent, %d letters carried", sent, len(s.tries))
		}
		for id, n := range s.tries {
			if n != 1 {
				t.Errorf("%s was carried %d times", id, n)
			}
		}
		if y.Count(t, `SELECT count(*) FROM letters WHERE state = 'sent' AND tries = 1`) != letters || y.tokens(t) != 0 {
			t.Error("not every letter is settled")
		}
	})
}

func (y yard) settle(t *testing.T, l models.Letter) {
	t.Helper()
	modelstest.Must(t, y.DB.System(t.Context(), models.Actor{Job: "outbox"}, func(tx *db.SystemTx) error { return tx.Settle(l) }))
}

func TestASlowCarrierDoesNotOverwriteANewerClaim(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l := y.write(t, "t0ken")
		slow, _ := y.claim(t)
		y.Clock.Pass(5 * time.Minute)
		if fresh, found := y.claim(t); !found || fresh.Tries != 2 {
			t.Fatalf("claimed %+v", fresh)
		}
		before := y.Dump(t)
		for _, err := range []error{nil, busy(), models.Fail(models.Invalid, "no")} {
			y.settle(t, slow.After(err, y.Clock.Now()))
		}
		if y.Dump(t) != before {
			t.Error("a claim that is over changed a row")
		}
		if y.tokens(t) != 1 {
			t.Error("the token is gone")
		}
		y.Clock.Pass(5 * time.Minute)
		s := &server{}
		if y.deliver(t, s) != 1 || s.token[l.ID] != "t0ken" {
			t.Error("it did not go in the end")
		}
		y.settle(t, slow.After(busy(), y.Clock.Now()))
		if y.now(t, l.ID).State != models.LetterSent {
			t.Error("what went is queued again")
		}
	})
}

func TestALetterThatIsOnItsWayIsSettledThoughTheProgramStops(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		for name, c := range map[string]struct {
			err   error
			state models.LetterState
			sent  int
		}{
			"taken": {nil, models.LetterSent, 1}, "not now": {busy(), models.LetterQueued, 0}, "refused": {models.Fail(models.Invalid, "no"), models.LetterFailed, 0},
		} {
			l, later := y.write(t, "t0ken"), y.write(t, "later")
			ctx, stop := context.WithCancel(t.Context())
			n, err := y.Outbox.Deliver(ctx, func(on context.Context, _ models.Letter, _ string) error {
				stop()
				if on.Err() != nil {
					t.Errorf("%s: it was cut short at once", name)
				}
				if _, bounded := on.Deadline(); !bounded {
					t.Errorf("%s: it may take for ever", name)
				}
				return c.err
			})
			if got := y.now(t, l.ID); n != c.sent || err != nil || got.State != c.state {
				t.Errorf("%s: %d sent, %v, %+v", name, n, err, got)
			}
			if got := y.now(t, later.ID); got.Tries != 0 {
				t.Errorf("%s: another one was begun: %+v", name, got)
			}
			y.Exec(t, `DELETE FROM letters`)
		}
	})
}

func TestAStoppedProgramBeginsNoLetter(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		y.write(t, "t0ken")
		ctx, stop := context.WithCancel(t.Context())
		stop()
		before := y.Dump(t)
		n, err := y.Outbox.Deliver(ctx, func(context.Context, models.Letter, string) error { t.Error("it did"); return nil })
		if n != 0 || err != nil || y.Dump(t) != before {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func TestWithoutItsKeyALetterWaits(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l, s := y.write(t, "t0ken"), &server{}
		y.Exec(t, `UPDATE letter_tokens SET sealed = ?`, append([]byte{1, 4}, "gone and more than that"...))
		y.deliver(t, s)
		got := y.now(t, l.ID)
		if len(s.tries) != 0 || got.State != models.LetterQueued || got.Outcome != "The link of this letter can't be opened: the key it was sealed with is missing." || got.Open {
			t.Errorf("%+v", got)
		}
	})
}
