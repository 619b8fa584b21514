package people_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
	"holdfast/models/modelstest"
	"holdfast/models/people"
)

func TestAnAccessLinkSetsAPasswordOnce(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root := h.Person(t, "root", models.Administrator)
		link, err := h.People.Add(ctx, root, models.NewUser{Name: " Bo ", Email: " Bo@example.org ", Rank: models.PlainMember})
		modelstest.Must(t, err)
		if link.User.Name != "Bo" || link.User.Email != "Bo@example.org" || !link.ExpiresAt.Equal(h.Clock.Now().Add(models.InvitationLife)) {
			t.Errorf("link %+v", link)
		}
		before := h.Dump(t)
		for range 3 { // a mail scanner opens it as often as it likes
			i, err := h.People.CheckLink(ctx, link.Token)
			modelstest.Must(t, err)
			if i.Login != "Bo@example.org" || !i.First {
				t.Errorf("invitation %+v", i)
			}
		}
		if h.Dump(t) != before {
			t.Error("looking at a link changes rows")
		}
		for _, weak := range []string{"", "short", "holdfast-holdfast-1", strings.Repeat("a", 20)} {
			modelstest.WantWrong(t, h.People.UseLink(ctx, browser, link.Token, weak), "password")
		}
		modelstest.Must(t, h.People.UseLink(ctx, browser, link.Token, modelstest.Password))
		modelstest.Want(t, h.People.UseLink(ctx, browser, link.Token, modelstest.Password), models.Expired)
		entry, err := h.People.SignIn(ctx, browser, "bo@example.org", modelstest.Password)
		modelstest.Must(t, err)
		got := h.Events(t, fmt.Sprint(*link.LoginID))
		if entry.LoginID != *link.LoginID || len(got) < 3 {
			t.Errorf("signed in as %d, events %v", entry.LoginID, got)
		}
		for _, e := range []string{models.LinkIssued, models.LinkUsed, models.PasswordSet} {
			if !slices.Contains(got, e) {
				t.Errorf("no event %s in %v", e, got)
			}
		}
		if strings.Contains(h.Dump(t)+h.Log.String(), link.Token) {
			t.Error("the token is kept")
		}
	})
}

func TestEveryDeadLinkGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root := h.Person(t, "root", models.Administrator)
		link := func(name string) people.Link {
			l, err := h.People.Add(ctx, root, models.NewUser{Name: name, Email: name + "@example.org", Rank: models.PlainMember})
			modelstest.Must(t, err)
			return l
		}
		setup := "setup token"
		h.Exec(t, `INSERT INTO access_links (id, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?)`,
			models.NewID(), onetime.Hash(setup), h.Clock.Now(), h.Clock.Now().Add(time.Hour))
		expired := link("expired")
		h.Exec(t, `UPDATE access_links SET expires_at = ? WHERE id = ?`, h.Clock.Now(), expired.ID)
		used := link("used")
		h.Exec(t, `UPDATE access_links SET used_at = ? WHERE id = ?`, h.Clock.Now(), used.ID)
		blocked := link("blocked")
		h.Exec(t, `UPDATE logins SET blocked_at = ? WHERE id = ?`, h.Clock.Now(), *blocked.LoginID)
		ended := link("ended")
		h.Exec(t, `UPDATE logins SET expire_at = ? WHERE id = ?`, h.Clock.Now(), *ended.LoginID)
		older := link("older")
		newer, err := h.People.NewLink(ctx, root, older.User.ID)
		modelstest.Must(t, err)
		newest, err := h.People.LinkFromHost(ctx, "OLDER@example.org")
		modelstest.Must(t, err)
		for why, token := range map[string]string{
			"expired": expired.Token, "used": used.Token, "blocked": blocked.Token, "ended": ended.Token, "replaced": older.Token,
			"replaced from the host": newer.Token, "unknown": "x", "empty": "", "setup": setup,
		} {
			_, err := h.People.CheckLink(ctx, token)
			if err != models.ErrDeadLink {
				t.Errorf("%s: checking says %v", why, err)
			}
			if err := h.People.UseLink(ctx, browser, token, modelstest.Password); err != models.ErrDeadLink {
				t.Errorf("%s: using says %v", why, err)
			}
		}
		_, err = h.People.CheckLink(ctx, newest.Token)
		modelstest.Must(t, err)
		h.Clock.Pass(models.InvitationLife)
		_, err = h.People.CheckLink(ctx, newest.Token)
		modelstest.Want(t, err, models.Expired)
		_, err = h.People.LinkFromHost(ctx, "nobody@example.org")
		modelstest.Want(t, err, models.NotFound)
	})
}

