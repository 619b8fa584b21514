package db

import (
	"database/sql"
	"errors"
	"time"

	"holdfast/models"
)

func scanLetter(r *sql.Rows, l *models.Letter) error {
	var good, ended nullTime
	err := r.Scan(&l.ID, &l.UserID, &l.Name, &l.Email, &l.Kind, &l.Subject, &l.Details, &l.State, &l.Tries, &l.CreatedAt, &l.DueAt, &good, &ended, &l.Outcome)
	l.GoodUntil, l.EndedAt = good.orNil(), ended.orNil()
	return err
}

// token is the sealed token of a letter; nil when it has none.
func (v view) token(id models.ID) (sealed []byte, err error) {
	err = v.row(`SELECT sealed FROM letter_tokens WHERE id = ?`, id).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return sealed, err
}

// Letters is a page of the outbox, the newest first; of one state, unless that
// is empty.
func (v *ConsoleView) Letters(state models.LetterState, after string) (models.LetterPage, error) {
	w := where{}
	w.add(state.Valid(), `state = ?`, string(state))
	if last := models.ParseID(after); last != (models.ID{}) {
		w.add(true, `id < ?`, last)
	}
	rows, err := v.rows(`SELECT `+letterColumns+` FROM letters`+w.String()+` ORDER BY id DESC LIMIT `+pageAndOne, w.args...)
	list, err := collect(rows, err, scanLetter)
	page, next := newestFirst(list, func(l models.Letter) models.ID { return l.ID })
	return models.LetterPage{Rows: page, Next: next}, err
}

// Tokens are the sealed tokens of letters, by the letter.
func (v *ConsoleView) Tokens(letters []models.Letter) (map[models.ID][]byte, error) {
	ids := make([]models.ID, 0, len(letters))
	for _, l := range letters {
		ids = append(ids, l.ID)
	}
	those, list := v.d.among(ids)
	rows, err := v.rows(`SELECT id, sealed FROM letter_tokens WHERE id `+those, list)
	found, err := collect(rows, err, scanSealed)
	tokens := map[models.ID][]byte{}
	for _, f := range found {
		tokens[f.ID] = f.Sealed
	}
	return tokens, err
}

// Retry puts a letter that was given up, or that waits for its next try, at
// the front again. Its tries start anew.
func (t *ConsoleTx) Retry(id models.ID) (models.Letter, error) {
	if err := t.tx.lock("letters", id); err != nil {
		return models.Letter{}, err
	}
	rows, err := t.rows(`SELECT `+letterColumns+` FROM letters WHERE id = ?`, id)
	list, err := collect(rows, err, scanLetter)
	if err != nil || len(list) == 0 {
		return models.Letter{}, fault(orNone(err), "letter")
	}
	l := list[0]
	if err := l.Retriable(t.Now); err != nil {
		return l, err
	}
	_, err = t.tx.exec(`UPDATE letters SET state = 'queued', tries = 0, due_at = ?, ended_at = NULL WHERE id = ?`, t.Now, id)
	t.tx.record(models.LetterTriedAgain, letter(l), models.Details{After: map[string]any{"recipient": l.Email}})
	*t.tx.stirred = true // nothing is new, but somebody has to look
	return l, err
}

// SweepLetters gives up the letters that nobody could send before their link
// died or before old, and forgets those that ended before old; at most limit of each.
func (t *SystemTx) SweepLetters(old time.Time, limit int) (int, error) {
	dead, err := t.tx.exec(`UPDATE letters SET state = 'failed', ended_at = ?, outcome = ? WHERE id IN
		(SELECT id FROM letters WHERE state = 'queued' AND (good_until <= ? OR created_at <= ?) AND due_at <= ? LIMIT ?`+t.d.skipLocked("letters")+`)`,
		t.Now, models.TooLate, t.Now, old, t.Now, limit)
	if err != nil {
		return 0, err
	}
	gone, err := t.tx.exec(`DELETE FROM letters WHERE id IN (SELECT id FROM letters WHERE state <> 'queued' AND ended_at <= ? LIMIT ?)`, old, limit)
	if err != nil {
		return int(dead), err
	}
	_, err = t.tx.exec(`DELETE FROM letter_tokens WHERE id IN (SELECT k.id FROM letter_tokens k LEFT JOIN letters l ON l.id = k.id
		WHERE l.id IS NULL OR l.state <> 'queued' AND l.good_until <= ? LIMIT ?)`, t.Now, limit)
	return int(dead + gone), err
}
