package web_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/web"
)

// A page that says that something is not possible now leads to what it is
// about: to the nearest address above that a browser can open.
func TestAConflictLeadsToTheNearestPageAbove(t *testing.T) {
	t.Parallel()
	h := open(t)
	no := func(*web.Request) (web.Reply, error) { return web.Reply{}, models.Fail(models.Conflict, "Not now.") }
	page := func(*web.Request) (web.Reply, error) { return web.Page("Box", body("box")), nil }
	h.Mount([]web.Route{
		{Method: "GET", Path: "/things/boxes", Access: web.SignedIn, Do: page},
		{Method: "GET", Path: "/things/boxes/:id/inside", Access: web.SignedIn, Do: page},
		{Method: "POST", Path: "/things/boxes/:id", Access: web.SignedIn, Do: no},
		{Method: "POST", Path: "/things/boxes/:id/lid", Access: web.SignedIn, Do: no},
		{Method: "POST", Path: "/things/boxes/:id/lid/shut", Access: web.SignedIn, Do: no},
		{Method: "POST", Path: "/things/boxes/:id/inside/out", Access: web.SignedIn, Do: no},
		{Method: "POST", Path: "/lone/:id/shut", Access: web.SignedIn, Do: no},
	})
	cookie := h.signIn(t, member)
	for path, want := range map[string]string{
		"/things/boxes/7":            `href="/things/boxes"`,
		"/things/boxes/7/lid":        `href="/things/boxes"`, // a box has no page
		"/things/boxes/7/lid/shut":   `href="/things/boxes"`, // nor has its lid, though one can post to both
		"/things/boxes/7/inside/out": `href="/things/boxes/7/inside"`,
		"/lone/7/shut":               "Back to your credentials", // there is none
	} {
		w := h.visit(visit{method: "POST", path: path, form: "x=", cookie: cookie})
		if w.Code != 409 || !strings.Contains(w.Body.String(), want) || strings.Contains(w.Body.String(), "Go to its page") != strings.HasPrefix(want, "href") {
			t.Errorf("%s: %d, wants %s:\n%s", path, w.Code, want, w.Body)
		}
	}
}
