package providers

import (
	"strings"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/oidc"
	"holdfast/models/internal/seal"
)

// within is how lately somebody must have shown who they are to send the form:
// the gravest of it are a new secret, and what lets people in with less.
func within(before models.Provider, f models.ProviderForm) time.Duration {
	now := f.Into(before)
	if f.Secret != "" || now.FactorValues != before.FactorValues || now.Authoritative && !before.Authoritative {
		return models.ProvenLately
	}
	return models.ProvenFor
}

// keep seals the client secret for its row; an empty one takes it away.
func (o Ops) keep(t *db.ConsoleTx, p models.Provider, secret string) (err error) {
	s := models.ProviderSecret{ID: models.NewID(), ProviderID: p.ID}
	if secret == "" {
		return t.KeepSecret(s)
	}
	s.Sealed = o.ring.Seal([]byte(secret), place(s.ID))
	if s.KeyID, err = seal.KeyID(s.Sealed); err != nil {
		return err
	}
	return t.KeepSecret(s)
}

func place(id models.ID) seal.Place {
	return seal.Place{Table: "provider_secrets", Column: "sealed", Row: id.String()}
}

// party is the console as the provider knows it, with its secret open.
func (o Ops) party(p models.Provider, s models.ProviderSecret, redirect string) (oidc.Party, error) {
	party := oidc.Party{
		Issuer: p.Issuer, ClientID: p.ClientID, AuthMethod: p.AuthMethod, Scopes: strings.Fields(p.Scopes),
		Redirect: redirect, LoginClaim: p.LoginClaim,
	}
	if len(s.Sealed) == 0 {
		return party, nil
	}
	secret, err := o.ring.Open(s.Sealed, place(s.ID))
	party.Secret = string(secret)
	return party, err
}
