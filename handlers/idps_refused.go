package handlers

import (
	"cmp"

	"holdfast/models"
	view "holdfast/views/idps"
	"holdfast/views/to"
	"holdfast/web"
)

// whyRefused are the reasons of refused sign-ins, and whether linking helps.
var whyRefused = map[string]struct {
	text     string
	linkable bool
}{
	models.RefusalUnknown:     {"No login waits for them", true},
	models.RefusalNoClaim:     {"The provider did not say the login claim", true},
	models.RefusalUnverified:  {"The provider has not verified the address", true},
	models.RefusalNotDeciding: {"A login waits, but the provider does not alone decide who has the claim", true},
	models.RefusalMismatch:    {"The login belongs to another account there", true},
	models.RefusalBlocked:     {"Their login is blocked", false},
	models.RefusalExpired:     {"Their login has expired", false},
	models.RefusalDisabled:    {"Their user is disabled", false},
}

func refusalView(f models.ProviderRefusal, provider string) view.Refusal {
	why := whyRefused[f.Reason]
	return view.Refusal{
		ID: f.ID.String(), Provider: provider, Claim: f.Claim, Email: f.Email, Name: f.Name, Subject: f.Subject, IP: f.IP,
		Why: cmp.Or(why.text, f.Reason), Linkable: why.linkable, Tries: int(f.Tries), FirstAt: f.FirstAt, LastAt: f.LastAt,
	}
}

func (h idps) refused(r *web.Request) (web.Reply, error) {
	p, err := h.ops.Refusals(r.Ctx(), r.Who, r.Query("after"))
	v := view.Refused{Now: r.Now(), First: r.Query("after") == "", Next: p.Next}
	for _, f := range p.Rows {
		v.Rows = append(v.Rows, refusalView(f.ProviderRefusal, f.Provider))
	}
	return web.Page("Refused sign-ins", view.RefusedPage(v)), err
}

func (h idps) linkForm(r *web.Request) (web.Reply, error) {
	v, err := h.linkView(r)
	v.For = v.Email
	return web.Page("Link a sign-in", view.LinkPage(v)), err
}

func (h idps) linkView(r *web.Request) (view.Link, error) {
	f, p, err := h.ops.Refusal(r.Ctx(), r.Who, r.UUID("id"))
	return view.Link{Refusal: refusalView(f, p.Name), Now: r.Now()}, err
}

func (h idps) link(r *web.Request) (web.Reply, error) {
	u, err := h.ops.Link(r.Ctx(), r.Who, r.UUID("id"), r.Value("email"))
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.linkView(r)
		v.For, v.Error = r.Value("email"), wrong["email"]
		return web.Invalid("Link a sign-in", view.LinkPage(v)), err
	}
	return web.Redirect(to.RefusedSignIns()).Flash(u.Name + " comes in with this account from now on. A letter tells them."), err
}

func (h idps) dismiss(r *web.Request) (web.Reply, error) {
	err := h.ops.Dismiss(r.Ctx(), r.Who, r.UUID("id"))
	return web.Redirect(to.RefusedSignIns()).Flash("Dismissed. If they try again, they stand here again."), err
}
