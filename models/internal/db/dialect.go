package db

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"holdfast/models"
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

// skipLocked holds the rows of a query's table, and passes over those that
// somebody else holds at this moment.
func (d *DB) skipLocked(table string) string {
	if !d.pg {
		return ""
	}
	return ` FOR UPDATE OF ` + table + ` SKIP LOCKED`
}

// forUpdate holds the rows of a query's table until the door closes.
func (d *DB) forUpdate(table string) string {
	if !d.pg {
		return ""
	}
	return ` FOR UPDATE OF ` + table
}

// forKeyShare keeps the rows of a query's table from being deleted until the door
// closes, as a foreign key does.
func (d *DB) forKeyShare(table string) string {
	if !d.pg {
		return ""
	}
	return ` FOR KEY SHARE OF ` + table
}

// forShare keeps the rows of a query's table from being deleted or changed
// until the door closes.
func (d *DB) forShare(table string) string {
	if !d.pg {
		return ""
	}
	return ` FOR SHARE OF ` + table
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

// values are arguments as the database takes them with the least ado: Postgres
// has a type for ids, and its driver reaches it by way of text otherwise.
func (d *DB) values(args []any) []any {
	if !d.pg {
		return args
	}
	for i, a := range args {
		if id, ok := a.(models.ID); ok {
			args[i] = [16]byte(id)
		}
	}
	return args
}

// among is what follows a column that is to be one of ids, and its one
// argument: however many they are, the statement is the same.
func (d *DB) among(ids []models.ID) (string, any) {
	if !d.pg {
		list, _ := json.Marshal(ids) // ids are text
		return `IN (SELECT value FROM json_each(?))`, string(list)
	}
	list := make([][16]byte, len(ids))
	for i, id := range ids {
		list[i] = [16]byte(id)
	}
	return `= ANY(?)`, list
}

// severalActed reports whether the events are of more than one actor: time ends
// an offer in the transaction of the person who came along.
func severalActed(events []models.Event) bool {
	first := events[0]
	return slices.ContainsFunc(events, func(e models.Event) bool { return e.ActorID != first.ActorID || e.ActorName != first.ActorName })
}

// insertEvents is the statement that keeps events of one visit, with its
// arguments. Postgres takes a column of many as one argument.
func (d *DB) insertEvents(events []models.Event) (string, []any) {
	if !d.pg || len(events) == 1 || severalActed(events) {
		args := make([]any, 0, 11*len(events))
		for _, e := range events {
			args = append(args, eventArgs(e)...)
		}
		rows := strings.TrimSuffix(strings.Repeat(`(`+marks(11)+`), `, len(events)), ", ")
		return `INSERT INTO events (` + eventColumns + `) VALUES ` + rows, args
	}
	ids, text := make([][16]byte, len(events)), [5][]string{}
	for i, e := range events {
		ids[i] = [16]byte(e.ID)
		for at, value := range []string{e.Name, e.ThingType, e.ThingID, e.ThingName, e.Details} {
			text[at] = append(text[at], value)
		}
	}
	e := events[0]
	return `INSERT INTO events (` + eventColumns + `)
		SELECT u.id, ?::timestamptz, u.name, ?::bigint, ?::text, u.thing_type, u.thing_id, u.thing_name, u.details, ?::text, ?::text
		FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) AS u (id, name, thing_type, thing_id, thing_name, details)`,
		[]any{e.At, e.ActorID, e.ActorName, e.IP, e.RequestID, ids, text[0], text[1], text[2], text[3], text[4]}
}

// usedText is a column of a query over credentials c and users u: the projects
// that use one, with the user's role there or nothing, as readShared reads them.
func (d *DB) usedText() string {
	joined := `group_concat(p.id || char(31) || coalesce(m.role, '') || char(31) || p.name, char(30))`
	if d.pg {
		joined = `string_agg(p.id || chr(31) || coalesce(m.role, '') || chr(31) || p.name, chr(30))`
	}
	return `(SELECT ` + joined + ` FROM shares s JOIN projects p ON p.id = s.project_id
		LEFT JOIN memberships m ON m.project_id = s.project_id AND m.user_id = u.id WHERE s.credential_id = c.id)`
}

// sharedText is a column of a query over credentials c: the projects that use
// one of them and that the person of the one argument belongs to, as
// readShared reads them.
func (d *DB) sharedText() string {
	joined := `group_concat(p.id || char(31) || m.role || char(31) || p.name, char(30))`
	if d.pg {
		joined = `string_agg(p.id || chr(31) || m.role || chr(31) || p.name, chr(30))`
	}
	return `(SELECT ` + joined + ` FROM shares s JOIN projects p ON p.id = s.project_id
		JOIN memberships m ON m.project_id = s.project_id AND m.user_id = ? WHERE s.credential_id = c.id)`
}

// hold keeps the rows that a query picks until the door closes. Their keys may
// be pointed at meanwhile: a new session of a login waits for nobody.
func (t tx) hold(query string, args ...any) error {
	if !t.d.pg {
		return nil
	}
	_, err := t.exec(query+` FOR NO KEY UPDATE`, args...)
	return err
}
