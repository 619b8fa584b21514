package people_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/onetime"
	"holdfast/models/modelstest"
)

// S-30: whatever stands behind a login, asking for a new password looks the same;
// only who may have one gets a letter.
func TestAForgottenPasswordTellsNobodyWhoSignsInHere(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		p := map[string]models.Actor{}
		for _, n := range []string{"known", "blocked", "expired", "disabled", "removed", "federated"} {
			p[n] = letIn(t, h, n)
		}
		h.Person(t, "pending", models.PlainMember)
		now := h.Clock.Now()
		h.Exec(t, `UPDATE logins SET blocked_at = ? WHERE id = ?`, now, p["blocked"].LoginID)
		h.Exec(t, `UPDATE logins SET expire_at = ? WHERE id = ?`, now, p["expired"].LoginID)
		h.Exec(t, `UPDATE logins SET removed_at = ? WHERE id = ?`, now, p["removed"].LoginID)
		h.Exec(t, `UPDATE logins SET trusted_idp_id = 1, secret_hash = '' WHERE id = ?`, p["federated"].LoginID)
		h.Exec(t, `UPDATE users SET disabled_at = ? WHERE id = ?`, now, p["disabled"].UserID)
		for _, n := range []string{"known", "blocked", "expired", "disabled", "removed", "federated", "pending", "nobody"} {
			modelstest.Must(t, h.People.Forgot(t.Context(), browser, strings.ToUpper(n[:1])+n[1:]+"@example.org"))
		}
		modelstest.Must(t, h.People.Forgot(t.Context(), browser, "no login\x00at all"))
		dump := h.Dump(t)
		for i, l := range h.WantMail(t, "login.reset known@example.org", "user.invitation pending@example.org") {
			if strings.Contains(dump+h.Log.String(), l.Token) || l.Token == "" || l.ReadDetails().By.Email != "" {
				t.Errorf("letter %+v", l)
			}
			life := []time.Duration{models.ResetLife, models.InvitationLife}[i]
			if !l.GoodUntil.Equal(now.Add(life)) || !l.ReadDetails().Until.Equal(now.Add(life)) {
				t.Errorf("%s is good until %v", l.Kind, l.GoodUntil)
			}
		}
	})
}

// S-27, S-33: asking changes nothing for who is in, and locks nobody out.
func TestAskingForANewPasswordLeavesTheOldOne(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		seat(t, h, ana, "in")
		for range 6 {
			modelstest.Must(t, h.People.Forgot(t.Context(), browser, ana.Email))
		}
		if !open(t, h, "in") || h.Count(t, `SELECT fail_total FROM logins WHERE id = ?`, ana.LoginID) != 0 {
			t.Error("asking ended a session or counted as a failure")
		}
		if _, in := comes(t, h, ana, "c"); !in {
			t.Error("the password does not work any more")
		}
	})
}

// S-31: a letter a minute and five an hour for a login, without a word; twenty
// requests an hour from an address.
func TestLettersWithALinkAreFew(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana, sent := letIn(t, h, "ana"), 0
		for i := range 15 { // two every four minutes, each from elsewhere
			for range 2 {
				modelstest.Must(t, h.People.Forgot(t.Context(), from(i), ana.Email))
			}
			sent += len(h.Mail(t))
			h.Clock.Pass(4*time.Minute - time.Duration(i/14)*time.Minute)
		}
		if sent != models.LinksAnHour {
			t.Errorf("%d letters in an hour, want %d", sent, models.LinksAnHour)
		}
		h.Clock.Pass(time.Minute)
		modelstest.Must(t, h.People.Forgot(t.Context(), from(100), ana.Email))
		h.WantMail(t, "login.reset ana@example.org")

		for i := range 20 {
			modelstest.Must(t, h.People.Forgot(t.Context(), browser, fmt.Sprintf("user%d@example.org", i)))
		}
		for _, login := range []string{ana.Email, "nobody@example.org"} {
			err := h.People.Forgot(t.Context(), browser, login)
			modelstest.Want(t, err, models.RateLimited)
			if e, _ := errors.AsType[*models.Error](err); e.RetryAfter != time.Hour {
				t.Errorf("wait %v", e.RetryAfter)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.Throttled); n != 1 {
			t.Errorf("%d events", n)
		}
	})
}

