package directory

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
)

// TestAddressesAreOfTheProvider: places stand in the host or the path alone, and
// what fills them is an input.
func TestAddressesAreOfTheProvider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p models.KnownProvider) {
		for what, address := range addresses(p.Settings) {
			if address == "" && what != "authorize_url" && what != "token_url" {
				continue
			}
			if !strings.HasPrefix(address, "https://") {
				t.Errorf("%s is %q", what, address)
			}
			for _, found := range place.FindAllStringSubmatch(address, -1) {
				if !slices.ContainsFunc(p.Inputs, func(in models.ProviderInput) bool { return in.Name == found[1] }) {
					t.Errorf("%s: nothing fills %s", what, found[0])
				}
			}
			if left := place.ReplaceAllString(address, ""); strings.ContainsAny(left, "{}") {
				t.Errorf("%s has a stray brace: %q", what, address)
			}
		}
	})
}

func TestFilledWithItsExamplesAProviderCanBeAsked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p models.KnownProvider) {
		filled, err := Fill(p, examples(p))
		if err != nil {
			t.Fatal(err, models.WrongFields(err))
		}
		for what, address := range addresses(filled) {
			if address == "" {
				continue
			}
			u, err := url.Parse(address)
			if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || !models.WebAddress(address) {
				t.Errorf("%s becomes %q: %v", what, address, err)
			}
		}
		var whole any
		if err := json.Unmarshal([]byte(filled.String()), &whole); err != nil {
			t.Fatal(err)
		}
		for _, text := range texts(whole) {
			if strings.ContainsAny(text, "{}") {
				t.Errorf("a brace is left: %s", text)
			}
		}
	})
}

// texts are the texts in a JSON value, names of members with them.
func texts(v any) (all []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, one := range v {
			all = append(all, texts(one)...)
		}
	case map[string]any:
		for name, one := range v {
			all = append(append(all, name), texts(one)...)
		}
	}
	return all
}

func TestNothingIsLeftToGuess(t *testing.T) {
	t.Parallel()
	pointer := regexp.MustCompile(`^/(id_token|userinfo|answer|back)(/[A-Za-z0-9_]+)+$`)
	each(t, func(t *testing.T, p models.KnownProvider) {
		s := p.Settings
		if !slices.Contains([]string{models.SecretBasic, models.SecretPost, models.SecretNone}, s.Auth) {
			t.Errorf("auth_method %q", s.Auth)
		}
		if !slices.Contains([]string{"", models.FormBody, models.JSONBody}, s.Body) || !slices.Contains([]string{"", ","}, s.Separator) {
			t.Errorf("body_format %q, scope_separator %q", s.Body, s.Separator)
		}
		if !slices.ContainsFunc(p.Facts, func(f models.ProviderFact) bool { return f.Of == "pkce" }) {
			t.Error("nothing is said of PKCE")
		}
		for _, at := range slices.Concat(s.SubjectAt, s.AccountAt) {
			if !pointer.MatchString(at) {
				t.Errorf("no pointer into what is known of an account: %q", at)
			}
			if name, ok := strings.CutPrefix(at, "/back/"); ok && !slices.Contains(s.KeepBack, name) {
				t.Errorf("%s, but it is not kept", at)
			}
			if strings.HasPrefix(at, "/userinfo/") && s.UserInfo == "" {
				t.Errorf("%s, but nobody is asked", at)
			}
		}
		for name := range s.AuthorizeParams {
			barred(t, name)
		}
		for name := range s.TokenParams {
			barred(t, name)
		}
		for _, scope := range slices.Concat(s.Mandatory, s.Optional) {
			if scope == "" || strings.ContainsAny(scope, " ,\"\\") || slices.Contains(s.Mandatory, scope) && slices.Contains(s.Optional, scope) {
				t.Errorf("scope %q", scope)
			}
		}
	})
}

// barred complains of parameters that Holdfast sends itself.
func barred(t *testing.T, name string) {
	t.Helper()
	if slices.Contains([]string{
		"client_id", "client_secret", "redirect_uri", "response_type", "state", "scope", "code", "code_verifier",
		"code_challenge", "code_challenge_method", "grant_type", "refresh_token",
	}, strings.ToLower(name)) {
		t.Errorf("%s is a parameter that Holdfast sends itself", name)
	}
}
