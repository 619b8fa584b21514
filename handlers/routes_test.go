package handlers_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"holdfast/handlers"
	"holdfast/models"
	"holdfast/views/to"
	"holdfast/web"
)

// urls are every function and constant of views/to: a sample, and the methods
// that its address takes.
var urls = map[string]struct{ sample, methods string }{
	"Home":   {to.Home, "GET"},
	"SignIn": {to.SignIn, "GET POST"}, "SignInThen": {to.SignInThen("/x"), "GET"}, "SignInAgain": {to.SignInAgain("/x"), "GET"}, "SignOut": {to.SignOut, "POST"},
	"Setup": {to.Setup, "GET POST"}, "SetupWith": {to.SetupWith("x"), "GET"}, "Access": {to.Access("x"), "GET POST"},

	"Forgot": {to.Forgot, "GET POST"}, "ForgotSent": {to.ForgotSent(), "GET"}, "AccessOpened": {to.AccessOpened("x"), "POST"},
	"OwnPassword": {to.OwnPassword("/x"), "GET POST"}, "SignInStage": {to.SignInStage("password", "/x"), "GET POST"}, "LoginLink": {to.LoginLink(1, 2), "POST"},

	"Credentials": {to.Credentials(), "GET POST"}, "CredentialsWith": {to.CredentialsWith(to.CredentialFilter{Q: "x"}), "GET"},
	"PickKind": {to.PickKind(), "GET"}, "NewCredential": {to.NewCredential("raw"), "GET"},
	"Credential": {to.Credential("x"), "GET POST"}, "CredentialBefore": {to.CredentialBefore("x", "y"), "GET"},
	"EditCredential": {to.EditCredential("x"), "GET"}, "DeleteCredential": {to.DeleteCredential("x"), "GET POST"},
	"RestoreCredential": {to.RestoreCredential("x"), "POST"}, "DeleteCredentialNow": {to.DeleteCredentialNow("x"), "GET POST"},
	"Unshare":       {to.Unshare("x", "y"), "GET POST"},
	"OfferTransfer": {to.OfferTransfer("x"), "GET POST"}, "OfferTransferTo": {to.OfferTransferTo("x", "y"), "GET"},
	"CheckTransfer": {to.CheckTransfer("x"), "POST"}, "RevokeTransfer": {to.RevokeTransfer("x"), "POST"},

	"ConnectNew": {to.ConnectNew("x"), "GET"}, "Connect": {to.Connect("x"), "GET POST"}, "ConnectWith": {to.ConnectWith("x", "y"), "GET"},
	"Disconnect": {to.Disconnect("x"), "GET POST"}, "Refresh": {to.Refresh("x"), "POST"}, "OAuthCallback": {to.OAuthCallback, "GET"},
	"ConnectOver": {to.ConnectOver("signed-out"), "GET"}, "Connected": {to.Connected("x"), "GET"}, "KeepConnected": {to.KeepConnected("x"), "POST"}, "DropConnected": {to.DropConnected("x"), "POST"},
	"ConnectAgain": {to.ConnectAgain("x"), "POST"},

	"Transfers": {to.Transfers(), "GET"}, "TransfersFrom": {to.TransfersFrom("x", "y"), "GET"}, "Transfer": {to.Transfer("x"), "GET"},
	"AcceptTransfer": {to.AcceptTransfer("x"), "GET POST"}, "DeclineTransfer": {to.DeclineTransfer("x"), "GET POST"},
	"Leaving": {to.Leaving(), "GET POST"}, "LeavingAfter": {to.LeavingAfter("x"), "GET"},

	"RevealCredential": {to.RevealCredential("x"), "POST"},
	"Tokens":           {to.Tokens(), "GET POST"}, "RevokeToken": {to.RevokeToken("x"), "GET POST"}, "UserTokens": {to.UserTokens(1), "GET"},
	"RevokeUserToken": {to.RevokeUserToken(1, "x"), "GET POST"},

	"OAuthClients": {to.OAuthClients(), "GET POST"}, "OAuthClientsAfter": {to.OAuthClientsAfter("x"), "GET"}, "NewOAuthClient": {to.NewOAuthClient("google"), "GET"},
	"DiscoverOAuthClient": {to.DiscoverOAuthClient(), "POST"}, "OAuthClient": {to.OAuthClient("x"), "GET POST"}, "EditOAuthClient": {to.EditOAuthClient("x"), "GET"},
	"CheckOAuthClient": {to.CheckOAuthClient("x"), "POST"}, "ResumeOAuthClient": {to.ResumeOAuthClient("x"), "POST"},
	"DeleteOAuthClient": {to.DeleteOAuthClient("x"), "GET POST"}, "TakeOverOAuthClient": {to.TakeOverOAuthClient("x"), "GET POST"},

	"Projects": {to.Projects(), "GET POST"}, "ProjectsAfter": {to.ProjectsAfter("x"), "GET"}, "NewProject": {to.NewProject(), "GET"},
	"Project": {to.Project("x"), "GET POST"}, "RenameProject": {to.RenameProject("x"), "GET"},
	"ProjectCredentials":     {to.ProjectCredentials("x"), "GET"},
	"ProjectCredentialsWith": {to.ProjectCredentialsWith("x", to.CredentialFilter{Q: "x"}), "GET"},
	"Members":                {to.Members("x"), "GET POST"}, "MembersAfter": {to.MembersAfter("x", "y"), "GET"}, "Member": {to.Member("x", 1), "POST"},
	"RemoveMember": {to.RemoveMember("x", 1), "GET POST"}, "MakeOwner": {to.MakeOwner("x", 1), "GET POST"},
	"LeaveProject": {to.LeaveProject("x"), "GET POST"},

	"Account": {to.Account(), "GET"}, "AccountPassword": {to.AccountPassword(), "POST"}, "Sessions": {to.Sessions(), "GET"},
	"EndSession": {to.EndSession("x"), "POST"}, "EndOtherSessions": {to.EndOtherSessions(), "POST"},

	"IDPs": {to.IDPs(), "GET POST"}, "NewIDP": {to.NewIDP(), "GET"}, "IDP": {to.IDP(1), "GET POST"}, "CheckIDP": {to.CheckIDP(1), "POST"}, "TestIDP": {to.TestIDP(1), "POST"},
	"DisableIDP": {to.DisableIDP(1), "GET POST"}, "EnableIDP": {to.EnableIDP(1), "POST"}, "DeleteIDP": {to.DeleteIDP(1), "GET POST"},
	"RefusedSignIns": {to.RefusedSignIns(), "GET"}, "RefusedSignInsAfter": {to.RefusedSignInsAfter("x"), "GET"},
	"LinkRefused": {to.LinkRefused("x"), "GET POST"}, "DismissRefused": {to.DismissRefused("x"), "POST"},
	"SignInBy": {to.SignInBy(1), "POST"}, "SignInBack": {to.SignInBack(1), "GET"}, "ConfirmByProvider": {to.ConfirmByProvider(), "POST"},
	"SignInFactor": {to.SignInFactor, "GET POST"}, "SignInEnrol": {to.SignInEnrol, "GET POST"},
	"Factors": {to.Factors(), "GET"}, "NewFactor": {to.NewFactor(), "GET POST"}, "RemoveFactor": {to.RemoveFactor("x"), "GET POST"},
	"RecoveryCodes": {to.RecoveryCodes(), "POST"}, "OwnSignIns": {to.OwnSignIns("x"), "GET"}, "ResetFactors": {to.ResetFactors(1), "GET POST"},

	"Admin": {to.Admin, "GET"}, "Users": {to.Users(), "GET POST"}, "UsersWith": {to.UsersWith(to.UserFilter{Q: "x"}), "GET"},
	"NewUser": {to.NewUser(), "GET"}, "User": {to.User(1), "GET"}, "UserAccessLink": {to.UserAccessLink(1), "POST"},
	"EndUserSessions": {to.EndUserSessions(1), "POST"}, "EndUserSession": {to.EndUserSession(1, "x"), "POST"},
	"EditUser": {to.EditUser(1), "GET POST"}, "DisableUser": {to.DisableUser(1), "GET POST"}, "EnableUser": {to.EnableUser(1), "POST"},
	"DeleteUser": {to.DeleteUser(1), "GET POST"}, "RestoreUser": {to.RestoreUser(1), "POST"},
	"UserSignIns": {to.UserSignIns(1), "GET"}, "UserSignInsAfter": {to.UserSignInsAfter(1, "x"), "GET"},
	"UserLeaving": {to.UserLeaving(1), "GET POST"}, "UserLeavingAfter": {to.UserLeavingAfter(1, "x"), "GET"},
	"RevokeUserTransfer": {to.RevokeUserTransfer(1, "x"), "POST"},
	"Outbox":             {to.Outbox(), "GET"}, "OutboxWith": {to.OutboxWith("x", "y"), "GET"}, "RetryLetter": {to.RetryLetter("x"), "POST"},
	"UserLogins": {to.UserLogins(1), "GET POST"}, "UserLoginsRow": {to.UserLoginsRow(1), "POST"}, "ReviewUserLogins": {to.ReviewUserLogins(1), "POST"},
	"UnlockLogin": {to.UnlockLogin(1, 2), "POST"}, "RestoreLogin": {to.RestoreLogin(1, 2), "POST"},
	"EndAllSessions": {to.EndAllSessions(), "GET POST"}, "Kinds": {to.Kinds(), "GET"},
	"APILogins": {to.APILogins(1), "GET PUT"}, "APILoginsOld": {to.APILoginsOld(1, "reset"), "POST"},
	"Audit": {to.Audit(), "GET"}, "AuditWith": {to.AuditWith(to.AuditFilter{Actor: "x"}), "GET"},
}

