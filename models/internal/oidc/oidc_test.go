package oidc_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"holdfast/models"
	"holdfast/models/internal/oidc"
)

func TestARightAnswerBecomesClaims(t *testing.T) {
	t.Parallel()
	r, now := newRogue(t), start
	c, err := hands(&now).Redeem(t.Context(), r.party(), back())
	if err != nil {
		t.Fatal(err)
	}
	if c.Issuer != r.URL || c.Subject != "s-1" || c.Login != "ana@example.org" || c.Email != "ana@example.org" || !c.EmailVerified || c.Name != "Ana" ||
		c.Level != "gold" || fmt.Sprint(c.Methods) != "[pwd otp]" || !c.SignedInAt.Equal(start) {
		t.Errorf("%+v", c)
	}
	if got := r.forms.Get("code_verifier"); got != "v" || r.forms.Get("client_secret") != "" {
		t.Errorf("the token endpoint got %v", r.forms)
	}
	if !c.Shows([]string{"otp"}) || !c.Shows([]string{"x", "gold"}) || c.Shows(nil) || c.Shows([]string{"mfa", ""}) {
		t.Error("a second factor was read wrongly")
	}
}

func TestTheBrowserIsSentWithStateNonceAndChallenge(t *testing.T) {
	t.Parallel()
	r, now := newRogue(t), start
	where, err := hands(&now).Authorize(t.Context(), r.party(), oidc.Ask{State: "st", Nonce: "no", Verifier: strings.Repeat("v", 43), Again: true, Levels: "gold"})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "us", "state": "st", "nonce": "no", "code_challenge_method": "S256", "scope": "openid email",
		"redirect_uri": "http://127.0.0.1:8080/cb", "prompt": "login", "max_age": "0", "acr_values": "gold",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	if q.Get("code_challenge") == "" || strings.Contains(where, strings.Repeat("v", 43)) || !strings.HasPrefix(where, r.URL+"/auth?") {
		t.Error(where)
	}
}

// S-92: every one of these tokens is refused.
func TestAWrongIDTokenIsRefused(t *testing.T) {
	t.Parallel()
	with := func(name string, value any) func(*testing.T, *rogue) {
		return func(_ *testing.T, r *rogue) { r.claims[name] = value }
	}
	without := func(name string) func(*testing.T, *rogue) {
		return func(_ *testing.T, r *rogue) { delete(r.claims, name) }
	}
	for name, lie := range map[string]func(*testing.T, *rogue){
		"another issuer":          with("iss", "https://evil.example"),
		"the issuer with a slash": func(_ *testing.T, r *rogue) { r.claims["iss"] = r.URL + "/" },
		"no issuer":               without("iss"),
		"another audience":        with("aud", "them"),
		"no audience":             without("aud"),
		"two audiences, no azp":   with("aud", []string{"us", "them"}),
		"azp of another": func(_ *testing.T, r *rogue) {
			r.claims["aud"], r.claims["azp"] = []string{"us", "them"}, "them"
		},
		"azp of another alone": with("azp", "them"),
		"expired":              with("exp", start.Add(-6*time.Minute).Unix()),
		"no expiry":            without("exp"),
		"from the future":      with("iat", start.Add(6*time.Minute).Unix()),
		"no time":              without("iat"),
		"not yet":              with("nbf", start.Add(6*time.Minute).Unix()),
		"another nonce":        with("nonce", "m"),
		"no nonce":             without("nonce"),
		"no subject":           with("sub", ""),
		"a subject with NUL":   with("sub", "a\x00b"),
		"a subject too long":   with("sub", strings.Repeat("s", 256)),
		"another access token": with("at_hash", half("other")),
		"unknown key": func(t *testing.T, r *rogue) {
			k := newRogueKey(t)
			r.sign = func(c map[string]any) string { return r.signed(t, jose.RS256, k, "k9", c) }
		},
		"unknown key, known id": func(t *testing.T, r *rogue) {
			k := newRogueKey(t)
			r.sign = func(c map[string]any) string { return r.signed(t, jose.RS256, k, "k1", c) }
		},
		"HS256 with the public key": func(t *testing.T, r *rogue) {
			r.sign = func(c map[string]any) string {
				return r.signed(t, jose.HS256, publicKeyPEM(t, r.key.Public()), "k1", c)
			}
		},
		"HS256 with the client secret": func(t *testing.T, r *rogue) {
			r.sign = func(c map[string]any) string {
				return r.signed(t, jose.HS256, []byte(strings.Repeat("hush", 8)), "k1", c)
			}
		},
		"RS512, which is off the list": func(t *testing.T, r *rogue) {
			r.sign = func(c map[string]any) string { return r.signed(t, jose.RS512, r.key, "k1", c) }
		},
		"alg none": func(_ *testing.T, r *rogue) { r.sign = unsigned },
		"no signature": func(t *testing.T, r *rogue) {
			r.sign = func(c map[string]any) string {
				raw := r.signed(t, jose.RS256, r.key, "k1", c)
				return raw[:strings.LastIndex(raw, ".")+1]
			}
		},
		"no token": func(_ *testing.T, r *rogue) { r.sign = func(map[string]any) string { return "" } },
		"junk":     func(_ *testing.T, r *rogue) { r.sign = func(map[string]any) string { return "a.b.c" } },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, now := newRogue(t), start
			lie(t, r)
			c, err := hands(&now).Redeem(t.Context(), r.party(), back())
			if models.KindOf(err) != models.Forbidden || c.Subject != "" {
				t.Errorf("%+v, %v", c, err)
			}
			if err != nil && (strings.Contains(err.Error(), "hush") || len(err.Error()) > 700) {
				t.Errorf("the error says too much: %v", err)
			}
		})
	}
}

