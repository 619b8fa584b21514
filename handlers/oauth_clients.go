package handlers

import (
	"slices"
	"strings"

	"holdfast/models"
	creds "holdfast/models/credentials"
	ops "holdfast/models/oauth"
	view "holdfast/views/oauthclients"
	"holdfast/views/to"
	"holdfast/web"
)

type oauthClients struct {
	ops     ops.Ops
	creds   creds.Ops
	baseURL string
}

// owners is a bridge that only the owner of the client may cross. Who may connect
// with it is told so; everyone else learns nothing.
func (h oauthClients) owners(do func(*web.Request, ops.ClientView) (web.Reply, error)) bridge {
	return func(r *web.Request) (web.Reply, error) {
		c, err := h.ops.Client(r.Ctx(), r.Who, r.UUID("id"))
		if err == nil && !c.Mine {
			err = models.Fail(models.Forbidden, "Only its owner can do this. Ask %s.", c.OwnerName)
		}
		if err != nil {
			return web.Reply{}, err
		}
		return do(r, c)
	}
}

func (h oauthClients) list(r *web.Request) (web.Reply, error) {
	page, err := h.ops.Clients(r.Ctx(), r.Who, r.Query("after"))
	v := view.List{Now: r.Now(), First: r.Query("after") == "", Next: page.Next}
	for _, c := range page.Rows {
		row := view.Row{
			ID: c.ID.String(), Name: c.Name, Owner: ownerOf(c), Provider: h.providerOf(c), For: mayConnect(c),
			Used: c.Credentials > 0, Counted: countedFor(r, c), Refused: orZero(c.IncidentAt),
		}
		if row.Counted {
			row.Credentials = c.Credentials
		}
		v.Rows = append(v.Rows, row)
	}
	return web.Page("OAuth clients", view.ListPage(v)), err
}

func (h oauthClients) new(r *web.Request) (web.Reply, error) {
	switch name := r.Query("provider"); name {
	case "":
		return web.Page("Choose a provider", view.PickerPage(h.picker(r.Query("q")))), nil
	case view.Other:
		var f models.ClientForm
		f.Fill(models.ClientSettings{Auth: models.SecretBasic, PKCE: true})
		return h.newPage(r, f)
	default:
		return h.newAt(r, name)
	}
}

// newAt is the form of a new client at a known provider, or what has to be known
// before it can be filled in.
func (h oauthClients) newAt(r *web.Request, name string) (web.Reply, error) {
	p, err := h.ops.KnownBy(name)
	if err != nil {
		return web.Reply{}, err
	}
	given, all := inputs(r, p)
	if !all {
		return web.Page("New OAuth client", view.AskingPage(h.asking(p, given, nil))), nil
	}
	s, err := h.ops.FillIn(p, given)
	if wrong := models.WrongFields(err); wrong != nil {
		return web.Invalid("New OAuth client", view.AskingPage(h.asking(p, given, wrong))), nil
	}
	if err != nil {
		return web.Reply{}, err
	}
	f := models.ClientForm{Name: p.Title, Provider: p.Name}
	f.Fill(s)
	return h.newPage(r, f)
}

func (h oauthClients) newPage(r *web.Request, f models.ClientForm) (web.Reply, error) {
	v, err := h.form(r, f, nil)
	return web.Page("New OAuth client", view.FormPage(v)), err
}

func (h oauthClients) create(r *web.Request) (web.Reply, error) {
	f := clientForm(r)
	if f.Provider == "" && strings.TrimSpace(f.Issuer) != "" && strings.TrimSpace(f.Authorize+f.Token) == "" {
		return h.discover(r) // as Enter in the issuer means it: nothing can be added without them
	}
	id, err := h.ops.CreateClient(r.Ctx(), r.Who, f)
	if wrong := models.WrongFields(err); wrong != nil {
		return h.newAgain(r, f, wrong)
	}
	return web.Redirect(to.OAuthClient(id.String())).Flash("OAuth client added. Check it, then connect an account with it."), err
}

func (h oauthClients) newAgain(r *web.Request, f models.ClientForm, wrong models.Fields) (web.Reply, error) {
	v, err := h.form(r, f, nil)
	v.Errors = wrong
	return web.Invalid("New OAuth client", view.FormPage(v)), err
}

// discover fills in what a provider says of itself, and leaves the rest as typed.
func (h oauthClients) discover(r *web.Request) (web.Reply, error) {
	f := clientForm(r)
	s, err := h.ops.Discover(r.Ctx(), r.Who, f.Issuer)
	if wrong := models.WrongFields(err); wrong != nil {
		return h.newAgain(r, f, wrong)
	}
	if err != nil {
		return web.Reply{}, err
	}
	f.Issuer, f.NamesItself, f.Auth, f.PKCE = s.Issuer, s.NamesItself, s.Auth, s.PKCE || f.PKCE
	f.Authorize, f.Token, f.Revoke, f.UserInfo, f.Introspect = s.Authorize, s.Token, s.Revoke, s.UserInfo, s.Introspect
	n, none := 0, strings.TrimSpace(f.Optional) == ""
	if none && strings.TrimSpace(f.Mandatory) == "" {
		f.Mandatory = strings.Join(s.Mandatory, "\n")
	}
	if none {
		asked := strings.Fields(f.Mandatory)
		more := slices.DeleteFunc(s.Optional, func(o string) bool { return slices.Contains(asked, o) })
		f.Optional, n = strings.Join(more, "\n"), len(more)
	}
	if prompt := s.AuthorizeParams["prompt"]; prompt != "" && strings.TrimSpace(f.AuthorizeParams) == "" {
		f.AuthorizeParams = "prompt=" + prompt
	}
	v, err := h.form(r, f, nil)
	v.Found, v.Scopes = true, n
	return web.Page("New OAuth client", view.FormPage(v)), err
}

