package web_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"holdfast/models"
	"holdfast/web"
)

// read lets look see one request from within a handler.
func read(t *testing.T, v visit, look func(*web.Request)) {
	t.Helper()
	h, seen := open(t), false
	do := func(r *web.Request) (web.Reply, error) {
		seen = true
		look(r)
		return web.NoContent(), nil
	}
	h.Mount([]web.Route{
		{Method: "GET", Path: "/read/:id", Access: web.Public, Do: do},
		{Method: "POST", Path: "/read/:id", Access: web.Public, Do: do},
	})
	if h.visit(v); !seen {
		t.Fatalf("%s never arrived:\n%s", v.path, h.log)
	}
}

func TestAMalformedIDIsTheIDOfNothing(t *testing.T) {
	t.Parallel()
	id := models.NewID()
	for _, tc := range []struct {
		path   string
		number int64
		uuid   models.ID
	}{
		{"/read/12", 12, uuid.Nil},
		{"/read/-1", 0, uuid.Nil},
		{"/read/12x", 0, uuid.Nil},
		{"/read/99999999999999999999", 0, uuid.Nil},
		{"/read/" + id.String(), 0, id},
		{"/read/urn:uuid:" + id.String(), 0, uuid.Nil},
		{"/read/%00", 0, uuid.Nil},
	} {
		read(t, visit{method: "GET", path: tc.path}, func(r *web.Request) {
			if r.ID("id") != tc.number || r.UUID("id") != tc.uuid {
				t.Errorf("%s: got %d, %s", tc.path, r.ID("id"), r.UUID("id"))
			}
		})
	}
}

func TestAFormIsWhatWasPosted(t *testing.T) {
	t.Parallel()
	v := visit{method: "POST", path: "/read/1?name=query&q=%00a", form: "name=+form+&p=1&p=2&on=on&yes=true&off=false&none="}
	read(t, v, func(r *web.Request) {
		got := fmt.Sprintf("%q %q %q %v %v %v %v %v", r.Value("name"), r.Query("name"), r.Query("q"), r.Values("p"),
			r.Checked("on"), r.Checked("yes"), r.Checked("off"), r.Checked("none"))
		if want := `" form " "query" "a" [1 2] true true false false`; got != want || len(r.Form()) != 6 {
			t.Errorf("got %s, want %s; %d fields", got, want, len(r.Form()))
		}
	})
}

func TestTheWorkOnARequestIsBounded(t *testing.T) {
	t.Parallel()
	read(t, visit{method: "GET", path: "/read/1"}, func(r *web.Request) {
		if end, bounded := r.Ctx().Deadline(); !bounded || time.Until(end) > 30*time.Second {
			t.Errorf("ends %v, %v", end, bounded)
		}
		if !r.Now().Equal(noon) {
			t.Errorf("another clock: %v", r.Now())
		}
	})
}

func TestTheActorTellsWhereFromAndForWhichRequest(t *testing.T) {
	t.Parallel()
	read(t, visit{method: "GET", path: "/read/1", head: []string{"User-Agent", "Browser/1"}}, func(r *web.Request) {
		if r.Who.SignedIn() || r.Who.IP != "192.0.2.1" || r.Who.UserAgent != "Browser/1" || r.Who.RequestID == "" {
			t.Errorf("got %+v", r.Who)
		}
	})
}

func BenchmarkAPage(b *testing.B) {
	h := open(b)
	v := visit{method: "GET", path: "/public"}
	b.ReportAllocs()
	for b.Loop() {
		h.visit(v)
		h.log.Reset()
	}
}
