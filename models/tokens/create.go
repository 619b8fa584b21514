package tokens

import (
	"context"
	"slices"
	"time"

	"holdfast/models"
	"holdfast/models/internal/db"
	"holdfast/models/internal/onetime"
)

// Created is a new token on its way to the person.
type Created struct {
	models.APIToken
	Token string // shown once
}

// Create makes a token by which programs act for the person. Only
// administrators have anything that a program could do, and whoever asks has
// just shown who they are.
func (o Ops) Create(ctx context.Context, who models.Actor, n models.NewToken) (c Created, err error) {
	c.Token = models.TokenPrefix + onetime.Token()
	err = o.db.Console(ctx, who, models.ManageLogins, func(t *db.ConsoleTx) error {
		if err := who.MustBePerson(); err != nil {
			return err
		}
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		if err := acceptable(t, who, &n); err != nil {
			return err
		}
		c.APIToken = models.APIToken{
			UserID: who.UserID, Name: n.Name, TokenHash: onetime.Hash(c.Token), Hint: c.Token[len(c.Token)-4:],
			ExpiresAt: t.Now.Add(time.Duration(n.Days) * 24 * time.Hour),
		}
		t.Post(o.letter(who.User(), models.Party{}, models.TokenCreated, c.APIToken))
		return t.AddToken(&c.APIToken)
	})
	if err != nil {
		return Created{}, err
	}
	return c, nil
}

// acceptable reports what is wrong with a new token among those that live.
func acceptable(t *db.ConsoleTx, who models.Actor, n *models.NewToken) error {
	wrong := models.Fields{}
	wrong.Gather(n.Clean())
	live, err := t.LiveTokens(who.UserID)
	if err != nil {
		return err
	}
	if len(live) >= models.MostTokens {
		wrong.Add("name", "You have 20 tokens that work, which is the most. Revoke one that is not needed any more.")
	}
	same := func(a models.APIToken) bool { return models.Fold(a.Name) == models.Fold(n.Name) }
	if slices.ContainsFunc(live, same) {
		wrong.Add("name", "You have another token with this name. Choose a name that says which program has it.")
	}
	return wrong.Err()
}
