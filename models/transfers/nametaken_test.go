package transfers_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/modelstest"
	"holdfast/models/transfers"
)

// The receiver gives another credential the name while the acceptance has
// looked already and is about to write: the field of this offer says so.
func TestANameThatIsTakenBetweenLookingAndWritingIsToldAtItsOffer(t *testing.T) {
	for way, c := range map[string]struct {
		gone  bool   // the letter, so that the short way is open
		named string // the new name; empty for the name that it has
	}{"the short way": {gone: true}, "the long way": {}, "with a new name": {gone: true, named: "New"}} {
		t.Run(way, func(t *testing.T) {
			play(t, func(t *testing.T, s stage) {
				ctx, told, answer := t.Context(), make(chan error, 1), transfers.Answer{}
				his, token, name := s.Keep(t, s.ben, "his"), s.offered(t), "DHIS2"
				offer := s.offersIn(t, token)[name].ID
				if c.named != "" {
					name, answer.Names = c.named, map[models.ID]string{offer: c.named}
				}
				if c.gone {
					s.Mail(t)
				}
				modelstest.Must(t, s.DB.Self(ctx, s.ben, func(tx *db.SelfTx) error {
					own, err := tx.Own(his)
					if err != nil {
						return err
					}
					if err := tx.Save(&own, db.Change{Name: name}); err != nil {
						return err
					}
					go func() { _, err := s.Transfers.Confirm(ctx, s.ben, token, answer); told <- err }()
					for waits := strings.HasPrefix(s.URL, "sqlite:"); !waits; { // there, nobody looks while somebody writes
						waits = s.Count(t, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0
					}
					return nil
				}))
				err := <-told
				wantText(t, err, models.NameField(offer), models.NameTaken)
				s.owns(t, s.ana, s.credential)
				s.inState(t, s.credential, "[pending]")
				_, err = s.Transfers.Confirm(ctx, s.ben, token, transfers.Answer{Names: map[models.ID]string{offer: "Another"}})
				modelstest.Must(t, err)
			})
		})
	}
}
