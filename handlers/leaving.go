package handlers

import (
	"slices"

	"holdfast/models"
	ops "holdfast/models/transfers"
	"holdfast/views/to"
	view "holdfast/views/transfers"
	"holdfast/web"
)

// leaving hands over several credentials at once: one's own, or, by an
// administrator, those of a user who can't do it any more.
type leaving struct {
	ops   ops.Ops
	title titled
}

func (h leaving) show(r *web.Request) (web.Reply, error) {
	v, err := h.mine(r, ops.Offer{})
	return web.Page(v.Title(), view.LeavingPage(v)), err
}

func (h leaving) offer(r *web.Request) (web.Reply, error) {
	of := chosen(r)
	made, err := h.ops.Initiate(r.Ctx(), r.Who, of)
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.mine(r, of)
		return refused(v, wrong), err
	}
	return web.Redirect(to.Transfers()).Flash(offeredTo(r, made)), err
}

func (h leaving) mine(r *web.Request, of ops.Offer) (view.Leaving, error) {
	l, err := h.ops.Leaving(r.Ctx(), r.Who, r.Query("after"))
	v := h.page(r, l, of, to.LeavingAfter, to.RevokeTransfer)
	for i, row := range v.Rows {
		v.Rows[i].URL = to.Credential(row.ID)
	}
	return v, err
}

func (h leaving) showFor(r *web.Request) (web.Reply, error) {
	v, err := h.theirs(r, ops.Offer{})
	return web.Page(v.Title(), view.LeavingPage(v)), err
}

func (h leaving) offerFor(r *web.Request) (web.Reply, error) {
	of := chosen(r)
	made, err := h.ops.InitiateFor(r.Ctx(), r.Who, r.ID("id"), of)
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.theirs(r, of)
		return refused(v, wrong), err
	}
	return web.Redirect(to.UserLeaving(r.ID("id"))).Flash(offeredTo(r, made)), err
}

func (h leaving) revokeFor(r *web.Request) (web.Reply, error) {
	err := h.ops.RevokeFor(r.Ctx(), r.Who, r.ID("id"), r.UUID("credential"))
	return web.Redirect(to.UserLeaving(r.ID("id"))).Flash("Offer revoked. Both sides get a letter."), err
}

func (h leaving) theirs(r *web.Request, of ops.Offer) (view.Leaving, error) {
	user := r.ID("id")
	l, err := h.ops.LeavingOf(r.Ctx(), r.Who, user, r.Query("after"))
	v := h.page(r, l, of, func(after string) string { return to.UserLeavingAfter(user, after) },
		func(id string) string { return to.RevokeUserTransfer(user, id) })
	v.Owner, v.OwnerID = l.Owner.Name, l.Owner.ID
	return v, err
}

// refused is the form again, with what is wrong.
func refused(v view.Leaving, wrong models.Fields) web.Reply {
	v.EmailError, v.ChoiceError = wrong["email"], wrong["credentials"]
	return web.Invalid(v.Title(), view.LeavingPage(v))
}

// chosen is what the form offers.
func chosen(r *web.Request) ops.Offer {
	of := ops.Offer{Email: r.Value("email")}
	for _, id := range r.Values("credential") {
		of.Credentials = append(of.Credentials, models.ParseID(id))
	}
	return of
}

// page is what a user owns, with the addresses of its pages and of what takes an
// offer back.
func (h leaving) page(r *web.Request, l ops.Leaving, of ops.Offer, at, revoke func(string) string) view.Leaving {
	v := view.Leaving{Now: r.Now(), Email: of.Email, ValidFor: h.ops.Life(), After: r.Query("after")}
	if v.After != "" {
		v.First = at("")
	}
	if l.Credentials.Next != "" {
		v.Next = at(l.Credentials.Next)
	}
	for _, p := range l.People {
		v.People = append(v.People, view.Candidate{Name: p.Name, Email: p.Email})
	}
	for _, c := range l.Credentials.Rows {
		row := view.Owned{
			ID: c.ID.String(), Name: c.Name, Projects: names(c.Projects), LastUsed: c.LastUsedAt,
			Chosen: slices.Contains(of.Credentials, c.ID), RevokeURL: revoke(c.ID.String()), Account: c.Kind == models.OAuthKind,
		}
		row.KindTitle, row.KindIcon = h.title(c.Kind)
		for _, o := range l.Offers {
			if o.CredentialID == c.ID {
				row.Pending = open(r, o)
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}
