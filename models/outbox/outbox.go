// Package outbox brings letters to the mail server, and shows administrators
// what became of them.
//
// A letter stands in the database from the commit that it tells of, so it is
// never lost and never premature. Here it is claimed, carried and settled, and
// the claim outlives any carrying: two replicas never carry the same letter at
// the same time. Only where this process dies between the server's answer and
// the next commit is a letter carried twice, under the same Message-ID.
//
// It refuses to know how a letter reads and how a mail server is spoken to.
package outbox

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/post"
)

const (
	// Every is how often the job looks for letters that nobody told it of: those
	// that wait for another try, and those of other replicas.
	Every = 15 * time.Second
	// hold is how long a claimed letter belongs to one process. It is longer than carrying.
	hold = 5 * time.Minute
	// carryFor bounds the handing over of one letter.
	carryFor = time.Minute
	// parting is how long a letter that is on its way holds up a program that stops.
	parting = 5 * time.Second
	// enough letters in a row that can't be taken now end a run.
	enough = 5
	// keep is how long the outbox remembers a letter that went or was given up,
	// and how long it waits for a mail server at all.
	keep = 90 * 24 * time.Hour
	// sweep is how many rows a run of Sweep deals with.
	sweep = 1000

	job = "outbox"
)

// Ops are the operations.
type Ops struct {
	db      *db.DB
	office  post.Office
	carried bool
	log     *slog.Logger
}

// New are the operations on a database. Carried says that there is a mail
// server: nobody reads other people's letters here then.
func New(d *db.DB, o post.Office, carried bool, log *slog.Logger) Ops {
	return Ops{db: d, office: o, carried: carried, log: log}
}

// Queued tells of letters that were just left in the outbox by this process.
func (o Ops) Queued() <-chan struct{} { return o.db.LettersQueued() }

// Carry hands one letter to a mail server, with the token of its link. It
// reports an Invalid error for a letter that will never be taken, and anything
// else for one that may be taken later.
type Carry func(ctx context.Context, l models.Letter, token string) error

// Deliver carries the letters that are due, and counts those that went. It
// leaves the rest for the next run when several in a row can't be taken now:
// most likely no one could be.
func (o Ops) Deliver(ctx context.Context, carry Carry) (sent int, err error) {
	for inVain := 0; ctx.Err() == nil && inVain < enough; {
		var w db.Waiting
		found := false
		err := o.db.System(ctx, models.Actor{Job: job}, func(t *db.SystemTx) error {
			w, found, err = t.Claim(hold)
			return err
		})
		if err != nil || !found {
			return sent, err
		}
		l, err := o.deliver(ctx, w, carry)
		if err != nil {
			return sent, err
		}
		switch l.State {
		case models.LetterSent:
			sent, inVain = sent+1, 0
		case models.LetterQueued:
			inVain++
		}
	}
	return sent, nil
}

// deliver carries one claimed letter and settles it. Once it is on its way, the
// end of the program does not cut it short at once, and what became of it is
// kept in any case.
func (o Ops) deliver(ctx context.Context, w db.Waiting, carry Carry) (models.Letter, error) {
	on, cancel := context.WithTimeout(context.WithoutCancel(ctx), carryFor)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(parting, cancel) })()
	err := o.carry(on, w, carry)
	after, stop := context.WithTimeout(context.WithoutCancel(ctx), carryFor)
	defer stop()
	l := w.Letter.After(err, o.db.Clock())
	if l.State != models.LetterSent {
		o.log.WarnContext(ctx, "a letter did not go out", "letter", l.ID, "kind", l.Kind, "tries", l.Tries, "given_up", l.State == models.LetterFailed, "err", err)
	}
	return l, o.db.System(after, models.Actor{Job: job}, func(t *db.SystemTx) error { return t.Settle(l) })
}

