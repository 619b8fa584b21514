package handlers_test

import (
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"holdfast/handlers"
	"holdfast/models"
	"holdfast/models/app"
	"holdfast/models/modelstest"
	"holdfast/web"
)

const base = "http://127.0.0.1:8080"

// console is the whole program but its listener: the real routes over the real
// domain on a real database.
type console struct {
	*modelstest.House
	server *web.Server
	log    *modelstest.Log
}

func openOn(h *modelstest.House, schemas string) *console {
	c := &console{House: h, log: h.Log}
	c.serve(h.App, schemas)
	return c
}

// mailed is the same console once it has a mail server.
func (c *console) mailed(t testing.TB) *console {
	t.Helper()
	with := &console{House: c.House, log: c.log}
	with.serve(c.Mailed(t), "")
	return with
}

func (c *console) serve(a *app.App, schemas string) {
	c.server = web.New(web.Config{
		BaseURL: base, Sessions: a.People, Tokens: a.Tokens, Prover: a.Factors, Ready: a.Ready, Now: c.Clock.Now,
		Log: slog.New(slog.NewTextHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	c.server.Mount(handlers.Routes(a, handlers.Config{BaseURL: base, SchemasDir: schemas}))
}

func open(t *testing.T) *console { return openOn(modelstest.SQLite(t), "") }

// openWith is a console with a folder of kinds: file names and their text.
func openWith(t *testing.T, files map[string]string) *console {
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return openOn(modelstest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "holdfast.db"), dir), dir)
}

// each runs test on both databases.
func each(t *testing.T, test func(*testing.T, *console)) {
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) { test(t, openOn(h, "")) })
}

// browser is where a person is signed in; the zero browser is signed out.
type browser struct {
	models.Actor
	cookie string
}

const agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"

// sit opens a session for who, without the cost of a password.
func (c *console) sit(t testing.TB, who models.Actor) browser {
	t.Helper()
	c.Lets(t, who)
	token := sha256.Sum256([]byte(models.NewID().String()))
	hash := sha256.Sum256(token[:])
	_, now, err := c.People.Start(t.Context(), models.Actor{IP: "192.0.2.9", UserAgent: agent}, modelstest.In(who.LoginID), hash[:])
	if err != nil {
		t.Fatal(err)
	}
	return browser{now, "holdfast=" + base64.RawURLEncoding.EncodeToString(token[:])}
}

// person is a new person who is signed in.
func (c *console) person(t testing.TB, name string, rank models.Rank) browser {
	t.Helper()
	return c.sit(t, c.Person(t, name, rank))
}

func (c *console) member(t testing.TB, name string) browser {
	t.Helper()
	return c.person(t, name, models.PlainMember)
}

// visit is one request.
type visit struct {
	who    browser
	method string
	path   string
	form   string
	htmx   bool
	head   []string
}

type answer struct {
	status int
	header http.Header
	body   string
}

// where is the place that the answer leads to, whoever asked.
func (a answer) where() string {
	if to := a.header.Get("HX-Redirect"); to != "" {
		return to
	}
	return a.header.Get("Location")
}

func (c *console) visit(v visit) answer {
	r := httptest.NewRequest(v.method, v.path, strings.NewReader(v.form))
	if v.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.who.cookie != "" {
		r.Header.Set("Cookie", v.who.cookie)
	}
	if v.htmx {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Current-URL", base+"/credentials?q=x")
	}
	for i := 0; i < len(v.head); i += 2 {
		r.Header.Set(v.head[i], v.head[i+1])
	}
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	return answer{w.Code, w.Result().Header, w.Body.String()}
}

func (c *console) get(who browser, path string) answer {
	return c.visit(visit{who: who, method: http.MethodGet, path: path})
}

func (c *console) post(who browser, path, form string) answer {
	return c.visit(visit{who: who, method: http.MethodPost, path: path, form: form})
}

// row is one line of a table: who asks for what, and what comes back.
type row struct {
	name   string
	who    browser
	method string // GET unless there is a form
	path   string
	form   string
	htmx   bool

	status      int
	where       string
	has, hasNot []string
}

// try goes through rows in order.
func (c *console) try(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		method := r.method
		if method == "" {
			method = http.MethodGet
		}
		if r.form != "" {
			method = http.MethodPost
		}
		a := c.visit(visit{who: r.who, method: method, path: r.path, form: r.form, htmx: r.htmx})
		r.check(t, a)
	}
}

func (r row) check(t *testing.T, a answer) {
	t.Helper()
	if a.status != r.status || (r.where != "" && a.where() != r.where) {
		t.Errorf("%s: got %d to %q, want %d to %q\n%s", r.name, a.status, a.where(), r.status, r.where, plainText(a.body))
	}
	for _, text := range r.has {
		if !strings.Contains(a.body, text) && !strings.Contains(plainText(a.body), text) {
			t.Errorf("%s: the page lacks %q:\n%s", r.name, text, plainText(a.body))
		}
	}
	for _, text := range r.hasNot {
		if strings.Contains(a.body, text) {
			t.Errorf("%s: the page has %q:\n%s", r.name, text, plainText(a.body))
		}
	}
}

var (
	tags   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[^>]*>`) })
	spaces = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\s+`) })
)

// plainText is the words of a page.
func plainText(html string) string {
	if _, main, ok := strings.Cut(html, "<main"); ok {
		html = "<main" + main
	}
	words := spaces().ReplaceAllString(tags().ReplaceAllString(html, " "), " ")
	return strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(words)
}
