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
	g.RefreshUntil, g.IdleUntil = ends(*g, new, s, now)
	return o.put(g, new.Tokens)
}

// ends are when the refresh token of a grant ends for good, and when it does
// unless it is used.
func ends(g models.Grant, new models.Granted, s models.ClientSettings, now time.Time) (until, idle *time.Time) {
	if new.Refresh == "" {
		return nil, nil
	}
	another := new.Rotated || g.CreatedAt.IsZero()
	until, idle = g.RefreshUntil, g.IdleUntil
	if new.RefreshUntil != nil {
		until = new.RefreshUntil
	} else if s.RefreshLife > 0 && (another || until == nil) {
		at := now.Add(s.RefreshLife.Duration())
		until = &at
	}
	if s.IdleLife > 0 && (another || s.KeepAlive || idle == nil) {
		at := now.Add(s.IdleLife.Duration())
		idle = &at
	}
	return until, idle
}
