package handlers

import (
	"holdfast/models"
	ops "holdfast/models/factors"
	view "holdfast/views/factors"
	"holdfast/views/to"
	"holdfast/web"
)

// entering leads those who have come in half the rest of the way.
type entering struct{ ops ops.Ops }

func (h entering) factorForm(r *web.Request) (web.Reply, error) {
	if r.Half.Stage != models.NeedsFactor {
		return onwards(r), nil
	}
	return web.Page("Enter your code", view.SignInPage(view.SignIn{Next: r.Query("next")})), nil
}

func (h entering) factor(r *web.Request) (web.Reply, error) {
	if r.Half.Stage != models.NeedsFactor {
		return onwards(r), nil
	}
	shown, err := h.ops.SignIn(r.Ctx(), r.Half, r.Value("code"), r.Value("recovery"))
	if wrong := models.WrongFields(err); wrong != nil {
		form := view.SignIn{Next: r.Value("next"), CodeError: wrong["code"], RecoveryError: wrong["recovery"]}
		return web.Invalid("Enter your code", view.SignInPage(form)), nil
	}
	if err != nil {
		return web.Reply{}, err
	}
	return enter(r, models.Entry{LoginID: r.Half.LoginID, Proofs: r.Half.Proofs.And(shown)})
}

func (h entering) enrolForm(r *web.Request) (web.Reply, error) {
	if r.Half.Stage != models.NeedsEnrolled {
		return onwards(r), nil
	}
	e, err := h.ops.Begin(r.Ctx(), r.Half, "")
	return web.Page("Add a second factor", view.EnrolPage(enrolPage(e, view.Enrol{SigningIn: true, Next: r.Query("next"), Label: firstLabel}))), err
}

func (h entering) enrol(r *web.Request) (web.Reply, error) {
	if r.Half.Stage != models.NeedsEnrolled {
		return onwards(r), nil
	}
	g := ops.Given{Sealed: r.Value("secret"), Label: r.Value("label"), Code: r.Value("code")}
	codes, err := h.ops.Add(r.Ctx(), r.Half, g)
	if wrong := models.WrongFields(err); wrong != nil {
		e, err := h.ops.Begin(r.Ctx(), r.Half, g.Sealed)
		form := view.Enrol{SigningIn: true, Next: r.Value("next"), Label: g.Label, LabelError: wrong["label"], CodeError: wrong["code"]}
		return web.Invalid("Add a second factor", view.EnrolPage(enrolPage(e, form))), err
	}
	if err != nil {
		return web.Reply{}, err
	}
	if err := r.SignIn(models.Entry{LoginID: r.Half.LoginID, Proofs: r.Half.Proofs.And(models.ByCode)}); err != nil {
		return web.Reply{}, err
	}
	return web.Page("Recovery codes", view.CodesPage(view.Codes{
		List: codes, Lead: "Your second factor is added, and you are signed in.", GoOn: whereTo(r), GoOnText: "Go on",
	})), nil
}

// firstLabel is what an app is called unless its user says otherwise.
const firstLabel = "Authenticator app"

func enrolPage(e ops.Enrolment, form view.Enrol) view.Enrol {
	form.Sealed, form.Secret, form.URL, form.Picture = e.Sealed, e.Secret, e.URL, e.Picture
	return form
}

// whereTo is where onwards leads.
func whereTo(r *web.Request) string {
	if r.Half.SignedIn() {
		return to.SignInStage(string(r.Half.Stage), r.Next())
	}
	return r.Next()
}
