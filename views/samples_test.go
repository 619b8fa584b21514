package views_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"holdfast/views/account"
	"holdfast/views/admin"
	"holdfast/views/credentials"
	"holdfast/views/layout"
	"holdfast/views/projects"
	"holdfast/views/session"
	"holdfast/views/to"
	"holdfast/views/ui"
)

// now is when every sample is looked at.
var now = time.Date(2026, 11, 21, 21, 40, 0, 0, time.UTC)

const (
	oneID     = "019d1f2e-7a31-7c1b-9a41-0f6c2b7d9e10"
	projectID = "019d1f2e-8b42-7d2c-8b52-1a7d3c8eaf21"
)

func ago(d time.Duration) time.Time { return now.Add(-d) }

// sample is one page of the gallery.
type sample struct {
	name, title, path string
	out               bool // seen without being signed in
	flash             layout.Flash
	body              templ.Component
}

// samples are every page, filled with what stress gives for each piece of text.
func samples(text func(string) string) []sample {
	all := append(signedOut(text), credentialSamples(text)...)
	all = append(all, projectSamples(text)...)
	all = append(all, transferSamples(text)...)
	all = append(all, outboxSamples(text)...)
	all = append(all, tokenSamples(text)...)
	all = append(all, idpSamples(text)...)
	all = append(all, clientSamples(text)...)
	all = append(all, loginSamples(text)...)
	all = append(all, factorSamples(text)...)
	all = append(all, userSamples(text)...)
	all = append(all, connectSamples(text)...)
	return append(all, adminSamples(text)...)
}

func signedOut(text func(string) string) []sample {
	return []sample{
		{name: "sign-in", title: "Sign in", path: "/sign-in", out: true, body: session.SignInPage(session.SignIn{Next: "/projects"})},
		{name: "sign-in-wrong", title: "Sign in", path: "/sign-in", out: true, body: session.SignInPage(session.SignIn{Login: text("ada@example.org"), Notice: text("You are signed out."), Error: text("Login or password is wrong.")})},
		{name: "setup", title: "Set up", path: "/setup", out: true, body: session.SetupPage(session.Setup{Token: text("t0ken")})},
		{name: "setup-wrong", title: "Set up", path: "/setup", out: true, body: session.SetupPage(session.Setup{Name: text("Ada"), Email: text("ada"), EmailError: text("Enter an e-mail address, such as ada@example.org."), PasswordError: text("Use at least 15 characters.")})},
		{name: "access", title: "Welcome", path: "/access/x", out: true, body: session.AccessPage(session.Access{Token: "x", Login: text("grace@example.org")})},
		{name: "forgot", title: "Forgot your password?", path: "/forgot", out: true, body: session.ForgotPage(session.Forgot{})},
		{name: "forgot-wrong", title: "Forgot your password?", path: "/forgot", out: true, body: session.ForgotPage(session.Forgot{LoginError: text("Enter your login.")})},
		{name: "forgot-sent", title: "Look into your mail", path: "/forgot?sent=1", out: true, body: session.ForgotSentPage(true)},
		{name: "forgot-unsent", title: "Look into your mail", path: "/forgot?sent=1", out: true, body: session.ForgotSentPage(false)},
		{name: "own-password", title: "Choose your own password", path: "/sign-in/password", out: true, body: session.OwnPasswordPage(session.OwnPassword{Email: text("grace@example.org"), Next: "/projects", Least: 15, PasswordError: text("Use at least 15 characters.")})},
		{name: "link-dead", title: "Link", path: "/access/x", out: true, body: session.LinkDeadPage(session.LinkDead{})},
		{name: "problem-out", title: "Not found", path: "/x", out: true, body: layout.Problem(layout.ProblemPage{Status: 404, Title: text("Page not found"), Text: text("There is nothing at this address, or it is not yours to see."), BackURL: "/sign-in", BackLabel: text("Go to sign-in")})},
		{name: "problem", title: "Fault", path: "/credentials", body: layout.Problem(layout.ProblemPage{Status: 500, Title: text("Something went wrong"), Text: text("It is our fault, not yours. Try again in a moment."), Reference: text("7f3a-91c2"), BackURL: "/credentials", BackLabel: text("Back to credentials")})},
	}
}

var kindsOf = [][2]string{{"PostgreSQL", "database"}, {"HTTP, bearer token", "globe"}, {"DHIS2", "heart-pulse"}, {"Amazon S3", "cloud"}, {"SMTP", "mail"}, {"Raw JSON", "braces"}}

