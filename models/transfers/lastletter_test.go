package transfers_test

import (
	"context"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// A letter that the server refuses while its offer is taken back is over.
func TestALetterRefusedWhileItsOfferEndsIsDead(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		root := s.Person(t, "root", models.Administrator)
		s.offered(t)
		letter := s.link(t)
		_, err := s.Outbox.Deliver(t.Context(), func(_ context.Context, _ models.Letter, token string) error {
			if token == "" {
				return nil
			}
			if err := s.Transfers.Revoke(t.Context(), s.ana, s.credential); err != nil {
				t.Error(err)
			}
			return models.Fail(models.Invalid, "550 no such user.")
		})
		modelstest.Must(t, err)
		s.dead(t, root, letter)
	})
}

// Whoever ends the last two offers of a link at the same moment ends its letter.
func TestTheLastOffersOfALinkEndAtTheSameMoment(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		root := s.Person(t, "root", models.Administrator)
		for round := range 6 {
			var ids []models.ID
			var ends []func() error
			for i := range 3 {
				id := s.Keep(t, s.ana, named(named("c", round), i), s.project)
				ids, ends = append(ids, id), append(ends, func() error { return s.Transfers.Revoke(t.Context(), s.ana, id) })
			}
			s.offered(t, ids...)
			letter := s.link(t)
			for _, err := range atOnce(ends...) {
				modelstest.Must(t, err)
			}
			s.dead(t, root, letter)
		}
	})
}
