package browsertest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// The editor of logins does the same with scripts and without.

func TestLoginsAreEditedWithScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	editLogins(t, true)
}

func TestLoginsAreEditedWithoutScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	editLogins(t, false)
}

// roll is the editor of Mary's logins, and who sits at it.
type roll struct {
	*person
	tabs *browser
	page string
}

const marys = "Logins of Mary Jackson"

func editLogins(t *testing.T, scripts bool) {
	t.Helper()
	prog := start(t, onSQLite(t), nil)
	f := furnish(t, prog)
	b := open(t, scripts)
	r := roll{b.sit(prog.url), b, "/admin/users/" + f.viewer + "/logins"}
	r.signIn(adminLogin, adminPassword)
	r.namesEverything()
	r.addsARow()
	r.marksARow()
	r.savesWhatWasReviewed()
	r.removesOnlyAfterAReview()
	r.isTooLate()
}

// of is the group of one login.
func (r roll) of(key string) thing { r.t.Helper(); return r.find("group", key) }

// in is a control of the group of one login. The group is found anew each time,
// since without scripts every change is another page.
func (r roll) in(key, role, name string) thing {
	r.t.Helper()
	found := thing{p: r.person, what: role + " " + name + " of " + key}
	r.until(found.what, func(ctx context.Context) error {
		groups, err := r.named(ctx, nil, "group", key)
		if err != nil || len(groups) != 1 {
			return errors.Join(err, fmt.Errorf("there are %d groups", len(groups)))
		}
		ids, err := r.named(ctx, &thing{id: groups[0]}, role, name)
		if err != nil || len(ids) != 1 {
			return errors.Join(err, fmt.Errorf("there are %d", len(ids)))
		}
		found.id = ids[0]
		return nil
	})
	return found
}

// fills replaces what a field of a login's group holds.
func (r roll) fills(key, field, text string) {
	r.t.Helper()
	e := r.in(key, "textbox", field)
	r.until("fill in "+field+" of "+key, func(ctx context.Context) error {
		if _, err := ask[bool](ctx, e, `function() { this.focus(); this.select(); return true }`); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// waits until the group is there, or is gone.
func (r roll) waits(key string, there bool) {
	r.t.Helper()
	r.until("the group "+key, func(ctx context.Context) error {
		ids, err := r.named(ctx, nil, "group", key)
		if err == nil && (len(ids) > 0) != there {
			return errors.New("it is still the same")
		}
		return err
	})
}

func (r roll) namesEverything() {
	r.t.Helper()
	r.visit(r.page)
	r.sees(marys)
	for _, control := range [][2]string{
		{"textbox", "Login"},
		{"status", "Identity provider"},
		{"textbox", "New password"},
		{"checkbox", "Require two-factor"},
		{"checkbox", "Blocked"},
		{"checkbox", "Send access link"},
		{"button", "Remove login"},
	} {
		r.in(viewerLogin, control[0], control[1])
	}
	for _, name := range []string{"Add login", "Review changes", "Save logins"} {
		r.find("button", name)
	}
	if eval[string](r.person, `document.querySelector("label[for=login-0-expires]").textContent`) != "Expires" {
		r.t.Error("the field Expires has another name")
	}
}

// addsARow adds two and drops one: what was typed elsewhere stays.
func (r roll) addsARow() {
	r.t.Helper()
	r.fills(viewerLogin, "Login", "mary")
	r.click("button", "Add login")
	r.waits("New login", true)
	if !r.in("New login", "checkbox", "Send access link").ticked() {
		r.t.Error("a new login gets no link unless one asks for it")
	}
	if got := r.in(viewerLogin, "textbox", "Login").value(); got != "mary" {
		r.t.Errorf("what was typed became %q", got)
	}
	if r.scripts {
		if at := eval[string](r.person, `document.activeElement.id`); at != "login-1-key" {
			r.t.Errorf("the focus is on %q, not in the new row", at)
		}
	}
	r.in("New login", "button", "Remove login").click()
	r.waits("New login", false)
	r.click("button", "Add login")
	r.waits("New login", true)
	r.fills("New login", "Login", "night")
	r.offersALinkOrAPassword()
}

// offersALinkOrAPassword types a password for the new login, and takes it back.
func (r roll) offersALinkOrAPassword() {
	r.t.Helper()
	if !r.scripts {
		return
	}
	r.fills("New login", "New password", "thirteen green kettles")
	if r.in("New login", "checkbox", "Send access link").ticked() {
		r.t.Error("a link is still to be sent where a password is typed")
	}
	r.fills("New login", "New password", "")
	if !r.in("New login", "checkbox", "Send access link").ticked() {
		r.t.Error("the link is not offered any more")
	}
}

func (r roll) marksARow() {
	r.t.Helper()
	r.in(viewerLogin, "button", "Remove login").click()
	r.reads("Will be removed when you save")
	r.in(viewerLogin, "button", "Keep login").click()
	r.in(viewerLogin, "button", "Remove login")
	if got := r.in(viewerLogin, "textbox", "Login").value(); got != "mary" {
		r.t.Errorf("what was typed became %q", got)
	}
}

func (r roll) savesWhatWasReviewed() {
	r.t.Helper()
	r.fill("Reason", "She asked for it.")
	r.click("button", "Review changes")
	r.sees("Review changes")
	r.reads("2 logins change", "mary", "night", "New", "She asked for it.", "to "+viewerLogin)
	r.fitsEveryScreen("review of logins")
	r.click("button", "Back to editing")
	r.sees(marys)
	r.waits("New login", true)
	r.click("button", "Save logins")
	r.reads("2 logins saved")
	r.sees(marys)
	r.of("mary")
	r.of("night")
}

func (r roll) removesOnlyAfterAReview() {
	r.t.Helper()
	r.in("night", "button", "Remove login").click()
	r.reads("Will be removed when you save")
	r.click("button", "Save logins")
	r.sees("Review changes")
	r.reads("Nothing is saved yet", "night", "Removed")
	r.click("button", "Save logins")
	r.reads("1 login saved", "Removed logins")
	r.sees(marys)
	r.waits("night", false)
	r.fitsEveryScreen("editor of logins")
	r.click("button", "Restore login night")
	r.reads("Login restored.")
	r.waits("night", true)
}

// isTooLate saves in a second tab first.
func (r roll) isTooLate() {
	r.t.Helper()
	r.visit(r.page)
	r.sees(marys)
	r.fills("mary", "Login", "mary.mine")
	other := roll{r.tabs.sit(r.at), r.tabs, r.page}
	other.visit(r.page)
	other.sees(marys)
	other.fills("mary", "Login", "mary.theirs")
	other.click("button", "Save logins")
	other.reads("1 login saved")
	r.click("button", "Save logins")
	r.sees("Changed meanwhile")
	r.answered(409)
	r.reads("in another window", "mary.mine", "mary.theirs", "Both changed it")
	r.fitsEveryScreen("logins that changed meanwhile")
	r.click("button", "Put my changes on top")
	r.reads("Your changes stand on top")
	r.click("button", "Save logins")
	r.reads("1 login saved")
	r.of("mary.mine")
}
