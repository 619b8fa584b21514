package handlers

import (
	"cmp"

	"holdfast/models"
	"holdfast/models/outbox"
	ops "holdfast/models/transfers"
	"holdfast/views/to"
	view "holdfast/views/transfers"
	"holdfast/views/ui"
	"holdfast/web"
)

// offers are made here, of one credential at a time.
type offers struct {
	ops  ops.Ops
	mail outbox.Ops
}

func (h offers) form(r *web.Request) (web.Reply, error) {
	v, err := h.offer(r, r.Query("email"))
	return web.Page("Offer transfer", view.OfferPage(v)), err
}

// offer is the form with that address in it, or the open offer.
func (h offers) offer(r *web.Request, email string) (view.Offer, error) {
	f, err := h.ops.Form(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return view.Offer{}, err
	}
	v := view.Offer{
		Now: r.Now(), ID: f.ID.String(), Name: f.Name, Projects: names(f.Projects), ValidFor: h.ops.Life(), Email: email,
		NoMailServer: !h.mail.Carried(), Administrator: r.Who.Admin(),
		Provider: f.Provider, Account: f.Account,
	}
	for _, p := range f.People {
		v.People = append(v.People, view.Candidate{Name: p.Name, Email: p.Email, FillURL: to.OfferTransferTo(v.ID, p.Email)})
	}
	if f.Pending != nil {
		v.Pending = open(r, *f.Pending)
	}
	return v, f.Editable()
}

func (h offers) make(r *web.Request) (web.Reply, error) {
	email := r.Value("email")
	made, err := h.ops.Initiate(r.Ctx(), r.Who, h.of(r, email))
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.offer(r, email)
		v.EmailError, v.OtherError = wrong["email"], wrong["credentials"]
		return web.Invalid("Offer transfer", view.OfferPage(v)), err
	}
	return web.Redirect(to.Credential(r.Param("id"))).Flash(offeredTo(r, made)), err
}

func (h offers) of(r *web.Request, email string) ops.Offer {
	return ops.Offer{Credentials: []models.ID{r.UUID("id")}, Email: email}
}

func offeredTo(r *web.Request, made ops.Made) string {
	what := "Offered"
	if made.Count > 1 {
		what = ui.Plural(made.Count, "credential", "credentials") + " offered"
	}
	return what + " to " + made.To.Name + ". They have " + ui.Left(made.Until, r.Now()) + " to accept."
}

// check looks whether the address fits while the person still types elsewhere.
func (h offers) check(r *web.Request) (web.Reply, error) {
	email := r.Value("email")
	v := view.Offer{Now: r.Now(), ID: r.Param("id"), Email: email}
	p, err := h.ops.Validate(r.Ctx(), r.Who, h.of(r, email))
	wrong := models.WrongFields(err)
	if err != nil && wrong == nil {
		return web.Reply{}, err
	}
	if v.EmailError = cmp.Or(wrong["email"], wrong["credentials"]); v.EmailError == "" {
		v.Fits = p.Name
	}
	return web.Fragment(view.Check(v), to.OfferTransferTo(v.ID, email)), nil
}

func (h offers) revoke(r *web.Request) (web.Reply, error) {
	err := h.ops.Revoke(r.Ctx(), r.Who, r.UUID("id"))
	return web.Redirect(to.Credential(r.Param("id"))).Flash("Offer revoked. The credential stays yours."), err
}

// open is an offer that waits, as its sender sees it.
func open(r *web.Request, o models.Offered) *view.Open {
	return &view.Open{To: o.To.Name, ToEmail: o.To.Email, Until: o.ExpiresAt, Letter: view.Letter{State: string(o.Letter), Trouble: trouble(r, o)}}
}

// trouble is what the mail server said of the letter with the link. It tells of
// the house's own network, so only an administrator reads it.
func trouble(r *web.Request, o models.Offered) string {
	if !r.Who.Admin() {
		return ""
	}
	return o.Trouble
}
