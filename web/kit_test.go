package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"

	"holdfast/models"
	"holdfast/web"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// keeper keeps sessions in memory. Logins 1 and 2 exist; 2 is an administrator's.
type keeper struct {
	mu      sync.Mutex
	byHash  map[string]*models.Session
	broken  error
	finds   int
	touched int
}

func person(login int64) models.Actor {
	who := models.Actor{UserID: login * 10, LoginID: login, Name: "Ada", Email: "ada@example.org", Rank: models.PlainMember}
	if login == 2 {
		who.Name, who.Email, who.Rank = "Grace", "grace@example.org", models.Administrator
	}
	return who
}

func (k *keeper) Find(_ context.Context, hash []byte) (models.Session, models.Actor, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.finds++
	if k.broken != nil {
		return models.Session{}, models.Actor{}, k.broken
	}
	kept, ok := k.byHash[string(hash)]
	if !ok {
		return models.Session{}, models.Actor{}, models.Fail(models.NotFound, "No such session.")
	}
	return *kept, sitting(kept), nil
}

// sitting is who sits before a session. Who signs in has proven it long ago, as
// it were; who has shown something, just now.
func sitting(s *models.Session) models.Actor {
	who := person(s.LoginID)
	who.Proofs, who.ProvenAt = s.Proofs, s.ProvenAt
	return who
}

func (k *keeper) Start(_ context.Context, who models.Actor, e models.Entry, hash []byte) (models.Session, models.Actor, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop(who.SessionID)
	kept := &models.Session{ID: models.NewID(), LoginID: e.LoginID, LastSeenAt: noon, IP: who.IP, UserAgent: who.UserAgent}
	if kept.Proofs = e.Proofs; e.Shown {
		kept.ProvenAt = noon
	}
	k.byHash[string(hash)] = kept
	return *kept, sitting(kept), nil
}

func (k *keeper) Touch(_ context.Context, who models.Actor) error {
	return k.change(who, func(s *models.Session) { k.touched++; s.LastSeenAt = noon })
}

func (k *keeper) SetFlash(_ context.Context, who models.Actor, kind, text string) error {
	return k.change(who, func(s *models.Session) { s.FlashKind, s.FlashText = kind, text })
}

func (k *keeper) End(_ context.Context, who models.Actor) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop(who.SessionID)
	return nil
}

func (k *keeper) change(who models.Actor, do func(*models.Session)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range k.byHash {
		if s.ID == who.SessionID {
			do(s)
			return nil
		}
	}
	return errors.New("no such session")
}

func (k *keeper) drop(id models.ID) {
	for hash, s := range k.byHash {
		if s.ID == id {
			delete(k.byHash, hash)
		}
	}
}

// house is a server with its keeper and its log.
type house struct {
	*web.Server
	keeper *keeper
	log    *bytes.Buffer
}

const base = "https://console.example.org"

func open(t testing.TB, adjust ...func(*web.Config)) *house {
	t.Helper()
	h := &house{keeper: &keeper{byHash: map[string]*models.Session{}}, log: new(bytes.Buffer)}
	cfg := web.Config{
		BaseURL: base, Sessions: h.keeper, Prover: &prover{}, Now: func() time.Time { return noon },
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, a := range adjust {
		a(&cfg)
	}
	h.Server = web.New(cfg)
	h.Mount(routes())
	return h
}

func at(url string) func(*web.Config) { return func(c *web.Config) { c.BaseURL = url } }

func behind(proxies ...string) func(*web.Config) {
	return func(c *web.Config) {
		for _, p := range proxies {
			c.TrustedProxies = append(c.TrustedProxies, netip.MustParsePrefix(p))
		}
	}
}

// body is a page that shows text, escaped.
func body(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<h1>"+templ.EscapeString(text)+"</h1>")
		return err
	})
}

