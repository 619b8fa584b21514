package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"holdfast/models"
)

// Request is one visit: echo's context and the person behind it. What it reads
// from outside is valid UTF-8 without NUL, as both databases want it.
type Request struct {
	echo.Context
	Who models.Actor // of a signed-out visitor it tells the address and no person

	// Half is who has come in half: a factor, or a password of their own, is
	// missing. Everywhere but at the routes of Access Halfway they are nobody.
	Half models.Actor

	server     *Server
	started    time.Time
	route      string // its pattern, never the path itself
	link       bool
	identified bool
	form       url.Values
	query      url.Values
	proving    bool  // who sent the form could not show that it is them, for a while
	fault      error // for the log line
}

// Ctx is the visit's context.
func (r *Request) Ctx() context.Context { return r.Request().Context() }

// Now is the time, by the program's one clock.
func (r *Request) Now() time.Time { return r.server.now() }

// Param reads a piece of the path, unescaped.
func (r *Request) Param(name string) string {
	value := r.Context.Param(name)
	if r.Request().URL.RawPath != "" { // then echo has matched, and kept, the escaped path
		plain, err := url.PathUnescape(value)
		if err != nil {
			return ""
		}
		value = plain
	}
	return clean(value)
}

// ID reads a number from the path. What is no number reads as 0, and nothing
// has the id 0: the door answers that it is not found.
func (r *Request) ID(name string) int64 {
	id, err := strconv.ParseInt(r.Param(name), 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// UUID reads an id from the path. What is none reads as uuid.Nil, and nothing has that.
func (r *Request) UUID(name string) models.ID { return models.ParseID(r.Param(name)) }

// Query reads a value after the question mark; empty when there is none.
func (r *Request) Query(name string) string {
	if r.query == nil {
		r.query = r.Request().URL.Query()
	}
	return clean(r.query.Get(name))
}

// clean drops what no database takes and no person typed.
func clean(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// short is clean and at most n bytes long.
func short(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return clean(s)
}
