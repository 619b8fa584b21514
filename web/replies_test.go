package web_test

import (
	"strings"
	"testing"
)

var (
	plain    []string
	htmx     = []string{"HX-Request", "true"}
	boosted  = []string{"HX-Request", "true", "HX-Boosted", "true"}
	restored = []string{"HX-Request", "true", "HX-History-Restore-Request", "true"}
)

const (
	nobody = 0
	member = 1
	admin  = 2
)

// TestAnswers is the table of who asks for what, how, and what they get.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		what         string
		who          int
		method, path string
		form         string
		head         []string
		status       int
		where        string
		has, hasNot  string
	}{
		{"a forgotten access is closed to all", admin, "GET", "/closed", "", plain, 403, "", "This page is closed", "things of"},
		{"a public page needs nobody", nobody, "GET", "/public", "", plain, 200, "", "<h1>things of </h1>", ""},
		{"signed out goes to sign in and comes back", nobody, "GET", "/things?q=a&p=1", "", plain, 303, "/sign-in?next=%2Fthings%3Fq%3Da%26p%3D1", "", "things of"},
		{"signed out htmx is sent whole, to come back to its page", nobody, "GET", "/things/rows", "", append([]string{"HX-Current-URL", base + "/things?q=a"}, htmx...), 401, "/sign-in?next=%2Fthings%3Fq%3Da", "", "<"},
		{"a foreign current page is no way back", nobody, "GET", "/things", "", append([]string{"HX-Current-URL", "https://evil.example//evil"}, htmx...), 401, "/sign-in", "", ""},
		{"signed out posting comes back to the form", nobody, "POST", "/things", "name=a", []string{"Referer", base + "/things/new"}, 303, "/sign-in?next=%2Fthings%2Fnew&notice=ended", "", ""},
		{"a member is no administrator", member, "GET", "/admin", "", plain, 403, "", "Only administrators", "things of"},
		{"a signed-out visitor of administration signs in", nobody, "GET", "/admin", "", plain, 303, "/sign-in?next=%2Fadmin", "", ""},
		{"an administrator may", admin, "GET", "/admin", "", plain, 200, "", "things of grace@example.org", ""},

		{"a whole page", member, "GET", "/things", "", plain, 200, "", "<title>Things", ""},
		{"a part", member, "GET", "/things", "", htmx, 200, "", "<h1>things of ada@example.org</h1>", "<html"},
		{"a boosted link gets a whole page", member, "GET", "/things", "", boosted, 200, "", "<html", ""},
		{"restored history gets a whole page", member, "GET", "/things", "", restored, 200, "", "<html", ""},
		{"HEAD is GET without the body", member, "HEAD", "/things", "", plain, 200, "", "", "h1"},

		{"a wrong form comes back whole", member, "POST", "/things", "name=", plain, 422, "", "<html", ""},
		{"a wrong form comes back alone", member, "POST", "/things", "name=", htmx, 422, "", "A name is needed", "<html"},
		{"a stale form comes back", member, "POST", "/things", "name=stale", plain, 409, "", "Changed meanwhile", ""},
		{"a stale form comes back alone", member, "POST", "/things", "name=stale", htmx, 409, "", "Changed meanwhile", "<html"},
		{"a fragment for htmx brings its news", member, "POST", "/things", "name=a", htmx, 200, "", `hx-swap-oob="innerHTML"`, "<html"},
		{"a fragment sends a plain browser on", member, "POST", "/things", "name=a", plain, 303, "/things", "", "one line"},
		{"a redirect", member, "POST", "/things", "name=go", plain, 303, "/things", "", ""},
		{"a redirect for htmx", member, "POST", "/things", "name=go", htmx, 204, "/things", "", ""},
		{"news on a page", member, "POST", "/things", "name=note", plain, 200, "", "Nothing changed.", ""},
		{"news beside a part", member, "POST", "/things", "name=note", htmx, 200, "", "Nothing changed.", "<html"},
		{"done and nothing to show", member, "POST", "/things", "name=quiet", plain, 204, "", "", "<"},

		{"a conflict is a page", member, "POST", "/things", "name=taken", plain, 409, "", "That name is taken.", ""},
		{"a conflict is news for htmx", member, "POST", "/things", "name=taken", htmx, 409, "", "That name is taken.", "<html"},
		{"no such thing", member, "GET", "/things/9", "", plain, 404, "", "No such thing.", ""},
		{"no such page", member, "GET", "/nowhere", "", plain, 404, "", "nothing at this address", ""},
		{"no such page for anybody", nobody, "GET", "/nowhere", "", plain, 404, "", "Go to sign-in", ""},
		{"a wrong method", member, "DELETE", "/things", "", plain, 405, "", "does not take such a request", ""},
		{"too late", nobody, "GET", "/gone", "", plain, 410, "", "Too late.", ""},
		{"too often", nobody, "GET", "/busy", "", plain, 429, "", "Wait.", ""},
		{"a fault tells nothing", nobody, "GET", "/broken", "", plain, 500, "", "Reference", "disk"},
		{"a fault tells htmx nothing", nobody, "GET", "/broken", "", htmx, 500, "", "Reference", "disk"},
		{"a fault with words of its own tells nothing either", nobody, "GET", "/fault", "", plain, 500, "", "Reference", "disk"},
		{"too slow", nobody, "GET", "/slow", "", plain, 503, "", "took too long", ""},
		{"no reply at all is a fault", nobody, "GET", "/nothing", "", plain, 500, "", "Reference", ""},
		{"half a page never leaves", nobody, "GET", "/torn", "", plain, 500, "", "Reference", "half a page"},

		{"a script in the path is text", nobody, "GET", "/echo/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "", plain, 200, "", "&lt;script&gt;", "<script>alert"},
		{"a script in an unknown path is nowhere", nobody, "GET", "/%3Cscript%3Ealert(1)", "", plain, 404, "", "", "alert(1)"},
		{"NUL and broken text are dropped", nobody, "GET", "/echo/a%00b%ff", "", plain, 200, "", "<h1>ab</h1>", ""},

		{"another site may not post", member, "POST", "/things", "name=a", []string{"Sec-Fetch-Site", "cross-site"}, 403, "", "came from another site", ""},
		{"a sibling site may not post", member, "POST", "/things", "name=a", []string{"Sec-Fetch-Site", "same-site"}, 403, "", "", ""},
		{"a foreign origin may not post", member, "POST", "/things", "name=a", []string{"Origin", "https://evil.example"}, 403, "", "", ""},
		{"no origin at all may not post", member, "POST", "/things", "name=a", []string{"Origin", "null"}, 403, "", "", ""},
		{"another site may not sign one in", nobody, "POST", "/sign-in", "who=x", []string{"Sec-Fetch-Site", "cross-site"}, 403, "", "", ""},
		{"this site may post", member, "POST", "/things", "name=a", []string{"Sec-Fetch-Site", "same-origin"}, 303, "/things", "", ""},
		{"our own origin may post behind any proxy", member, "POST", "/things", "name=a", []string{"Origin", base}, 303, "/things", "", ""},
		{"a program sends neither header", member, "POST", "/things", "name=a", plain, 303, "/things", "", ""},
		{"a link from another site works", member, "GET", "/things", "", []string{"Sec-Fetch-Site", "cross-site"}, 200, "", "things of", ""},

		{"too much", nobody, "POST", "/public", "name=" + strings.Repeat("x", 1<<20), plain, 413, "", "at most 1 MiB", ""},
		{"just enough", nobody, "POST", "/public", "name=" + strings.Repeat("x", 1<<20-5), plain, 200, "", "xxx", ""},
		{"a broken form", nobody, "POST", "/public", "name=%zz", plain, 400, "", "could not be read", ""},
		{"a NUL in a form", nobody, "POST", "/public", "name=a%00", plain, 400, "", "could not be read", ""},
		{"no form", nobody, "POST", "/public", `{"name":1}`, []string{"Content-Type", "text/plain"}, 415, "", "takes forms", ""},
		{"values in the query are no form", nobody, "POST", "/public?name=q", "", plain, 200, "", "<h1></h1>", ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			t.Parallel()
			h, cookie := open(t), ""
			if tc.who != nobody {
				cookie = h.signIn(t, tc.who)
			}
			w := h.visit(visit{method: tc.method, path: tc.path, form: tc.form, cookie: cookie, head: tc.head})
			where := w.Header().Get("Location") + w.Header().Get("HX-Redirect")
			if w.Code != tc.status || where != tc.where {
				t.Errorf("got %d to %q, want %d to %q", w.Code, where, tc.status, tc.where)
			}
			if !strings.Contains(w.Body.String(), tc.has) || tc.hasNot != "" && strings.Contains(w.Body.String(), tc.hasNot) {
				t.Errorf("want %q, not %q, in\n%.2000s", tc.has, tc.hasNot, w.Body)
			}
			everyAnswerIsGuarded(t, w.Header())
		})
	}
}

