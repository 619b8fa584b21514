package command_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// The first start offers to make the administrator; later ones don't.
func TestTheFirstStart(t *testing.T) {
	t.Parallel()
	o, dir := fresh(t)
	s := o.serve(t)
	if !strings.HasPrefix(s.setup, s.url+"/setup?token=") {
		t.Errorf("the setup link is %q, listening on %q", s.setup, s.url)
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 303, "/sign-in": 200, "/nowhere": 404} {
		if status, _ := fetch(t, s.url+path); status != want {
			t.Errorf("%s: got %d, want %d", path, status, want)
		}
	}
	if status, _ := fetch(t, s.setup); status != 200 {
		t.Errorf("the setup page answers %d", status)
	}
	for name, want := range map[string]os.FileMode{"": 0o700, "holdfast.db": 0o600, "holdfast.keys": 0o600} {
		if i, err := os.Stat(filepath.Join(dir, name)); err != nil || i.Mode().Perm() != want {
			t.Errorf("%q: %v, want %o", name, i, want)
		}
	}
	if code := s.end(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, &o.err)
	}
	again := o.serve(t)
	if again.setup == "" || again.setup == s.setup {
		t.Error("while nobody is there, each start makes a new link")
	}
	token, _ := url.Parse(again.setup)
	a, err := http.DefaultClient.PostForm(again.url+"/setup", url.Values{
		"token": {token.Query().Get("token")}, "name": {"Ada"}, "email": {"ada@example.org"}, "password": {"seven green kettles sing"},
	})
	modelstest.Must(t, err)
	_ = a.Body.Close()
	if a.StatusCode != 200 || a.Request.URL.Path != "/sign-in" {
		t.Fatalf("setup: %d at %s", a.StatusCode, a.Request.URL)
	}
	again.end(t)
	third := o.serve(t)
	if third.setup != "" {
		t.Error("a setup link although there is a user")
	}
	if status, _ := fetch(t, third.url+"/setup?token="+token.Query().Get("token")); status != 410 {
		t.Errorf("the old setup link answers %d", status)
	}
	if strings.Contains(o.err.String(), token.Query().Get("token")) {
		t.Error("the token is in the log")
	}
}

// Asked to stop, it takes no more requests and finishes those that run.
func TestStoppingFinishesWhatRuns(t *testing.T) {
	t.Parallel()
	o, _ := fresh(t)
	s := o.serve(t)
	host := strings.TrimPrefix(s.url, "http://")
	conn, err := net.Dial("tcp", host)
	modelstest.Must(t, err)
	defer conn.Close()
	const body = "token=x&name=A&email=a@example.org&password=x"
	fmt.Fprintf(conn, "POST /setup HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", host, len(body))
	answers := bufio.NewReader(conn)
	line, err := answers.ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") { // the program reads the form: the request runs
		t.Fatalf("%q, %v", line, err)
	}
	_, _ = answers.ReadString('\n')
	s.stop()
	for refused := false; !refused; {
		c, err := net.Dial("tcp", host)
		if refused = err != nil; !refused {
			_ = c.Close()
		}
	}
	fmt.Fprint(conn, body)
	a, err := http.ReadResponse(answers, nil)
	modelstest.Must(t, err)
	defer a.Body.Close()
	if a.StatusCode != http.StatusGone {
		t.Errorf("the running request got %d", a.StatusCode)
	}
	if code := s.end(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, &o.err)
	}
}

func TestAnAddressInUse(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	modelstest.Must(t, err)
	defer ln.Close()
	o, _ := fresh(t, "HOLDFAST_ADDR", ln.Addr().String())
	_, errs := o.run(t, 1, "serve")
	has(t, errs, "HOLDFAST_ADDR", "address already in use")
	p, _ := fresh(t, "HOLDFAST_METRICS_ADDR", ln.Addr().String())
	_, errs = p.run(t, 1, "serve")
	has(t, errs, "HOLDFAST_METRICS_ADDR", "address already in use")
}

func TestMetricsAreOnTheirOwnListener(t *testing.T) {
	t.Parallel()
	o, _ := fresh(t, "HOLDFAST_METRICS_ADDR", "127.0.0.1:0", "HOLDFAST_ADDR", "localhost:0", "HOLDFAST_LOG_FORMAT", "json")
	s := o.serve(t)
	if status, _ := fetch(t, s.url+"/metrics"); status != 404 {
		t.Errorf("/metrics among the pages: %d", status)
	}
	if code := s.end(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	_, rest, told := strings.Cut(o.err.String(), `"msg":"metrics"`)
	if !told || !strings.Contains(rest, "127.0.0.1:") {
		t.Errorf("the log does not say where:\n%s", &o.err)
	}
}

// A broken file of a kind stops nothing; the administrators read of it.
func TestABrokenKindIsShown(t *testing.T) {
	t.Parallel()
	h := dated(t, modelstest.SQLite(t))
	cookie := sit(t, h, h.Person(t, "boss", models.Administrator))
	kinds := t.TempDir()
	modelstest.Must(t, os.WriteFile(filepath.Join(kinds, "broken.json"), []byte(`{"type": `), 0o600))
	o := on("HOLDFAST_DATABASE_URL", h.URL, "HOLDFAST_KEYS_FILE", h.KeyFile, "HOLDFAST_SCHEMAS_DIR", kinds)
	s := o.serve(t)
	status, page := browse(t, s.url+"/admin/kinds", cookie)
	if status != 200 {
		t.Errorf("got %d", status)
	}
	has(t, page, "broken.json", "could not be used", kinds)
}

// Several replicas may start on one empty Postgres at once.
func TestTwoStartAtOnceOnPostgres(t *testing.T) {
	t.Parallel()
	at := modelstest.Postgres(t, nil)
	for _, replica := range []string{"one", "the other"} {
		t.Run(replica, func(t *testing.T) {
			t.Parallel()
			s := on("HOLDFAST_DATABASE_URL", at, "HOLDFAST_KEYS", someKeys()).serve(t)
			if status, _ := fetch(t, s.url+"/readyz"); status != 200 || s.setup == "" {
				t.Errorf("ready: %d, setup %q", status, s.setup)
			}
			if code := s.end(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// Rows that none of the keys opens are told of at once, not at their page.
func TestMissingKeysAreLoggedAtTheStart(t *testing.T) {
	t.Parallel()
	h := dated(t, modelstest.SQLite(t))
	o := on("HOLDFAST_DATABASE_URL", h.URL, "HOLDFAST_KEYS", someKeys())
	if code := o.serve(t).end(t); code != 0 || strings.Contains(o.err.String(), "level=ERROR") {
		t.Errorf("with nothing sealed: exit code %d\n%s", code, &o.err)
	}
	id := h.Keep(t, h.Person(t, "ada", models.PlainMember), "Key")
	h.Exec(t, `UPDATE bodies SET key_id = 'long-gone' WHERE credential_id = ?`, id)
	if code := o.serve(t).end(t); code != 0 || strings.Count(o.err.String(), "level=ERROR") != 1 {
		t.Errorf("exit code %d\n%s", code, &o.err)
	}
	has(t, o.err.String(), "long-gone", "can't be opened")
}