func (o Ops) carry(ctx context.Context, w db.Waiting, carry Carry) error {
	if w.GoodUntil != nil && !o.db.Clock().Before(*w.GoodUntil) {
		return models.Fail(models.Invalid, "%s", models.TooLate)
	}
	token, err := o.office.Token(w.ID, w.Sealed)
	if err != nil {
		return &models.Error{Kind: models.Unavailable, Text: "The link of this letter can't be opened: the key it was sealed with is missing.", Cause: err}
	}
	return without(token, carry(ctx, w.Letter, token))
}

// without is err without the words of a mail server that repeats the letter:
// the token of its link has no place in a log, an event or a page.
func without(token string, err error) error {
	if err == nil || token == "" || !repeats(err.Error(), token) {
		return err
	}
	return models.Fail(models.KindOf(err), "The mail server did not take the letter. What it said is left out, because it repeats the link in the letter.")
}

// repeats reports whether text has a good part of the token in it, be it broken
// up by the ends of lines.
func repeats(text, token string) bool {
	const part = 10
	text = strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_') {
			return r
		}
		return -1
	}, strings.NewReplacer(`\r`, "", `\n`, "").Replace(text))
	for at := 0; at+part <= len(token); at++ {
		if strings.Contains(text, token[at:at+part]) {
			return true
		}
	}
	return false
}

// Readable is a letter with the token of its link, when it may be read here.
type Readable struct {
	models.Letter
	Open  bool
	Token string
}

// List shows a page of letters, of one state unless that is empty, the newest
// first. Those that were given up can be read, and passed on by other means;
// while there is no mail server, those that wait as well.
func (o Ops) List(ctx context.Context, who models.Actor, state models.LetterState, after string) (list []Readable, next string, err error) {
	err = o.db.ReadConsole(ctx, who, models.SeeOutbox, func(v *db.ConsoleView) error {
		page, err := v.Letters(state, after)
		if err != nil {
			return err
		}
		next = page.Next
		for _, l := range page.Rows {
			list = append(list, Readable{Letter: l})
		}
		tokens, err := v.Tokens(page.Rows)
		for i := range list {
			list[i].Open, list[i].Token = o.read(list[i].Letter, tokens)
		}
		return err
	})
	return list, next, err
}

// read opens a letter that may be read here and whose link, if it has one, can be opened.
func (o Ops) read(l models.Letter, tokens map[models.ID][]byte) (open bool, token string) {
	dead := l.GoodUntil != nil && !o.db.Clock().Before(*l.GoodUntil)
	if dead || l.Details == "" || l.State == models.LetterQueued && o.carried {
		return false, ""
	}
	token, err := o.office.Token(l.ID, tokens[l.ID])
	return err == nil, token
}

// Carried reports whether a mail server carries the letters.
func (o Ops) Carried() bool { return o.carried }

// Retry has a letter that waits or was given up tried again at once.
func (o Ops) Retry(ctx context.Context, who models.Actor, id models.ID) (l models.Letter, err error) {
	err = o.db.Console(ctx, who, models.SeeOutbox, func(t *db.ConsoleTx) error {
		if !o.carried {
			return models.Fail(models.Conflict, "There is no mail server to send it with. Set HOLDFAST_SMTP_URL first.")
		}
		l, err = t.Retry(id)
		return err
	})
	return l, err
}

// Sweep gives up letters that could not be sent in time and forgets old ones.
func (o Ops) Sweep(ctx context.Context) (total int, err error) {
	for ctx.Err() == nil {
		n := 0
		err := o.db.System(ctx, models.Actor{Job: job}, func(t *db.SystemTx) error {
			n, err = t.SweepLetters(t.Now.Add(-keep), sweep)
			if err != nil {
				return err
			}
			more, err := t.SweepAttempts(t.Now.Add(-24*time.Hour), sweep)
			n += more
			return err
		})
		total += n
		if err != nil || n < sweep {
			return total, err
		}
	}
	return total, ctx.Err()
}
