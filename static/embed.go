// Package static holds what a browser keeps: the stylesheet, the scripts, the
// icons. It owns their names: each is served under a name that carries its
// content's hash, so it may be kept for ever and is never stale. It knows no
// page and no person.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed app.css app.js htmx.min.js icons.svg favicon.svg LICENSES.txt
var files embed.FS

const (
	prefix  = "/static/"
	forEver = "public, max-age=31536000, immutable"
)

// asset is one file in the two shapes in which it is sent.
type asset struct {
	name, hash, kind string
	plain            []byte
	gzipped          func() []byte // made when first asked for
}

// url is the hashed name: app.css becomes /static/app.1a2b3c4d.css.
func (a *asset) url() string {
	ext := path.Ext(a.name)
	return prefix + strings.TrimSuffix(a.name, ext) + "." + a.hash + ext
}

// shelf is every asset, by its own name and by its URL.
type shelf struct{ byName, byURL map[string]*asset }

// assets reads and hashes the embedded files once, when first needed.
var assets = sync.OnceValue(func() shelf {
	s := shelf{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("static: the embedded folder cannot be read: " + err.Error())
	}
	for _, e := range entries {
		body, err := files.ReadFile(e.Name())
		if err != nil {
			panic("static: " + e.Name() + " cannot be read: " + err.Error())
		}
		a := newAsset(e.Name(), body)
		s.byName[a.name], s.byURL[a.url()] = a, a
	}
	return s
})

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	return &asset{
		name: name, hash: hex.EncodeToString(sum[:4]), kind: contentType(name), plain: body,
		gzipped: sync.OnceValue(func() []byte { return compress(body) }),
	}
}

// contentType is fixed here, since a machine's MIME table must not decide.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "text/plain; charset=utf-8"
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // fails for an unknown level only
	_, _ = w.Write(body)                                  // a bytes.Buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// Path is the URL of an embedded file, such as Path("app.css"). Asking for a
// file that is not embedded is a mistake in the program and panics.
func Path(name string) string {
	a, ok := assets().byName[name]
	if !ok {
		panic("static: no file " + name)
	}
	return a.url()
}

// Handler serves GET and HEAD under /static/; anything but a current hashed name is 404.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		a, ok := assets().byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		a.serve(w, r)
	})
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", forEver)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	body, tag := a.plain, a.hash
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body, tag = a.gzipped(), a.hash+"-gz"
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, a.name, time.Time{}, bytes.NewReader(body))
}

// takesGzip reads an Accept-Encoding header; "gzip;q=0" is a refusal.
func takesGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, quality, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		return strings.Trim(strings.TrimPrefix(strings.TrimSpace(quality), "q="), "0.") != "" || quality == ""
	}
	return false
}
