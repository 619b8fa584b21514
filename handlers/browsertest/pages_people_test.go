package browsertest

// entrances are the pages on the way in, and on the way back in.
func entrances(f furniture) []sight {
	return []sight{
		{name: "forgot", path: "/forgot", heading: "Forgot your password?", title: "Forgot your password?"},
		{name: "forgot-refused", path: "/forgot", do: sends("Send link"), heading: "Forgot your password?", title: "Forgot your password?"},
		{name: "forgot-sent", path: "/forgot", do: forgets, heading: "Ask an administrator", title: "Ask an administrator"},
		{name: "enrol", halfway: true, path: "/sign-in", do: enters(bareLogin, barePassword), heading: "Add a second factor", title: "Add a second factor"},
		{name: "own-password", halfway: true, path: "/sign-in", do: enters(givenLogin, givenPassword), heading: "Choose your own password", title: "Choose your own password"},
		{name: "new-second-factor-refused", who: viewerLogin, path: "/account/factors/new", do: entersAWrongCode, heading: "Add a second factor", title: "Add a second factor"},
		{name: "confirm", who: newcomerLogin, path: "/account/factors/new", do: isToConfirm(f), heading: "Confirm that it is you", title: "Confirm that it is you"},
		{name: "recovery-codes", who: adminLogin, path: "/account/factors", do: makesCodes, heading: "Keep your recovery codes", title: "Recovery codes"},
		{name: "remove-factor", who: adminLogin, path: "/account/factors", do: follows("Remove Phone"), heading: "Remove Phone?", title: "Remove Phone"},
		{name: "token-made", who: adminLogin, path: "/account/tokens", do: makesAToken, heading: "Your new token", title: "Your new token"},
		{name: "tokens-some", who: adminLogin, path: "/account/tokens", heading: "API tokens", title: "API tokens"},
		{name: "token-revoke", who: adminLogin, path: "/account/tokens", do: follows("Revoke Nightly report"), heading: "Revoke “Nightly report”?", title: "Revoke Nightly report"},
		{name: "user-tokens-some", who: adminLogin, path: "/admin/users/1/tokens", heading: "API tokens of Ada Lovelace", title: "API tokens of Ada Lovelace"},
	}
}

