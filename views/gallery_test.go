// Package views_test draws every page with sample data and looks at what came
// out. With HOLDFAST_GALLERY=dir it also leaves the pages there, with the
// static files, to be looked at in a browser.
package views_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"holdfast/static"
	"holdfast/views/layout"
)

func plain(s string) string { return s }

// draw renders a sample in its frame.
func draw(t *testing.T, s sample, text func(string) string) []byte {
	t.Helper()
	f := layout.Frame{Title: text(s.title), Path: s.path, Flash: s.flash}
	if !s.out {
		f.Person = &layout.Person{Name: text("Ada Lovelace"), Email: text("ada@example.org"), Admin: true}
	}
	var b bytes.Buffer
	if err := layout.Full(f, s.body).Render(context.Background(), &b); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return b.Bytes()
}

func TestGalleryIsWrittenWhenAskedFor(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("HOLDFAST_GALLERY")
	if dir == "" {
		t.Skip("set HOLDFAST_GALLERY to a directory to write the pages there")
	}
	for _, s := range samples(plain) {
		write(t, filepath.Join(dir, s.name+".html"), draw(t, s, plain))
	}
	for _, name := range []string{"app.css", "app.js", "htmx.min.js", "icons.svg", "favicon.svg"} {
		w := httptest.NewRecorder()
		static.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, static.Path(name), nil))
		write(t, filepath.Join(dir, static.Path(name)), w.Body.Bytes())
	}
}

func write(t *testing.T, path string, body []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, body, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryPageIsSound(t *testing.T) {
	t.Parallel()
	for _, s := range samples(plain) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			page := parse(t, draw(t, s, plain))
			page.hasOneH1(t)
			page.hasNothingInline(t)
			page.labelsEveryControl(t)
			page.hasUniqueIDs(t)
			page.pointsAtWhatIsThere(t)
			page.submitsWithoutJavaScript(t)
			page.hasNamedTables(t)
		})
	}
}

func TestNoSecretIsDrawnEvenIfAHandlerGivesOne(t *testing.T) {
	t.Parallel()
	for _, s := range samples(plain) {
		if bytes.Contains(draw(t, s, plain), []byte("leaked-secret")) {
			t.Errorf("%s draws a secret", s.name)
		}
	}
}

func TestTheListOfFiftyWeighsLittle(t *testing.T) {
	t.Parallel()
	for _, s := range samples(plain) {
		size := len(draw(t, s, plain))
		if s.name == "credentials" {
			t.Logf("the list of fifty has %d bytes", size)
		}
		if s.name == "credentials" && size > 40<<10 {
			t.Errorf("the list has %d bytes, more than 40 KiB", size)
		}
	}
}

// S-70: what people type is shown, and does nothing else.
func TestHostileTextIsInert(t *testing.T) {
	t.Parallel()
	hostile := map[string]string{
		"script":   `<script>alert(1)</script>`,
		"breakout": `"onx='1' ' onfocus=alert(1) autofocus="`,
		"override": "abc\u202egnp.exe",
		"long":     strings.Repeat("w", 10_000),
		"url":      "javascript:alert(1)",
		"comment":  "--><img src=x onerror=alert(1)>",
	}
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			evil := func(string) string { return text }
			for i, s := range samples(evil) {
				s.flash.Text = text
				page, calm := parse(t, draw(t, s, evil)), parse(t, draw(t, samples(plain)[i], plain))
				page.hasNothingInline(t)
				page.hasSameScripts(t, calm)
			}
		})
	}
}

func TestSignedOutPagesHaveNoNavigation(t *testing.T) {
	t.Parallel()
	for _, s := range samples(plain) {
		body := string(draw(t, s, plain))
		if s.out == strings.Contains(body, `aria-label="Main"`) {
			t.Errorf("%s: signed out is %v, navigation is the same", s.name, s.out)
		}
	}
}

func TestOnlyAdministratorsSeeAdministration(t *testing.T) {
	t.Parallel()
	for _, admin := range []bool{true, false} {
		var b bytes.Buffer
		f := layout.Frame{Path: "/credentials/x", Person: &layout.Person{Name: "Ada", Admin: admin}}
		if err := layout.Full(f, layout.Problem(layout.ProblemPage{})).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "Administration"); got != admin {
			t.Errorf("admin %v: Administration shown is %v", admin, got)
		}
		if !strings.Contains(b.String(), `<a href="/credentials" aria-current="true">`) {
			t.Error("the current entry is not marked")
		}
	}
}

func TestEveryIconIsInTheSprite(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?:Icon|EmptyState)\("([a-z0-9-]+)"|ui\.Badge\(ui\.\w+, "([a-z0-9-]+)"|icon: "([a-z0-9-]+)"`)
	sources, err := filepath.Glob("*/*")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range sources {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(body), -1) {
			found++
			if name := m[1] + m[2] + m[3]; !static.HasIcon(name) {
				t.Errorf("%s: the sprite has no icon %s", file, name)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d icons found: is the pattern still right?", found)
	}
}

func parse(t *testing.T, body []byte) document {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return document{root}
}
