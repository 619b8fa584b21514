package oidc_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"holdfast/models"
	"holdfast/models/internal/oidc"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// rogue is a provider that a test can have lie.
type rogue struct {
	URL      string
	key      *rsa.PrivateKey
	mu       sync.Mutex
	asked    map[string]int
	forms    url.Values // of the last visit to the token endpoint
	describe map[string]any
	claims   map[string]any
	sign     func(claims map[string]any) string
	instead  map[string]http.HandlerFunc // by path
	info     map[string]any
}

var aKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func newRogue(t *testing.T) *rogue {
	t.Helper()
	r := &rogue{key: aKey(), asked: map[string]int{}, instead: map[string]http.HandlerFunc{}}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	r.URL = s.URL
	r.describe = map[string]any{
		"issuer": r.URL, "authorization_endpoint": r.URL + "/auth", "token_endpoint": r.URL + "/token", "jwks_uri": r.URL + "/keys", "userinfo_endpoint": r.URL + "/info",
		"response_types_supported": []string{"code"}, "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
	}
	r.claims = map[string]any{
		"iss": r.URL, "sub": "s-1", "aud": "us", "exp": start.Add(time.Hour).Unix(), "iat": start.Unix(), "nonce": "n",
		"email": "ana@example.org", "email_verified": true, "name": "Ana", "amr": []string{"pwd", "otp"}, "acr": "gold", "auth_time": start.Unix(), "at_hash": half("access"),
	}
	r.sign = func(c map[string]any) string { return r.signed(t, jose.RS256, r.key, "k1", c) }
	return r
}

func half(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func (r *rogue) signed(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", kid))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := s.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sig.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (r *rogue) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	r.asked[q.URL.Path]++
	if q.URL.Path == "/token" {
		_ = q.ParseForm()
		r.forms = q.PostForm
	}
	r.mu.Unlock()
	if h := r.instead[q.URL.Path]; h != nil {
		h(w, q)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	var answer any
	switch q.URL.Path {
	case "/.well-known/openid-configuration":
		answer = r.describe
	case "/keys":
		answer = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: r.key.Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}}
	case "/token":
		answer = map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": r.sign(maps.Clone(r.claims))}
	case "/info":
		answer = r.info
	default:
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (r *rogue) visits(path string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked[path]
}

func (r *rogue) party() oidc.Party {
	return oidc.Party{
		Issuer: r.URL, ClientID: "us", Secret: "hush", AuthMethod: models.SecretBasic, Scopes: []string{"openid", "email"},
		Redirect: "http://127.0.0.1:8080/cb", LoginClaim: "email",
	}
}

// hands is a client on a clock of its own.
func hands(now *time.Time) *oidc.Client {
	return oidc.New([]string{"127.0.0.1"}, func() time.Time { return *now })
}

func back() oidc.Return { return oidc.Return{Code: "code", Nonce: "n", Verifier: "v"} }

// publicKeyPEM is the text that a careless verifier would take for an HMAC key.
func publicKeyPEM(t *testing.T, key crypto.PublicKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func newRogueKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// contextFor is a visit that ends soon.
func contextFor(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), 100*time.Millisecond)
}
