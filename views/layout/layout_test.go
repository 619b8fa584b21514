package layout_test

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"holdfast/views/layout"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNewsIsAnnouncedAsItsKindAsks(t *testing.T) {
	t.Parallel()
	for kind, role := range map[string]string{"success": "status", "info": "status", "error": "alert", "unheard-of": "status"} {
		if got := render(t, layout.FlashRegion(layout.Flash{Kind: kind, Text: "Saved."}, false)); !strings.Contains(got, `role="`+role+`"`) {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

func TestOutOfBandNewsFillsTheRegionThatIsThere(t *testing.T) {
	t.Parallel()
	oob, plain := render(t, layout.FlashRegion(layout.Flash{}, true)), render(t, layout.FlashRegion(layout.Flash{}, false))
	if !strings.Contains(oob, `id="flash"`) || !strings.Contains(oob, `hx-swap-oob="innerHTML"`) || strings.Contains(plain, "hx-swap-oob") {
		t.Errorf("out of band %s, plain %s", oob, plain)
	}
}

func TestAProblemTellsItsReferenceAndTheWayBack(t *testing.T) {
	t.Parallel()
	p := layout.ProblemPage{Status: 500, Title: "Broken", Text: "Try again.", Reference: "ab-12", BackURL: "/projects", BackLabel: "Projects"}
	for _, want := range []string{"<h1>Broken</h1>", "Try again.", "ab-12", `href="/projects"`} {
		if got := render(t, layout.Problem(p)); !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if got := render(t, layout.ProblemToast(p)); strings.Contains(got, "<h1") || !strings.Contains(got, "ab-12") {
		t.Errorf("as news: %s", got)
	}
}

func TestHtmxIsConfiguredForThePolicyAndTheReplies(t *testing.T) {
	t.Parallel()
	page := render(t, layout.Full(layout.Frame{Title: "T"}, layout.Problem(layout.ProblemPage{})))
	content := regexp.MustCompile(`name="htmx-config" content="([^"]*)"`).FindStringSubmatch(page)
	if content == nil {
		t.Fatal("no configuration")
	}
	var config struct {
		IncludeIndicatorStyles, AllowEval, SelfRequestsOnly *bool
		HistoryCacheSize                                    *int
		ResponseHandling                                    []struct{ Code, Target string }
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(content[1])), &config); err != nil {
		t.Fatal(err)
	}
	if *config.IncludeIndicatorStyles || *config.AllowEval || !*config.SelfRequestsOnly || *config.HistoryCacheSize != 0 {
		t.Errorf("configuration is %s", content[1])
	}
	for status, target := range map[string]string{"204": "", "200": "", "422": "", "409": "", "403": "#flash", "500": "#flash"} {
		for _, h := range config.ResponseHandling {
			if regexp.MustCompile(h.Code).MatchString(status) {
				if h.Target != target {
					t.Errorf("%s goes to %q", status, h.Target)
				}
				break
			}
		}
	}
}

func TestTheNavigationLeadsToWhatOneMaySee(t *testing.T) {
	t.Parallel()
	current := regexp.MustCompile(`<a href="([^"]*)"( aria-current="[^"]*")?>`)
	for _, c := range []struct {
		path  string
		admin bool
		want  string
	}{
		{"/transfers", false, `/credentials /projects /transfers aria-current="page" /oauth/clients`},
		{"/transfers/leaving", true, `/credentials /projects /transfers aria-current="true" /oauth/clients /admin/users`},
		{"/credentials/x/transfer", false, `/credentials aria-current="true" /projects /transfers /oauth/clients`},
		{"/oauth/clients/new", false, `/credentials /projects /transfers /oauth/clients aria-current="true"`},
		{"/admin/outbox", true, `/credentials /projects /transfers /oauth/clients /admin/users aria-current="true" /admin/users /admin/idps /admin/audit /admin/outbox aria-current="page" /admin/kinds`},
	} {
		page := render(t, layout.Full(layout.Frame{Path: c.path, Person: &layout.Person{Name: "Ada", Admin: c.admin}}, layout.Problem(layout.ProblemPage{})))
		nav := page[strings.Index(page, "<nav"):strings.Index(page, "</nav>")]
		var got []string
		for _, m := range current.FindAllStringSubmatch(nav, -1) {
			got = append(got, m[1]+m[2])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("at %s: %s, want %s", c.path, strings.Join(got, " "), c.want)
		}
	}
}
