package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/web"
)

// prover takes one code, and pauses after two wrong ones.
type prover struct{ wrong atomic.Int64 }

const rightCode = "123456"

func (p *prover) Ways(_ context.Context, who models.Actor) (models.Ways, error) {
	if who.LoginID == 2 {
		return models.Ways{Code: true}, nil
	}
	return models.Ways{Provider: "Contoso"}, nil
}

func (p *prover) Prove(_ context.Context, _ models.Actor, given models.Given) (models.Proofs, error) {
	if p.wrong.Load() >= 2 {
		return "", &models.Error{Kind: models.RateLimited, Text: "Wait 15 minutes.", RetryAfter: 15 * time.Minute}
	}
	if given.Code == rightCode {
		return models.ByCode, nil
	}
	p.wrong.Add(1)
	return "", &models.Error{Kind: models.Unproven, Text: "No.", Fields: models.Fields{"code": "This code is not right."}}
}

// grave does what only who has just shown that it is them may do.
func grave(r *web.Request) (web.Reply, error) {
	if err := r.Who.MustProve(noon, models.ProvenFor); err != nil {
		return web.Reply{}, err
	}
	return web.Page("Done", body(strings.Join(r.Values("name"), "+")+" "+r.Value("secret")+" by "+string(r.Who.Proofs))), nil
}

const graveForm = "name=one&name=two&secret=marker-%3Csecret%3E"

func TestWhatIsGraveAsksWhoItIsAndCarriesTheForm(t *testing.T) {
	t.Parallel()
	h := open(t)
	cookie := h.signIn(t, 2)
	w := h.visit(visit{method: "POST", path: "/grave?x=1", form: graveForm, cookie: cookie})
	wantAsks(t, w, http.StatusUnauthorized)
	for _, part := range []string{"<html", `action="/grave?x=1"`, `name="confirm_code"`} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if w.Header().Get("WWW-Authenticate") == "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v", w.Header())
	}

	w = h.visit(visit{method: "POST", path: "/grave?x=1", form: graveForm + "&confirm_code=000000", cookie: cookie})
	wantAsks(t, w, http.StatusUnauthorized)
	if body := w.Body.String(); !strings.Contains(body, "This code is not right.") || strings.Contains(body, "000000") {
		t.Errorf("a wrong code:\n%s", body)
	}

	w = h.visit(visit{method: "POST", path: "/grave?x=1", form: graveForm + "&confirm_code=" + rightCode, cookie: cookie})
	if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, "one+two marker-&lt;secret&gt; by otp") {
		t.Errorf("the right code: %d\n%s", w.Code, body)
	}
	fresh, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	if fresh == "" || fresh == cookie {
		t.Errorf("the session goes on as %q", fresh)
	}
	if w := h.visit(visit{method: "GET", path: "/things", cookie: cookie}); w.Code != http.StatusSeeOther {
		t.Errorf("the token from before answers %d", w.Code)
	}
	if w := h.visit(visit{method: "POST", path: "/grave", form: "name=again", cookie: fresh}); w.Code != http.StatusOK {
		t.Errorf("asked again: %d", w.Code)
	}
	for _, secret := range []string{"marker", rightCode, "000000"} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

func wantAsks(t *testing.T, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	body := w.Body.String()
	if w.Code != status {
		t.Fatalf("got %d, want %d\n%s", w.Code, status, body)
	}
	for _, part := range []string{"Confirm that it is you", `name="name" value="one"`, `name="name" value="two"`, `name="secret" value="marker-&lt;secret&gt;"`} {
		if !strings.Contains(body, part) {
			t.Errorf("the page lacks %s\n%s", part, body)
		}
	}
	if strings.Count(body, "confirm_code") != 1 {
		t.Errorf("the code is carried along\n%s", body)
	}
}

func TestTooManyWrongProofsKeepWhatWasSent(t *testing.T) {
	t.Parallel()
	h := open(t)
	cookie := h.signIn(t, 2)
	wrong := visit{method: "POST", path: "/grave", form: graveForm + "&confirm_code=000000", cookie: cookie}
	h.visit(wrong)
	h.visit(wrong)
	w := h.visit(wrong)
	wantAsks(t, w, http.StatusTooManyRequests)
	if !strings.Contains(w.Body.String(), "Wait 15 minutes.") || w.Header().Get("Retry-After") != "900" || w.Header().Get("WWW-Authenticate") != "" {
		t.Errorf("%v\n%s", w.Header(), w.Body)
	}
}

func TestHtmxPutsTheQuestionWhereThePageIs(t *testing.T) {
	t.Parallel()
	h := open(t)
	w := h.visit(visit{method: "POST", path: "/grave", form: graveForm, cookie: h.signIn(t, 2), head: []string{"HX-Request", "true"}})
	wantAsks(t, w, http.StatusUnauthorized)
	if strings.Contains(w.Body.String(), "<html") || w.Header().Get("HX-Retarget") != "#main" || w.Header().Get("HX-Reswap") != "innerHTML" || w.Header().Get("HX-Redirect") != "" {
		t.Errorf("%v\n%s", w.Header(), w.Body)
	}
}

func TestAProviderConfirmsWhoHasNeitherCodeNorPassword(t *testing.T) {
	t.Parallel()
	h := open(t)
	w := h.visit(visit{method: "POST", path: "/grave", form: graveForm, cookie: h.signIn(t, member), head: []string{"Referer", base + "/things?page=2"}})
	body := w.Body.String()
	if w.Code != http.StatusUnauthorized || !strings.Contains(body, "Confirm with Contoso") || !strings.Contains(body, `value="/things?page=2"`) || strings.Contains(body, "confirm_") || strings.Contains(body, "marker") {
		t.Errorf("%d\n%s", w.Code, body)
	}
}

// A proof that nobody asked for is judged all the same, and a visitor who is
// signed out has nothing to prove.
func TestAProofMayComeWithAnyForm(t *testing.T) {
	t.Parallel()
	h := open(t)
	w := h.visit(visit{method: "POST", path: "/things", form: "name=x&confirm_code=000000", cookie: h.signIn(t, 2)})
	if w.Code != http.StatusUnauthorized {
		t.Errorf("a wrong one: %d", w.Code)
	}
	if w := h.visit(visit{method: "POST", path: "/public", form: "name=x&confirm_code=000000"}); w.Code != http.StatusOK {
		t.Errorf("signed out: %d", w.Code)
	}
	if w := h.visit(visit{method: "POST", path: "/grave", form: graveForm}); w.Code != http.StatusSeeOther {
		t.Errorf("signed out, and grave: %d", w.Code)
	}
}
