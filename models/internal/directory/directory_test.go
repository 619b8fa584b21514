package directory

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
)

// each runs check on every provider that is shipped.
func each(t *testing.T, check func(*testing.T, models.KnownProvider)) {
	t.Helper()
	for _, p := range Load().List() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			check(t, p)
		})
	}
}

// addresses are the settings that are web addresses, by their JSON name.
func addresses(s models.ClientSettings) map[string]string {
	return map[string]string{
		"issuer": s.Issuer, "authorize_url": s.Authorize, "token_url": s.Token, "refresh_url": s.Refresh, "revoke_url": s.Revoke,
		"userinfo_url": s.UserInfo, "introspect_url": s.Introspect, "scope_docs_url": s.ScopeDocs,
	}
}

func examples(p models.KnownProvider) map[string]string {
	values := map[string]string{}
	for _, in := range p.Inputs {
		values[in.Name] = in.Example
	}
	return values
}

func TestEveryFileIsAProviderOfItsName(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir("providers")
	if err != nil {
		t.Fatal(err)
	}
	d := Load()
	if len(files) != len(d.List()) || len(files) < 40 {
		t.Fatalf("%d files, %d providers", len(files), len(d.List()))
	}
	titles := map[string]string{}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".json")
		p, ok := d.Find(name)
		if !ok || p.Name != name || !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(name) {
			t.Errorf("%s: found %v, as %q", f.Name(), ok, p.Name)
		}
		if other, taken := titles[models.Fold(p.Title)]; taken {
			t.Errorf("%s and %s are both called %s", other, name, p.Title)
		}
		titles[models.Fold(p.Title)] = name
	}
	if _, ok := d.Find("nobody"); ok {
		t.Error("found nobody")
	}
}

func TestTheListIsByTitleAndIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	list := Load().List()
	if !slices.IsSortedFunc(list, byTitle) || list[0].Title != "Airtable" {
		t.Errorf("not by title: %s first", list[0].Title)
	}
	list[0] = models.KnownProvider{}
	if again := Load().List(); again[0].Title != "Airtable" {
		t.Error("the list was changed from outside")
	}
}

// TestThoseThatWereAskedForAreThere names what people wanted to connect to.
func TestThoseThatWereAskedForAreThere(t *testing.T) {
	t.Parallel()
	d := Load()
	for _, name := range strings.Fields(`google microsoft salesforce github gitlab slack hubspot notion dropbox box atlassian asana airtable
		zoom xero quickbooks stripe shopify linkedin discord zendesk mailchimp typeform calendly docusign paypal linear bitbucket
		intercom x pipedrive monday figma clickup zoho servicenow netsuite okta auth0 digitalocean heroku spotify reddit basecamp
		webex snowflake miro webflow strava fitbit twitch dhis2 kobotoolbox commcare`) {
		if _, ok := d.Find(name); !ok {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestEveryProviderIsDressed(t *testing.T) {
	t.Parallel()
	sprite, err := os.ReadFile("../../../static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, p models.KnownProvider) {
		if !strings.Contains(string(sprite), `<symbol id="`+p.Icon+`"`) {
			t.Errorf("there is no icon %q", p.Icon)
		}
		if u, err := url.Parse(p.Docs); err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("docs at %q", p.Docs)
		}
		for _, note := range p.Notes {
			if !strings.HasSuffix(note, ".") || strings.TrimSpace(note) != note {
				t.Errorf("not a sentence: %q", note)
			}
		}
		for _, alias := range p.Aliases {
			if alias != models.Fold(alias) || alias == models.Fold(p.Title) {
				t.Errorf("alias %q", alias)
			}
		}
	})
}

func TestEverySettingIsAFactWithSourceAndDate(t *testing.T) {
	t.Parallel()
	day, order := regexp.MustCompile(`^2026-(09|\d\d-\d\d)$`), settingNames()
	each(t, func(t *testing.T, p models.KnownProvider) {
		var before int
		for i, f := range p.Facts {
			at := slices.Index(order, f.Of)
			if at < 0 || i > 0 && at <= before {
				t.Errorf("%s is out of order", f.Of)
			}
			before = at
			if strings.TrimSpace(f.Source) == "" || !day.MatchString(f.Seen) || !json.Valid([]byte(f.Value)) {
				t.Errorf("%s: %q of %q, seen %q", f.Of, f.Value, f.Source, f.Seen)
			}
			if f.Source == "from memory" && !f.Unsure {
				t.Errorf("%s is from memory and must be unsure", f.Of)
			}
		}
		var settings map[string]json.RawMessage
		if err := json.Unmarshal([]byte(p.Settings.String()), &settings); err != nil {
			t.Fatal(err)
		}
		for of, value := range settings {
			if !slices.ContainsFunc(p.Facts, func(f models.ProviderFact) bool { return f.Of == of && sameJSON(t, f.Value, string(value)) }) {
				t.Errorf("%s is %s, and no fact says so", of, value)
			}
		}
	})
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		t.Fatalf("not JSON: %s, %s", a, b)
	}
	one, _ := json.Marshal(x)
	other, _ := json.Marshal(y)
	return string(one) == string(other)
}
