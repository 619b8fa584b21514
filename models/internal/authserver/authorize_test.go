package authserver_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"holdfast/models/internal/authserver"
)

func TestTheBrowserIsSentWithWhatIsOurs(t *testing.T) {
	t.Parallel()
	p := partyAt("https://id.example")
	p.Settings.Authorize += "?tenant=a%26b&scope=all&x=1&x=2&access_type=online"
	p.Settings.Separator = ","
	p.Settings.AuthorizeParams = map[string]string{
		"access_type": "offline", "user_scope": "chat:write", "state": "evil", "client_id": "evil", "redirect_uri": "https://evil.example", "scope": "evil",
		"response_type": "token", "code_challenge": "evil", "code_challenge_method": "plain", "request": "evil", "request_uri": "https://evil.example", "hint": "all",
	}
	verifier := authserver.Verifier()
	got, err := hands().Authorize(p, authserver.Ask{State: "st", Verifier: verifier, Scopes: []string{"read", "write"}, Again: true})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "us", "redirect_uri": home, "scope": "read,write", "state": "st", "code_challenge_method": "S256",
		"prompt": "consent", "access_type": "offline", "user_scope": "chat:write", "tenant": "a&b", "hint": "all",
	} {
		if len(q[name]) != 1 || q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q[name], want)
		}
	}
	if fmt.Sprint(q["x"]) != "[1 2]" || q.Has("request") || q.Has("request_uri") || len(q.Get("code_challenge")) != 43 ||
		strings.Contains(got, verifier) || strings.Contains(got, "evil") || strings.Contains(got, "marker") || !strings.HasPrefix(got, "https://id.example/authorize?") {
		t.Error(got)
	}
}

func TestTheBrowserIsSentWithoutWhatIsNotAskedFor(t *testing.T) {
	t.Parallel()
	p := partyAt("https://id.example")
	p.Settings.PKCE = false
	got, err := hands().Authorize(p, authserver.Ask{State: "st", Verifier: authserver.Verifier()})
	for _, absent := range []string{"scope", "code_challenge", "prompt", "verifier"} {
		if err != nil || strings.Contains(got, absent) {
			t.Errorf("%s, %v", got, err)
		}
	}
	p.Settings.AuthorizeParams = map[string]string{"prompt": "select_account"}
	got, err = hands().Authorize(p, authserver.Ask{State: "st", Scopes: []string{"a", "b"}, Again: true})
	if err != nil || !strings.Contains(got, "prompt=select_account") || !strings.Contains(got, "scope=a+b") {
		t.Errorf("%s, %v", got, err)
	}
	if len(p.Settings.AuthorizeParams) != 1 {
		t.Error("the settings were changed")
	}
}

func TestTheBrowserIsNotSentJustAnywhere(t *testing.T) {
	t.Parallel()
	for address, code := range map[string]string{
		"http://id.example/auth":           authserver.PlainAddress,
		"javascript:alert(1)":              authserver.BadAddress,
		"//id.example/auth":                authserver.PlainAddress,
		"":                                 authserver.NoEndpoint,
		"https://id.example/auth#frag":     authserver.BadAddress,
		"https://marker:x@id.example/auth": authserver.BadAddress,
		"https://id.example/%zz":           authserver.BadAddress,
	} {
		p := partyAt("")
		p.Settings.Authorize = address
		_, err := hands().Authorize(p, authserver.Ask{State: "st"})
		if f := failed(t, err); f.Code != code || (f.Kind == authserver.Misrouted) != (address != "") {
			t.Errorf("%s: %v", address, f)
		}
	}
}

func TestWhoSendsTheBrowserBack(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		known string
		names bool
		iss   string
		fine  bool
	}{
		{"https://id.example", true, "https://id.example", true},
		{"https://id.example", false, "https://id.example", true},
		{"https://id.example", false, "", true},
		{"https://id.example", true, "", false},
		{"https://id.example", true, "https://id.example/", false},
		{"https://id.example", false, "https://marker.example", false},
		{"", false, "https://id.example", true},
		{"", false, "", true},
		{"", true, "", false},
	} {
		p := authserver.Party{}
		p.Settings.Issuer, p.Settings.NamesItself = row.known, row.names
		err := authserver.CheckIssuer(p, row.iss)
		if row.fine != (err == nil) || err != nil && failed(t, err).Code != authserver.WrongIssuer {
			t.Errorf("%+v: %v", row, err)
		}
	}
}

func TestAPartyPrintsNoSecret(t *testing.T) {
	t.Parallel()
	p := partyAt("https://id.example")
	if text := fmt.Sprintf("%v %+v %#v %s", p, p, p, &p); strings.Contains(text, "marker") {
		t.Error(text)
	}
}
