package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"holdfast/static"
)

func get(t *testing.T, method, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNamesCarryTheHash(t *testing.T) {
	t.Parallel()
	if p := static.Path("app.css"); !regexp.MustCompile(`^/static/app\.[0-9a-f]{8}\.css$`).MatchString(p) {
		t.Errorf("path is %s", p)
	}
	if p := static.Path("htmx.min.js"); !regexp.MustCompile(`^/static/htmx\.min\.[0-9a-f]{8}\.js$`).MatchString(p) {
		t.Errorf("path is %s", p)
	}
}

func TestAnUnknownNameIsAMistakeInTheProgram(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("an unknown name went through")
		}
	}()
	static.Path("no-such-file.css")
}

func TestFilesAreKeptForEverWithTheirType(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "htmx.min.js": "text/javascript; charset=utf-8",
		"icons.svg": "image/svg+xml", "favicon.svg": "image/svg+xml", "LICENSES.txt": "text/plain; charset=utf-8",
	} {
		res := get(t, http.MethodGet, static.Path(name))
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != kind {
			t.Errorf("%s: %d, %s", name, res.StatusCode, res.Header.Get("Content-Type"))
		}
		if c := res.Header.Get("Cache-Control"); c != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %s", name, c)
		}
		if len(body(t, res.Body)) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}

func TestGzipIsSentToThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	plain := body(t, get(t, http.MethodGet, static.Path("app.css")).Body)
	for header, zipped := range map[string]bool{
		"": false, "br": false, "gzip": true, "br, gzip;q=0.8": true, "GZIP": true, "gzip;q=0": false, "gzip; q=0.0": false, "gzip;q=1": true,
	} {
		res := get(t, http.MethodGet, static.Path("app.css"), "Accept-Encoding", header)
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != zipped {
			t.Errorf("Accept-Encoding %q: gzip is %v", header, got)
		}
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: no Vary", header)
		}
		sent := body(t, res.Body)
		if zipped {
			r, err := gzip.NewReader(bytes.NewReader(sent))
			if err != nil {
				t.Fatal(err)
			}
			sent = body(t, r)
		}
		if !bytes.Equal(sent, plain) {
			t.Errorf("Accept-Encoding %q: another body", header)
		}
	}
}

func TestWhatTheBrowserHasIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"", "gzip"} {
		tag := get(t, http.MethodGet, static.Path("app.js"), "Accept-Encoding", encoding).Header.Get("ETag")
		res := get(t, http.MethodGet, static.Path("app.js"), "Accept-Encoding", encoding, "If-None-Match", tag)
		if res.StatusCode != http.StatusNotModified || len(body(t, res.Body)) != 0 {
			t.Errorf("encoding %q: status %d", encoding, res.StatusCode)
		}
	}
}

func TestHeadSendsNoBody(t *testing.T) {
	t.Parallel()
	res := get(t, http.MethodHead, static.Path("app.css"))
	if res.StatusCode != http.StatusOK || len(body(t, res.Body)) != 0 {
		t.Errorf("status %d with a body", res.StatusCode)
	}
}

func TestEverythingElseIsNotThere(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/static/", "/static/app.css", "/static/app.00000000.css", "/static/../static/embed.go", "/static/embed.go"} {
		res := get(t, http.MethodGet, path)
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		if strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: a miss is kept for ever", path)
		}
	}
	if res := get(t, http.MethodPost, static.Path("app.css")); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", res.StatusCode)
	}
}

func TestAnUnknownIconBecomesAKey(t *testing.T) {
	t.Parallel()
	if got, want := static.Icon("drawn-by-nobody"), static.Path("icons.svg")+"#key-round"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := static.Icon("database"), static.Path("icons.svg")+"#database"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if static.HasIcon("drawn-by-nobody") || !static.HasIcon("database") {
		t.Error("HasIcon does not know the sprite")
	}
}

// Pages load nothing from elsewhere, and a stylesheet is waited for.
func TestTheStylesheetStaysSmallAndAtHome(t *testing.T) {
	t.Parallel()
	css := body(t, get(t, http.MethodGet, static.Path("app.css")).Body)
	if len(css) > 72<<10 {
		t.Errorf("app.css has %d bytes, more than 72 KiB", len(css))
	}
	if len(css) < 20<<10 {
		t.Errorf("app.css has %d bytes: was it built?", len(css))
	}
	for _, away := range []string{"url(http", "url(//", "@import"} {
		if bytes.Contains(css, []byte(away)) {
			t.Errorf("app.css reaches out: %s", away)
		}
	}
}
