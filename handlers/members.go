package handlers

import (
	"strings"

	"holdfast/models"
	creds "holdfast/models/credentials"
	ops "holdfast/models/projects"
	view "holdfast/views/projects"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

type members struct {
	ops   ops.Ops
	creds creds.Ops
}

func (h members) list(r *web.Request) (web.Reply, error) {
	v, err := h.page(r)
	return web.Page("Members of "+v.ProjectName, view.MembersPage(v)), err
}

func (h members) page(r *web.Request) (view.Members, error) {
	seats, err := h.ops.Members(r.Ctx(), r.Who, r.UUID("project"), r.Query("after"))
	v := view.Members{
		ProjectID: seats.Project.ID.String(), ProjectName: seats.Project.Name, CanAdd: seats.Role.Can(models.ManageMembers),
		Roles: roleOptions(), Role: string(models.Editor), First: r.Query("after") == "", Next: seats.Next,
	}
	for _, m := range seats.Members {
		v.Rows = append(v.Rows, seat(r, seats.Role, m))
	}
	return v, err
}

func (h members) add(r *web.Request) (web.Reply, error) {
	email, role := strings.TrimSpace(r.Value("email")), r.Value("role")
	m, err := h.ops.AddMember(r.Ctx(), r.Who, r.UUID("project"), email, models.Role(role))
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.page(r)
		v.Email, v.Role, v.EmailError, v.RoleError = email, role, wrong["email"], wrong["role"]
		return web.Invalid("Members of "+v.ProjectName, view.MembersPage(v)), err
	}
	return web.Redirect(to.Members(r.Param("project"))).Flash(m.Name + " is a member now."), err
}

func (h members) setRole(r *web.Request) (web.Reply, error) {
	project, user := r.UUID("project"), r.ID("user")
	m, err := h.ops.SetRole(r.Ctx(), r.Who, project, user, models.Role(r.Value("role")))
	if wrong := models.WrongFields(err); wrong != nil {
		return web.Reply{}, models.Fail(models.Conflict, "%s", wrong["role"])
	}
	if err != nil {
		return web.Reply{}, err
	}
	_, role, err := h.ops.Get(r.Ctx(), r.Who, project)
	row := view.MemberRow(project.String(), seat(r, role, m))
	return web.Fragment(row, to.Members(project.String())).Flash(m.Name + " is now " + strings.ToLower(roleWord(m.Role)) + "."), err
}

func (h members) removal(r *web.Request) (web.Reply, error) { return h.ask(r, r.ID("user")) }

func (h members) leaving(r *web.Request) (web.Reply, error) { return h.ask(r, r.Who.UserID) }

// ask shows what the project would lose with a member.
func (h members) ask(r *web.Request, user int64) (web.Reply, error) {
	p, m, err := h.ops.Member(r.Ctx(), r.Who, r.UUID("project"), user)
	if err != nil {
		return web.Reply{}, err
	}
	v := view.Remove{ProjectID: p.ID.String(), ProjectName: p.Name, UserID: user, Name: m.Name, Me: user == r.Who.UserID}
	if err := m.Removable(r.Who); err != nil {
		v.Refused = err.Error()
	}
	offers, err := h.ops.SeatOffers(r.Ctx(), r.Who, p.ID, user)
	if err != nil {
		return web.Reply{}, err
	}
	v.OffersTo, v.OffersOf = offers.To, offers.Of
	list, err := h.creds.ListOfSeat(r.Ctx(), r.Who, user, p.ID)
	for _, c := range list.Rows {
		v.Credentials = append(v.Credentials, c.Name)
	}
	v.More = list.Next != ""
	title := "Remove " + m.Name
	if v.Me {
		title = "Leave " + p.Name
	}
	return web.Page(title, view.RemovePage(v)), err
}

func (h members) remove(r *web.Request) (web.Reply, error) {
	project := r.UUID("project")
	err := h.ops.RemoveMember(r.Ctx(), r.Who, project, r.ID("user"))
	if r.ID("user") == r.Who.UserID {
		return web.Redirect(to.Projects()).Flash("You left the project."), err
	}
	return web.Redirect(to.Members(project.String())).Flash("Member removed."), err
}

func (h members) leave(r *web.Request) (web.Reply, error) {
	err := h.ops.RemoveMember(r.Ctx(), r.Who, r.UUID("project"), r.Who.UserID)
	return web.Redirect(to.Projects()).Flash("You left the project."), err
}

func (h members) handover(r *web.Request) (web.Reply, error) {
	p, m, err := h.ops.Heir(r.Ctx(), r.Who, r.UUID("project"), r.ID("user"))
	v := view.MakeOwner{ProjectID: p.ID.String(), ProjectName: p.Name, UserID: m.UserID, Name: m.Name}
	return web.Page("Make "+m.Name+" the owner", view.MakeOwnerPage(v)), err
}

func (h members) makeOwner(r *web.Request) (web.Reply, error) {
	project := r.UUID("project")
	err := h.ops.PassOwnership(r.Ctx(), r.Who, project, r.ID("user"))
	return web.Redirect(to.Members(project.String())).Flash("The project has a new owner. You are an admin of it now."), err
}

// seat is a member's row as the asking person, of that role, may see it.
func seat(r *web.Request, role models.Role, m models.Member) view.Member {
	me := m.UserID == r.Who.UserID
	v := view.Member{
		UserID: m.UserID, Name: m.Name, Email: m.Email, Role: roleWord(m.Role), RoleValue: string(m.Role), Me: me,
		CanRemove:    !me && role.Can(models.ManageMembers) && m.Removable(r.Who) == nil,
		CanMakeOwner: !me && role.Can(models.PassOwnership),
		CanLeave:     me && m.Removable(r.Who) == nil,
	}
	if role.Can(models.ManageMembers) && m.Role != models.Owner {
		v.Roles = ui.Choose(roleOptions(), v.RoleValue)
	}
	return v
}

// roleOptions are the roles that can be given.
func roleOptions() []ui.Option {
	var out []ui.Option
	for _, role := range models.Roles() {
		if role.Assignable() {
			out = append(out, ui.Option{Value: string(role), Label: roleWord(role)})
		}
	}
	return out
}

func roleWord(r models.Role) string {
	return map[models.Role]string{models.Owner: "Owner", models.Admin: "Admin", models.Editor: "Editor", models.Viewer: "Viewer"}[r]
}
