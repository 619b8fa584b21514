package logins_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestASheetTellsAllThatIsKnown(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		boss, ana := h.Person(t, "boss", models.Administrator), h.Person(t, "ana", models.PlainMember)
		set := func(items ...models.LoginItem) []models.Login {
			t.Helper()
			done, err := h.Logins.SetCredentials(t.Context(), boss, ana.UserID, models.LoginSet{Items: items})
			modelstest.Must(t, err)
			return done.Logins
		}
		first := models.LoginItem{ID: models.Some(ana.LoginID)}
		h.Clock.Pass(2 * time.Minute)
		logins := set(first, models.LoginItem{Key: models.Some("night"), Secret: models.Some(models.ResetSecret)})
		night := logins[1].ID
		h.Clock.Pass(2 * time.Minute)
		set(first, models.LoginItem{ID: models.Some(night), Secret: models.Some(models.ResetSecret)})
		h.Clock.Pass(time.Minute)
		set(first, models.LoginItem{ID: models.Some(night)}, models.LoginItem{Key: models.Some("old"), Secret: models.Some(models.ResetSecret)})
		h.Clock.Pass(time.Minute)
		first.Blocked = models.Some(models.Block{On: true})
		set(first, models.LoginItem{ID: models.Some(night)})

		s, err := h.Logins.Sheet(t.Context(), boss, ana.UserID)
		modelstest.Must(t, err)
		if len(s.Logins) != 2 || len(s.Removed) != 1 || s.Removed[0].Key != "old" || s.Revision != s.User.Revision {
			t.Fatalf("got %+v", s)
		}
		if by := s.Removed[0].RemovedBy; by == nil || s.Names[*by] != "boss" || s.Names[*s.Logins[0].BlockedBy] != "boss" {
			t.Errorf("nobody did it: %v", s.Names)
		}
		if news, _ := s.Links[night].News(h.Clock.Now()); news != models.NewsWaits || !s.Links[night].CreatedAt.Equal(h.Clock.Now().Add(-2*time.Minute)) {
			t.Errorf("the newest link is %s, of %v", news, s.Links[night].CreatedAt)
		}
		if news, _ := s.Links[ana.LoginID].News(h.Clock.Now()); news != models.NewsRevoked {
			t.Errorf("the link of a blocked login is %s", news)
		}
		h.Exec(t, `UPDATE letters SET state = 'failed', outcome = '550 no such user' WHERE state = 'queued'`)
		s, err = h.Logins.Sheet(t.Context(), boss, ana.UserID)
		modelstest.Must(t, err)
		if news, _ := s.Links[night].News(h.Clock.Now()); news != models.NewsFailed || s.Links[night].Outcome != "550 no such user" {
			t.Errorf("the link is %s: %s", news, s.Links[night].Outcome)
		}
	})
}

func TestOnlyAdministratorsSeeASheet(t *testing.T) {
	t.Parallel()
	h := modelstest.SQLite(t)
	boss, ana := h.Person(t, "boss", models.Administrator), h.Person(t, "ana", models.PlainMember)
	_, err := h.Logins.Sheet(t.Context(), ana, ana.UserID)
	modelstest.Want(t, err, models.Forbidden)
	_, err = h.Logins.Sheet(t.Context(), boss, 999)
	modelstest.Want(t, err, models.NotFound)
}