// S-28, S-39: using the link ends every session and a lock-out, tells the user, and
// signs nobody in. S-20: what was temporary about the password is over.
func TestANewPasswordByALink(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		seat(t, h, ana, "stolen")
		end := h.Clock.Now().Add(90 * 24 * time.Hour)
		h.Exec(t, `UPDATE logins SET must_change = ?, secret_until = ?, expire_at = ? WHERE id = ?`, true, h.Clock.Now(), end, ana.LoginID)
		miss(t, h, ana, 5)
		h.Mail(t)
		modelstest.Must(t, h.People.Forgot(t.Context(), browser, ana.Email))
		token := h.LinkTo(t, ana)
		h.Mail(t)
		modelstest.Must(t, h.People.UseLink(t.Context(), browser, token, modelstest.Password))
		if open(t, h, "stolen") || h.Count(t, `SELECT count(*) FROM sessions`) != 0 {
			t.Error("somebody is signed in")
		}
		told := h.WantMail(t, "account.changed ana@example.org")[0].ReadDetails()
		if len(told.Changes) != 1 || told.Changes[0].Event != models.PasswordSet || told.Changes[0].Thing != ana.Email || told.By.Email != "" {
			t.Errorf("told %+v", told)
		}
		if n := h.Count(t, `SELECT count(*) FROM logins WHERE id = ? AND expire_at = ? AND secret_until IS NULL`, ana.LoginID, end); n != 1 {
			t.Error("the link moved the end of the login, or left the password temporary")
		}
		if s, in := comes(t, h, ana, "c"); !in || s.Stage != models.Whole {
			t.Errorf("in %v, stage %q", in, s.Stage)
		}
	})
}

// S-29: a link is no second factor.
func TestALinkDoesNotReplaceTheSecondFactor(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := letIn(t, h, "ana")
		h.Exec(t, `UPDATE logins SET mfa = ? WHERE id = ?`, true, ana.LoginID)
		enrol(t, h, ana)
		modelstest.Must(t, h.People.Forgot(t.Context(), browser, ana.Email))
		i, err := h.People.CheckLink(t.Context(), h.LinkTo(t, ana))
		if err != nil || i.Least != 8 { // S-02
			t.Errorf("%+v, %v", i, err)
		}
		modelstest.WantWrong(t, h.People.UseLink(t.Context(), browser, h.LinkTo(t, ana), "fkwvqzj"), "password")
		modelstest.Must(t, h.People.UseLink(t.Context(), browser, h.LinkTo(t, ana), "fkwvqzjh"))
		e, err := h.People.SignIn(t.Context(), browser, ana.Email, "fkwvqzjh")
		modelstest.Must(t, err)
		s, _, err := h.People.Start(t.Context(), browser, e, onetime.Hash("c"))
		modelstest.Must(t, err)
		if s.Stage != models.NeedsFactor {
			t.Errorf("stage %q", s.Stage)
		}
	})
}

// enrol gives the person a second factor that nobody can use.
func enrol(t *testing.T, h *modelstest.House, who models.Actor) {
	t.Helper()
	h.Exec(t, `INSERT INTO totps (id, user_id, label, sealed, key_id, last_step, created_at) VALUES (?, ?, 'Phone', ?, 'k', 0, ?)`, models.NewID(), who.UserID, []byte("x"), h.Clock.Now())
}

