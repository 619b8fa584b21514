package transfers_test

import (
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// A session outlives nothing here: whoever can't sign in any more by the time
// of the acceptance gets nothing, on both ways to hand over.
func TestWhoCannotSignInAnyMoreTakesNothingOver(t *testing.T) {
	for what, column := range map[string]string{"blocked": "blocked_at", "ended": "expire_at"} {
		t.Run(what, func(t *testing.T) {
			play(t, func(t *testing.T, s stage) {
				token := s.offered(t)
				s.Mail(t)
				offer := s.offersIn(t, token)["DHIS2"].ID
				s.Exec(t, `UPDATE logins SET `+column+` = ? WHERE user_id = ?`, s.Clock.Now(), s.ben.UserID)
				before := s.Dump(t)
				for _, a := range []transfers.Answer{{}, {Offers: []models.ID{offer}}, {Names: map[models.ID]string{offer: "New"}}} {
					_, err := s.Transfers.Confirm(t.Context(), s.ben, token, a)
					modelstest.Want(t, err, models.Forbidden)
				}
				if s.Dump(t) != before {
					t.Error("a refusal left something behind")
				}
				s.owns(t, s.ana, s.credential)
				s.inState(t, s.credential, "[pending]")
				s.WantMail(t)
				s.Exec(t, `UPDATE logins SET `+column+` = NULL WHERE user_id = ?`, s.ben.UserID)
				modelstest.Must(t, s.accept(t, token))
			})
		})
	}
}
