package handlers

import (
	"errors"
	"time"

	"holdfast/models"
	ops "holdfast/models/people"
	view "holdfast/views/admin"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

func (h users) edit(r *web.Request) (web.Reply, error) {
	p, err := h.living(r)
	return web.Page("Edit "+p.Name, view.EditUserPage(editUser(r, p, models.NewUser{Name: p.Name, Email: p.Email, Rank: p.Rank}))), err
}

// living is the user of the path, unless they are deleted.
func (h users) living(r *web.Request) (ops.Profile, error) {
	p, err := h.ops.Get(r.Ctx(), r.Who, r.ID("id"))
	if err == nil && p.DeletedAt != nil {
		err = models.Fail(models.NotFound, "No such user.")
	}
	return p, err
}

func editUser(r *web.Request, p ops.Profile, n models.NewUser) view.EditUser {
	return view.EditUser{
		ID: p.ID, Called: p.Name, Name: n.Name, Email: n.Email, Rank: string(n.Rank),
		Seen: p.UpdatedAt.UTC().Format(time.RFC3339Nano), Me: p.ID == r.Who.UserID,
	}
}

func (h users) update(r *web.Request) (web.Reply, error) {
	seen, _ := time.Parse(time.RFC3339Nano, r.Value("seen")) // what is no time is a time that nothing was changed at
	c := models.UserChange{Seen: seen, NewUser: models.NewUser{Name: r.Value("name"), Email: r.Value("email"), Rank: models.Rank(r.Value("rank"))}}
	err := h.ops.SetProfile(r.Ctx(), r.Who, r.ID("id"), c)
	wrong := models.WrongFields(err)
	if wrong == nil && !errors.Is(err, models.ErrUserChanged) {
		return web.Redirect(to.User(r.ID("id"))).Flash("User saved."), err
	}
	p, err := h.living(r)
	v := editUser(r, p, c.NewUser)
	if wrong == nil {
		v.Stale = "Now it is " + p.Name + ", " + p.Email + ", " + p.Rank.Word() + "."
		return web.Stale("Edit "+p.Name, view.EditUserPage(v)), err
	}
	v.Seen = r.Value("seen")
	v.NameError, v.EmailError, v.RankError = wrong["name"], wrong["email"], wrong["rank"]
	return web.Invalid("Edit "+p.Name, view.EditUserPage(v)), err
}

// impact is what ends with a user, and why that can't be, if it can't.
func (h users) impact(r *web.Request, may func(models.User, models.Actor) error) (view.Impact, error) {
	i, err := h.ops.Impact(r.Ctx(), r.Who, r.ID("id"))
	v := view.Impact{
		Now: r.Now(), ID: i.ID, Name: i.Name, Email: i.Email, Logins: i.Logins, Sessions: i.Sessions, Tokens: i.Tokens, Seats: i.Seats,
		Credentials: i.Credentials, OffersIn: i.OffersIn, OffersOut: i.OffersOut, Until: r.Now().Add(models.UserGrace),
		Reason: r.Value("reason"), Typed: r.Value("confirm"),
	}
	for _, p := range i.Projects {
		v.Projects = append(v.Projects, p.Name)
	}
	if no, told := errors.AsType[*models.Error](may(i.User, r.Who)); told && err == nil {
		v.Refused = no.Text
	}
	return v, err
}

func (h users) disableAsk(r *web.Request) (web.Reply, error) {
	v, err := h.impact(r, models.User.Disableable)
	return web.Page("Disable "+v.Name, view.DisablePage(v)), err
}

func (h users) disable(r *web.Request) (web.Reply, error) {
	err := h.ops.Disable(r.Ctx(), r.Who, r.ID("id"), r.Value("reason"))
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.impact(r, models.User.Disableable)
		v.ReasonError = wrong["reason"]
		return web.Invalid("Disable "+v.Name, view.DisablePage(v)), err
	}
	return web.Redirect(to.User(r.ID("id"))).Flash("User disabled. They are signed out everywhere."), err
}

func (h users) enable(r *web.Request) (web.Reply, error) {
	err := h.ops.Enable(r.Ctx(), r.Who, r.ID("id"))
	return web.Redirect(to.User(r.ID("id"))).Flash("User enabled."), err
}

func (h users) deleteAsk(r *web.Request) (web.Reply, error) {
	v, err := h.impact(r, models.User.Schedulable)
	return web.Page("Delete "+v.Name, view.DeleteUserPage(v)), err
}

func (h users) delete(r *web.Request) (web.Reply, error) {
	due, err := h.ops.DeleteUser(r.Ctx(), r.Who, r.ID("id"), ops.Farewell{Email: r.Value("confirm"), Reason: r.Value("reason")})
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.impact(r, models.User.Schedulable)
		v.TypedError, v.ReasonError = wrong["confirm"], wrong["reason"]
		return web.Invalid("Delete "+v.Name, view.DeleteUserPage(v)), err
	}
	return web.Redirect(to.User(r.ID("id"))).Flash("Deletion scheduled. You can restore the user until " + ui.Exact(due) + "."), err
}

func (h users) restore(r *web.Request) (web.Reply, error) {
	err := h.ops.RestoreUser(r.Ctx(), r.Who, r.ID("id"))
	return web.Redirect(to.User(r.ID("id"))).Flash("User restored."), err
}
