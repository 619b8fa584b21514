package handlers

import (
	"net/http"
	"strconv"

	"holdfast/models"
	"holdfast/models/audit"
	ops "holdfast/models/logins"
	"holdfast/models/outbox"
	view "holdfast/views/logins"
	"holdfast/views/to"
	"holdfast/web"
)

// userLogins are the bridges of the editor of a user's logins.
type userLogins struct {
	ops   ops.Ops
	mail  outbox.Ops
	audit audit.Ops
}

const loginsChanged = "Changed meanwhile"

// open reads what was posted, and the logins as they are.
func (h userLogins) open(r *web.Request) (loginsForm, error) {
	sheet, err := h.ops.Sheet(r.Ctx(), r.Who, r.ID("id"))
	if err != nil {
		return loginsForm{}, err
	}
	return readLoginsForm(r, sheet), nil
}

func (h userLogins) edit(r *web.Request) (web.Reply, error) {
	f, err := h.open(r)
	f.revision = f.sheet.Revision
	return f.editor(r), err
}

// row adds, removes or keeps a row, and answers the page with all that was
// typed but passwords. Nothing is saved.
func (h userLogins) row(r *web.Request) (web.Reply, error) {
	f, err := h.open(r)
	f.add(r.Value(view.Add))
	f.mark(r.Value(view.Remove), true)
	f.mark(r.Value(view.Keep), false)
	return f.editor(r), err
}

func (h userLogins) review(r *web.Request) (web.Reply, error) {
	f, err := h.open(r)
	if err != nil || f.stale() {
		return h.compared(r, f, err)
	}
	return h.plan(r, f)
}

// plan is the page that says what saving would bring about.
func (h userLogins) plan(r *web.Request, f loginsForm) (web.Reply, error) {
	set, wrong := f.set()
	set.AllowEmpty = true
	done, err := h.ops.Preview(r.Ctx(), r.Who, f.sheet.User.ID, set)
	if err != nil || len(wrong) > 0 {
		return h.refused(r, f, wrong, err)
	}
	return web.Page("Review changes", view.ReviewPage(f.reviewed(r, done, h.mail.Carried()))), nil
}

// save does it. What removes a login is shown first, unless it was.
func (h userLogins) save(r *web.Request) (web.Reply, error) {
	f, err := h.open(r)
	switch {
	case err != nil || f.stale():
		return h.compared(r, f, err)
	case f.removes() && !f.looked:
		f.first = true
		return h.plan(r, f)
	case f.looked && f.empties() && !f.sure:
		reply, err := h.plan(r, f)
		return reply.Status(http.StatusUnprocessableEntity), err
	}
	set, wrong := f.set()
	if len(wrong) > 0 {
		set.AllowEmpty = true
		_, err = h.ops.Preview(r.Ctx(), r.Who, f.sheet.User.ID, set)
		return h.refused(r, f, wrong, err)
	}
	done, err := h.ops.SetCredentials(r.Ctx(), r.Who, f.sheet.User.ID, set)
	if err != nil {
		return h.refused(r, f, nil, err)
	}
	return web.Redirect(to.UserLogins(f.sheet.User.ID)).Flash(h.saved(done)), nil
}

// refused is the editor with every fault at its place, or the comparison when
// somebody saved at the same moment. Other errors stay errors.
func (h userLogins) refused(r *web.Request, f loginsForm, wrong []models.Fault, err error) (web.Reply, error) {
	if models.KindOf(err) == models.Outdated {
		f, err = h.open(r)
		return h.compared(r, f, err)
	}
	told, ok := faultsOf(err)
	if !ok {
		return web.Reply{}, err
	}
	f.complain(append(wrong, told...))
	return f.editor(r).Status(http.StatusUnprocessableEntity), nil
}

func (h userLogins) unlock(r *web.Request) (web.Reply, error) {
	return h.once(r, "Unlocked.", func() error { return h.ops.Unlock(r.Ctx(), r.Who, r.ID("id"), r.ID("login")) })
}

func (h userLogins) restore(r *web.Request) (web.Reply, error) {
	return h.once(r, "Login restored.", func() error { return h.ops.Restore(r.Ctx(), r.Who, r.ID("id"), r.ID("login")) })
}

// once does one thing to a login at once, and keeps what was typed in the
// others: what it changed itself makes no revision stale.
func (h userLogins) once(r *web.Request, news string, do func() error) (web.Reply, error) {
	f, err := h.open(r)
	if err != nil {
		return web.Reply{}, err
	}
	if err := do(); err != nil {
		if models.KindOf(err) != models.Conflict {
			return web.Reply{}, err
		}
		f.problem = loginWords(err.Error())
		return f.editor(r).Status(http.StatusConflict), nil
	}
	current := !f.stale()
	if f, err = h.open(r); err != nil || !f.edited() {
		return web.Redirect(to.UserLogins(r.ID("id"))).Flash(news), err
	}
	if current {
		f.revision = f.sheet.Revision
		f.complete()
	}
	return f.editor(r).Flash(news), nil
}

// index reads the number of a row; what is none is no row's.
func index(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 9999 {
		return -1
	}
	return n
}
