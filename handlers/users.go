package handlers

import (
	"strconv"
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
	f := to.UserFilter{Q: strings.TrimSpace(r.Query("q")), State: r.Query("state"), IDP: r.Query("idp"), Sort: r.Query("sort"), After: r.Query("after")}
	page, providers, err := h.ops.List(r.Ctx(), r.Who, models.UserFilter{
		Search: f.Q, State: models.UserState(f.State), Provider: idOf(f.IDP), Sort: models.UserSort(f.Sort), After: f.After,
	})
	v := view.Users{Now: r.Now(), Filter: f, Next: page.Next}
	for _, p := range providers {
		v.Providers = append(v.Providers, ui.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name})
	}
	for _, u := range page.Rows {
		v.Rows = append(v.Rows, userRow(u))
	}
	return web.Page("Users", view.UsersPage(v)), err
}

// idOf reads a number that an address may hold; what is none is 0.
func idOf(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func userRow(u models.ListedUser) view.UserRow {
	return view.UserRow{
		ID: u.ID, Name: u.Name, Email: u.Email, Admin: u.Rank == models.Administrator, LastSignIn: u.LastLoginAt,
		Logins: u.Ways.All, Factor: u.Factor, State: view.State(u.Standing(u.Ways)), Note: waysWords(u.Ways),
	}
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
