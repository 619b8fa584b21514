package handlers_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"holdfast/handlers"
	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/web"
)

// bearers are API tokens: the token is the e-mail address of whom it acts for.
type bearers map[[32]byte]models.Actor

func (b bearers) Bearer(_ context.Context, from models.Actor, hash []byte) (models.Actor, error) {
	who, known := b[[32]byte(hash)]
	if !known {
		return who, models.Fail(models.SignedOut, "This API token does not work.")
	}
	who.IP, who.UserAgent, who.RequestID = from.IP, from.UserAgent, from.RequestID
	return who, nil
}

// programs is the console as programs see it.
type programs struct {
	*modelstest.House
	server *web.Server
	tokens bearers
}

func (c *console) programs(t *testing.T, people ...models.Actor) programs {
	t.Helper()
	p := programs{c.House, nil, bearers{}}
	for _, who := range people {
		who.LoginID, who.SessionID, who.TokenID = 0, models.ID{}, models.NewID()
		p.tokens[sha256.Sum256([]byte(who.Email))] = who
	}
	p.server = web.New(web.Config{
		BaseURL: base, Sessions: c.People, Tokens: p.tokens, Prover: c.Factors, Now: c.Clock.Now,
		Log: slog.New(slog.NewTextHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	p.server.Mount(handlers.Routes(c.App, handlers.Config{BaseURL: base}))
	return p
}

// call is one call of who's program.
func (p programs) call(who models.Actor, method, path, body string, head ...string) answer {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+who.Email)
	if method == http.MethodPut {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, r)
	return answer{w.Code, w.Result().Header, w.Body.String()}
}

// problem is an answer's code, and the places and codes of its faults.
func (a answer) problem(t *testing.T) string {
	t.Helper()
	var p struct {
		Code   string
		Status int
		Errors []models.Fault
	}
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
		t.Fatalf("%d is a %s: %s", a.status, kind, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != a.status {
		t.Fatalf("%v: %s", err, a.body)
	}
	text := p.Code
	for _, f := range p.Errors {
		text += " " + f.Pointer + ":" + f.Code
	}
	return text
}
