package authserver_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/internal/authserver"
)

const tokens = `{"access_token":"marker-access","refresh_token":"marker-next","token_type":"Bearer","expires_in":3600}`

func TestTheClientShowsItselfInOneWayAlone(t *testing.T) {
	t.Parallel()
	for _, way := range []string{models.SecretBasic, models.SecretPost, models.SecretNone} {
		for _, format := range []string{"", models.FormBody, models.JSONBody} {
			for _, status := range []int{200, 400, 401, 500} {
				p, h := raw(t, says(status, asJSON, tokens))
				p.Settings.Auth, p.Settings.Body = way, format
				_, err := hands().Refresh(t.Context(), p, "marker-refresh")
				mute(t, err)
				r, text := h.last(t)
				id, secret, basic := r.BasicAuth()
				if basic != (way == models.SecretBasic) || basic && (id != "us" || secret != "marker-secret") {
					t.Errorf("%s %s: the header says %q %q", way, format, id, secret)
				}
				sent := fieldsOf(t, r, text)
				want := map[string]string{"grant_type": "refresh_token", "refresh_token": "marker-refresh"}
				if way != models.SecretBasic {
					want["client_id"] = "us"
				}
				if way == models.SecretPost {
					want["client_secret"] = "marker-secret"
				}
				if fmt.Sprint(sent) != fmt.Sprint(want) || r.Header.Get("Accept") != asJSON || r.Method != http.MethodPost {
					t.Errorf("%s %s: sent %v, want %v, accepts %s", way, format, sent, want, r.Header.Get("Accept"))
				}
				if isJSON := r.Header.Get("Content-Type") == asJSON; isJSON != (format == models.JSONBody) {
					t.Errorf("%s: %s", format, r.Header.Get("Content-Type"))
				}
			}
		}
	}
	p, h := raw(t, says(200, asJSON, tokens))
	p.Settings.Auth = ""
	_, err := hands().Refresh(t.Context(), p, "marker-refresh")
	if f := failed(t, err); f.Kind != authserver.Misasked || f.Code != authserver.NoAuthMethod || h.count() != 0 {
		t.Errorf("a way was guessed: %v", f)
	}
}

// fieldsOf are what a request has sent, form or JSON.
func fieldsOf(t *testing.T, r *http.Request, text string) map[string]string {
	t.Helper()
	fields := map[string]string{}
	if r.Header.Get("Content-Type") == asJSON {
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			t.Fatal(err)
		}
		return fields
	}
	form, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	for name := range form {
		fields[name] = form.Get(name)
	}
	return fields
}

func TestBothPartsAreEncodedBeforeTheyAreJoined(t *testing.T) {
	t.Parallel()
	p, h := raw(t, says(200, asJSON, tokens))
	p.ClientID, p.Secret = "us:and them/é", "a b+c%:d"
	if _, err := hands().Refresh(t.Context(), p, "marker-refresh"); err != nil {
		t.Fatal(err)
	}
	r, _ := h.last(t)
	plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Authorization"), "Basic "))
	if want := "us%3Aand+them%2F%C3%A9:a+b%2Bc%25%3Ad"; err != nil || string(plain) != want {
		t.Errorf("%s, want %s", plain, want)
	}
}

func TestACodeIsSentWithAllThatProvesIt(t *testing.T) {
	t.Parallel()
	p, h := raw(t, says(200, asJSON, tokens))
	p.Settings.TokenParams = map[string]string{"audience": "api", "grant_type": "password", "client_secret": "x", "code": "x", "redirect_uri": "x"}
	if _, err := hands().Exchange(t.Context(), p, "marker-code", "marker-verifier"); err != nil {
		t.Fatal(err)
	}
	r, text := h.last(t)
	want := map[string]string{"grant_type": "authorization_code", "code": "marker-code", "redirect_uri": home, "code_verifier": "marker-verifier", "audience": "api"}
	if got := fieldsOf(t, r, text); fmt.Sprint(got) != fmt.Sprint(want) || r.URL.Path != "/token" {
		t.Errorf("sent %v to %s", got, r.URL.Path)
	}

	p, h = raw(t, says(200, asJSON, tokens))
	p.Settings.TokenParams, p.Settings.PKCE, p.Settings.Refresh = map[string]string{"audience": "api"}, false, strings.Replace(p.Settings.Token, "/token", "/refresh", 1)
	if _, err := hands().Refresh(t.Context(), p, "marker-refresh"); err != nil {
		t.Fatal(err)
	}
	if r, text := h.last(t); r.URL.Path != "/refresh" || fieldsOf(t, r, text)["audience"] != "api" {
		t.Errorf("sent %s to %s", text, r.URL.Path)
	}
}

