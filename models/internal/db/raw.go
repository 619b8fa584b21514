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
