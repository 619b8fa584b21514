package people_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/onetime"
	"holdfast/models/modelstest"
	"holdfast/models/people"
)

var browser = models.Actor{IP: "192.0.2.9", UserAgent: "Netscape", RequestID: "r1"}

func first(password string) people.FirstAdmin {
	return people.FirstAdmin{Name: "Ana", Email: "Ana@Example.org", Password: password}
}

func TestTheSetupLinkMakesOneAdministratorAndIsDeadAfterwards(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		old, err := h.People.OfferSetup(ctx)
		modelstest.Must(t, err)
		h.Clock.Pass(models.SetupLife)
		modelstest.Want(t, h.People.CheckSetup(ctx, old), models.Expired)
		modelstest.Want(t, h.People.Setup(ctx, browser, old, first(modelstest.Password)), models.Expired)
		token, err := h.People.OfferSetup(ctx)
		modelstest.Must(t, err)
		second, err := h.People.OfferSetup(ctx)
		modelstest.Must(t, err)
		for range 3 { // looking at it does not spend it
			modelstest.Must(t, h.People.CheckSetup(ctx, token))
		}
		for _, forged := range []string{"", "x", token + "x", token[1:]} {
			modelstest.Want(t, h.People.CheckSetup(ctx, forged), models.Expired)
			modelstest.Want(t, h.People.Setup(ctx, browser, forged, first(modelstest.Password)), models.Expired)
		}
		modelstest.WantWrong(t, h.People.Setup(ctx, browser, token, people.FirstAdmin{Email: "nobody", Password: "short"}), "name", "email", "password")
		if needed, err := h.People.NeedsSetup(ctx); err != nil || !needed {
			t.Errorf("setup is needed: %v %v", needed, err)
		}
		modelstest.Must(t, h.People.Setup(ctx, browser, token, first(modelstest.Password)))
		if needed, err := h.People.NeedsSetup(ctx); err != nil || needed {
			t.Errorf("setup is still needed: %v %v", needed, err)
		}
		for _, dead := range []string{token, second} {
			modelstest.Want(t, h.People.CheckSetup(ctx, dead), models.Expired)
			modelstest.Want(t, h.People.Setup(ctx, browser, dead, first(modelstest.Password)), models.Expired)
		}
		if offer, err := h.People.OfferSetup(ctx); err != nil || offer != "" {
			t.Errorf("a link was offered again: %v", err)
		}
		if n := h.Count(t, `SELECT count(*) FROM users WHERE rank = 'admin'`); n != 1 {
			t.Errorf("%d administrators", n)
		}
		entry, err := h.People.SignIn(ctx, browser, "ana@example.ORG", modelstest.Password)
		modelstest.Must(t, err)
		_, who, err := h.People.Start(ctx, browser, modelstest.In(entry.LoginID), onetime.Hash("cookie"))
		modelstest.Must(t, err)
		if !who.Admin() || who.Name != "Ana" {
			t.Errorf("the first user is %+v", who)
		}
		for _, secret := range []string{token, second, old, modelstest.Password} {
			if strings.Contains(h.Dump(t)+h.Log.String(), secret) {
				t.Error("a token or the password is in the database or in the log")
			}
		}
	})
}

