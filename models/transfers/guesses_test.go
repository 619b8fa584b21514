package transfers_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// However many are sent at the same moment, wherever they arrive and whatever
// they offer, ten are answered.
func TestGuessesAtOnceAreCountedOneByOne(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx, other := t.Context(), s.Replica(t, "")
		s.Sow(t, s.ana, 60) // one for each guess: no guess waits for the row of another
		sown, err := s.DB.RawRows(ctx, `SELECT id FROM credentials WHERE name LIKE 'N0%'`)
		if err != nil || len(sown) != 60 {
			t.Fatalf("%d credentials, %v", len(sown), err)
		}
		var guesses []func() error
		for i := range 60 {
			ops := s.Transfers
			if i%2 == 1 {
				ops = other.Transfers
			}
			of := transfers.Offer{Credentials: []models.ID{models.ParseID(strings.Trim(sown[i], "[]"))}, Email: fmt.Sprintf("guess%d@example.org", i)}
			if i%3 == 0 {
				of.Email = s.eve.Email
			}
			guesses = append(guesses, func() (err error) {
				if i%4 < 2 {
					_, err = ops.Initiate(ctx, s.ana, of)
				} else {
					_, err = ops.Validate(ctx, s.ana, of)
				}
				return err
			})
		}
		answered := 0
		for _, err := range atOnce(guesses...) {
			if models.KindOf(err) != models.RateLimited {
				modelstest.WantWrong(t, err, "email")
				answered++
			}
		}
		if answered != 10 {
			t.Errorf("%d were answered, want 10", answered)
		}
		if n := s.Count(t, `SELECT count FROM attempts WHERE name LIKE 'transfer.receiver/%'`); n != 10 {
			t.Errorf("%d are counted, want 10", n)
		}
		if s.Count(t, `SELECT count(*) FROM transfers`) != 0 {
			t.Error("something is offered")
		}
	})
}

// To be stopped from guessing is not to be stopped from offering.
func TestWhoGuessedTooOftenStillOffersToThoseTheyKnow(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		ctx, own := t.Context(), s.Keep(t, s.ana, "own")
		guess := func() error { _, err := s.Transfers.Validate(ctx, s.ana, to(s.eve, s.credential)); return err }
		for range 10 {
			modelstest.WantWrong(t, guess(), "email")
		}
		modelstest.Want(t, guess(), models.RateLimited)
		_, err := s.Transfers.Validate(ctx, s.ana, to(s.ben, s.credential))
		modelstest.Must(t, err)
		s.offered(t)
		s.offered(t, own, s.Keep(t, s.ana, "another"))
		modelstest.Want(t, guess(), models.RateLimited)
		if n := s.Count(t, `SELECT count FROM attempts WHERE name LIKE 'transfer.receiver/%'`); n != 10 {
			t.Errorf("%d are counted, want 10", n)
		}
	})
}
