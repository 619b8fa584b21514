package benchmarks

import (
	"fmt"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/credentials"
	"holdfast/models/transfers"
)

// benchTransfer hands one credential to and fro between two people: initiate
// and confirm, two commits, each with its event and two letters. Beside it
// stands creating a credential, in the same rounds. Fetching the token from
// the letter is not counted: a person does that.
func benchTransfer(b *testing.B, t *table, p *place) {
	ana, ben := p.Person(b, "ana", models.PlainMember), p.Person(b, "ben", models.PlainMember)
	p.Lets(b, ana)
	p.Lets(b, ben)
	project := p.Project(b, ana, "Handed over")
	p.Seat(b, ana, project, ben, models.Editor)
	thing := p.Keep(b, ana, "thing", project)
	p.past(b, ana, ben, thing)
	token, db := "", p.bare(b)
	read := func() error {
		var id models.ID
		var sealed []byte
		err := db.QueryRow(`SELECT id, sealed FROM letter_tokens ORDER BY id DESC LIMIT 1`).Scan(&id, &sealed)
		if err != nil {
			return err
		}
		token = p.Token(b, id, sealed)
		p.Exec(b, `UPDATE letters SET state = 'sent' WHERE state = 'queued'`) // it has gone before anybody answers
		p.Exec(b, `DELETE FROM letter_tokens`)
		return nil
	}
	from, to := ana, ben
	pair := func() (took time.Duration, err error) {
		begun := time.Now()
		_, err = p.Transfers.Initiate(b.Context(), from, transfers.Offer{Credentials: []models.ID{thing}, Email: to.Email})
		took = time.Since(begun)
		if err == nil {
			err = read()
		}
		if err != nil {
			return took, err
		}
		begun = time.Now()
		_, err = p.Transfers.Confirm(b.Context(), to, token, transfers.Answer{})
		from, to = to, from
		return took + time.Since(begun), err
	}
	n := 0
	create := func() (time.Duration, error) {
		n++
		begun := time.Now()
		_, err := p.Credentials.CreateFromJSON(b.Context(), ana, "postgresql", credentials.Draft{Name: fmt.Sprintf("beside %09d", n)}, bodyOf())
		return time.Since(begun), err
	}
	var ours, beside []figure
	for range rounds {
		o, c := inTurn(b, pair, create)
		ours, beside = append(ours, o), append(beside, c)
	}
	o, oLeast, oMost := median(ours, rate)
	f, fLeast, fMost := median(beside, rate)
	t.line(job("transfer, initiate and confirm, beside create", p, 1), "a second", spread(o, oLeast, oMost), spread(f, fLeast, fMost),
		fmt.Sprintf("%.2f", o/f), "≥ 0.45", o/f >= 0.45)
}

// past puts offers and letters of former days into the tables, so that nobody
// measures empty ones.
func (p *place) past(b *testing.B, from, to models.Actor, credential models.ID) {
	b.Helper()
	now := p.Clock.Now()
	for range 20 {
		var offers, letters rowsOf
		for range 250 {
			letter := models.NewID()
			offers.add(models.NewID(), credential, "thing", 1, from.UserID, to.UserID, from.UserID, letter[:], letter, "declined", now, now, now, to.UserID)
			letters.add(letter, to.UserID, to.Name, to.Email, "transfer.offer", "An offer", "", "sent", 1, now, now, now)
		}
		p.Exec(b, `INSERT INTO transfers (id, credential_id, name, version, from_id, to_id, offered_by, token_hash, letter_id, state, created_at, expires_at, ended_at, ended_by) VALUES `+offers.marks(), offers.args...)
		p.Exec(b, `INSERT INTO letters (id, user_id, name, email, kind, subject, details, state, tries, created_at, due_at, ended_at) VALUES `+letters.marks(), letters.args...)
	}
	if p.pg { // as autovacuum does within a minute; nobody does on SQLite
		p.Exec(b, `ANALYZE`)
	}
}

// inTurn does the two in turn, one each, and counts the time that they say they took.
func inTurn(b *testing.B, one, other func() (time.Duration, error)) (figure, figure) {
	b.Helper()
	var spent [2]time.Duration
	n := 0
	for begun := time.Now(); time.Since(begun) < warmUp+2*length; {
		counts := time.Since(begun) > warmUp
		for i, op := range []func() (time.Duration, error){one, other} {
			took, err := op()
			if err != nil {
				b.Fatal(err)
			}
			if counts {
				spent[i] += took
			}
		}
		if counts {
			n++
		}
	}
	return figure{perSecond: float64(n) / spent[0].Seconds()}, figure{perSecond: float64(n) / spent[1].Seconds()}
}
