package people_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// change is what SetProfile wants to leave a user as they are.
func change(t *testing.T, h *modelstest.House, who models.Actor, id int64) models.UserChange {
	t.Helper()
	p, err := h.People.Get(t.Context(), who, id)
	modelstest.Must(t, err)
	return models.UserChange{NewUser: models.NewUser{Name: p.Name, Email: p.Email, Rank: p.Rank}, Seen: p.UpdatedAt}
}

func admin(t *testing.T, h *modelstest.House, name string) models.Actor {
	t.Helper()
	who := h.Person(t, name, models.Administrator)
	h.Lets(t, who)
	return who
}

func TestANewAddressIsToldToBothAndKillsLinks(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root, ben := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		link, err := h.People.NewLink(t.Context(), root, ben.UserID)
		modelstest.Must(t, err)
		c := change(t, h, root, ben.UserID)
		c.Name, c.Email = "Benjamin", " benjamin@example.org "
		modelstest.Must(t, h.People.SetProfile(t.Context(), root, ben.UserID, c))
		for _, l := range h.WantMail(t, "account.changed benjamin@example.org", "account.changed ben@example.org") {
			d := l.ReadDetails()
			if d.By.Email != root.Email || len(d.Changes) != 2 || d.Changes[1].Was != "ben@example.org" || d.Changes[1].Now != "benjamin@example.org" {
				t.Errorf("%+v", d)
			}
		}
		_, err = h.People.CheckLink(t.Context(), link.Token)
		modelstest.Want(t, err, models.Expired)
		now := change(t, h, root, ben.UserID)
		if now.Name != "Benjamin" || now.Email != "benjamin@example.org" {
			t.Errorf("%+v", now)
		}
		if got := listed(t, h, root, models.UserFilter{Search: "benjamin@"}); got != "Benjamin" {
			t.Errorf("found %q", got)
		}
		e := h.Dump(t)
		if !strings.Contains(e, `{"before":{"email":"ben@example.org","name":"ben"},"after":{"email":"benjamin@example.org","name":"Benjamin"}}`) {
			t.Error("the event does not say what changed")
		}
	})
}

func TestAChangeOfAUserIsCheckedAndWritesNothingTwice(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ben := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		before := h.Dump(t)
		same := change(t, h, root, ben.UserID)
		modelstest.Must(t, h.People.SetProfile(ctx, root, ben.UserID, same))
		taken, stale := same, same
		taken.Email = "ROOT@example.org"
		modelstest.WantWrong(t, h.People.SetProfile(ctx, root, ben.UserID, taken), "email")
		modelstest.WantWrong(t, h.People.SetProfile(ctx, root, ben.UserID, models.UserChange{Seen: same.Seen}), "name", "email", "rank")
		stale.Seen, stale.Name = same.Seen.Add(-time.Second), "Other"
		modelstest.Want(t, h.People.SetProfile(ctx, root, ben.UserID, stale), models.Conflict)
		modelstest.Want(t, h.People.SetProfile(ctx, root, 4711, same), models.NotFound)
		modelstest.Want(t, h.People.SetProfile(ctx, ben, ben.UserID, same), models.Forbidden)
		if h.Dump(t) != before {
			t.Error("something was written")
		}
	})
}

// S-60, as far as the domain goes; handlers show it on a live session.
func TestARankCountsForTheNextAct(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ben := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		c := change(t, h, root, ben.UserID)
		c.Rank = models.Administrator
		modelstest.Must(t, h.People.SetProfile(ctx, root, ben.UserID, c))
		_, _, err := h.People.List(ctx, ben, models.UserFilter{})
		modelstest.Must(t, err)
		c = change(t, h, root, ben.UserID)
		c.Rank = models.PlainMember
		modelstest.Must(t, h.People.SetProfile(ctx, root, ben.UserID, c))
		_, _, err = h.People.List(ctx, ben, models.UserFilter{})
		modelstest.Want(t, err, models.Forbidden)
		if got := strings.Join(h.Events(t, "2"), " "); !strings.HasSuffix(got, "user.rank_changed user.rank_changed") {
			t.Error(got)
		}
		if l := h.WantMail(t, "account.changed ben@example.org", "account.changed ben@example.org"); l[0].ReadDetails().Changes[0].Now == l[1].ReadDetails().Changes[0].Now {
			t.Errorf("%+v", l)
		}
	})
}

// losses are the ways in which an administrator can be lost (S-85).
var losses = []string{"rank", "disable", "delete"}

// losing is who about to take the administrator's way in, the form filled in.
func losing(t *testing.T, h *modelstest.House, how string, who, whose models.Actor) func() error {
	t.Helper()
	c, f := change(t, h, who, whose.UserID), farewell(t, h, who, whose.UserID)
	return func() (err error) {
		switch how {
		case "rank":
			c.Rank = models.PlainMember
			err = h.People.SetProfile(t.Context(), who, whose.UserID, c)
		case "disable":
			err = h.People.Disable(t.Context(), who, whose.UserID, "left")
		case "delete":
			_, err = h.People.DeleteUser(t.Context(), who, whose.UserID, f)
		}
		return err
	}
}

