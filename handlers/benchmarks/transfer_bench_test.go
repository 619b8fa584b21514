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
	token, db := "", p.bare(b)
	read := func() error {
		var id models.ID
		var sealed []byte
		err := db.QueryRow(`SELECT id, sealed FROM letter_tokens ORDER BY id DESC LIMIT 1`).Scan(&id, &sealed)
		if err != nil {
			return err
		}
		token = p.Token(b, id, sealed)
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
		ours = append(ours, timed(b, pair))
		beside = append(beside, timed(b, create))
	}
	o, oLeast, oMost := median(ours, rate)
	f, fLeast, fMost := median(beside, rate)
	t.line(job("transfer, initiate and confirm, beside create", p, 1), "a second", spread(o, oLeast, oMost), spread(f, fLeast, fMost),
		fmt.Sprintf("%.2f", o/f), "≥ 0.45", o/f >= 0.45)
}

// timed does one thing after the other and counts the time that each says it took.
func timed(b *testing.B, op func() (time.Duration, error)) figure {
	b.Helper()
	var total time.Duration
	n := 0
	for begun := time.Now(); time.Since(begun) < warmUp+length; {
		took, err := op()
		if err != nil {
			b.Fatal(err)
		}
		if time.Since(begun) > warmUp {
			total += took
			n++
		}
	}
	return figure{perSecond: float64(n) / total.Seconds()}
}
