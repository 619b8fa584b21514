// Package web is everything between the socket and a handler: routes, sessions,
// rendering, errors, log and metrics. A handler returns a Reply or an error;
// only this package writes, so what a browser, htmx or a program gets for
// either is decided once, here.
//
// It refuses to know what the pages are about: no credential, no project, no
// permission inside one. Who may come to a route at all is the route's Access;
// what they may do there is asked at the domain's doors.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"holdfast/static"
)

const (
	// bodyLimit is the most that a request may carry.
	bodyLimit = 1 << 20
	// answerWithin bounds the work on one request.
	answerWithin = 30 * time.Second
	// graceful is how long running requests may take to finish at the end.
	graceful = 10 * time.Second
)

// Config is what a Server is told from outside.
type Config struct {
	// BaseURL is what links begin with, such as "https://console.example.org".
	// Requests from its origin are trusted, and unless it is plain HTTP on
	// loopback, cookies are Secure. The Host header is never believed.
	BaseURL string
	// TrustedProxies are the peers whose X-Forwarded-For and X-Request-Id count.
	TrustedProxies []netip.Prefix
	Log            *slog.Logger
	Now            func() time.Time
	Sessions       SessionKeeper
	Tokens         TokenKeeper
	Prover         Prover
	// Ready says why the program can't serve yet, or nil. Optional.
	Ready func(context.Context) error
	// Metrics counts the requests. Optional.
	Metrics *Metrics
}

// Server serves the console.
type Server struct {
	echo    *echo.Echo
	log     *slog.Logger
	now     func() time.Time
	ready   func(context.Context) error
	metrics *Metrics
	store   *store
	tokens  TokenKeeper
	prover  Prover
	proxies []netip.Prefix
	guard   *http.CrossOriginProtection
	fixed   []header
	routes  []Route
	links   map[string]bool // by pattern: is it the page of a one-time link
	buffers sync.Pool
}

// New makes a Server without routes; Mount adds them. It panics when BaseURL
// is no URL, which the settings have refused long before.
func New(cfg Config) *Server {
	origin, secure := originOf(cfg.BaseURL)
	s := &Server{
		echo: echo.New(), log: cfg.Log, now: cfg.Now, ready: cfg.Ready, metrics: cfg.Metrics,
		store: newStore(cfg.Sessions, secure), tokens: cfg.Tokens, prover: cfg.Prover, proxies: cfg.TrustedProxies,
		guard: http.NewCrossOriginProtection(), fixed: fixedHeaders(isHTTPS(origin)),
		links: map[string]bool{},
	}
	if err := s.guard.AddTrustedOrigin(origin); err != nil {
		panic(err)
	}
	s.echo.HTTPErrorHandler = s.fail
	s.echo.IPExtractor = extractIP(cfg.TrustedProxies)
	s.echo.Use(s.observe, s.recovered, s.harden, s.limitBody, s.sameOrigin, s.deadline)
	s.plain(health, alive)
	s.plain(readiness, s.readiness)
	s.plain("/static/*", echo.WrapHandler(static.Handler()))
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Serve answers on ln until ctx ends, then takes no more requests and lets the
// running ones finish, ten seconds at most.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	return Serve(ctx, ln, s, s.log)
}

// Serve answers on ln with h as Server.Serve does; the metrics use it too.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, log *slog.Logger) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * answerWithin,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	finished := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(finished)
		finish(context.WithoutCancel(ctx), srv, log)
	})
	err := srv.Serve(ln)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(err, srv.Close()) // the listener broke; nobody asked to stop
	}
	<-finished
	return nil
}

func finish(ctx context.Context, srv *http.Server, log *slog.Logger) {
	grace, cancel := context.WithTimeout(ctx, graceful)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		log.Warn("requests were cut off at the end", "err", err)
		_ = srv.Close()
	}
}

// originOf reads the origin as browsers spell it, and whether cookies must be Secure.
func originOf(base string) (origin string, secure bool) {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		panic("web: the base URL is not a URL: " + base)
	}
	host := u.Host
	if port := u.Port(); (u.Scheme == "https" && port == "443") || (u.Scheme == "http" && port == "80") {
		host = u.Host[:len(u.Host)-len(port)-1]
	}
	return u.Scheme + "://" + host, u.Scheme != "http" || !isLoopback(u.Hostname())
}

func isHTTPS(origin string) bool { return len(origin) > 8 && origin[:8] == "https://" }

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
