package credentials

import (
	"context"
	"slices"
	"strings"

	"holdfast/models"
	"holdfast/models/internal/bodies"
	"holdfast/models/internal/db"
)

// Revealed is a credential with its secrets in the clear.
type Revealed struct {
	models.Credential
	Kind    models.Kind
	Secrets map[string]string // of the secret fields that hold a value, by input
}

// Reveal hands the secrets of one of the person's own credentials out, once the
// person has shown who they are. That they looked, and at which fields, is
// written in the same commit as the reading: nobody looks unseen.
func (o Ops) Reveal(ctx context.Context, who models.Actor, id models.ID) (r Revealed, err error) {
	err = o.own(ctx, who, id, func(t *db.SelfTx, c models.Credential) error {
		if err := who.MustBePerson(); err != nil {
			return err
		}
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		if err := c.Revealable(); err != nil {
			return err
		}
		row, err := t.Body(c, models.MainEnvironment)
		if err != nil {
			return err
		}
		body, err := bodies.Take(o.ring, row)
		if err != nil {
			return err
		}
		r = Revealed{Credential: c, Kind: o.kindOf(c.Kind), Secrets: o.catalogue.Revealed(o.schemaOf(c.Kind), body)}
		t.Revealed(c, o.places(c, body))
		return nil
	})
	if err != nil {
		return Revealed{}, err
	}
	return r, nil
}

// places name the secrets of a body as an event does.
func (o Ops) places(c models.Credential, body map[string]any) []string {
	held := slices.Clone(o.catalogue.Held(o.schemaOf(c.Kind), body))
	for i, input := range held {
		held[i] = strings.TrimPrefix(input, "body/")
	}
	return held
}
