package transfers_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// The job has not noted yet that an offer is over when the next one is made:
// whoever made the old one is told of its end all the same.
func TestANewOfferTellsOfTheEndOfTheOldOne(t *testing.T) {
	for name, again := range map[string]func(stage, models.Actor) func(*testing.T, transfers.Offer) error{
		"by the owner": func(s stage, _ models.Actor) func(*testing.T, transfers.Offer) error {
			return func(t *testing.T, of transfers.Offer) error {
				t.Helper()
				_, err := s.Transfers.Initiate(t.Context(), s.ana, of)
				return err
			}
		},
		"by an administrator": func(s stage, root models.Actor) func(*testing.T, transfers.Offer) error {
			return func(t *testing.T, of transfers.Offer) error {
				t.Helper()
				_, err := s.Transfers.InitiateFor(t.Context(), root, s.ana.UserID, of)
				return err
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, s stage) {
				root := s.Person(t, "root", models.Administrator)
				token := s.offered(t)
				s.Mail(t)
				s.Clock.Pass(modelstest.OfferLife)
				modelstest.Must(t, again(s, root)(t, to(s.ben, s.credential)))
				s.inState(t, s.credential, "[expired][pending]")
				s.consistent(t, s.credential, false)
				letters := s.WantMail(t, "transfer.expired ana@example.org", "transfer.offer ben@example.org", "transfer.offer_made ana@example.org")
				if d := letters[0].ReadDetails(); letters[0].Subject != "Your offer of “DHIS2” has expired" || d.Other.Name != "ben" || len(d.Things) != 1 {
					t.Errorf("%q %+v", letters[0].Subject, d)
				}
				wantCode(t, s.accept(t, token), models.Expired, "token_error")
				n, err := s.Transfers.Expire(t.Context())
				if n != 0 || err != nil {
					t.Errorf("the job ended it a second time: %d, %v", n, err)
				}
				s.WantMail(t)
			})
		})
	}
}

func TestLookingWhetherAnOfferFitsChangesNoRow(t *testing.T) {
	play(t, func(t *testing.T, s stage) {
		s.offered(t)
		s.Mail(t)
		s.Clock.Pass(modelstest.OfferLife)
		for _, of := range []transfers.Offer{to(s.ben, s.credential), to(s.ana, s.credential), to(s.ben, s.credential, s.Keep(t, s.ana, "new"))} {
			before := s.Dump(t)
			_, err := s.Transfers.Validate(t.Context(), s.ana, of)
			if of.Email == s.ben.Email {
				modelstest.Must(t, err)
			}
			if s.Dump(t) != before {
				t.Errorf("looking at an offer of %d to %s changed something", len(of.Credentials), of.Email)
			}
		}
		s.WantMail(t)
		s.inState(t, s.credential, "[pending]")
	})
}
