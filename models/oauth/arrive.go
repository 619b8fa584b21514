package oauth

import (
	"context"
	"errors"
	"strings"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
)

// Back is what a browser has brought back from a provider.
type Back struct {
	State, Code string
	Issuer      string            // the parameter "iss", see RFC 9207
	Error       string            // the provider's, such as access_denied
	Params      map[string]string // whatever else came along
	Redirect    string            // where the browser was sent back to
}

// errConnectOver is the answer to a way back that is over, was never begun, or was
// begun by somebody else or in another browser.
var errConnectOver = &models.Error{
	Kind: models.Expired, Code: "connect_over",
	Text: "This way back is over, was used already, or was begun in another browser or session. Nothing was connected. Connect again; it takes a moment.",
}

// Finish takes a browser back from a provider, once, and says where it is told
// what came of it. Tokens are kept only for a credential that they serve, or for
// ten minutes while the person decides; otherwise they are given up again.
func (o Ops) Finish(ctx context.Context, who models.Actor, b Back) (models.ID, error) {
	c, client, party, verifier, err := o.arrive(ctx, who, b)
	if err != nil {
		return c.ID, err
	}
	ctx = context.WithoutCancel(ctx) // the code is used up from here on: that the visitor goes away must not lose what it is for
	g, outcome := o.redeem(ctx, who, c, client, party, b, verifier)
	if len(g.Sealed) > 0 {
		if err := o.keepForNow(ctx, who, &g, client, outcome.Code == ""); err != nil {
			return c.ID, errors.Join(err, o.revoke(ctx, held{grant: g, party: party}))
		}
	}
	if outcome.Code != "" {
		o.wake()
		c.State, c.Outcome = models.ConnectFailed, outcome.Text()
		return c.ID, o.db.Self(ctx, who, func(t *db.SelfTx) error { return o.failed(t, c, client, outcome) })
	}
	c.GrantID = &g.ID
	return c.ID, o.settle(ctx, who, c, outcome)
}

// keepForNow keeps tokens that belong to no credential yet: if they are wanted, for
// as long as the person may think about them; then they are given up. Tokens that
// came while the client was changed are not kept: they would go where it leads now.
func (o Ops) keepForNow(ctx context.Context, who models.Actor, g *models.Grant, client models.OAuthClient, wanted bool) error {
	return o.db.System(ctx, who, func(t *db.SystemTx) error {
		now, err := t.KeepClient(&client.ID)
		if err != nil {
			return err
		}
		if now == nil || now.Version != client.Version {
			return models.Fail(models.Conflict, "The OAuth client was changed while you were away, so nothing was connected. Connect again.")
		}
		due := t.Now
		if wanted {
			due = t.Now.Add(models.ConnectLife)
		}
		g.DueAt = &due
		return t.AddGrant(g)
	})
}

// arrive ends the way before anything is asked of the provider, so that nobody can
// bring the same answer twice.
func (o Ops) arrive(ctx context.Context, who models.Actor, b Back) (c models.Connect, client models.OAuthClient, p authserver.Party, verifier string, err error) {
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		var v models.ConnectVerifier
		if c, v, err = t.TakeConnect(onetime.Hash(b.State)); err != nil {
			if models.KindOf(err) == models.NotFound {
				return errConnectOver
			}
			return err
		}
		credential := models.ID{}
		if c.CredentialID != nil {
			credential = *c.CredentialID
		}
		row, err := t.ClientFor(c.OAuthClientID, credential)
		if models.KindOf(err) == models.NotFound && err != nil {
			return errConnectOver // it was taken away meanwhile
		}
		if err != nil {
			return err
		}
		client = row.OAuthClient
		secret, err := t.ClientSecretOf(client.ID)
		if err != nil {
			return err
		}
		if p, err = o.party(client, secret, b.Redirect); err != nil {
			return err
		}
		plain, err := o.ring.Open(v.Sealed, verifierPlace(v.ID))
		verifier = string(plain)
		return err
	})
	return c, client, p, verifier, err
}

