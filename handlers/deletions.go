package handlers

import (
	"holdfast/models"
	ops "holdfast/models/credentials"
	view "holdfast/views/credentials"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

type deletions struct {
	ops      ops.Ops
	accounts connects
}

func (h deletions) impact(r *web.Request) (web.Reply, error) {
	c, impact, err := h.ops.Impact(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := c.Editable(); err != nil {
		return web.Reply{}, err
	}
	now := r.Now()
	d := view.Delete{
		Now: now, ID: c.ID.String(), Name: c.Name, LastUsed: impact.LastUsedAt, Steps: impact.Steps,
		DueAt: now.Add(h.ops.Grace()), Projects: names(impact.Projects), OfferedTo: impact.Offered,
	}
	d.Access, err = h.access(r, c)
	return web.Page("Delete "+c.Name, view.DeletePage(d)), err
}

func (h deletions) schedule(r *web.Request) (web.Reply, error) {
	id := r.UUID("id")
	due, err := h.ops.ScheduleDeletion(r.Ctx(), r.Who, id)
	if err == nil && !due.After(r.Now()) { // it may be gone before its page could be shown
		return web.Redirect(to.Credentials()).Flash("Deletion scheduled. The secret will be erased at the next purge."), nil
	}
	text := "Deletion scheduled. The secret will be erased in " + ui.Left(due, r.Now()) + "; until then you can restore it."
	return web.Redirect(to.Credential(id.String())).Flash(text), err
}

func (h deletions) restore(r *web.Request) (web.Reply, error) {
	id := r.UUID("id")
	err := h.ops.Restore(r.Ctx(), r.Who, id)
	return web.Redirect(to.Credential(id.String())).Flash("Credential restored. Its projects can use it again."), err
}

func (h deletions) confirm(r *web.Request) (web.Reply, error) {
	c, impact, err := h.ops.Impact(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return web.Reply{}, err
	}
	d := view.DeleteNow{ID: c.ID.String(), Name: c.Name}
	if err := c.Deletable(impact.Active); err != nil {
		d.Refused = err.Error()
	}
	d.Access, err = h.access(r, c)
	return web.Page("Delete "+c.Name+" now", view.DeleteNowPage(d)), err
}

// access is the account that the credential is connected to, if it is.
func (h deletions) access(r *web.Request, c models.Credential) (view.Access, error) {
	account, err := h.accounts.connection(r, c)
	if err != nil || account == nil {
		return view.Access{}, err
	}
	return view.Access{Provider: account.Provider, Account: account.Account, Told: account.Told}, nil
}

func (h deletions) deleteNow(r *web.Request) (web.Reply, error) {
	id, typed := r.UUID("id"), r.Value("confirm")
	err := h.ops.DeleteNow(r.Ctx(), r.Who, id, typed)
	if wrong := models.WrongFields(err); wrong != nil {
		c, _, err := h.ops.Impact(r.Ctx(), r.Who, id)
		if err != nil {
			return web.Reply{}, err
		}
		d := view.DeleteNow{ID: id.String(), Name: c.Name, Typed: typed, Error: wrong["confirm"]}
		d.Access, err = h.access(r, c)
		return web.Invalid("Delete "+c.Name+" now", view.DeleteNowPage(d)), err
	}
	return web.Redirect(to.Credentials()).Flash("Credential deleted."), err
}

func (h deletions) unshareImpact(r *web.Request) (web.Reply, error) {
	l, err := h.ops.ShareImpact(r.Ctx(), r.Who, r.UUID("id"), r.UUID("project"))
	u := view.Unshare{
		Now: r.Now(), ID: l.ID.String(), Name: l.Name, ProjectID: l.Project.ID.String(), ProjectName: l.Project.Name,
		LastUsed: l.UsedAt, OfferedTo: l.Offered,
	}
	return web.Page("Remove from "+l.Project.Name, view.UnsharePage(u)), err
}

func (h deletions) unshare(r *web.Request) (web.Reply, error) {
	id := r.UUID("id")
	err := h.ops.Unshare(r.Ctx(), r.Who, id, r.UUID("project"))
	return web.Redirect(to.Credential(id.String())).Flash("The project can't use this credential any more."), err
}

func names(list []models.SharedWith) []string {
	out := make([]string, 0, len(list))
	for _, p := range list {
		out = append(out, p.Name)
	}
	return out
}
