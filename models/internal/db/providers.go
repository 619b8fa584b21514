package db

import (
	"database/sql"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"holdfast/models"
)

func provider(p models.Provider) Thing { return Thing{"idp", decimal(p.ID), p.Name} }

// ProviderThing names an identity provider in an event.
func ProviderThing(p models.Provider) Thing { return provider(p) }

// Provider is one identity provider.
func (v *ConsoleView) Provider(id int64) (models.Provider, error) { return v.provider(id) }

// Provider is one identity provider.
func (v *SystemView) Provider(id int64) (models.Provider, error) { return v.provider(id) }

func (v view) provider(id int64) (models.Provider, error) {
	p, err := gorm.G[models.Provider](v.g).Where("id = ?", id).First(v.ctx)
	return p, fault(err, "identity provider")
}

// TakeProvider is Provider for who changes it: it is held until the door closes.
func (t *ConsoleTx) TakeProvider(id int64) (models.Provider, error) {
	p, err := gorm.G[models.Provider](t.g, clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).First(t.ctx)
	return p, fault(err, "identity provider")
}

// Providers are all identity providers by name, each with its number of logins.
func (v *ConsoleView) Providers() ([]models.ProviderRow, error) {
	rows, err := v.rows(`SELECT i.id, i.name, i.issuer, i.enabled, (SELECT count(*) FROM logins l WHERE l.trusted_idp_id = i.id AND l.removed_at IS NULL)
		FROM providers i ORDER BY i.name_key`)
	return collect(rows, err, func(r *sql.Rows, p *models.ProviderRow) error {
		return r.Scan(&p.ID, &p.Name, &p.Issuer, &p.Enabled, &p.Logins)
	})
}

// EnabledProviders are those that somebody may sign in by, by name.
func (v *SystemView) EnabledProviders() ([]models.Provider, error) {
	rows, err := v.rows(`SELECT id, name FROM providers WHERE enabled ORDER BY name_key`)
	return collect(rows, err, func(r *sql.Rows, p *models.Provider) error { return r.Scan(&p.ID, &p.Name) })
}

// SecretOf is the sealed client secret of an identity provider; without one, the
// zero value.
func (v *SystemView) SecretOf(provider int64) (models.ProviderSecret, error) {
	s, err := gorm.G[models.ProviderSecret](v.g).Where("provider_id = ?", provider).First(v.ctx)
	if models.KindOf(fault(err, "secret")) == models.NotFound {
		return s, nil
	}
	return s, fault(err, "secret")
}

// SecretSet is when the client secret was set; zero when there is none.
func (v *ConsoleView) SecretSet(provider int64) (s models.ProviderSecret, err error) {
	rows, err := v.rows(`SELECT set_at FROM provider_secrets WHERE provider_id = ?`, provider)
	list, err := collect(rows, err, func(r *sql.Rows, s *models.ProviderSecret) error { return r.Scan(&s.SetAt) })
	if err != nil || len(list) == 0 {
		return s, err
	}
	return list[0], nil
}

// AddProvider makes an identity provider.
func (t *ConsoleTx) AddProvider(p *models.Provider) error {
	p.Enabled, p.CreatedAt, p.UpdatedAt = true, t.Now, t.Now
	if err := gorm.G[models.Provider](t.g).Create(t.ctx, p); err != nil {
		return nameTaken(err)
	}
	t.tx.record(models.IDPCreated, provider(*p), models.Details{After: providerFacts(*p)})
	return nil
}

func nameTaken(err error) error {
	if duplicate(err) {
		return models.Wrong("name", "There is an identity provider of this name already.")
	}
	return err
}