func rows(text func(string) string, n int) []credentials.Row {
	names := []string{"Warehouse reporting replica", "DHIS2 national instance", "Nightly exports bucket", "Outgoing mail", "Kobo household survey 2026", "Payments sandbox"}
	out := make([]credentials.Row, n)
	for i := range out {
		kind := kindsOf[i%len(kindsOf)]
		r := credentials.Row{
			ID: fmt.Sprintf("%s%02d", oneID[:34], i), Name: text(fmt.Sprintf("%s %02d", names[i%len(names)], i)), KindTitle: text(kind[0]), KindIcon: kind[1],
			Updated: ago(time.Duration(i) * 31 * time.Hour), Owner: text("Grace Hopper"),
		}
		r.Projects = []string{text("Immunisation"), text("Logistics"), text("Finance")}[:i%4]
		if i%4 == 3 {
			r.MoreProjects = 4
		}
		if i%3 != 0 {
			r.LastUsed = ago(time.Duration(i*i) * 17 * time.Minute)
		}
		switch {
		case i%9 == 4:
			r.DueAt = now.Add(6*24*time.Hour + time.Hour)
		case i%17 == 7:
			r.Purged = true
		}
		out[i] = r
	}
	return out
}

func options(text func(string) string) ([]ui.Option, []ui.Option) {
	return []ui.Option{{Value: "postgresql", Label: text("PostgreSQL")}, {Value: "dhis2", Label: text("DHIS2")}},
		[]ui.Option{{Value: projectID, Label: text("Immunisation")}, {Value: "2", Label: text("Logistics")}}
}

func credentialSamples(text func(string) string) []sample {
	kinds, inProjects := options(text)
	list := credentials.List{Now: now, Kinds: kinds, Projects: inProjects, Rows: rows(text, 50), Next: "bmV4dA"}
	ofProject := credentials.List{Now: now, ProjectID: projectID, ProjectName: text("Immunisation"), Kinds: kinds, Rows: rows(text, 6), Filter: to.CredentialFilter{After: "x"}}
	none := credentials.List{Now: now, Kinds: kinds, Projects: inProjects, Filter: to.CredentialFilter{Q: text("nothing like it"), State: "scheduled"}}
	return append([]sample{
		{name: "credentials", title: "Credentials", path: "/credentials", body: credentials.ListPage(list), flash: layout.Flash{Kind: "success", Text: text("Credential saved.")}},
		{name: "credentials-none-yet", title: "Credentials", path: "/credentials", body: credentials.ListPage(credentials.List{Now: now, NoneYet: true})},
		{name: "credentials-no-match", title: "Credentials", path: "/credentials", body: credentials.ListPage(none), flash: layout.Flash{Kind: "error", Text: text("The server is busy. Try again in a moment.")}},
		{name: "project-credentials", title: "Credentials", path: "/projects/x/credentials", body: credentials.ListPage(ofProject)},
		{name: "project-credentials-none", title: "Credentials", path: "/projects/x/credentials", body: credentials.ListPage(credentials.List{ProjectID: projectID, ProjectName: text("Immunisation"), NoneYet: true})},
		{name: "picker", title: "Choose a kind", path: "/credentials/new", body: credentials.PickerPage(picker(text))},
		{name: "picker-none", title: "Choose a kind", path: "/credentials/new", body: credentials.PickerPage(credentials.Picker{Q: text("zzz")})},
	}, formSamples(text)...)
}

func picker(text func(string) string) credentials.Picker {
	return credentials.Picker{Groups: []credentials.KindGroup{
		{Title: text("Databases"), Kinds: []credentials.Kind{{Name: "postgresql", Title: text("PostgreSQL"), Icon: "database"}, {Name: "mysql", Title: "MySQL", Icon: "database"}, {Name: "mssql", Title: "Microsoft SQL Server", Icon: "database"}, {Name: "mongodb", Title: "MongoDB", Icon: "database"}, {Name: "redis", Title: "Redis", Icon: "server"}}},
		{Title: text("Health"), Kinds: []credentials.Kind{{Name: "dhis2", Title: "DHIS2", Icon: "heart-pulse"}, {Name: "openmrs", Title: "OpenMRS", Icon: "heart-pulse"}, {Name: "fhir", Title: "FHIR server", Icon: "activity"}}},
		{Title: text("Web"), Kinds: []credentials.Kind{{Name: "http", Title: "HTTP, user and password", Icon: "globe"}, {Name: "bearer", Title: "HTTP, bearer token", Icon: "globe"}, {Name: "raw", Title: "Raw JSON", Icon: "braces"}}},
		{Title: text("Messages"), Kinds: []credentials.Kind{{Name: "smtp", Title: "SMTP", Icon: "mail"}, {Name: "slack", Title: "Slack bot", Icon: "message-square"}, {Name: "own", Title: "A kind of our own", Icon: "no-such-icon"}}},
	}}
}

