package web

import (
	"errors"
	"log/slog"
	"net/http"
)

// record writes the one line of a request. It tells the route's pattern and
// never the path, the query, a header or the body: those hold tokens and
// secrets. What went wrong is in the same line, so its id leads to everything.
func (s *Server) record(r *Request) {
	status, took := r.Response().Status, s.now().Sub(r.started)
	if s.metrics != nil {
		s.metrics.observe(r.route, r.Request().Method, status, took)
	}
	level := r.level(status)
	if !s.log.Enabled(r.Ctx(), level) {
		return
	}
	line := make([]slog.Attr, 0, 11)
	line = append(line,
		slog.String("id", r.Who.RequestID), slog.String("method", short(r.Request().Method, 20)),
		slog.String("route", r.route), slog.Int("status", status), slog.Duration("took", took),
		slog.Int64("bytes", r.Response().Size), slog.String("ip", r.Who.IP))
	if r.Who.SignedIn() {
		line = append(line, slog.Int64("person", r.Who.UserID))
	}
	if r.fault != nil {
		line = append(line, slog.String("err", r.fault.Error()))
	}
	if f, ok := errors.AsType[*fault](r.fault); ok {
		line = append(line, slog.String("stack", string(f.stack)))
	}
	s.log.LogAttrs(r.Ctx(), level, "request", line...)
}

func (r *Request) level(status int) slog.Level {
	switch {
	case status == http.StatusServiceUnavailable:
		return slog.LevelWarn
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case r.route == health || r.route == readiness:
		return slog.LevelDebug // asked every few seconds, for ever
	case r.fault != nil && status != clientGone:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}