// deaths are what a link does not outlive.
var deaths = map[string]func(*testing.T, *modelstest.House, models.Actor){
	"another address": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		h.Exec(t, `UPDATE users SET email = 'new@example.org', email_key = 'new@example.org' WHERE id = ?`, ana.UserID)
	},
	"blocked": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		h.Exec(t, `UPDATE logins SET blocked_at = ? WHERE id = ?`, h.Clock.Now(), ana.LoginID)
	},
	"expired": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		h.Exec(t, `UPDATE logins SET expire_at = ? WHERE id = ?`, h.Clock.Now(), ana.LoginID)
	},
	"removed": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		h.Exec(t, `UPDATE logins SET removed_at = ? WHERE id = ?`, h.Clock.Now(), ana.LoginID)
	},
	"disabled": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		h.Exec(t, `UPDATE users SET disabled_at = ? WHERE id = ?`, h.Clock.Now(), ana.UserID)
	},
	"going to be deleted": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		h.Exec(t, `UPDATE users SET deletion_at = ? WHERE id = ?`, h.Clock.Now(), ana.UserID)
	},
	"federated": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		h.Exec(t, `UPDATE logins SET trusted_idp_id = 1 WHERE id = ?`, ana.LoginID)
	},
	"a sign-in": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		if _, in := comes(t, h, ana, "c"); !in {
			t.Fatal("not in")
		}
	},
	"another password": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		here := seat(t, h, ana, "here")
		modelstest.Must(t, h.People.ChangePassword(t.Context(), here, modelstest.Password, "seven purple kettles sing"))
	},
	"a newer link": func(t *testing.T, h *modelstest.House, ana models.Actor) {
		h.Clock.Pass(models.LinkEvery)
		modelstest.Must(t, h.People.Forgot(t.Context(), from(98), ana.Email))
	},
	"its time": func(t *testing.T, h *modelstest.House, _ models.Actor) { h.Clock.Pass(models.ResetLife) },
}

