package handlers

import (
	"slices"
	"strings"

	"holdfast/models"
	ops "holdfast/models/oauth"
	view "holdfast/views/connect"
	"holdfast/web"
)

// form is what there is to choose: for a new credential, or for one that is there,
// with the client that was chosen, or else the present one.
func (h connects) form(r *web.Request, credential, client models.ID) (view.Form, error) {
	c, err := h.ops.Choices(r.Ctx(), r.Who, credential)
	if err != nil {
		return view.Form{}, err
	}
	f := view.Form{Cut: c.More}
	if credential != (models.ID{}) {
		if err := c.Credential.Connectable(); err != nil {
			return view.Form{}, err
		}
		f.ID, f.SavedName = credential.String(), c.Credential.Name
	}
	if g := c.Now; g != nil {
		f.Has, f.Account = g.Provider, g.Account
		if client == (models.ID{}) && g.OAuthClientID != nil {
			client = *g.OAuthClientID
		}
	}
	for _, one := range c.Clients {
		f.Clients = append(f.Clients, clientView(one))
	}
	for _, p := range c.Projects {
		f.Projects = append(f.Projects, view.Share{ID: p.ID.String(), Name: p.Name, Role: roleWord(p.Role)})
	}
	if chosen, ok := h.chosen(r, c, client); ok {
		one := clientView(chosen)
		f.Chosen, f.Scopes = &one, scopesOf(chosen, c.Now)
	}
	return f, nil
}

// chosen is the client of that id, if the person may connect with it. Who has
// more clients than are shown at once still finds each by its address.
func (h connects) chosen(r *web.Request, c ops.Choice, id models.ID) (models.MayConnect, bool) {
	if at := slices.IndexFunc(c.Clients, func(one models.MayConnect) bool { return one.ID == id }); at >= 0 {
		return c.Clients[at], true
	}
	if id == (models.ID{}) {
		return models.MayConnect{}, false
	}
	found, err := h.ops.ChoiceOf(r.Ctx(), r.Who, id)
	return found, err == nil // otherwise it is gone, or not for this person: they choose another
}

func clientView(c models.MayConnect) view.Client {
	return view.Client{ID: c.ID.String(), Name: c.Name, Provider: c.Provider, At: c.At, ScopeDocs: c.ScopeDocs, Paused: c.Paused}
}

// scopesOf are the scopes to choose from: those of the client, and those of the
// present connection at the same provider. What was asked for then is ticked.
func scopesOf(c models.MayConnect, now *models.Grant) []view.Scope {
	var asked, given []string
	if now != nil && now.Provider == c.Provider {
		asked, given = now.ScopesAsked(), now.ScopesGiven()
	}
	var all []view.Scope
	add := func(names []string, s view.Scope) {
		for _, name := range names {
			s.Name = name
			s.Ticked = s.Locked || slices.Contains(asked, name)
			if !slices.ContainsFunc(all, func(has view.Scope) bool { return has.Name == name }) {
				all = append(all, s)
			}
		}
	}
	add(c.Mandatory, view.Scope{Locked: true})
	add(c.Optional, view.Scope{})
	add(asked, view.Scope{Before: true})
	add(given, view.Scope{Before: true})
	return all
}

// filled is the form with what is wished for in it, and what is wrong with that.
func filled(f view.Form, w models.ConnectWish, wrong models.Fields) view.Form {
	f.Name, f.Switch = w.Name, w.Switch
	f.ClientError, f.NameError, f.ScopesError, f.ProjectsError = wrong["client"], wrong["name"], wrong["scopes"], wrong["projects"]
	more := slices.Clone(w.Scopes)
	for i, s := range f.Scopes {
		f.Scopes[i].Ticked = s.Locked || slices.Contains(w.Scopes, s.Name)
		more = slices.DeleteFunc(more, func(name string) bool { return name == s.Name })
	}
	f.More = strings.Join(more, "\n")
	for i, p := range f.Projects {
		f.Projects[i].Ticked = slices.ContainsFunc(w.Projects, func(id models.ID) bool { return id.String() == p.ID })
	}
	return f
}
