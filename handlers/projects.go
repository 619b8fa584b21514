package handlers

import (
	"holdfast/models"
	creds "holdfast/models/credentials"
	"holdfast/models/oauth"
	ops "holdfast/models/projects"
	credview "holdfast/views/credentials"
	view "holdfast/views/projects"
	"holdfast/views/to"
	"holdfast/web"
)

type projects struct {
	ops     ops.Ops
	creds   creds.Ops
	clients oauth.Ops
}

func (h projects) list(r *web.Request) (web.Reply, error) {
	after := r.Query("after")
	list, next, err := h.ops.List(r.Ctx(), r.Who, after)
	l := view.List{First: after == "", Next: next}
	for _, p := range list {
		l.Rows = append(l.Rows, view.Row{ID: p.ID.String(), Name: p.Name, Role: roleWord(p.Role)})
	}
	return web.Page("Projects", view.ListPage(l)), err
}

func (h projects) new(*web.Request) (web.Reply, error) {
	return web.Page("New project", view.NewPage(view.New{})), nil
}

func (h projects) create(r *web.Request) (web.Reply, error) {
	p, err := h.ops.Create(r.Ctx(), r.Who, r.Value("name"))
	if wrong := models.WrongFields(err); wrong != nil {
		return web.Invalid("New project", view.NewPage(view.New{Name: r.Value("name"), NameError: wrong["name"]})), nil
	}
	return web.Redirect(to.Project(p.ID.String())).Flash("Project created."), err
}

// few is how many credentials a project's own page shows.
const few = 5

func (h projects) show(r *web.Request) (web.Reply, error) {
	p, role, err := h.ops.Get(r.Ctx(), r.Who, r.UUID("project"))
	if err != nil {
		return web.Reply{}, err
	}
	list, err := h.creds.ListInProject(r.Ctx(), r.Who, p.ID, models.CredentialFilter{})
	v := view.Page{
		Now: r.Now(), ID: p.ID.String(), Name: p.Name, Role: roleWord(role),
		More: len(list.Rows) > few, CanRename: role.Can(models.RenameProject), CanShare: role.Can(models.ShareInProject),
	}
	for _, c := range list.Rows[:min(few, len(list.Rows))] {
		one := view.Credential{ID: c.ID.String(), Name: c.Name, Owner: c.OwnerName, LastUsed: c.LastUsedAt}
		one.KindTitle, one.KindIcon = h.creds.Title(c.Kind)
		v.Credentials = append(v.Credentials, one)
	}
	if err != nil {
		return web.Reply{}, err
	}
	clients, err := h.clients.ClientsInProject(r.Ctx(), r.Who, p.ID, "")
	for _, c := range clients.Rows {
		v.Clients = append(v.Clients, view.Client{ID: c.ID.String(), Name: c.Name, Owner: c.OwnerName, Refused: c.Paused()})
	}
	return web.Page(p.Name, view.ShowPage(v)), err
}

func (h projects) edit(r *web.Request) (web.Reply, error) {
	p, role, err := h.ops.Get(r.Ctx(), r.Who, r.UUID("project"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := role.Must(models.RenameProject); err != nil {
		return web.Reply{}, err
	}
	return web.Page("Rename "+p.Name, view.RenamePage(view.Rename{ID: p.ID.String(), Current: p.Name, Name: p.Name})), nil
}

func (h projects) rename(r *web.Request) (web.Reply, error) {
	id, name := r.UUID("project"), r.Value("name")
	err := h.ops.Rename(r.Ctx(), r.Who, id, name)
	if wrong := models.WrongFields(err); wrong != nil {
		p, role, err := h.ops.Get(r.Ctx(), r.Who, id)
		if err == nil {
			err = role.Must(models.RenameProject)
		}
		v := view.Rename{ID: id.String(), Current: p.Name, Name: name, NameError: wrong["name"]}
		return web.Invalid("Rename "+p.Name, view.RenamePage(v)), err
	}
	return web.Redirect(to.Project(id.String())).Flash("Project renamed."), err
}

func (h projects) credentials(r *web.Request) (web.Reply, error) {
	f := filterOf(r)
	p, _, err := h.ops.Get(r.Ctx(), r.Who, r.UUID("project"))
	if err != nil {
		return web.Reply{}, err
	}
	page, err := h.creds.ListInProject(r.Ctx(), r.Who, p.ID, wanted(f))
	l := credview.List{
		Now: r.Now(), Filter: f, ProjectID: p.ID.String(), ProjectName: p.Name, Kinds: kindOptions(h.creds.Kinds()),
		Rows: rows(page.Rows, h.creds.Title), Next: page.Next, NoneYet: len(page.Rows) == 0 && f == to.CredentialFilter{},
	}
	return web.Page("Credentials of "+p.Name, credview.ListPage(l)), err
}
