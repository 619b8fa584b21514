package web

import (
	"net/http"

	"github.com/a-h/templ"

	"holdfast/views/layout"
)

// Reply is what a handler answers. It says what to show; only this package
// says how: whole or in part, swapped or redirected.
//
//	reply              htmx                              a plain browser
//	Page, Status       the body alone                    the body in the layout
//	Invalid            422, the form alone               422, the form in the layout
//	Stale              409, the body alone               409, the body in the layout
//	Fragment           the part and the flash            303 to url, flash kept in the session
//	Redirect           204 with HX-Redirect, flash kept  303, flash kept
//	NoContent          204                               204
//	JSON               the data                          the data
type Reply struct {
	status int
	title  string
	body   templ.Component // of a page
	part   templ.Component // of a fragment
	goTo   string
	news   layout.Flash
	data   any // for a program
	head   []header
}

// Page answers with a page.
func Page(title string, body templ.Component) Reply {
	return Reply{status: http.StatusOK, title: title, body: body}
}

// Invalid answers with the page of a form that must be filled in again.
func Invalid(title string, form templ.Component) Reply {
	return Page(title, form).Status(http.StatusUnprocessableEntity)
}

// Stale answers with a page that shows what changed in the meantime.
func Stale(title string, body templ.Component) Reply {
	return Page(title, body).Status(http.StatusConflict)
}

// Fragment answers htmx with a part, and everyone else by sending them to url.
func Fragment(part templ.Component, url string) Reply {
	return Reply{status: http.StatusOK, part: part, goTo: url}
}

// Redirect sends the person to url, which comes from package to, from
// Request.Next, or from a provider's settings; never from a form as it is.
func Redirect(url string) Reply { return Reply{status: http.StatusSeeOther, goTo: url} }

// NoContent answers that it is done, with nothing to show.
func NoContent() Reply { return Reply{status: http.StatusNoContent} }

// Flash adds one line of good news. It must hold no secret: it is kept in the
// session until the next page.
func (r Reply) Flash(text string) Reply {
	r.news = layout.Flash{Kind: "success", Text: text}
	return r
}

// Notice adds one line of news that is neither good nor bad.
func (r Reply) Notice(text string) Reply {
	r.news = layout.Flash{Kind: "info", Text: text}
	return r
}

// Status answers a page with another status than its own.
func (r Reply) Status(code int) Reply {
	r.status = code
	return r
}
