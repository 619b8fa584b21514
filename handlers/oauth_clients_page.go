package handlers

import (
	"holdfast/models"
	ops "holdfast/models/oauth"
	view "holdfast/views/oauthclients"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

// callback is the redirect URI that providers have to know.
func (h oauthClients) callback() string { return h.baseURL + to.OAuthCallback }

// page is one client as the person may see it.
func (h oauthClients) page(r *web.Request, c ops.ClientView) view.Page {
	s := c.ReadSettings()
	v := view.Page{
		Now: r.Now(), ID: c.ID.String(), Name: c.Name, Provider: h.provider(c.Provider), Owner: ownerOf(c.ClientRow), Mine: c.Mine,
		MayConnect: c.MayConnect, MayTake: c.MayTake, Mandatory: s.Mandatory, Optional: s.Optional, ScopeDocs: s.ScopeDocs,
		Refused: orZero(c.IncidentAt), Code: c.IncidentCode, For: mayConnect(c.ClientRow), Used: c.Credentials > 0,
	}
	if countedFor(r, c.ClientRow) {
		v.Credentials = c.Credentials
	}
	if !c.Mine {
		return v
	}
	f := models.ClientFormOf(c.OAuthClient)
	v.Host = h.providerOf(c.ClientRow)
	v.Redirect, v.SecretSet, v.Texts, v.Ticks = h.callback(), c.SecretSet, shownTexts(f), shownTicks(f)
	for _, p := range c.Offered {
		v.Projects = append(v.Projects, view.Project{ID: p.ID.String(), Name: p.Name, Member: p.Role != ""})
	}
	return v
}

// providerOf is what the provider of a client is called: its owner sees the host of
// one that is not known.
func (h oauthClients) providerOf(c models.ClientRow) string {
	if title := h.provider(c.Provider).Title; title != "" || !c.Mine {
		return title
	}
	return hostOf(c.ReadSettings().Token)
}

func ownerOf(c models.ClientRow) string {
	if c.Mine {
		return "You"
	}
	return c.OwnerName
}

// countedFor reports whether the person may see how many credentials are connected
// with a client: of somebody else's that is nobody's business but an administrator's.
func countedFor(r *web.Request, c models.ClientRow) bool {
	return c.Mine || r.Who.Rank.Can(models.ManageClients)
}

// mayConnect says who may connect with a client.
func mayConnect(c models.ClientRow) string {
	switch {
	case c.Global:
		return "Everybody"
	case c.Projects > 0:
		return ui.Plural(c.Projects, "project", "projects")
	case c.Mine:
		return "Only you"
	}
	return "Only its owner"
}

// mostNamed is how many credentials a client's page names.
const mostNamed = 5

// whole is a client's page, with the first credentials that are connected with it
// for its owner.
func (h oauthClients) whole(r *web.Request, c ops.ClientView) (view.Page, error) {
	v := h.page(r, c)
	if !c.Mine || c.Credentials == 0 {
		return v, nil
	}
	_, i, err := h.ops.ClientImpact(r.Ctx(), r.Who, c.ID)
	v.Some = connectedOf(i.Some[:min(len(i.Some), mostNamed)])
	return v, err
}

func connectedOf(list []models.Listed) (out []view.Connected) {
	for _, one := range list {
		out = append(out, view.Connected{ID: one.ID.String(), Name: one.Name, Owner: one.OwnerName})
	}
	return out
}

func (h oauthClients) impact(r *web.Request, id models.ID) (view.Delete, error) {
	c, i, err := h.ops.ClientImpact(r.Ctx(), r.Who, id)
	v := view.Delete{ID: c.ID.String(), Name: c.Name, Credentials: i.Credentials, Some: connectedOf(i.Some)}
	for _, p := range i.Projects {
		v.Projects = append(v.Projects, p.Name)
	}
	return v, err
}

func takeOver(c ops.ClientView) view.TakeOver {
	return view.TakeOver{ID: c.ID.String(), Name: c.Name, Owner: c.OwnerName, Credentials: c.Credentials}
}
