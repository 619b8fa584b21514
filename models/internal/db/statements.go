package db

import (
	"database/sql"
	"slices"
	"strings"

	"holdfast/models"
)

// row, rows and exec speak to the database without the ORM, for statements
// that are written by hand. Each ? is one argument, in order.
func (v view) row(query string, args ...any) *sql.Row {
	return v.g.Statement.ConnPool.QueryRowContext(v.ctx, v.d.bind(query), v.d.values(args)...)
}

func (v view) rows(query string, args ...any) (*sql.Rows, error) {
	return v.g.Statement.ConnPool.QueryContext(v.ctx, v.d.bind(query), v.d.values(args)...)
}

func (t tx) exec(query string, args ...any) (int64, error) {
	r, err := t.g.Statement.ConnPool.ExecContext(t.ctx, t.d.bind(query), t.d.values(args)...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// collect reads every row with scan and closes rows.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows, *T) error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		if len(list) == 1 { // a second row is seldom the last: make room for a page
			list = slices.Grow(list, models.PageSize)
		}
		list = append(list, *new(T))
		if err := scan(rows, &list[len(list)-1]); err != nil {
			return nil, err
		}
	}
	return list, rows.Err()
}

// marks is a list of n placeholders for IN.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
