package oauthtest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// said is an answer on its way.
type said struct {
	status int
	body   map[string]any
	form   bool
	lost   bool // the connection breaks instead
}

func refused(status int, code string) said {
	return said{status: status, body: map[string]any{"error": code}}
}

func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := read(r); err != nil {
		write(w, refused(http.StatusBadRequest, "invalid_request"))
		return
	}
	if p.count(r) {
		p.hold(r)
	}
	p.mu.Lock()
	a, done := p.answer(w, r)
	p.mu.Unlock()
	switch {
	case a.lost:
		panic(http.ErrAbortHandler)
	case !done:
		write(w, a)
	}
}

// count notes the request, and reports whether it is one for tokens.
func (p *Provider) count(r *http.Request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	kind := strings.TrimPrefix(r.URL.Path, "/")
	if strings.HasPrefix(kind, ".well-known/") {
		kind = "discovery"
	}
	p.calls[kind]++
	if kind == "token" {
		p.calls[r.PostForm.Get("grant_type")]++
	}
	return kind == "token"
}

func (p *Provider) hold(r *http.Request) {
	p.mu.Lock()
	hold := p.manners.Hold
	p.mu.Unlock()
	if hold != nil {
		hold(r)
	}
}

// answer does what was asked. What writes its own answer says that it is done.
func (p *Provider) answer(w http.ResponseWriter, r *http.Request) (a said, done bool) {
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		return said{status: http.StatusOK, body: p.describe()}, false
	case "/authorize":
		return p.authorize(w, r)
	case "/token":
		if a, done, bad := p.misbehave(w, r); bad {
			return a, done
		}
		return p.token(r), false
	case "/revoke":
		return p.revoke(r), false
	case "/userinfo":
		return p.userInfo(r), false
	case "/introspect":
		return p.introspect(r), false
	}
	http.NotFound(w, r)
	return said{}, true
}

func (p *Provider) describe() map[string]any {
	return map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "revocation_endpoint": p.URL + "/revoke",
		"userinfo_endpoint": p.URL + "/userinfo", "introspection_endpoint": p.URL + "/introspect", "response_types_supported": []string{"code"},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_post", "client_secret_basic"},
		"authorization_response_iss_parameter_supported": p.manners.NamesItself,
	}
}

// misbehave answers without doing anything, if the test wants that.
func (p *Provider) misbehave(w http.ResponseWriter, r *http.Request) (a said, done, bad bool) {
	m := p.manners
	switch {
	case m.Redirect != "":
		http.Redirect(w, r, m.Redirect, http.StatusTemporaryRedirect)
		return said{}, true, true
	case m.Status != 0:
		if m.RetryAfter != "" {
			w.Header().Set("Retry-After", m.RetryAfter)
		}
		a = said{status: m.Status, form: m.Form}
		if m.Error != "" {
			a.body = map[string]any{"error": m.Error, "error_description": "marker-description of " + m.Error}
		}
		return a, false, true
	case m.OK200Error != "":
		return said{status: http.StatusOK, body: map[string]any{"ok": false, "error": m.OK200Error}, form: m.Form}, false, true
	case m.Huge:
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token":"%s"}`, strings.Repeat("a", 10<<20))
		return said{}, true, true
	case m.HTML:
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, "<!doctype html><title>marker-page</title>")
		return said{}, true, true
	}
	return said{}, false, false
}

// authorize has the person consent, and sends the browser back.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) (said, bool) {
	q := r.URL.Query()
	if q.Get("client_id") != ClientID || q.Get("redirect_uri") == "" {
		return refused(http.StatusBadRequest, "invalid_request"), false
	}
	back := url.Values{}
	if q.Has("state") {
		back.Set("state", q.Get("state"))
		p.proofs = append(p.proofs, q.Get("state"))
	}
	if p.manners.NamesItself {
		back.Set("iss", p.URL)
	}
	switch {
	case p.manners.DenyConsent != "":
		back.Set("error", p.manners.DenyConsent)
	case q.Get("response_type") != "code":
		back.Set("error", "unsupported_response_type")
	case q.Has("code_challenge") && q.Get("code_challenge_method") != "S256":
		back.Set("error", "invalid_request")
	default:
		code := p.secret("marker-code-")
		p.codes[code] = &visit{
			challenge: q.Get("code_challenge"), redirect: q.Get("redirect_uri"), scopes: p.grants(q.Get("scope")),
			subject: p.manners.Subject, email: p.manners.Email,
		}
		back.Set("code", code)
	}
	where := q.Get("redirect_uri")
	joint := "?"
	if strings.Contains(where, "?") {
		joint = "&"
	}
	w.Header().Set("Location", where+joint+back.Encode())
	w.WriteHeader(http.StatusFound)
	return said{}, true
}

// grants are the scopes of a consent.
func (p *Provider) grants(asked string) []string {
	if p.manners.Grants != nil {
		return p.manners.Grants
	}
	return strings.FieldsFunc(asked, func(r rune) bool { return r == ' ' || r == ',' })
}

// secret is a new token or code, marked.
func (p *Provider) secret(mark string) string {
	text := mark + rand.Text()
	p.secrets = append(p.secrets, text)
	return text
}

func (p *Provider) good(token string) *access {
	a := p.access[token]
	if a == nil || a.over || a.of.over || !a.ends.IsZero() && !p.now().Before(a.ends) {
		return nil
	}
	return a
}

func write(w http.ResponseWriter, a said) {
	w.Header().Set("Cache-Control", "no-store")
	if a.form {
		form := url.Values{}
		for name, value := range a.body {
			form.Set(name, fmt.Sprint(value))
		}
		w.Header().Set("Content-Type", "application/x-www-form-urlencoded")
		w.WriteHeader(a.status)
		_, _ = fmt.Fprint(w, form.Encode())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	if a.body != nil {
		_ = json.NewEncoder(w).Encode(a.body)
	}
}

// ends is when an access token of now ends; zero is never.
func (p *Provider) ends() time.Time {
	if p.manners.Life == 0 {
		return time.Time{}
	}
	return p.now().Add(p.manners.Life)
}
