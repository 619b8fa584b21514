package handlers_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/views/to"
)

const typedPassword = "thirteen green kettles"

// S-80: no password comes back, and none is silently forgotten either.
func TestAPasswordThatWasTypedIsNotForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		d.night(t)
		typed := with(d.form(t), "secret.0", typedPassword)
		form := formOf(t, d.save(with(typed, "key.0", "not a key")).expect(t, 422, "Type the password again", "Leave the password as it is"))
		for _, step := range [][]string{{"add", "2"}, {"remove", "2"}, {"remove", "0"}, {"keep", "0"}, {"remove", "1"}, {"keep", "1"}} {
			form = formOf(t, d.row(with(form, step...)))
			if form.Get("retype.0") != "on" || form.Get("secret.0") != "" {
				t.Fatalf("after %v: %v", step, form)
			}
		}
		form = with(form, "key.0", "renamed")
		for _, send := range []func(url.Values) answer{d.save, d.review} {
			send(form).expect(t, 422, "Type the password again, or tick “Leave the password as it is”.", `href="#login-0-secret"`)
		}
		d.save(with(form, "secret.0", typedPassword, "drop.0", "on")).expect(t, 422, "not both")
		if d.login(t, d.ana.LoginID).Key != "ana@example.org" {
			t.Fatal("something was saved")
		}
		if again := formOf(t, d.row(with(form, "drop.0", "on"))); again.Has("retype.0") {
			t.Error("it was given up, and is still asked for")
		}
		d.saved(t, with(form, "drop.0", "on"), "1 login saved")
		if d.login(t, d.ana.LoginID).MustChange {
			t.Error("a password was set all the same")
		}
		d.saved(t, with(d.form(t), "retype.0", "on", "secret.0", typedPassword), "1 login saved")
		if !d.login(t, d.ana.LoginID).MustChange {
			t.Error("it was typed again, and not set")
		}
	})
}

func TestUnlockAndRestoreRememberThatAPasswordWasTyped(t *testing.T) {
	t.Parallel()
	d := open(t).desk(t)
	night := d.night(t)
	d.saved(t, with(d.form(t), "gone.1", "on", "reviewed", "on"))
	d.Exec(t, `UPDATE logins SET locked_at = ?, locked_until = ?, fail_count = 5 WHERE id = ?`, d.Clock.Now(), d.Clock.Now().Add(models.ProvenFor), d.ana.LoginID)
	form := with(d.form(t), "secret.0", typedPassword)
	for _, path := range []string{to.UnlockLogin(d.ana.UserID, d.ana.LoginID), to.RestoreLogin(d.ana.UserID, night)} {
		form = formOf(t, d.post(d.admin, path, form.Encode()).expect(t, 200, "Type the password again"))
		if form.Get("retype.0") != "on" {
			t.Errorf("%s: %v", path, form)
		}
	}
	d.save(form).expect(t, 422, "Type the password again, or tick")
}

func TestATypedPasswordTakesThePlaceOfTheOfferedLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		sent := func(key string) string {
			return c.cell(t, `SELECT count(*) FROM access_links k JOIN logins l ON l.id = k.login_id WHERE l.key = ?`, key)
		}
		form := with(formOf(t, d.row(with(d.form(t), "add", "1"))), "key.1", "tablet", "secret.1", typedPassword)
		if form.Get("link.1") != "on" {
			t.Fatal("no link is offered")
		}
		back := formOf(t, d.save(with(form, "key.0", "not a key")).expect(t, 422, "Set no password"))
		if back.Has("link.1") || back.Get("retype.1") != "on" {
			t.Errorf("it became %v", back)
		}
		d.save(with(back, "key.0", "ana@example.org", "secret.1", typedPassword, "link.1", "on")).expect(
			t, 422, `href="#login-1-secret"`, `href="#login-1-link"`,
		) // now somebody ticked it
		d.saved(t, form, "1 login saved")
		if got := c.cell(t, `SELECT must_change FROM logins WHERE key = 'tablet'`); got != "true" && got != "1" {
			t.Errorf("the password is not set: %s", got)
		}
		if n := sent("tablet"); n != "0" {
			t.Error("a link was sent as well")
		}
		c.Clock.Pass(2 * time.Minute) // since ana's last link
		links, _ := strconv.Atoi(sent("ana@example.org"))
		stored := d.save(with(d.form(t), "secret.0", typedPassword, "link.0", "on")).expect(
			t, 422, "not both", `href="#login-0-secret"`, `href="#login-0-link"`, "Leave the password as it is",
		)
		d.saved(t, with(formOf(t, stored), "drop.0", "on"), "1 login saved")
		if n := sent("ana@example.org"); n != strconv.Itoa(links+1) {
			t.Errorf("%s links were sent", n)
		}
	})
}

