package providers

import (
	"context"

	"holdfast/models"
	"holdfast/models/internal/db"
)

// Impact says whom disabling the provider would keep out.
func (o Ops) Impact(ctx context.Context, who models.Actor, id int64) (p models.Provider, i models.ProviderImpact, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageIDPs, func(v *db.ConsoleView) error {
		if p, err = v.Provider(id); err != nil {
			return err
		}
		i, err = v.Affected(id)
		return err
	})
	return p, i, err
}

// Disable keeps everybody from signing in by the provider, and ends the sessions
// of who did. The last administrator's way in stays.
func (o Ops) Disable(ctx context.Context, who models.Actor, id int64) (p models.Provider, err error) {
	err = o.db.Console(ctx, who, models.ManageIDPs, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenLately); err != nil {
			return err
		}
		if err := t.AdminsAlone(); err != nil {
			return err
		}
		if p, err = t.TakeProvider(id); err != nil {
			return err
		}
		if err := t.EnableProvider(p, false); err != nil {
			return err
		}
		return t.KeepAnAdmin()
	})
	return p, err
}

// Enable lets people sign in by the provider again.
func (o Ops) Enable(ctx context.Context, who models.Actor, id int64) (p models.Provider, err error) {
	err = o.db.Console(ctx, who, models.ManageIDPs, func(t *db.ConsoleTx) error {
		if err := who.MustProve(t.Now, models.ProvenFor); err != nil {
			return err
		}
		if p, err = t.TakeProvider(id); err != nil {
			return err
		}
		return t.EnableProvider(p, true)
	})
	return p, err
}

// Delete deletes a provider that no login goes by. typed is its name, as the
// administrator has typed it.
func (o Ops) Delete(ctx context.Context, who models.Actor, id int64, typed string) (p models.Provider, err error) {
	err = o.db.Console(ctx, who, models.ManageIDPs, func(t *db.ConsoleTx) error {
		if p, err = t.TakeProvider(id); err != nil {
			return err
		}
		if models.Fold(typed) != p.NameKey {
			return models.Wrong("confirm", "Type %s to delete it.", p.Name)
		}
		if err := who.MustProve(t.Now, models.ProvenLately); err != nil {
			return err
		}
		n, err := t.LoginsOf(id)
		if err != nil {
			return err
		}
		if n > 0 {
			return models.Fail(models.Conflict, "There are logins of this identity provider, so it can't be deleted. Remove them first, or disable the provider.")
		}
		return t.DeleteProvider(p)
	})
	return p, err
}

// Check asks the provider anew and says what stands in the way of signing in by
// it; nothing when all is well.
func (o Ops) Check(ctx context.Context, who models.Actor, id int64) (p models.Provider, problems []string, err error) {
	err = o.db.ReadConsole(ctx, who, models.ManageIDPs, func(v *db.ConsoleView) error {
		p, err = v.Provider(id)
		return err
	})
	if err != nil {
		return p, nil, err
	}
	party, err := o.party(p, models.ProviderSecret{}, "")
	if err != nil {
		return p, nil, err
	}
	return p, o.idps.Check(ctx, party), nil
}
