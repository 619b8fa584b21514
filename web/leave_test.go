package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"holdfast/web"
)

const abroad = "https://id.example.com/auth?state=a%3Bb&x=%22y%0D%0AX-Bad:1"

// errands are routes that lead away and back.
func errands() []web.Route {
	return []web.Route{
		{Method: "POST", Path: "/leave", Access: web.Public, Do: func(r *web.Request) (web.Reply, error) {
			r.Keep("idp-1", "s3cret", 600)
			return web.Leave("Taking you there", body("a link"), abroad), nil
		}},
		{Method: "GET", Path: "/back", Access: web.Public, Do: func(r *web.Request) (web.Reply, error) {
			text := r.Kept("idp-1")
			r.Forget("idp-1")
			return web.Page("Back", body("kept "+text)).Status(http.StatusForbidden).Because(errors.New("the reason")), nil
		}},
	}
}

// A redirect after a form would be stopped by form-action 'self' in some browsers.
func TestLeavingIsAPageThatLeadsOn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.Mount(errands())
	w := h.visit(visit{method: "POST", path: "/leave", form: "a=b"})
	if w.Code != http.StatusOK || w.Header().Get("Refresh") != "0; url="+abroad || w.Header().Get("Location") != "" || !strings.Contains(w.Body.String(), "<html") || !strings.Contains(w.Body.String(), "a link") {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
	w = h.visit(visit{method: "POST", path: "/leave", form: "a=b", head: htmx})
	if w.Code != http.StatusNoContent || w.Header().Get("HX-Redirect") != abroad || w.Header().Get("Refresh") != "" || w.Body.Len() != 0 {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
}

func TestASecretForTheWayStaysInTheBrowser(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ base, cookie, secure string }{
		{base, "__Host-holdfast-idp-1", "; Secure"},
		{"http://127.0.0.1:8080", "holdfast-idp-1", ""},
	} {
		h := open(t, at(c.base))
		h.Mount(errands())
		kept := h.visit(visit{method: "POST", path: "/leave", form: "a=b"}).Header().Get("Set-Cookie")
		if want := c.cookie + "=s3cret; Path=/; Max-Age=600; HttpOnly" + c.secure + "; SameSite=Lax"; kept != want {
			t.Errorf("%s: %q, want %q", c.base, kept, want)
		}
		w := h.visit(visit{method: "GET", path: "/back", cookie: c.cookie + "=s3cret"})
		if !strings.Contains(w.Body.String(), "kept s3cret") || !strings.HasPrefix(w.Header().Get("Set-Cookie"), c.cookie+"=; Path=/; Max-Age=0") {
			t.Errorf("%s: %v\n%s", c.base, w.Header(), w.Body)
		}
		if w := h.visit(visit{method: "GET", path: "/back"}); !strings.Contains(w.Body.String(), "kept </h1>") {
			t.Errorf("without the cookie: %s", w.Body)
		}
	}
}

func TestThePageSaysItInItsOwnWayAndTheLogSaysWhy(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.Mount(errands())
	w := h.visit(visit{method: "GET", path: "/back"})
	if w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "the reason") || !strings.Contains(h.log.String(), "the reason") {
		t.Errorf("%d\n%s\n%s", w.Code, w.Body, h.log)
	}
}
