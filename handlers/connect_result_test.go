package handlers_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/views/to"
)

// Every code that can come back says what happened, who has to act, and has one
// main action.
func TestWhyNothingWasConnected(t *testing.T) {
	t.Parallel()
	c := open(t)
	g := c.agency(t)
	type how = func(*oauthtest.Manners)
	consent := func(code string) how { return func(m *oauthtest.Manners) { m.DenyConsent = code } }
	token := func(status int, code string) how {
		return func(m *oauthtest.Manners) { m.Status, m.Error = status, code }
	}
	mac := "mac"
	for name, one := range map[string]struct {
		how how
		has []string
	}{
		"access_denied":              {consent("access_denied"), []string{"Access was not granted", "You can connect again"}},
		"invalid_request":            {consent("invalid_request"), []string{"did not understand the request", "its owner, ana,"}},
		"unauthorized_client":        {consent("unauthorized_client"), []string{"does not let this client connect", "its owner, ana,"}},
		"unsupported_response_type":  {consent("unsupported_response_type"), []string{"does not hand out codes"}},
		"invalid_scope":              {consent("invalid_scope"), []string{"does not know a scope", "Choose other scopes"}},
		"server_error":               {consent("server_error"), []string{"is having trouble", "in a few minutes"}},
		"temporarily_unavailable":    {consent("temporarily_unavailable"), []string{"is busy"}},
		"interaction_required":       {consent("interaction_required"), []string{"wants to ask you something"}},
		"login_required":             {consent("login_required"), []string{"You were not signed in at Acme app"}},
		"consent_required":           {consent("consent_required"), []string{"wants your consent"}},
		"a_code_of_its_own":          {consent("a_code_of_its_own"), []string{"It did not work", "a_code_of_its_own"}},
		"no_code":                    {consent("<script>"), []string{"Nothing came back"}},
		"invalid_grant":              {token(400, "invalid_grant"), []string{"did not take its own code"}},
		"bad_verification_code":      {token(200, "bad_verification_code"), []string{"did not take its own code"}},
		"invalid_client":             {token(401, "invalid_client"), []string{"refuses the client", "its owner, ana,"}},
		"unsupported_grant_type":     {token(400, "unsupported_grant_type"), []string{"does not redeem codes for this client"}},
		"busy":                       {func(m *oauthtest.Manners) { m.Status, m.RetryAfter = 429, "120" }, []string{"is busy", "in 2 minutes"}},
		"provider_down":              {token(500, ""), []string{"is having trouble"}},
		"misrouted":                  {func(m *oauthtest.Manners) { m.Redirect = "https://example.org/" }, []string{"The token address can't be asked"}},
		"unreadable":                 {func(m *oauthtest.Manners) { m.HTML = true }, []string{"answered without sense"}},
		"too_large":                  {func(m *oauthtest.Manners) { m.Huge = true }, []string{"far too much"}},
		"userinfo_unauthorized":      {func(m *oauthtest.Manners) { m.UserInfoStatus = 401 }, []string{"refused the new token at once"}},
		"unsupported_token_type":     {func(m *oauthtest.Manners) { m.TokenType = &mac }, []string{"gives tokens of another type", "whoever runs Holdfast"}},
		"invalid_expiration":         {func(m *oauthtest.Manners) { m.ExpiresIn = -1 }, []string{"gave a time that can't be"}},
		"missing_access_token":       {func(m *oauthtest.Manners) { m.Nested = "authed_user" }, []string{"The authorization was incomplete", "gave no token"}},
		"account_selection_required": {consent("account_selection_required"), []string{"choose an account"}},
	} {
		t.Run(name, func(t *testing.T) {
			var was oauthtest.Manners
			g.provider.Behave(func(m *oauthtest.Manners) { was = *m; one.how(m) })
			page, _ := g.visits(t, g.ben, to.Credentials(), g.wish("Sheets"))
			g.provider.Behave(func(m *oauthtest.Manners) { *m = was })
			row{name: name, status: 200, has: append(one.has, "Nothing was connected", "What to do", "Connect again", "Go to your credentials"), hasNot: []string{"marker-description", "{P}", "{C}", "<script>alert", "Open the client"}}.check(t, page)
			if n := strings.Count(page.body, "btn-primary"); n != 1 {
				t.Errorf("%d main actions", n)
			}
		})
	}
	g.provider.Behave(func(m *oauthtest.Manners) { m.Status, m.Error = 401, "invalid_client" })
	page, _ := g.visits(t, g.ana, to.Credentials(), g.wish("Sheets"))
	row{name: "one's own client", status: 200, has: []string{"is yours", ">Open the client<", to.OAuthClient(g.client.String())}}.check(t, page)
	g.keepsSecrets(t, page)
}

