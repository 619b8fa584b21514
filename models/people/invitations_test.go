package people_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestANewUserIsInvitedByMail(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root := h.Person(t, "root", models.Administrator)
		before := h.Dump(t)
		_, err := h.People.Add(ctx, root, models.NewUser{Name: "Ben", Email: "ben", Rank: models.PlainMember})
		modelstest.WantWrong(t, err, "email")
		_, err = h.People.Add(ctx, h.Person(t, "eve", models.PlainMember), models.NewUser{Name: "Ben", Email: "ben@example.org", Rank: models.PlainMember})
		modelstest.Want(t, err, models.Forbidden)
		h.WantMail(t)
		link, err := h.People.Add(ctx, root, models.NewUser{Name: "Ben", Email: "ben@example.org", Rank: models.PlainMember})
		modelstest.Must(t, err)
		if dump := strings.TrimPrefix(h.Dump(t), before); strings.Contains(dump, link.Token) || strings.Contains(h.Log.String(), link.Token) {
			t.Error("the token is in the database or in the log")
		}
		l := h.WantMail(t, "user.invitation ben@example.org")[0]
		d := l.ReadDetails()
		if l.UserID != link.User.ID || l.Name != "Ben" || l.Token != link.Token || l.GoodUntil == nil || !l.GoodUntil.Equal(link.ExpiresAt) || d.By.Email != root.Email || !d.Until.Equal(link.ExpiresAt) {
			t.Errorf("%+v %+v", l, d)
		}
		if strings.Contains(h.Dump(t), link.Token) || h.Count(t, `SELECT count(*) FROM letter_tokens`) != 0 {
			t.Error("the token is kept")
		}
		_, err = h.People.CheckLink(ctx, l.Token)
		modelstest.Must(t, err)
		modelstest.Must(t, h.People.UseLink(ctx, browser, l.Token, modelstest.Password))
	})
}

// Whoever makes a link by hand hands it over by hand: from the command line, or
// as a fresh one for somebody whose mail does not arrive.
func TestALinkMadeByHandIsNotMailed(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root, ben := h.Person(t, "root", models.Administrator), h.Person(t, "ben", models.PlainMember)
		_, err := h.People.NewLink(t.Context(), root, ben.UserID)
		modelstest.Must(t, err)
		_, err = h.People.LinkFromHost(t.Context(), ben.Email)
		modelstest.Must(t, err)
		h.WantMail(t)
	})
}

func TestAnInvitationThatCouldNotBeSentInTimeIsGivenUp(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root := h.Person(t, "root", models.Administrator)
		_, err := h.People.Add(t.Context(), root, models.NewUser{Name: "Ben", Email: "ben@example.org", Rank: models.PlainMember})
		modelstest.Must(t, err)
		h.Clock.Pass(models.InvitationLife - time.Second)
		if n, err := h.Outbox.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		h.Clock.Pass(time.Second)
		if n, err := h.Outbox.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		h.WantMail(t)
	})
}
