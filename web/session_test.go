package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"holdfast/models"
)

func TestTheCookieIsAsTightAsTheAddressAllows(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		url, name string
		secure    bool
	}{
		{"https://console.example.org", "__Host-holdfast", true},
		{"https://127.0.0.1:8443", "__Host-holdfast", true},
		{"http://console.example.org", "__Host-holdfast", true}, // never in the clear but on loopback
		{"http://127.0.0.1:8080", "holdfast", false},
		{"http://localhost:8080", "holdfast", false},
		{"http://[::1]:8080", "holdfast", false},
	} {
		w := open(t, at(tc.url)).visit(visit{method: "POST", path: "/sign-in", form: "who=x"})
		cookies := w.Result().Cookies()
		if len(cookies) != 1 {
			t.Fatalf("%s: %d cookies", tc.url, len(cookies))
		}
		c := cookies[0]
		if c.Name != tc.name || c.Secure != tc.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode ||
			c.Path != "/" || c.Domain != "" || c.MaxAge != 0 || !c.Expires.IsZero() {
			t.Errorf("%s: got %s", tc.url, c.Raw)
		}
	}
}

func TestTheKeeperSeesOnlyTheHashOfARandomToken(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, value, _ := strings.Cut(h.signIn(t, member), "=")
	token, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || len(token) != 32 {
		t.Fatalf("got %d bytes, %v", len(token), err)
	}
	sum := sha256.Sum256(token)
	if len(h.keeper.byHash) != 1 || h.keeper.byHash[string(sum[:])] == nil {
		t.Error("the session is not kept under the hash of its token")
	}
}

func TestSigningInAgainEndsTheTokenBefore(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := h.signIn(t, member)
	w := h.visit(visit{method: "POST", path: "/sign-in", form: "who=xx", cookie: before})
	after, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	if after == before || after == "" {
		t.Fatalf("the token stayed: %q", after)
	}
	if w := h.visit(visit{method: "GET", path: "/things", cookie: before}); w.Code != http.StatusSeeOther {
		t.Errorf("the old token still opens: %d", w.Code)
	}
	w = h.visit(visit{method: "GET", path: "/things", cookie: after})
	if !strings.Contains(w.Body.String(), "grace@example.org") || !strings.Contains(w.Body.String(), "Welcome.") {
		t.Errorf("not the new person with the news:\n%s", w.Body)
	}
}

func TestSigningOutEndsItEverywhereInTheBrowser(t *testing.T) {
	t.Parallel()
	h := open(t)
	cookie := h.signIn(t, member)
	w := h.visit(visit{method: "POST", path: "/sign-out", cookie: cookie})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/sign-in" {
		t.Errorf("got %d to %q", w.Code, w.Header().Get("Location"))
	}
	if got := w.Header().Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data: %q", got)
	}
	if c := w.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 || c[0].Value != "" || !c[0].Secure || c[0].Path != "/" {
		t.Errorf("the cookie is not cleared: %v", c)
	}
	if len(h.keeper.byHash) != 0 {
		t.Error("the session lives on")
	}
	if w := h.visit(visit{method: "GET", path: "/things", cookie: cookie}); w.Code != http.StatusSeeOther {
		t.Errorf("a copied cookie still opens: %d", w.Code)
	}
}

func TestAJunkCookieIsJustSignedOut(t *testing.T) {
	t.Parallel()
	h := open(t)
	unknown := base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	for _, value := range []string{"", "junk", "%00", strings.Repeat("A", 5000), unknown, unknown + "=", "\"" + unknown} {
		w := h.visit(visit{method: "GET", path: "/public", cookie: "__Host-holdfast=" + value})
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "things of </h1>") {
			t.Errorf("%.20q: got %d", value, w.Code)
		}
	}
	if h.keeper.finds != 1 {
		t.Errorf("%d values reached the keeper, want the one that looks like a token", h.keeper.finds)
	}
}

func TestWhenSessionsCannotBeReadThePageSaysSo(t *testing.T) {
	t.Parallel()
	h := open(t)
	cookie := h.signIn(t, member)
	h.keeper.broken = models.Fail(models.Unavailable, "The database does not answer.")
	w := h.visit(visit{method: "GET", path: "/public", cookie: cookie})
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "The database does not answer.") {
		t.Errorf("got %d\n%s", w.Code, w.Body)
	}
}

func TestAVisitorHasNoSession(t *testing.T) {
	t.Parallel()
	h := open(t)
	w := h.visit(visit{method: "GET", path: "/public"})
	if w.Header().Get("Set-Cookie") != "" || len(h.keeper.byHash) != 0 || h.keeper.finds != 0 {
		t.Error("a signed-out visit touched the sessions")
	}
}

func TestOneVisitAsksForTheSessionOnceAndAStylesheetNever(t *testing.T) {
	t.Parallel()
	h := open(t)
	cookie := h.signIn(t, member)
	for path, want := range map[string]int{"/things": 1, "/things/9": 1, "/nowhere": 1, "/static/app.css": 0, "/healthz": 0, "/api/v1/mine": 0} {
		h.keeper.finds = 0
		h.visit(visit{method: "GET", path: path, cookie: cookie})
		if h.keeper.finds != want {
			t.Errorf("%s: %d queries, want %d", path, h.keeper.finds, want)
		}
	}
}

func TestUseOfASessionIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	h := open(t)
	cookie := h.signIn(t, member)
	for _, tc := range []struct {
		ago  time.Duration
		want int
	}{{0, 0}, {59 * time.Second, 0}, {time.Minute, 1}, {20 * time.Minute, 1}} {
		h.keeper.touched = 0
		for _, s := range h.keeper.byHash {
			s.LastSeenAt = noon.Add(-tc.ago)
		}
		h.visit(visit{method: "GET", path: "/things", cookie: cookie})
		h.visit(visit{method: "GET", path: "/things", cookie: cookie})
		if h.keeper.touched != tc.want {
			t.Errorf("%v ago: noted %d times, want %d", tc.ago, h.keeper.touched, tc.want)
		}
	}
}

func TestAfterSignInOneStaysOnThisSite(t *testing.T) {
	t.Parallel()
	h := open(t)
	const home = "/credentials"
	for next, want := range map[string]string{
		"":                              home,
		"/projects?q=a%2Fb#x":           "/projects?q=a%2Fb#x",
		"/":                             "/",
		"//evil.example":                home,
		"///evil.example":               home,
		`/\evil.example`:                home,
		`\/evil.example`:                home,
		`/a\..\evil`:                    home,
		"https:evil.example":            home,
		"https://evil.example":          home,
		"javascript:alert(1)":           home,
		"evil.example":                  home,
		"/\t/evil.example":              home,
		"/\n/evil.example":              home,
		"/a\r\nSet-Cookie: a=b":         home,
		" //evil.example":               home,
		"/a\x7f":                        home,
		"/" + strings.Repeat("a", 3000): home,
	} {
		for _, v := range []visit{
			{method: "POST", path: "/sign-in", form: url.Values{"who": {"x"}, "next": {next}}.Encode()},
			{method: "POST", path: "/sign-in?" + url.Values{"next": {next}}.Encode(), form: "who=x"},
		} {
			if got := h.visit(v).Header().Get("Location"); got != want {
				t.Errorf("%.40q: got %q, want %q", next, got, want)
			}
		}
	}
}