func shares(text func(string) string) []credentials.Share {
	return []credentials.Share{
		{ID: projectID, Name: text("Immunisation"), Checked: true},
		{ID: "2", Name: text("Logistics")},
		{ID: "3", Name: text("Finance"), Locked: true, Checked: true, Note: text("You are a viewer there")},
	}
}

func fields(text func(string) string, held bool) []credentials.Field {
	out := []credentials.Field{
		{Input: "body/host", ID: "body-host", Label: text("Host"), Hint: text("Name or address of the server."), Placeholder: text("db.example.org"), Type: "text", Required: true, Value: text("db.internal")},
		{Input: "body/port", ID: "body-port", Label: text("Port"), Type: "integer", Required: true, Value: text("5432")},
		{Input: "body/user", ID: "body-user", Label: text("User"), Type: "text", Value: text("reporter")},
		{Input: "body/password", ID: "body-password", Label: text("Password"), Type: "secret", Secret: true, Required: true, Held: held, ChangedAt: ago(40 * 24 * time.Hour), Value: "leaked-secret"},
		{Input: "body/ssl", ID: "body-ssl", Label: text("Use TLS"), Type: "checkbox", Checked: true, Hint: text("Refuse a connection that is not encrypted.")},
		{Input: "body/mode", ID: "body-mode", Label: text("Mode"), Type: "select", Value: "b", Options: []ui.Option{{Value: "a", Label: text("Read and write")}, {Value: "b", Label: text("Read only")}}},
	}
	return append(out, credentials.Field{
		Input: "body/tls", ID: "body-tls", Label: text("Certificates"), Type: "group", Hint: text("Only for servers with their own authority."), Fields: []credentials.Field{
			{Input: "body/tls/ca", ID: "body-tls-ca", Label: text("Authority"), Type: "multiline", Value: text("-----BEGIN CERTIFICATE-----")},
			{Input: "body/tls/key", ID: "body-tls-key", Label: text("Private key"), Type: "secrettext", Secret: true, Held: held, Removable: true, Value: "leaked-secret"},
			{Input: "body/tls/options", ID: "body-tls-options", Label: text("Options"), Type: "json", Secret: true, Value: "leaked-secret"},
		},
	})
}

func formSamples(text func(string) string) []sample {
	kind := credentials.Kind{Name: "postgresql", Title: text("PostgreSQL"), Icon: "database"}
	wrong := fields(text, false)
	wrong[0].Value, wrong[0].Error = "", text("Enter the name or address of the server.")
	wrong[1].Value, wrong[1].Error = text("54x2"), text("Enter a port between 1 and 65535.")
	fresh := credentials.Form{Kind: kind, KindHint: text("A database that programs read from or write to."), KindDocs: "https://www.postgresql.org/docs/", Fields: fields(text, false), Projects: shares(text), Now: now}
	bad := fresh
	bad.Fields, bad.NameError, bad.Wrong = wrong, text("You have a credential of that name already."), text("The body is larger than 64 KiB.")
	edit := credentials.Form{ID: oneID, Version: 7, Kind: kind, Name: text("Warehouse"), SavedName: text("Warehouse"), Fields: fields(text, true), Projects: shares(text), Now: now}
	stale := edit
	stale.Conflict = &credentials.Conflict{Changes: []credentials.Change{
		{Field: text("Name"), Who: text("Grace Hopper"), When: ago(3 * time.Minute), Before: text("Warehouse"), After: text("Warehouse, old")},
		{Field: text("Password"), Who: text("Grace Hopper"), When: ago(3 * time.Minute)},
	}}
	raw := credentials.Form{Kind: credentials.Kind{Name: "raw", Title: "Raw JSON", Icon: "braces"}, Now: now, Fields: []credentials.Field{{Input: "body", ID: "body", Label: "JSON", Type: "json", Secret: true, Required: true, Hint: text("Any JSON object.")}}}
	return append([]sample{
		{name: "form-new", title: "New", path: "/credentials/new", body: credentials.FormPage(fresh)},
		{name: "form-wrong", title: "New", path: "/credentials", body: credentials.FormPage(bad)},
		{name: "form-edit", title: "Edit", path: "/credentials/x/edit", body: credentials.FormPage(edit)},
		{name: "form-conflict", title: "Edit", path: "/credentials/x", body: credentials.FormPage(stale)},
		{name: "form-raw", title: "New", path: "/credentials/new", body: credentials.FormPage(raw)},
	}, showSamples(text, kind)...)
}

