package browsertest

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

// People sign in by a whole identity provider, at a page of its own on another
// site: what a browser makes of cookies and of the policy on the way there and
// back is asked of a browser.

func TestPeopleComeByAnIdentityProviderWithScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	comeByAProvider(t, onSQLite(t), true)
}

func TestPeopleComeByAnIdentityProviderWithoutScripts(t *testing.T) {
	t.Parallel()
	chromium(t)
	comeByAProvider(t, onPostgres(t), false)
}

const (
	atMinistry        = "test-user@localhost" // what the provider's people sign in with there
	otherAtMinistry   = "test-user2"
	ministryPassword  = "verysecure"
	ministrySays      = "test-user@zitadel.ch" // what the provider says of them here
	ministrySaysElse  = "test-user2@zitadel.ch"
	ministryCallsElse = "Test User2"
	ministrySecret    = "marker-of-a-client-secret-5X"
)

// ministry is an identity provider that people know at localhost, which is
// another site than the program's address.
type ministry struct {
	*httptest.Server
	issuer string
}

// oneMinistry is held while there is one: the library of the provider keeps its
// endpoints in a variable that all of them write.
var oneMinistry sync.Mutex

func aMinistry(t *testing.T) ministry {
	oneMinistry.Lock()
	t.Cleanup(oneMinistry.Unlock)
	server := httptest.NewUnstartedServer(nil)
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	t.Cleanup(server.Close)
	return ministry{server, "http://localhost:" + port + "/"}
}

// registers the console, with the address that its page tells.
func (m ministry) registers(redirect string) {
	client := storage.WebClient("holdfast", ministrySecret, redirect)
	house := storage.NewStorageWithClients(storage.NewUserStore(m.issuer), map[string]*storage.Client{"holdfast": client})
	m.Config.Handler = exampleop.SetupServer(m.issuer, house, nil, false)
	m.Start()
}

func comeByAProvider(t *testing.T, at where, scripts bool) {
	t.Helper()
	m := aMinistry(t)
	prog := start(t, at, map[string]string{"HOLDFAST_ALLOW_PRIVATE_HOSTS": "localhost"})
	f := furnish(t, prog)
	b := open(t, scripts)
	b.abroad = m.issuer
	ada := b.person(prog.url)
	ada.secrets = []string{ministrySecret}
	ada.signIn(adminLogin, adminPassword)
	ada.trusts(m)
	ada.triesIt()
	roll{ada, b, "/admin/users/" + f.viewer + "/logins"}.addsALoginOf("Ministry", ministrySays)

	mary := b.person(prog.url)
	mary.leavesFor("Ministry", atMinistry)
	mary.sees("Credentials")
	mary.visit("/account")
	mary.sees("Your account")
	mary.reads("Mary Jackson", ministrySays)
	newClient(t, prog).signIn(viewerLogin, viewerPassword)
	behindItsBack(t, at, `UPDATE sessions SET proven_at = '2020-01-01 00:00:00+00:00' WHERE user_id = `+f.viewer)
	mary.confirmsThere()

	annie := b.person(prog.url)
	annie.isUnknown()
	ada.links(newcomerLogin, "Annie Easley")
	annie.leavesFor("Ministry", otherAtMinistry)
	annie.sees("Credentials")
	annie.visit("/account")
	annie.reads("Annie Easley", ministrySaysElse)
	if log := prog.log.String(); strings.Contains(log, ministrySecret) || strings.Contains(log, "code=") {
		t.Errorf("the log tells what it should not:\n%s", log)
	}
}