func TestAClockMayBeFiveMinutesOff(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-4 * time.Minute, 4 * time.Minute} {
		r, now := newRogue(t), start.Add(off)
		r.claims["exp"] = start.Add(time.Second).Unix()
		if _, err := hands(&now).Redeem(t.Context(), r.party(), back()); err != nil {
			t.Errorf("%v off: %v", off, err)
		}
	}
}

func TestAudiencesWithOurselvesAuthorizedAreFine(t *testing.T) {
	t.Parallel()
	r, now := newRogue(t), start
	r.claims["aud"], r.claims["azp"] = []string{"them", "us"}, "us"
	if _, err := hands(&now).Redeem(t.Context(), r.party(), back()); err != nil {
		t.Error(err)
	}
}

// S-94: only the JSON value true verifies an address.
func TestOnlyTrueVerifiesAnAddress(t *testing.T) {
	t.Parallel()
	for _, value := range []any{nil, false, "true", "True", 1, "1", []bool{true}, map[string]bool{"true": true}} {
		r, now := newRogue(t), start
		r.claims["email_verified"] = value
		if value == nil {
			delete(r.claims, "email_verified")
		}
		c, err := hands(&now).Redeem(t.Context(), r.party(), back())
		if err != nil || c.EmailVerified || c.Email == "" {
			t.Errorf("%#v: %v, %v", value, c.EmailVerified, err)
		}
	}
}

// S-95: a provider that names itself in its answers must be named, rightly; one
// that does not may not be named wrongly either.
func TestTheIssuerOfAnAnswerIsChecked(t *testing.T) {
	t.Parallel()
	for _, announced := range []bool{true, false} {
		r, now := newRogue(t), start
		r.describe["authorization_response_iss_parameter_supported"] = announced
		c := hands(&now)
		for iss, good := range map[string]bool{r.URL: true, "": !announced, r.URL + "/": false, "https://evil.example": false} {
			q := back()
			q.Issuer = iss
			before := r.visits("/token")
			_, err := c.Redeem(t.Context(), r.party(), q)
			if (err == nil) != good || (r.visits("/token") > before) != good {
				t.Errorf("announced %v, iss %q: %v", announced, iss, err)
			}
		}
	}
}

func TestWhatIsNotInTheTokenIsAskedForOfTheSamePersonOnly(t *testing.T) {
	t.Parallel()
	r, now := newRogue(t), start
	delete(r.claims, "email")
	delete(r.claims, "email_verified")
	c := hands(&now)
	for _, one := range []struct {
		info     map[string]any
		login    string
		verified bool
		kind     models.ErrorKind
	}{
		{map[string]any{"sub": "s-1", "email": "ana@example.org", "email_verified": true}, "ana@example.org", true, 0},
		{map[string]any{"sub": "s-1", "email": "ana@example.org", "email_verified": "true"}, "ana@example.org", false, 0},
		{map[string]any{"sub": "s-1", "name": "no address"}, "", false, 0},
		{map[string]any{"sub": "s-2", "email": "ana@example.org", "email_verified": true}, "", false, models.Forbidden},
		{map[string]any{"email": "ana@example.org"}, "", false, models.Forbidden},
	} {
		r.info = one.info
		got, err := c.Redeem(t.Context(), r.party(), back())
		if one.kind != 0 {
			if models.KindOf(err) != one.kind {
				t.Errorf("%v: %v", one.info, err)
			}
			continue
		}
		if err != nil || got.Login != one.login || got.EmailVerified != one.verified || got.Name == "" {
			t.Errorf("%v: %+v, %v", one.info, got, err)
		}
	}
}

