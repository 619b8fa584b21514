package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"holdfast/models"
)

// Raw, RawCount and RawRows are for the test kit: they pass by every door.

// Raw runs a statement.
func (d *DB) Raw(ctx context.Context, query string, args ...any) error {
	_, err := d.sqlWrite().ExecContext(ctx, d.bind(query), args...)
	return err
}

// RawCount runs a query that answers one number.
func (d *DB) RawCount(ctx context.Context, query string, args ...any) (n int, err error) {
	err = d.sqlRead().QueryRowContext(ctx, d.bind(query), args...).Scan(&n)
	return n, err
}

// RawRows runs a query and writes each row as text.
func (d *DB) RawRows(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := d.sqlRead().QueryContext(ctx, d.bind(query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var list []string
	for rows.Next() {
		row := make([]any, len(columns))
		for i := range row {
			row[i] = new(any)
		}
		if err := rows.Scan(row...); err != nil {
			return nil, err
		}
		for i := range row {
			row[i] = text(*row[i].(*any))
		}
		list = append(list, fmt.Sprint(row))
	}
	return list, rows.Err()
}

func text(v any) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return v
}

// entities are the tables and the structs that are read from them. A test
// compares their columns on both databases.
func entities() map[string]any {
	return map[string]any{
		"users": models.User{}, "logins": models.Login{}, "access_links": models.AccessLink{}, "sessions": models.Session{},
		"projects": models.Project{}, "memberships": models.Membership{}, "credentials": models.Credential{},
		"bodies": models.Body{}, "shares": models.Share{}, "steps": models.Step{}, "events": models.Event{}, "leases": lease{},
		"transfers": models.Transfer{}, "letters": models.Letter{}, "letter_tokens": letterToken{}, "attempts": attempt{},
		"sign_ins": models.SignIn{}, "totps": models.TOTP{}, "recovery_codes": models.RecoveryCode{}, "providers": models.Provider{},
		"provider_secrets": models.ProviderSecret{}, "provider_visits": models.ProviderVisit{}, "provider_refusals": models.ProviderRefusal{}, "api_tokens": models.APIToken{},
		"oauth_clients": models.OAuthClient{}, "oauth_client_secrets": models.OAuthClientSecret{}, "oauth_client_projects": models.OAuthClientProject{},
		"grants": models.Grant{}, "grant_leases": grantLease{}, "refreshes": models.RefreshEntry{}, "connects": models.Connect{}, "connect_verifiers": models.ConnectVerifier{},
	}
}

// lease is a row of the table that lets one replica at a time do a job.
type lease struct {
	Name      string
	Owner     string
	Fence     int64
	ExpiresAt time.Time
}

// Tables are the names of all tables.
func Tables() []string { return slices.Sorted(maps.Keys(entities())) }

// RawSow puts n credentials of owner's into the tables in one go, with names
// n0000001 and so on and bodies that can't be opened.
func (d *DB) RawSow(ctx context.Context, owner int64, n int, projects ...models.ID) error {
	numbers := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ` + decimal(int64(n)) + `), r AS (SELECT i, `
	digits := `printf('%012d', i)`
	at := `datetime(i * 60, 'unixepoch') || '+00:00'`
	blob := `x'00'`
	if d.pg {
		digits, at, blob = `lpad(i::text, 12, '0')`, `to_timestamp(i * 60)`, `'\x00'::bytea`
		numbers = `WITH n AS (SELECT generate_series(1, ` + decimal(int64(n)) + `) AS i), r AS (SELECT i, `
	}
	id := func(kind string) string { // with the owner in it: each has rows of their own
		text := fmt.Sprintf(`'00000000-0000-7%03d-%s-' || `, owner-1, kind) + digits
		if d.pg {
			return `(` + text + `)::uuid`
		}
		return text
	}
	numbers += digits + ` AS d, ` + at + ` AS at, ` + id("8000") + ` AS id, ` + id("9000") + ` AS body FROM n) `
	for _, query := range []string{
		`INSERT INTO credentials (id, owner_id, name, name_key, kind, version, created_at, updated_at) ` + numbers +
			`SELECT id, ` + decimal(owner) + `, 'N' || d, 'n' || d, 'raw', 1, at, at FROM r`,
		`INSERT INTO bodies (id, credential_id, environment, sealed, key_id, fields, updated_at) ` + numbers +
			`SELECT body, id, 'main', ` + blob + `, 'none', '{}', at FROM r`,
	} {
		if err := d.Raw(ctx, query); err != nil {
			return err
		}
	}
	for _, p := range projects {
		err := d.Raw(ctx, `INSERT INTO shares (project_id, credential_id, name_key, created_at)
			SELECT '`+p.String()+`', id, name_key, created_at FROM credentials WHERE name LIKE 'N0000%' AND owner_id = `+decimal(owner))
		if err != nil {
			return err
		}
	}
	return nil
}