func showSamples(text func(string) string, kind credentials.Kind) []sample {
	mine := credentials.Page{
		Now: now, ID: oneID, Name: text("Warehouse reporting replica"), Kind: kind, Version: 7, Owner: "You", Mine: true,
		Created: ago(400 * 24 * time.Hour), Updated: ago(3 * time.Hour), LastUsed: ago(12 * time.Minute), CanEdit: true, CanDelete: true, CanReveal: true,
		Values: []credentials.Value{
			{Label: text("Host"), Text: text("db.internal"), Set: true},
			{Label: text("Port"), Text: "5432", Set: true},
			{Label: text("Password"), Text: "leaked-secret", Secret: true, Set: true, ChangedAt: ago(40 * 24 * time.Hour)},
			{Label: text("Private key"), Secret: true},
		},
		Projects: []credentials.ProjectLink{{ID: projectID, Name: text("Immunisation"), CanRemove: true}, {ID: "2", Name: text("Logistics"), CanRemove: true}},
		History: []credentials.Event{
			{At: ago(3 * time.Hour), Who: text("Ada Lovelace"), What: text("changed the credential"), Details: []string{text("Name: Warehouse → Warehouse reporting replica"), text("Secrets changed: Password")}},
			{At: ago(72 * time.Hour), Who: text("Ada Lovelace"), What: text("shared it with Logistics")},
			{At: ago(400 * 24 * time.Hour), Who: text("Ada Lovelace"), What: text("created it")},
		},
		Older: "/credentials/x?before=y",
	}
	scheduled := mine
	scheduled.DueAt, scheduled.CanEdit, scheduled.CanDelete, scheduled.CanRestore, scheduled.CanDeleteNow = now.Add(6*24*time.Hour), false, false, true, true
	shut := mine
	shut.Unreadable, shut.CanReveal, shut.Values, shut.Projects = true, false, nil, nil
	purged := mine
	purged.Purged, purged.CanEdit, purged.CanDelete, purged.Newest = true, false, false, "/credentials/x"
	theirs := credentials.Page{Now: now, ID: oneID, Name: text("DHIS2 national instance"), Kind: kind, Owner: text("Grace Hopper"), LastUsed: ago(time.Hour), Projects: []credentials.ProjectLink{{ID: projectID, Name: text("Immunisation")}}}
	return []sample{
		{name: "show", title: "Warehouse", path: "/credentials/x", body: credentials.ShowPage(mine)},
		{name: "show-scheduled", title: "Warehouse", path: "/credentials/x", body: credentials.ShowPage(scheduled)},
		{name: "show-unreadable", title: "Warehouse", path: "/credentials/x", body: credentials.ShowPage(shut)},
		{name: "show-purged", title: "Warehouse", path: "/credentials/x", body: credentials.ShowPage(purged)},
		{name: "show-theirs", title: "DHIS2", path: "/credentials/x", body: credentials.ShowPage(theirs)},
		{name: "delete", title: "Delete", path: "/credentials/x/delete", body: credentials.DeletePage(credentials.Delete{Now: now, ID: oneID, Name: text("Warehouse"), Projects: []string{text("Immunisation"), text("Logistics")}, LastUsed: ago(time.Hour), Steps: 4210, DueAt: now.Add(7 * 24 * time.Hour)})},
		{name: "delete-unused", title: "Delete", path: "/credentials/x/delete", body: credentials.DeletePage(credentials.Delete{Now: now, ID: oneID, Name: text("Warehouse"), DueAt: now})},
		{name: "delete-now", title: "Delete", path: "/credentials/x/delete-now", body: credentials.DeleteNowPage(credentials.DeleteNow{ID: oneID, Name: text("Warehouse"), Typed: text("ware"), Error: text("Type the name exactly as it is.")})},
		{name: "delete-refused", title: "Delete", path: "/credentials/x/delete-now", body: credentials.DeleteNowPage(credentials.DeleteNow{ID: oneID, Name: text("Warehouse"), Refused: text("Programs have used it 4210 times, so its record is kept.")})},
		{name: "unshare", title: "Remove", path: "/credentials/x/projects/y/remove", body: credentials.UnsharePage(credentials.Unshare{Now: now, ID: oneID, Name: text("Warehouse"), ProjectID: projectID, ProjectName: text("Immunisation"), LastUsed: ago(time.Hour)})},
	}
}

