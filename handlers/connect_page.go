package handlers

import (
	"errors"
	"strings"

	"holdfast/models"
	ops "holdfast/models/oauth"
	form "holdfast/views/connect"
	view "holdfast/views/credentials"
	"holdfast/views/to"
	"holdfast/web"
)

func healthView(h models.Health) view.Health {
	return view.Health{State: string(h.State), At: h.At, Until: h.Until, Works: h.Works}
}

// connection is what the person's own credential c is connected to.
func (h connects) connection(r *web.Request, c models.Credential) (*view.Connection, error) {
	if c.Kind != models.OAuthKind || c.Purged() {
		return nil, nil
	}
	found, err := h.ops.Connection(r.Ctx(), r.Who, c.ID)
	if err != nil {
		return nil, err
	}
	return h.connectionView(r, c, found), nil
}

func (h connects) connectionView(r *web.Request, of models.Credential, c ops.Connection) *view.Connection {
	v := &view.Connection{
		Health: healthView(c.Health), Provider: c.Provider, Account: c.Account, By: c.By, Told: c.Told, Scopes: c.ScopesGiven(), Missing: strings.Fields(c.Missing),
		Refreshable: c.Refreshable, ExpiresAt: orZero(c.ExpiresAt), Kept: c.Kept, Code: c.Health.Cause,
		CanChange: of.Connectable() == nil, Client: c.ClientName,
	}
	if end, ends := c.Ends(); ends {
		v.EndsAt = end
	}
	known := c.Client != models.ID{}
	v.Gone = !known && c.Health.State != models.HealthNone
	v.CanRefresh = v.CanChange && known && c.Refreshable && c.Health.State != models.HealthReconnect && c.Health.State != models.HealthClient
	if c.Health.Cause != "" {
		v.Why = cause(c.Health.Cause)
	}
	if known {
		h.aboutClient(r, c, v)
	}
	for _, e := range c.Ledger {
		v.Ledger = append(v.Ledger, view.Refresh{
			At: e.At, Why: reasons[e.Why], Outcome: outcome(e), OK: e.Outcome == models.OutcomeOK, Millis: e.Millis,
		})
	}
	return v
}

// aboutClient says whose the client is. Its page is linked to for who may see it.
func (h connects) aboutClient(r *web.Request, c ops.Connection, v *view.Connection) {
	seen, err := h.ops.Client(r.Ctx(), r.Who, c.Client)
	if err != nil { // it was offered to them once, or came with the credential
		return
	}
	v.ClientURL = to.OAuthClient(c.Client.String())
	if !c.ClientMine {
		v.ClientOwner = seen.OwnerName
	}
}

// reasons say why tokens were asked for.
var reasons = map[models.RefreshReason]string{
	models.ForConnect:   "An account was connected",
	models.ForFetch:     "A program asked for the token",
	models.ForAhead:     "It was about to end",
	models.ForKeepAlive: "So that the refresh token does not end unused",
	models.ForPerson:    "The owner wanted it",
	models.ForCheck:     "The provider said that the token was over",
}

func outcome(e models.RefreshEntry) string {
	switch {
	case e.Outcome == models.OutcomeOK && e.Rotated:
		return "A new token, and a new refresh token"
	case e.Outcome == models.OutcomeOK:
		return "A new token"
	case e.Outcome == models.OutcomeAsked:
		return "No answer yet"
	}
	text := cause(e.Outcome)
	return strings.ToUpper(text[:1]) + text[1:]
}

