package handlers

import (
	"strconv"
	"strings"

	"holdfast/models"
	ops "holdfast/models/credentials"
	"holdfast/models/outbox"
	view "holdfast/views/credentials"
	"holdfast/views/to"
	"holdfast/web"
)

type credentials struct {
	ops      ops.Ops
	mail     outbox.Ops
	accounts connects
}

func (h credentials) list(r *web.Request) (web.Reply, error) {
	f := filterOf(r)
	page, err := h.ops.List(r.Ctx(), r.Who, wanted(f))
	if err != nil {
		return web.Reply{}, err
	}
	projects, err := h.ops.Projects(r.Ctx(), r.Who)
	l := view.List{
		Now: r.Now(), Filter: f, Kinds: kindOptions(h.ops.Kinds()), Projects: projectOptions(projects),
		Rows: rows(page.Rows, h.ops.Title), Next: page.Next,
		NoneYet: page.None,
	}
	return web.Page("Credentials", view.ListPage(l)), err
}

func (h credentials) new(r *web.Request) (web.Reply, error) {
	name := r.Query("kind")
	if name == "" {
		clients, err := h.accounts.ops.ToConnect(r.Ctx(), r.Who)
		return web.Page("New credential", view.PickerPage(picker(h.ops.Kinds(), clients, r.Query("q")))), err
	}
	if name == models.OAuthKind {
		return h.accounts.new(r)
	}
	k, err := h.ops.Schema(name)
	if err != nil {
		return web.Reply{}, err
	}
	f, err := h.emptyForm(r, k)
	return web.Page("New credential", view.FormPage(f)), err
}

func (h credentials) create(r *web.Request) (web.Reply, error) {
	kind := r.Value("kind")
	if kind == models.OAuthKind {
		return h.accounts.create(r)
	}
	id, err := h.ops.Create(r.Ctx(), r.Who, kind, draft(r))
	if wrong := models.WrongFields(err); wrong != nil {
		k, err := h.ops.Schema(kind)
		if err != nil {
			return web.Reply{}, err
		}
		f, err := h.emptyForm(r, k)
		return web.Invalid("New credential", view.FormPage(asTyped(f, r, wrong))), err
	}
	return web.Redirect(to.Credential(id.String())).Flash("Credential saved."), err
}

func (h credentials) show(r *web.Request) (web.Reply, error) {
	id := r.UUID("id")
	c, err := h.ops.Get(r.Ctx(), r.Who, id)
	if models.KindOf(err) == models.NotFound {
		return h.glimpse(r)
	}
	if err != nil {
		return web.Reply{}, err
	}
	history := c.History
	if before := r.Query("before"); before != "" {
		if history, err = h.ops.History(r.Ctx(), r.Who, id, before); err != nil {
			return web.Reply{}, err
		}
	}
	p := page(r, c, history)
	if p.Connection, err = h.accounts.connection(r, c.Credential); err != nil {
		return web.Reply{}, err
	}
	if p.Connection != nil {
		p.Health = p.Connection.Health
	}
	if p.Offer != nil {
		p.Offer.NoMailServer = !h.mail.Carried()
	}
	return web.Page(c.Name, view.ShowPage(p)), nil
}

// glimpse is the page of a credential for a member who does not own it.
func (h credentials) glimpse(r *web.Request) (web.Reply, error) {
	c, err := h.ops.Glimpse(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Page(c.Name, view.ShowPage(glimpsed(r, c, h.ops.Title))), nil
}

func (h credentials) edit(r *web.Request) (web.Reply, error) {
	c, err := h.ops.Get(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := c.Editable(); err != nil {
		return web.Reply{}, err
	}
	f, err := h.form(r, c)
	return web.Page("Edit "+c.Name, view.FormPage(f)), err
}

func (h credentials) update(r *web.Request) (web.Reply, error) {
	id, d := r.UUID("id"), draft(r)
	err := h.ops.Update(r.Ctx(), r.Who, id, d)
	if err == nil {
		return web.Redirect(to.Credential(id.String())).Flash("Credential saved."), nil
	}
	wrong, stale := models.WrongFields(err), models.KindOf(err) == models.Conflict
	if wrong == nil && !stale {
		return web.Reply{}, err
	}
	c, found := h.ops.Get(r.Ctx(), r.Who, id)
	if found != nil {
		return web.Reply{}, found
	}
	if c.Editable() != nil {
		return web.Reply{}, err
	}
	f, err := h.form(r, c)
	if err != nil {
		return web.Reply{}, err
	}
	if stale {
		return h.stale(r, f, d, labelsOf(c.Kind.Fields))
	}
	return web.Invalid("Edit "+c.Name, view.FormPage(asTyped(f, r, wrong))), nil
}

// stale shows what changed meanwhile above the form, which keeps what was
// typed and carries the version that is there now.
func (h credentials) stale(r *web.Request, f view.Form, d ops.Draft, called labels) (web.Reply, error) {
	events, err := h.ops.Meanwhile(r.Ctx(), r.Who, r.UUID("id"), d.Version)
	f.Conflict = &view.Conflict{Changes: changes(events, called)}
	return web.Stale("Edit "+f.SavedName, view.FormPage(asTyped(f, r, nil))), err
}

// filterOf is the filter that the address asks for.
func filterOf(r *web.Request) to.CredentialFilter {
	return to.CredentialFilter{
		Q: strings.TrimSpace(r.Query("q")), Kind: r.Query("kind"), Project: r.Query("project"),
		State: r.Query("state"), Sort: r.Query("sort"), After: r.Query("after"),
	}
}

func wanted(f to.CredentialFilter) models.CredentialFilter {
	return models.CredentialFilter{
		Search: f.Q, Kind: f.Kind, Project: models.ParseID(f.Project),
		State: models.State(f.State), Sort: models.Sort(f.Sort), After: f.After,
	}
}

// draft is what the form of a credential says.
func draft(r *web.Request) ops.Draft {
	version, _ := strconv.ParseInt(r.Value("version"), 10, 64) // what is no number is no version: the form is stale
	d := ops.Draft{Name: r.Value("name"), Version: version, Revoke: r.Checked("revoke"), Form: map[string][]string{}}
	for input, values := range r.Form() {
		if input == "body" || strings.HasPrefix(input, "body/") {
			d.Form[input] = values
		}
	}
	for _, input := range r.Values("remove") {
		d.Form["remove"+strings.TrimPrefix(input, "body")] = []string{"on"}
	}
	for _, id := range r.Values("project") {
		d.Projects = append(d.Projects, models.ParseID(id))
	}
	return d
}