// lodgings are the pages about people, their logins, and who vouches for them.
func lodgings(f furniture) []sight {
	heir, viewer, idp := "/admin/users/"+f.heir, "/admin/users/"+f.viewer, "/admin/idps/"+f.lodgers.idp
	link := "/admin/idps/refused/" + f.lodgers.refused + "/link"
	return []sight{
		{name: "user-self", who: adminLogin, path: "/admin/users/1", heading: "Ada Lovelace", title: "Ada Lovelace"},
		{name: "user-disabled", who: adminLogin, path: "/admin/users/" + f.lodgers.disabled, heading: "Evelyn Boyd", title: "Evelyn Boyd"},
		{name: "user-leaving", who: adminLogin, path: "/admin/users/" + f.lodgers.leaving, heading: "Gladys West", title: "Gladys West"},
		{name: "user-edit", who: adminLogin, path: heir + "/edit", heading: "Edit Katherine Johnson", title: "Edit Katherine Johnson"},
		{name: "user-edit-refused", who: adminLogin, path: heir + "/edit", do: editsToNothing, heading: "Edit Katherine Johnson", title: "Edit Katherine Johnson"},
		{name: "user-disable", who: adminLogin, path: heir + "/disable", heading: "Disable Katherine Johnson?", title: "Disable Katherine Johnson"},
		{name: "user-disable-refused", who: adminLogin, path: heir + "/disable", do: sends("Disable user"), heading: "Disable Katherine Johnson?", title: "Disable Katherine Johnson"},
		{name: "user-disable-self", who: adminLogin, path: "/admin/users/1/disable", heading: "Disable Ada Lovelace?", title: "Disable Ada Lovelace"},
		{name: "user-delete", who: adminLogin, path: viewer + "/delete", heading: "Delete Mary Jackson?", title: "Delete Mary Jackson"},
		{name: "user-delete-refused", who: adminLogin, path: viewer + "/delete", do: deletesSomebodyElse, heading: "Delete Mary Jackson?", title: "Delete Mary Jackson"},
		{name: "user-delete-impossible", who: adminLogin, path: heir + "/delete", heading: "Delete Katherine Johnson?", title: "Delete Katherine Johnson"},
		{name: "user-sign-ins", who: adminLogin, path: "/admin/users/1/sign-ins", heading: "Sign-ins of Ada Lovelace", title: "Sign-ins of Ada Lovelace"},
		{name: "user-no-sign-ins", who: adminLogin, path: "/admin/users/" + f.invited + "/sign-ins", heading: "Sign-ins of Dorothy Vaughan", title: "Sign-ins of Dorothy Vaughan"},
		{name: "end-all-sessions", who: adminLogin, path: "/admin/end-all-sessions", heading: "End everybody's sessions?", title: "End everybody's sessions"},
		{name: "logins", who: adminLogin, path: "/admin/users/" + f.invited + "/logins", heading: "Logins of Dorothy Vaughan", title: "Logins of Dorothy Vaughan"},
		{name: "logins-refused", who: adminLogin, path: viewer + "/logins", do: savesALoginWithoutAName, heading: marys, title: marys},

		{name: "idps", who: adminLogin, path: "/admin/idps", heading: "Identity providers", title: "Identity providers"},
		{name: "new-idp", who: adminLogin, path: "/admin/idps/new", heading: "New identity provider", title: "New identity provider"},
		{name: "new-idp-refused", who: adminLogin, path: "/admin/idps/new", do: sends("Add identity provider"), heading: "New identity provider", title: "New identity provider"},
		{name: "idp", who: adminLogin, path: idp, heading: "Ministry", title: "Ministry"},
		{name: "idp-disable", who: adminLogin, path: idp + "/disable", heading: "Disable Ministry?", title: "Disable Ministry"},
		{name: "idp-delete", who: adminLogin, path: idp + "/delete", heading: "Delete Ministry?", title: "Delete Ministry"},
		{name: "refused-sign-ins", who: adminLogin, path: "/admin/idps/refused", heading: "Refused sign-ins", title: "Refused sign-ins"},
		{name: "refused-link", who: adminLogin, path: link, heading: "Link Mae Jemison", title: "Link a sign-in"},
		{name: "refused-link-refused", who: adminLogin, path: link, do: linksNobody, heading: "Link Mae Jemison", title: "Link a sign-in"},
		{name: "came-back-in-vain", path: "/sign-in/provider/" + f.lodgers.idp + "/callback", heading: "Nobody was signed in", title: "Nobody was signed in"},
	}
}

// sends presses a button, and what comes back says what is wrong.
func sends(button string) func(*person) {
	return func(p *person) {
		p.click("button", button)
		p.find("alert", "")
	}
}

func follows(link string) func(*person) { return func(p *person) { p.click("link", link) } }

func enters(login, password string) func(*person) {
	return func(p *person) {
		p.fill("Login", login)
		p.fill("Password", password)
		p.click("button", "Sign in")
	}
}

func forgets(p *person) {
	p.fill("Login", "nobody@example.org")
	p.click("button", "Send link")
}

func entersAWrongCode(p *person) {
	p.fill("Code", "000000")
	sends("Add second factor")(p)
}

func isToConfirm(f furniture) func(*person) {
	return func(p *person) {
		p.fill("Code", "000000")
		f.lodgers.stale()
		p.click("button", "Add second factor")
	}
}

func makesCodes(p *person) { p.click("button", "Make new recovery codes") }

func makesAToken(p *person) {
	p.fill("Name", "Nightly report")
	p.click("button", "Create token")
}

func editsToNothing(p *person) {
	p.fill("Name", "")
	sends("Save user")(p)
}

func deletesSomebodyElse(p *person) {
	p.fill("E-mail of the user", viewerLogin)
	sends("Delete user")(p)
}

func savesALoginWithoutAName(p *person) {
	p.fill("Login", "")
	sends("Save logins")(p)
}

func linksNobody(p *person) {
	p.fill("User's e-mail", "nobody@example.org")
	sends("Link to this user")(p)
}
