package handlers

import (
	"strings"

	"holdfast/models"
	outboxing "holdfast/models/outbox"
	ops "holdfast/models/people"
	view "holdfast/views/admin"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

type users struct {
	ops     ops.Ops
	mail    outboxing.Ops
	baseURL string
}

func (h users) list(r *web.Request) (web.Reply, error) {
	q, after := strings.TrimSpace(r.Query("q")), r.Query("after")
	list, next, err := h.ops.List(r.Ctx(), r.Who, q, after)
	v := view.Users{Now: r.Now(), Q: q, First: after == "", Next: next}
	for _, p := range list {
		row := view.UserRow{ID: p.ID, Name: p.Name, Email: p.Email, Admin: p.Rank == models.Administrator, LastSignIn: orZero(p.LastLoginAt), State: view.Active}
		if p.Invited {
			row.State = view.Invited
		}
		v.Rows = append(v.Rows, row)
	}
	return web.Page("Users", view.UsersPage(v)), err
}

func (h users) new(*web.Request) (web.Reply, error) {
	return web.Page("New user", view.NewUserPage(view.NewUser{Rank: string(models.PlainMember)})), nil
}

func (h users) create(r *web.Request) (web.Reply, error) {
	n := models.NewUser{Name: r.Value("name"), Email: r.Value("email"), Rank: models.Rank(r.Value("rank"))}
	link, err := h.ops.Add(r.Ctx(), r.Who, n)
	if wrong := models.WrongFields(err); wrong != nil {
		form := view.NewUser{
			Name: n.Name, Email: n.Email, Rank: string(n.Rank),
			NameError: wrong["name"], EmailError: wrong["email"], RankError: wrong["rank"],
		}
		return web.Invalid("New user", view.NewUserPage(form)), nil
	}
	return h.once(r, link, n.Email), err
}

func (h users) newLink(r *web.Request) (web.Reply, error) {
	link, err := h.ops.NewLink(r.Ctx(), r.Who, r.ID("id"))
	return h.once(r, link, ""), err
}

// once is the page that shows an access link, this one time. Mail is where it
// goes by letter as well.
func (h users) once(r *web.Request, link ops.Link, mail string) web.Reply {
	return web.Page("Access link", view.AccessLinkPage(view.AccessLink{
		Now: r.Now(), UserID: link.User.ID, UserName: link.User.Name,
		URL: h.baseURL + to.Access(link.Token), ValidUntil: link.ExpiresAt,
		Mail: strings.TrimSpace(mail), MailServer: h.mail.Carried(),
	}))
}

func (h users) show(r *web.Request) (web.Reply, error) {
	p, err := h.ops.Get(r.Ctx(), r.Who, r.ID("id"))
	v := view.User{
		Now: r.Now(), ID: p.ID, Name: p.Name, Email: p.Email, Admin: p.Rank == models.Administrator,
		State: view.Invited, Created: p.CreatedAt, Me: p.ID == r.Who.UserID,
	}
	for _, l := range p.Logins {
		v.Logins = append(v.Logins, view.Login{Key: l.Key, LastSignIn: orZero(l.LastLoginAt), Blocked: l.BlockedAt != nil})
		if l.SecretHash != "" {
			v.State = view.Active
		}
	}
	for _, s := range p.Sessions {
		v.Sessions = append(v.Sessions, sessionRow(r, s, to.EndUserSession(p.ID, s.ID.String())))
	}
	return web.Page(p.Name, view.UserPage(v)), err
}

func (h users) endSessions(r *web.Request) (web.Reply, error) {
	n, err := h.ops.EndSessions(r.Ctx(), r.Who, r.ID("id"))
	return web.Redirect(to.User(r.ID("id"))).Flash(ui.Plural(n, "session", "sessions") + " ended."), err
}

func (h users) endSession(r *web.Request) (web.Reply, error) {
	err := h.ops.EndUserSession(r.Ctx(), r.Who, r.ID("id"), r.UUID("session"))
	return web.Redirect(to.User(r.ID("id"))).Flash("Session ended."), err
}

func (h users) endAllAsk(r *web.Request) (web.Reply, error) {
	n, err := h.ops.LiveSessions(r.Ctx(), r.Who)
	return web.Page("End everybody's sessions", view.EndAllPage(view.EndAll{Sessions: n})), err
}

func (h users) endAll(r *web.Request) (web.Reply, error) {
	if _, err := h.ops.EndEverySession(r.Ctx(), r.Who); err != nil {
		return web.Reply{}, err
	}
	return web.Redirect(to.SignIn + "?notice=signed-out"), r.SignOut()
}