func TestChangingAPasswordEndsTheOtherSessionsAndTheLinks(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		h.Lets(t, ana)
		here := seat(t, h, ana, "here")
		seat(t, h, ana, "there")
		link, err := h.People.LinkFromHost(ctx, ana.Email)
		modelstest.Must(t, err)
		const next = "seven purple kettles sing"
		modelstest.WantWrong(t, h.People.ChangePassword(ctx, here, "not this", "short"), "current", "password")
		if !open(t, h, "there") {
			t.Error("a refused change ended a session")
		}
		modelstest.Must(t, h.People.ChangePassword(ctx, here, modelstest.Password, next))
		if !open(t, h, "here") || open(t, h, "there") {
			t.Error("the session in use stays, the other ends")
		}
		_, err = h.People.CheckLink(ctx, link.Token)
		modelstest.Want(t, err, models.Expired)
		_, err = h.People.SignIn(ctx, browser, ana.Email, modelstest.Password)
		modelstest.WantWrong(t, err, "login")
		_, err = h.People.SignIn(ctx, browser, ana.Email, next)
		modelstest.Must(t, err)
		if dump := h.Dump(t) + h.Log.String(); strings.Contains(dump, next) || strings.Contains(dump, modelstest.Password) {
			t.Error("a password is in the database or in the log")
		}
	})
}

func TestAResetByLinkEndsEverySession(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		seat(t, h, ana, "stolen")
		link, err := h.People.LinkFromHost(t.Context(), ana.Email)
		modelstest.Must(t, err)
		if i, err := h.People.CheckLink(t.Context(), link.Token); err != nil || i.First {
			t.Errorf("invitation %+v %v", i, err)
		}
		modelstest.Must(t, h.People.UseLink(t.Context(), browser, link.Token, modelstest.Password))
		if open(t, h, "stolen") {
			t.Error("a stolen session outlived the reset")
		}
	})
}

func TestSweepForgetsWhatIsLongDeadAndNothingElse(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember) // with a link
		seat(t, h, ana, "old")
		h.Clock.Pass(models.SessionIdle)
		seat(t, h, ana, "live")
		n, err := h.People.Sweep(t.Context())
		modelstest.Must(t, err)
		if n != 1 || !open(t, h, "live") {
			t.Errorf("swept %d", n)
		}
		h.Clock.Pass(models.InvitationLife + 6*24*time.Hour)
		n, err = h.People.Sweep(t.Context())
		modelstest.Must(t, err)
		if n != 1 || h.Count(t, `SELECT count(*) FROM access_links`) != 1 {
			t.Errorf("swept %d, the link should be kept for a week", n)
		}
		h.Clock.Pass(24 * time.Hour)
		n, err = h.People.Sweep(t.Context())
		modelstest.Must(t, err)
		if n != 1 || h.Count(t, `SELECT count(*) FROM access_links`) != 0 {
			t.Errorf("swept %d", n)
		}
	})
}

func TestOfTwoPasswordChangesAtOnceOneWins(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Lets(t, ana)
		here := seat(t, h, ana, "here")
		answers := make(chan error, 2)
		for _, next := range []string{"seven purple kettles sing", "eleven orange ladders hum"} {
			go func() { answers <- h.People.ChangePassword(t.Context(), here, modelstest.Password, next) }()
		}
		won := 0
		for range 2 {
			switch err := <-answers; {
			case err == nil:
				won++
			case models.KindOf(err) != models.Conflict && models.WrongFields(err)["current"] == "":
				t.Errorf("the loser is told %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d changes won, want 1", won)
		}
	})
}

func TestOfLinksMadeAtOnceOneOpens(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root, bo := h.Person(t, "root", models.Administrator), h.Person(t, "bo", models.PlainMember)
		const n = 8
		links, errs := make([]people.Link, n), make([]error, n)
		var g sync.WaitGroup
		for i := range n {
			g.Go(func() { links[i], errs[i] = h.People.NewLink(t.Context(), root, bo.UserID) })
		}
		g.Wait()
		open := 0
		for i := range n {
			modelstest.Must(t, errs[i])
			if _, err := h.People.CheckLink(t.Context(), links[i].Token); err == nil {
				open++
			}
		}
		if open != 1 {
			t.Errorf("%d of %d links open", open, n)
		}
	})
}

// Both take the login first: otherwise each would hold what the other waits for.
func TestALinkIsUsedWhileAnotherIsMade(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root, bo := h.Person(t, "root", models.Administrator), h.Person(t, "bo", models.PlainMember)
		link, err := h.People.NewLink(t.Context(), root, bo.UserID)
		modelstest.Must(t, err)
		made := make(chan error, 1)
		modelstest.Must(t, h.DB.System(t.Context(), models.Actor{Job: "test"}, func(tx *db.SystemTx) error {
			k, l, err := tx.TakeLink(onetime.Hash(link.Token))
			if err != nil {
				return err
			}
			go func() {
				_, err := h.People.NewLink(t.Context(), root, bo.UserID)
				made <- err
			}()
			for waiting := strings.HasPrefix(h.URL, "sqlite:"); !waiting; {
				waiting = h.Count(t, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0
			}
			if err := tx.UseLink(k, db.LoginThing(l)); err != nil {
				return err
			}
			return tx.SetPassword(l, "hash")
		}))
		modelstest.Must(t, <-made)
	})
}