func TestAnErrorForHTMXGoesToTheFlashRegion(t *testing.T) {
	t.Parallel()
	w := open(t).visit(visit{method: "GET", path: "/gone", head: htmx})
	for name, want := range map[string]string{
		"HX-Retarget": "#flash", "HX-Reswap": "innerHTML", "HX-Reselect": "unset", "HX-Push-Url": "false",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestRetryAfterIsRoundedUp(t *testing.T) {
	t.Parallel()
	if got := open(t).visit(visit{method: "GET", path: "/busy"}).Header().Get("Retry-After"); got != "2" {
		t.Errorf("got %q", got)
	}
}

func TestAWrongMethodNamesTheRightOnes(t *testing.T) {
	t.Parallel()
	allow := open(t).visit(visit{method: "DELETE", path: "/things"}).Header().Get("Allow")
	for _, method := range []string{"GET", "HEAD", "POST"} {
		if !strings.Contains(allow, method) {
			t.Errorf("%s is not in %q", method, allow)
		}
	}
}

func TestNewsWaitsForTheNextPageAndIsShownOnce(t *testing.T) {
	t.Parallel()
	for what, head := range map[string][]string{"plain": plain, "htmx": htmx} {
		h := open(t)
		cookie := h.signIn(t, member)
		h.visit(visit{method: "POST", path: "/things", form: "name=go", cookie: cookie, head: head})
		h.visit(visit{method: "HEAD", path: "/things", cookie: cookie})
		h.visit(visit{method: "GET", path: "/things", cookie: cookie, head: htmx})
		first := h.visit(visit{method: "GET", path: "/things", cookie: cookie}).Body.String()
		second := h.visit(visit{method: "GET", path: "/things", cookie: cookie}).Body.String()
		if !strings.Contains(first, "Gone there.") || strings.Contains(second, "Gone there.") {
			t.Errorf("%s: shown first %v, second %v", what, strings.Contains(first, "Gone there."), strings.Contains(second, "Gone there."))
		}
	}
}
