package outbox_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/outbox"
	"holdfast/models/transfers"
)

func TestOnlyAdministratorsSeeTheOutbox(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l := y.write(t, "t0ken")
		liar := y.ben
		liar.Rank = models.Administrator
		for _, who := range []models.Actor{y.ben, liar} {
			list, next, err := y.Outbox.List(t.Context(), who, "", "")
			modelstest.Want(t, err, models.Forbidden)
			_, retried := y.carried().Retry(t.Context(), who, l.ID)
			modelstest.Want(t, retried, models.Forbidden)
			if len(list) != 0 || next != "" {
				t.Errorf("%v", list)
			}
		}
	})
}

// A newcomer without a mail server reads the letters here. With one, only those
// that it does not take can be read, to be passed on by other means.
func TestLettersAreReadableWhereNoMailServerTakesThem(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		ctx := t.Context()
		sent := y.write(t, "sent")
		y.Mail(t)
		failed := y.write(t, "failed")
		y.deliver(t, &server{err: models.Fail(models.Invalid, "no")})
		waiting := y.write(t, "waiting")
		if y.Outbox.Carried() || !y.carried().Carried() {
			t.Error("who has a mail server")
		}
		for carried, ops := range map[bool]outbox.Ops{false: y.Outbox, true: y.carried()} {
			list, _, err := ops.List(ctx, y.root, "", "")
			modelstest.Must(t, err)
			if len(list) != 3 || list[0].ID != waiting.ID || list[1].ID != failed.ID || list[2].ID != sent.ID {
				t.Fatalf("%+v", list)
			}
			for _, l := range list {
				open := !carried && l.ID == waiting.ID || l.ID == failed.ID
				token := map[models.ID]string{waiting.ID: "waiting", failed.ID: "failed"}[l.ID]
				if l.Open != open || open && l.Token != token || !open && l.Token != "" {
					t.Errorf("with a mail server %v: %+v", carried, l)
				}
			}
		}
	})
}

func TestTheOutboxIsListedByStateAndInPages(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		ctx := t.Context()
		for i := range models.PageSize + 2 {
			y.write(t, fmt.Sprint(i))
		}
		y.Mail(t)
		waiting := y.write(t, "waiting")
		for state, want := range map[models.LetterState]int{"": models.PageSize, "sent": models.PageSize, "queued": 1, "failed": 0, "odd": models.PageSize} {
			list, next, err := y.Outbox.List(ctx, y.root, state, "")
			modelstest.Must(t, err)
			if len(list) != want || (next != "") != (want == models.PageSize) {
				t.Errorf("%q: %d, next %q", state, len(list), next)
			}
		}
		first, next, err := y.Outbox.List(ctx, y.root, "", "")
		modelstest.Must(t, err)
		rest, end, err := y.Outbox.List(ctx, y.root, "", next)
		modelstest.Must(t, err)
		if len(rest) != 3 || end != "" || first[0].ID != waiting.ID || slices.ContainsFunc(rest, func(l outbox.Readable) bool { return l.ID == first[len(first)-1].ID }) {
			t.Errorf("%d more", len(rest))
		}
	})
}

