package handlers

import (
	"fmt"
	"strconv"

	"holdfast/models"
	ops "holdfast/models/tokens"
	adminview "holdfast/views/admin"
	"holdfast/views/to"
	view "holdfast/views/tokens"
	"holdfast/views/ui"
	"holdfast/web"
)

type tokens struct {
	ops     ops.Ops
	baseURL string
}

func (h tokens) list(r *web.Request) (web.Reply, error) {
	v, err := h.page(r)
	return web.Page("API tokens", view.ListPage(v)), err
}

func (h tokens) page(r *web.Request) (view.Page, error) {
	list, err := h.ops.List(r.Ctx(), r.Who)
	return view.Page{
		Now: r.Now(), Rows: tokenRows(r, list, to.RevokeToken), CanCreate: r.Who.Rank.Can(models.ManageLogins),
		Example: h.example(r), Lives: models.TokenLives(), Days: 30,
	}, err
}

// example is the address of a call that everybody who may call can try.
func (h tokens) example(r *web.Request) string {
	return h.baseURL + fmt.Sprintf("/api/v1/users/%d/logins", r.Who.UserID)
}

func (h tokens) create(r *web.Request) (web.Reply, error) {
	days, _ := strconv.Atoi(r.Value("days")) // what is no number is no choice
	c, err := h.ops.Create(r.Ctx(), r.Who, models.NewToken{Name: r.Value("name"), Days: days})
	if wrong := models.WrongFields(err); wrong != nil {
		v, err := h.page(r)
		v.Name, v.Days, v.NameError, v.DaysError = r.Value("name"), days, wrong["name"], wrong["days"]
		return web.Invalid("API tokens", view.ListPage(v)), err
	}
	made := view.Created{Name: c.Name, Token: c.Token, Expires: c.ExpiresAt, Example: h.example(r)}
	return web.Page("Your new token", view.CreatedPage(made)), err
}

func (h tokens) ask(r *web.Request) (web.Reply, error) {
	a, err := h.ops.Get(r.Ctx(), r.Who, r.UUID("id"))
	v := view.Revoke{Now: r.Now(), Token: tokenRow(a), URL: to.RevokeToken(a.ID.String()), Back: to.Tokens()}
	return web.Page("Revoke "+a.Name, view.RevokePage(v)), err
}

func (h tokens) revoke(r *web.Request) (web.Reply, error) {
	a, err := h.ops.Revoke(r.Ctx(), r.Who, r.UUID("id"))
	return web.Redirect(to.Tokens()).Flash("The token “" + a.Name + "” is revoked. It does not work any more."), err
}

func (h tokens) askOf(r *web.Request) (web.Reply, error) {
	a, u, err := h.ops.GetOf(r.Ctx(), r.Who, r.ID("id"), r.UUID("token"))
	v := view.Revoke{Now: r.Now(), Token: tokenRow(a), User: u.Name, UserID: u.ID, URL: to.RevokeUserToken(u.ID, a.ID.String()), Back: to.UserTokens(u.ID)}
	return web.Page("Revoke "+a.Name, view.RevokePage(v)), err
}

func (h tokens) revokeOf(r *web.Request) (web.Reply, error) {
	err := h.ops.RevokeOf(r.Ctx(), r.Who, r.ID("id"), r.UUID("token"))
	return web.Redirect(to.UserTokens(r.ID("id"))).Flash("The token is revoked. Its user gets a letter that says so."), err
}

func (h tokens) listOf(r *web.Request) (web.Reply, error) {
	list, u, err := h.ops.ListOf(r.Ctx(), r.Who, r.ID("id"))
	url := func(id string) string { return to.RevokeUserToken(u.ID, id) }
	v := adminview.Tokens{Now: r.Now(), UserID: u.ID, UserName: u.Name, Rows: tokenRows(r, list, url)}
	return web.Page("API tokens of "+u.Name, adminview.TokensPage(v)), err
}

// tokenRows are tokens as a list shows them; what has expired can't be revoked.
func tokenRows(r *web.Request, list []models.APIToken, revoke func(id string) string) []ui.Token {
	rows := make([]ui.Token, 0, len(list))
	for _, a := range list {
		row := tokenRow(a)
		if !a.Expired(r.Now()) {
			row.RevokeURL = revoke(a.ID.String())
		}
		rows = append(rows, row)
	}
	return rows
}

func tokenRow(a models.APIToken) ui.Token {
	return ui.Token{Name: a.Name, Hint: a.Hint, Created: a.CreatedAt, Expires: a.ExpiresAt, LastUsed: orZero(a.LastUsedAt), From: a.LastUsedIP}
}
