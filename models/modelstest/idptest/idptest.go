// Package idptest is an identity provider for tests: it says of whoever comes
// what the test has told it to, on a clock of the test, and keeps to the rules of
// OpenID Connect otherwise. It knows nothing of the console.
package idptest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	ClientID = "holdfast"
	// Secret marks the client secret: it must be nowhere but in the sealed column.
	Secret = "marker-client-secret"
)

// Provider is the identity provider.
type Provider struct {
	URL string
	now func() time.Time
	key *rsa.PrivateKey

	mu      sync.Mutex
	says    map[string]any
	issues  map[string]issue // by code
	Codes   []string         // that were handed out
	Tokens  []string         // ID and access tokens that were handed out
	Asked   []url.Values     // what browsers brought along
	Down    bool
	names   bool
	refuses string
}

type issue struct {
	nonce, challenge, redirect string
	claims                     map[string]any
}

// one key is enough for all providers of a test binary, and making it is slow.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// New is a provider on the loopback address.
func New(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{now: now, key: key(), issues: map[string]issue{}}
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	p.URL = s.URL
	return p
}

// Say is what it says from now on: claims besides those that every token has.
func (p *Provider) Say(claims map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.says = claims
}

// Name has it name itself in its answers to browsers, and announce that.
func (p *Provider) Name() { p.set(func() { p.names = true }) }

// Refuse has it send everybody back with that error.
func (p *Provider) Refuse(code string) { p.set(func() { p.refuses = code }) }

// Fall has it answer nothing sensible, or again.
func (p *Provider) Fall(down bool) { p.set(func() { p.Down = down }) }

func (p *Provider) set(what func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	what()
}

// Visit is a browser at the provider, which is sent back with that query.
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

func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Down {
		http.Error(w, "down", http.StatusBadGateway)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		answer(w, http.StatusOK, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"response_types_supported": []string{"code"}, "id_token_signing_alg_values_supported": []string{"RS256"},
			"authorization_response_iss_parameter_supported": p.names,
		})
	case "/keys":
		answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k", Algorithm: "RS256", Use: "sig"}}})
	case "/auth":
		p.authorize(w, r)
	case "/token":
		p.token(w, r)
	default:
		http.NotFound(w, r)
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p.Asked = append(p.Asked, q)
	back := url.Values{"state": {q.Get("state")}}
	if p.names {
		back.Set("iss", p.URL)
	}
	if p.refuses != "" {
		back.Set("error", p.refuses)
	} else {
		code := "marker-code-" + rand.Text()
		p.Codes = append(p.Codes, code)
		p.issues[code] = issue{q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri"), maps.Clone(p.says)}
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	i, known := p.issues[r.FormValue("code")]
	delete(p.issues, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || id != ClientID || secret != Secret || i.redirect != r.FormValue("redirect_uri") || i.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{"iss": p.URL, "aud": ClientID, "nonce": i.nonce, "iat": p.now().Unix(), "exp": p.now().Add(5 * time.Minute).Unix(), "auth_time": p.now().Unix()}
	maps.Copy(claims, i.claims)
	access, raw := "marker-access-"+rand.Text(), p.signed(claims)
	p.Tokens = append(p.Tokens, access, raw)
	answer(w, http.StatusOK, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": raw})
}

func (p *Provider) signed(claims map[string]any) string {
	text, err := json.Marshal(claims)
	if err != nil {
		return ""
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: p.key}, (&jose.SignerOptions{}).WithHeader("kid", "k"))
	if err != nil {
		return ""
	}
	sig, err := s.Sign(text)
	if err != nil {
		return ""
	}
	raw, err := sig.CompactSerialize()
	if err != nil {
		return ""
	}
	return raw
}