func TestHostileEndpointsBreakNothing(t *testing.T) {
	t.Parallel()
	huge := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"keys":[],"x":"` + strings.Repeat("x", 3<<20) + `"}`))
	}
	elsewhere := func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, "/else", http.StatusTemporaryRedirect)
	}
	marked := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"marker-in-the-description"}`))
	}
	broken := func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "marker-in-the-body", http.StatusInternalServerError)
	}
	for name, c := range map[string]struct {
		path string
		does http.HandlerFunc
	}{
		"huge description": {"/.well-known/openid-configuration", huge}, "description elsewhere": {"/.well-known/openid-configuration", elsewhere}, "broken description": {"/.well-known/openid-configuration", broken},
		"huge token": {"/token", huge}, "token elsewhere": {"/token", elsewhere}, "token refused": {"/token", marked}, "broken token": {"/token", broken},
		"huge keys": {"/keys", huge}, "keys elsewhere": {"/keys", elsewhere}, "no keys": {"/keys", broken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, now := newRogue(t), start
			r.instead[c.path] = c.does
			_, err := hands(&now).Redeem(t.Context(), r.party(), back())
			if k := models.KindOf(err); k != models.Forbidden && k != models.Unavailable {
				t.Errorf("%v", err)
			}
			if err != nil && (len(err.Error()) > 700 || strings.Contains(err.Error(), "marker-in-the-description")) {
				t.Errorf("the error repeats what the provider said: %.900v", err)
			}
			if r.visits("/else") > 0 {
				t.Error("a redirect was followed")
			}
		})
	}
}

func TestSlowKeysEndWithTheVisit(t *testing.T) {
	t.Parallel()
	r, now := newRogue(t), start
	free := make(chan struct{})
	r.instead["/keys"] = func(_ http.ResponseWriter, q *http.Request) {
		select {
		case <-free:
		case <-q.Context().Done():
		}
	}
	t.Cleanup(func() { close(free) })
	ctx, cancel := contextFor(t)
	defer cancel()
	if _, err := hands(&now).Redeem(ctx, r.party(), back()); err == nil {
		t.Error("a token was believed without a key")
	}
}

func TestAProviderIsAskedAgainAfterTenMinutes(t *testing.T) {
	t.Parallel()
	r, now := newRogue(t), start
	c := hands(&now)
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {9 * time.Minute, 1}, {2 * time.Minute, 2}} {
		now = now.Add(step.after)
		r.claims["exp"] = now.Add(time.Hour).Unix()
		if _, err := c.Redeem(t.Context(), r.party(), back()); err != nil {
			t.Fatal(err)
		}
		if d, k := r.visits("/.well-known/openid-configuration"), r.visits("/keys"); d != step.want || k != step.want {
			t.Errorf("%d descriptions and %d keys, want %d", d, k, step.want)
		}
	}
}

func TestADeadProviderIsLeftInPeaceForAMomentAndThenFound(t *testing.T) {
	t.Parallel()
	r, now := newRogue(t), start
	dead := true
	r.instead["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
		if dead {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(r.describe)
	}
	c := hands(&now)
	for range 3 {
		if _, err := c.Authorize(t.Context(), r.party(), oidc.Ask{}); models.KindOf(err) != models.Unavailable {
			t.Error(err)
		}
	}
	if n := r.visits("/.well-known/openid-configuration"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	dead, now = false, now.Add(11*time.Second)
	if _, err := c.Authorize(t.Context(), r.party(), oidc.Ask{}); err != nil {
		t.Error(err)
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lie  func(*rogue, *oidc.Party)
		says string
	}{
		"nothing":        {func(*rogue, *oidc.Party) {}, ""},
		"another issuer": {func(r *rogue, _ *oidc.Party) { r.describe["issuer"] = r.URL + "/" }, "calls itself"},
		"no code flow":   {func(r *rogue, _ *oidc.Party) { r.describe["response_types_supported"] = []string{"id_token"} }, "code flow"},
		"no S256":        {func(r *rogue, _ *oidc.Party) { r.describe["code_challenge_methods_supported"] = []string{"plain"} }, "PKCE"},
		"auth method": {func(r *rogue, _ *oidc.Party) {
			r.describe["token_endpoint_auth_methods_supported"] = []string{"private_key_jwt"}
		}, "client secret"},
		"HS256 only":    {func(r *rogue, _ *oidc.Party) { r.describe["id_token_signing_alg_values_supported"] = []string{"HS256"} }, "signs with"},
		"no keys":       {func(r *rogue, _ *oidc.Party) { r.describe["jwks_uri"] = r.URL + "/nowhere" }, "keys"},
		"plain http":    {func(r *rogue, _ *oidc.Party) { r.describe["token_endpoint"] = "http://id.example.org/token" }, "not https"},
		"a script":      {func(r *rogue, _ *oidc.Party) { r.describe["authorization_endpoint"] = "javascript:alert(1)" }, "No description"},
		"nothing there": {func(_ *rogue, p *oidc.Party) { p.Issuer += "/nowhere" }, "No description"},
		"private":       {func(_ *rogue, p *oidc.Party) { p.Issuer = "https://127.0.0.2" }, "not on the internet"},
	} {
		r, now := newRogue(t), start
		p := r.party()
		c.lie(r, &p)
		got := strings.Join(hands(&now).Check(t.Context(), p), "|")
		if (c.says == "") != (got == "") || !strings.Contains(got, c.says) || len(got) > 700 {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func unsigned(claims map[string]any) string {
	text, _ := json.Marshal(claims)
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(text) + "."
}
