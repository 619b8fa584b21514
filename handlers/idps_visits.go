package handlers

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"

	"holdfast/models"
	ops "holdfast/models/providers"
	view "holdfast/views/idps"
	door "holdfast/views/session"
	"holdfast/views/to"
	"holdfast/web"
)

// waysIn are the providers that the sign-in page offers. That they can't be read
// is no reason to show no page.
func waysIn(r *web.Request, from ops.Ops) (ways []door.Way, err error) {
	list, err := from.Enabled(r.Ctx())
	for _, p := range list {
		ways = append(ways, door.Way{ID: p.ID, Name: p.Name})
	}
	return ways, err
}

func (h idps) leave(r *web.Request) (web.Reply, error) {
	return h.depart(r, ops.Leave{Provider: r.ID("id"), Purpose: models.ToSignIn})
}

func (h idps) confirm(r *web.Request) (web.Reply, error) {
	id, err := h.ops.Own(r.Ctx(), r.Who)
	if err != nil {
		return web.Reply{}, err
	}
	return h.depart(r, ops.Leave{Provider: id, Purpose: models.ToConfirm})
}

func (h idps) test(r *web.Request) (web.Reply, error) {
	reply, err := h.depart(r, ops.Leave{Provider: r.ID("id"), Purpose: models.ToTest})
	if models.KindOf(err) == models.Unavailable {
		return h.check(r) // which says why
	}
	return reply, err
}

// depart sends the browser to the provider, with the secret of the visit in a cookie.
func (h idps) depart(r *web.Request, l ops.Leave) (web.Reply, error) {
	l.Next, l.Redirect = r.Next(), h.baseURL+to.SignInBack(l.Provider)
	way, err := h.ops.Begin(r.Ctx(), r.Who, l)
	if err != nil && l.Purpose != models.ToTest {
		return turned(r, ops.Arrival{Purpose: l.Purpose, Provider: way.Provider, Next: l.Next}, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	r.Keep(way.Cookie, way.Secret, int(models.VisitLife.Seconds()))
	page := door.LeavingPage(door.Leaving{Name: way.Provider.Name, URL: way.URL})
	return web.Leave("Taking you to "+way.Provider.Name, page, way.URL), nil
}

// back is where a provider sends the browser. It is the one address that changes
// something when it is only opened; what makes that safe is the cookie.
func (h idps) back(r *web.Request) (web.Reply, error) {
	if r.Request().Method == http.MethodHead {
		return web.NoContent(), nil
	}
	cookie := ops.CookieOf(r.Query("state"))
	b := ops.Back{
		Provider: r.ID("id"), State: r.Query("state"), Code: r.Query("code"), Issuer: r.Query("iss"), Error: r.Query("error"),
		Secret: r.Kept(cookie), Redirect: h.baseURL + to.SignInBack(r.ID("id")),
	}
	a, err := h.ops.Finish(r.Ctx(), r.Who, b)
	if b.Secret != "" {
		r.Forget(cookie)
	}
	switch {
	case err != nil || a.Cancelled || a.Refused:
		return turned(r, a, err)
	case a.Purpose == models.ToTest:
		return web.Page("What "+a.Provider.Name+" says", view.TestPage(testView(a))), nil
	case a.Purpose == models.ToConfirm:
		return web.Redirect(a.Next).Flash("Confirmed. Please do once more what you were about to do."), r.Renew(a.Proofs)
	}
	return cameBy(r, a)
}

// cameBy begins the session and leads on to where the person wanted to go when
// they left.
func cameBy(r *web.Request, a ops.Arrival) (web.Reply, error) {
	if err := r.SignIn(a.Entry); err != nil {
		return web.Reply{}, err
	}
	if r.Half.SignedIn() {
		return web.Redirect(to.SignInStage(string(r.Half.Stage), a.Next)), nil
	}
	return web.Redirect(a.Next), nil
}

// turned is the page for who comes back in vain: why, and how to start again.
// Faults of ours are not dressed up.
func turned(r *web.Request, a ops.Arrival, err error) (web.Reply, error) {
	kind := models.KindOf(err)
	status := map[models.ErrorKind]int{
		models.Expired: http.StatusGone, models.Forbidden: http.StatusForbidden,
		models.NotFound: http.StatusNotFound, models.Unavailable: http.StatusServiceUnavailable,
	}[kind]
	if err != nil && status == 0 {
		return web.Reply{}, err
	}
	v := turnedView(r, a, err)
	if err == nil {
		status = http.StatusOK
	}
	if a.Refused {
		status = http.StatusForbidden
	}
	return web.Page(v.Title, door.TurnedPage(v)).Status(status).Because(err), nil
}

func turnedView(r *web.Request, a ops.Arrival, err error) door.Turned {
	name := a.Provider.Name
	v := door.Turned{Title: "Nobody was signed in", Name: name, Next: a.Next, BackURL: to.SignInThen(a.Next), BackLabel: "Go to sign-in"}
	switch {
	case a.Refused:
		v.Title = "You have no login here"
		v.Text = name + " knows you, but Holdfast has no login for you. Ask an administrator for one; they see that you tried."
	case a.Cancelled:
		v.Title = "You did not sign in"
		v.Text = "You came back from " + name + " without signing in there. Nothing has happened."
	default:
		v.Text = spoken(err)
	}
	if a.Purpose == models.ToSignIn && !a.Refused {
		v.Again = a.Provider.ID
	}
	if r.Who.SignedIn() {
		v.BackURL, v.BackLabel = to.Home, "Back to your credentials"
	}
	switch {
	case a.Purpose == models.ToTest:
		v.Title, v.BackURL, v.BackLabel = "The try did not work", to.IDP(a.Provider.ID), "Back to "+name
	case a.Purpose == models.ToConfirm:
		v.Title = "Nothing was confirmed"
	}
	return v
}

// spoken is what an error may say to a person.
func spoken(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Text
	}
	return ""
}

func testView(a ops.Arrival) view.Test {
	p := a.Provider
	v := view.Test{
		ID: p.ID, Name: p.Name, Claim: p.LoginClaim, Login: a.Login, Verified: a.Verified,
		Factor: a.Factor, Values: p.FactorValues != "", Binds: p.MayBind(a.Verified) == "",
	}
	for _, name := range slices.Sorted(maps.Keys(a.Claims)) {
		text, _ := json.Marshal(a.Claims[name]) // it came as JSON
		v.Claims = append(v.Claims, view.Claim{Name: cut(name), Value: cut(string(text))})
	}
	return v
}

// cut is as much of a claim as a page shows.
func cut(text string) string {
	const most = 500
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