func TestRetrying(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		ctx := t.Context()
		l, s := y.write(t, "t0ken"), &server{err: models.Fail(models.Invalid, "no")}
		y.deliver(t, s)
		_, err := y.Outbox.Retry(ctx, y.root, l.ID)
		modelstest.Want(t, err, models.Conflict) // no mail server
		ops := y.carried()
		_, err = ops.Retry(ctx, y.root, models.NewID())
		modelstest.Want(t, err, models.NotFound)
		got, err := ops.Retry(ctx, y.root, l.ID)
		modelstest.Must(t, err)
		select {
		case <-ops.Queued():
		default:
			t.Error("the job is not woken")
		}
		if now := y.now(t, l.ID); got.ID != l.ID || now.State != models.LetterQueued || now.Tries != 0 || now.EndedAt != nil || !now.DueAt.Equal(y.Clock.Now()) {
			t.Errorf("%+v", now)
		}
		s.err = busy()
		y.deliver(t, s)
		y.Clock.Pass(time.Second)
		_, err = ops.Retry(ctx, y.root, l.ID) // it waits for its next try, and need not
		modelstest.Must(t, err)
		s.err = nil
		if y.deliver(t, s) != 1 || s.tries[l.ID] != 3 || s.token[l.ID] != "t0ken" {
			t.Errorf("tries %v", s.tries)
		}
		_, err = ops.Retry(ctx, y.root, l.ID)
		modelstest.Want(t, err, models.Conflict) // sent
		if events := y.Events(t, l.ID.String()); !slices.Equal(events, []string{models.LetterGivenUp, models.LetterTriedAgain, models.LetterTriedAgain}) {
			t.Errorf("events %v", events)
		}
		late := y.write(t, "late")
		y.Clock.Pass(life)
		before := y.Dump(t)
		_, err = ops.Retry(ctx, y.root, late.ID)
		modelstest.Want(t, err, models.Conflict)
		if y.Dump(t) != before {
			t.Error("a refusal left something behind")
		}
	})
}

// A letter that somebody is handing over at this moment is not handed over by
// another as well.
func TestALetterThatIsOnItsWayIsNotRetried(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		ctx, ops := t.Context(), y.carried()
		l := y.write(t, "t0ken")
		for round := range 2 {
			w, found := y.claim(t)
			if !found {
				t.Fatal("it can't be claimed")
			}
			_, err := ops.Retry(ctx, y.root, l.ID)
			modelstest.Want(t, err, models.Conflict)
			if _, found := y.claim(t); found {
				t.Error("two carry it at the same time")
			}
			y.Clock.Pass(time.Second)
			if round == 0 {
				y.settle(t, w.After(busy(), y.Clock.Now()))
				_, err = ops.Retry(ctx, y.root, l.ID)
				modelstest.Must(t, err)
			}
		}
		y.Clock.Pass(5 * time.Minute) // who had it died
		_, err := ops.Retry(ctx, y.root, l.ID)
		modelstest.Must(t, err)
		if s := (&server{}); y.deliver(t, s) != 1 {
			t.Error("it did not go in the end")
		}
	})
}

func TestSweeping(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		ctx := t.Context()
		sweep := func(want int) {
			t.Helper()
			if n, err := y.Outbox.Sweep(ctx); n != want || err != nil {
				t.Errorf("swept %d, want %d, %v", n, want, err)
			}
		}
		sent := y.write(t, "sent")
		y.Mail(t)
		failed := y.write(t, "failed")
		y.deliver(t, &server{err: models.Fail(models.Invalid, "no")})
		waiting, endless := y.write(t, "waiting"), y.write(t, "endless")
		y.Exec(t, `UPDATE letters SET good_until = NULL WHERE id = ?`, endless.ID)
		y.Exec(t, `INSERT INTO attempts (name, since, count) VALUES ('x', ?, 3)`, y.Clock.Now())
		sweep(0)
		if y.tokens(t) != 3 { // of all but the one that went
			t.Errorf("%d tokens", y.tokens(t))
		}
		y.Clock.Pass(24 * time.Hour)
		sweep(1) // the count of tries
		y.Clock.Pass(life - 24*time.Hour)
		sweep(1) // the letter whose link is dead
		if got := y.now(t, waiting.ID); got.State != models.LetterFailed || got.Outcome != models.TooLate || got.EndedAt == nil {
			t.Errorf("%+v", got)
		}
		if got := y.now(t, endless.ID); got.State != models.LetterQueued {
			t.Errorf("%+v", got)
		}
		if y.tokens(t) != 1 { // of the one that never dies
			t.Errorf("%d tokens are kept of dead links", y.tokens(t))
		}
		y.Clock.Pass(88*24*time.Hour - time.Second)
		sweep(0)
		y.Clock.Pass(time.Second) // ninety days after it went
		sweep(3)                  // sent and failed are forgotten; the endless one is given up
		if got := y.now(t, endless.ID); got.State != models.LetterFailed || got.Outcome != models.TooLate {
			t.Errorf("%+v", got)
		}
		for _, id := range []models.ID{sent.ID, failed.ID} {
			if y.Count(t, `SELECT count(*) FROM letters WHERE id = ?`, id) != 0 {
				t.Errorf("%s is remembered", id)
			}
		}
		y.Clock.Pass(91 * 24 * time.Hour)
		sweep(2)
		if n := y.Count(t, `SELECT count(*) FROM letters`) + y.tokens(t) + y.Count(t, `SELECT count(*) FROM attempts`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

// What is being carried is left to who carries it.
func TestSweepingDoesNotTouchALetterOnItsWay(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		l := y.write(t, "t0ken")
		y.Clock.Pass(life - time.Minute)
		w, _ := y.claim(t)
		y.Clock.Pass(time.Minute)
		if n, err := y.Outbox.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		y.settle(t, w.After(nil, y.Clock.Now()))
		if y.now(t, l.ID).State != models.LetterSent {
			t.Error("it went, and that is not kept")
		}
	})
}