func TestAnAnswerOfAnotherProviderIsNotRedeemed(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		g.provider.Behave(func(m *oauthtest.Manners) { m.NamesItself = true })
		s := g.provider.Settings()
		g.Exec(t, `UPDATE oauth_clients SET settings = ?`, s.String())
		back := g.returns(t, g.post(g.ben, to.Credentials(), g.wish("Sheets")))
		at, _, _ := strings.Cut(back, "&iss=")
		page := g.get(g.ben, g.get(g.ben, at+"&iss=https%3A%2F%2Fevil.example.org"+back[strings.Index(back, "&state="):]).where())
		row{name: "mixed up", status: 200, has: []string{"The answer came from somebody else", "tell whoever runs Holdfast"}}.check(t, page)
		if g.provider.Exchanges() != 0 {
			t.Error("the code was redeemed")
		}
		page, _ = g.visits(t, g.ben, to.Credentials(), g.wish("Sheets"))
		row{name: "announced", status: 200, has: []string{"Connected as"}}.check(t, page)
	})
}

func TestAConnectionThatCantBeRefreshedIsDecidedOn(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		g.provider.Behave(func(m *oauthtest.Manners) { m.NoRefresh = true })
		ask := func(name string) (answer, string) { return g.visits(t, g.ben, to.Credentials(), g.wish(name)) }
		page, at := ask("Sheets")
		row{
			name: "asked", status: 200,
			has:    []string{"It can’t be refreshed", "Already connected?", "Three ways out", "Remove Holdfast’s access", "offline_access", "Use another account", "Connect again", "Keep it anyway; it ends", "Give it up", "in 10 minutes", "No credential is made then"},
			hasNot: []string{"marker-access"},
		}.check(t, page)
		if g.Count(t, `SELECT count(*) FROM credentials`) != 0 {
			t.Error("a credential was made")
		}
		given := g.post(g.ben, at+"/drop", "")
		row{name: "given up", status: 303, where: to.Credentials()}.check(t, given)
		g.try(t, []row{
			{name: "dropped", who: g.ben, path: at, status: 200, has: []string{"You gave it up", "Connect again"}},
			{name: "too late", who: g.ben, method: "POST", path: at + "/keep", status: 409, has: []string{"decided already"}},
			{name: "somebody else", who: g.ana, path: at, status: 404},
			{name: "somebody else keeps", who: g.ana, method: "POST", path: at + "/keep", status: 404},
		})
		_, at = ask("Sheets")
		kept := g.post(g.ben, at+"/keep", "")
		row{name: "kept", status: 200, has: []string{"Kept.", "No, Acme app gave no refresh token"}, hasNot: []string{"Refresh now"}}.check(t, g.get(g.ben, kept.where()))
		row{name: "the result", status: 200, has: []string{"Connected as", "can't be refreshed"}}.check(t, g.get(g.ben, at))
		g.Clock.Pass(50 * time.Minute)
		g.ben = g.sit(t, g.ben.Actor) // the session is over by then
		g.try(t, []row{{name: "soon over", who: g.ben, path: kept.where(), status: 200, has: []string{"Expiring", "The connection ends", "Reconnect: you sign in at Acme app"}}})
		g.Clock.Pass(time.Hour)
		g.ben = g.sit(t, g.ben.Actor)
		g.try(t, []row{{name: "over", who: g.ben, path: kept.where(), status: 200, has: []string{"The token is over, and Acme app gave none to refresh it with", "Reconnect"}, hasNot: []string{"does not accept"}}})
		_, at = ask("Later")
		g.Clock.Pass(models.ConnectLife)
		g.try(t, []row{
			{name: "thought too long", who: g.ben, path: at, status: 200, has: []string{"The time to decide is over", "Connect again"}},
			{name: "kept too late", who: g.ben, method: "POST", path: at + "/keep", status: 409, has: []string{"Connect again"}},
		})
		g.keepsSecrets(t, page, kept)
	})
}

func TestMissingScopesAreAskedForAgainOrLeft(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		g.provider.Behave(func(m *oauthtest.Manners) { m.Grants = []string{"read"} })
		page, at := g.visits(t, g.ben, to.Credentials(), g.wish("Sheets"))
		row{name: "asked", status: 200, has: []string{"Not everything was granted", "write", "Ask again for everything", "Keep it with what was granted", "Give it up"}}.check(t, page)
		left := g.post(g.ben, at+"/again", "all=1")
		row{name: "again", status: 200, has: []string{"Taking you to", "scope=read+write+offline_access"}}.check(t, left)
		page = g.get(g.ben, g.get(g.ben, g.returns(t, left)).where())
		_, at, _ = strings.Cut(page.body, `action="/oauth/connects/`)
		kept := g.post(g.ben, to.KeepConnected(at[:36]), "")
		row{name: "kept", status: 200, has: []string{"Needs consent", "Needs consent for:", "write", "Reconnect and grant everything", `href="/credentials/`}}.check(t, g.get(g.ben, kept.where()))
		row{name: "the list", status: 200, has: []string{"Needs consent"}}.check(t, g.get(g.ben, to.Credentials()))
		g.provider.Behave(func(m *oauthtest.Manners) { m.Grants = nil })
		page, _ = g.visits(t, g.ben, to.Connect(kept.id()), form("client", g.client.String(), "scope", "write"))
		row{name: "granted", status: 200, has: []string{"Connected as", "Missing Nothing"}}.check(t, page)
	})
}

