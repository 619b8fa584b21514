package browsertest

import (
	"context"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// sight is one page, or one state of a page, that somebody can come to see.
type sight struct {
	name    string
	who     string // login; empty is nobody
	halfway bool   // nobody yet: who shows a password is at a browser of their own
	path    string
	do      func(p *person) // what else it takes to see it
	heading string
	title   string // of the document, without the name of the house
}

// sights are all pages of a furnished house in which credentials are offered.
func sights(f furniture) []sight {
	return slices.Concat(rooms(f), entrances(f), lodgings(f), oauthClients(f), handovers(f))
}

// rooms are the pages that need no offer.
func rooms(f furniture) []sight {
	project, credential := "/projects/"+f.project, "/credentials/"+f.credential
	deadLink := strings.TrimRight(f.link, "abcdefghijklmnopqrstuvwxyz") + "x"
	return []sight{
		{name: "sign-in", path: "/sign-in", heading: "Sign in", title: "Sign in"},
		{name: "sign-in-refused", path: "/sign-in", do: signsInWrongly, heading: "Sign in", title: "Sign in"},
		{name: "set-password", path: f.link, heading: "Welcome to Holdfast", title: "Set your password"},
		{name: "set-password-refused", path: f.link, do: setsAShortPassword, heading: "Welcome to Holdfast", title: "Set your password"},
		{name: "dead-link", path: deadLink, heading: "This link doesn't work", title: "This link no longer works"},
		{name: "dead-setup", path: "/setup?token=dead", heading: "This link doesn't work", title: "This link no longer works"},

		{name: "no-credentials", who: newcomerLogin, path: "/credentials", heading: "Credentials", title: "Credentials"},
		{name: "credentials", who: adminLogin, path: "/credentials", heading: "Credentials", title: "Credentials"},
		{name: "credentials-nothing-matches", who: adminLogin, path: "/credentials?q=nothing+like+it", heading: "Credentials", title: "Credentials"},
		{name: "credentials-scheduled", who: adminLogin, path: "/credentials?state=scheduled", heading: "Credentials", title: "Credentials"},
		{name: "account-menu", who: adminLogin, path: "/credentials", do: opensTheAccountMenu, heading: "Credentials", title: "Credentials"},
		{name: "picker", who: adminLogin, path: "/credentials/new", heading: "Choose a kind", title: "New credential"},
		{name: "picker-nothing-matches", who: adminLogin, path: "/credentials/new?q=nothing+like+it", heading: "Choose a kind", title: "New credential"},
		{name: "form", who: adminLogin, path: "/credentials/new?kind=postgresql", heading: "New PostgreSQL credential", title: "New credential"},
		{name: "form-refused", who: adminLogin, path: "/credentials/new?kind=postgresql", do: savesNothing, heading: "New PostgreSQL credential", title: "New credential"},
		{name: "form-with-choices", who: adminLogin, path: "/credentials/new?kind=smtp", heading: "New SMTP credential", title: "New credential"},
		{name: "form-with-long-texts", who: adminLogin, path: "/credentials/new?kind=sftp", heading: "New SFTP credential", title: "New credential"},
		{name: "form-with-groups", who: adminLogin, path: "/credentials/new?kind=http", heading: "New HTTP (basic) credential", title: "New credential"},
		{name: "form-of-json", who: adminLogin, path: "/credentials/new?kind=raw", heading: "New Raw JSON credential", title: "New credential"},
		{name: "credential", who: adminLogin, path: credential, heading: "Registry", title: "Registry"},
		{name: "credential-of-somebody", who: viewerLogin, path: credential, heading: "Registry", title: "Registry"},
		{name: "credential-scheduled", who: adminLogin, path: "/credentials/" + f.scheduled, heading: "Old mail gateway", title: "Old mail gateway"},
		{name: "edit", who: adminLogin, path: credential + "/edit", heading: "Edit Registry", title: "Edit Registry"},
		{name: "edit-too-late", who: adminLogin, path: credential + "/edit", do: savesTooLate, heading: "Edit Registry", title: "Edit Registry"},
		{name: "delete", who: adminLogin, path: credential + "/delete", heading: "Delete Registry?", title: "Delete Registry"},
		{name: "delete-now", who: adminLogin, path: "/credentials/" + f.scheduled + "/delete-now", heading: "Delete Old mail gateway now?", title: "Delete Old mail gateway now"},
		{name: "unshare", who: adminLogin, path: credential + project + "/remove", heading: "Remove Registry from Field data?", title: "Remove from Field data"},

		{name: "reveal", who: adminLogin, path: credential, do: revealsTheSecrets, heading: "Secrets of Registry", title: "Secrets of Registry"},
		{name: "tokens", who: adminLogin, path: "/account/tokens", heading: "API tokens", title: "API tokens"},
		{name: "tokens-refused", who: adminLogin, path: "/account/tokens", do: makesANamelessToken, heading: "API tokens", title: "API tokens"},
		{name: "tokens-of-a-member", who: viewerLogin, path: "/account/tokens", heading: "API tokens", title: "API tokens"},
		{name: "user-tokens", who: adminLogin, path: "/admin/users/" + f.heir + "/tokens", heading: "API tokens of Katherine Johnson", title: "API tokens of Katherine Johnson"},

		{name: "no-projects", who: newcomerLogin, path: "/projects", heading: "Projects", title: "Projects"},
		{name: "projects", who: adminLogin, path: "/projects", heading: "Projects", title: "Projects"},
		{name: "new-project", who: adminLogin, path: "/projects/new", heading: "New project", title: "New project"},
		{name: "new-project-refused", who: adminLogin, path: "/projects/new", do: createsANamelessProject, heading: "New project", title: "New project"},
		{name: "project", who: adminLogin, path: project, heading: "Field data", title: "Field data"},
		{name: "project-empty", who: adminLogin, path: "/projects/" + f.empty, heading: "Malaria surveillance", title: "Malaria surveillance"},
		{name: "project-rename", who: adminLogin, path: project + "/edit", heading: "Rename Field data", title: "Rename Field data"},
		{name: "project-credentials", who: viewerLogin, path: project + "/credentials", heading: "Credentials", title: "Credentials of Field data"},
		{name: "project-no-credentials", who: adminLogin, path: "/projects/" + f.empty + "/credentials", heading: "Credentials", title: "Credentials of Malaria surveillance"},
		{name: "members", who: adminLogin, path: project + "/members", heading: "Members", title: "Members of Field data"},
		{name: "members-as-viewer", who: viewerLogin, path: project + "/members", heading: "Members", title: "Members of Field data"},
		{name: "members-refused", who: adminLogin, path: project + "/members", do: addsNobody, heading: "Members", title: "Members of Field data"},
		{name: "member-remove", who: adminLogin, path: project + "/members/" + f.viewer + "/remove", heading: "Remove Mary Jackson from Field data?", title: "Remove Mary Jackson"},
		{name: "member-make-owner", who: adminLogin, path: project + "/members/" + f.heir + "/make-owner", heading: "Make Katherine Johnson the owner?", title: "Make Katherine Johnson the owner"},
		{name: "leave", who: viewerLogin, path: project + "/leave", heading: "Leave Field data?", title: "Leave Field data"},
		{name: "leave-refused", who: adminLogin, path: project + "/leave", heading: "Leave Field data?", title: "Leave Field data"},

		{name: "account", who: adminLogin, path: "/account", heading: "Your account", title: "Account"},
		{name: "account-refused", who: adminLogin, path: "/account", do: changesToNothing, heading: "Your account", title: "Account"},
		{name: "sessions", who: adminLogin, path: "/account/sessions", heading: "Sessions", title: "Sessions"},
		{name: "second-factors", who: adminLogin, path: "/account/factors", heading: "Second factors", title: "Second factors"},
		{name: "no-second-factors", who: newcomerLogin, path: "/account/factors", heading: "Second factors", title: "Second factors"},
		{name: "new-second-factor", who: newcomerLogin, path: "/account/factors/new", heading: "Add a second factor", title: "Add a second factor"},
		{name: "enter-code", halfway: true, path: "/sign-in", do: enters(adminLogin, adminPassword), heading: "Enter your code", title: "Enter your code"},
		{name: "sign-ins", who: adminLogin, path: "/account/sign-ins", heading: "Sign-in history", title: "Sign-in history"},
		{name: "reset-factors", who: adminLogin, path: "/admin/users/1/factors/reset", heading: "Reset the second factors of Ada Lovelace?", title: "Reset second factors"},

		{name: "users", who: adminLogin, path: "/admin/users", heading: "Users", title: "Users"},
		{name: "users-nothing-matches", who: adminLogin, path: "/admin/users?q=nobody+like+it", heading: "Users", title: "Users"},
		{name: "new-user", who: adminLogin, path: "/admin/users/new", heading: "New user", title: "New user"},
		{name: "new-user-refused", who: adminLogin, path: "/admin/users/new", do: createsNobody, heading: "New user", title: "New user"},
		{name: "user", who: adminLogin, path: "/admin/users/" + f.heir, heading: "Katherine Johnson", title: "Katherine Johnson"},
		{name: "access-link", who: adminLogin, path: "/admin/users/" + f.heir, do: makesALink, heading: "Access link for Katherine Johnson", title: "Access link"},
		{name: "audit", who: adminLogin, path: "/admin/audit", heading: "Audit", title: "Audit"},
		{name: "audit-nothing-matches", who: adminLogin, path: "/admin/audit?actor=nobody+like+it", heading: "Audit", title: "Audit"},
		{name: "kinds", who: adminLogin, path: "/admin/kinds", heading: "Kinds", title: "Kinds"},

		{name: "not-found", who: adminLogin, path: "/nowhere", heading: "Not found", title: "Not found"},
		{name: "not-found-signed-out", path: "/nowhere", heading: "Not found", title: "Not found"},
		{name: "not-allowed", who: viewerLogin, path: "/admin/users", heading: "Not allowed", title: "Not allowed"},
		{name: "not-possible", who: adminLogin, path: "/credentials/" + f.scheduled + "/edit", heading: "Not possible now", title: "Not possible now"},
	}
}

func signsInWrongly(p *person) {
	p.fill("Login", adminLogin)
	p.fill("Password", "not the password at all")
	p.click("button", "Sign in")
	p.find("alert", "")
}

func setsAShortPassword(p *person) {
	p.fill("New password", "short")
	p.click("button", "Set password")
	p.find("alert", "")
}

func opensTheAccountMenu(p *person) {
	p.find("DisclosureTriangle", "Account").click()
	p.find("button", "Sign out")
}

func savesNothing(p *person) {
	p.click("button", "Save credential")
	p.reads("things need your attention")
}

// savesTooLate saves from another tab first.
func savesTooLate(p *person) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	const save = `(async () => { const form = document.querySelector("form.form"), typed = new FormData(form);
		typed.set("body/host", typed.get("body/host") + ".example.org");
		return (await fetch(form.action, { method: "POST", redirect: "manual", body: new URLSearchParams(typed) })).type; })()`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[string](save, chromedp.EvalAwaitPromise)); err != nil {
		p.t.Fatalf("save from elsewhere: %v", err)
	}
	p.click("button", "Save credential")
	p.reads("This credential changed while you were editing it")
}

func createsANamelessProject(p *person) {
	p.click("button", "Create project")
	p.find("alert", "")
}

func addsNobody(p *person) {
	p.fill("E-mail", "nobody@example.org")
	p.click("button", "Add member")
	p.find("alert", "")
}

func changesToNothing(p *person) {
	p.click("button", "Change password")
	p.find("alert", "")
}

func createsNobody(p *person) {
	p.click("button", "Create user")
	p.find("alert", "")
}

func makesALink(p *person) {
	p.click("button", "Create access link")
	p.find("textbox", "Access link")
}

func revealsTheSecrets(p *person) {
	p.click("button", "Reveal")
	p.find("link", "Done, hide it")
}

func makesANamelessToken(p *person) {
	p.click("button", "Create token")
	p.find("alert", "")
}
