package handlers

import (
	"net/http"
	"slices"

	"holdfast/models"
	ops "holdfast/models/oauth"
	view "holdfast/views/connect"
	"holdfast/views/to"
	"holdfast/web"
)

// result shows what came of connecting.
func (h connects) result(r *web.Request) (web.Reply, error) {
	v, err := h.came(r)
	return web.Page(v.Title(), view.ResultPage(v)), err
}

func (h connects) came(r *web.Request) (view.Result, error) {
	c, err := h.ops.Result(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return view.Result{}, err
	}
	v := h.resultView(r, c)
	v.At = h.at(r, c)
	return v, nil
}

// at is the host at which the person signed in; empty when the client is not theirs
// to connect with any more.
func (h connects) at(r *web.Request, c ops.Result) string {
	credential := models.ID{}
	if c.CredentialID != nil {
		credential = *c.CredentialID
	}
	all, err := h.ops.Choices(r.Ctx(), r.Who, credential)
	at := slices.IndexFunc(all.Clients, func(one models.MayConnect) bool { return one.ID == c.OAuthClientID })
	if err != nil || at < 0 {
		return ""
	}
	return all.Clients[at].At
}

func (h connects) resultView(r *web.Request, c ops.Result) view.Result {
	out := c.Outcome
	v := view.Result{
		Now: r.Now(), ID: c.ID.String(), State: view.State(c.State), Credential: c.Credential, Client: c.Client, Provider: provider(c),
		Account: out.Account, Was: out.Was, Scopes: out.Scopes, Missing: out.Missing, Assumed: !out.SaysScopes && len(out.Scopes) > 0,
		NoUserInfo: out.NoUserInfo, Refreshable: out.Refreshable, ExpiresAt: orZero(out.ExpiresAt), EndsAt: orZero(out.EndsAt), Until: c.ExpiresAt,
		Problems: out.Problems, AskName: c.CredentialID == nil && out.Wrong["name"] != "", Name: c.Wish.Name,
	}
	if c.CredentialID != nil {
		v.CredentialID = c.CredentialID.String()
	}
	if late := !r.Now().Before(c.ExpiresAt); late && v.State != view.Done && v.State != view.Failed {
		out.Code = map[view.State]string{view.Asks: "undecided", view.Taken: "interrupted", view.Away: "never_back"}[v.State]
		v.State = view.Failed
	}
	if v.State == view.Failed {
		v.Trouble = h.troubleOf(r, c, out)
	}
	return v
}

// provider is what the other side is called, though the client may be gone.
func provider(c ops.Result) string {
	if c.Provider == "" {
		return "the provider"
	}
	return c.Provider
}

// keep keeps what came back, whatever is amiss with it.
func (h connects) keep(r *web.Request) (web.Reply, error) {
	id, err := h.ops.Keep(r.Ctx(), r.Who, r.UUID("id"), r.Value("name"))
	if err == nil {
		return web.Redirect(to.Credential(id.String())).Flash("Kept. The account is connected."), nil
	}
	return h.undecided(r, err)
}

// drop gives up what came back.
func (h connects) drop(r *web.Request) (web.Reply, error) {
	credential, err := h.ops.Drop(r.Ctx(), r.Who, r.UUID("id"))
	switch {
	case err != nil:
		return h.undecided(r, err)
	case credential != nil:
		return web.Redirect(to.Credential(credential.String())).Notice("Given up. The credential stays as it was."), nil
	}
	return web.Redirect(to.Credentials()).Notice("Given up. Nothing was connected."), nil
}

// undecided shows once more what there is to decide, and why it did not work out.
func (h connects) undecided(r *web.Request, why error) (web.Reply, error) {
	wrong, kind := models.WrongFields(why), models.KindOf(why)
	if wrong == nil && kind != models.Conflict {
		return web.Reply{}, why
	}
	v, err := h.came(r)
	if err != nil {
		return web.Reply{}, err
	}
	if wrong["name"] != "" {
		v.AskName, v.Name, v.NameError = true, r.Value("name"), wrong["name"]
		if v.Name == "" {
			v.Name = v.Credential
		}
	} else {
		v.Wrong = spoken(why)
	}
	status := http.StatusConflict
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Page(v.Title(), view.ResultPage(v)).Status(status), nil
}

// again leads to the provider once more: with the same wish, for all scopes, or
// for another account.
func (h connects) again(r *web.Request) (web.Reply, error) {
	c, err := h.ops.Result(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return web.Reply{}, err
	}
	w := ops.Wish{Client: c.OAuthClientID}
	if c.CredentialID != nil {
		w.Credential = *c.CredentialID
	}
	all, another := r.Checked("all"), r.Checked("switch")
	before, err := h.before(r, w.Credential, all)
	if err != nil {
		return web.Reply{}, err
	}
	way, err := h.ops.Again(r.Ctx(), r.Who, c.ID, func(of *models.ConnectWish) {
		of.Switch = of.Switch || another
		if all {
			of.Scopes = union(of.Scopes, c.Outcome.Missing, before)
		}
		w.ConnectWish = *of
	}, h.redirect())
	if wrong := models.WrongFields(err); wrong != nil {
		return h.refill(r, w, wrong)
	}
	return away(way), err
}

// before are the scopes that the credential's connection was asked for, of who
// wants all of them.
func (h connects) before(r *web.Request, credential models.ID, all bool) ([]string, error) {
	if !all || credential == (models.ID{}) {
		return nil, nil
	}
	c, err := h.ops.Connection(r.Ctx(), r.Who, credential)
	return c.ScopesAsked(), err
}

// union is each of the lists' names, once.
func union(lists ...[]string) (all []string) {
	for _, name := range slices.Concat(lists...) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