// SaveProvider keeps what has changed of an identity provider. Whoever is on
// their way there goes in vain when it is another one now.
func (t *ConsoleTx) SaveProvider(before, now models.Provider, secret bool) error {
	fields := changedOf(before, now)
	if secret {
		fields = append(fields, "client_secret")
	}
	if len(fields) == 0 {
		return nil
	}
	_, err := t.tx.exec(`UPDATE providers SET name = ?, name_key = ?, issuer = ?, client_id = ?, auth_method = ?, scopes = ?, login_claim = ?, authoritative = ?, factor_values = ?, updated_at = ? WHERE id = ?`,
		now.Name, now.NameKey, now.Issuer, now.ClientID, now.AuthMethod, now.Scopes, now.LoginClaim, now.Authoritative, now.FactorValues, t.Now, now.ID)
	if err != nil {
		return nameTaken(err)
	}
	t.tx.record(models.IDPUpdated, provider(now), models.Details{Before: providerFacts(before), After: providerFacts(now), Fields: fields})
	if before.Issuer == now.Issuer && before.ClientID == now.ClientID {
		return nil
	}
	return t.tx.endVisits(now.ID)
}

// providerFacts is what an event says of a provider.
func providerFacts(p models.Provider) map[string]any {
	return map[string]any{
		"name": p.Name, "issuer": p.Issuer, "client_id": p.ClientID, "auth_method": p.AuthMethod, "scopes": p.Scopes,
		"login_claim": p.LoginClaim, "authoritative": p.Authoritative, "factor_values": p.FactorValues,
	}
}

// changedOf are the names of the settings that differ, in order.
func changedOf(before, now models.Provider) (fields []string) {
	was, is := providerFacts(before), providerFacts(now)
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if was[name] != is[name] {
			fields = append(fields, name)
		}
	}
	return fields
}

// KeepSecret replaces the client secret; an empty one takes it away.
func (t *ConsoleTx) KeepSecret(s models.ProviderSecret) error {
	if _, err := t.tx.exec(`DELETE FROM provider_secrets WHERE provider_id = ?`, s.ProviderID); err != nil || len(s.Sealed) == 0 {
		return err
	}
	s.SetAt = t.Now
	return fault(gorm.G[models.ProviderSecret](t.g).Create(t.ctx, &s), "secret")
}

// BoundTo counts the logins that are bound to somebody at the provider.
func (v *ConsoleView) BoundTo(id int64) (n int, err error) {
	err = v.row(`SELECT count(*) FROM logins WHERE trusted_idp_id = ? AND subject <> '' AND removed_at IS NULL`, id).Scan(&n)
	return n, err
}

// EnableProvider lets people sign in by the provider, or no longer.
func (t *ConsoleTx) EnableProvider(p models.Provider, on bool) error {
	if p.Enabled == on {
		return nil
	}
	if _, err := t.tx.exec(`UPDATE providers SET enabled = ?, updated_at = ? WHERE id = ?`, on, t.Now, p.ID); err != nil {
		return err
	}
	if on {
		t.tx.record(models.IDPEnabled, provider(p), models.Details{})
		return nil
	}
	n, err := t.tx.exec(`DELETE FROM sessions WHERE login_id IN (SELECT id FROM logins WHERE trusted_idp_id = ?)`, p.ID)
	if err != nil {
		return err
	}
	t.tx.record(models.IDPDisabled, provider(p), models.Details{After: map[string]any{"sessions_ended": n}})
	return t.tx.endVisits(p.ID)
}

// DeleteProvider deletes a provider that no login goes by.
func (t *ConsoleTx) DeleteProvider(p models.Provider) error {
	_, err := t.tx.exec(`DELETE FROM providers WHERE id = ?`, p.ID)
	t.tx.record(models.IDPDeleted, provider(p), models.Details{Before: providerFacts(p)})
	return err
}

// LoginsOf counts the logins that go by the provider.
func (v *ConsoleView) LoginsOf(id int64) (n int, err error) {
	err = v.row(`SELECT count(*) FROM logins WHERE trusted_idp_id = ? AND removed_at IS NULL`, id).Scan(&n)
	return n, err
}
