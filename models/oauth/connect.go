package oauth

import (
	"context"
	"slices"
	"strings"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
	"holdfast/models/internal/seal"
)

// Wish is the wish to connect an account to a credential of one's own.
type Wish struct {
	Client     models.ID
	Credential models.ID // none for a new one
	models.ConnectWish
	Redirect string // where the provider sends the browser back to
	Anew     bool   // the provider shall ask for consent, whatever it remembers
}

// Way leads to a provider.
type Way struct {
	Provider string // what it is called
	URL      string
}

// Begin leads to the provider. It notes who left, from which browser session, with
// which client and for what; of the state it keeps a hash, and the PKCE verifier
// stays sealed at home.
func (o Ops) Begin(ctx context.Context, who models.Actor, w Wish) (way Way, err error) {
	state, verifier := onetime.Token(), authserver.Verifier()
	err = o.db.Self(ctx, who, func(t *db.SelfTx) error {
		if err := who.MustBePerson(); err != nil {
			return err
		}
		c, err := o.wanted(t, &w)
		if err != nil {
			return err
		}
		if err := often(t, "connect"); err != nil {
			return err
		}
		s := c.ReadSettings()
		ask := authserver.Ask{State: state, Verifier: verifier, Scopes: w.Scopes, Again: w.Anew || w.Credential != models.ID{}}
		if ask.Hint, err = meant(t, w); err != nil {
			return err
		}
		way.Provider = o.ProviderTitle(c)
		if way.URL, err = o.servers.Authorize(authserver.Party{Settings: s, ClientID: c.ClientID, Redirect: w.Redirect}, ask); err != nil {
			return cantLeave(err)
		}
		return o.depart(t, c, w, state, verifier)
	})
	return way, err
}

// meant is the account that a person reconnects with the same client, by the address
// that they sign in with; empty when it is another's turn or nobody's.
func meant(t *db.SelfTx, w Wish) (string, error) {
	if w.Credential == (models.ID{}) || w.Switch {
		return "", nil
	}
	g, err := t.GrantOf(w.Credential)
	if err != nil || g == nil || g.OAuthClientID == nil || *g.OAuthClientID != w.Client || !strings.Contains(g.Account, "@") {
		return "", err
	}
	return g.Account, nil
}

// depart notes that the person leaves.
func (o Ops) depart(t *db.SelfTx, c models.OAuthClient, w Wish, state, verifier string) (err error) {
	away := models.Connect{ID: models.NewID(), StateHash: onetime.Hash(state), OAuthClientID: c.ID, Wish: w.Text()}
	if w.Credential != (models.ID{}) {
		away.CredentialID = &w.Credential
	}
	v := models.ConnectVerifier{ID: away.ID, Sealed: o.ring.Seal([]byte(verifier), verifierPlace(away.ID))}
	if v.KeyID, err = seal.KeyID(v.Sealed); err != nil {
		return err
	}
	return t.AddConnect(&away, v)
}

// wanted is the client that a wish is about. It completes the wish, and complains
// of everything at once.
func (o Ops) wanted(t *db.SelfTx, w *Wish) (c models.OAuthClient, err error) {
	row, err := t.ClientFor(w.Client, w.Credential)
	if models.KindOf(err) == models.NotFound && err != nil {
		return c, models.Wrong("client", "Choose a client.")
	}
	if err != nil {
		return c, err
	}
	s := row.ReadSettings()
	wrong := models.Fields{}
	if row.Paused() {
		wrong.Add("client", "The provider refuses this client at the moment. Its owner has to mend it first.")
	}
	w.Scopes = s.Choice(w.Scopes)
	if len(words(w.Scopes)) > 4000 || slices.ContainsFunc(w.Scopes, func(scope string) bool { return !models.ScopeLike(scope) }) {
		wrong.Add("scopes", "Choose scopes that the provider knows.")
	}
	if w.Credential == (models.ID{}) {
		wrong.Gather(o.aboutNew(t, w))
		return row.OAuthClient, wrong.Err()
	}
	credential, err := t.Own(w.Credential)
	if err != nil {
		return c, err
	}
	if err := credential.Connectable(); err != nil {
		return c, err
	}
	return row.OAuthClient, wrong.Err()
}

// aboutNew says what is wrong with a credential that is to be made.
func (o Ops) aboutNew(t *db.SelfTx, w *Wish) error {
	name, err := models.CleanCredentialName(w.Name)
	w.Name = name
	wrong := models.Fields{}
	wrong.Gather(err)
	_, taken, err := t.Taken(name, models.ID{})
	if err != nil {
		return err
	}
	if taken {
		wrong.Add("name", "You have another credential with this name.")
	}
	mine, err := t.Shareable()
	if err != nil {
		return err
	}
	for _, id := range w.Projects {
		if !slices.ContainsFunc(mine, func(p models.SharedWith) bool { return p.ID == id }) {
			wrong.Add("projects", "You can't share with one of the projects. Choose among those that are shown.")
		}
	}
	return wrong.Err()
}

// cantLeave is what a person hears of an address that nobody can be sent to.
func cantLeave(err error) error {
	return &models.Error{
		Kind: models.Conflict, Code: "bad_client", Cause: err,
		Text: "The client's authorization endpoint can't be used. Its owner has to correct it.",
	}
}

// often counts that a person leaves, or has a provider asked, and reports that it
// is too often: each leaves a row, or goes out in the name of the console.
func often(t *db.SelfTx, what string) error {
	name := what + ":" + t.Who.User().Email
	if err := t.Alone(name); err != nil {
		return err
	}
	n, until, err := t.Attempts(name, models.ConnectLife)
	if err != nil {
		return err
	}
	if n >= mostConnects {
		return &models.Error{Kind: models.RateLimited, Text: "You have done this very often. Wait a few minutes, then try again.", RetryAfter: until.Sub(t.Now)}
	}
	return t.Attempt(name, models.ConnectLife)
}

func (o Ops) often(ctx context.Context, who models.Actor, what string) error {
	return o.db.Self(ctx, who, func(t *db.SelfTx) error { return often(t, what) })
}

// mostConnects is how often a person may do either within ConnectLife.
const mostConnects = 60

// Again leads to the provider once more, for a connection of which nothing came:
// with the same wish, or with every scope, or for another account. What came back
// and was not decided on is given up then.
func (o Ops) Again(ctx context.Context, who models.Actor, id models.ID, change func(*models.ConnectWish), redirect string) (Way, error) {
	var c models.Connect
	err := o.db.ReadSelf(ctx, who, func(v *db.SelfView) (err error) {
		c, err = v.Connect(id)
		return err
	})
	if err != nil {
		return Way{}, err
	}
	w := Wish{Client: c.OAuthClientID, ConnectWish: c.ReadWish(), Redirect: redirect, Anew: true}
	if c.CredentialID != nil {
		w.Credential = *c.CredentialID
	}
	change(&w.ConnectWish)
	way, err := o.Begin(ctx, who, w)
	if err != nil || c.State != models.ConnectAsks {
		return way, err
	}
	if _, err := o.Drop(ctx, who, id); err != nil && models.KindOf(err) != models.Conflict { // decided in another tab, or too late
		return Way{}, err
	}
	return way, nil
}
