package db

import (
	"database/sql"
	"fmt"
	"time"
)

// nullTime reads a time that may be missing. SQLite forgets the type of a
// column that passed through an expression and hands its text out.
type nullTime struct{ sql.NullTime }

func (n *nullTime) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return n.NullTime.Scan(value)
	}
	at, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", text)
	if err != nil {
		return fmt.Errorf("read a time: %w", err)
	}
	n.Time, n.Valid = at, true
	return nil
}

func (n nullTime) orNil() *time.Time {
	if !n.Valid {
		return nil
	}
	return &n.Time
}
