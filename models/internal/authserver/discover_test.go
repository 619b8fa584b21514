package authserver_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest/oauthtest"
)

// described is a server that describes itself at a place, with that in place of
// what it would say. {} stands for its address.
func described(t *testing.T, place, issuer string, more map[string]any) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != place {
			http.Redirect(w, r, "/login", http.StatusFound)
			return
		}
		here := "http://" + r.Host
		says := map[string]any{"issuer": "{}" + issuer, "authorization_endpoint": "{}/a", "token_endpoint": "{}/t"}
		maps.Copy(says, more)
		text, _ := json.Marshal(says)
		_, _ = w.Write([]byte(strings.ReplaceAll(string(text), "{}", here)))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

const (
	ofOpenID = "/.well-known/openid-configuration"
	ofOAuth  = "/.well-known/oauth-authorization-server"
)

func TestAServerThatDescribesItselfIsFound(t *testing.T) {
	t.Parallel()
	all := map[string]any{
		"revocation_endpoint": "{}/r", "userinfo_endpoint": "{}/u", "introspection_endpoint": "{}/i", "code_challenge_methods_supported": []string{"plain", "S256"},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt", "none", "client_secret_post"}, "authorization_response_iss_parameter_supported": true,
	}
	for _, row := range []struct{ place, issuer string }{
		{ofOpenID, ""}, {ofOpenID, "/"}, {"/t/1" + ofOpenID, "/t/1"}, {ofOAuth, ""}, {ofOAuth + "/t/1", "/t/1"}, {ofOAuth + "/t/1", "/t/1/"},
	} {
		at := described(t, row.place, row.issuer, all)
		got, err := hands().Discover(t.Context(), at+row.issuer)
		want := models.ClientSettings{
			Issuer: at + row.issuer, NamesItself: true, Authorize: at + "/a", Token: at + "/t", Revoke: at + "/r", UserInfo: at + "/u", Introspect: at + "/i",
			Auth: models.SecretPost, PKCE: true,
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: %+v, %v", row, got, err)
		}
	}
	at := described(t, ofOpenID, "", nil)
	got, err := hands().Discover(t.Context(), at)
	if want := (models.ClientSettings{Issuer: at, Authorize: at + "/a", Token: at + "/t", Auth: models.SecretBasic}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the least: %+v, %v", got, err)
	}
	p := oauthtest.New(t, still)
	if got, err = hands().Discover(t.Context(), p.URL); err != nil || got.Token != p.Settings().Token || !got.PKCE || got.Auth != models.SecretBasic {
		t.Errorf("the example: %+v, %v", got, err)
	}
}

func TestWhyAServerIsNotFound(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	lost := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(lost.Close)
	for name, row := range map[string]struct{ issuer, says string }{
		"another name":            {described(t, ofOpenID, "/", nil), "/, which is not the same as the issuer here"},
		"a name not to be shown":  {described(t, ofOpenID, "", map[string]any{"issuer": "marker \x07"}), "by another name"},
		"a long name":             {described(t, ofOpenID, "", map[string]any{"issuer": "https://marker.example/" + strings.Repeat("m", 200)}), "by another name"},
		"no token endpoint":       {described(t, ofOpenID, "", map[string]any{"token_endpoint": ""}), "names no authorization endpoint or no token endpoint"},
		"a plain token endpoint":  {described(t, ofOpenID, "", map[string]any{"token_endpoint": "http://marker.example/t"}), "token endpoint that can't be used"},
		"a strange revocation":    {described(t, ofOpenID, "", map[string]any{"revocation_endpoint": "javascript:marker"}), "revocation endpoint that can't be used"},
		"a fragment":              {described(t, ofOpenID, "", map[string]any{"authorization_endpoint": "{}/a#marker"}), "authorization endpoint that can't be used"},
		"no JSON of the sort":     {described(t, ofOpenID, "", map[string]any{"token_endpoint": []string{"marker"}}), "No description of a provider was found"},
		"nothing":                 {lost.URL, "No description of a provider was found"},
		"nobody":                  {closed.URL, "Nobody answers at the address of the issuer"},
		"a plain issuer":          {"http://id.example", "is not https"},
		"a private issuer":        {"https://10.0.0.1", "The address of the issuer can't be reached from here: its name is not known, or it is not on the internet."},
		"an unknown issuer":       {"https://no-such-host.invalid", "The address of the issuer can't be reached from here: its name is not known, or it is not on the internet."},
		"no address":              {"id.example", "can't be used"},
		"an issuer with a query":  {closed.URL + "?marker", "can't be used"},
		"an issuer with a person": {"https://ana:marker@id.example", "can't be used"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := hands().Discover(t.Context(), row.issuer)
			mute(t, err)
			if text := models.WrongFields(err)["issuer"]; !strings.Contains(text, row.says) || strings.Contains(text, "marker") {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

func TestTheScopesThatAServerNamesMayBeChosenWhenTheyAreFew(t *testing.T) {
	t.Parallel()
	many := make([]string, 31)
	for i := range many {
		many[i] = "s" + strings.Repeat("x", i)
	}
	for name, row := range map[string]struct{ names, optional []string }{
		"some":    {[]string{"openid", "profile", "no scope", "Mail.Read", "profile", "offline_access"}, []string{"profile", "Mail.Read"}},
		"at most": {many[:30], many[:30]},
		"many":    {many, nil},
		"none":    {nil, nil},
	} {
		at := described(t, ofOpenID, "", map[string]any{"scopes_supported": row.names})
		got, err := hands().Discover(t.Context(), at)
		if err != nil || !reflect.DeepEqual(got.Optional, row.optional) {
			t.Errorf("%s: %v, %v", name, got.Optional, err)
		}
	}
}