// causes say in a clause why tokens don't come.
var causes = map[string]string{
	"invalid_grant":           "the provider says that the access was taken back, has ended, or was replaced",
	"invalid_token":           "the provider says that the token is over",
	"access_denied":           "the provider says that access is not allowed any more",
	"token_revoked":           "the access was taken back at the provider",
	"token_expired":           "the token has ended, and there is none to refresh it with",
	"client_deleted":          "whoever owned the OAuth client deleted it",
	"invalid_client":          "the provider does not accept the client ID or the client secret",
	"unauthorized_client":     "the provider does not let the client refresh tokens",
	"slow_down":               "the provider was asked too often",
	"temporarily_unavailable": "the provider has too much to do at the moment",
	"server_error":            "something broke at the provider",
	"timeout":                 "the provider did not answer in time",
	"unreachable":             "the provider could not be reached",
	"no_such_host":            "the provider's address does not exist",
	"no_tls":                  "nobody can talk in confidence with whoever answers at the provider's address",
	"broken":                  "the connection to the provider broke",
	"redirected":              "the token address leads elsewhere",
	"private_address":         "the token address is inside of the network here",
	"too_large":               "the provider answered with far too much",
	"unreadable":              "the provider answered without sense",
	"http_401":                "the provider, or a server in front of it, did not accept who asked and did not say why: the client ID or the secret may be wrong",
	"given_up":                "Holdfast was stopped while it waited for the answer",
}

// cause is a code in a clause, for the middle of a sentence.
func cause(code string) string {
	if text, ok := causes[code]; ok {
		return text
	}
	if number, is := strings.CutPrefix(code, "http_"); is {
		return "the provider answered with the status " + number
	}
	if _, ours := failures[code]; ours || strings.HasPrefix(code, "invalid_") || strings.HasPrefix(code, "missing_") {
		return "the provider's answer could not be used: " + strings.ReplaceAll(code, "_", " ")
	}
	return "the provider answered: " + strings.ReplaceAll(code, "_", " ")
}

// refresh has fresh tokens fetched now. What goes wrong is on the credential's
// page, where it leads in any case.
func (h connects) refresh(r *web.Request) (web.Reply, error) {
	id := r.UUID("id")
	after, err := h.ops.RefreshNow(r.Ctx(), r.Who, id)
	back := web.Redirect(to.Credential(id.String()))
	if e, ok := errors.AsType[*models.Error](err); ok && (e.Kind == models.Unavailable || e.Code == "reauthorization_required") {
		return back.Notice(e.Text).Because(err), nil
	}
	if err == nil && after.State != models.HealthOK && after.State != models.HealthExpiring && after.State != models.HealthConsent {
		return back.Notice("It could not be refreshed. This page says why."), nil
	}
	return back.Flash("Refreshed. There is a new token."), err
}

// disconnecting shows what taking the account away would do.
func (h connects) disconnecting(r *web.Request) (web.Reply, error) {
	c, impact, err := h.credentials.Impact(r.Ctx(), r.Who, r.UUID("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := c.Connectable(); err != nil {
		return web.Reply{}, err
	}
	now, err := h.ops.Connection(r.Ctx(), r.Who, c.ID)
	if err == nil && now.Health.State == models.HealthNone {
		err = models.Fail(models.Conflict, "No account is connected to this credential.")
	}
	d := form.Disconnect{
		Now: r.Now(), ID: c.ID.String(), Name: c.Name, Provider: now.Provider, Account: now.Account, Projects: names(impact.Projects),
		LastUsed: impact.LastUsedAt, Told: now.Told, OfferedTo: impact.Offered,
	}
	return web.Page("Disconnect "+c.Name, form.DisconnectPage(d)), err
}

func (h connects) disconnect(r *web.Request) (web.Reply, error) {
	id := r.UUID("id")
	before, err := h.ops.Connection(r.Ctx(), r.Who, id)
	if err != nil {
		return web.Reply{}, err
	}
	done, err := h.ops.Disconnect(r.Ctx(), r.Who, id)
	back := web.Redirect(to.Credential(id.String()))
	switch {
	case done.Revoked:
		return back.Flash("Disconnected. " + before.Provider + " has revoked the access."), err
	case done.Why != "":
		return back.Notice("Disconnected. " + sentence(done.Why) + ". To end the access at " + before.Provider + ", remove it in the account's own settings there."), err
	}
	return back.Notice("Disconnected. " + before.Provider + " could not be told yet; Holdfast goes on trying, and the history says what comes of it."), err
}
