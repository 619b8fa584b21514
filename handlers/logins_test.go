package handlers_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/views/to"
)

func TestTheEditorSaysWhyALoginCantBeUsed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		locked, blocked, ended := d.night(t), d.add(t, models.LoginItem{Key: models.Some("blocked"), Secret: models.Some(models.ResetSecret)}), d.add(t, models.LoginItem{Key: models.Some("ended"), Secret: models.Some(models.ResetSecret)})
		now := c.Clock.Now()
		c.Exec(t, `UPDATE logins SET locked_at = ?, locked_until = ?, fail_count = 5 WHERE id = ?`, now, now.Add(9*time.Minute), locked)
		c.Exec(t, `UPDATE logins SET blocked_at = ?, blocked_by = ?, block_reason = 'Left.' WHERE id = ?`, now, d.admin.UserID, blocked)
		c.Exec(t, `UPDATE logins SET expire_at = ? WHERE id = ?`, now.Add(-time.Hour), ended)
		d.get(d.admin, d.at).expect(
			t, 200, "Can be used", "Can't be used", "Locked until 2 Jan 2026, 03:13 UTC after 5 wrong passwords.", "Unlock night",
			"Blocked by boss on 2 Jan 2026, 03:04 UTC. Reason: Left.", "Expired since 2 Jan 2026, 02:04 UTC.", "No password yet.",
			"Its letter waits to be sent", "Temporary until 3 Jan 2026, 03:04 UTC", "Last sign-in", "Never",
		)
	})
}

// S-79, for the form.
func TestSavingWhatIsShownChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		night := d.night(t)
		c.Exec(t, `UPDATE logins SET expire_at = ?, mfa = true, blocked_at = ?, blocked_by = ? WHERE id = ?`, c.Clock.Now().Add(time.Hour+123*time.Millisecond), c.Clock.Now(), d.admin.UserID, night)
		form, before := d.form(t), d.kept(t)
		if a := d.save(form); a.status != 303 {
			t.Fatal(a.status, plainText(a.body))
		}
		if after := d.kept(t); after != before {
			t.Errorf("saving changed rows:\n%s", difference(before, after))
		}
		d.get(d.admin, d.at).expect(t, 200, "Nothing was changed")
		d.review(form).expect(t, 200, "Nothing would change")
	})
}

func TestEditingALogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		night := d.night(t)
		id := d.ana.LoginID
		d.saved(t, with(d.form(t), "key.0", "ana.perez"), "1 login saved", "1 letter waits in the outbox.")
		d.saved(t, with(d.form(t), "expires.0", "2026-03-04T05:06"))
		if at := d.login(t, id).ExpireAt; at == nil || !at.Equal(time.Date(2026, 3, 4, 5, 6, 0, 0, time.UTC)) {
			t.Errorf("it ends %v", at)
		}
		d.saved(t, with(d.form(t), "mfa.0", "on", "blocked.1", "on", "reason", "Lost phone."))
		if l := d.login(t, night); l.BlockedAt == nil || l.BlockReason != "Lost phone." || !d.login(t, id).MFA {
			t.Errorf("got %+v", l)
		}
		d.saved(t, with(d.form(t), "mfa.0", "", "blocked.1", "", "expires.0", ""), "2 logins saved")
		if l := d.login(t, id); l.MFA || l.Key != "ana.perez" {
			t.Errorf("got %+v", l)
		}
		if d.login(t, night).BlockedAt != nil {
			t.Error("it is still blocked")
		}
		d.saved(t, with(d.form(t), "secret.0", "seven orange bicycles here", "link.1", "on"), "2 logins saved", "2 letters wait")
		if l := d.login(t, id); !l.MustChange || l.SecretUntil == nil {
			t.Error("a password that an administrator set is not temporary")
		}
	})
}

func TestAddingAndRemovingRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		night := d.night(t)
		typed := with(d.form(t), "key.0", "typed", "expires.1", "2027-01-01T00:00", "reason", "Because.")
		a := d.row(with(typed, "add", "2")).expect(t, 200, `value="typed"`, `value="2027-01-01T00:00"`, `value="Because."`, "New login", `id="login-2-key"`, "<html")
		form := formOf(t, a)
		if form.Get("link.2") != "on" || form.Get("provider.2") != "0" {
			t.Errorf("the new row is %v", form)
		}
		gone := formOf(t, d.row(with(form, "remove", "2")))
		if gone.Has("key.2") || gone.Get("key.0") != "typed" {
			t.Errorf("after it went: %v", gone)
		}
		marked := formOf(t, d.row(with(form, "remove", "1", "key.2", "tablet")).expect(t, 200, "Will be removed when you save", "Keep login"))
		if marked.Get("gone.1") != "on" || marked.Get("expires.1") != "2027-01-01T00:00" {
			t.Errorf("marked: %v", marked)
		}
		kept := formOf(t, d.row(with(marked, "keep", "1")))
		if kept.Has("gone.1") || kept.Get("expires.1") != "2027-01-01T00:00" || kept.Get("key.2") != "tablet" {
			t.Errorf("kept: %v", kept)
		}
		plan := d.save(marked).expect(t, 200, "Nothing is saved yet", "1 login would be removed", "It can be restored for 30 days.", "3 logins change", "night Removed", "tablet New", "Because.")
		if d.login(t, night).ID == 0 {
			t.Fatal("it was removed before anybody looked")
		}
		d.saved(t, formOf(t, plan), "3 logins saved", "Removed logins", "by boss")
		if d.login(t, night).ID != 0 {
			t.Error("it is still there")
		}
		a = d.post(d.admin, to.RestoreLogin(d.ana.UserID, night), "")
		d.get(d.admin, a.where()).expect(t, 200, "Login restored.")
		if d.login(t, night).ID == 0 {
			t.Error("it did not come back")
		}
	})
}

func TestWithHTMXOnlyTheRowIsSwapped(t *testing.T) {
	t.Parallel()
	d := open(t).desk(t)
	form := d.form(t)
	for _, v := range []struct{ path, form, has, where string }{
		{d.at + "/row", with(form, "add", "1").Encode(), `id="login-1" tabindex="-1" data-added`, ""},
		{d.at + "/row", with(form, "remove", "0").Encode(), "Keep login", ""},
		{d.at + "/review", with(form, "key.0", "x").Encode(), "1 login changes", ""},
		{d.at, with(form, "key.0", "x").Encode(), "", d.at},
	} {
		a := d.visit(visit{who: d.admin, method: "POST", path: v.path, form: v.form, htmx: true})
		if strings.Contains(a.body, "<html") || !strings.Contains(a.body, v.has) || a.where() != v.where {
			t.Errorf("%s: %d to %q\n%s", v.path, a.status, a.where(), a.body)
		}
	}
	page := d.get(d.admin, d.at).body
	for _, part := range []string{`hx-select="#login-0"`, `hx-target="#login-0"`, `hx-select="[data-added]"`, `formaction="` + d.at + `/row"`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
}

// What is missing in a form is left as it is: it never unblocks, waives or lengthens.
func TestAForgottenFieldNeverWeakens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		night := d.night(t)
		c.Exec(t, `UPDATE logins SET expire_at = ?, mfa = true, blocked_at = ?, blocked_by = ? WHERE id = ?`, c.Clock.Now().Add(time.Hour), c.Clock.Now(), d.admin.UserID, night)
		form, before := d.form(t), d.kept(t)
		id, revision := strconv.FormatInt(night, 10), form.Get("revision")
		for _, sent := range []url.Values{
			{"revision": {revision}},
			{"revision": {revision}, "row": {"1"}, "id.1": {id}},
			{"revision": {revision}, "row": {"1"}, "id.1": {id}, "key.1": {"night"}},
			{"revision": {revision}, "row": {"1", "x", "-1", "99999"}, "id.1": {id}, "was_key.1": {"night"}},
			with(form, "mfa.1", "", "was_mfa.1", "", "blocked.1", "", "was_blocked.1", ""),
			with(form, "expires.1", "", "was_expires.1", ""),
			with(form, "row", "0"),
			with(form, "id.1", "x"),
		} {
			if a := d.save(sent); a.status != 303 {
				t.Fatalf("%v: got %d\n%s", sent, a.status, plainText(a.body))
			}
			if after := d.kept(t); after != before {
				t.Fatalf("%v changed rows:\n%s", sent, difference(before, after))
			}
		}
		d.save(url.Values{"revision": {revision}, "row": {"1"}}).expect(t, 422, "Enter a login.") // a row without an id is a new login
		d.saved(t, with(form, "mfa.1", "", "blocked.1", ""), "1 login saved")                     // but a box that was shown and is not ticked is off
		if l := d.login(t, night); l.MFA || l.BlockedAt != nil {
			t.Errorf("got %+v", l)
		}
	})
}