// trusts adds the provider and registers the console there.
func (p *person) trusts(m ministry) {
	p.t.Helper()
	p.visit("/admin/idps")
	p.sees("Identity providers")
	p.fitsEveryScreen("no identity providers")
	p.click("link", "Add the first one")
	p.sees("New identity provider")
	p.fill("Name", "Ministry")
	p.fill("Issuer", strings.TrimSuffix(m.issuer, "/"))
	p.fill("Client ID", "holdfast")
	p.fill("Client secret", ministrySecret)
	p.click("checkbox", "The provider alone decides who has this claim")
	p.click("button", "Add identity provider")
	p.sees("Ministry")
	p.reads("Identity provider added.")
	m.registers(p.find("textbox", "Redirect URI").value())
	p.click("button", "Check")
	p.reads("Nobody can sign in by it as it is", "calls itself")
	p.fitsEveryScreen("an identity provider that does not answer as it should")
	p.fill("Issuer", m.issuer)
	p.click("button", "Save identity provider")
	p.reads("Identity provider saved.")
	p.click("button", "Check")
	p.reads("The provider answers as it should")
}

// triesIt looks at what the provider says, and stays who they are.
func (p *person) triesIt() {
	p.t.Helper()
	p.click("button", "Try a sign-in")
	p.signsInThere(otherAtMinistry)
	p.sees("What Ministry says of you")
	p.reads(ministrySaysElse, "Nothing was changed, and you are signed in as before.")
	p.fitsEveryScreen("what an identity provider says")
}

func (r roll) addsALoginOf(provider, key string) {
	r.t.Helper()
	r.visit(r.page)
	r.sees(marys)
	r.click("button", "Add login")
	r.waits("New login", true)
	r.fills("New login", "Login", key)
	r.choose("Identity provider", provider)
	r.click("button", "Save logins")
	r.reads("1 login saved", "Nobody yet: the first sign-in binds it")
	r.of(key)
}

// leavesFor goes to the sign-in page and from there to the provider.
func (p *person) leavesFor(provider, user string) {
	p.t.Helper()
	p.visit("/sign-in")
	p.sees("Sign in")
	p.click("button", "Sign in with "+provider)
	p.signsInThere(user)
}

// signsInThere is at the provider's own form, once the browser was led there.
func (p *person) signsInThere(user string) {
	p.t.Helper()
	p.fill("Username:", user)
	if at := eval[string](p, `location.href`); !strings.HasPrefix(at, p.abroad) {
		p.t.Errorf("the form of the provider is at %s", at)
	}
	p.fill("Password:", ministryPassword)
	p.click("button", "Login")
}

// confirmsThere is asked who they are, and lets the provider say it.
func (p *person) confirmsThere() {
	p.t.Helper()
	p.visit("/account/sessions")
	p.sees("Sessions")
	p.click("button", "End all other sessions")
	p.sees("Confirm that it is you")
	p.fitsEveryScreen("the question who it is, with a provider")
	p.click("button", "Confirm with Ministry")
	p.signsInThere(atMinistry)
	p.sees("Sessions")
	p.reads("Confirmed. Please do once more what you were about to do.")
	p.click("button", "End all other sessions")
	p.reads("1 other session ended.")
}

func (p *person) isUnknown() {
	p.t.Helper()
	p.leavesFor("Ministry", otherAtMinistry)
	p.sees("You have no login here")
	p.answered(403)
	p.reads("Ministry knows you, but Holdfast has no login for you")
	p.misses("Annie", ministrySaysElse)
	p.fitsEveryScreen("somebody whom nobody knows")
	p.visit("/credentials")
	p.sees("Sign in")
}

// links the account that was refused to a user.
func (p *person) links(email, name string) {
	p.t.Helper()
	p.visit("/admin/idps")
	p.sees("Identity providers")
	p.click("link", "Refused sign-ins")
	p.sees("Refused sign-ins")
	p.reads(ministrySaysElse, "No login waits for them")
	p.click("link", "Link "+ministryCallsElse)
	p.sees("Link " + ministryCallsElse)
	p.reads("ask them, and don't go by the address alone")
	p.fill("User's e-mail", "nobody@example.org")
	p.click("button", "Link to this user")
	p.reads("No user has this e-mail address")
	p.answered(422)
	p.fill("User's e-mail", email)
	p.click("button", "Link to this user")
	p.sees("Refused sign-ins")
	p.reads(name+" comes in with this account from now on.", "Nobody was refused")
}
