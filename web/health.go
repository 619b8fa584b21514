package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"holdfast/models"
)

const (
	health    = "/healthz"
	readiness = "/readyz"
)

// alive answers while the program runs at all.
func alive(c echo.Context) error { return c.String(http.StatusOK, "ok") }

// readiness says whether requests can be served, and else why not, in words
// that give nothing away; the log has the rest.
func (s *Server) readiness(c echo.Context) error {
	if s.ready == nil {
		return alive(c)
	}
	err := s.ready(c.Request().Context())
	if err == nil {
		return alive(c)
	}
	reason := "the database does not answer"
	if e, ok := errors.AsType[*models.Error](err); ok {
		reason = e.Text
	}
	s.request(c).fault = err
	return c.String(http.StatusServiceUnavailable, "not ready: "+reason)
}