// S-72: what the form has no field for changes nothing.
func TestForeignFieldsChangeNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		other := c.Person(t, "other", models.PlainMember)
		c.Lets(t, other)
		form, before := d.form(t), d.kept(t)
		d.saved(t, with(
			form, "is_admin", "on", "rank", "admin", "user_id", "1", "user_id.0", strconv.FormatInt(other.UserID, 10), "last_login.0", "1", "last_login_at.0", "2026-01-01T00:00",
			"block_by.0", "1", "blocked_by.0", "1", "secret_hash.0", "x", "subject.0", "x", "provider.0", "7", "removed_at.0", "x", "fail_count.0", "9",
		))
		if after := d.kept(t); after != before {
			t.Errorf("rows changed:\n%s", difference(before, after))
		}
		mine := with(form, "id.0", strconv.FormatInt(other.LoginID, 10), "key.0", "mine-now")
		d.save(mine).expect(t, 422, "This login is not there any more.")
		if key := d.cellOf(t, "key", other.LoginID); key != "other@example.org" {
			t.Errorf("another's login is called %s", key)
		}
		for _, path := range []string{to.UnlockLogin(d.ana.UserID, other.LoginID), to.RestoreLogin(d.ana.UserID, other.LoginID), to.UserLogins(999), to.UnlockLogin(999, 1)} {
			if a := d.post(d.admin, path, form.Encode()); a.status != 404 {
				t.Errorf("%s: got %d", path, a.status)
			}
		}
	})
}

func TestFaultsStandAtTheirFields(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		d.night(t)
		c.Person(t, "other", models.PlainMember)
		form := with(d.form(t), "row", "")
		form["row"] = []string{"0", "1", "2"}
		form = with(
			form, "key.0", "other@example.org", "expires.0", "2020-01-01T00:00", "secret.0", "eleven blue umbrellas now", "expires.1", "tomorrow", "secret.1", "short",
			"key.2", "", "provider.2", "0", "reason", strings.Repeat("w", 501),
		)
		a := d.save(form).expect(
			t, 422, "other has a login with this name.", "This time is over.", "Enter a date and a time", "Use at least 15 characters",
			"Enter a login.", "Tick “Send access link”, or type a password.", "Use at most 500 characters.", "Type the password again",
			`href="#login-0-key"`, `href="#login-1-expires"`, `href="#login-2-key"`, `href="#reason"`, `id="error-summary"`, `value="tomorrow"`,
		)
		if strings.Contains(a.body, "short") || strings.Contains(a.body, "eleven") {
			t.Error("the password came back")
		}
		d.review(form).expect(t, 422, "other has a login with this name.")
		d.save(with(d.form(t), "secret.0", "eleven blue umbrellas now", "link.0", "on")).expect(t, 422, "not both")
	})
}

func TestAllLoginsGoOnlyWhenTheBoxIsTicked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		d.sit(t, d.ana)
		plan := d.save(with(d.form(t), "gone.0", "on")).expect(
			t, 200, "Remove every login of ana", "ana can't sign in any more", "1 session ends.", "letter to ana@example.org will wait in the outbox",
		)
		form := formOf(t, plan)
		if form.Has("remove_all") {
			t.Fatal("the box is ticked already")
		}
		d.save(form).expect(t, 422, "Tick the box if this is meant.")
		if d.login(t, d.ana.LoginID).ID == 0 {
			t.Fatal("it went without the box")
		}
		d.saved(t, with(form, "remove_all", "on"), "1 login saved, 1 session ended, 1 letter waits in the outbox.", "No logins", "Restore login")
	})
}

func TestWhoWouldBeShutOutIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		c.Lets(t, d.admin.Actor)
		d.at = to.UserLogins(d.admin.UserID)
		d.review(with(d.form(t), "key.0", "the-boss")).expect(t, 200, "You came in by boss@example.org. Saving signs you out.")
		d.save(with(d.form(t), "blocked.0", "on")).expect(t, 422, "You came in by a login that this would take away")
		d.save(with(d.form(t), "gone.0", "on", "reviewed", "on", "remove_all", "on")).expect(t, 422, "You came in by a login that this would take away")

		second := c.person(t, "second", models.Administrator)
		c.Exec(t, `UPDATE logins SET secret_hash = '' WHERE user_id = ?`, second.UserID)
		d.admin = second
		d.save(with(d.form(t), "blocked.0", "on")).expect(t, 422, "No administrator could sign in any more.")
		if d.cellOf(t, "blocked_at IS NULL", c.loginOf(t, "boss")) == "false" {
			t.Error("it is blocked")
		}
	})
}

func (c *console) loginOf(t *testing.T, name string) int64 {
	t.Helper()
	id, err := strconv.ParseInt(c.cell(t, `SELECT id FROM logins WHERE key = ?`, name+"@example.org"), 10, 64)
	modelstest.Must(t, err)
	return id
}

// S-82, for the form: the second save is not lost, and loses nothing.
func TestAStaleFormShowsYoursTheirsAndTheBase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		night := d.night(t)
		gone := d.add(t, models.LoginItem{Key: models.Some("gone"), Secret: models.Some(models.ResetSecret)})
		mine := with(d.form(t), "key.0", "mine", "mfa.1", "on", "secret.1", "thirteen green kettles", "key.2", "dropped")
		theirs := with(d.form(t), "key.0", "theirs", "expires.1", "2027-01-01T00:00", "gone.2", "on", "reviewed", "on")
		other := d
		other.admin = c.person(t, "second", models.Administrator)
		other.saved(t, theirs)
		other.add(t, models.LoginItem{Key: models.Some("added"), Secret: models.Some(models.ResetSecret)})
		for _, send := range []func(url.Values) answer{d.save, d.review} {
			a := send(mine).expect(
				t, 409, "Somebody else changed the logins of ana", "ana@example.org", "theirs", "mine", "Both changed it", "never", "1 Jan 2027, 00:00 UTC",
				"They removed it.", "They added it.", "Put my changes on top", "Go on from theirs",
			)
			if strings.Contains(a.body, "thirteen") {
				t.Error("the password came back")
			}
		}
		merged := d.row(formOf(t, d.save(mine))).expect(t, 200, "Your changes stand on top", "Type the password again")
		form := formOf(t, merged)
		if form.Get("key.0") != "mine" || form.Get("expires.1") != "2027-01-01T00:00" || form.Get("mfa.1") != "on" || form.Has("key.2") && form.Get("key.2") != "added" {
			t.Errorf("merged: %v", form)
		}
		d.saved(t, with(form, "drop.1", "on"), "2 logins saved")
		if l := d.login(t, night); !l.MFA || l.ExpireAt == nil || d.login(t, gone).ID != 0 || d.login(t, d.ana.LoginID).Key != "mine" {
			t.Errorf("got %+v", l)
		}
		if a := d.save(with(d.form(t), "revision", "")); a.status != 409 {
			t.Errorf("without a revision: got %d", a.status)
		}
	})
}

// S-80, for the pages of the editor.
func TestNoPasswordComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		const marker = "marker zebra nineteen quartz"
		typed := with(d.form(t), "secret.0", marker)
		plan := d.review(typed).expect(t, 200, "Type the new password again", "New password of ana@example.org")
		answers := []answer{
			plan, d.row(with(typed, "add", "1")), d.row(with(typed, "remove", "0")), d.save(with(typed, "key.0", "not a key")), d.save(with(typed, "revision", "99")),
			d.save(with(typed, "gone.0", "on")), d.post(d.admin, to.UnlockLogin(d.ana.UserID, d.ana.LoginID), typed.Encode()),
		}
		d.save(formOf(t, plan)).expect(t, 422, "Type the password again, or tick “Leave the password as it is”.")
		d.saved(t, with(formOf(t, plan), "secret.0", marker), "1 login saved")
		answers = append(answers, d.get(d.admin, d.at), d.get(d.admin, to.User(d.ana.UserID)), d.get(d.admin, to.Audit()), d.get(d.admin, to.Outbox()))
		for i, a := range answers {
			if strings.Contains(a.body, "zebra") {
				t.Errorf("answer %d has the password", i)
			}
		}
		if strings.Contains(c.Dump(t)+c.log.String(), "zebra") {
			t.Error("the database or the log has the password")
		}
	})
}

