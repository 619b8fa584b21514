package oauthtest_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/modelstest/oauthtest"
)

// house is the provider, a console that is registered there, and their clock.
type house struct {
	*oauthtest.Provider
	authserver.Party
	*authserver.Client
	mu  sync.Mutex
	now time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{now: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now }
	h.Provider, h.Client = oauthtest.New(t, clock), authserver.New([]string{"127.0.0.1"}, clock)
	h.Party = authserver.Party{Settings: h.Provider.Settings(), ClientID: oauthtest.ClientID, Secret: oauthtest.Secret, Redirect: "https://console.example/back"}
	return h
}

func (h *house) pass(d time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.now = h.now.Add(d) }

// code is one that somebody has consented to, and its verifier.
func (h *house) code(t *testing.T, scopes ...string) (code, verifier string) {
	t.Helper()
	verifier = authserver.Verifier()
	where, err := h.Authorize(h.Party, authserver.Ask{State: "st", Verifier: verifier, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	back := h.Visit(t, where)
	if back.Get("state") != "st" {
		t.Errorf("the browser came back with %v", back)
	}
	return back.Get("code"), verifier
}

func (h *house) connect(t *testing.T, scopes ...string) map[string]any {
	t.Helper()
	code, verifier := h.code(t, scopes...)
	answer, err := h.Exchange(t.Context(), h.Party, code, verifier)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (h *house) renew(t *testing.T, token any) map[string]any {
	t.Helper()
	answer, err := h.Refresh(t.Context(), h.Party, fmt.Sprint(token))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	if f, ok := errors.AsType[*authserver.Failure](err); !ok || f.Code != code {
		t.Errorf("%v, want %s", err, code)
	}
}

func TestAConsentBecomesTokens(t *testing.T) {
	t.Parallel()
	h := open(t)
	got := h.connect(t, "read", "openid")
	access := fmt.Sprint(got["access_token"])
	who, err := h.UserInfo(t.Context(), h.Party, access)
	if err != nil || who["sub"] != "account-1" || who["email"] != "ana@example.org" || authserver.Claims(fmt.Sprint(got["id_token"]))["sub"] != "account-1" {
		t.Errorf("%v, %v", who, err)
	}
	active, expires, err := h.Introspect(t.Context(), h.Party, access)
	if !active || expires == nil || !expires.Equal(h.now.Add(time.Hour)) || got["scope"] != "read openid" || err != nil {
		t.Errorf("%v %v %v %v", active, expires, got["scope"], err)
	}
	if all := h.Secrets(); len(all) != 4 || !slices.Contains(all, access) || !h.Valid(access) {
		t.Errorf("%d secrets", len(all))
	}
	h.pass(time.Hour)
	if _, err := h.UserInfo(t.Context(), h.Party, access); h.Valid(access) {
		t.Error("an access token lives for ever")
	} else {
		refused(t, err, authserver.UserInfoUnauthorized)
	}
	next := fmt.Sprint(h.renew(t, got["refresh_token"])["access_token"])
	if h.Expire(); h.Valid(next) || h.TokenCalls() != 2 || h.Exchanges() != 1 || h.Refreshes() != 1 {
		t.Error("it does not expire, or counts wrongly")
	}
}

func TestACodeIsGoodOnceAndForWhoAskedForIt(t *testing.T) {
	t.Parallel()
	h := open(t)
	code, verifier := h.code(t, "read")
	_, err := h.Exchange(t.Context(), h.Party, code, authserver.Verifier())
	refused(t, err, "invalid_grant")
	elsewhere := h.Party
	elsewhere.Redirect += "/else"
	_, err = h.Exchange(t.Context(), elsewhere, code, verifier)
	refused(t, err, "invalid_grant")
	wrong := h.Party
	wrong.Secret = "marker-wrong"
	_, err = h.Exchange(t.Context(), wrong, code, verifier)
	refused(t, err, "invalid_client")
	got, err := h.Exchange(t.Context(), h.Party, code, verifier)
	if err != nil || !h.Valid(fmt.Sprint(got["access_token"])) {
		t.Fatal(err)
	}
	_, err = h.Exchange(t.Context(), h.Party, code, verifier)
	if refused(t, err, "invalid_grant"); h.Valid(fmt.Sprint(got["access_token"])) {
		t.Error("a code that came twice leaves its tokens good")
	}
}

func TestARefreshTokenIsGoodOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := h.connect(t, "read")["refresh_token"]
	h.Behave(func(m *oauthtest.Manners) { m.Grace = time.Minute })
	second := h.renew(t, first)
	if again := h.renew(t, first); again["access_token"] != second["access_token"] || again["refresh_token"] != second["refresh_token"] || second["refresh_token"] == first {
		t.Error("there is no grace, or no rotation")
	}
	h.pass(time.Minute)
	_, err := h.Refresh(t.Context(), h.Party, fmt.Sprint(first))
	refused(t, err, "invalid_grant")
	_, err = h.Refresh(t.Context(), h.Party, fmt.Sprint(second["refresh_token"]))
	if refused(t, err, "invalid_grant"); h.Valid(fmt.Sprint(second["access_token"])) {
		t.Error("reuse does not end the family")
	}
	h.Behave(func(m *oauthtest.Manners) { m.Rotates = false })
	kept := h.connect(t, "read")["refresh_token"]
	if h.renew(t, kept)["refresh_token"] != nil || h.renew(t, kept)["access_token"] == nil {
		t.Error("it rotates all the same")
	}
}

func TestAnAnswerIsLost(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.connect(t, "read")["refresh_token"]
	h.Behave(func(m *oauthtest.Manners) { m.LoseAnswer, m.Grace = 1, time.Minute })
	_, err := h.Refresh(t.Context(), h.Party, fmt.Sprint(token))
	if f, ok := errors.AsType[*authserver.Failure](err); !ok || f.Kind != authserver.Down || !f.Lost || f.Status != 0 {
		t.Errorf("%v", err)
	}
	if secrets := len(h.Secrets()); h.renew(t, token)["access_token"] == nil || len(h.Secrets()) != secrets || secrets != 5 {
		t.Error("it was not carried out, or twice")
	}
}

func TestItMisbehaves(t *testing.T) {
	t.Parallel()
	h := open(t)
	odd := "mac"
	h.Behave(func(m *oauthtest.Manners) {
		m.Form, m.ExpiresIn, m.NoScope, m.NoRefresh, m.TokenType = true, 3600.5, true, true, &odd
	})
	if got := h.connect(t, "read"); got["expires_in"] != "3600.5" || got["scope"] != nil || got["refresh_token"] != nil || got["token_type"] != "mac" {
		t.Errorf("%v", got)
	}
	h.Behave(func(m *oauthtest.Manners) {
		m.Form, m.ExpiresIn, m.NoScope, m.Life, m.Nested, m.Grants = false, nil, false, 0, "authed_user", []string{"less"}
	})
	got := h.connect(t, "read", "write")
	if models.At(got, "/authed_user/scope") != "less" || got["access_token"] != nil || models.At(got, "/authed_user/expires_in") != nil {
		t.Errorf("%v", got)
	}
	h.Behave(func(m *oauthtest.Manners) { m.DenyConsent, m.NamesItself = "access_denied", true })
	where, err := h.Authorize(h.Party, authserver.Ask{State: "st", Verifier: authserver.Verifier()})
	if back := h.Visit(t, where); err != nil || back.Get("error") != "access_denied" || back.Get("iss") != h.URL || back.Has("code") {
		t.Errorf("%v, %v", back, err)
	}
	h.Behave(func(m *oauthtest.Manners) {
		m.UserInfoStatus, m.RevokeStatus = http.StatusTeapot, http.StatusBadGateway
	})
	_, err = h.UserInfo(t.Context(), h.Party, "x")
	refused(t, err, "http_418")
	refused(t, h.Revoke(t.Context(), h.Party, "x", ""), "http_502")
}

func TestItRevokesAndHolds(t *testing.T) {
	t.Parallel()
	h := open(t)
	got := h.connect(t, "read")
	token := fmt.Sprint(got["refresh_token"])
	seen, let := make(chan string), make(chan bool)
	h.Behave(func(m *oauthtest.Manners) {
		m.Hold = func(r *http.Request) { seen <- r.PostForm.Get("refresh_token"); <-let }
	})
	var held sync.WaitGroup
	held.Go(func() { _, _ = h.Refresh(t.Context(), h.Party, token) })
	if <-seen != token {
		t.Error("another request was held")
	}
	if err := h.Revoke(t.Context(), h.Party, token, "refresh_token"); err != nil || h.Valid(fmt.Sprint(got["access_token"])) {
		t.Errorf("it was not revoked: %v", err)
	}
	let <- true
	held.Wait()
	if len(h.Secrets()) != 3 || !slices.Equal(h.Revoked(), []string{token}) {
		t.Error("a revoked token was refreshed")
	}
}