func TestTwoSetupsAtOnceMakeOneAdministrator(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		errs := make(chan error, 2)
		for i := range 2 {
			token, err := h.People.OfferSetup(t.Context())
			modelstest.Must(t, err)
			f := first(modelstest.Password)
			f.Email = fmt.Sprintf("ana%d@example.org", i)
			go func() { errs <- h.People.Setup(t.Context(), browser, token, f) }()
		}
		won := 0
		for range 2 {
			if err := <-errs; err == nil {
				won++
			} else if models.KindOf(err) != models.Expired {
				t.Errorf("the loser got %v", err)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM users`); won != 1 || n != 1 {
			t.Errorf("%d won, %d users", won, n)
		}
	})
}

func TestWhateverIsWrongTheAnswerToASignInIsTheSame(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		person := map[string]models.Actor{}
		for _, n := range []string{"right", "blocked", "expired", "invited"} {
			person[n] = h.Person(t, n, models.PlainMember)
			if n != "invited" {
				h.Lets(t, person[n])
			}
		}
		h.Exec(t, `UPDATE logins SET blocked_at = ? WHERE id = ?`, h.Clock.Now(), person["blocked"].LoginID)
		h.Exec(t, `UPDATE logins SET expire_at = ? WHERE id = ?`, h.Clock.Now(), person["expired"].LoginID)
		texts := map[string]bool{}
		for _, try := range [][2]string{
			{"right@example.org", modelstest.Password + " "},
			{"blocked@example.org", modelstest.Password},
			{"expired@example.org", modelstest.Password},
			{"invited@example.org", ""},
			{"nobody@example.org", modelstest.Password},
			{"a secret\x00typed\xff here", "x"},
		} {
			entry, err := h.People.SignIn(ctx, browser, try[0], try[1])
			modelstest.WantWrong(t, err, "login")
			texts[fmt.Sprint(err, models.WrongFields(err))] = true
			if entry.LoginID != 0 {
				t.Errorf("%q: login %d", try[0], entry.LoginID)
			}
		}
		if len(texts) != 1 {
			t.Errorf("the answers differ: %v", texts)
		}
		entry, err := h.People.SignIn(ctx, browser, "RIGHT@Example.org", modelstest.Password)
		if err != nil || entry.LoginID != person["right"].LoginID {
			t.Errorf("the right one: %d %v", entry.LoginID, err)
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ? AND ip = ?`, models.SignInFailed, browser.IP); n != 6 {
			t.Errorf("%d failures noted, want 6", n)
		}
		if strings.Contains(h.Dump(t)+h.Log.String(), "typed") {
			t.Error("what was typed as an unknown login was kept")
		}
		_, _, err = h.People.Start(ctx, browser, modelstest.In(person["blocked"].LoginID), onetime.Hash("cookie"))
		modelstest.Want(t, err, models.Invalid)
	})
}

// seat signs a person in without a password, in a browser with this cookie.
func seat(t *testing.T, h *modelstest.House, who models.Actor, cookie string) models.Actor {
	t.Helper()
	h.Exec(t, `UPDATE logins SET secret_hash = 'x' WHERE id = ? AND secret_hash = ''`, who.LoginID)
	_, now, err := h.People.Start(t.Context(), browser, modelstest.In(who.LoginID), onetime.Hash(cookie))
	modelstest.Must(t, err)
	return now
}

// open reports whether the cookie still opens a session.
func open(t *testing.T, h *modelstest.House, cookie string) bool {
	t.Helper()
	_, who, err := h.People.Find(t.Context(), onetime.Hash(cookie))
	if err != nil {
		modelstest.Want(t, err, models.NotFound)
		return false
	}
	return who.SignedIn()
}

func TestASessionEndsWhenIdleAndAfterItsLife(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.Administrator)
		seat(t, h, ana, "idle")
		h.Clock.Pass(models.SessionIdle - time.Second)
		if !open(t, h, "idle") {
			t.Error("ended before its time")
		}
		h.Clock.Pass(time.Second)
		if open(t, h, "idle") {
			t.Error("still open after the idle time")
		}
		busy := seat(t, h, ana, "busy")
		s, who, err := h.People.Find(ctx, onetime.Hash("busy"))
		modelstest.Must(t, err)
		if who.UserID != ana.UserID || who.LoginID != ana.LoginID || who.SessionID != busy.SessionID || who.Rank != models.Administrator || s.ID != busy.SessionID {
			t.Errorf("found %+v", who)
		}
		for range 24 {
			h.Clock.Pass(models.SessionIdle - time.Second)
			if open(t, h, "busy") {
				modelstest.Must(t, h.People.Touch(ctx, busy))
			}
		}
		h.Clock.Pass(24*time.Second - time.Microsecond)
		if !open(t, h, "busy") {
			t.Error("a busy session ended before its life")
		}
		h.Clock.Pass(time.Microsecond)
		modelstest.Must(t, h.People.Touch(ctx, busy))
		if open(t, h, "busy") {
			t.Error("a session outlived its life")
		}
		if open(t, h, "") || open(t, h, "unknown") {
			t.Error("an unknown cookie opens a session")
		}
	})
}

