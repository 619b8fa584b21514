package handlers_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/handlers"
	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/web"
)

// The columns of the matrix. The owner owns the project and the credential;
// the administrator administers the console and sits in no project; the
// receiver is a viewer of the project.
var visitors = []string{"signed out", "stranger", "viewer", "editor", "admin", "owner", "administrator", "receiver"}

// matrix says for every route what each visitor gets with a plain browser: a
// status per column. {cred} is shared with {project}, {due} too but scheduled
// for deletion; {offered} too but offered to the receiver, whose letter {letter}
// has the link of {token} for the offer {offer}; {idp} is an identity provider that
// does not answer, {client} an OAuth client of the owner's that is offered to {project}, {refused} somebody whom it vouched for in vain; {guest} is an editor of {project}; {session} is another session
// {account} is a credential in {project} to which the owner is about to connect an
// account with {own}, on the way {connect};
// has the link of {token} for the offer {offer}; {guest} is an editor of {project}, with the login {login}; {session} is another session
// of the visitor's own, {seat} one of {guest}'s; {link} is a live access link.
var matrix = []struct{ route, path, form, want string }{
	{"GET /", "/", "", "303 303 303 303 303 303 303 303"},

	{"GET /setup", "/setup?token=x", "", "410 410 410 410 410 410 410 410"},
	{"POST /setup", "/setup", "token=x&name=A&email=a@example.org&password=a", "410 410 410 410 410 410 410 410"},
	{"GET /sign-in", "/sign-in", "", "200 303 303 303 303 303 303 303"},
	{"POST /sign-in", "/sign-in", "login=&password=", "422 422 422 422 422 422 422 422"},
	{"POST /sign-out", "/sign-out", "", "303 303 303 303 303 303 303 303"},
	{"GET /access/:token", "/access/{link}", "", "200 200 200 200 200 200 200 200"},
	{"POST /access/:token", "/access/{link}", "password=short", "422 422 422 422 422 422 422 422"},
	{"POST /access/:token/opened", "/access/{link}/opened", "", "204 204 204 204 204 204 204 204"},
	{"GET /forgot", "/forgot", "", "200 200 200 200 200 200 200 200"},
	{"POST /forgot", "/forgot", "login=nobody", "303 303 303 303 303 303 303 303"},
	{"GET /sign-in/password", "/sign-in/password", "", "303 404 404 404 404 404 404 404"},
	{"POST /sign-in/password", "/sign-in/password", "password=short", "303 404 404 404 404 404 404 404"},
	{"POST /admin/users/:id/logins/:login/link", "/admin/users/{guest}/logins/{login}/link", "send=show", "303 403 403 403 403 403 200 403"},

	{"GET /credentials", "/credentials", "", "303 200 200 200 200 200 200 200"},
	{"POST /credentials", "/credentials", "kind=raw&name=Another&body={}", "303 303 303 303 303 303 303 303"},
	{"GET /credentials/new", "/credentials/new", "", "303 200 200 200 200 200 200 200"},
	{"GET /credentials/:id", "/credentials/{cred}", "", "303 404 200 200 200 200 404 200"},
	{"POST /credentials/:id", "/credentials/{cred}", "version=1&name=Renamed", "303 404 403 403 403 303 404 403"},
	{"GET /credentials/:id/edit", "/credentials/{cred}/edit", "", "303 404 403 403 403 200 404 403"},
	{"GET /credentials/:id/delete", "/credentials/{cred}/delete", "", "303 404 403 403 403 200 404 403"},
	{"POST /credentials/:id/delete", "/credentials/{cred}/delete", "", "303 404 403 403 403 303 404 403"},
	{"POST /credentials/:id/restore", "/credentials/{due}/restore", "", "303 404 404 404 404 303 404 404"},
	{"GET /credentials/:id/delete-now", "/credentials/{due}/delete-now", "", "303 404 404 404 404 200 404 404"},
	{"POST /credentials/:id/delete-now", "/credentials/{due}/delete-now", "confirm=Due", "303 404 404 404 404 303 404 404"},
	{"GET /credentials/:id/projects/:project/remove", "/credentials/{cred}/projects/{project}/remove", "", "303 404 403 403 403 200 404 403"},
	{"POST /credentials/:id/projects/:project/remove", "/credentials/{cred}/projects/{project}/remove", "", "303 404 403 403 403 303 404 403"},

	{"GET /credentials/:id/transfer", "/credentials/{cred}/transfer", "", "303 404 403 403 403 200 404 403"},
	{"POST /credentials/:id/transfer", "/credentials/{cred}/transfer", "email=guest@example.org", "303 404 403 403 403 303 404 403"},
	{"POST /credentials/:id/transfer/check", "/credentials/{cred}/transfer/check", "email=guest@example.org", "303 404 403 403 403 303 404 403"},
	{"POST /credentials/:id/transfer/revoke", "/credentials/{offered}/transfer/revoke", "", "303 404 403 403 403 303 404 403"},

	{"GET /credentials/:id/connect", "/credentials/{account}/connect", "", "303 404 403 403 403 200 404 403"},
	{"POST /credentials/:id/connect", "/credentials/{account}/connect", "client={own}&scope=write", "303 404 403 403 403 200 404 403"},
	{"GET /credentials/:id/disconnect", "/credentials/{account}/disconnect", "", "303 404 403 403 403 409 404 403"}, // none is connected
	{"POST /credentials/:id/disconnect", "/credentials/{account}/disconnect", "", "303 404 403 403 403 409 404 403"},
	{"POST /credentials/:id/refresh", "/credentials/{account}/refresh", "", "303 404 403 403 403 409 404 403"},
	{"GET /oauth/callback", "/oauth/callback?state=x&code=y", "", "303 303 303 303 303 303 303 303"},
	{"GET /oauth/connects/over", "/oauth/connects/over", "", "410 410 410 410 410 410 410 410"},
	{"GET /oauth/connects/:id", "/oauth/connects/{connect}", "", "303 404 404 404 404 200 404 404"},
	{"POST /oauth/connects/:id/keep", "/oauth/connects/{connect}/keep", "", "303 404 404 404 404 409 404 404"}, // the owner is still away
	{"POST /oauth/connects/:id/drop", "/oauth/connects/{connect}/drop", "", "303 404 404 404 404 409 404 404"},
	{"POST /oauth/connects/:id/again", "/oauth/connects/{connect}/again", "", "303 404 404 404 404 200 404 404"},

	{"GET /transfers", "/transfers", "", "303 200 200 200 200 200 200 200"},
	{"GET /transfers/leaving", "/transfers/leaving", "", "303 200 200 200 200 200 200 200"},
	{"POST /transfers/leaving", "/transfers/leaving", "credential={cred}&email=guest@example.org", "303 404 403 403 403 303 404 403"},
	{"GET /transfers/:token", "/transfers/{token}", "", "303 410 410 410 410 410 410 200"},
	{"GET /transfers/:token/accept", "/transfers/{token}/accept", "", "303 410 410 410 410 410 410 303"},
	{"GET /transfers/:token/decline", "/transfers/{token}/decline", "", "303 410 410 410 410 410 410 303"},
	{"POST /transfers/:token/accept", "/transfers/{token}/accept", "offer={offer}", "303 410 410 410 410 410 410 303"},
	{"POST /transfers/:token/decline", "/transfers/{token}/decline", "offer={offer}", "303 410 410 410 410 410 410 303"},

	{"POST /credentials/:id/reveal", "/credentials/{cred}/reveal", "", "303 404 403 403 403 200 404 403"},

	{"GET /account/tokens", "/account/tokens", "", "303 200 200 200 200 200 200 200"},
	{"POST /account/tokens", "/account/tokens", "name=Sync&days=30", "303 403 403 403 403 403 200 403"},
	{"GET /account/tokens/:id/revoke", "/account/tokens/{mytoken}/revoke", "", "303 200 200 200 200 200 200 200"},
	{"POST /account/tokens/:id/revoke", "/account/tokens/{mytoken}/revoke", "", "303 303 303 303 303 303 303 303"},
	{"GET /admin/users/:id/tokens", "/admin/users/{guest}/tokens", "", "303 403 403 403 403 403 200 403"},
	{"GET /admin/users/:id/tokens/:token/revoke", "/admin/users/{guest}/tokens/{token-of-guest}/revoke", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/tokens/:token/revoke", "/admin/users/{guest}/tokens/{token-of-guest}/revoke", "", "303 403 403 403 403 403 303 403"},

	{"GET /oauth/clients", "/oauth/clients", "", "303 200 200 200 200 200 200 200"},
	{"POST /oauth/clients", "/oauth/clients", clientFields + "&name=Another", "303 303 303 303 303 303 303 303"},
	{"GET /oauth/clients/new", "/oauth/clients/new", "", "303 200 200 200 200 200 200 200"},
	{"POST /oauth/clients/discover", "/oauth/clients/discover", "issuer=http://127.0.0.1:1", "303 422 422 422 422 422 422 422"},
	{"GET /oauth/clients/:id", "/oauth/clients/{client}", "", "303 404 200 200 200 200 200 200"},
	{"POST /oauth/clients/:id", "/oauth/clients/{client}", clientFields + "&name=Renamed&version=1", "303 404 403 403 403 303 403 403"},
	{"GET /oauth/clients/:id/edit", "/oauth/clients/{client}/edit", "", "303 404 403 403 403 200 403 403"},
	{"POST /oauth/clients/:id/check", "/oauth/clients/{client}/check", "", "303 404 403 403 403 200 403 403"},
	{"POST /oauth/clients/:id/resume", "/oauth/clients/{client}/resume", "", "303 404 403 403 403 200 403 403"},
	{"GET /oauth/clients/:id/delete", "/oauth/clients/{client}/delete", "", "303 404 403 403 403 200 403 403"},
	{"POST /oauth/clients/:id/delete", "/oauth/clients/{client}/delete", "confirm=Acme", "303 404 403 403 403 303 403 403"},
	{"GET /oauth/clients/:id/take-over", "/oauth/clients/{client}/take-over", "", "303 403 403 403 403 403 200 403"},
	{"POST /oauth/clients/:id/take-over", "/oauth/clients/{client}/take-over", "", "303 403 403 403 403 403 303 403"},

	{"GET /projects", "/projects", "", "303 200 200 200 200 200 200 200"},
	{"POST /projects", "/projects", "name=Another", "303 303 303 303 303 303 303 303"},
	{"GET /projects/new", "/projects/new", "", "303 200 200 200 200 200 200 200"},
	{"GET /projects/:project", "/projects/{project}", "", "303 404 200 200 200 200 404 200"},
	{"POST /projects/:project", "/projects/{project}", "name=Renamed", "303 404 403 403 303 303 404 403"},
	{"GET /projects/:project/edit", "/projects/{project}/edit", "", "303 404 403 403 200 200 404 403"},
	{"GET /projects/:project/credentials", "/projects/{project}/credentials", "", "303 404 200 200 200 200 404 200"},

	{"GET /projects/:project/members", "/projects/{project}/members", "", "303 404 200 200 200 200 404 200"},
	{"POST /projects/:project/members", "/projects/{project}/members", "email=newcomer@example.org&role=viewer", "303 404 403 403 303 303 404 403"},
	{"POST /projects/:project/members/:user", "/projects/{project}/members/{guest}", "role=viewer", "303 404 403 403 303 303 404 403"},
	{"GET /projects/:project/members/:user/remove", "/projects/{project}/members/{guest}/remove", "", "303 404 403 403 200 200 404 403"},
	{"POST /projects/:project/members/:user/remove", "/projects/{project}/members/{guest}/remove", "", "303 404 403 403 303 303 404 403"},
	{"GET /projects/:project/members/:user/make-owner", "/projects/{project}/members/{guest}/make-owner", "", "303 404 403 403 403 200 404 403"},
	{"POST /projects/:project/members/:user/make-owner", "/projects/{project}/members/{guest}/make-owner", "", "303 404 403 403 403 303 404 403"},
	{"GET /projects/:project/leave", "/projects/{project}/leave", "", "303 404 200 200 200 200 404 200"},
	{"POST /projects/:project/leave", "/projects/{project}/leave", "", "303 404 303 303 303 409 404 303"},

	{"GET /account", "/account", "", "303 200 200 200 200 200 200 200"},
	{"POST /account/password", "/account/password", "current=&password=", "303 422 422 422 422 422 422 422"},
	{"GET /account/sessions", "/account/sessions", "", "303 200 200 200 200 200 200 200"},
	{"POST /account/sessions/end-others", "/account/sessions/end-others", "", "303 303 303 303 303 303 303 303"},
	{"POST /account/sessions/:id/end", "/account/sessions/{session}/end", "", "303 303 303 303 303 303 303 303"},

	{"GET /sign-in/factor", "/sign-in/factor", "", "303 404 404 404 404 404 404 404"}, // for who has come in half, see entering_test.go
	{"POST /sign-in/factor", "/sign-in/factor", "code=1", "303 404 404 404 404 404 404 404"},
	{"GET /sign-in/enrol", "/sign-in/enrol", "", "303 404 404 404 404 404 404 404"},
	{"POST /sign-in/enrol", "/sign-in/enrol", "code=1", "303 404 404 404 404 404 404 404"},
	{"GET /account/sign-ins", "/account/sign-ins", "", "303 200 200 200 200 200 200 200"},
	{"GET /account/factors", "/account/factors", "", "303 200 200 200 200 200 200 200"},
	{"GET /account/factors/new", "/account/factors/new", "", "303 200 200 200 200 200 200 200"},
	{"POST /account/factors/new", "/account/factors/new", "label=x&code=1", "303 422 422 422 422 422 422 422"},
	{"GET /account/factors/:id/remove", "/account/factors/{session}/remove", "", "303 404 404 404 404 404 404 404"},
	{"POST /account/factors/:id/remove", "/account/factors/{session}/remove", "", "303 404 404 404 404 404 404 404"},
	{"POST /account/recovery-codes", "/account/recovery-codes", "", "303 409 409 409 409 409 409 409"},
	{"GET /admin/users/:id/factors/reset", "/admin/users/{guest}/factors/reset", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/factors/reset", "/admin/users/{guest}/factors/reset", "reason=x", "303 403 403 403 403 403 409 403"},

	{"GET /admin/users", "/admin/users", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users", "/admin/users", "name=New&email=new@example.org&rank=member", "303 403 403 403 403 403 200 403"},
	{"GET /admin/users/new", "/admin/users/new", "", "303 403 403 403 403 403 200 403"},
	{"GET /admin/users/:id", "/admin/users/{guest}", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/access-link", "/admin/users/{guest}/access-link", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/end-sessions", "/admin/users/{guest}/end-sessions", "", "303 403 403 403 403 403 303 403"},
	{"POST /admin/users/:id/sessions/:session/end", "/admin/users/{guest}/sessions/{seat}/end", "", "303 403 403 403 403 403 303 403"},
	{"GET /admin/users/:id/edit", "/admin/users/{guest}/edit", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/edit", "/admin/users/{guest}/edit", "name=Guest&email=guest@example.org&rank=member&seen={seen}", "303 403 403 403 403 403 303 403"},
	{"GET /admin/users/:id/disable", "/admin/users/{guest}/disable", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/disable", "/admin/users/{guest}/disable", "reason=left", "303 403 403 403 403 403 303 403"},
	{"POST /admin/users/:id/enable", "/admin/users/{disabled}/enable", "", "303 403 403 403 403 403 303 403"},
	{"GET /admin/users/:id/delete", "/admin/users/{guest}/delete", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/delete", "/admin/users/{guest}/delete", "confirm=guest@example.org&reason=left", "303 403 403 403 403 403 303 403"},
	{"POST /admin/users/:id/restore", "/admin/users/{going}/restore", "", "303 403 403 403 403 403 303 403"},
	{"GET /admin/users/:id/sign-ins", "/admin/users/{guest}/sign-ins", "", "303 403 403 403 403 403 200 403"},
	{"GET /admin/users/:id/leaving", "/admin/users/{owner}/leaving", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/leaving", "/admin/users/{owner}/leaving", "credential={cred}&email=guest@example.org", "303 403 403 403 403 403 303 403"},
	{"POST /admin/users/:id/leaving/:credential/revoke", "/admin/users/{owner}/leaving/{offered}/revoke", "", "303 403 403 403 403 403 303 403"},
	{"GET /admin/users/:id/logins", "/admin/users/{guest}/logins", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/logins", "/admin/users/{guest}/logins", "revision={revision}", "303 403 403 403 403 403 303 403"},
	{"POST /admin/users/:id/logins/row", "/admin/users/{guest}/logins/row", "revision={revision}&add=1", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/logins/review", "/admin/users/{guest}/logins/review", "revision={revision}", "303 403 403 403 403 403 200 403"},
	{"POST /admin/users/:id/logins/:login/unlock", "/admin/users/{guest}/logins/{login}/unlock", "", "303 403 403 403 403 403 409 403"},   // it is not locked
	{"POST /admin/users/:id/logins/:login/restore", "/admin/users/{guest}/logins/{login}/restore", "", "303 403 403 403 403 403 404 403"}, // it is not removed

	{"GET /admin/end-all-sessions", "/admin/end-all-sessions", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/end-all-sessions", "/admin/end-all-sessions", "", "303 403 403 403 403 403 303 403"},
	{"GET /admin/audit", "/admin/audit", "", "303 403 403 403 403 403 200 403"},
	{"GET /admin/outbox", "/admin/outbox", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/outbox/:id/retry", "/admin/outbox/{letter}/retry", "", "303 403 403 403 403 403 409 403"}, // there is no mail server
	{"GET /api/v1/users/:id/logins", "/api/v1/users/{guest}/logins", "", "401 401 401 401 401 401 401 401"}, // no cookie counts there
	{"PUT /api/v1/users/:id/logins", "/api/v1/users/{guest}/logins", "", "401 401 401 401 401 401 401 401"},
	{"POST /api/v1/users/:id/logins/:method", "/api/v1/users/{guest}/logins/create", "", "401 401 401 401 401 401 401 401"},

	{"GET /admin/kinds", "/admin/kinds", "", "303 403 403 403 403 403 200 403"},

	{"POST /sign-in/provider/:id", "/sign-in/provider/{idp}", "next=/projects", "503 503 503 503 503 503 503 503"},
	{"GET /sign-in/provider/:id/callback", "/sign-in/provider/{idp}/callback?state=x&code=y", "", "410 410 410 410 410 410 410 410"},
	{"POST /confirm/provider", "/confirm/provider", "", "303 404 404 404 404 404 404 404"},
	{"GET /admin/idps", "/admin/idps", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/idps", "/admin/idps", "name=Another&issuer=https://login.example.org&client_id=x&secret=x&auth_method=client_secret_basic&scopes=openid&login_claim=email", "303 403 403 403 403 403 303 403"},
	{"GET /admin/idps/new", "/admin/idps/new", "", "303 403 403 403 403 403 200 403"},
	{"GET /admin/idps/refused", "/admin/idps/refused", "", "303 403 403 403 403 403 200 403"},
	{"GET /admin/idps/refused/:id/link", "/admin/idps/refused/{refused}/link", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/idps/refused/:id/link", "/admin/idps/refused/{refused}/link", "email=guest@example.org", "303 403 403 403 403 403 303 403"},
	{"POST /admin/idps/refused/:id/dismiss", "/admin/idps/refused/{refused}/dismiss", "", "303 403 403 403 403 403 303 403"},
	{"GET /admin/idps/:id", "/admin/idps/{idp}", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/idps/:id", "/admin/idps/{idp}", "name=Another&issuer=https://login.example.org&client_id=x&secret=x&auth_method=client_secret_basic&scopes=openid&login_claim=email", "303 403 403 403 403 403 303 403"},
	{"POST /admin/idps/:id/check", "/admin/idps/{idp}/check", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/idps/:id/test", "/admin/idps/{idp}/test", "", "303 403 403 403 403 403 200 403"},
	{"GET /admin/idps/:id/disable", "/admin/idps/{idp}/disable", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/idps/:id/disable", "/admin/idps/{idp}/disable", "", "303 403 403 403 403 403 303 403"},
	{"POST /admin/idps/:id/enable", "/admin/idps/{idp}/enable", "", "303 403 403 403 403 403 303 403"},
	{"GET /admin/idps/:id/delete", "/admin/idps/{idp}/delete", "", "303 403 403 403 403 403 200 403"},
	{"POST /admin/idps/:id/delete", "/admin/idps/{idp}/delete", "confirm=Contoso", "303 403 403 403 403 403 303 403"},
}

// scene is a project with everybody in it, as the matrix wants it.
type scene struct {
	who    browser
	column int
	fill   *strings.Replacer
}

// cast are the people of the matrix, who stay while scenes change.
type cast struct {
	by    map[string]models.Actor
	guest models.Actor
}

func (c *console) cast(t *testing.T) cast {
	p := cast{by: map[string]models.Actor{}, guest: c.Person(t, "guest", models.PlainMember)}
	for _, name := range visitors[1:] {
		rank := models.PlainMember
		if name == "administrator" {
			rank = models.Administrator
		}
		p.by[name] = c.Person(t, name, rank)
	}
	c.Person(t, "newcomer", models.PlainMember)
	c.Person(t, "disabled", models.PlainMember)
	c.Person(t, "going", models.PlainMember)
	c.Lets(t, p.guest)
	c.Lets(t, p.by["receiver"])
	return p
}

// scene sets everything up anew for one visitor.
func (c *console) scene(t *testing.T, p cast, column int) scene {
	t.Helper()
	owner := p.by["owner"]
	c.Exec(t, `UPDATE credentials SET name = id, name_key = id`) // the names are free again
	c.Exec(t, `UPDATE users SET email = 'was-' || id || email, email_key = 'was-' || id || email_key WHERE email_key = 'new@example.org'`)
	c.Exec(t, `UPDATE logins SET key_canon = 'was-' || id WHERE key_canon = 'new@example.org'`)
	c.Exec(t, `UPDATE users SET disabled_at = NULL, deletion_at = NULL WHERE email_key <> 'disabled@example.org' AND email_key <> 'going@example.org'`)
	c.Exec(t, `UPDATE users SET disabled_at = created_at WHERE email_key = 'disabled@example.org'`)
	c.Exec(t, `UPDATE users SET deletion_at = created_at WHERE email_key = 'going@example.org'`)
	project := c.Project(t, owner, "Field work")
	for name, role := range map[string]models.Role{"viewer": models.Viewer, "editor": models.Editor, "admin": models.Admin, "receiver": models.Viewer} {
		c.Seat(t, owner, project, p.by[name], role)
	}
	c.Seat(t, owner, project, p.guest, models.Editor)
	cred, due, given := c.Keep(t, owner, "Cred", project), c.Keep(t, owner, "Due", project), c.Keep(t, owner, "Given", project)
	c.Schedule(t, owner, due)
	token := c.offer(t, owner, p.by["receiver"], given)
	seat := c.sit(t, p.guest).SessionID.String()
	link, err := c.People.LinkFromHost(t.Context(), p.guest.Email) // a sign-in would end it
	modelstest.Must(t, err)
	idp, refused := c.deadProvider(t)
	s, other := scene{column: column}, models.NewID().String()
	if column > 0 {
		s.who = c.sit(t, p.by[visitors[column]])
		other = c.sit(t, p.by[visitors[column]]).SessionID.String()
	}
	account, client, connect := c.onTheWay(t, owner, project)
	s.fill = strings.NewReplacer("{account}", account, "{own}", client, "{connect}", connect, "{project}", project.String(), "{cred}", cred.String(), "{due}", due.String(),
		"{revision}", c.cell(t, `SELECT revision FROM users WHERE id = ?`, p.guest.UserID),
		"{mytoken}", c.apiToken(t, s.who.Actor), "{token-of-guest}", c.apiToken(t, p.guest),
		"{guest}", strconv.FormatInt(p.guest.UserID, 10), "{login}", strconv.FormatInt(p.guest.LoginID, 10), "{session}", other,
		"{seat}", seat, "{link}", link.Token, "{owner}", strconv.FormatInt(owner.UserID, 10),
		"{offered}", given.String(), "{token}", token, "{offer}", c.cell(t, `SELECT id FROM transfers WHERE credential_id = ?`, given),
		"{idp}", idp, "{refused}", refused, "{client}", c.deadClient(t, owner, project),
		"{disabled}", c.cell(t, `SELECT id FROM users WHERE email_key = 'disabled@example.org'`), "{going}", c.cell(t, `SELECT id FROM users WHERE email_key = 'going@example.org'`),
		"{seen}", p.guest.ProvenAt.Format(time.RFC3339Nano), // when everything here was made
		"{letter}", c.cell(t, `SELECT letter_id FROM transfers WHERE credential_id = ?`, given))
	return s
}

func TestEveryRouteStandsInTheMatrix(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for _, line := range matrix {
		told[line.route] = true
		if len(strings.Fields(line.want)) != len(visitors) {
			t.Errorf("%s has %d columns", line.route, len(strings.Fields(line.want)))
		}
	}
	c := open(t)
	routes := handlers.Routes(c.App, handlers.Config{})
	for _, r := range routes {
		if !told[r.Method+" "+r.Path] {
			t.Errorf("the matrix says nothing of %s %s", r.Method, r.Path)
		}
	}
	if len(told) != len(routes) || len(matrix) != len(routes) {
		t.Errorf("%d lines, %d routes", len(matrix), len(routes))
	}
}

func TestEveryRouteAsEveryVisitor(t *testing.T) {
	t.Parallel()
	for column, name := range visitors {
		for _, htmx := range []bool{false, true} {
			t.Run(name+map[bool]string{true: " by htmx"}[htmx], func(t *testing.T) {
				t.Parallel()
				c := open(t)
				p := c.cast(t)
				access := map[string]web.Access{}
				for _, r := range c.server.Routes() {
					access[r.Method+" "+r.Path] = r.Access
				}
				s := c.scene(t, p, column)
				for _, line := range matrix {
					method, _, _ := strings.Cut(line.route, " ")
					v := visit{who: s.who, method: method, path: s.fill.Replace(line.path), form: s.fill.Replace(line.form), htmx: htmx}
					a := c.visit(v)
					want, _ := strconv.Atoi(strings.Fields(line.want)[column])
					refused := column == 0 && access[line.route] != web.Public && access[line.route] != web.Program
					s.check(t, line.route, a, want, refused, htmx)
					if method == http.MethodPost && a.status < 400 {
						s = c.scene(t, p, column)
					}
				}
			})
		}
	}
}

// fragments are the routes that answer htmx with a part of the page.
var fragments = map[string]bool{"POST /projects/:project/members/:user": true, "POST /credentials/:id/transfer/check": true}

// leaves are the routes that lead to another site.
var leaves = map[string]bool{"POST /credentials/:id/connect": true, "POST /oauth/connects/:id/again": true}

func (s scene) check(t *testing.T, route string, a answer, want int, refused, htmx bool) {
	t.Helper()
	switch {
	case refused && htmx:
		want = http.StatusUnauthorized
	case want == http.StatusSeeOther && htmx && fragments[route]:
		want = http.StatusOK
	case leaves[route] && want == http.StatusOK && htmx:
		want = http.StatusNoContent
	case want == http.StatusSeeOther && htmx:
		want = http.StatusNoContent
	}
	if a.status != want {
		t.Errorf("%s: got %d, want %d\n%s", route, a.status, want, plainText(a.body))
	}
	if refused && !strings.HasPrefix(a.where(), "/sign-in") {
		t.Errorf("%s: a signed-out visitor is led to %q", route, a.where())
	}
	if refused && !htmx && strings.HasPrefix(route, "GET") && !strings.HasPrefix(a.where(), "/sign-in?next=%2F") {
		t.Errorf("%s: the way back is lost: %q", route, a.where())
	}
	program := strings.Contains(route, " /api/")
	if a.header.Get("Cache-Control") != "no-store" || (a.header.Get("Vary") != "HX-Request") != program {
		t.Errorf("%s: Cache-Control %q, Vary %q", route, a.header.Get("Cache-Control"), a.header.Get("Vary"))
	}
}

// Who may not know a thing learns nothing from asking for it: the answer is,
// word for word, the one to an id that nobody has.
func TestAStrangerCannotTellWhatExists(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p := c.cast(t)
		for _, column := range []int{1, 6} {
			s := c.scene(t, p, column)
			unknown := strings.NewReplacer("{project}", models.NewID().String(), "{cred}", models.NewID().String(),
				"{due}", models.NewID().String(), "{account}", models.NewID().String(), "{offered}", models.NewID().String(), "{guest}", strconv.FormatInt(p.guest.UserID, 10))
			for _, line := range matrix {
				if !regexp.MustCompile(`^[^{]*/(credentials|projects)/{(cred|due|account|offered|project)}`).MatchString(line.path) {
					continue
				}
				method, _, _ := strings.Cut(line.route, " ")
				for _, form := range []string{s.fill.Replace(line.form), "name=&email=&role=&version=x"} {
					theirs := c.visit(visit{who: s.who, method: method, path: s.fill.Replace(line.path), form: form})
					nobodys := c.visit(visit{who: s.who, method: method, path: unknown.Replace(line.path), form: form})
					if theirs.status != 404 || nobodys.status != 404 || theirs.body != nobodys.body {
						t.Errorf("%s as %s: %d and %d, same words: %v", line.route, visitors[column], theirs.status, nobodys.status, theirs.body == nobodys.body)
					}
				}
			}
		}
	})
}

// Who may not change a thing is told so, whatever the form says.
func TestTheRightIsAskedBeforeTheForm(t *testing.T) {
	t.Parallel()
	c := open(t)
	p := c.cast(t)
	for _, column := range []int{2, 3, 4, 7} {
		s := c.scene(t, p, column)
		for _, line := range matrix {
			if want := strings.Fields(line.want)[column]; want != "403" || !strings.HasPrefix(line.route, "POST") {
				continue
			}
			for _, form := range []string{"", "name=&email=&role=king&version=x&confirm=x&rank=king"} {
				if strings.Contains(line.form, "{cred}") { // it is the form that names the thing
					form = s.fill.Replace("credential={cred}&") + form
				}
				a := c.visit(visit{who: s.who, method: http.MethodPost, path: s.fill.Replace(line.path), form: form})
				if a.status != http.StatusForbidden {
					t.Errorf("%s with %q as %s: got %d, want 403", line.route, form, visitors[column], a.status)
				}
			}
		}
	}
}
