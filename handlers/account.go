package handlers

import (
	"strings"

	"holdfast/models"
	"holdfast/models/factors"
	ops "holdfast/models/people"
	view "holdfast/views/account"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

type account struct {
	ops     ops.Ops
	factors factors.Ops
}

func (h account) show(r *web.Request) (web.Reply, error) {
	v, err := h.page(r)
	return web.Page("Account", view.ShowPage(v)), err
}

func (h account) page(r *web.Request) (view.Page, error) {
	me, err := h.ops.Me(r.Ctx(), r.Who)
	if err != nil {
		return view.Page{}, err
	}
	held, err := h.factors.Mine(r.Ctx(), r.Who)
	v := view.Page{
		Now: r.Now(), Name: me.Name, Email: me.Email, Admin: me.Rank == models.Administrator,
		Factors: len(held.Factors), CodesLeft: held.CodesLeft,
	}
	for _, l := range me.Logins {
		var by ops.Provider
		if l.Federated() {
			by = me.Providers[*l.TrustedIDPID]
		}
		v.Logins = append(v.Logins, ownLogin(r, l, by))
		v.HasPassword = v.HasPassword || l.ID == r.Who.LoginID && l.SecretHash != ""
	}
	return v, err
}

func (h account) changePassword(r *web.Request) (web.Reply, error) {
	err := h.ops.ChangePassword(r.Ctx(), r.Who, r.Value("current"), r.Value("password"))
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.page(r)
		v.CurrentError, v.NewError = wrong["current"], wrong["password"]
		return web.Invalid("Account", view.ShowPage(v)), err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Redirect(to.Account()).Flash("Password changed. Your other sessions were ended."), r.Renew("")
}

func (h account) sessions(r *web.Request) (web.Reply, error) {
	list, err := h.ops.Sessions(r.Ctx(), r.Who)
	v := view.Sessions{Now: r.Now()}
	for _, s := range list {
		v.Rows = append(v.Rows, sessionRow(r, s, to.EndSession(s.ID.String())))
	}
	return web.Page("Sessions", view.SessionsPage(v)), err
}

func (h account) end(r *web.Request) (web.Reply, error) {
	err := h.ops.EndSession(r.Ctx(), r.Who, r.UUID("id"))
	return web.Redirect(to.Sessions()).Flash("Session ended."), err
}

func (h account) endOthers(r *web.Request) (web.Reply, error) {
	n, err := h.ops.EndOtherSessions(r.Ctx(), r.Who)
	return web.Redirect(to.Sessions()).Flash(ui.Plural(n, "other session", "other sessions") + " ended."), err
}

// sessionRow is a session as a list shows it.
func sessionRow(r *web.Request, s models.Session, end string) ui.Session {
	device, phone := deviceOf(s.UserAgent)
	return ui.Session{
		Device: device, Phone: phone, Address: s.IP, Started: s.CreatedAt, LastSeen: s.LastSeenAt,
		Current: s.ID == r.Who.SessionID, EndURL: end,
	}
}

// deviceOf names the browser and the system of a user agent, and whether it
// is a phone. It is a help to recognise a session, not a proof.
func deviceOf(agent string) (name string, phone bool) {
	browser := first(agent, "Unknown browser", "Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := first(agent, "", "iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	phone = system == "iPhone" || system == "Android"
	if system == "" {
		return browser, phone
	}
	return browser + " on " + system, phone
}

// first is the word of the first mark that text has; marks and words alternate.
func first(text, otherwise string, marks ...string) string {
	for i := 0; i+1 < len(marks); i += 2 {
		if strings.Contains(text, marks[i]) {
			return marks[i+1]
		}
	}
	return otherwise
}