// S-32: a link is worth nothing once something about the login or its user changes.
func TestALinkDiesWithWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		n := 0
		for how, kill := range deaths {
			n++
			ana := letIn(t, h, fmt.Sprint("ana", n))
			modelstest.Must(t, h.People.Forgot(t.Context(), from(n), ana.Email))
			token, letter := h.LinkTo(t, ana), letterTo(t, h, ana.Email)
			if _, err := h.People.CheckLink(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			kill(t, h, ana)
			if _, err := h.People.CheckLink(t.Context(), token); err != models.ErrDeadLink {
				t.Errorf("%s: checking says %v", how, err)
			}
			if err := h.People.UseLink(t.Context(), browser, token, "eleven orange ladders hum"); err != models.ErrDeadLink {
				t.Errorf("%s: using says %v", how, err)
			}
			modelstest.Must(t, h.People.OpenedLink(t.Context(), browser, token))
			revoked := how == "a sign-in" || how == "another password" || how == "a newer link"
			if n := h.Count(t, `SELECT count(*) FROM letter_tokens WHERE id = ?`, letter); revoked && n != 0 {
				t.Errorf("%s: the letter of a revoked link keeps its token", how)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM access_links WHERE opened_at IS NOT NULL`); n != 0 {
			t.Errorf("%d dead links were opened", n)
		}
	})
}

// The letters of another login of the same user stay.
func TestALetterGoesWithItsOwnLinkAlone(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root, ana := h.Person(t, "root", models.Administrator), letIn(t, h, "ana")
		h.Exec(t, `INSERT INTO logins (user_id, key, key_canon, secret_hash, mfa, block_reason, created_at, updated_at) VALUES (?, 'second', 'second', '', ?, '', ?, ?)`, ana.UserID, false, h.Clock.Now(), h.Clock.Now())
		second := int64(h.Count(t, `SELECT id FROM logins WHERE key = 'second'`))
		modelstest.Must(t, h.People.Forgot(t.Context(), browser, ana.Email))
		_, err := h.People.SendLink(t.Context(), root, ana.UserID, second, false)
		modelstest.Must(t, err)
		if _, in := comes(t, h, ana, "c"); !in {
			t.Fatal("not in")
		}
		l := h.WantMail(t, "user.invitation ana@example.org")[0]
		i, err := h.People.CheckLink(t.Context(), l.Token)
		if err != nil || i.Login != "second" || l.ReadDetails().Changes[0].Thing != "second" {
			t.Errorf("%+v, %v", i, err)
		}
	})
}

// S-23: looking changes nothing; that a browser shows the page, it says itself.
func TestALinkIsOpenedByABrowserAndNotByLooking(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		root, ana, ben := h.Person(t, "root", models.Administrator), letIn(t, h, "ana"), letIn(t, h, "ben")
		state := func(who models.Actor) string {
			links, err := h.People.Links(t.Context(), root, who.UserID)
			modelstest.Must(t, err)
			return string(links[who.LoginID].State(h.Clock.Now())) + " " + string(links[who.LoginID].Letter)
		}
		for _, who := range []models.Actor{ana, ben} {
			modelstest.Must(t, h.People.Forgot(t.Context(), browser, who.Email))
		}
		token, other := h.LinkTo(t, ana), h.LinkTo(t, ben)
		before := h.Dump(t)
		_, err := h.People.CheckLink(t.Context(), token)
		modelstest.Must(t, err)
		if h.Dump(t) != before || state(ana) != "made queued" {
			t.Errorf("looking changed something; it is %q", state(ana))
		}
		h.Mail(t)
		if state(ana) != "made sent" {
			t.Errorf("once sent, it is %q", state(ana))
		}
		for range 2 {
			modelstest.Must(t, h.People.OpenedLink(t.Context(), browser, token))
		}
		modelstest.Must(t, h.People.OpenedLink(t.Context(), browser, "unknown"))
		if state(ana) != "opened sent" || h.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.LinkOpened) != 1 {
			t.Errorf("once opened, it is %q", state(ana))
		}
		modelstest.WantWrong(t, h.People.UseLink(t.Context(), browser, other, "short"), "password")
		if state(ben) != "opened sent" {
			t.Errorf("after a password that was no good, it is %q", state(ben))
		}
		modelstest.Must(t, h.People.UseLink(t.Context(), browser, token, "eleven orange ladders hum"))
		if state(ana) != "used sent" {
			t.Errorf("once used, it is %q", state(ana))
		}
		if _, in := comes(t, h, ben, "c"); !in || state(ben) != "revoked sent" {
			t.Errorf("after a sign-in, it is %q", state(ben))
		}
	})
}

func TestAnAdministratorSendsALinkOrShowsIt(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ana, ben := h.Person(t, "root", models.Administrator), letIn(t, h, "ana"), letIn(t, h, "ben")
		k, err := h.People.SendLink(ctx, root, ana.UserID, ana.LoginID, false)
		if err != nil || k.Token != "" || k.Purpose != models.Reset || *k.MadeBy != root.UserID || k.Email != ana.Email {
			t.Errorf("%+v, %v", k, err)
		}
		l := h.WantMail(t, "login.reset ana@example.org")[0]
		if l.ReadDetails().By.Email != root.Email || l.ID != *k.LetterID {
			t.Errorf("%+v", l)
		}
		_, err = h.People.SendLink(ctx, root, ana.UserID, ana.LoginID, false)
		modelstest.Want(t, err, models.RateLimited)
		if e, _ := errors.AsType[*models.Error](err); e.Code != "reset_rate_limited" || e.RetryAfter != models.LinkEvery {
			t.Errorf("%+v", e)
		}
		shown, err := h.People.SendLink(ctx, root, ana.UserID, ana.LoginID, true)
		modelstest.Must(t, err)
		h.WantMail(t, "account.changed ana@example.org") // who is told that somebody holds a link
		_, err = h.People.CheckLink(ctx, shown.Token)
		modelstest.Must(t, err)
		_, err = h.People.CheckLink(ctx, l.Token)
		modelstest.Want(t, err, models.Expired)

		_, err = h.People.SendLink(ctx, root, ben.UserID, ana.LoginID, false)
		modelstest.Want(t, err, models.NotFound)
		_, err = h.People.SendLink(ctx, ben, ana.UserID, ana.LoginID, true)
		modelstest.Want(t, err, models.Forbidden)
		for _, why := range []string{`UPDATE logins SET blocked_at = created_at, trusted_idp_id = NULL WHERE id = ?`, `UPDATE logins SET blocked_at = NULL, expire_at = created_at WHERE id = ?`, `UPDATE logins SET expire_at = NULL, trusted_idp_id = 1 WHERE id = ?`} {
			h.Exec(t, why, ben.LoginID)
			_, err = h.People.SendLink(ctx, root, ben.UserID, ben.LoginID, false)
			modelstest.Want(t, err, models.Conflict)
		}
		h.Clock.Pass(models.ProvenFor)
		for _, show := range []bool{false, true} {
			_, err = h.People.SendLink(ctx, root, ana.UserID, ana.LoginID, show)
			modelstest.Want(t, err, models.Unproven)
		}
		_, err = h.People.NewLink(ctx, root, ana.UserID)
		modelstest.Want(t, err, models.Unproven)
		h.WantMail(t)
	})
}
