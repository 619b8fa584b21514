package oauth

import (
	"context"
	"maps"
	"slices"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Connection is the account that a credential is connected to, as its owner sees it.
type Connection struct {
	models.Grant // zero when there is none; its tokens stay sealed
	Health       models.Health
	Client       models.ID // zero when it was deleted
	ClientName   string
	ClientMine   bool
	Told         bool     // the provider can be told that access is given up
	By           string   // the name of who connected it, when that is somebody else
	Kept         []string // names of what was kept of the answer for programs
	Ledger       []models.RefreshEntry
}

// Connection shows what one of the person's credentials is connected to, how that
// is, and when its tokens were asked for.
func (o Ops) Connection(ctx context.Context, who models.Actor, id models.ID) (c Connection, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if _, err := v.Credential(id); err != nil {
			return err
		}
		facts, err := v.Facts([]models.ID{id})
		if err != nil {
			return err
		}
		c.Health = facts[id].Health(v.Now)
		g, err := v.GrantOf(id)
		if err != nil {
			return err
		}
		if c.Ledger, err = v.Ledger(id); err != nil || g == nil {
			return err
		}
		if tokens, err := o.take(*g); err == nil { // nobody else needs them open, so the page stands without
			c.Kept = slices.Sorted(maps.Keys(tokens.Kept))
		}
		c.Grant = *g
		c.Grant.Sealed = nil
		if c.By, err = v.ConnectedBy(*g); err != nil {
			return err
		}
		client, err := v.ClientOf(*g)
		if err == nil && client != nil {
			c.Client, c.ClientName, c.ClientMine = client.ID, client.Name, client.OwnerID == who.UserID
			c.Told = client.ReadSettings().Revoke != ""
		}
		return err
	})
	return c, err
}

// Choice is what there is to choose when somebody connects: the clients, and of
// the one that is chosen its scopes.
type Choice struct {
	Clients    []models.MayConnect
	More       bool              // there are others than these
	Credential models.Credential // zero for a new one
	Now        *models.Grant     // what it is connected to
	Projects   []models.SharedWith
}

// Choices are what there is to choose for a new credential, or for one of the
// person's own: its present client is among them, whoever's that is.
func (o Ops) Choices(ctx context.Context, who models.Actor, id models.ID) (c Choice, err error) {
	err = o.db.ReadSelf(ctx, who, func(v *db.SelfView) error {
		if c.Clients, c.More, err = o.choices(v); err != nil {
			return err
		}
		if id == (models.ID{}) {
			c.Projects, err = v.Shareable()
			return err
		}
		if c.Credential, err = v.Credential(id); err != nil {
			return err
		}
		if c.Now, err = v.GrantOf(id); err != nil || c.Now == nil || c.Now.OAuthClientID == nil {
			return err
		}
		c.Now.Sealed = nil
		for _, has := range c.Clients {
			if has.ID == *c.Now.OAuthClientID {
				return nil
			}
		}
		client, err := v.ClientOf(*c.Now)
		if err == nil && client != nil {
			c.Clients = append([]models.MayConnect{o.choice(*client)}, c.Clients...)
		}
		return err
	})
	return c, err
}