func TestASessionEndsWithItsLogin(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		seat(t, h, ana, "c")
		h.Exec(t, `UPDATE logins SET expire_at = ?`, h.Clock.Now().Add(time.Second))
		if !open(t, h, "c") {
			t.Error("ended before the login")
		}
		h.Clock.Pass(time.Second)
		if open(t, h, "c") {
			t.Error("outlived its login")
		}
		h.Exec(t, `UPDATE logins SET expire_at = NULL, blocked_at = ?`, h.Clock.Now())
		if open(t, h, "c") {
			t.Error("a blocked login has a session")
		}
	})
}

func TestSessionsAreEndedByTheirUserOneByOneOrAllOthers(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		desk, phone, lost := seat(t, h, ana, "desk"), seat(t, h, ana, "phone"), seat(t, h, ana, "lost")
		other := seat(t, h, bob, "bob")
		list, err := h.People.Sessions(ctx, desk)
		modelstest.Must(t, err)
		if len(list) != 3 || list[0].UserAgent != browser.UserAgent || list[0].IP != browser.IP {
			t.Errorf("lists %+v", list)
		}
		modelstest.Want(t, h.People.EndSession(ctx, desk, other.SessionID), models.NotFound)
		modelstest.Must(t, h.People.EndSession(ctx, desk, phone.SessionID))
		modelstest.Want(t, h.People.EndSession(ctx, desk, phone.SessionID), models.NotFound)
		n, err := h.People.EndOtherSessions(ctx, desk)
		modelstest.Must(t, err)
		if n != 1 || !open(t, h, "desk") || open(t, h, "phone") || open(t, h, "lost") || !open(t, h, "bob") {
			t.Errorf("%d others ended", n)
		}
		_ = lost
		modelstest.Must(t, h.People.End(ctx, desk))
		if open(t, h, "desk") {
			t.Error("signed out and still in")
		}
		again := desk
		next, err := func() (models.Actor, error) {
			b := browser
			b.SessionID = other.SessionID // the browser that bob sat before
			_, who, err := h.People.Start(ctx, b, modelstest.In(ana.LoginID), onetime.Hash("new"))
			return who, err
		}()
		modelstest.Must(t, err)
		if open(t, h, "bob") || next.UserID != ana.UserID || next.SessionID == again.SessionID {
			t.Error("signing in did not end the browser's former session")
		}
		if got := h.Events(t, fmt.Sprint(ana.UserID)); !slices.Contains(got, models.SessionsRevoked) {
			t.Errorf("events %v", got)
		}
	})
}

func TestABrowserMayDescribeItselfInAnyBytes(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Lets(t, ana)
		for i, agent := range []string{"a\xff\x00b", strings.Repeat("é", 500), strings.Repeat("x", 299) + "é"} {
			_, _, err := h.People.Start(t.Context(), models.Actor{UserAgent: agent}, modelstest.In(ana.LoginID), onetime.Hash(fmt.Sprint(i)))
			modelstest.Must(t, err)
		}
	})
}

func TestAFlashIsLeftForTheNextPage(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := seat(t, h, h.Person(t, "ana", models.PlainMember), "c")
		for _, text := range []string{"Saved.", ""} {
			modelstest.Must(t, h.People.SetFlash(ctx, ana, "success", text))
			s, _, err := h.People.Find(ctx, onetime.Hash("c"))
			modelstest.Must(t, err)
			if s.FlashText != text || s.FlashKind != "success" {
				t.Errorf("found %q %q", s.FlashKind, s.FlashText)
			}
		}
	})
}
