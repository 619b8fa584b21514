package handlers

import (
	"holdfast/models"
	ops "holdfast/models/factors"
	adminview "holdfast/views/admin"
	view "holdfast/views/factors"
	"holdfast/views/to"
	"holdfast/web"
)

// ownFactors are a person's second factors and recovery codes.
type ownFactors struct{ ops ops.Ops }

func (h ownFactors) list(r *web.Request) (web.Reply, error) {
	held, err := h.ops.Mine(r.Ctx(), r.Who)
	m := view.Mine{Now: r.Now(), CodesLeft: held.CodesLeft, Needed: held.Needed}
	for _, f := range held.Factors {
		m.Rows = append(m.Rows, factorRow(f))
	}
	return web.Page("Second factors", view.MinePage(m)), err
}

func (h ownFactors) new(r *web.Request) (web.Reply, error) {
	e, err := h.ops.Begin(r.Ctx(), r.Who, "")
	return web.Page("Add a second factor", view.EnrolPage(enrolPage(e, view.Enrol{Label: firstLabel}))), err
}

func (h ownFactors) add(r *web.Request) (web.Reply, error) {
	g := ops.Given{Sealed: r.Value("secret"), Label: r.Value("label"), Code: r.Value("code")}
	codes, err := h.ops.Add(r.Ctx(), r.Who, g)
	if wrong := models.WrongFields(err); wrong != nil {
		e, err := h.ops.Begin(r.Ctx(), r.Who, g.Sealed)
		form := view.Enrol{Label: g.Label, LabelError: wrong["label"], CodeError: wrong["code"]}
		return web.Invalid("Add a second factor", view.EnrolPage(enrolPage(e, form))), err
	}
	if err != nil {
		return web.Reply{}, err
	}
	if err := r.Renew(models.ByCode); err != nil {
		return web.Reply{}, err
	}
	if len(codes) == 0 {
		return web.Redirect(to.Factors()).Flash("Second factor added. Your other sessions were ended."), nil
	}
	return codesPage(codes, "Your second factor is added. Your other sessions were ended."), nil
}

func codesPage(codes []string, lead string) web.Reply {
	return web.Page("Recovery codes", view.CodesPage(view.Codes{List: codes, Lead: lead, GoOn: to.Factors(), GoOnText: "Done, I have kept them"}))
}

func (h ownFactors) removeAsk(r *web.Request) (web.Reply, error) {
	held, err := h.ops.Mine(r.Ctx(), r.Who)
	if err != nil {
		return web.Reply{}, err
	}
	f, err := held.Find(r.UUID("id"))
	v := view.Remove{Now: r.Now(), Row: factorRow(f), Last: len(held.Factors) == 1, Needed: held.Needed, CodesLeft: held.CodesLeft}
	return web.Page("Remove "+f.Label, view.RemovePage(v)), err
}

func (h ownFactors) remove(r *web.Request) (web.Reply, error) {
	err := h.ops.Remove(r.Ctx(), r.Who, r.UUID("id"))
	return web.Redirect(to.Factors()).Flash("Second factor removed. Your other sessions were ended."), err
}

func (h ownFactors) renewCodes(r *web.Request) (web.Reply, error) {
	codes, err := h.ops.RenewCodes(r.Ctx(), r.Who)
	return codesPage(codes, "These are your new recovery codes. The old ones don't work any more."), err
}

func factorRow(f ops.Factor) view.Row {
	return view.Row{ID: f.ID.String(), Label: f.Label, Added: f.AddedAt, LastUsed: orZero(f.LastUsedAt)}
}

// userFactors is what an administrator may do about a user's second factors.
type userFactors struct{ ops ops.Ops }

func (h userFactors) ask(r *web.Request) (web.Reply, error) {
	v, err := h.page(r)
	return web.Page("Reset second factors", adminview.ResetFactorsPage(v)), err
}

func (h userFactors) reset(r *web.Request) (web.Reply, error) {
	err := h.ops.Reset(r.Ctx(), r.Who, r.ID("id"), r.Value("reason"))
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.page(r)
		v.Reason, v.ReasonError = r.Value("reason"), wrong["reason"]
		return web.Invalid("Reset second factors", adminview.ResetFactorsPage(v)), err
	}
	return web.Redirect(to.User(r.ID("id"))).Flash("Second factors reset. The user gets a letter."), err
}

func (h userFactors) page(r *web.Request) (adminview.ResetFactors, error) {
	l, err := h.ops.Impact(r.Ctx(), r.Who, r.ID("id"))
	return adminview.ResetFactors{
		UserFactors: userFactorsPart(r, l.User.ID, l.Held), Name: l.User.Name, Email: l.User.Email, Sessions: l.Sessions,
	}, err
}

// userFactorsPart are a user's second factors as a part of a page.
func userFactorsPart(r *web.Request, user int64, held ops.Held) adminview.UserFactors {
	f := adminview.UserFactors{Now: r.Now(), UserID: user, CodesLeft: held.CodesLeft, Me: user == r.Who.UserID}
	for _, a := range held.Factors {
		f.Rows = append(f.Rows, adminview.FactorRow{Label: a.Label, Added: a.AddedAt, LastUsed: orZero(a.LastUsedAt)})
	}
	return f
}