func TestAnAdministratorsLoginsAlwaysNeedTheFactor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		c.Lets(t, d.admin.Actor)
		d.at = to.UserLogins(d.admin.UserID)
		for _, stored := range []bool{false, true} {
			c.Exec(t, `UPDATE logins SET mfa = ? WHERE user_id = ?`, stored, d.admin.UserID)
			page := d.get(d.admin, d.at).expect(t, 200, "Administrators always need it.", "Require two-factor")
			if !strings.Contains(page.body, `id="login-0-mfa" name="mfa.0" value="on" checked disabled`) {
				t.Error("the box can be used, or is not ticked")
			}
			before := d.kept(t)
			d.saved(t, d.form(t), "Nothing was changed")
			d.saved(t, with(d.form(t), "was_mfa.0", "on"), "Nothing was changed") // a page from before the promotion
			if after := d.kept(t); after != before {
				t.Errorf("saving changed rows:\n%s", difference(before, after))
			}
		}
		d.at = to.UserLogins(d.ana.UserID)
		if page := d.get(d.admin, d.at).body; strings.Contains(page, "Administrators always") || strings.Contains(page, "checked disabled") {
			t.Error("a member's box can't be used")
		}
	})
}

func TestARemovedLoginSaysWhetherItCanComeBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		d.provider(t, 3, "Ministry", true)
		night := d.night(t)
		bound := d.add(t, models.LoginItem{Key: models.Some("bound"), TrustedIDPID: models.Some(int64(3))})
		form := with(d.form(t), "gone.1", "on", "gone.2", "on")
		d.save(form).expect(t, 200, "2 logins would be removed.", "It can be restored for 30 days.")
		d.saved(t, with(form, "reviewed", "on"), "Removed just now by boss and gone for good in")
		page := d.get(d.admin, d.at)
		if strings.Count(page.body, "Restore login<") != 2 {
			t.Error("not both can be restored")
		}
		if strings.Contains(plainText(page.body), "nowby") {
			t.Error("words run together")
		}
		c.Exec(t, `UPDATE logins SET trusted_idp_id = NULL, issuer = '' WHERE id = ?`, night) // it never had one
		c.Exec(t, `DELETE FROM providers WHERE id = 3`)
		page = d.get(d.admin, d.at).expect(t, 200, "Its identity provider was deleted, so it can't be restored.")
		if strings.Contains(page.body, to.RestoreLogin(d.ana.UserID, bound)) || !strings.Contains(page.body, to.RestoreLogin(d.ana.UserID, night)) {
			t.Error("the wrong one can be restored")
		}
	})
}

func TestTheComparisonTellsOneselfFromOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		typed := with(d.form(t), "mfa.0", "on")
		for _, key := range []string{"first", "second"} {
			d.saved(t, with(d.form(t), "key.0", key))
		}
		own := d.save(typed).expect(t, 409, "You changed the logins of ana in another window", "Saved in the other window", "Not changed by you", "Go on from what you saved there")
		if strings.Contains(own.body, "Somebody else") {
			t.Error("somebody else is blamed")
		}
		other := d
		other.admin = c.person(t, "second", models.Administrator)
		other.saved(t, with(other.form(t), "key.0", "third"))
		d.save(typed).expect(t, 409, "Somebody else changed the logins of ana", "Theirs, saved", "Not changed by you", "Go on from theirs")
		d.saved(t, with(d.form(t), "key.0", "fourth"))
		d.save(typed).expect(t, 409, "Somebody else changed the logins of ana") // one of three was another's
	})
}

func TestAKeyIsCalledANameOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		night := d.night(t)
		c.Person(t, "other", models.PlainMember)
		d.saved(t, with(d.form(t), "gone.1", "on", "reviewed", "on"))
		d.saved(t, with(d.form(t), "key.0", "night"))
		restoring := d.post(d.admin, to.RestoreLogin(d.ana.UserID, night), "")
		twice := formOf(t, d.row(with(d.form(t), "add", "1")))
		for _, a := range []answer{
			restoring.expect(t, 409, "Another login of this user has the same name by now."),
			d.save(with(twice, "key.1", "NIGHT")).expect(t, 422, "Another login of this user has the same name."),
			d.save(with(d.form(t), "key.0", "other@example.org")).expect(t, 422, "other has a login with this name."),
		} {
			if strings.Contains(plainText(a.body), "key") {
				t.Error("it speaks of a key")
			}
		}
	})
}

func TestLoginsOfWhoIsKeptOutAreNotActive(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		d.add(t, models.LoginItem{Key: models.Some("invited"), Secret: models.Some(models.ResetSecret)})
		d.get(d.admin, to.User(d.ana.UserID)).expect(t, 200, "Active", "Invited")
		for _, column := range []string{"disabled_at", "deletion_at"} {
			c.Exec(t, `UPDATE users SET disabled_at = NULL, deletion_at = NULL WHERE id = ?`, d.ana.UserID)
			c.Exec(t, `UPDATE users SET `+column+` = ? WHERE id = `+strconv.FormatInt(d.ana.UserID, 10), c.Clock.Now())
			text := plainText(d.get(d.admin, to.User(d.ana.UserID)).body)
			if strings.Count(text, "Can't be used") != 2 || strings.Contains(text, "Invited") || strings.Contains(text, "Active Password") {
				t.Errorf("%s:\n%s", column, text)
			}
		}
	})
}
