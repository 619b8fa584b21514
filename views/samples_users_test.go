package views_test

import (
	"time"

	"holdfast/views/admin"
	"holdfast/views/to"
	"holdfast/views/ui"
)

func usersListed(text func(string) string) admin.Users {
	return admin.Users{
		Now: now, Filter: to.UserFilter{Q: text("a"), Sort: "seen"}, Next: "n",
		Providers: []ui.Option{{Value: "7", Label: text("Ministry of Health")}},
		Rows: []admin.UserRow{
			{ID: 1, Name: text("Ada Lovelace"), Email: text("ada@example.org"), Admin: true, LastSignIn: ago(time.Minute), State: admin.Active, Logins: 2, Factor: true, Note: text("1 of 2 logins blocked")},
			{ID: 2, Name: text("Grace Hopper"), Email: text("grace@example.org"), State: admin.Invited, Logins: 1},
			{ID: 3, Name: text("Mary Jackson"), Email: text("mary@example.org"), LastSignIn: ago(900 * time.Hour), State: admin.Blocked, Logins: 1},
			{ID: 4, Name: text("Katherine Johnson"), Email: text("katherine.johnson@a-rather-long-ministry-name.example.org"), LastSignIn: ago(time.Hour), State: admin.Locked, Logins: 3, Factor: true},
			{ID: 5, Name: text("Dorothy Vaughan"), Email: text("dorothy@example.org"), LastSignIn: ago(9000 * time.Hour), State: admin.Expired, Logins: 1},
			{ID: 6, Name: text("Radia Perlman"), Email: text("radia@example.org"), State: admin.Wayless},
			{ID: 7, Name: text("Joan Clarke"), Email: text("joan@example.org"), LastSignIn: ago(300 * time.Hour), State: admin.Disabled, Logins: 1},
			{ID: 8, Name: text("Edith Clarke"), Email: text("edith@example.org"), LastSignIn: ago(3000 * time.Hour), State: admin.Leaving, Logins: 1, Factor: true},
		},
	}
}

func oneUser(text func(string) string) admin.User {
	return admin.User{
		Now: now, ID: 2, Name: text("Grace Hopper"), Email: text("grace@example.org"), State: admin.Active, Created: ago(900 * time.Hour), LastSignIn: ago(time.Hour),
		Why: text("1 of 2 logins blocked."),
		Logins: []admin.Login{
			{Key: text("grace@example.org"), Way: text("Password"), LastSignIn: ago(time.Hour), State: admin.Active},
			{Key: text("g.hopper"), Way: text("Ministry of Health"), State: admin.Blocked},
		},
		Factors:  admin.UserFactors{Now: now, UserID: 2, CodesLeft: 7, Rows: []admin.FactorRow{{Label: text("Phone"), Added: ago(99 * time.Hour), LastUsed: ago(time.Hour)}}},
		Sessions: []ui.Session{{Device: text("Firefox on Linux"), Address: text("192.0.2.4"), Started: ago(time.Hour), LastSeen: ago(time.Minute), EndURL: to.EndUserSession(2, "s")}},
	}
}

func impactOf(text func(string) string) admin.Impact {
	return admin.Impact{
		Now: now, ID: 2, Name: text("Grace Hopper"), Email: text("grace@example.org"), Logins: 2, Sessions: 1, Tokens: 1, Seats: 3,
		OffersIn: 1, Until: now.Add(30 * 24 * time.Hour),
	}
}

func userSamples(text func(string) string) []sample {
	me, off, going, gone := oneUser(text), oneUser(text), oneUser(text), oneUser(text)
	me.Me, me.Factors, me.Logins = true, admin.UserFactors{Now: now, UserID: 2}, nil
	off.State, off.Why = admin.Disabled, text("Disabled on 2 Nov 2026, 10:00 UTC by Ada Lovelace: left in May.")
	going.State, gone.State = admin.Leaving, admin.Deleted
	edit := admin.EditUser{ID: 2, Called: text("Grace Hopper"), Name: text("Grace Hopper"), Email: text("grace"), Rank: "member", Seen: "2026", EmailError: text("Enter an e-mail address such as ana@example.org.")}
	stale := admin.EditUser{ID: 2, Called: text("Grace Hopper"), Name: text("Grace"), Email: text("grace@example.org"), Rank: "admin", Seen: "2026", Me: true, Stale: text("Now it is Grace Hopper, grace@example.org, member.")}
	owner, wrong, self := impactOf(text), impactOf(text), impactOf(text)
	owner.Credentials, owner.Projects, owner.OffersOut = 4, []string{text("Immunisation"), text("Logistics")}, 1
	wrong.Typed, wrong.TypedError, wrong.Reason, wrong.ReasonError = text("gr"), text("Type the user's e-mail to confirm: grace@example.org"), text("left"), text("Use at most 300 characters.")
	self.Refused = text("You can't delete yourself. Ask another administrator.")
	history := admin.SignIns{Now: now, ID: 2, Name: text("Grace Hopper"), After: "x", Next: "n"}
	for i := range 4 {
		history.Rows = append(history.Rows,
			admin.SignIn{At: ago(time.Duration(2*i) * time.Hour), Login: text("grace@example.org"), In: true, How: text("Password, code of an app"), Address: text("192.0.2.4"), Device: text("Firefox on Linux")},
			admin.SignIn{At: ago(time.Duration(2*i+1) * time.Hour), Login: text("g.hopper"), How: text("Wrong password"), Address: text("2001:db8:85a3:8d3:1319:8a2e:370:7348"), Device: text("Safari on iPhone")})
	}
	return []sample{
		{name: "users", title: "Users", path: "/admin/users", body: admin.UsersPage(usersListed(text))},
		{name: "users-none", title: "Users", path: "/admin/users", body: admin.UsersPage(admin.Users{Now: now, Filter: to.UserFilter{Q: text("zz")}})},
		{name: "user", title: "Grace Hopper", path: "/admin/users/2", body: admin.UserPage(oneUser(text))},
		{name: "user-me", title: "Grace Hopper", path: "/admin/users/2", body: admin.UserPage(me)},
		{name: "user-disabled", title: "Grace Hopper", path: "/admin/users/2", body: admin.UserPage(off)},
		{name: "user-leaving", title: "Grace Hopper", path: "/admin/users/2", body: admin.UserPage(going)},
		{name: "user-deleted", title: "Deleted user", path: "/admin/users/2", body: admin.UserPage(gone)},
		{name: "user-edit", title: "Edit", path: "/admin/users/2/edit", body: admin.EditUserPage(edit)},
		{name: "user-edit-stale", title: "Edit", path: "/admin/users/2/edit", body: admin.EditUserPage(stale)},
		{name: "user-disable", title: "Disable", path: "/admin/users/2/disable", body: admin.DisablePage(impactOf(text))},
		{name: "user-delete", title: "Delete", path: "/admin/users/2/delete", body: admin.DeleteUserPage(wrong)},
		{name: "user-delete-owner", title: "Delete", path: "/admin/users/2/delete", body: admin.DeleteUserPage(owner)},
		{name: "user-delete-me", title: "Delete", path: "/admin/users/2/delete", body: admin.DeleteUserPage(self)},
		{name: "sign-ins", title: "Sign-ins", path: "/admin/users/2/sign-ins", body: admin.SignInsPage(history)},
		{name: "sign-ins-none", title: "Sign-ins", path: "/admin/users/2/sign-ins", body: admin.SignInsPage(admin.SignIns{Now: now, ID: 2, Name: text("Grace Hopper")})},
	}
}
