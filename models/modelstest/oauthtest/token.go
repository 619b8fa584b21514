package oauthtest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// read parses the body, form or JSON, into the request's form.
func read(r *http.Request) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return r.ParseForm()
	}
	var fields map[string]string
	if err := json.NewDecoder(r.Body).Decode(&fields); err != nil {
		return err
	}
	r.PostForm = url.Values{}
	for name, value := range fields {
		r.PostForm.Set(name, value)
	}
	r.Form = r.PostForm
	return nil
}

// known reports whether the client has shown who it is, in one way alone.
func (p *Provider) known(r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	if basic {
		var bad, worse error
		id, bad = url.QueryUnescape(id)
		secret, worse = url.QueryUnescape(secret)
		if bad != nil || worse != nil || r.PostForm.Has("client_secret") {
			return false
		}
	} else {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	if p.manners.Public {
		return id == ClientID && secret == ""
	}
	return id == ClientID && secret == Secret
}

func (p *Provider) token(r *http.Request) said {
	if r.Method != http.MethodPost {
		return refused(http.StatusMethodNotAllowed, "invalid_request")
	}
	if !p.known(r) {
		return refused(http.StatusUnauthorized, "invalid_client")
	}
	var a said
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		a = p.exchange(r.PostForm)
	case "refresh_token":
		a = p.renew(r.PostForm.Get("refresh_token"))
	default:
		a = refused(http.StatusBadRequest, "unsupported_grant_type")
	}
	a.form = p.manners.Form
	return a
}

// exchange redeems a code, once; a code that comes again ends what it has brought.
func (p *Provider) exchange(f url.Values) said {
	if f.Get("code_verifier") != "" {
		p.proofs = append(p.proofs, f.Get("code_verifier"))
	}
	v := p.codes[f.Get("code")]
	if v != nil && v.used != nil {
		v.used.over = true
	}
	if v == nil || v.used != nil || v.redirect != f.Get("redirect_uri") || !v.proven(f) {
		return refused(http.StatusBadRequest, "invalid_grant")
	}
	v.used = &family{visit: *v}
	return said{status: http.StatusOK, body: p.issue(v.used, !p.manners.NoRefresh)}
}

// proven reports whether who redeems a code is who asked for it (PKCE).
func (v *visit) proven(f url.Values) bool {
	if v.challenge == "" {
		return !f.Has("code_verifier")
	}
	sum := sha256.Sum256([]byte(f.Get("code_verifier")))
	return v.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
}

// renew takes a refresh token.
func (p *Provider) renew(token string) said {
	old := p.refresh[token]
	if old == nil || old.of.over {
		return refused(http.StatusBadRequest, "invalid_grant")
	}
	again := !old.used.IsZero()
	if again && !p.now().Before(old.used.Add(p.manners.Grace)) {
		old.of.over = true // somebody has a copy
		return refused(http.StatusBadRequest, "invalid_grant")
	}
	body := old.gave
	if !again {
		rotates := p.manners.Rotates && !p.manners.NoRefresh
		body = p.issue(old.of, rotates)
		if rotates {
			old.used, old.gave = p.now(), body
		}
	}
	lost := p.manners.LoseAnswer > 0
	if lost {
		p.manners.LoseAnswer--
	}
	return said{status: http.StatusOK, body: body, lost: lost}
}

// issue hands out tokens of a family.
func (p *Provider) issue(of *family, withRefresh bool) map[string]any {
	m := p.manners
	token := p.secret("marker-access-")
	p.access[token] = &access{of: of, ends: p.ends()}
	body := map[string]any{"access_token": token, "token_type": "Bearer"}
	if m.TokenType != nil {
		body["token_type"] = *m.TokenType
	}
	if withRefresh {
		next := p.secret("marker-refresh-")
		p.refresh[next] = &refresh{of: of}
		body["refresh_token"] = next
	}
	switch {
	case m.ExpiresIn != nil:
		body["expires_in"] = m.ExpiresIn
	case m.Life != 0:
		body["expires_in"] = int64(m.Life.Seconds())
	}
	if !m.NoScope {
		body["scope"] = strings.Join(of.scopes, " ")
	}
	if slices.Contains(of.scopes, "openid") {
		body["id_token"] = p.idToken(of)
	}
	if m.Nested != "" && !m.Form {
		return map[string]any{"ok": true, m.Nested: body}
	}
	return body
}

// idToken is one that nobody has signed: over TLS from here it need not be.
func (p *Provider) idToken(of *family) string {
	claims, err := json.Marshal(map[string]any{
		"iss": p.URL, "aud": ClientID, "sub": of.subject, "email": of.email, "iat": p.now().Unix(), "exp": p.now().Unix() + 300,
	})
	if err != nil {
		return ""
	}
	part := base64.RawURLEncoding.EncodeToString
	text := part([]byte(`{"alg":"RS256"}`)) + "." + part(claims) + "." + part([]byte("marker-signature"))
	p.secrets = append(p.secrets, text)
	return text
}

func (p *Provider) revoke(r *http.Request) said {
	token := r.PostForm.Get("token")
	switch {
	case p.manners.RevokeStatus != 0:
		return said{status: p.manners.RevokeStatus}
	case !p.known(r):
		return refused(http.StatusUnauthorized, "invalid_client")
	case token == "":
		return refused(http.StatusBadRequest, "invalid_request")
	}
	if a := p.access[token]; a != nil {
		a.over = true
	}
	if f := p.refresh[token]; f != nil {
		f.of.over = true
	}
	p.revoked = append(p.revoked, token)
	return said{status: http.StatusOK}
}

func (p *Provider) userInfo(r *http.Request) said {
	if p.manners.UserInfoStatus != 0 {
		return said{status: p.manners.UserInfoStatus}
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a := p.good(token)
	if a == nil {
		return refused(http.StatusUnauthorized, "invalid_token")
	}
	return said{status: http.StatusOK, body: map[string]any{"sub": a.of.subject, "email": a.of.email}}
}

func (p *Provider) introspect(r *http.Request) said {
	if !p.known(r) {
		return refused(http.StatusUnauthorized, "invalid_client")
	}
	a := p.good(r.PostForm.Get("token"))
	if a == nil {
		return said{status: http.StatusOK, body: map[string]any{"active": false}}
	}
	body := map[string]any{"active": true, "scope": strings.Join(a.of.scopes, " ")}
	if !a.ends.IsZero() {
		body["exp"] = a.ends.Unix()
	}
	return said{status: http.StatusOK, body: body}
}