func projectSamples(text func(string) string) []sample {
	roles := []ui.Option{{Value: "admin", Label: "Admin"}, {Value: "editor", Label: "Editor"}, {Value: "viewer", Label: "Viewer"}}
	members := projects.Members{ProjectID: projectID, ProjectName: text("Immunisation"), CanAdd: true, Roles: roles, Rows: []projects.Member{
		{UserID: 1, Name: text("Ada Lovelace"), Email: text("ada@example.org"), Role: "Owner", Me: true},
		{UserID: 2, Name: text("Grace Hopper"), Email: text("grace@example.org"), Role: "Editor", RoleValue: "editor", Roles: roles, CanRemove: true, CanMakeOwner: true},
		{UserID: 3, Name: text("Katherine Johnson"), Email: text("katherine.johnson@a-rather-long-ministry-name.example.org"), Role: "Viewer", RoleValue: "viewer", Roles: roles, CanRemove: true, CanMakeOwner: true},
	}}
	bad := members
	bad.Email, bad.EmailError, bad.Role = text("nobody@example.org"), text("No user has this e-mail. Ask an administrator to add them."), "viewer"
	show := projects.Page{Now: now, ID: projectID, Name: text("Immunisation"), Role: "Owner", CanRename: true, CanShare: true, More: true, Clients: []projects.Client{{ID: oneID, Name: text("Team app"), Owner: text("Ada Lovelace")}, {ID: oneID, Name: text("Old app"), Owner: text("Ben"), Refused: true}}, Credentials: []projects.Credential{
		{ID: oneID, Name: text("Warehouse reporting replica"), KindTitle: text("PostgreSQL"), KindIcon: "database", Owner: text("Ada Lovelace"), LastUsed: ago(time.Hour)},
		{ID: oneID, Name: text("DHIS2 national instance"), KindTitle: text("DHIS2"), KindIcon: "heart-pulse", Owner: text("Grace Hopper")},
	}}
	bare := show
	bare.Credentials, bare.More = nil, false
	return []sample{
		{name: "projects", title: "Projects", path: "/projects", body: projects.ListPage(projects.List{First: true, Next: "n", Rows: []projects.Row{{ID: projectID, Name: text("Immunisation"), Role: "Owner"}, {ID: "2", Name: text("Logistics"), Role: "Viewer"}}})},
		{name: "projects-none", title: "Projects", path: "/projects", body: projects.ListPage(projects.List{First: true})},
		{name: "project-new", title: "New project", path: "/projects/new", body: projects.NewPage(projects.New{Name: text("Immunisation"), NameError: text("Enter a name.")})},
		{name: "project-rename", title: "Rename", path: "/projects/x/edit", body: projects.RenamePage(projects.Rename{ID: projectID, Current: text("Immunisation"), Name: text("Immunisation")})},
		{name: "project", title: "Immunisation", path: "/projects/x", body: projects.ShowPage(show)},
		{name: "project-bare", title: "Immunisation", path: "/projects/x", body: projects.ShowPage(bare)},
		{name: "members", title: "Members", path: "/projects/x/members", body: projects.MembersPage(members)},
		{name: "members-wrong", title: "Members", path: "/projects/x/members", body: projects.MembersPage(bad)},
		{name: "member-remove", title: "Remove", path: "/projects/x/members/2/remove", body: projects.RemovePage(projects.Remove{ProjectID: projectID, ProjectName: text("Immunisation"), UserID: 2, Name: text("Grace Hopper"), Credentials: []string{text("DHIS2 national instance")}, OffersTo: 1, OffersOf: 2})},
		{name: "project-leave", title: "Leave", path: "/projects/x/leave", body: projects.RemovePage(projects.Remove{ProjectID: projectID, ProjectName: text("Immunisation"), Me: true, Refused: text("You own this project. Make somebody else its owner first.")})},
		{name: "make-owner", title: "Make owner", path: "/projects/x/members/2/make-owner", body: projects.MakeOwnerPage(projects.MakeOwner{ProjectID: projectID, ProjectName: text("Immunisation"), UserID: 2, Name: text("Grace Hopper")})},
	}
}

