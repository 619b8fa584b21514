package web_test

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/web"
)

// oneToken is a keeper that knows one token.
type oneToken string

func (k oneToken) Bearer(_ context.Context, who models.Actor, hash []byte) (models.Actor, error) {
	if sha256.Sum256([]byte(k)) != [32]byte(hash) {
		return models.Actor{}, models.Fail(models.SignedOut, "This API token does not work.")
	}
	who.UserID = 7
	return who, nil
}

// echoed answers with what was sent.
func echoed(r *web.Request) (web.Reply, error) {
	body, err := r.JSON(16)
	return web.JSON(map[string]string{"sent": string(body)}).Header("ETag", `"3"`), err
}

func TestAProgramSendsAndGetsJSON(t *testing.T) {
	t.Parallel()
	h := open(t, func(c *web.Config) { c.Tokens = oneToken("right") })
	h.Mount([]web.Route{{Method: http.MethodPut, Path: "/api/echo", Access: web.Program, Do: echoed}})
	for _, row := range []struct {
		name, token, kind, body string
		status                  int
		has                     string
	}{
		{"as it should be", "right", "application/json; charset=utf-8", `[1]`, 200, `{"sent":"[1]"}`},
		{"as long as it may be", "right", "application/json", strings.Repeat("x", 16), 200, "xxxxxxxxxxxxxxxx"},
		{"a little longer", "right", "application/json", strings.Repeat("x", 17), 413, `"code":"limit_exceeded"`},
		{"far too long", "right", "application/json", strings.Repeat("x", 2<<20), 413, `"code":"too_large"`},
		{"a form", "right", "application/x-www-form-urlencoded", `a=1`, 415, `"code":"unsupported_media_type"`},
		{"no type", "right", "", `[1]`, 415, `"code":"unsupported_media_type"`},
		{"no UTF-8", "right", "application/json", "\xff", 400, `"code":"bad_request"`},
		{"another token", "wrong", "application/json", `[1]`, 401, `"code":"signed_out"`},
		{"no token", "", "application/json", `[1]`, 401, `"code":"signed_out"`},
	} {
		r := httptest.NewRequest(http.MethodPut, "/api/echo", strings.NewReader(row.body))
		r.Header.Set("Content-Type", row.kind)
		if row.token != "" {
			r.Header.Set("Authorization", "Bearer "+row.token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != row.status || !strings.Contains(w.Body.String(), row.has) {
			t.Errorf("%s: %d %s", row.name, w.Code, w.Body)
		}
		kind := "application/problem+json"
		if row.status == 200 {
			kind = "application/json"
		}
		if got := w.Header(); got.Get("Content-Type") != kind || (got.Get("ETag") == `"3"`) != (row.status == 200) || got.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}
