package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"holdfast/models"
	"holdfast/models/internal/seal"
)

// put seals tokens into their grant.
func (o Ops) put(g *models.Grant, t models.Tokens) error {
	plain, err := json.Marshal(t)
	if err != nil { // texts
		return errors.New("write tokens as JSON")
	}
	g.Sealed = o.ring.Seal(plain, grantPlace(g.ID))
	g.KeyID, err = seal.KeyID(g.Sealed)
	return err
}

// take opens the tokens of a grant.
func (o Ops) take(g models.Grant) (t models.Tokens, err error) {
	plain, err := o.ring.Open(g.Sealed, grantPlace(g.ID))
	if err != nil {
		return t, unopened("grant "+g.ID.String(), err)
	}
	if json.Unmarshal(plain, &t) != nil { // its words may quote a token
		return models.Tokens{}, unopened("grant "+g.ID.String(), errors.New("it holds no tokens"))
	}
	return t, nil
}

func unopened(what string, why error) error {
	return &models.Error{
		Kind: models.Unavailable, Code: "unreadable", Cause: fmt.Errorf("open %s: %w", what, why),
		Text: "What was kept of this connection can't be opened: the key it was sealed with is missing, or its row was changed outside Holdfast. Ask whoever runs Holdfast to bring the key back, or connect again.",
	}
}

// fill writes into a grant what a provider has granted at now. Asked stays as it
// was; an answer that says nothing of scopes has granted all of them (RFC 6749,
// 5.1), or what it had granted before.
func (o Ops) fill(g *models.Grant, new models.Granted, s models.ClientSettings, now time.Time) error {
	switch {
	case new.SaysScopes:
		g.Given = words(new.Scopes)
	case g.Given == "":
		g.Given = g.Asked
	}
	g.Missing = words(lacking(g.ScopesAsked(), g.ScopesGiven(), s))
	g.Refreshable = new.Refresh != ""
	g.ObtainedAt, g.ExpiresAt, g.CheckedAt = now, new.ExpiresAt, now
	until := endOf(*g, new, s, now)
	if until == nil || g.RefreshUntil == nil || until.Sub(*g.RefreshUntil).Abs() > time.Minute { // some say how much is left of the same life
		g.RefreshUntil, g.RefreshSince = until, &now
	}
	g.IdleUntil = idleUntil(*g, new, s, now)
	return o.put(g, new.Tokens)
}

// endOf is when the refresh token of a grant ends for good, as far as that is known.
func endOf(g models.Grant, new models.Granted, s models.ClientSettings, now time.Time) *time.Time {
	switch {
	case new.Refresh == "":
		return nil
	case new.RefreshUntil != nil:
		return new.RefreshUntil
	case s.RefreshLife > 0 && (another(g, new) || g.RefreshUntil == nil):
		at := now.Add(s.RefreshLife.Duration())
		return &at
	}
	return g.RefreshUntil
}

// idleUntil is when the refresh token of a grant ends unless it is used. Where using
// it puts off nothing, there is nothing to be done about it.
func idleUntil(g models.Grant, new models.Granted, s models.ClientSettings, now time.Time) *time.Time {
	if new.Refresh == "" || s.IdleLife == 0 || !s.KeepAlive && !another(g, new) {
		return nil
	}
	at := now.Add(s.IdleLife.Duration())
	return &at
}

// another reports whether the refresh token is one that the grant did not have.
func another(g models.Grant, new models.Granted) bool { return new.Rotated || g.CreatedAt.IsZero() }
