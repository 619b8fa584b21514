// Package oauthtest is an OAuth 2.0 authorization server for tests, on a clock of
// the test. It keeps to the rules (client secrets, PKCE, codes and refresh tokens
// that are good once) and misbehaves as the test has told it to, in the ways of
// servers that are out there. Of the console it knows only how settings are said.
package oauthtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"holdfast/models"
)

const (
	ClientID = "holdfast"
	// Secret marks the client secret: it must be nowhere but in the sealed column.
	Secret = "marker-oauth-client-secret"
)

// Provider is the authorization server. It is safe for concurrent use.
type Provider struct {
	URL string
	now func() time.Time

	mu      sync.Mutex
	manners Manners
	codes   map[string]*visit
	access  map[string]*access
	refresh map[string]*refresh
	calls   map[string]int
	revoked []string
	secrets []string
	proofs  []string
}

// New is a server on the loopback address that behaves well.
func New(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{
		now: now, manners: Manners{Rotates: true, Life: time.Hour, Subject: "account-1", Email: "ana@example.org"},
		codes: map[string]*visit{}, access: map[string]*access{}, refresh: map[string]*refresh{}, calls: map[string]int{},
	}
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	p.URL = s.URL
	return p
}

// Settings are how it wants to be spoken to.
func (p *Provider) Settings() models.ClientSettings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return models.ClientSettings{
		Issuer: p.URL, NamesItself: p.manners.NamesItself,
		Authorize: p.URL + "/authorize", Token: p.URL + "/token", Revoke: p.URL + "/revoke", UserInfo: p.URL + "/userinfo", Introspect: p.URL + "/introspect",
		Auth: models.SecretBasic, PKCE: true, Mandatory: []string{"read"}, Optional: []string{"write", "offline_access"},
		SubjectAt: []string{"/userinfo/sub"}, AccountAt: []string{"/userinfo/email"},
	}
}

// Behave changes its manners.
func (p *Provider) Behave(how func(*Manners)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	how(&p.manners)
}

// Visit is a browser of somebody who consents, and the query with which it is
// sent back.
func (p *Provider) Visit(t testing.TB, address string) url.Values {
	t.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	back, err := url.Parse(r.Header.Get("Location"))
	if err != nil || r.StatusCode != http.StatusFound {
		t.Fatalf("the provider answered %d: %v", r.StatusCode, err)
	}
	return back.Query()
}

// Calls counts the requests of a kind, refused ones too: discovery, authorize,
// token, revoke, userinfo, introspect, and of token requests authorization_code
// and refresh_token.
func (p *Provider) Calls(kind string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[kind]
}

// TokenCalls counts what was asked of the token endpoint.
func (p *Provider) TokenCalls() int { return p.Calls("token") }

// Refreshes counts the token requests with a refresh token.
func (p *Provider) Refreshes() int { return p.Calls("refresh_token") }

// Exchanges counts the token requests with a code.
func (p *Provider) Exchanges() int { return p.Calls("authorization_code") }

// Revoked are the tokens that it was asked to revoke and has, in this order.
func (p *Provider) Revoked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.revoked)
}

// Secrets is every token and code that was handed out.
func (p *Provider) Secrets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.secrets)
}

// Proofs is every state and PKCE verifier that it was shown.
func (p *Provider) Proofs() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.proofs)
}

// Expire ends all access tokens that there are.
func (p *Provider) Expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.access {
		a.over = true
	}
}

// Valid reports whether an access token is good.
func (p *Provider) Valid(access string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.good(access) != nil
}