func TestALetterWrittenBeforeAKeyRotationStillOpens(t *testing.T) {
	play(t, func(t *testing.T, y yard) {
		ctx := t.Context()
		l := y.write(t, "t0ken")
		old := y.Ring(t).Primary()
		fresh, err := y.Keys.Rotate(ctx, y.Clock.Now())
		modelstest.Must(t, err)
		status, err := y.Keys.Status(ctx)
		modelstest.Must(t, err)
		if status.Rows[old] != 1 || status.Broken != 0 {
			t.Errorf("%+v", status)
		}
		if y.now(t, l.ID).Token != "t0ken" {
			t.Error("it does not open before it is sealed again")
		}
		n, err := y.Keys.Reseal(ctx)
		modelstest.Must(t, err)
		if n != 1 || y.Count(t, `SELECT count(*) FROM letter_tokens WHERE key_id = ?`, fresh) != 1 {
			t.Errorf("sealed %d again", n)
		}
		if y.now(t, l.ID).Token != "t0ken" || y.Mail(t)[0].Token != "t0ken" {
			t.Error("it does not open once it is sealed again")
		}
	})
}

// Between the mail server's yes and the commit that says so, an offer may end:
// the letter has gone all the same. One that was not taken is not tried again.
func TestALetterOnItsWayIsNotRecalled(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, ben := h.Person(t, "ana", models.PlainMember), h.Person(t, "ben", models.PlainMember)
		h.Lets(t, ben)
		h.Seat(t, ana, h.Project(t, ana, "P"), ben, models.Viewer)
		for _, c := range []struct {
			answer error
			want   models.LetterState
		}{{nil, models.LetterSent}, {models.Fail(models.Unavailable, "421 later"), models.LetterFailed}} {
			id := h.Keep(t, ana, "c"+string(c.want))
			_, err := h.Transfers.Initiate(t.Context(), ana, transfers.Offer{Credentials: []models.ID{id}, Email: ben.Email})
			modelstest.Must(t, err)
			letter := ""
			carry := func(_ context.Context, l models.Letter, token string) error {
				if token == "" {
					return nil
				}
				letter = l.ID.String()
				if err := h.Transfers.Revoke(context.Background(), ana, id); err != nil {
					t.Error(err)
				}
				return c.answer
			}
			_, err = h.Outbox.Deliver(t.Context(), carry)
			modelstest.Must(t, err)
			h.Clock.Pass(time.Hour)
			_, err = h.Outbox.Deliver(t.Context(), func(_ context.Context, l models.Letter, _ string) error {
				if l.ID.String() == letter {
					t.Error("a letter whose link is dead was tried again")
				}
				return nil
			})
			modelstest.Must(t, err)
			if n := h.Count(t, `SELECT count(*) FROM letters WHERE id = ? AND state = ?`, models.ParseID(letter), string(c.want)); n != 1 {
				t.Errorf("the letter is not %s", c.want)
			}
		}
	})
}