func adminSamples(text func(string) string) []sample {
	kinds := admin.Kinds{Dir: text("/etc/holdfast/kinds"), Broken: []admin.BrokenKind{{File: text("acme.json"), Reason: text("line 12: invalid character '}' looking for the beginning of a value")}}}
	for _, g := range picker(text).Groups {
		group := admin.KindGroup{Title: g.Title}
		for i, k := range g.Kinds {
			group.Kinds = append(group.Kinds, admin.Kind{Name: k.Name, Title: k.Title, Icon: k.Icon, Custom: i == 2})
		}
		kinds.Groups = append(kinds.Groups, group)
	}
	log := admin.Audit{Now: now, Filter: to.AuditFilter{Actor: text("ada"), From: "2026-11-01"}, Events: []ui.Option{{Value: "credential.changed", Label: text("Credential changed")}}, Next: "n"}
	for i := range 8 {
		log.Rows = append(log.Rows, admin.Event{At: ago(time.Duration(i*i) * time.Hour), Who: text("Ada Lovelace"), From: text("192.0.2.17"), What: text("Credential changed"), Thing: text("Warehouse reporting replica"), ThingURL: "/credentials/x", Changes: []string{text("Name: Warehouse → Warehouse reporting replica"), text("Secrets changed: Password")}})
	}
	log.Rows = append(log.Rows, admin.Event{At: ago(2 * time.Hour), Who: text("katherine.johnson@example.org"), From: text("2001:db8:1f2e:7a31::17"), What: text("Transfer offered"), Thing: text("mary.jackson@example.org"), Changes: []string{text("To: mary.jackson@a-rather-long-ministry-name.example.org")}})
	log.Rows = append(log.Rows, admin.Event{At: ago(time.Hour), Who: "Purge", What: text("Credential purged"), Thing: oneID})
	me := account.Page{Now: now, Name: text("Ada Lovelace"), Email: text("ada@example.org"), Admin: true, HasPassword: true, Logins: []account.Login{{Key: text("ada@example.org"), LastSignIn: ago(time.Minute)}}}
	wrong := me
	wrong.CurrentError, wrong.NewError = text("This is not your password."), text("This password is known from leaks. Choose another.")
	return []sample{
		{name: "user-new", title: "New user", path: "/admin/users/new", body: admin.NewUserPage(admin.NewUser{Name: text("Grace"), Email: text("grace"), EmailError: text("Enter an e-mail address."), Rank: "member"})},
		{name: "access-link", title: "Access link", path: "/admin/users/2/access-link", body: admin.AccessLinkPage(admin.AccessLink{Now: now, UserID: 2, UserName: text("Grace Hopper"), URL: text("http://127.0.0.1:8080/access/" + strings.Repeat("x7Q", 14)), ValidUntil: now.Add(48 * time.Hour)})},
		{name: "kinds", title: "Kinds", path: "/admin/kinds", body: admin.KindsPage(kinds)},
		{name: "audit", title: "Audit", path: "/admin/audit", body: admin.AuditPage(log)},
		{name: "audit-none", title: "Audit", path: "/admin/audit", body: admin.AuditPage(admin.Audit{Now: now})},
		{name: "account", title: "Your account", path: "/account", body: account.ShowPage(me)},
		{name: "account-wrong", title: "Your account", path: "/account", body: account.ShowPage(wrong)},
		{name: "sessions", title: "Sessions", path: "/account/sessions", body: account.SessionsPage(account.Sessions{Now: now, Rows: []ui.Session{
			{EndURL: "/account/sessions/a/end", Device: text("Firefox on Linux"), Address: text("192.0.2.17"), Started: ago(time.Hour), LastSeen: now, Current: true},
			{EndURL: "/account/sessions/b/end", Device: text("Safari on iPhone"), Phone: true, Address: text("2001:db8::17"), Started: ago(90 * time.Hour), LastSeen: ago(9 * time.Hour)},
		}})},
	}
}
