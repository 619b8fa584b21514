package db

import (
	"strconv"
	"strings"
)

// Where the two databases differ in what a query says, it says it here.

// lock holds a row of table until the door closes, so that whoever comes at
// the same time waits. On SQLite the write door itself is held by one at a time.
func (t tx) lock(table string, id any) error {
	if !t.d.pg {
		return nil
	}
	_, err := t.exec(`SELECT 1 FROM `+table+` WHERE id = ? FOR UPDATE`, id)
	return err
}

// alone makes everybody who asks for the same name wait until the door closes.
func (t tx) alone(name string) error {
	if !t.d.pg {
		return nil
	}
	_, err := t.exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, name)
	return err
}

// skipLocked passes over rows that somebody else holds at this moment.
func (d *DB) skipLocked() string {
	if !d.pg {
		return ""
	}
	return ` FOR UPDATE OF c SKIP LOCKED`
}

// bind writes a statement's placeholders as the database wants them.
func (d *DB) bind(query string) string {
	if !d.pg {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 32)
	for n := 1; ; n++ {
		before, after, more := strings.Cut(query, "?")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		query = after
	}
}
