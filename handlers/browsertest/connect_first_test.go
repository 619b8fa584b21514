package browsertest

import (
	"context"
	"errors"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
)

// addsAClient of a provider that nobody has heard of, and has it describe itself.
func (s *connecting) addsAClient() {
	p := s.katherine
	p.goes("OAuth clients")
	p.reads("No OAuth clients yet")
	p.click("link", "New OAuth client")
	p.sees("Choose a provider")
	p.click("link", "Another provider")
	p.sees("New OAuth client")
	p.fill("Issuer", s.issuer)
	p.click("button", "Find endpoints")
	p.reads("The endpoints were found")
	for field, want := range map[string]string{
		"Authorization endpoint": s.issuer + "/auth", "Token endpoint": s.issuer + "/token", "Revocation endpoint": s.issuer + "/token/revocation",
		"Userinfo endpoint": s.issuer + "/me", "Mandatory scopes": "openid\noffline_access", "Optional scopes": "read\nwrite", "Extra authorization parameters": "prompt=consent",
		"Redirect URI to register": s.redirect(),
	} {
		if got := p.find("textbox", field).value(); got != want {
			s.t.Errorf("%s holds %q, want %q", field, got, want)
		}
	}
	for _, tick := range []string{"Use PKCE (S256)", "It sends browsers back with its issuer (RFC 9207)"} {
		if !p.find("checkbox", tick).ticked() {
			s.t.Errorf("%q is not ticked", tick)
		}
	}
	p.lacks("checkbox", "Everybody may connect with it")
	p.fill("Name", cloud)
	p.fill("Client ID", "holdfast")
	p.fill("Client secret", consentSecret)
	p.fill("Optional scopes", "read\nwrite")
	p.click("checkbox", "Field data")
	p.click("button", "Add OAuth client")
	p.sees(cloud)
	s.client = p.isAt()
}

func (s *connecting) checksTheClient() {
	p := s.katherine
	if shown := p.find("textbox", "Redirect URI to register").value(); shown != s.redirect() {
		s.t.Errorf("the page tells %q to register, want %q", shown, s.redirect())
	}
	p.click("button", "Check")
	p.reads("The provider answers as it should", "It knows the client", "Members of the projects", "Field data")
	p.fitsEveryScreen("an OAuth client that is well")
}

// connectsWithConsent from the tile of the client to the page of the credential.
func (s *connecting) connectsWithConsent() {
	p := s.katherine
	p.goes("Credentials")
	p.click("link", "New credential")
	p.sees("Choose a kind")
	p.click("link", "OAuth account")
	p.sees("Connect an account")
	p.fitsEveryScreen("the choice of an OAuth client")
	p.click("link", cloud)
	p.reads("always asked for")
	p.sees("Connect an account")
	p.fitsEveryScreen("what is asked for of an account")
	for scope, locked := range map[string]bool{"openid": true, "offline_access": true, "read": false, "write": false} {
		if e := p.find("checkbox", scope); e.ticked() != locked || is[bool](e, `function() { return this.disabled }`) != locked {
			s.t.Errorf("the scope %s is not as it should be", scope)
		}
	}
	p.fill("Name", "Field sheet")
	p.click("checkbox", "write")
	p.click("checkbox", "Field data")
	s.isHeldOnTheWay(p)
	p.signsInAbroad("field")
	p.find("heading", "Authorize")
	p.reads("write", "offline access")
	p.consents()
	p.sees("Connected as field@example.net")
	p.reads(cloud+" is connected", "Account field@example.net", "Granted openid offline_access write", "Missing Nothing", "Holdfast can refresh it by itself.")
	p.fitsEveryScreen("an account that was connected")
	p.click("link", "Open Field sheet")
	p.sees("Field sheet")
	s.sheet = p.isAt()
	p.reads("Connection Connected", "Works; the provider last answered", "Refreshed Yes, by itself", "An account was connected", "A new token", "connected an account", "Field data")
	p.fitsEveryScreen("a credential that connects an account")
	p.goes("Credentials")
	p.reads("Field sheet", "Connected")
}

// isHeldOnTheWay posts the form, looks at the page that leads away, and goes on.
func (s *connecting) isHeldOnTheWay(p *person) {
	p.t.Helper()
	hold := fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: s.issuer + "/*"}}}
	if _, err := chromedp.Call(p.ctx, fetch.Enable, hold); err != nil {
		p.t.Fatal(err)
	}
	if p.scripts { // which would go on without the page
		eval[bool](p, `(document.querySelector("main form").submit(), true)`)
	} else {
		p.click("button", "Connect")
	}
	p.sees("Taking you to " + cloud)
	if way := is[string](p.find("link", "Continue to "+cloud), `function() { return this.href }`); !strings.HasPrefix(way, s.issuer+"/auth?") || !strings.Contains(way, "code_challenge_method=S256") {
		p.t.Errorf("the way leads to %s", way)
	}
	p.fitsEveryScreen("the way to a provider")
	if _, err := chromedp.Call(p.ctx, fetch.Disable, cdp.Empty{}); err != nil {
		p.t.Fatal(err)
	}
	p.click("link", "Continue to "+cloud)
}

// refreshesNow: the tokens change hands, and no page shows them.
func (s *connecting) refreshesNow() {
	p := s.katherine
	s.refreshes(p)
	p.reads("The owner wanted it", "A new token, and a new refresh token")
	if rows := eval[int](p, `document.querySelectorAll(".ledger-rows tbody tr").length`); rows < 2 {
		s.t.Errorf("the ledger has %d lines, want 2", rows)
	}
}

// refreshes presses the button until the provider gives tokens: it is not asked
// for new ones within a second.
func (s *connecting) refreshes(p *person) {
	p.t.Helper()
	before := len(s.secrets())
	p.until("two new tokens", func(context.Context) error {
		p.opens(s.sheet, "Field sheet")
		p.click("button", "Refresh now")
		p.reads("Refreshed. There is a new token.")
		p.sees("Field sheet")
		if len(s.secrets()) < before+2 {
			return errors.New("the provider gave none")
		}
		return nil
	})
}

// saysNoAtFirst: another member of the project may connect with the client, does
// not consent, and then does.
func (s *connecting) saysNoAtFirst() {
	p := s.mary
	p.opens("/projects/"+s.project, "Field data")
	p.fitsEveryScreen("a project with an OAuth client")
	p.click("link", cloud)
	p.sees(cloud)
	p.reads("Owner Katherine Johnson")
	p.lacks("link", "Edit")
	p.lacks("button", "Check")
	p.click("link", "Connect an account")
	p.sees("Connect an account")
	p.fill("Name", "Mary’s sheet")
	p.click("button", "Connect")
	p.signsInAbroad("mary")
	p.find("heading", "Authorize")
	p.click("link", "[ Cancel ]")
	p.sees("Access was not granted")
	p.reads("Nothing was connected", "said no on the way", "access_denied")
	p.fitsEveryScreen("consent that was refused")
	if main := eval[string](p, `[...document.querySelectorAll(".btn-primary")].map((b) => b.innerText.trim()).join()`); main != "Connect again" {
		s.t.Errorf("the main action is %q", main)
	}
	p.click("button", "Connect again")
	p.consents()
	p.sees("Connected as mary@example.net")
	p.click("link", "Open Mary’s sheet")
	p.sees("Mary’s sheet")
	p.reads("Account mary@example.net")
	p.visit(s.sheet)
	p.reads("Values are for the owner alone")
	p.misses("field@example.net", "Refreshes")
}
