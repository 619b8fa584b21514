package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/web"
)

func TestOneLineARequestAndNoSecretInIt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		what        string
		visit       visit
		has, hasNot []string
	}{
		{
			"a page",
			visit{method: "GET", path: "/things?q=s3cret"},
			[]string{"level=INFO", "method=GET", "route=/things ", "status=200", "took=", "bytes=", "ip=192.0.2.1", "person=10", "id="},
			nil,
		},
		{"a path parameter", visit{method: "GET", path: "/link/s3cret"}, []string{"route=/link/:token ", "status=200"}, nil},
		{"an unknown path", visit{method: "GET", path: "/s3cret"}, []string{"route=unmatched", "status=404"}, nil},
		{"a wrong method", visit{method: "DELETE", path: "/link/s3cret"}, []string{"route=/link/:token ", "status=405"}, nil},
		{"a form", visit{method: "POST", path: "/public", form: "name=s3cret"}, []string{"status=200"}, nil},
		{"a refused form", visit{method: "POST", path: "/things", form: "name=s3cret", head: []string{"Sec-Fetch-Site", "cross-site"}}, []string{"status=403"}, nil},
		{
			"a panic",
			visit{method: "POST", path: "/panic?a=s3cret", form: "name=s3cret", head: []string{"Authorization", "Bearer s3cret"}},
			[]string{"level=ERROR", "status=500", "panic: at the disco", "stack=", "kit_test.go"},
			nil,
		},
		{"a fault", visit{method: "GET", path: "/broken"}, []string{"level=ERROR", "status=500", `err="disk on fire"`}, []string{"stack="}},
		{"an invented method", visit{method: "BREW", path: "/things"}, []string{"method=BREW", "status=405"}, nil},
		{"health", visit{method: "GET", path: "/healthz"}, []string{"level=DEBUG", "status=200"}, nil},
	} {
		t.Run(tc.what, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			tc.visit.cookie = h.signIn(t, member)
			w := h.visit(tc.visit)
			line := h.log.String()
			if strings.Count(line, "\n") != 1 || !strings.Contains(line, "id="+w.Header().Get("X-Request-Id")) {
				t.Errorf("not one line with the id %s:\n%s", w.Header().Get("X-Request-Id"), line)
			}
			_, token, _ := strings.Cut(tc.visit.cookie, "=")
			for _, not := range append(tc.hasNot, "s3cret", token, "ada@example.org") {
				if strings.Contains(line, not) {
					t.Errorf("%q is in the log:\n%s", not, line)
				}
			}
			for _, want := range tc.has {
				if !strings.Contains(line, want) {
					t.Errorf("%q is not in the log:\n%s", want, line)
				}
			}
		})
	}
}

func TestTheReferenceOnThePageIsTheOneInTheLog(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, head := range [][]string{plain, htmx} {
		w := h.visit(visit{method: "POST", path: "/panic", form: "a=b", head: head})
		id := w.Header().Get("X-Request-Id")
		if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), id) || !strings.Contains(h.log.String(), id) {
			t.Errorf("got %d, reference %s\n%s\n%s", w.Code, id, w.Body, h.log)
		}
		if strings.Contains(w.Body.String(), "disco") {
			t.Error("the cause is on the page")
		}
	}
}

func TestOnlyATrustedProxyIsBelieved(t *testing.T) {
	t.Parallel()
	const given = "proxy-id-0001"
	for _, tc := range []struct {
		what    string
		proxies []string
		from    string
		head    []string
		ip      string
		believe bool
	}{
		{"no proxy is known", nil, "10.0.0.1:5", []string{"X-Forwarded-For", "203.0.113.9", "X-Request-Id", given}, "10.0.0.1", false},
		{"a real-ip header counts for nothing", []string{"10.0.0.0/8"}, "10.0.0.1:5", []string{"X-Real-Ip", "203.0.113.9"}, "10.0.0.1", false},
		{"a stranger claims to be one", []string{"10.0.0.0/8"}, "198.51.100.1:5", []string{"X-Forwarded-For", "203.0.113.9", "X-Request-Id", given}, "198.51.100.1", false},
		{"loopback is no proxy by itself", []string{"10.0.0.0/8"}, "127.0.0.1:5", []string{"X-Forwarded-For", "203.0.113.9"}, "127.0.0.1", false},
		{"the proxy tells", []string{"10.0.0.0/8"}, "10.0.0.1:5", []string{"X-Forwarded-For", "203.0.113.9", "X-Request-Id", given}, "203.0.113.9", true},
		{"what the visitor put before it is not believed", []string{"10.0.0.0/8"}, "10.0.0.1:5", []string{"X-Forwarded-For", "6.6.6.6, 203.0.113.9"}, "203.0.113.9", false},
		{"two proxies", []string{"10.0.0.0/8", "fd00::/8"}, "[fd00::1]:5", []string{"X-Forwarded-For", "203.0.113.9, 10.0.0.1"}, "203.0.113.9", false},
		{"nonsense", []string{"10.0.0.0/8"}, "10.0.0.1:5", []string{"X-Forwarded-For", "<script>", "X-Request-Id", "a b\"c<script>"}, "10.0.0.1", false},
	} {
		h := open(t, behind(tc.proxies...))
		w := h.visit(visit{method: "GET", path: "/public", head: tc.head, from: tc.from})
		if !strings.Contains(h.log.String(), "ip="+tc.ip+"\n") {
			t.Errorf("%s: want ip %s in\n%s", tc.what, tc.ip, h.log)
		}
		if got := w.Header().Get("X-Request-Id"); (got == given) != tc.believe || strings.Contains(got, "<") {
			t.Errorf("%s: request id %q", tc.what, got)
		}
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	var why error
	h := open(t, func(c *web.Config) { c.Ready = requireNothing(&why) })
	for _, tc := range []struct {
		err    error
		status int
		body   string
	}{
		{nil, 200, "ok"},
		{models.Fail(models.Unavailable, "migrations are missing"), 503, "not ready: migrations are missing"},
		{errors.New("dial postgres://user:s3cret@db"), 503, "not ready: the database does not answer"},
	} {
		why = tc.err
		if w := h.visit(visit{method: "GET", path: "/readyz"}); w.Code != tc.status || w.Body.String() != tc.body {
			t.Errorf("got %d %q", w.Code, w.Body)
		}
	}
	if w := h.visit(visit{method: "GET", path: "/healthz"}); w.Code != 200 || w.Body.String() != "ok" {
		t.Errorf("health: got %d %q", w.Code, w.Body)
	}
}
