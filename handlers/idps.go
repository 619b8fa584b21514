package handlers

import (
	"holdfast/models"
	ops "holdfast/models/providers"
	view "holdfast/views/idps"
	"holdfast/views/to"
	"holdfast/web"
)

type idps struct {
	ops     ops.Ops
	baseURL string
}

func (h idps) list(r *web.Request) (web.Reply, error) {
	list, err := h.ops.List(r.Ctx(), r.Who)
	v := view.List{}
	for _, p := range list {
		v.Rows = append(v.Rows, view.Row{ID: p.ID, Name: p.Name, Issuer: p.Issuer, Enabled: p.Enabled, Logins: p.Logins})
	}
	return web.Page("Identity providers", view.ListPage(v)), err
}

func (h idps) new(*web.Request) (web.Reply, error) {
	f := view.Form{AuthMethod: models.SecretBasic, Scopes: "openid email profile", LoginClaim: "email"}
	return web.Page("New identity provider", view.FormPage(f)), nil
}

func (h idps) create(r *web.Request) (web.Reply, error) {
	f := providerForm(r)
	p, err := h.ops.Create(r.Ctx(), r.Who, f)
	if wrong := models.WrongFields(err); wrong != nil {
		v := view.Form{Errors: wrong}
		fill(&v, f)
		return web.Invalid("New identity provider", view.FormPage(v)), nil
	}
	return web.Redirect(to.IDP(p.ID)).Flash("Identity provider added. Register the redirect URI there, then check it."), err
}

// providerForm is what was posted.
func providerForm(r *web.Request) models.ProviderForm {
	return models.ProviderForm{
		Name: r.Value("name"), Issuer: r.Value("issuer"), ClientID: r.Value("client_id"), Secret: r.Value("secret"), AuthMethod: r.Value("auth_method"),
		Scopes: r.Value("scopes"), LoginClaim: r.Value("login_claim"), FactorValues: r.Value("factor_values"), Authoritative: r.Checked("authoritative"),
	}
}

func fill(v *view.Form, f models.ProviderForm) {
	v.Name, v.Issuer, v.ClientID, v.AuthMethod, v.Scopes = f.Name, f.Issuer, f.ClientID, f.AuthMethod, f.Scopes
	v.LoginClaim, v.FactorValues, v.Authoritative = f.LoginClaim, f.FactorValues, f.Authoritative
}

// page is one provider as it is kept.
func (h idps) page(r *web.Request) (view.Form, error) {
	p, err := h.ops.Get(r.Ctx(), r.Who, r.ID("id"))
	v := view.Form{ID: p.ID, SavedName: p.Name, Enabled: p.Enabled, Logins: p.Logins, Now: r.Now(), Callback: h.baseURL + to.SignInBack(p.ID), SecretSet: p.Secret.SetAt}
	fill(&v, models.FormOf(p.Provider))
	return v, err
}

func (h idps) show(r *web.Request) (web.Reply, error) {
	v, err := h.page(r)
	return web.Page(v.SavedName, view.FormPage(v)), err
}

func (h idps) update(r *web.Request) (web.Reply, error) {
	f := providerForm(r)
	err := h.ops.Update(r.Ctx(), r.Who, r.ID("id"), f)
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.page(r)
		fill(&v, f)
		v.Errors = wrong
		return web.Invalid(v.SavedName, view.FormPage(v)), err
	}
	return web.Redirect(to.IDP(r.ID("id"))).Flash("Identity provider saved."), err
}

func (h idps) check(r *web.Request) (web.Reply, error) {
	_, problems, err := h.ops.Check(r.Ctx(), r.Who, r.ID("id"))
	if err != nil {
		return web.Reply{}, err
	}
	v, err := h.page(r)
	v.Checked, v.Problems = true, problems
	return web.Page(v.SavedName, view.FormPage(v)), err
}

func (h idps) disableAsk(r *web.Request) (web.Reply, error) {
	v, err := h.impact(r)
	return web.Page("Disable "+v.Name, view.DisablePage(v)), err
}

func (h idps) impact(r *web.Request) (view.Ask, error) {
	p, i, err := h.ops.Impact(r.Ctx(), r.Who, r.ID("id"))
	v := view.Ask{ID: p.ID, Name: p.Name, Users: i.Users, Stranded: i.Stranded, Sessions: i.Sessions}
	for _, a := range i.Some {
		v.Some = append(v.Some, view.Affected{URL: to.User(a.UserID), Name: a.Name, Email: a.Email, Key: a.Key, Admin: a.Admin, Others: a.Others})
	}
	return v, err
}

func (h idps) disable(r *web.Request) (web.Reply, error) {
	p, err := h.ops.Disable(r.Ctx(), r.Who, r.ID("id"))
	if models.KindOf(err) == models.Conflict {
		v, broken := h.impact(r)
		v.Error = spoken(err)
		return web.Stale("Disable "+v.Name, view.DisablePage(v)), broken
	}
	return web.Redirect(to.IDP(p.ID)).Flash(p.Name + " is disabled. Nobody can sign in by it."), err
}

func (h idps) enable(r *web.Request) (web.Reply, error) {
	p, err := h.ops.Enable(r.Ctx(), r.Who, r.ID("id"))
	return web.Redirect(to.IDP(p.ID)).Flash(p.Name + " is enabled."), err
}

func (h idps) deleteAsk(r *web.Request) (web.Reply, error) {
	p, err := h.ops.Get(r.Ctx(), r.Who, r.ID("id"))
	return web.Page("Delete "+p.Name, view.DeletePage(view.Deletion{ID: p.ID, Name: p.Name, Logins: p.Logins})), err
}

func (h idps) delete(r *web.Request) (web.Reply, error) {
	p, err := h.ops.Delete(r.Ctx(), r.Who, r.ID("id"), r.Value("confirm"))
	if wrong := models.WrongFields(err); wrong != nil {
		v := view.Deletion{ID: p.ID, Name: p.Name, Error: wrong["confirm"]}
		return web.Invalid("Delete "+p.Name, view.DeletePage(v)), nil
	}
	return web.Redirect(to.IDPs()).Flash(p.Name + " is deleted."), err
}
