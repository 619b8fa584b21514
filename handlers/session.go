package handlers

import (
	"strings"

	"holdfast/models"
	"holdfast/models/outbox"
	ops "holdfast/models/people"
	"holdfast/models/providers"
	view "holdfast/views/session"
	"holdfast/views/to"
	"holdfast/web"
)

type session struct {
	ops  ops.Ops
	idps providers.Ops
	mail outbox.Ops
}

func home(*web.Request) (web.Reply, error) { return web.Redirect(to.Home), nil }

func (h session) form(r *web.Request) (web.Reply, error) {
	if r.Who.SignedIn() || r.Half.SignedIn() {
		return onwards(r), nil
	}
	notice := notices[r.Query("notice")]
	needed, err := h.ops.NeedsSetup(r.Ctx())
	if needed {
		notice = "Nobody has signed up yet. Open the setup link that Holdfast printed when it started."
	}
	if err != nil {
		return web.Reply{}, err
	}
	ways, broken := waysIn(r, h.idps)
	return web.Page("Sign in", view.SignInPage(view.SignIn{Next: r.Query("next"), Notice: notice, Ways: ways})).Because(broken), nil
}

// notices are the lines of news for who is signed out and has no session to
// keep them in; the address names one of them.
var notices = map[string]string{
	"ended":        "Your session ended, so nothing was saved. Sign in, then enter it again.",
	"signed-out":   "You are signed out.",
	"password-set": "Your password is set. Sign in with it.",
	"ready":        "You are the administrator of this console now. Sign in to begin.",
}

func (h session) signIn(r *web.Request) (web.Reply, error) {
	entry, err := h.ops.SignIn(r.Ctx(), r.Who, strings.TrimSpace(r.Value("login")), r.Value("password"))
	if wrong := models.WrongFields(err); wrong != nil {
		ways, broken := waysIn(r, h.idps)
		form := view.SignIn{Login: r.Value("login"), Next: r.Value("next"), Error: wrong["login"], Ways: ways}
		return web.Invalid("Sign in", view.SignInPage(form)).Because(broken), nil
	}
	if err != nil {
		return web.Reply{}, err
	}
	return enter(r, entry)
}

// enter begins a session and leads on: to what is still missing, or to where
// the person wanted to go.
func enter(r *web.Request, e models.Entry) (web.Reply, error) {
	if err := r.SignIn(e); err != nil {
		return web.Reply{}, err
	}
	return onwards(r), nil
}

func onwards(r *web.Request) web.Reply { return web.Redirect(whereTo(r)) }

func (h session) signOut(r *web.Request) (web.Reply, error) {
	return web.Redirect(to.SignIn + "?notice=signed-out"), r.SignOut()
}

func (h session) setupForm(r *web.Request) (web.Reply, error) {
	token := r.Query("token")
	err := h.ops.CheckSetup(r.Ctx(), token)
	if models.KindOf(err) == models.Expired {
		return h.deadSetup(r)
	}
	return web.Page("Set up Holdfast", view.SetupPage(view.Setup{Token: token})), err
}

func (h session) setup(r *web.Request) (web.Reply, error) {
	f := ops.FirstAdmin{Name: r.Value("name"), Email: r.Value("email"), Password: r.Value("password")}
	err := h.ops.Setup(r.Ctx(), r.Who, r.Value("token"), f)
	if wrong := models.WrongFields(err); wrong != nil {
		form := view.Setup{
			Token: r.Value("token"), Name: f.Name, Email: f.Email,
			NameError: wrong["name"], EmailError: wrong["email"], PasswordError: wrong["password"],
		}
		return web.Invalid("Set up Holdfast", view.SetupPage(form)), nil
	}
	if models.KindOf(err) == models.Expired {
		return h.deadSetup(r)
	}
	return web.Redirect(to.SignIn + "?notice=ready"), err
}

func (h session) link(r *web.Request) (web.Reply, error) {
	i, err := h.ops.CheckLink(r.Ctx(), r.Param("token"))
	if reply, dead := deadLink(err); dead {
		return reply, nil
	}
	return web.Page("Set your password", view.AccessPage(view.Access{Token: r.Param("token"), Login: i.Login, Reset: !i.First, Least: i.Least})), err
}

func (h session) useLink(r *web.Request) (web.Reply, error) {
	token := r.Param("token")
	err := h.ops.UseLink(r.Ctx(), r.Who, token, r.Value("password"))
	if wrong := models.WrongFields(err); wrong != nil {
		i, err := h.ops.CheckLink(r.Ctx(), token)
		form := view.Access{Token: token, Login: i.Login, Reset: !i.First, Least: i.Least, PasswordError: wrong["password"]}
		return web.Invalid("Set your password", view.AccessPage(form)), err
	}
	if reply, dead := deadLink(err); dead {
		return reply, nil
	}
	return web.Redirect(to.SignIn + "?notice=password-set"), err
}

// deadSetup says why the setup link does not open: somebody used it, or it is
// not the one that was printed last.
func (h session) deadSetup(r *web.Request) (web.Reply, error) {
	needed, err := h.ops.NeedsSetup(r.Ctx())
	return web.Page("This link no longer works", view.LinkDeadPage(view.LinkDead{Setup: true, SetupDone: !needed})).Status(410), err
}

// deadLink is the one page for every access link that does not open.
func deadLink(err error) (web.Reply, bool) {
	if models.KindOf(err) != models.Expired {
		return web.Reply{}, false
	}
	return web.Page("This link no longer works", view.LinkDeadPage(view.LinkDead{})).Status(410), true
}