func (h oauthClients) show(r *web.Request) (web.Reply, error) {
	c, err := h.ops.Client(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return web.Reply{}, err
	}
	v, err := h.whole(r, c)
	return web.Page(c.Name, view.ShowPage(v)), err
}

func (h oauthClients) edit(r *web.Request, c ops.ClientView) (web.Reply, error) {
	f := models.ClientFormOf(c.OAuthClient)
	for _, p := range c.Offered {
		f.Projects = append(f.Projects, p.ID)
	}
	v, err := h.form(r, f, &c)
	return web.Page("Edit "+c.Name, view.FormPage(v)), err
}

func (h oauthClients) update(r *web.Request, c ops.ClientView) (web.Reply, error) {
	f := clientForm(r)
	err := h.ops.UpdateClient(r.Ctx(), r.Who, c.ID, f)
	wrong, stale := models.WrongFields(err), models.KindOf(err) == models.Conflict
	if err == nil || wrong == nil && !stale {
		return web.Redirect(to.OAuthClient(c.ID.String())).Flash("OAuth client saved."), err
	}
	if stale {
		f.Version = c.Version
	}
	v, err := h.form(r, f, &c)
	v.Errors, v.Stale = wrong, stale
	if stale {
		return web.Stale("Edit "+c.Name, view.FormPage(v)), err
	}
	return web.Invalid("Edit "+c.Name, view.FormPage(v)), err
}

func (h oauthClients) check(r *web.Request, c ops.ClientView) (web.Reply, error) {
	problems, err := h.ops.CheckClient(r.Ctx(), r.Who, c.ID, h.callback())
	if err != nil {
		return web.Reply{}, err
	}
	return h.checked(r, c, problems)
}

func (h oauthClients) checked(r *web.Request, c ops.ClientView, problems []string) (web.Reply, error) {
	v, err := h.whole(r, c)
	v.Checked, v.Problems = true, problems
	return web.Page(c.Name, view.ShowPage(v)), err
}

// resume has a refused client tried again, once the provider takes it: otherwise
// its page says what stands in the way, and the incident stays open.
func (h oauthClients) resume(r *web.Request, c ops.ClientView) (web.Reply, error) {
	problems, err := h.ops.ResumeClient(r.Ctx(), r.Who, c.ID, h.callback())
	if err != nil || len(problems) == 0 {
		return web.Redirect(to.OAuthClient(c.ID.String())).Flash(c.Name + " is accepted again. Its credentials are tried again."), err
	}
	return h.checked(r, c, problems)
}

func (h oauthClients) deleteAsk(r *web.Request, c ops.ClientView) (web.Reply, error) {
	v, err := h.impact(r, c.ID)
	return web.Page("Delete "+c.Name, view.DeletePage(v)), err
}

func (h oauthClients) delete(r *web.Request, c ops.ClientView) (web.Reply, error) {
	err := h.ops.DeleteClient(r.Ctx(), r.Who, c.ID, r.Value("confirm"))
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.impact(r, c.ID)
		v.Typed, v.Error = r.Value("confirm"), wrong["confirm"]
		return web.Invalid("Delete "+c.Name, view.DeletePage(v)), err
	}
	return web.Redirect(to.OAuthClients()).Flash(c.Name + " is deleted."), err
}

// takeOverAsk asks before somebody else's client becomes the administrator's.
func (h oauthClients) takeOverAsk(r *web.Request) (web.Reply, error) {
	c, err := h.ops.Client(r.Ctx(), r.Who, r.UUID("id"))
	if err == nil && c.Mine {
		return web.Redirect(to.OAuthClient(c.ID.String())).Notice(c.Name + " is yours already."), nil
	}
	return web.Page("Take over "+c.Name, view.TakeOverPage(takeOver(c))), err
}

func (h oauthClients) takeOver(r *web.Request) (web.Reply, error) {
	id := r.UUID("id")
	err := h.ops.TakeOver(r.Ctx(), r.Who, id)
	if wrong := models.WrongFields(err); wrong != nil {
		c, err := h.ops.Client(r.Ctx(), r.Who, id)
		v := takeOver(c)
		v.Error = wrong["name"] + " Rename yours first."
		return web.Invalid("Take over "+c.Name, view.TakeOverPage(v)), err
	}
	return web.Redirect(to.OAuthClient(id.String())).Flash("The client is yours now."), err
}