// Every address that a page can hold leads somewhere, and every route can be
// linked to; only the bare "/" is for who types it.
func TestAddressesAndRoutesAreTheSame(t *testing.T) {
	t.Parallel()
	spelled := names(t)
	for name := range urls {
		if !slices.Contains(spelled, name) {
			t.Errorf("views/to has no %s any more", name)
		}
	}
	reached := map[string]bool{"GET /": true}
	routes := handlers.Routes(open(t).App, handlers.Config{})
	for _, name := range spelled {
		u, told := urls[name]
		if !told {
			t.Errorf("the table says nothing of to.%s", name)
		}
		for _, method := range strings.Fields(u.methods) {
			if pattern := matching(routes, method, u.sample); pattern == "" {
				t.Errorf("to.%s leads nowhere: %s %s", name, method, u.sample)
			} else {
				reached[method+" "+pattern] = true
			}
		}
	}
	for _, r := range routes {
		if !reached[r.Method+" "+r.Path] {
			t.Errorf("no address leads to %s %s", r.Method, r.Path)
		}
	}
}

// matching is the pattern of the route for a URL; fixed words win over variables.
func matching(routes []web.Route, method, url string) (found string) {
	path, _, _ := strings.Cut(url, "?")
	variable := regexp.MustCompile(`:[a-z]+`)
	for _, r := range routes {
		if r.Method != method {
			continue
		}
		if r.Path == path {
			return r.Path
		}
		if regexp.MustCompile("^"+variable.ReplaceAllString(r.Path, `[^/]+`)+"$").MatchString(path) && found == "" {
			found = r.Path
		}
	}
	return found
}