func TestAnotherAccountIsTakenOnlyWhenThatIsWanted(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		id := g.connected(t, g.ben, "Sheets")
		g.provider.Behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-2", "other@example.org" })
		wish := form("client", g.client.String(), "scope", "write")
		page, at := g.visits(t, g.ben, to.Connect(id), wish)
		row{
			name: "asked", status: 200,
			has: []string{"This is another account", "You came back as other@example.org", "ana@example.org", "Try again with ana@example.org", "Use other@example.org from now on", "stays as it is"},
		}.check(t, page)
		row{name: "as before", status: 200, has: []string{"ana@example.org"}, hasNot: []string{"other@example.org</dd>"}}.check(t, g.get(g.ben, to.Credential(id)))
		g.provider.Behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-1", "ana@example.org" })
		right := g.get(g.ben, g.get(g.ben, g.returns(t, g.post(g.ben, at+"/again", ""))).where())
		row{name: "the right one", status: 200, has: []string{"Connected as ana@example.org"}}.check(t, right)
		g.provider.Behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-2", "other@example.org" })
		_, at = g.visits(t, g.ben, to.Connect(id), wish)
		kept := g.post(g.ben, at+"/keep", "")
		row{name: "switched", status: 200, has: []string{"other@example.org"}}.check(t, g.get(g.ben, kept.where()))
		if n := g.Count(t, `SELECT count(*) FROM events WHERE name = ?`, models.AccountSwitched); n != 1 {
			t.Errorf("%d events of it", n)
		}
		g.provider.Behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-3", "third@example.org" })
		page, _ = g.visits(t, g.ben, to.Connect(id), wish+"&switch=on")
		row{name: "wanted", status: 200, has: []string{"Connected as third@example.org"}}.check(t, page)
		g.provider.Behave(func(m *oauthtest.Manners) { m.UserInfoStatus = 500 })
		page, _ = g.visits(t, g.ben, to.Connect(id), wish)
		row{name: "not known", status: 200, has: []string{"It can't be told whose account this is", "third@example.org again", "Keep it anyway"}}.check(t, page)
		page, _ = g.visits(t, g.ben, to.Credentials(), g.wish("Nameless"))
		row{name: "a new one", status: 200, has: []string{"Whose account it is could not be told", "Open Nameless"}}.check(t, page)
	})
}

func TestANameThatWasTakenMeanwhileIsAskedForAgain(t *testing.T) {
	agencies(t, func(t *testing.T, g agency) {
		back := g.returns(t, g.post(g.ben, to.Credentials(), g.wish("Sheets")))
		g.Keep(t, g.ben.Actor, "Sheets")
		at := g.get(g.ben, back).where()
		g.try(t, []row{
			{name: "asked", who: g.ben, path: at, status: 200, has: []string{"The name was taken meanwhile", `name="name"`, `value="Sheets"`, ">Keep it<", "Give it up"}},
			{name: "taken, too", who: g.ben, path: at + "/keep", form: form("name", "SHEETS"), status: 422, has: []string{`value="SHEETS"`, "You have another credential with"}},
			{name: "no name", who: g.ben, path: at + "/keep", form: form("name", " "), status: 422, has: []string{"Enter a name."}},
			{name: "another", who: g.ben, path: at + "/keep", form: form("name", "Sheets 2"), status: 303},
			{name: "done", who: g.ben, path: at, status: 200, has: []string{"Connected as", "Open Sheets 2"}},
		})
	})
}

func TestStillOnTheWay(t *testing.T) {
	t.Parallel()
	c := open(t)
	g := c.agency(t)
	g.post(g.ben, to.Credentials(), g.wish("Sheets"))
	at := to.Connected(c.cell(t, `SELECT id FROM connects`))
	g.try(t, []row{{name: "away", who: g.ben, path: at, status: 200, has: []string{"You are still on the way", "You left for Acme app (" + strings.TrimPrefix(g.provider.URL, "http://") + ")", "Look again", "Connect again"}}})
	c.Exec(t, `UPDATE connects SET state = 'taken'`)
	g.try(t, []row{{name: "taken", who: g.ben, path: at, status: 200, has: []string{"Just a moment"}}})
	c.Clock.Pass(models.ConnectLife)
	g.try(t, []row{{name: "interrupted", who: g.ben, path: at, status: 200, has: []string{"The connection was interrupted"}}})
	c.Exec(t, `UPDATE connects SET state = 'away'`)
	g.try(t, []row{{name: "never back", who: g.ben, path: at, status: 200, has: []string{"Nothing came back in time"}}})
	c.Exec(t, `DELETE FROM oauth_client_projects`)
	g.try(t, []row{{name: "not offered any more", who: g.ben, method: "POST", path: at + "/again", status: 422, has: []string{"Choose a client."}}})
}
