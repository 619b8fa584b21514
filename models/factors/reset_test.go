package factors_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestAnAdministratorResetsFactorsAndSaysWhy(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		boss, _ := person(t, h, "boss", models.Administrator)
		ana, phone := person(t, h, "ana", models.PlainMember)
		boss = proven(h, boss)
		_, _, err := h.People.Start(t.Context(), models.Actor{}, modelstest.In(ana.LoginID), []byte("hash"))
		modelstest.Must(t, err)
		add(t, h, proven(h, ana), "Second")
		h.Mail(t)
		for range models.CodeTries {
			_, err := h.Factors.SignIn(t.Context(), ana, "000000", "")
			modelstest.WantWrong(t, err, "code")
		}
		_, _, err = h.People.Start(t.Context(), models.Actor{}, modelstest.In(ana.LoginID), []byte("hash2"))
		modelstest.Must(t, err)
		loss, err := h.Factors.Impact(t.Context(), boss, ana.UserID)
		modelstest.Must(t, err)
		if len(loss.Factors) != 2 || loss.CodesLeft != 10 || loss.Sessions == 0 || loss.User.Email != ana.Email {
			t.Errorf("%+v", loss)
		}
		refusals(t, h, boss, ana)
		modelstest.Must(t, h.Factors.Reset(t.Context(), boss, ana.UserID, " Lost phone, called her "))
		letter := h.WantMail(t, "account.changed ana@example.org")[0].ReadDetails()
		if letter.By.Email != boss.Email || letter.Reason != "Lost phone, called her" || len(letter.Changes) != 1 || letter.Changes[0].Event != models.FactorsReset {
			t.Errorf("%+v", letter)
		}
		for _, table := range []string{"totps", "recovery_codes", "sessions"} {
			if n := h.Count(t, `SELECT count(*) FROM `+table+` WHERE user_id = ?`, ana.UserID); n != 0 {
				t.Errorf("%d %s are left", n, table)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ? AND details LIKE '%Lost phone%'`, models.FactorsReset); n != 1 {
			t.Errorf("%d events", n)
		}
		_, err = h.Factors.SignIn(t.Context(), ana, h.Shows(t, phone), "")
		modelstest.WantWrong(t, err, "code") // judged again, and nothing is there
		modelstest.Want(t, h.Factors.Reset(t.Context(), boss, ana.UserID, "again"), models.Conflict)
		held, err := h.Factors.Of(t.Context(), boss, ana.UserID)
		modelstest.Must(t, err)
		if len(held.Factors) != 0 {
			t.Errorf("%+v", held)
		}
	})
}

func refusals(t *testing.T, h *modelstest.House, boss, ana models.Actor) {
	t.Helper()
	stale := boss
	stale.ProvenAt = h.Clock.Now().Add(-models.ProvenLately)
	modelstest.Want(t, h.Factors.Reset(t.Context(), stale, ana.UserID, "x"), models.Unproven)
	modelstest.Want(t, h.Factors.Reset(t.Context(), ana, ana.UserID, "x"), models.Forbidden)
	modelstest.Want(t, h.Factors.Reset(t.Context(), boss, boss.UserID, "x"), models.Conflict)
	modelstest.Want(t, h.Factors.Reset(t.Context(), boss, 999, "x"), models.NotFound)
	for _, reason := range []string{"", "  ", strings.Repeat("x", 501)} {
		modelstest.WantWrong(t, h.Factors.Reset(t.Context(), boss, ana.UserID, reason), "reason")
	}
	_, err := h.Factors.Of(t.Context(), ana, boss.UserID)
	modelstest.Want(t, err, models.Forbidden)
}
