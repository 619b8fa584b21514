package handlers

import (
	"errors"
	"strings"

	"holdfast/models"
	"holdfast/models/outbox"
	ops "holdfast/models/transfers"
	"holdfast/views/to"
	view "holdfast/views/transfers"
	"holdfast/views/ui"
	"holdfast/web"
)

// transfers are the lists of offers, and what the receiver of a link does.
type transfers struct {
	ops   ops.Ops
	mail  outbox.Ops
	title titled
}

func (h transfers) list(r *web.Request) (web.Reply, error) {
	in, out := r.Query("in"), r.Query("out")
	toMe, ofMine, err := h.ops.List(r.Ctx(), r.Who, in, out)
	if err != nil {
		return web.Reply{}, err
	}
	nothing, err := h.ops.OwnsNothing(r.Ctx(), r.Who)
	v := view.Mine{Now: r.Now(), Me: r.Who.Email, OwnsNothing: nothing, NoMailServer: !h.mail.Carried()}
	for _, o := range toMe.Rows {
		line := offerLine(r, o, o.From)
		line.Letter.State = string(o.Letter)
		if o.State == models.TransferAccepted {
			line.CredentialID = o.CredentialID.String()
		}
		v.In = append(v.In, line)
	}
	for _, o := range ofMine.Rows {
		line := offerLine(r, o, o.To)
		line.Letter = view.Letter{State: string(o.Letter), Trouble: trouble(r, o)}
		if o.State != models.TransferAccepted && o.Kind != "" {
			line.CredentialID = o.CredentialID.String()
		}
		v.Out = append(v.Out, line)
	}
	if toMe.Next != "" {
		v.NextIn = to.TransfersFrom(toMe.Next, out)
	}
	if ofMine.Next != "" {
		v.NextOut = to.TransfersFrom(in, ofMine.Next)
	}
	if in != "" {
		v.FirstIn = to.TransfersFrom("", out)
	}
	if out != "" {
		v.FirstOut = to.TransfersFrom(in, "")
	}
	return web.Page("Transfers", view.MinePage(v)), err
}

func offerLine(r *web.Request, o models.Offered, other models.Party) view.Offered {
	return view.Offered{
		Name: o.Name, Other: other.Name, OtherEmail: other.Email, State: view.State(o.At(r.Now())),
		Made: o.CreatedAt, Until: o.ExpiresAt, Ended: orZero(o.EndedAt),
	}
}

func (h transfers) show(r *web.Request) (web.Reply, error) {
	v, err := h.link(r, ops.Answer{})
	if errors.Is(err, models.ErrTransferToken) {
		nothing := *models.ErrTransferToken
		nothing.Text = "This link opens nothing for " + r.Who.Email + ", as whom you are signed in. It may be meant for somebody else, or it is incomplete. Sign out, then open it again and sign in with the address that the letter was sent to."
		return web.Reply{}, &nothing
	}
	return web.Page(v.Title(), view.LinkPage(v)), err
}

// back leads whoever opens the address of an answer, which stays in the browser
// after a fault, to the page of the link.
func (h transfers) back(r *web.Request) (web.Reply, error) {
	_, err := h.ops.Open(r.Ctx(), r.Who, r.Param("token"))
	return web.Redirect(to.Transfer(r.Param("token"))), err
}

// link is what the link shows, with what the receiver has chosen and typed.
func (h transfers) link(r *web.Request, a ops.Answer) (view.Link, error) {
	list, err := h.ops.Open(r.Ctx(), r.Who, r.Param("token"))
	v := view.Link{Now: r.Now(), Token: r.Param("token")}
	for _, o := range list {
		v.From, v.FromEmail, v.Until = o.From.Name, o.From.Email, o.ExpiresAt
		v.By, v.ByEmail = o.By.Name, o.By.Email
		v.Items = append(v.Items, h.item(r, o, a))
	}
	return v, err
}

func (h transfers) item(r *web.Request, o models.Offered, a ops.Answer) view.Item {
	i := view.Item{
		ID: o.ID.String(), Name: o.Name, Projects: seen(o.Projects), State: view.State(o.At(r.Now())), Ended: orZero(o.EndedAt),
		Provider: o.Provider, Account: o.Account, AskName: o.Clash, Chosen: o.Blocked == nil && len(a.Offers) == 0,
	}
	i.KindTitle, i.KindIcon = h.title(o.Kind)
	if i.State == view.Pending && o.Blocked != nil {
		i.Blocked = o.Blocked.Error()
	}
	if o.State == models.TransferAccepted {
		i.GoTo = to.Credential(o.CredentialID.String())
	}
	if o.Clash {
		i.NewName = proposal(o)
	}
	for _, id := range a.Offers {
		i.Chosen = i.Chosen || id == o.ID
	}
	if typed, ok := a.Names[o.ID]; ok {
		i.AskName, i.NewName = true, typed
	}
	return i
}

