package handlers

import (
	"strings"

	"holdfast/models"
	view "holdfast/views/session"
	"holdfast/views/to"
	"holdfast/web"
)

func (h session) forgotForm(r *web.Request) (web.Reply, error) {
	if r.Query("sent") != "" && h.mail.Carried() {
		return web.Page("Look into your mail", view.ForgotSentPage(true)), nil
	}
	if r.Query("sent") != "" {
		return web.Page("Ask an administrator", view.ForgotSentPage(false)), nil
	}
	return web.Page("Forgot your password?", view.ForgotPage(view.Forgot{})), nil
}

func (h session) forgot(r *web.Request) (web.Reply, error) {
	login := strings.TrimSpace(r.Value("login"))
	if login == "" {
		return web.Invalid("Forgot your password?", view.ForgotPage(view.Forgot{LoginError: "Enter your login. Most often it is your e-mail address."})), nil
	}
	return web.Redirect(to.ForgotSent()), h.ops.Forgot(r.Ctx(), r.Who, login)
}

// opened is what the page of a link says by itself; the answer tells nothing.
func (h session) opened(r *web.Request) (web.Reply, error) {
	return web.NoContent(), h.ops.OpenedLink(r.Ctx(), r.Who, r.Param("token"))
}

func (h session) ownPasswordForm(r *web.Request) (web.Reply, error) {
	return h.ownPasswordPage(r, "")
}

func (h session) ownPasswordPage(r *web.Request, wrong string) (web.Reply, error) {
	if r.Half.Stage != models.NeedsPassword {
		return onwards(r), nil
	}
	least, err := h.ops.OwnPassword(r.Ctx(), r.Half)
	form := view.OwnPassword{Email: r.Half.Email, Next: r.Next(), Least: least, PasswordError: wrong}
	page := web.Page("Choose your own password", view.OwnPasswordPage(form))
	if wrong != "" {
		page = web.Invalid("Choose your own password", view.OwnPasswordPage(form))
	}
	return page, err
}

func (h session) ownPassword(r *web.Request) (web.Reply, error) {
	entry, err := h.ops.SetOwnPassword(r.Ctx(), r.Half, r.Value("password"))
	if wrong := models.WrongFields(err); wrong != nil {
		return h.ownPasswordPage(r, wrong["password"])
	}
	if err != nil {
		return web.Reply{}, err
	}
	return enter(r, entry)
}

func (h users) loginLink(r *web.Request) (web.Reply, error) {
	show := r.Value("send") == "show"
	link, err := h.ops.SendLink(r.Ctx(), r.Who, r.ID("id"), r.ID("login"), show)
	if err != nil {
		return web.Reply{}, err
	}
	if show {
		return h.once(r, link, ""), nil
	}
	text := "A letter with an access link is on its way to " + link.User.Email + "."
	if !h.mail.Carried() {
		text = "A letter with an access link waits in the outbox: no mail server is set."
	}
	return web.Redirect(to.UserLogins(r.ID("id"))).Flash(text), nil
}
