package directory

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
)

func found(t *testing.T, name string) models.KnownProvider {
	t.Helper()
	p, ok := Load().Find(name)
	if !ok {
		t.Fatalf("%s is missing", name)
	}
	return p
}

// TestAnInputStaysInItsPlace: nobody sends a secret to a host of their own by way
// of an input.
func TestAnInputStaysInItsPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p models.KnownProvider) {
		for _, in := range p.Inputs {
			for _, value := range []string{
				"evil.example/", "/", "a@b", "x#", "x?y", "a b", "..", "a..b", ".a", "a.", "-a", "a-", "a\\b", "a\"b", "a%2fb", "{" + in.Name + "}",
				"a\nb", "é", "evil.example:443/x", "https://evil.example", "[::1]", "a:b", "a,b", "a&b", "a=b", strings.Repeat("a.", 3),
			} {
				values := examples(p)
				values[in.Name] = value
				if fits, _ := matcher(in); wholeHost(p, in) && fits.MatchString(bare(value)) {
					continue // it is a host, as it stands in an address
				}
				s, err := Fill(p, values)
				if wrong := models.WrongFields(err); len(wrong) != 1 || wrong["input/"+in.Name] == "" {
					t.Errorf("%s = %q: %v, %v", in.Name, value, wrong, s.Token)
				}
			}
		}
	})
}

func TestAnEmptyInputIsItsDefaultOrMissed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p models.KnownProvider) {
		for _, in := range p.Inputs {
			values := examples(p)
			values[in.Name] = "  "
			_, err := Fill(p, values)
			missed := models.WrongFields(err)["input/"+in.Name] == "Fill in this field."
			if missed != (in.Default == "") || !missed && err != nil {
				t.Errorf("%s, default %q: %v", in.Name, in.Default, err)
			}
			if in.Example == "" || in.Label == "" {
				t.Errorf("input %s needs an example and a label", in.Name)
			}
		}
	})
}

func TestOnlyWholeHostsHaveAPort(t *testing.T) {
	t.Parallel()
	for _, p := range Load().List() {
		for _, in := range p.Inputs {
			values := examples(p)
			values[in.Name] = in.Example + ":8443"
			whole := slices.Contains([]string{"gitlab", "dhis2", "dhis2-older", "kobotoolbox", "commcare"}, p.Name) && in.Name == "host"
			if _, err := Fill(p, values); whole != (err == nil) {
				t.Errorf("%s, %s with a port: %v", p.Name, in.Name, err)
			}
		}
	}
}

func TestFillPutsValuesEverywhere(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct {
		provider string
		inputs   map[string]string
		want     []string
	}{
		"a default":         {"microsoft", nil, []string{"https://login.microsoftonline.com/common/oauth2/v2.0/token"}},
		"a label":           {"shopify", map[string]string{"shop": " acme-store "}, []string{"https://acme-store.myshopify.com/admin/oauth/access_token"}},
		"a host and a port": {"gitlab", map[string]string{"host": "git.example.org:8443"}, []string{"https://git.example.org:8443/oauth/token", `"userinfo_url":"https://git.example.org:8443/oauth/userinfo"`}},
		"from the bar":      {"gitlab", map[string]string{"host": "HTTPS://git.example.org:8443/"}, []string{`"token_url":"https://git.example.org:8443/oauth/token"`}},
		"two at once":       {"okta-custom", map[string]string{"org": "acme", "server": "aus1"}, []string{"https://acme.okta.com/oauth2/aus1/v1/token"}},
		"one of a few":      {"zoho", map[string]string{"dc": "com.au", "other": "/"}, []string{"https://accounts.zoho.com.au/oauth/v2/token"}},
		"a part of a host":  {"salesforce", map[string]string{"host": "acme--dev.sandbox.my.salesforce.com"}, []string{"https://acme--dev.sandbox.my.salesforce.com/services/oauth2/revoke"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			filled, err := Fill(found(t, s.provider), s.inputs)
			if err != nil {
				t.Fatal(err, models.WrongFields(err))
			}
			for _, want := range s.want {
				if !strings.Contains(filled.String(), want) {
					t.Errorf("%s is not in %s", want, filled)
				}
			}
		})
	}
}

func TestHostsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct{ provider, input, value string }{
		"salesforce, like":     {"salesforce", "host", "evilsalesforce.com"},
		"salesforce, below":    {"salesforce", "host", "login.salesforce.com.evil.example"},
		"snowflake":            {"snowflake", "host", "snowflakecomputing.com.evil.example"},
		"docusign":             {"docusign", "host", "account-x.docusign.com"},
		"a data center":        {"zoho", "dc", "example"},
		"a dot in a subdomain": {"zendesk", "subdomain", "evil.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Fill(found(t, s.provider), map[string]string{s.input: s.value})
			if models.WrongFields(err)["input/"+s.input] == "" {
				t.Errorf("%s was taken: %v", s.value, err)
			}
		})
	}
}

func TestAHostHasNoPath(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"https://git.example.org/gitlab": "Enter it like this: gitlab.example.org. For an address with a path, choose Another provider",
		"http://git.example.org":         "Enter it like this: gitlab.example.org. For an address with a path, choose Another provider",
		"git example":                    "Enter it like this: gitlab.example.org",
		"https:///":                      "Fill in this field.",
	} {
		_, err := Fill(found(t, "gitlab"), map[string]string{"host": value})
		if got := models.WrongFields(err)["input/host"]; got != want {
			t.Errorf("%s: %q", value, got)
		}
	}
	if _, err := Fill(found(t, "salesforce"), map[string]string{"host": "https://evil.example/"}); err == nil {
		t.Error("a host of somebody else's was taken")
	}
}

func TestEveryFaultIsToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Fill(found(t, "okta-custom"), map[string]string{"server": "a/b"})
	want := models.Fields{"input/org": "Fill in this field.", "input/server": "Enter it like this: aus1a2b3c4"}
	if got := models.WrongFields(err); !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestWhatIsFilledIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	filled, err := Fill(found(t, "google"), nil)
	if err != nil {
		t.Fatal(err)
	}
	filled.AuthorizeParams["prompt"], filled.Mandatory[0] = "none", "nothing"
	again := found(t, "google").Settings
	if again.AuthorizeParams["prompt"] != "consent" || again.Mandatory[0] != "openid" {
		t.Error("the directory was changed from outside")
	}
}
