package web

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"holdfast/views/to"
)

// Next is where to go after signing in: the local path that the form or the
// query names as "next", or home.
func (r *Request) Next() string {
	for _, next := range []string{r.Value("next"), r.Query("next")} {
		if local(next) {
			return next
		}
	}
	return to.Home
}

// local reports whether a browser takes path as a place on this site. Browsers
// read a backslash as a slash, so none may occur; they drop tabs and newlines,
// and url.Parse refuses those.
func local(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, `\`) || len(path) > 2000 {
		return false
	}
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == ""
}

// wanted is the page that a signed-out visitor should come back to: the one
// asked for, or the one from which the form was sent. The page of a link sends
// no referrer; what is sent from it goes to an address below its own.
func (r *Request) wanted() string {
	req := r.Request()
	from := ""
	switch {
	case partial(req):
		from = req.Header.Get("HX-Current-URL")
	case req.Method == http.MethodGet || req.Method == http.MethodHead:
		from = req.URL.RequestURI()
	case r.link:
		from = path.Dir(req.URL.EscapedPath())
	default:
		from = req.Referer()
	}
	u, err := url.Parse(from)
	if err != nil || u.Path == "" || !local(u.RequestURI()) {
		return ""
	}
	return u.RequestURI() // without the host: it leads nowhere but here
}
