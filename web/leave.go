package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"
)

// Leave sends the person to another site, at url, which comes from a provider's
// own description. The page has a plain link there, for who is not led on.
//
// It is no redirect: a policy of form-action 'self' holds for the redirects after
// a form too, in some browsers, and this mostly answers a form.
func Leave(title string, body templ.Component, url string) Reply {
	return Reply{status: http.StatusOK, title: title, body: body, away: url}
}

func (s *Server) leave(r *Request, a Reply, part bool) error {
	to, err := url.Parse(a.away)
	if err != nil {
		return err
	}
	if part {
		r.Response().Header().Set("HX-Redirect", to.String())
		return r.NoContent(http.StatusNoContent)
	}
	r.Response().Header().Set("Refresh", "0; url="+to.String())
	a.away = ""
	return s.write(r, a)
}

// Keep leaves a secret with the browser under a name of its own, for as long as
// something takes that leads away and back, in seconds. No script can read it;
// it comes back when another site sends the browser here, but not with its forms.
func (r *Request) Keep(name, secret string, seconds int) {
	http.SetCookie(r.Response(), r.errand(name, secret, seconds))
}

// Kept is the secret that the browser holds under the name; empty for none.
func (r *Request) Kept(name string) string {
	c, err := r.Cookie(r.server.store.cookie + "-" + name)
	if err != nil {
		return ""
	}
	return c.Value
}

// Forget takes the secret away from the browser again.
func (r *Request) Forget(name string) { http.SetCookie(r.Response(), r.errand(name, "", -1)) }

func (r *Request) errand(name, value string, seconds int) *http.Cookie {
	return &http.Cookie{
		Name: r.server.store.cookie + "-" + name, Value: value, Path: "/", MaxAge: seconds,
		Secure: r.server.store.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
