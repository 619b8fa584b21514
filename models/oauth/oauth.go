// Package oauth connects accounts at providers to credentials, and keeps their
// tokens fresh.
//
// It owns the OAuth clients and their secrets, the way to a provider and back,
// the grants, and when they are refreshed and given up. A grant belongs to one
// credential; its tokens are refreshed once however many ask, by whoever holds
// its lease; and a provider is asked between two doors, never behind one. It
// refuses to know pages, and how a provider is spoken to.
//
// Replicas' clocks may differ by half a lease (15 seconds): who asks stops asking
// by then, so that no other asks at the same time. With clocks further apart a
// replica may think that the lease of one that hangs is over, and ask as well.
//
// Whoever changes a credential, its grant and its lease behind one door holds
// them in this order.
//
// The seed's functions stand here under these names:
//
//	create_credential, of schema "oauth"   Begin, Finish, Keep
//	update_credential, of a new token      the same, for a credential that is there
//	maybe_refresh_token                    MaybeRefresh
package oauth

import (
	"log/slog"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
	"holdfast/models/internal/directory"
	"holdfast/models/internal/post"
	"holdfast/models/internal/seal"
)

// Ops are the operations.
type Ops struct {
	db      *db.DB
	ring    *seal.Ring
	office  post.Office
	servers *authserver.Client
	known   *directory.Directory
	log     *slog.Logger
	flight  *singleflight.Group // one refresh of a grant at a time in this process
	left    chan struct{}       // a grant waits to be given up

	patience time.Duration // patience, but in tests
}

// New are the operations on a database; secrets are sealed with ring, letters
// leave by the office, and providers are asked by servers.
func New(d *db.DB, r *seal.Ring, o post.Office, servers *authserver.Client, log *slog.Logger) Ops {
	return Ops{db: d, ring: r, office: o, servers: servers, known: directory.Load(), log: log, flight: &singleflight.Group{}, left: make(chan struct{}, 1), patience: patience}
}

// Known are the providers of the catalogue, by title.
func (o Ops) Known() []models.KnownProvider { return o.known.List() }

// KnownBy is a provider of the catalogue.
func (o Ops) KnownBy(name string) (models.KnownProvider, error) {
	p, ok := o.known.Find(name)
	if !ok {
		return p, models.Fail(models.NotFound, "There is no provider called “%s”. Choose one from the list.", name)
	}
	return p, nil
}

// FillIn are the settings of a known provider, with what its addresses depend on.
// What is wrong with an input is told at input/NAME.
func (o Ops) FillIn(p models.KnownProvider, inputs map[string]string) (models.ClientSettings, error) {
	return directory.Fill(p, inputs)
}

// ProviderTitle is what the other side of a client is called in a sentence.
func (o Ops) ProviderTitle(c models.OAuthClient) string {
	if p, ok := o.known.Find(c.Provider); ok {
		return p.Title
	}
	return c.Name
}

// party is the console as a provider knows it, with its secret open.
func (o Ops) party(c models.OAuthClient, s models.OAuthClientSecret, redirect string) (authserver.Party, error) {
	p := authserver.Party{Settings: c.ReadSettings(), ClientID: c.ClientID, Redirect: redirect}
	if len(s.Sealed) == 0 {
		return p, nil
	}
	secret, err := o.ring.Open(s.Sealed, secretPlace(s.ID))
	if err != nil {
		return p, unopened("the secret of OAuth client "+c.ID.String(), err)
	}
	p.Secret = string(secret)
	return p, nil
}

// sealSecret seals the secret of a client for its row; an empty one stays empty.
func (o Ops) sealSecret(client models.ID, secret string) (s models.OAuthClientSecret, err error) {
	s = models.OAuthClientSecret{ID: models.NewID(), OAuthClientID: client}
	if secret == "" {
		return s, nil
	}
	s.Sealed = o.ring.Seal([]byte(secret), secretPlace(s.ID))
	s.KeyID, err = seal.KeyID(s.Sealed)
	return s, err
}

func secretPlace(id models.ID) seal.Place {
	return seal.Place{Table: "oauth_client_secrets", Column: "sealed", Row: id.String()}
}

func grantPlace(id models.ID) seal.Place {
	return seal.Place{Table: "grants", Column: "sealed", Row: id.String()}
}

func verifierPlace(id models.ID) seal.Place {
	return seal.Place{Table: "connect_verifiers", Column: "sealed", Row: id.String()}
}

func words(list []string) string { return strings.Join(list, " ") }