// S-85: the last way in of an administrator is not lost by rank, disabling or deletion.
func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root, dud := admin(t, h, "root"), h.Person(t, "dud", models.Administrator) // who has no password
		before := h.Dump(t)
		for _, how := range losses {
			err := losing(t, h, how, dud, root)()
			modelstest.Want(t, err, models.Conflict)
			if !strings.Contains(err.Error(), "nobody who can administer") {
				t.Errorf("%s: %v", how, err)
			}
			modelstest.Want(t, losing(t, h, how, root, root)(), models.Conflict)
		}
		if h.Dump(t) != before {
			t.Error("something was written")
		}
	})
}

// S-85: of two administrators who take each other's way in at once, one does.
func TestTwoAdministratorsCannotLoseEachOtherAtOnce(t *testing.T) {
	t.Parallel()
	for _, how := range losses {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
				ana, bob := admin(t, h, "ana"), admin(t, h, "bob")
				lose := map[models.Actor]func() error{ana: losing(t, h, how, ana, bob), bob: losing(t, h, how, bob, ana)}
				errs := make([]error, 2)
				var wg sync.WaitGroup
				for i, who := range []models.Actor{ana, bob} {
					wg.Go(func() { errs[i] = lose[who]() })
				}
				wg.Wait()
				if (errs[0] == nil) == (errs[1] == nil) {
					t.Fatalf("%v, %v", errs[0], errs[1])
				}
				if n := h.Count(t, `SELECT count(*) FROM users WHERE rank = 'admin' AND disabled_at IS NULL AND deletion_at IS NULL`); n != 1 {
					t.Errorf("%d administrators are left", n)
				}
			})
		})
	}
}

// S-56: whoever is disabled is out with their next request, and stays out.
func TestWhoIsDisabledIsOutAtOnceUntilEnabled(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ben := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		seat(t, h, ben, "c")
		h.Lets(t, ben)
		link, err := h.People.NewLink(ctx, root, ben.UserID)
		modelstest.Must(t, err)
		modelstest.WantWrong(t, h.People.Disable(ctx, root, ben.UserID, " "), "reason")
		modelstest.WantWrong(t, h.People.Disable(ctx, root, ben.UserID, "two\nlines"), "reason")
		modelstest.WantWrong(t, h.People.Disable(ctx, root, ben.UserID, strings.Repeat("é", 301)), "reason")
		modelstest.Want(t, h.People.Enable(ctx, root, ben.UserID), models.Conflict)
		modelstest.Must(t, h.People.Disable(ctx, root, ben.UserID, " left in May "))
		modelstest.Want(t, h.People.Disable(ctx, root, ben.UserID, "left"), models.Conflict)
		if open(t, h, "c") || h.Count(t, `SELECT count(*) FROM sessions`) != 0 {
			t.Error("the session lives on")
		}
		_, err = h.People.SignIn(ctx, browser, ben.Email, modelstest.Password)
		if err == nil {
			_, _, err = h.People.Start(ctx, browser, modelstest.In(ben.LoginID), []byte("h"))
		}
		modelstest.Want(t, err, models.Invalid)
		_, err = h.People.CheckLink(ctx, link.Token)
		modelstest.Want(t, err, models.Expired)
		_, err = h.People.NewLink(ctx, root, ben.UserID)
		modelstest.Want(t, err, models.Conflict)
		_, err = h.People.LinkFromHost(ctx, ben.Email)
		modelstest.Want(t, err, models.Conflict)
		p, err := h.People.Get(ctx, root, ben.UserID)
		modelstest.Must(t, err)
		if p.DisabledBy != "root" || p.DisableReason != "left in May" || p.Standing(p.Ways) != models.StandsDisabled {
			t.Errorf("%+v", p)
		}
		modelstest.Must(t, h.People.Enable(ctx, root, ben.UserID))
		seat(t, h, ben, "d")
		if !open(t, h, "d") {
			t.Error("still out")
		}
		of := "account.changed ben@example.org" // the link, out, and in again
		reasons := ""
		for _, l := range h.WantMail(t, of, of, of) {
			reasons += l.ReadDetails().Reason
		}
		if reasons != "left in May" {
			t.Errorf("the letters say why: %q", reasons)
		}
	})
}

// Grave acts are for who has shown lately who they are.
func TestActsOnUsersWantProof(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ben := admin(t, h, "root"), h.Person(t, "ben", models.PlainMember)
		now := seat(t, h, ben, "c")
		c := change(t, h, root, ben.UserID)
		h.Clock.Pass(models.ProvenLately)
		_, err := h.People.DeleteUser(ctx, root, ben.UserID, farewell(t, h, root, ben.UserID))
		modelstest.Want(t, err, models.Unproven)
		modelstest.Must(t, h.People.EndUserSession(ctx, root, ben.UserID, now.SessionID))
		h.Clock.Pass(models.ProvenFor - models.ProvenLately)
		acts := map[string]error{
			"SetProfile": h.People.SetProfile(ctx, root, ben.UserID, c), "Disable": h.People.Disable(ctx, root, ben.UserID, "left"),
			"Enable": h.People.Enable(ctx, root, ben.UserID), "RestoreUser": h.People.RestoreUser(ctx, root, ben.UserID),
			"EndUserSession": h.People.EndUserSession(ctx, root, ben.UserID, now.SessionID),
		}
		_, acts["EndSessions"] = h.People.EndSessions(ctx, root, ben.UserID)
		_, acts["EndEverySession"] = h.People.EndEverySession(ctx, root)
		for name, err := range acts {
			if models.KindOf(err) != models.Unproven {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
