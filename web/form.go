package web

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

const formType = "application/x-www-form-urlencoded"

// readForm reads a posted form before the handler runs, so that no handler
// meets one that is too large, broken, or of another kind.
func (r *Request) readForm() error {
	req := r.Request()
	r.form = url.Values{}
	if req.Method == http.MethodGet || req.Method == http.MethodHead || r.api() || req.ContentLength == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(req.Header.Get(echo.HeaderContentType))
	if err != nil || kind != formType {
		return echo.ErrUnsupportedMediaType
	}
	if err := req.ParseForm(); err != nil {
		return badForm(err)
	}
	for name, values := range req.PostForm {
		for _, v := range append(values, name) {
			if !utf8.ValidString(v) || strings.Contains(v, "\x00") {
				return echo.ErrBadRequest
			}
		}
	}
	if req.PostForm != nil {
		r.form = req.PostForm
	}
	return nil
}

// Form is what was posted. Values after the question mark are not in it.
func (r *Request) Form() url.Values { return r.form }

// Value is a posted field; empty when it is not there.
func (r *Request) Value(name string) string { return r.form.Get(name) }

// Values are all posted fields of that name.
func (r *Request) Values(name string) []string { return r.form[name] }

// Checked reports whether a checkbox was ticked.
func (r *Request) Checked(name string) bool {
	switch r.form.Get(name) {
	case "", "false", "off", "0":
		return false
	}
	return true
}
