package db

import (
	"database/sql"
	"strconv"
	"strings"
	"time"

	"holdfast/models"
)

// where gathers the conditions of a query and their arguments.
type where struct {
	parts []string
	args  []any
}

func (w *where) add(when bool, part string, args ...any) {
	if !when {
		return
	}
	w.parts = append(w.parts, part)
	for _, a := range args {
		if text, ok := a.(string); ok {
			a = storable(text)
		}
		w.args = append(w.args, a)
	}
}

// storable is text as a database takes it. Postgres refuses a NUL and broken
// UTF-8 even in a question; nothing stored has the sign that stands in for them.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

func (w *where) String() string {
	if len(w.parts) == 0 {
		return ""
	}
	return ` WHERE ` + strings.Join(w.parts, ` AND `)
}

// A cursor says where a page of a list ended: the value that the list is
// ordered by, and the id that tells equal values apart.

func joinText(value string, id string) string { return id + "~" + value }

// cutText takes a cursor apart. A forged one is no cursor: the list starts anew.
func cutText(cursor string) (value, id string, ok bool) {
	id, value, ok = strings.Cut(cursor, "~")
	return value, id, ok && id != "" && len(value) <= mostText
}

func joinTime(at time.Time, id models.ID) string {
	return joinText(at.UTC().Format(time.RFC3339Nano), id.String())
}

func cutTime(cursor string) (time.Time, models.ID, bool) {
	value, text, ok := cutText(cursor)
	at, err := time.Parse(time.RFC3339Nano, value)
	id := models.ParseID(text)
	return at.UTC(), id, ok && err == nil && id != models.ID{}
}

// newestFirst makes a page of rows that come by id, the newest first, and are one
// more than a page when there is another.
func newestFirst[T any](list []T, id func(T) models.ID) (page []T, next string) {
	if len(list) <= models.PageSize {
		return list, ""
	}
	page = list[:models.PageSize]
	return page, id(page[models.PageSize-1]).String()
}

// mostText is longer than any name, folded as it may be; SQLite refuses a
// pattern of 50,000 bytes.
const mostText = 4096

// isID reports whether text is an id rather than a name.
func isID(text string) bool { return models.ParseID(text) != models.ID{} }

// like is a pattern that finds text anywhere; its own signs mean themselves.
func like(text string) string {
	text = text[:min(len(text), mostText)]
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// number reads what decimal wrote; what is no number is 0, and nothing has that.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// orNone turns an empty answer into the error that says so.
func orNone(err error) error {
	if err == nil {
		return sql.ErrNoRows
	}
	return err
}
