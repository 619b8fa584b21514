package browsertest

import (
	"path"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPeopleShareAProject walks with two people: who is added, what they see, and what they do not.
func TestPeopleShareAProject(t *testing.T) {
	t.Parallel()
	chromium(t)
	prog := start(t, onSQLite(t), nil)
	f := furnish(t, prog)
	b := open(t, true)
	ada := b.person(prog.url)
	ada.signIn(adminLogin, adminPassword)

	link := addsGrace(ada)
	grace := b.person(prog.url)
	setsHerPassword(grace, link)
	seesOnlyHerOwn(grace, f)

	addsAsViewer(ada, f)
	mayLookAndNotTouch(grace, f)
	changesTheRole(ada, f)
	mayShareNow(grace, f)
	signsOut(grace)
	if strings.Contains(prog.log.String(), path.Base(link)) {
		t.Error("the access link is in the log")
	}
}

const (
	graceLogin    = "grace@example.org"
	gracePassword = "nanoseconds of wire 11.8"
)

// addsGrace makes a user and brings back the link to hand over, which is shown once.
func addsGrace(ada *person) string {
	ada.visit("/admin/users")
	ada.sees("Users")
	ada.click("link", "New user")
	ada.sees("New user")
	ada.fill("Name", "Grace Hopper")
	ada.fill("E-mail", graceLogin)
	ada.click("button", "Create user")
	ada.sees("Access link for Grace Hopper")
	link := ada.find("textbox", "Access link").value()
	ada.secrets = append(ada.secrets, link)
	ada.click("link", "Done, back to Grace Hopper")
	ada.sees("Grace Hopper")
	ada.reads("Invited")
	return link
}

func setsHerPassword(grace *person, link string) {
	grace.visit(link)
	grace.reads("Choose the password for " + graceLogin)
	grace.fill("New password", "short")
	grace.click("button", "Set password")
	grace.reads("Use at least 15 characters")
	grace.fill("New password", gracePassword)
	grace.click("button", "Set password")
	grace.sees("Sign in")
	grace.reads("Your password is set")
	grace.visit(link)
	grace.sees("This link doesn't work")
	grace.answered(410)
	grace.signIn(graceLogin, gracePassword)
}

func seesOnlyHerOwn(grace *person, f furniture) {
	grace.reads("No credentials yet")
	grace.lacks("link", "Administration")
	grace.goes("Projects")
	grace.reads("No projects yet")
	for _, path := range []string{
		"/projects/" + f.project, "/projects/" + f.project + "/credentials", "/projects/" + f.project + "/members",
		"/credentials/" + f.credential, "/credentials/" + f.credential + "/edit", "/credentials/" + f.credential + "/delete",
	} {
		grace.visit(path)
		grace.sees("Not found")
		grace.answered(404)
		grace.misses("Field data", "Registry")
	}
	grace.visit("/admin/users")
	grace.sees("Not allowed")
	grace.answered(403)
	grace.misses(adminLogin)
}

func addsAsViewer(ada *person, f furniture) {
	ada.visit("/projects/" + f.project + "/members")
	ada.sees("Members")
	ada.fill("E-mail", graceLogin)
	ada.choose("Role", "Viewer")
	ada.click("button", "Add member")
	ada.reads("Grace Hopper is a member now.")
}

func mayLookAndNotTouch(grace *person, f furniture) {
	grace.visit("/projects/" + f.project + "/credentials")
	grace.sees("Credentials")
	grace.click("link", "Registry")
	grace.sees("Registry")
	grace.reads("Values are for the owner alone", "Ada Lovelace")
	grace.misses(hostBefore, "History")
	grace.lacks("link", "Edit")
	grace.lacks("link", "Delete credential")
	grace.visit("/credentials/" + f.credential + "/edit")
	grace.sees("Not allowed")
	grace.answered(403)
	grace.visit("/projects/" + f.project + "/members")
	grace.sees("Members")
	grace.lacks("button", "Add member")
	grace.lacks("combobox", "Role of Grace Hopper")
}

// changesTheRole by the select, with the page staying where it is.
func changesTheRole(ada *person, f furniture) {
	eval[string](ada, `window.stays = "the same document"`)
	ada.choose("Role of Grace Hopper", "Editor")
	ada.click("button", "Save role of Grace Hopper")
	ada.reads("Grace Hopper is now editor.")
	if eval[string](ada, `window.stays ?? "another document"`) != "the same document" {
		ada.t.Error("the page was loaded again for a change of role")
	}
	if got := ada.find("combobox", "Role of Grace Hopper").value(); got != "editor" {
		ada.t.Errorf("the role shown is %s, want editor", got)
	}
}

func mayShareNow(grace *person, f furniture) {
	grace.visit("/credentials/new?kind=http-bearer")
	grace.find("checkbox", "Field data")
}

// signsOut leaves nothing behind that the Back button could show.
func signsOut(grace *person) {
	grace.visit("/projects")
	grace.sees("Projects")
	grace.reads("Field data")
	grace.find("DisclosureTriangle", "Account").click()
	grace.click("button", "Sign out")
	grace.sees("Sign in")
	grace.reads("You are signed out.")
	if err := chromedp.Do(grace.ctx, chromedp.NavigateBack()); err != nil {
		grace.t.Fatalf("go back: %v", err)
	}
	grace.sees("Sign in")
	grace.misses("Field data", "Grace Hopper")
}