// redeem turns what came back into a grant that is kept nowhere yet, or says why
// there is none.
func (o Ops) redeem(ctx context.Context, who models.Actor, c models.Connect, client models.OAuthClient, p authserver.Party, b Back, verifier string) (g models.Grant, out models.ConnectOutcome) {
	if err := authserver.CheckIssuer(p, b.Issuer); err != nil {
		return g, failure(err)
	}
	if b.Error != "" || b.Code == "" {
		return g, models.ConnectOutcome{Code: models.PlainCode(b.Error, "no_code")}
	}
	begun := o.db.Clock()
	answer, err := o.servers.Exchange(ctx, p, b.Code, verifier)
	if err != nil {
		return g, failure(err)
	}
	now := o.db.Clock()
	granted, err := models.ReadGranted(answer, p.Settings, models.Tokens{Kept: b.texts(p.Settings)}, now)
	if err != nil {
		return g, failure(err)
	}
	g = models.Grant{
		ID: models.NewID(), MadeFor: c.ID, Name: c.ReadWish().Name, OAuthClientID: &client.ID, Provider: o.ProviderTitle(client), ConnectedBy: who.UserID,
		Asked: words(c.ReadWish().Scopes), Realm: p.Settings.Realm(),
	}
	if granted.ExpiresAt == nil {
		granted.ExpiresAt = o.looked(ctx, p, granted.Access)
	}
	if err := o.fill(&g, granted, p.Settings, now); err != nil {
		return g, failure(err)
	}
	out = o.identify(ctx, p, &g, granted, answer, b)
	if out.Code != "" {
		return g, out
	}
	out.Scopes, out.SaysScopes, out.Missing = g.ScopesGiven(), granted.SaysScopes, strings.Fields(g.Missing)
	out.Account, out.Refreshable, out.ExpiresAt, out.Millis = g.Account, g.Refreshable, g.ExpiresAt, now.Sub(begun).Milliseconds()
	if at, ends := g.Ends(); ends {
		out.EndsAt = &at
	}
	return g, out
}

// texts are what came back with the browser that programs need.
func (b Back) texts(s models.ClientSettings) map[string]string {
	kept := map[string]string{}
	for _, name := range s.KeepBack {
		if value := models.ShortText(b.Params[name]); value != "" {
			kept[name] = value
		}
	}
	return kept
}

// kept is the same as the pointers of settings find it.
func (b Back) kept(s models.ClientSettings) map[string]any {
	all := map[string]any{}
	for name, value := range b.texts(s) {
		all[name] = value
	}
	return all
}

// failure is what an error of a provider's leaves to tell.
func failure(err error) models.ConnectOutcome {
	if f, ok := errors.AsType[*authserver.Failure](err); ok {
		code := f.Code
		switch f.Kind {
		case authserver.ClientRefused:
			code = "invalid_client"
		case authserver.Busy:
			code = "busy"
		case authserver.Down:
			code = "provider_down"
		case authserver.Misrouted:
			code = "misrouted"
		}
		return models.ConnectOutcome{Code: code, Status: f.Status, RetryAfter: int(f.RetryAfter.Seconds())}
	}
	if f, ok := errors.AsType[*models.AnswerFault](err); ok {
		return models.ConnectOutcome{Code: f.Code}
	}
	return models.ConnectOutcome{Code: "unreadable"}
}

// failed keeps why nothing came of a connection, and notes it in the history of
// the credential that was to be connected.
func (o Ops) failed(t *db.SelfTx, c models.Connect, client models.OAuthClient, out models.ConnectOutcome) error {
	if c.CredentialID != nil {
		credential, err := t.Credential(*c.CredentialID)
		if err != nil && models.KindOf(err) != models.NotFound {
			return err
		}
		if err == nil {
			t.ConnectFailed(credential, o.ProviderTitle(client), out.Code)
		}
	}
	return t.CameBack(c)
}
