package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"holdfast/models"
	entered "holdfast/models/credentials"
	ops "holdfast/models/oauth"
	view "holdfast/views/connect"
	"holdfast/views/to"
	"holdfast/web"
)

// connects lead people to providers and back, and show what came of it.
type connects struct {
	ops         ops.Ops
	credentials entered.Ops
	baseURL     string
}

// redirect is where a provider sends the browser back to.
func (h connects) redirect() string { return h.baseURL + to.OAuthCallback }

// new is the form for a new credential.
func (h connects) new(r *web.Request) (web.Reply, error) {
	v, err := h.form(r, models.ID{}, models.ParseID(r.Query("client")))
	return web.Page("New credential", view.FormPage(v)), err
}

// edit is the form for one that is there.
func (h connects) edit(r *web.Request) (web.Reply, error) {
	v, err := h.form(r, r.UUID("id"), models.ParseID(r.Query("client")))
	return web.Page(v.Title(), view.FormPage(v)), err
}

// create connects an account to a new credential.
func (h connects) create(r *web.Request) (web.Reply, error) { return h.leave(r, wish(r)) }

// connect connects an account to one that is there.
func (h connects) connect(r *web.Request) (web.Reply, error) {
	w := wish(r)
	w.Credential, w.Name, w.Projects = r.UUID("id"), "", nil
	return h.leave(r, w)
}

// wish is what the form says.
func wish(r *web.Request) ops.Wish {
	w := ops.Wish{Client: models.ParseID(r.Value("client"))}
	w.Name, w.Switch = r.Value("name"), r.Checked("switch")
	w.Scopes = slices.Concat(r.Values("scope"), strings.Fields(r.Value("more_scopes")))
	for _, id := range r.Values("project") {
		w.Projects = append(w.Projects, models.ParseID(id))
	}
	return w
}

// leave sends the person to the provider, or has them fill in the form again.
func (h connects) leave(r *web.Request, w ops.Wish) (web.Reply, error) {
	w.Redirect = h.redirect()
	way, err := h.ops.Begin(r.Ctx(), r.Who, w)
	if wrong := models.WrongFields(err); wrong != nil {
		return h.refill(r, w, wrong)
	}
	return away(way), err
}

func (h connects) refill(r *web.Request, w ops.Wish, wrong models.Fields) (web.Reply, error) {
	v, err := h.form(r, w.Credential, w.Client)
	title := v.Title()
	if w.Credential == (models.ID{}) {
		title = "New credential"
	}
	return web.Invalid(title, view.FormPage(filled(v, w.ConnectWish, wrong))), err
}

// hostOf is where an address leads, for people.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func away(way ops.Way) web.Reply {
	return web.Leave("Taking you to "+way.Provider, view.LeavingPage(view.Leaving{Provider: way.Provider, At: hostOf(way.URL), URL: way.URL}), way.URL)
}

// back is where a provider sends the browser. It changes something though it is
// only opened; what makes that safe is that the state is good once, for the
// session that left. The code leaves the address at once. Who was signed out
// meanwhile is not asked to sign in: that would be another session.
func (h connects) back(r *web.Request) (web.Reply, error) {
	if r.Request().Method == http.MethodHead {
		return web.NoContent(), nil
	}
	if !r.Who.SignedIn() {
		return web.Redirect(to.ConnectOver(signedOut)), nil
	}
	b := ops.Back{
		State: r.Query("state"), Code: r.Query("code"), Issuer: r.Query("iss"), Error: r.Query("error"),
		Params: map[string]string{}, Redirect: h.redirect(),
	}
	for name := range r.Request().URL.Query() {
		b.Params[name] = r.Query(name)
	}
	id, err := h.ops.Finish(r.Ctx(), r.Who, b)
	if models.KindOf(err) == models.Expired && err != nil {
		return web.Redirect(to.ConnectOver("")), nil
	}
	return web.Redirect(to.Connected(id.String())), err
}

// signedOut says why a way back is over.
const signedOut = "signed-out"

// over is seen by who comes back too late, twice, or in another browser.
func (h connects) over(r *web.Request) (web.Reply, error) {
	return web.Page("This way back is over", view.OverPage(r.Query("why") == signedOut)).Status(http.StatusGone), nil
}
