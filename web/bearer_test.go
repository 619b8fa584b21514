package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/web"
)

// oneToken knows every token as an administrator's.
type oneToken struct{}

func (oneToken) Bearer(context.Context, models.Actor, []byte) (models.Actor, error) {
	return models.Actor{UserID: 20, Email: "grace@example.org", Rank: models.Administrator, TokenID: models.NewID()}, nil
}

// A program is let in under /api/ alone, and there at the routes for programs
// alone: an act that asks a person to show who they are never meets one.
func TestAProgramComesInUnderTheAPIAlone(t *testing.T) {
	t.Parallel()
	programs := 0
	s := web.New(web.Config{
		BaseURL: "http://127.0.0.1:8080", Sessions: &keeper{}, Tokens: oneToken{},
		Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	})
	do := func(r *web.Request) (web.Reply, error) {
		if r.Who.Program() {
			programs++
		}
		return web.NoContent(), nil
	}
	var routes []web.Route
	for _, path := range []string{"/api/v1/x/", "/x/", "/x/api/"} {
		for name, access := range map[string]web.Access{"public": web.Public, "half": web.Halfway, "in": web.SignedIn, "admin": web.Admin, "program": web.Program} {
			routes = append(routes, web.Route{Method: http.MethodGet, Path: path + name, Access: access, Do: do})
		}
	}
	s.Mount(routes)
	for _, rt := range routes {
		programs = 0
		for _, path := range []string{rt.Path, "/api/.." + rt.Path, "//api" + rt.Path, "/%61pi" + rt.Path} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Authorization", "Bearer hf_x")
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
		if want := map[bool]int{true: 1}[rt.Path == "/api/v1/x/program"]; programs != want {
			t.Errorf("%s: a program came in %d times, want %d", rt.Path, programs, want)
		}
	}
}