func routes() []web.Route {
	page := func(r *web.Request) (web.Reply, error) {
		return web.Page("Things", body("things of "+r.Who.Email)), nil
	}
	fails := func(err error) func(*web.Request) (web.Reply, error) {
		return func(*web.Request) (web.Reply, error) { return web.Page("never", body("never")), err }
	}
	return []web.Route{
		{Method: "GET", Path: "/closed", Do: page},
		{Method: "GET", Path: "/public", Access: web.Public, Do: page},
		{Method: "GET", Path: "/things", Access: web.SignedIn, Do: page},
		{Method: "GET", Path: "/things/:id", Access: web.SignedIn, Do: fails(models.Fail(models.NotFound, "No such thing."))},
		{Method: "GET", Path: "/admin", Access: web.Admin, Do: page},
		{Method: "GET", Path: "/link/:token", Access: web.Public, Link: true, Do: page},
		{Method: "GET", Path: "/echo/:text", Access: web.Public, Do: func(r *web.Request) (web.Reply, error) {
			return web.Page(r.Param("text"), body(r.Param("text"))), nil
		}},
		{Method: "GET", Path: "/gone", Access: web.Public, Do: fails(models.Fail(models.Expired, "Too late."))},
		{Method: "GET", Path: "/busy", Access: web.Public, Do: fails(&models.Error{Kind: models.RateLimited, Text: "Wait.", RetryAfter: 1500 * time.Millisecond})},
		{Method: "GET", Path: "/broken", Access: web.Public, Do: fails(errors.New("disk on fire"))},
		{Method: "GET", Path: "/fault", Access: web.Public, Do: fails(models.Fail(models.Internal, "disk on fire"))},
		{Method: "GET", Path: "/slow", Access: web.Public, Do: fails(context.DeadlineExceeded)},
		{Method: "GET", Path: "/nothing", Access: web.Public, Do: func(*web.Request) (web.Reply, error) { return web.Reply{}, nil }},
		{Method: "GET", Path: "/torn", Access: web.Public, Do: func(*web.Request) (web.Reply, error) {
			return web.Page("Torn", templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				_, _ = io.WriteString(w, "half a page")
				return errors.New("the ink ran out")
			})), nil
		}},
		{Method: "POST", Path: "/panic", Access: web.Public, Do: func(*web.Request) (web.Reply, error) { panic("at the disco") }},
		{Method: "POST", Path: "/things", Access: web.SignedIn, Do: post},
		{Method: "POST", Path: "/public", Access: web.Public, Do: func(r *web.Request) (web.Reply, error) {
			return web.Page("Posted", body(r.Value("name"))), nil
		}},
		{Method: "POST", Path: "/sign-in", Access: web.Public, Do: func(r *web.Request) (web.Reply, error) {
			err := r.SignIn(models.Entry{LoginID: int64(len(r.Value("who")))})
			return web.Redirect(r.Next()).Flash("Welcome."), err
		}},
		{Method: "POST", Path: "/sign-out", Access: web.SignedIn, Do: func(r *web.Request) (web.Reply, error) {
			err := r.SignOut()
			return web.Redirect("/sign-in"), err
		}},
		{Method: "POST", Path: "/grave", Access: web.SignedIn, Do: grave},
		{Method: "GET", Path: "/api/v1/broken", Access: web.Public, Do: fails(errors.New("disk on fire"))},
		{Method: "GET", Path: "/api/v1/wrong", Access: web.Public, Do: fails(models.Wrong("port", "Enter a port."))},
		{Method: "GET", Path: "/api/v1/mine", Access: web.Program, Do: page},
	}
}

func post(r *web.Request) (web.Reply, error) {
	switch r.Value("name") {
	case "":
		return web.Invalid("New thing", body("A name is needed.")), nil
	case "stale":
		return web.Stale("Edit thing", body("Changed meanwhile.")), nil
	case "taken":
		return web.Reply{}, models.Fail(models.Conflict, "That name is taken.")
	case "go":
		return web.Redirect("/things").Flash("Gone there."), nil
	case "quiet":
		return web.NoContent(), nil
	case "note":
		return web.Page("New thing", body("form")).Notice("Nothing changed."), nil
	}
	return web.Fragment(body("one line"), "/things").Flash("Kept."), nil
}

// visit is one request to a house.
type visit struct {
	method, path string
	form         string
	cookie       string
	head         []string
	from         string
}

func (h *house) visit(v visit) *httptest.ResponseRecorder {
	r := httptest.NewRequest(v.method, v.path, strings.NewReader(v.form))
	if v.form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	if v.from != "" {
		r.RemoteAddr = v.from
	}
	for i := 0; i < len(v.head); i += 2 {
		r.Header.Set(v.head[i], v.head[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// signIn reports the cookie of a new session of the login, its news read.
func (h *house) signIn(t *testing.T, login int) string {
	t.Helper()
	w := h.visit(visit{method: "POST", path: "/sign-in", form: "who=" + strings.Repeat("x", login)})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("signing in: %d\n%s", w.Code, w.Body)
	}
	cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	h.visit(visit{method: "GET", path: "/things", cookie: cookie})
	h.log.Reset()
	return cookie
}
