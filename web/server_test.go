package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"holdfast/web"
)

func requireNothing(why *error) func(context.Context) error {
	return func(context.Context) error { return *why }
}

func TestStoppingLetsARunningRequestFinish(t *testing.T) {
	t.Parallel()
	running, goOn := make(chan struct{}), make(chan struct{})
	h := open(t)
	h.Mount([]web.Route{{Method: "GET", Path: "/long", Access: web.Public, Do: func(*web.Request) (web.Reply, error) {
		close(running)
		<-goOn
		return web.Page("Long", body("finished")), nil
	}}})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served, got := make(chan error, 1), make(chan string, 1)
	go func() { served <- h.Serve(ctx, ln) }()
	go func() { got <- fetch("http://" + ln.Addr().String() + "/long") }()
	<-running
	stop()
	for closedTo(ln.Addr().String()) == nil { // until it takes no more
	}
	select {
	case err := <-served:
		t.Fatalf("stopped with a request running: %v", err)
	default:
	}
	close(goOn)
	if text := <-got; !strings.Contains(text, "finished") {
		t.Errorf("the running request got %q", text)
	}
	if err := <-served; err != nil {
		t.Errorf("an orderly end is no error: %v", err)
	}
}

func fetch(url string) string {
	res, err := http.Get(url) //nolint:gosec // our own address
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return string(text)
}

func closedTo(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return c.Close()
}

func TestABrokenListenerIsAnError(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close()
	if err := open(t).Serve(t.Context(), ln); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestABodyOfUnknownLengthIsCutOff(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "/public", io.MultiReader(strings.NewReader("name="), strings.NewReader(strings.Repeat("x", 1<<20))))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.ContentLength = -1
	w := httptest.NewRecorder()
	open(t).ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "at most 1 MiB") {
		t.Errorf("got %d", w.Code)
	}
}

func TestProgramsGetProblemsTheyCanRead(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, tc := range []struct {
		method, path string
		status       int
		code, field  string
	}{
		{"GET", "/api/v1/broken", 500, "internal", ""},
		{"GET", "/api/v1/wrong", 422, "invalid", "Enter a port."},
		{"GET", "/api/v1/mine", 401, "signed_out", ""},
		{"GET", "/api/v1/nowhere", 404, "not_found", ""},
		{"DELETE", "/api/v1/wrong", 405, "method_not_allowed", ""},
		{"PUT", "/api/v1/large", 413, "too_large", ""},
	} {
		v := visit{method: tc.method, path: tc.path, cookie: h.signIn(t, member)}
		if tc.method == "PUT" {
			v.form = strings.Repeat("x", 1<<20+1)
		}
		w := h.visit(v)
		var p struct {
			Type, Title, Detail, Code string
			Status                    int
			Fields                    map[string]string
			RequestID                 string `json:"request_id"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatalf("%s: %v\n%s", tc.path, err, w.Body)
		}
		if w.Code != tc.status || p.Status != tc.status || p.Code != tc.code || p.Fields["port"] != tc.field ||
			p.Title == "" || p.Type == "" || p.RequestID != w.Header().Get("X-Request-Id") ||
			w.Header().Get("Content-Type") != "application/problem+json" || strings.Contains(w.Body.String(), "disk") {
			t.Errorf("%s: got %d %s", tc.path, w.Code, w.Body)
		}
	}
}

func TestTheBaseURLIsTrustedAsBrowsersSpellIt(t *testing.T) {
	t.Parallel()
	for url, origin := range map[string]string{
		"https://console.example.org:443": "https://console.example.org",
		"https://console.example.org/":    "https://console.example.org",
		"http://127.0.0.1:8080":           "http://127.0.0.1:8080",
		"http://[::1]:80":                 "http://[::1]",
	} {
		w := open(t, at(url)).visit(visit{method: "POST", path: "/public", form: "name=a", head: []string{"Origin", origin}})
		if w.Code != http.StatusOK {
			t.Errorf("%s does not trust %s: %d", url, origin, w.Code)
		}
	}
}

func TestARouteCanStandThereOnlyOnce(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("the second one was taken")
		}
	}()
	open(t).Mount([]web.Route{{Method: "GET", Path: "/public", Access: web.Public}})
}

func TestRoutesCanBeListed(t *testing.T) {
	t.Parallel()
	if got, want := len(open(t).Routes()), len(routes()); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestMetricsCountByPatternAndNeverByPath(t *testing.T) {
	t.Parallel()
	m := web.NewMetrics()
	h := open(t, func(c *web.Config) { c.Metrics = m })
	for _, v := range []visit{
		{method: "GET", path: "/link/s3cret"}, {method: "BREW", path: "/link/s3cret"}, {method: "GET", path: "/s3cret"},
	} {
		h.visit(v)
	}
	m.JobRan("purge", nil)
	m.JobRan("purge", errors.New("late"))
	w := httptest.NewRecorder()
	web.MetricsHandler(m).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`holdfast_http_requests_total{method="GET",route="/link/:token",status="200"} 1`,
		`holdfast_http_requests_total{method="other",route="/link/:token",status="405"} 1`,
		`holdfast_http_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`holdfast_http_request_seconds_count{route="/link/:token"} 2`,
		`holdfast_job_runs_total{job="purge",outcome="done"} 1`,
		`holdfast_job_runs_total{job="purge",outcome="failed"} 1`,
		"go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(w.Body.String(), "s3cret") {
		t.Error("a path is in the metrics")
	}
	w = httptest.NewRecorder()
	web.MetricsHandler(m).ServeHTTP(w, httptest.NewRequest("GET", "/debug/pprof/cmdline", nil))
	if w.Code != http.StatusOK {
		t.Errorf("pprof: got %d", w.Code)
	}
}
