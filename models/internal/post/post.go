// Package post puts letters into envelopes for the outbox. A letter is two
// things: what it tells, which is no secret, and the token of its link, which
// is sealed for the row of this one letter.
//
// It refuses to know how a letter reads and who carries it.
package post

import (
	"encoding/json"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/seal"
)

// Office writes and opens envelopes with the keys of the console.
type Office struct{ ring *seal.Ring }

// New is the office that seals with ring.
func New(ring *seal.Ring) Office { return Office{ring} }

// Letter tells a user d.
func (o Office) Letter(to models.User, kind models.LetterKind, d models.LetterDetails) db.NewLetter {
	text, err := json.Marshal(d)
	if err != nil { // names, ids and times
		text = []byte(`{}`)
	}
	l := db.NewLetter{Letter: models.Letter{
		ID: models.NewID(), UserID: to.ID, Name: to.Name, Email: to.Email,
		Kind: kind, Subject: models.SubjectOf(kind, d), Details: string(text),
	}}
	if kind.OfTheFuture() && !d.Until.IsZero() {
		l.GoodUntil = &d.Until
	}
	return l
}

// WithLink is the letter l with a link of that token, which dies at until.
func (o Office) WithLink(l db.NewLetter, token string, until time.Time) (db.NewLetter, error) {
	l.GoodUntil = &until
	l.Sealed = o.ring.Seal([]byte(token), place(l.ID))
	var err error
	l.KeyID, err = seal.KeyID(l.Sealed)
	return l, err
}

// Token opens the token of a letter; a letter without one has an empty token.
func (o Office) Token(letter models.ID, sealed []byte) (string, error) {
	if sealed == nil {
		return "", nil
	}
	plain, err := o.ring.Open(sealed, place(letter))
	return string(plain), err
}

func place(letter models.ID) seal.Place {
	return seal.Place{Table: "letter_tokens", Column: "sealed", Row: letter.String()}
}
