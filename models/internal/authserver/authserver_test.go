package authserver_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/modelstest/oauthtest"
)

var start = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func still() time.Time { return start }

// hands is a client that may ask servers of this machine.
func hands() *authserver.Client { return authserver.New([]string{"127.0.0.1"}, still) }

const home = "https://console.example/connect/back"

// registered is the console at a provider.
func registered(p *oauthtest.Provider) authserver.Party {
	return authserver.Party{Settings: p.Settings(), ClientID: oauthtest.ClientID, Secret: oauthtest.Secret, Redirect: home}
}

// heard are the requests that a raw server got.
type heard struct {
	mu    sync.Mutex
	all   []*http.Request
	texts []string
}

func (h *heard) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.all)
}

func (h *heard) last(t *testing.T) (*http.Request, string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.all) != 1 {
		t.Fatalf("%d requests were sent, want 1", len(h.all))
	}
	return h.all[0], h.texts[0]
}

// raw is a token endpoint that answers with the handler, and a party for it.
func raw(t *testing.T, answer http.HandlerFunc) (authserver.Party, *heard) {
	t.Helper()
	h := &heard{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.all, h.texts = append(h.all, r), append(h.texts, string(body))
		h.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return partyAt(s.URL), h
}

func partyAt(address string) authserver.Party {
	return authserver.Party{
		ClientID: "us", Secret: "marker-secret", Redirect: home,
		Settings: models.ClientSettings{
			Authorize: address + "/authorize", Token: address + "/token", Revoke: address + "/revoke", UserInfo: address + "/userinfo", Introspect: address + "/introspect",
			Auth: models.SecretBasic, PKCE: true,
		},
	}
}

// says is a handler that answers so.
func says(status int, kind, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const asJSON = "application/json"

// failed is err as the one error that there is, which says nothing of anybody's.
func failed(t *testing.T, err error) *authserver.Failure {
	t.Helper()
	mute(t, err)
	f, ok := errors.AsType[*authserver.Failure](err)
	if !ok {
		t.Fatalf("no failure: %v", err)
	}
	return f
}

// mute looks for secrets and a provider's words in an error and all that it wraps.
func mute(t *testing.T, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		if text := fmt.Sprintf("%v %+v %#v %q", e, e, e, e); strings.Contains(text, "marker") {
			t.Errorf("an error says %s", text)
		}
	}
}

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

func partyNowhere() models.ClientSettings { return models.ClientSettings{Auth: models.SecretBasic} }