func TestAnAnswerIsHandedOnAsItCame(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ kind, body, at, want string }{
		{asJSON, tokens, "/expires_in", "3600"},
		{asJSON, `{"access_token":"a","expires_in":"3600"}`, "/expires_in", "3600"},
		{asJSON, `{"access_token":"a","expires_in":3600.5}`, "/expires_in", "3600.5"},
		{asJSON, `{"access_token":"a","expires_in":-1}`, "/expires_in", "-1"},
		{asJSON, `{"access_token":"a","expires_in":""}`, "/expires_in", ""},
		{asJSON, `{"access_token":"a","expires_in":12345678901234567890}`, "/expires_in", "12345678901234567890"},
		{asJSON, `{"ok":true,"error":null,"authed_user":{"access_token":"nested"}}`, "/authed_user/access_token", "nested"},
		{"application/json; charset=utf-8", `{"access_token":"a","error":""}`, "/access_token", "a"},
		{"text/javascript", `{"access_token":"a"}`, "/access_token", "a"},
		{"text/plain", `{"access_token":"a"}`, "/access_token", "a"},
		{"text/plain; charset=utf-8", "access_token=a%2Bb&expires_in=10\n", "/access_token", "a+b"},
		{"application/x-www-form-urlencoded", "access_token=a&expires_in=10", "/expires_in", "10"},
		{"application/x-www-form-urlencoded", `{"access_token":"a"}`, "/access_token", "a"},
	} {
		p, h := raw(t, says(200, row.kind, row.body))
		got, err := hands().Exchange(t.Context(), p, "marker-code", "v")
		if at := models.At(got, row.at); err != nil || at == nil || fmt.Sprint(at) != row.want {
			t.Errorf("%s %s: %v, %v", row.kind, row.body, at, err)
		}
		h.last(t)
	}
}

func TestNothingIsSentAnywhereElse(t *testing.T) {
	t.Parallel()
	other, there := raw(t, says(200, asJSON, tokens))
	for _, status := range []int{301, 302, 303, 307, 308} {
		p, h := raw(t, says(status, "text/html", "", "Location", other.Settings.Token))
		_, err := hands().Exchange(t.Context(), p, "marker-code", "marker-verifier")
		if f := failed(t, err); f.Kind != authserver.Misrouted || f.Code != authserver.Redirected || f.Status != status || f.Lost {
			t.Errorf("%d: %v", status, f)
		}
		h.last(t)
	}
	if there.count() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestATokenIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		answer http.HandlerFunc
		code   string
	}{
		{says(200, "text/plain", ""), ""},
		{says(204, "", ""), ""},
		{says(200, asJSON, `{"ok":true}`), ""},
		{says(200, asJSON, `{"ok":false,"error":"token_revoked"}`), ""},
		{says(400, asJSON, `{"error":"invalid_token"}`), ""},
		{says(400, asJSON, `{"error":"unsupported_token_type"}`), "unsupported_token_type"},
		{says(200, asJSON, `{"ok":false,"error":"not_allowed"}`), "not_allowed"},
		{says(401, asJSON, `{"error":"invalid_client"}`), "invalid_client"},
		{says(503, "text/html", "", "Retry-After", "5"), "http_503"},
		{says(500, asJSON, `{"error":"invalid_token"}`), "invalid_token"},
	} {
		p, h := raw(t, row.answer)
		err := hands().Revoke(t.Context(), p, "marker-refresh", "refresh_token")
		if row.code == "" && err != nil {
			t.Error(err)
		} else if row.code != "" && failed(t, err).Code != row.code {
			t.Error(err)
		}
		r, text := h.last(t)
		if sent := fieldsOf(t, r, text); sent["token"] != "marker-refresh" || sent["token_type_hint"] != "refresh_token" || len(sent) != 2 || r.URL.Path != "/revoke" {
			t.Errorf("sent %v", sent)
		}
	}
	err := hands().Revoke(t.Context(), authserver.Party{Settings: partyNowhere()}, "marker-refresh", "")
	if f := failed(t, err); f.Code != authserver.NoEndpoint || f.Lost {
		t.Error(f)
	}
}

func TestWhoseTokenItIs(t *testing.T) {
	t.Parallel()
	p, h := raw(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"sub":12345678901234567890,"asked":"`+r.Method+`"}`)
	})
	p.Settings.UserInfoPost = true
	got, err := hands().UserInfo(t.Context(), p, "marker-access")
	if err != nil || fmt.Sprint(got["sub"]) != "12345678901234567890" || got["asked"] != "POST" {
		t.Errorf("%v, %v", got, err)
	}
	if r, text := h.last(t); text != "" || r.Header.Get("Authorization") != "Bearer marker-access" {
		t.Error("it was asked otherwise")
	}
	for _, row := range []struct {
		answer http.HandlerFunc
		kind   authserver.Kind
		code   string
	}{
		{says(401, asJSON, `{"error":"invalid_token"}`), authserver.Denied, authserver.UserInfoUnauthorized},
		{says(403, asJSON, `{"error":"insufficient_scope"}`), authserver.Misasked, "insufficient_scope"},
		{says(200, "text/html", "marker"), authserver.Garbled, authserver.Unreadable},
		{says(502, "text/html", "marker"), authserver.Down, "http_502"},
	} {
		p, _ := raw(t, row.answer)
		_, err := hands().UserInfo(t.Context(), p, "marker-access")
		if f := failed(t, err); f.Kind != row.kind || f.Code != row.code {
			t.Error(f)
		}
	}
}

func TestWhatAnIDTokenSays(t *testing.T) {
	t.Parallel()
	part := base64.RawURLEncoding.EncodeToString
	for raw, want := range map[string]any{
		"h." + part([]byte(`{"sub":"s-1"}`)) + ".s":  "s-1",
		"h." + part([]byte(`{"sub":"?>"}`)) + "==.s": "?>",
		"":                                    nil,
		"h.!!.s":                              nil,
		"h.e30.s":                             nil,
		part([]byte(`{"sub":"s-1"}`)):         nil,
		"h." + part([]byte(`["sub"]`)) + ".s": nil,
		"h." + part([]byte(`{"sub":"s-1"}`)) + ".s.x.y":  nil,
		"h." + part([]byte(`{"sub":"s-1"} more`)) + ".s": nil,
	} {
		if got := authserver.Claims(raw)["sub"]; got != want {
			t.Errorf("%s: %v", raw, got)
		}
	}
}
