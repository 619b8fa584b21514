package web

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"holdfast/views/layout"
)

// keepBuffers up to this size for the next page; one huge page must not stay
// in memory for ever.
const keepBuffers = 256 << 10

// partial reports whether htmx wants a part of a page. A boosted link and a
// restored history entry both want all of it.
func partial(r *http.Request) bool {
	h := r.Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Boosted") != "true" && h.Get("HX-History-Restore-Request") != "true"
}

// write is the only place that sends what a handler returned.
func (s *Server) write(r *Request, a Reply) error {
	part := partial(r.Request())
	r.vary()
	switch {
	case a.part != nil && part:
		return s.html(r, a.status, a.part, layout.FlashRegion(a.news, true))
	case a.data != nil:
		return r.json(a)
	case a.goTo != "":
		return s.redirect(r, a, part)
	case a.status == http.StatusNoContent:
		return r.NoContent(a.status)
	case a.body == nil:
		return errors.New("web: the handler returned neither a reply nor an error")
	case part && a.news.Text != "":
		return s.html(r, a.status, layout.Title(a.title), a.body, layout.FlashRegion(a.news, true))
	case part:
		return s.html(r, a.status, layout.Title(a.title), a.body)
	}
	return s.html(r, a.status, layout.Full(r.frame(a), a.body))
}

// vary keeps caches from showing a part for a whole.
func (r *Request) vary() { r.Response().Header().Set(echo.HeaderVary, "HX-Request") }

func (r *Request) frame(a Reply) layout.Frame {
	f := layout.Frame{Title: a.title, Path: r.Request().URL.Path, Flash: a.news}
	if r.Who.SignedIn() {
		f.Person = &layout.Person{Name: r.Who.Name, Email: r.Who.Email, Admin: r.Who.Admin()}
	}
	if f.Flash.Text == "" && r.Request().Method != http.MethodHead {
		f.Flash = r.takeFlash()
	}
	return f
}

func (s *Server) redirect(r *Request, a Reply, part bool) error {
	if err := r.leaveFlash(a.news); err != nil {
		return err
	}
	if part {
		r.Response().Header().Set("HX-Redirect", a.goTo)
		return r.NoContent(http.StatusNoContent)
	}
	return r.Redirect(http.StatusSeeOther, a.goTo)
}

// html renders into memory first: a page that breaks half way never leaves.
func (s *Server) html(r *Request, status int, parts ...templ.Component) error {
	b := s.buffer()
	defer s.giveBack(b)
	for _, p := range parts {
		if err := p.Render(r.Ctx(), b); err != nil {
			return err
		}
	}
	return r.send(status, echo.MIMETextHTMLCharsetUTF8, b.Bytes())
}

// send writes an answer that is complete; HEAD gets all of it but the body.
func (r *Request) send(status int, kind string, body []byte) error {
	h := r.Response().Header()
	h.Set(echo.HeaderContentType, kind)
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	r.Response().WriteHeader(status)
	if r.Request().Method == http.MethodHead {
		return nil
	}
	_, err := r.Response().Write(body)
	return err
}

func (s *Server) buffer() *bytes.Buffer {
	if b, ok := s.buffers.Get().(*bytes.Buffer); ok {
		b.Reset()
		return b
	}
	return new(bytes.Buffer)
}

func (s *Server) giveBack(b *bytes.Buffer) {
	if b.Cap() <= keepBuffers {
		s.buffers.Put(b)
	}
}