// names are the exported functions and constants of views/to.
func names(t *testing.T) (all []string) {
	files, err := filepath.Glob("../views/to/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("views/to can't be read", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for name, object := range tree.Scope.Objects {
			if ast.IsExported(name) && object.Kind != ast.Typ {
				all = append(all, name)
			}
		}
	}
	slices.Sort(all)
	return all
}

// A page that is only looked at changes nothing (S-67), whoever looks, whatever
// link is followed. A session's last use and its news are no change.
func TestNoGETChangesAnything(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p := c.cast(t)
		for _, column := range []int{2, 5, 6, 7} {
			s := c.scene(t, p, column)
			owner := p.by["owner"]
			for i := range 3 { // a page for the links of each state
				c.Use(t, c.Keep(t, owner, "Used "+string(rune('a'+i))), models.ID{})
			}
			before := c.rows(t)
			if pages := c.crawl(s); len(pages) < 30 {
				t.Errorf("as %s: the crawl ended after %d pages", visitors[column], len(pages))
			}
			if after := c.rows(t); after != before {
				t.Errorf("as %s: looking changed rows:\n%s", visitors[column], difference(before, after))
			}
		}
	})
}

// rows is every row of every table, but for what a visit may note in its session.
func (c *console) rows(t *testing.T) string {
	t.Helper()
	var kept []string
	for _, line := range strings.Split(c.Dump(t), "\n") {
		if !strings.HasPrefix(line, "sessions ") {
			kept = append(kept, line)
		}
	}
	sessions, err := c.DB.RawRows(t.Context(), `SELECT id, token_hash, user_id, login_id, created_at, expires_at, ip, user_agent FROM sessions`)
	if err != nil {
		t.Fatal(err)
	}
	kept = append(kept, sessions...)
	slices.Sort(kept)
	return strings.Join(kept, "\n")
}

