package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"holdfast/models"
	"holdfast/views/layout"
)

// Prover judges who shows again that it is them (sudo).
type Prover interface {
	// Ways are the ways in which the person can show that it is them.
	Ways(ctx context.Context, who models.Actor) (models.Ways, error)
	// Prove reports what was shown. What does not prove it is models.Unproven,
	// with what is wrong by the names of the fields "code" and "password"; too
	// many wrong tries are models.RateLimited.
	Prove(ctx context.Context, who models.Actor, given models.Given) (models.Proofs, error)
}

// The fields by which somebody confirms that it is them. They may come with any
// form: the page that asks for them carries along what was sent before.
const (
	confirmPrefix   = "confirm_"
	confirmCode     = confirmPrefix + "code"
	confirmPassword = confirmPrefix + "password"
)

// prove takes what a form says of who sends it, and renews the session when it
// is right. Then the form goes its way as if nothing had been asked.
func (r *Request) prove() error {
	given := models.Given{Code: r.Value(confirmCode), Password: r.Value(confirmPassword)}
	if given == (models.Given{}) || !r.Who.SignedIn() || r.api() {
		return nil
	}
	shown, err := r.server.prover.Prove(r.Ctx(), r.Who, given)
	if err != nil {
		r.proving = models.KindOf(err) == models.RateLimited
		return err
	}
	return r.Renew(shown)
}

// askProof answers with the page that asks who it is. What was sent stands in
// the page and goes with the answer; the server keeps nothing of it. So it is
// after too many wrong tries: what was sent waits in the page till they are over.
func (s *Server) askProof(r *Request, p problem) error {
	ways, err := s.prover.Ways(r.Ctx(), r.Who)
	if err != nil {
		return err
	}
	page := layout.ConfirmPage{
		Action: r.Request().URL.RequestURI(), Code: ways.Code, Password: ways.Password, Provider: ways.Provider, Next: r.wanted(),
		CodeError: p.fields["code"], PasswordError: p.fields["password"],
	}
	if !p.asks {
		page.Wait = p.text
	}
	for _, name := range slices.Sorted(maps.Keys(r.form)) {
		if !strings.HasPrefix(name, confirmPrefix) {
			for _, value := range r.form[name] {
				page.Fields = append(page.Fields, layout.Hidden{Name: name, Value: value})
			}
		}
	}
	h := r.Response().Header()
	if partial(r.Request()) {
		h.Set("HX-Retarget", "#main")
		h.Set("HX-Reswap", "innerHTML")
		h.Set("HX-Reselect", "unset")
		h.Set("HX-Push-Url", "false")
		r.vary()
		return s.html(r, p.status, layout.Title(p.title), layout.Confirm(page))
	}
	if p.status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, `Session realm="holdfast"`)
	}
	return s.write(r, Page(p.title, layout.Confirm(page)).Status(p.status))
}
