// Package handlers are the bridges of the console: each turns a visit into an
// operation, and what came of it into a page. A bridge opens no transaction
// and writes no status; it has two banks, ops and view.
package handlers

import (
	"net/http"

	"holdfast/models/app"
	"holdfast/web"
)

// Config is what the pages need to know besides the domain.
type Config struct {
	BaseURL    string // what links begin with
	SchemasDir string // named on the page of kinds
}

const (
	get  = http.MethodGet
	post = http.MethodPost
	put  = http.MethodPut
)

// Routes is the plan of the console: every way in, who may come, and where it leads.
func Routes(a *app.App, c Config) []web.Route {
	s := session{a.People, a.Providers, a.Outbox}
	cn := connects{a.OAuth, a.Credentials, c.BaseURL}
	k := credentials{a.Credentials, a.Outbox, cn}
	o := offers{a.Transfers, a.Outbox}
	t := transfers{a.Transfers, a.Outbox, a.Credentials.Title}
	l := leaving{a.Transfers, a.Credentials.Title}
	box := letterbox{a.Outbox, Letters{c.BaseURL}}
	d := deletions{a.Credentials, cn}
	p := projects{a.Projects, a.Credentials, a.OAuth}
	m := members{a.Projects, a.Credentials}
	tk := tokens{a.Tokens, c.BaseURL}
	me := account{a.People, a.Factors}
	in, fac, ufac := entering{a.Factors}, ownFactors{a.Factors}, userFactors{a.Factors}
	u := users{a.People, a.Outbox, c.BaseURL}
	ip := idps{a.Providers, c.BaseURL}
	oc := oauthClients{a.OAuth, a.Credentials, c.BaseURL}
	ul := userLogins{a.Logins, a.Outbox, a.Audit}
	ad := admin{a.Audit, a.Credentials, c.SchemasDir}
	api := loginsAPI{a.Logins, newPace(mostCalls)}
	return []web.Route{
		{Method: get, Path: "/api/v1/users/:id/logins", Access: web.Program, Do: api.find},
		{Method: put, Path: "/api/v1/users/:id/logins", Access: web.Program, Do: api.set},
		{Method: post, Path: "/api/v1/users/:id/logins/:method", Access: web.Program, Do: api.gone},

		{Method: get, Path: "/", Access: web.SignedIn, Do: home},

		{Method: get, Path: "/setup", Access: web.Public, Link: true, Do: s.setupForm},
		{Method: post, Path: "/setup", Access: web.Public, Link: true, Do: s.setup},
		{Method: get, Path: "/sign-in", Access: web.Public, Do: s.form},
		{Method: post, Path: "/sign-in", Access: web.Public, Do: s.signIn},
		{Method: post, Path: "/sign-out", Access: web.Public, Do: s.signOut},
		{Method: get, Path: "/access/:token", Access: web.Public, Link: true, Do: s.link},
		{Method: post, Path: "/access/:token", Access: web.Public, Link: true, Do: s.useLink},
		{Method: post, Path: "/access/:token/opened", Access: web.Public, Link: true, Do: s.opened},
		{Method: get, Path: "/forgot", Access: web.Public, Do: s.forgotForm},
		{Method: post, Path: "/forgot", Access: web.Public, Do: s.forgot},
		{Method: get, Path: "/sign-in/password", Access: web.Halfway, Do: s.ownPasswordForm},
		{Method: post, Path: "/sign-in/password", Access: web.Halfway, Do: s.ownPassword},
		{Method: post, Path: "/admin/users/:id/logins/:login/link", Access: web.Admin, Do: u.loginLink},

		{Method: get, Path: "/sign-in/factor", Access: web.Halfway, Do: in.factorForm},
		{Method: post, Path: "/sign-in/factor", Access: web.Halfway, Do: in.factor},
		{Method: get, Path: "/sign-in/enrol", Access: web.Halfway, Do: in.enrolForm},
		{Method: post, Path: "/sign-in/enrol", Access: web.Halfway, Do: in.enrol},

		{Method: get, Path: "/credentials", Access: web.SignedIn, Do: k.list},
		{Method: post, Path: "/credentials", Access: web.SignedIn, Do: k.create},
		{Method: get, Path: "/credentials/new", Access: web.SignedIn, Do: k.new},
		{Method: get, Path: "/credentials/:id", Access: web.SignedIn, Do: k.show},
		{Method: post, Path: "/credentials/:id", Access: web.SignedIn, Do: k.owners(k.update)},
		{Method: get, Path: "/credentials/:id/edit", Access: web.SignedIn, Do: k.owners(k.edit)},
		{Method: get, Path: "/credentials/:id/delete", Access: web.SignedIn, Do: k.owners(d.impact)},
		{Method: post, Path: "/credentials/:id/delete", Access: web.SignedIn, Do: k.owners(d.schedule)},
		{Method: post, Path: "/credentials/:id/restore", Access: web.SignedIn, Do: k.owners(d.restore)},
		{Method: get, Path: "/credentials/:id/delete-now", Access: web.SignedIn, Do: k.owners(d.confirm)},
		{Method: post, Path: "/credentials/:id/delete-now", Access: web.SignedIn, Do: k.owners(d.deleteNow)},
		{Method: get, Path: "/credentials/:id/projects/:project/remove", Access: web.SignedIn, Do: k.owners(d.unshareImpact)},
		{Method: post, Path: "/credentials/:id/projects/:project/remove", Access: web.SignedIn, Do: k.owners(d.unshare)},
		{Method: get, Path: "/credentials/:id/transfer", Access: web.SignedIn, Do: k.owners(o.form)},
		{Method: post, Path: "/credentials/:id/transfer", Access: web.SignedIn, Do: k.owners(o.make)},
		{Method: post, Path: "/credentials/:id/transfer/check", Access: web.SignedIn, Do: k.owners(o.check)},
		{Method: post, Path: "/credentials/:id/transfer/revoke", Access: web.SignedIn, Do: k.owners(o.revoke)},

		{Method: get, Path: "/credentials/:id/connect", Access: web.SignedIn, Do: k.owners(cn.edit)},
		{Method: post, Path: "/credentials/:id/connect", Access: web.SignedIn, Do: k.owners(cn.connect)},
		{Method: get, Path: "/credentials/:id/disconnect", Access: web.SignedIn, Do: k.owners(cn.disconnecting)},
		{Method: post, Path: "/credentials/:id/disconnect", Access: web.SignedIn, Do: k.owners(cn.disconnect)},
		{Method: post, Path: "/credentials/:id/refresh", Access: web.SignedIn, Do: k.owners(cn.refresh)},
		{Method: get, Path: "/oauth/callback", Access: web.Public, Link: true, Do: cn.back},
		{Method: get, Path: "/oauth/connects/over", Access: web.Public, Do: cn.over},
		{Method: get, Path: "/oauth/connects/:id", Access: web.SignedIn, Do: cn.result},
		{Method: post, Path: "/oauth/connects/:id/keep", Access: web.SignedIn, Do: cn.keep},
		{Method: post, Path: "/oauth/connects/:id/drop", Access: web.SignedIn, Do: cn.drop},
		{Method: post, Path: "/oauth/connects/:id/again", Access: web.SignedIn, Do: cn.again},

		{Method: get, Path: "/transfers", Access: web.SignedIn, Do: t.list},
		{Method: get, Path: "/transfers/leaving", Access: web.SignedIn, Do: l.show},
		{Method: post, Path: "/transfers/leaving", Access: web.SignedIn, Do: l.offer},
		{Method: get, Path: "/transfers/:token", Access: web.SignedIn, Link: true, Do: t.show},
		{Method: get, Path: "/transfers/:token/accept", Access: web.SignedIn, Link: true, Do: t.back},
		{Method: get, Path: "/transfers/:token/decline", Access: web.SignedIn, Link: true, Do: t.back},
		{Method: post, Path: "/transfers/:token/accept", Access: web.SignedIn, Link: true, Do: t.accept},
		{Method: post, Path: "/transfers/:token/decline", Access: web.SignedIn, Link: true, Do: t.decline},

		{Method: post, Path: "/credentials/:id/reveal", Access: web.SignedIn, Do: k.owners(k.reveal)},

		{Method: get, Path: "/account/tokens", Access: web.SignedIn, Do: tk.list},
		{Method: post, Path: "/account/tokens", Access: web.SignedIn, Do: tk.create},
		{Method: get, Path: "/account/tokens/:id/revoke", Access: web.SignedIn, Do: tk.ask},
		{Method: post, Path: "/account/tokens/:id/revoke", Access: web.SignedIn, Do: tk.revoke},
		{Method: get, Path: "/admin/users/:id/tokens", Access: web.Admin, Do: tk.listOf},
		{Method: get, Path: "/admin/users/:id/tokens/:token/revoke", Access: web.Admin, Do: tk.askOf},
		{Method: post, Path: "/admin/users/:id/tokens/:token/revoke", Access: web.Admin, Do: tk.revokeOf},

		{Method: get, Path: "/oauth/clients", Access: web.SignedIn, Do: oc.list},
		{Method: post, Path: "/oauth/clients", Access: web.SignedIn, Do: oc.create},
		{Method: get, Path: "/oauth/clients/new", Access: web.SignedIn, Do: oc.new},
		{Method: post, Path: "/oauth/clients/discover", Access: web.SignedIn, Do: oc.discover},
		{Method: get, Path: "/oauth/clients/:id", Access: web.SignedIn, Do: oc.show},
		{Method: post, Path: "/oauth/clients/:id", Access: web.SignedIn, Do: oc.owners(oc.update)},
		{Method: get, Path: "/oauth/clients/:id/edit", Access: web.SignedIn, Do: oc.owners(oc.edit)},
		{Method: post, Path: "/oauth/clients/:id/check", Access: web.SignedIn, Do: oc.owners(oc.check)},
		{Method: post, Path: "/oauth/clients/:id/resume", Access: web.SignedIn, Do: oc.owners(oc.resume)},
		{Method: get, Path: "/oauth/clients/:id/delete", Access: web.SignedIn, Do: oc.owners(oc.deleteAsk)},
		{Method: post, Path: "/oauth/clients/:id/delete", Access: web.SignedIn, Do: oc.owners(oc.delete)},
		{Method: get, Path: "/oauth/clients/:id/take-over", Access: web.Admin, Do: oc.takeOverAsk},
		{Method: post, Path: "/oauth/clients/:id/take-over", Access: web.Admin, Do: oc.takeOver},

		{Method: get, Path: "/projects", Access: web.SignedIn, Do: p.list},
		{Method: post, Path: "/projects", Access: web.SignedIn, Do: p.create},
		{Method: get, Path: "/projects/new", Access: web.SignedIn, Do: p.new},
		{Method: get, Path: "/projects/:project", Access: web.SignedIn, Do: p.show},
		{Method: post, Path: "/projects/:project", Access: web.SignedIn, Do: p.rename},
		{Method: get, Path: "/projects/:project/edit", Access: web.SignedIn, Do: p.edit},
		{Method: get, Path: "/projects/:project/credentials", Access: web.SignedIn, Do: p.credentials},

		{Method: get, Path: "/projects/:project/members", Access: web.SignedIn, Do: m.list},
		{Method: post, Path: "/projects/:project/members", Access: web.SignedIn, Do: m.add},
		{Method: post, Path: "/projects/:project/members/:user", Access: web.SignedIn, Do: m.setRole},
		{Method: get, Path: "/projects/:project/members/:user/remove", Access: web.SignedIn, Do: m.removal},
		{Method: post, Path: "/projects/:project/members/:user/remove", Access: web.SignedIn, Do: m.remove},
		{Method: get, Path: "/projects/:project/members/:user/make-owner", Access: web.SignedIn, Do: m.handover},
		{Method: post, Path: "/projects/:project/members/:user/make-owner", Access: web.SignedIn, Do: m.makeOwner},
		{Method: get, Path: "/projects/:project/leave", Access: web.SignedIn, Do: m.leaving},
		{Method: post, Path: "/projects/:project/leave", Access: web.SignedIn, Do: m.leave},

		{Method: get, Path: "/account", Access: web.SignedIn, Do: me.show},
		{Method: post, Path: "/account/password", Access: web.SignedIn, Do: me.changePassword},
		{Method: get, Path: "/account/sessions", Access: web.SignedIn, Do: me.sessions},
		{Method: post, Path: "/account/sessions/end-others", Access: web.SignedIn, Do: me.endOthers},
		{Method: post, Path: "/account/sessions/:id/end", Access: web.SignedIn, Do: me.end},

		{Method: get, Path: "/account/sign-ins", Access: web.SignedIn, Do: me.signIns},
		{Method: get, Path: "/account/factors", Access: web.SignedIn, Do: fac.list},
		{Method: get, Path: "/account/factors/new", Access: web.SignedIn, Do: fac.new},
		{Method: post, Path: "/account/factors/new", Access: web.SignedIn, Do: fac.add},
		{Method: get, Path: "/account/factors/:id/remove", Access: web.SignedIn, Do: fac.removeAsk},
		{Method: post, Path: "/account/factors/:id/remove", Access: web.SignedIn, Do: fac.remove},
		{Method: post, Path: "/account/recovery-codes", Access: web.SignedIn, Do: fac.renewCodes},
		{Method: get, Path: "/admin/users/:id/factors/reset", Access: web.Admin, Do: ufac.ask},
		{Method: post, Path: "/admin/users/:id/factors/reset", Access: web.Admin, Do: ufac.reset},

		{Method: get, Path: "/admin/users", Access: web.Admin, Do: u.list},
		{Method: post, Path: "/admin/users", Access: web.Admin, Do: u.create},
		{Method: get, Path: "/admin/users/new", Access: web.Admin, Do: u.new},
		{Method: get, Path: "/admin/users/:id", Access: web.Admin, Do: u.show},
		{Method: post, Path: "/admin/users/:id/access-link", Access: web.Admin, Do: u.newLink},
		{Method: post, Path: "/admin/users/:id/end-sessions", Access: web.Admin, Do: u.endSessions},
		{Method: post, Path: "/admin/users/:id/sessions/:session/end", Access: web.Admin, Do: u.endSession},
		{Method: get, Path: "/admin/users/:id/edit", Access: web.Admin, Do: u.edit},
		{Method: post, Path: "/admin/users/:id/edit", Access: web.Admin, Do: u.update},
		{Method: get, Path: "/admin/users/:id/disable", Access: web.Admin, Do: u.disableAsk},
		{Method: post, Path: "/admin/users/:id/disable", Access: web.Admin, Do: u.disable},
		{Method: post, Path: "/admin/users/:id/enable", Access: web.Admin, Do: u.enable},
		{Method: get, Path: "/admin/users/:id/delete", Access: web.Admin, Do: u.deleteAsk},
		{Method: post, Path: "/admin/users/:id/delete", Access: web.Admin, Do: u.delete},
		{Method: post, Path: "/admin/users/:id/restore", Access: web.Admin, Do: u.restore},
		{Method: get, Path: "/admin/users/:id/sign-ins", Access: web.Admin, Do: u.signIns},
		{Method: get, Path: "/admin/users/:id/leaving", Access: web.Admin, Do: l.showFor},
		{Method: post, Path: "/admin/users/:id/leaving", Access: web.Admin, Do: l.offerFor},
		{Method: post, Path: "/admin/users/:id/leaving/:credential/revoke", Access: web.Admin, Do: l.revokeFor},

		{Method: get, Path: "/admin/users/:id/logins", Access: web.Admin, Do: ul.edit},
		{Method: post, Path: "/admin/users/:id/logins", Access: web.Admin, Do: ul.save},
		{Method: post, Path: "/admin/users/:id/logins/row", Access: web.Admin, Do: ul.row},
		{Method: post, Path: "/admin/users/:id/logins/review", Access: web.Admin, Do: ul.review},
		{Method: post, Path: "/admin/users/:id/logins/:login/unlock", Access: web.Admin, Do: ul.unlock},
		{Method: post, Path: "/admin/users/:id/logins/:login/restore", Access: web.Admin, Do: ul.restore},

		{Method: get, Path: "/admin/end-all-sessions", Access: web.Admin, Do: u.endAllAsk},
		{Method: post, Path: "/admin/end-all-sessions", Access: web.Admin, Do: u.endAll},
		{Method: post, Path: "/sign-in/provider/:id", Access: web.Public, Do: ip.leave},
		{Method: get, Path: "/sign-in/provider/:id/callback", Access: web.Public, Link: true, Do: ip.back},
		{Method: post, Path: "/confirm/provider", Access: web.SignedIn, Do: ip.confirm},
		{Method: get, Path: "/admin/idps", Access: web.Admin, Do: ip.list},
		{Method: post, Path: "/admin/idps", Access: web.Admin, Do: ip.create},
		{Method: get, Path: "/admin/idps/new", Access: web.Admin, Do: ip.new},
		{Method: get, Path: "/admin/idps/refused", Access: web.Admin, Do: ip.refused},
		{Method: get, Path: "/admin/idps/refused/:id/link", Access: web.Admin, Do: ip.linkForm},
		{Method: post, Path: "/admin/idps/refused/:id/link", Access: web.Admin, Do: ip.link},
		{Method: post, Path: "/admin/idps/refused/:id/dismiss", Access: web.Admin, Do: ip.dismiss},
		{Method: get, Path: "/admin/idps/:id", Access: web.Admin, Do: ip.show},
		{Method: post, Path: "/admin/idps/:id", Access: web.Admin, Do: ip.update},
		{Method: post, Path: "/admin/idps/:id/check", Access: web.Admin, Do: ip.check},
		{Method: post, Path: "/admin/idps/:id/test", Access: web.Admin, Do: ip.test},
		{Method: get, Path: "/admin/idps/:id/disable", Access: web.Admin, Do: ip.disableAsk},
		{Method: post, Path: "/admin/idps/:id/disable", Access: web.Admin, Do: ip.disable},
		{Method: post, Path: "/admin/idps/:id/enable", Access: web.Admin, Do: ip.enable},
		{Method: get, Path: "/admin/idps/:id/delete", Access: web.Admin, Do: ip.deleteAsk},
		{Method: post, Path: "/admin/idps/:id/delete", Access: web.Admin, Do: ip.delete},

		{Method: get, Path: "/admin/audit", Access: web.Admin, Do: ad.audit},
		{Method: get, Path: "/admin/outbox", Access: web.Admin, Do: box.list},
		{Method: post, Path: "/admin/outbox/:id/retry", Access: web.Admin, Do: box.retry},
		{Method: get, Path: "/admin/kinds", Access: web.Admin, Do: ad.kinds},
	}
}