func difference(before, after string) string {
	had := strings.Split(before, "\n")
	var found []string
	for _, line := range strings.Split(after, "\n") {
		if !slices.Contains(had, line) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "\n")
}

var href = regexp.MustCompile(`(?:href|action|hx-get)="(/[^"]*)"`)

// crawl visits every GET route and every link that the pages hold, but for the
// forms of more than a few kinds, and reports the status of each.
func (c *console) crawl(s scene) map[string]int {
	var queue []string
	for _, line := range matrix {
		if path, isGET := strings.CutPrefix(line.route, "GET "); isGET && path != "" {
			queue = append(queue, s.fill.Replace(line.path))
		}
	}
	seen, forms := map[string]int{}, 0
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if _, known := seen[path]; known || strings.HasPrefix(path, "/static/") {
			continue
		}
		if strings.Contains(path, "?kind=") {
			if forms++; forms > 5 {
				continue
			}
		}
		a := c.get(s.who, path)
		seen[path] = a.status
		c.visit(visit{who: s.who, method: http.MethodHead, path: path})
		c.visit(visit{who: s.who, method: http.MethodGet, path: path, htmx: true})
		for _, link := range href.FindAllStringSubmatch(a.body, -1) {
			asked, _, _ := strings.Cut(strings.ReplaceAll(link[1], "&amp;", "&"), "#") // what follows stays in the browser
			queue = append(queue, asked)
		}
	}
	return seen
}

// Every link of a page that a person may see leads to a page that they may
// see; only the POST-only addresses of forms answer 405.
func TestNoPageHoldsADeadLink(t *testing.T) {
	t.Parallel()
	c := open(t)
	p := c.cast(t)
	for _, column := range []int{2, 3, 4, 5, 6, 7} {
		s := c.scene(t, p, column)
		told := map[string]bool{}
		for _, line := range matrix {
			told[s.fill.Replace(line.path)] = true
		}
		for path, status := range c.crawl(s) {
			if !told[path] && status >= 400 && status != http.StatusMethodNotAllowed {
				t.Errorf("as %s: a page links to %s, which answers %d", visitors[column], path, status)
			}
		}
	}
}

func TestPOSTFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	c := open(t)
	p := c.cast(t)
	for _, column := range []int{0, 5, 6, 7} {
		s := c.scene(t, p, column)
		before := c.rows(t)
		for _, line := range matrix {
			method, _, _ := strings.Cut(line.route, " ")
			if method != http.MethodPost {
				continue
			}
			for _, head := range [][]string{
				{"Sec-Fetch-Site", "cross-site"},
				{"Sec-Fetch-Site", "same-site", "Origin", base + "0"},
				{"Origin", "https://evil.example"},
				{"Origin", "null"},
			} {
				a := c.visit(visit{who: s.who, method: method, path: s.fill.Replace(line.path), form: s.fill.Replace(line.form), head: head})
				if a.status != http.StatusForbidden || !strings.Contains(a.body, "another site") {
					t.Errorf("%s with %v as %s: got %d", line.route, head, visitors[column], a.status)
				}
			}
		}
		if after := c.rows(t); after != before {
			t.Errorf("as %s: something changed:\n%s", visitors[column], difference(before, after))
		}
	}
}

func TestOurOwnFormsAreNotRefused(t *testing.T) {
	t.Parallel()
	c := open(t)
	ada := c.member(t, "ada")
	for _, head := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", base}, {"Sec-Fetch-Site", "none"}} {
		a := c.visit(visit{who: ada, method: "POST", path: to.Projects(), form: "name=Wells", head: head})
		if a.status != http.StatusSeeOther {
			t.Errorf("%v: got %d", head, a.status)
		}
	}
}