// proposal is a name that the receiver hardly has, and that is not too long.
func proposal(o models.Offered) string {
	from, name := []rune(" (from "+o.From.Name+")"), []rune(o.Name)
	return string(name[:min(len(name), 255-len(from))]) + string(from)
}

// seen are the projects that the person is a member of, by name, and the others
// by their number.
func seen(list []models.SharedWith) []string {
	var known []models.SharedWith
	for _, p := range list {
		if p.Role != "" {
			known = append(known, p)
		}
	}
	all := names(known)
	if hidden := len(list) - len(known); hidden > 0 {
		all = append(all, ui.Plural(hidden, "project that you can't see", "projects that you can't see"))
	}
	return all
}

// answered is what the receiver says in the form of the link.
func answered(r *web.Request) ops.Answer {
	a := ops.Answer{Names: map[models.ID]string{}}
	for _, id := range r.Values("offer") {
		a.Offers = append(a.Offers, models.ParseID(id))
	}
	for input, values := range r.Form() {
		if id, ok := strings.CutPrefix(input, "name/"); ok {
			a.Names[models.ParseID(id)] = values[0]
		}
	}
	return a
}

func (h transfers) accept(r *web.Request) (web.Reply, error) {
	return h.answer(r, func(a ops.Answer) (string, error) {
		done, err := h.ops.Confirm(r.Ctx(), r.Who, r.Param("token"), a)
		return "You own " + these(done) + " now.", err
	})
}

func (h transfers) decline(r *web.Request) (web.Reply, error) {
	return h.answer(r, func(a ops.Answer) (string, error) {
		return "Declined. Nothing changed hands.", h.ops.Decline(r.Ctx(), r.Who, r.Param("token"), a)
	})
}

// answer gives the answer of the form, which names each offer that is meant, and
// leads on with the news of it.
func (h transfers) answer(r *web.Request, give func(ops.Answer) (news string, err error)) (web.Reply, error) {
	a := answered(r)
	if len(a.Offers) == 0 {
		return h.again(r, a, models.Wrong("offer", "Choose what you want to accept or decline."))
	}
	news, err := give(a)
	if err != nil {
		return h.again(r, a, err)
	}
	return h.next(r, news)
}

// again shows the receiver the page of the link with what stands in the way.
// Anybody else is told what the link tells them, whatever they sent.
func (h transfers) again(r *web.Request, a ops.Answer, why error) (web.Reply, error) {
	if models.KindOf(why) == models.Internal {
		return web.Reply{}, why
	}
	v, err := h.link(r, a)
	if err != nil {
		return web.Reply{}, err
	}
	wrong := models.WrongFields(why)
	if wrong == nil {
		v.Error = why.Error()
		if models.KindOf(why) == models.Expired {
			return web.Page(v.Title(), view.LinkPage(v)).Status(410), nil
		}
		return web.Stale(v.Title(), view.LinkPage(v)), nil
	}
	v.Error = wrong["offer"]
	for i, item := range v.Items {
		v.Items[i].Chosen = item.Chosen && len(a.Offers) > 0 // nothing was ticked: so it stays
		if text := wrong["name/"+item.ID]; text != "" {
			v.Items[i].AskName, v.Items[i].NameError = true, text
		}
	}
	return web.Invalid(v.Title(), view.LinkPage(v)), nil
}

// next leads on: to what else the link offers, to the credential that is the
// receiver's now, or to the list.
func (h transfers) next(r *web.Request, news string) (web.Reply, error) {
	v, err := h.link(r, ops.Answer{})
	where := to.Transfers()
	for _, i := range v.Items {
		if i.GoTo != "" && len(v.Items) == 1 {
			where = i.GoTo
		}
		if i.State == view.Pending {
			where = to.Transfer(v.Token)
		}
	}
	return web.Redirect(where).Flash(news), err
}

// these are names as one says them in a sentence.
func these(names []string) string {
	if len(names) == 1 {
		return "“" + names[0] + "”"
	}
	return ui.Plural(len(names), "credential", "credentials")
}