// S-70: what a login is called does nothing.
func TestAHostileKeyIsInert(t *testing.T) {
	t.Parallel()
	d := open(t).desk(t)
	const hostile = `<script>alert(1)</script>"onx='1'`
	form := with(d.form(t), "key.0", hostile, "reason", hostile)
	for _, a := range []answer{d.review(form), d.row(with(form, "remove", "0")), d.save(form), d.get(d.admin, d.at), d.save(with(form, "revision", "0"))} {
		if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, `"onx=`) {
			t.Errorf("it is alive:\n%s", a.body)
		}
	}
	if got := d.login(t, d.ana.LoginID).Key; got != hostile {
		t.Errorf("the key is %q: was it refused?", got)
	}
	d.save(with(d.form(t), "key.0", "abc\u202egnp.exe")).expect(t, 422, "characters that can't be used")
	d.save(with(d.form(t), "key.0", strings.Repeat("w", 10_000))).expect(t, 422, "at most 254")
}

func TestUnlockingKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		lock := func() {
			c.Exec(t, `UPDATE logins SET locked_at = ?, locked_until = ?, fail_count = 5 WHERE id = ?`, c.Clock.Now(), c.Clock.Now().Add(time.Minute), d.ana.LoginID)
		}
		unlock := to.UnlockLogin(d.ana.UserID, d.ana.LoginID)
		lock()
		a := d.post(d.admin, unlock, with(d.form(t), "key.0", "typed").Encode()).expect(t, 200, "Unlocked.", `value="typed"`, "Can be used")
		d.saved(t, formOf(t, a), "1 login saved")
		lock()
		if a := d.post(d.admin, unlock, d.form(t).Encode()); a.where() != d.at {
			t.Errorf("with nothing typed it leads to %q", a.where())
		}
		d.post(d.admin, unlock, with(d.form(t), "key.0", "again").Encode()).expect(t, 409, "not locked", `value="again"`)

		night := d.night(t)
		removed := formOf(t, d.save(with(d.form(t), "gone.1", "on")))
		d.saved(t, removed)
		a = d.post(d.admin, to.RestoreLogin(d.ana.UserID, night), with(d.form(t), "key.0", "kept").Encode()).expect(t, 200, "Login restored.", `value="kept"`, "night")
		d.saved(t, formOf(t, a), "1 login saved")
		if d.login(t, night).ID == 0 || d.login(t, d.ana.LoginID).Key != "kept" {
			t.Error("not both came through")
		}
	})
}

func TestSavingLoginsAsksWhoItIsOnceMore(t *testing.T) {
	t.Parallel()
	d := open(t).desk(t)
	form := with(d.form(t), "key.0", "renamed")
	d.Clock.Pass(models.ProvenFor)
	d.review(form).expect(t, 200, "1 login changes") // looking is free
	d.save(form).expect(t, 401, "Confirm that it is you", `value="renamed"`)
	if d.login(t, d.ana.LoginID).Key != "ana@example.org" {
		t.Error("it was saved all the same")
	}
}

func TestNobodyHasMoreLoginsThanTheMost(t *testing.T) {
	t.Parallel()
	d := open(t).desk(t)
	form := d.form(t)
	for i := 1; i < models.MostLogins; i++ {
		form = formOf(t, d.row(with(form, "add", strconv.Itoa(i))))
	}
	d.row(form).expect(t, 200, "ana has as many logins as anybody can have.")
	if more := formOf(t, d.row(with(form, "add", "20"))); more.Has("key.20") {
		t.Error("there is one more")
	}
}
