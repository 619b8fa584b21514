package web

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"holdfast/models"
)

// Access says who may come to a route at all. What they may do there is asked
// at the domain's doors. The zero Access lets nobody in.
type Access uint8

const (
	closed   Access = iota // forgotten: refused
	Public                 // anyone
	Halfway                // who has come in half, see models.Stage
	SignedIn               // a known person
	Admin                  // an administrator of the console
	Program                // a program with an API token; under /api/ only
)

// Route is one line of the console's plan. A GET also answers HEAD.
type Route struct {
	Method, Path string // the path as echo spells it: /credentials/:id
	Access       Access
	// Link marks the page of an emailed or one-time link: its address is a
	// secret, so it sends no referrer. (Addresses are never logged, of any page.)
	Link bool
	Do   func(*Request) (Reply, error)
}

// pageAbove is the nearest address above path that a browser can open.
func (s *Server) pageAbove(at string) string {
	for above := path.Dir(at); above != "/"; above = path.Dir(above) {
		if slices.ContainsFunc(s.routes, func(rt Route) bool { return rt.Method == http.MethodGet && rt.matches(above) }) {
			return above
		}
	}
	return "/"
}

// matches reports whether the route's pattern fits a path.
func (rt Route) matches(at string) bool {
	want, have := strings.Split(rt.Path, "/"), strings.Split(at, "/")
	if len(want) != len(have) {
		return false
	}
	for i, part := range want {
		if part != have[i] && !strings.HasPrefix(part, ":") {
			return false
		}
	}
	return true
}

// unmatched stands in the log and the metrics for an address without a route.
const unmatched = "unmatched"

// Mount is the only place that adds a route to echo. It panics when a route
// stands there twice, since echo would silently forget the first.
func (s *Server) Mount(routes []Route) {
	for _, rt := range routes {
		for _, known := range s.routes {
			if known.Method == rt.Method && known.Path == rt.Path {
				panic("web: mounted twice: " + rt.Method + " " + rt.Path)
			}
		}
		s.routes = append(s.routes, rt)
		s.links[rt.Path] = s.links[rt.Path] || rt.Link
		s.echo.Add(rt.Method, rt.Path, s.bridge(rt))
		if rt.Method == http.MethodGet {
			s.echo.Add(http.MethodHead, rt.Path, s.bridge(rt))
		}
	}
}

// Routes lists what was mounted, so that tests can try every one.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }

// plain adds a route that answers for itself and knows no person.
func (s *Server) plain(path string, h echo.HandlerFunc) {
	s.links[path] = false
	s.echo.GET(path, h)
	s.echo.HEAD(path, h)
}

// bridge is what echo calls: it lets the right people in, reads the form, and
// sends what the handler returns.
func (s *Server) bridge(rt Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := s.request(c)
		if err := r.admit(rt.Access); err != nil {
			return err
		}
		if err := r.readForm(); err != nil {
			return err
		}
		if err := r.prove(); err != nil {
			return err
		}
		reply, err := rt.Do(r)
		if err != nil {
			return err
		}
		return s.write(r, reply)
	}
}

// admit is the one place that asks a route's Access. A program's calls carry a
// token of their own, so no cookie counts there.
func (r *Request) admit(a Access) error {
	if r.api() {
		return r.admitProgram(a)
	}
	if err := r.identify(); err != nil {
		return err
	}
	switch {
	case a == Public:
		return nil
	case a == Halfway && r.Half.SignedIn():
		return nil
	case a != SignedIn && a != Admin && a != Halfway:
		return models.Fail(models.Forbidden, "This page is closed.")
	case a == Halfway && r.Who.SignedIn():
		return models.Fail(models.NotFound, "You are signed in already.")
	case !r.Who.SignedIn():
		return models.Fail(models.SignedOut, "Please sign in to go on.")
	case a == Admin && !r.Who.Admin():
		return models.Fail(models.Forbidden, "Only administrators of this console can open this page.")
	}
	return nil
}

// api reports whether a program asks, which reads JSON and no pages.
func (r *Request) api() bool { return strings.HasPrefix(r.Request().URL.Path, "/api/") }
