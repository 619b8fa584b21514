package web_test

import (
	"net/http"
	"strings"
	"testing"

	"holdfast/static"
)

// everyAnswerIsGuarded checks what no answer may lack, whatever it is.
func everyAnswerIsGuarded(t *testing.T, h http.Header) {
	t.Helper()
	csp := h.Get("Content-Security-Policy")
	for _, rule := range []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'",
		"frame-ancestors 'none'", "object-src 'none'", "connect-src 'self'", "font-src 'self'", "manifest-src 'self'",
	} {
		if !strings.Contains(csp+";", rule+";") {
			t.Errorf("the policy lacks %s: %q", rule, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || len(h["Content-Security-Policy"]) != 1 {
		t.Errorf("unsafe policy %q", csp)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(h.Get("Permissions-Policy"), "camera=()") || h.Get("X-Request-Id") == "" {
		t.Errorf("permissions %q, request id %q", h.Get("Permissions-Policy"), h.Get("X-Request-Id"))
	}
}

func TestAnswersThatAreNoPagesAreGuardedToo(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, v := range []visit{
		{method: "GET", path: "/healthz"},
		{method: "GET", path: "/readyz"},
		{method: "GET", path: "/static/nothing.css"},
		{method: "GET", path: "/api/v1/broken"},
		{method: "OPTIONS", path: "/things"},
		{method: "POST", path: "/panic", form: "a=b"},
		{method: "BREW", path: "/things"},
	} {
		everyAnswerIsGuarded(t, h.visit(v).Header())
	}
}

func TestPagesVaryByHTMX(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, path := range []string{"/public", "/things", "/nowhere", "/broken"} {
		if got := h.visit(visit{method: "GET", path: path}).Header().Get("Vary"); got != "HX-Request" {
			t.Errorf("%s: got %q", path, got)
		}
	}
}

func TestALinkPageSendsNoReferrer(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, method := range []string{"GET", "HEAD", "POST"} { // also where the method is wrong
		if got := h.visit(visit{method: method, path: "/link/secret"}).Header().Get("Referrer-Policy"); got != "no-referrer" {
			t.Errorf("%s: got %q", method, got)
		}
	}
}

func TestHTTPSIsInsistedOnOnlyWhereItIs(t *testing.T) {
	t.Parallel()
	const name = "Strict-Transport-Security"
	if got := open(t).visit(visit{method: "GET", path: "/public"}).Header().Get(name); got != "max-age=63072000" {
		t.Errorf("over https: got %q", got)
	}
	if got := open(t, at("http://127.0.0.1:8080")).visit(visit{method: "GET", path: "/public"}).Header().Get(name); got != "" {
		t.Errorf("over http: got %q", got)
	}
}

func TestStaticFilesMayBeKept(t *testing.T) {
	t.Parallel()
	h := open(t)
	w := h.visit(visit{method: "GET", path: static.Path("app.css"), cookie: h.signIn(t, member)})
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("got %d %q", w.Code, w.Header().Get("Cache-Control"))
	}
	if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Error("the file is not guarded")
	}
}
