package db

import (
	"slices"
	"strings"
	"time"

	"holdfast/models"
)

// NewLetter is a letter on its way into the outbox. Its token, if it has one,
// is sealed already, for the row of its id.
type NewLetter struct {
	models.Letter
	Sealed []byte // the token; nil for a letter without a link of its own
	KeyID  string
}

// Post puts letters into the outbox. They are there when the work succeeds.
func (t *SelfTx) Post(letters ...NewLetter) { t.tx.post(letters...) }

// Post puts letters into the outbox.
func (t *ConsoleTx) Post(letters ...NewLetter) { t.tx.post(letters...) }

// Post puts letters into the outbox.
func (t *SystemTx) Post(letters ...NewLetter) { t.tx.post(letters...) }

func (t tx) post(letters ...NewLetter) {
	for _, l := range letters {
		l.begin(t.Now)
		*t.letters = append(*t.letters, l)
	}
}

func (l *NewLetter) begin(now time.Time) {
	l.State, l.CreatedAt, l.DueAt = models.LetterQueued, now, now
}

// letterToken is a row of the table of letters' tokens.
type letterToken struct {
	ID     models.ID
	Sealed []byte
	KeyID  string
}

const letterColumns = `id, user_id, name, email, kind, subject, details, state, tries, created_at, due_at, good_until, ended_at, outcome`

func letterArgs(l NewLetter) []any {
	return []any{
		l.ID, l.UserID, l.Name, l.Email, string(l.Kind), l.Subject, l.Details, string(l.State), l.Tries,
		l.CreatedAt, l.DueAt, l.GoodUntil, l.EndedAt, l.Outcome,
	}
}

func (t tx) keepLetters() error {
	for some := range slices.Chunk(*t.letters, mostLetters) {
		args := make([]any, 0, 14*len(some))
		for _, l := range some {
			args = append(args, letterArgs(l)...)
		}
		_, err := t.exec(`INSERT INTO letters (`+letterColumns+`) VALUES `+strings.TrimSuffix(strings.Repeat(`(`+marks(14)+`), `, len(some)), ", "), args...)
		if err != nil {
			return err
		}
		if err := t.keepTokens(some); err != nil {
			return err
		}
	}
	return nil
}

// mostLetters go in one statement.
const mostLetters = 500

func (t tx) keepTokens(letters []NewLetter) error {
	for _, l := range letters {
		if l.Sealed == nil {
			continue
		}
		if _, err := t.exec(`INSERT INTO letter_tokens (id, sealed, key_id) VALUES (?, ?, ?)`, l.ID, l.Sealed, l.KeyID); err != nil {
			return err
		}
	}
	return nil
}

// LettersQueued tells of every commit that left letters in the outbox, as soon
// as somebody listens; several may be told as one.
func (d *DB) LettersQueued() <-chan struct{} { return d.queued }

func (d *DB) tellQueued() {
	select {
	case d.queued <- struct{}{}:
	default: // somebody is about to look anyway
	}
}

func letter(l models.Letter) Thing { return Thing{"letter", l.ID.String(), l.Subject} }

// Waiting is a letter that is to be handed to the mail server now.
type Waiting struct {
	models.Letter
	Sealed []byte // its token; nil when it has none
}

// Claim takes the letter that is due longest, if there is one, for a try that
// ends before hold is over. Until then nobody else takes it; if this process
// dies meanwhile, it is due again. Each claim is another try, and only the last
// one can be settled.
func (t *SystemTx) Claim(hold time.Duration) (w Waiting, found bool, err error) {
	rows, err := t.rows(`SELECT `+letterColumns+` FROM letters WHERE state = 'queued' AND due_at <= ? ORDER BY due_at, id LIMIT 1`+t.d.skipLocked("letters"), t.Now)
	list, err := collect(rows, err, scanLetter)
	if err != nil || len(list) == 0 {
		return w, false, err
	}
	w.Letter = list[0]
	w.Tries++
	if _, err := t.tx.exec(`UPDATE letters SET tries = ?, due_at = ?, outcome = '' WHERE id = ?`, w.Tries, t.Now.Add(hold), w.ID); err != nil {
		return w, false, err
	}
	w.Sealed, err = t.token(w.ID)
	return w, true, err
}

// Settle says what became of a claimed letter: sent, failed, or queued again
// for due. What has gone, or can't be wanted any more, keeps no token. A
// letter that was claimed anew meanwhile is not touched.
func (t *SystemTx) Settle(l models.Letter) error {
	details := l.Details
	if l.State == models.LetterSent {
		details = ""
	}
	n, err := t.tx.exec(`UPDATE letters SET state = ?, details = ?, due_at = ?, ended_at = ?, outcome = ? WHERE id = ? AND tries = ? AND state = 'queued'`,
		l.State, details, l.DueAt, l.EndedAt, storable(l.Outcome), l.ID, l.Tries)
	if err != nil || n == 0 {
		return err
	}
	if l.State == models.LetterFailed {
		t.tx.record(models.LetterGivenUp, letter(l), models.Details{After: map[string]any{"recipient": l.Email}, Note: l.Outcome})
	}
	_, err = t.tx.exec(`DELETE FROM letter_tokens WHERE id IN (SELECT id FROM letters WHERE id = ? AND (state = 'sent' OR good_until <= ?))`, l.ID, t.Now)
	return err
}

// recall gives up the letters that wait and whose link has died before they
// could go; those that were given up are not tried again. One that is on its way
// at this moment goes, and is not tried again if it is not taken. The letters are
// held before their tokens, as by everybody else. (That none was sent is said each
// time for the index of a user's unsent letters.)
func (t tx) recall(which string, args ...any) error {
	_, err := t.exec(`UPDATE letters SET good_until = ? WHERE state <> 'sent' AND good_until > ? AND (state = 'failed' OR state = 'queued' AND `+onItsWay+`) AND `+which,
		append([]any{t.Now, t.Now, t.Now}, args...)...)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE letters SET state = 'failed', ended_at = ?, good_until = ?, outcome = CASE WHEN good_until <= ? THEN ? ELSE ? END
		WHERE state <> 'sent' AND state = 'queued' AND NOT (`+onItsWay+`) AND `+which,
		append([]any{t.Now, t.Now, t.Now, models.TooLate, models.NotNeeded, t.Now}, args...)...)
	if err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM letter_tokens WHERE id IN (SELECT id FROM letters WHERE state <> 'sent' AND state = 'failed' AND `+which+`)`, args...)
	return err
}

// onItsWay is models.Letter.OnItsWay for the time of the one argument.
const onItsWay = `tries > 0 AND outcome = '' AND due_at > ?`
