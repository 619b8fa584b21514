package web

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"

	"holdfast/models"
)

// requestKey is where echo's context carries our Request.
const requestKey = "holdfast.request"

// observe begins a Request, answers whatever error comes back, and then writes
// the one log line: everything else happens inside it.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := s.begin(c)
		if err := next(c); err != nil {
			s.fail(err, c)
		}
		s.record(r)
		return nil
	}
}

func (s *Server) begin(c echo.Context) *Request {
	id := s.requestID(c.Request())
	r := &Request{Context: c, server: s, started: s.now(), route: unmatched}
	if link, known := s.links[c.Path()]; known {
		r.route, r.link = c.Path(), link
	}
	r.Who = models.Actor{IP: c.RealIP(), UserAgent: short(c.Request().UserAgent(), 400), RequestID: id}
	c.Set(requestKey, r)
	c.Response().Header().Set(echo.HeaderXRequestID, id)
	return r
}

// request is the Request that observe began.
func (s *Server) request(c echo.Context) *Request {
	if r, ok := c.Get(requestKey).(*Request); ok {
		return r
	}
	return s.begin(c)
}

// fault is a panic on its way to the log.
type fault struct {
	value any
	stack []byte
}

func (f *fault) Error() string { return fmt.Sprintf("panic: %v", f.value) }

// recovered turns a panic into an error like any other.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler: // the way to hang up on purpose
				panic(v)
			default:
				err = &fault{value: v, stack: debug.Stack()}
			}
		}()
		return next(c)
	}
}

// limitBody refuses a body that says it is too large, and cuts off one that
// turns out to be.
func (s *Server) limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength > bodyLimit {
			return echo.ErrStatusRequestEntityTooLarge
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, bodyLimit)
		}
		return next(c)
	}
}

// sameOrigin refuses a changing request that another site made, signing in
// included. Programs, which send neither Origin nor Sec-Fetch-Site, pass: they
// carry no cookie that somebody else could use.
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.guard.Check(c.Request()); err != nil {
			return &models.Error{
				Kind:  models.Forbidden,
				Text:  "This request came from another site, so nothing was changed. Open the page here and try again.",
				Cause: err,
			}
		}
		return next(c)
	}
}

// deadline ends the work for a request that takes too long.
func (s *Server) deadline(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), answerWithin)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}
