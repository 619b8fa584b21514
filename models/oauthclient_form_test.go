package models

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// filled is a form without any fault, changed.
func filled(change func(*ClientForm)) ClientForm {
	f := ClientForm{
		Name: "Acme", ClientID: "id", Secret: "s", Authorize: "https://a.example/authorize", Token: "https://a.example/token",
		Auth: SecretBasic, Body: FormBody, Separator: "space", Mandatory: "read",
	}
	change(&f)
	return f
}

// Cases 162 and 163, and every other field.
func TestEachFieldOfAClientIsToldItsOwnFault(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1001)
	for name, c := range map[string]struct {
		change func(*ClientForm)
		wrong  []string
	}{
		"nothing is wrong":            {func(*ClientForm) {}, nil},
		"163 an empty form":           {func(f *ClientForm) { *f = ClientForm{} }, []string{"name", "client_id", "secret", "authorize_url", "token_url", "auth_method", "body_format"}},
		"163 blanks":                  {func(f *ClientForm) { f.Name, f.ClientID, f.Secret = " ", " ", " " }, []string{"name", "client_id", "secret"}},
		"a long name":                 {func(f *ClientForm) { f.Name = strings.Repeat("é", 101) }, []string{"name"}},
		"a name with a line":          {func(f *ClientForm) { f.Name = "a\nb" }, []string{"name"}},
		"a long client ID":            {func(f *ClientForm) { f.ClientID = strings.Repeat("x", 501) }, []string{"client_id"}},
		"a long secret":               {func(f *ClientForm) { f.Secret = strings.Repeat("x", 4001) }, []string{"secret"}},
		"a secret with a line":        {func(f *ClientForm) { f.Secret = "a\nb" }, []string{"secret"}},
		"no secret, and none needed":  {func(f *ClientForm) { f.Auth, f.Secret = SecretNone, "" }, nil},
		"a secret that nobody sees":   {func(f *ClientForm) { f.Auth = SecretNone }, []string{"secret"}},
		"162 an issuer of words":      {func(f *ClientForm) { f.Issuer = "acme" }, []string{"issuer"}},
		"an issuer with a query":      {func(f *ClientForm) { f.Issuer = "https://a.example/?x=1" }, []string{"issuer"}},
		"an issuer that is not named": {func(f *ClientForm) { f.NamesItself = true }, []string{"issuer"}},
		"162 authorize":               {func(f *ClientForm) { f.Authorize = "a.example/authorize" }, []string{"authorize_url"}},
		"162 token":                   {func(f *ClientForm) { f.Token = "javascript:alert(1)" }, []string{"token_url"}},
		"162 refresh":                 {func(f *ClientForm) { f.Refresh = "x" }, []string{"refresh_url"}},
		"162 revoke":                  {func(f *ClientForm) { f.Revoke = "ftp://a.example" }, []string{"revoke_url"}},
		"162 userinfo":                {func(f *ClientForm) { f.UserInfo = "https://ana@a.example" }, []string{"userinfo_url"}},
		"162 introspect":              {func(f *ClientForm) { f.Introspect = "https://" }, []string{"introspect_url"}},
		"162 scope docs":              {func(f *ClientForm) { f.ScopeDocs = "https://a.example/\x00" }, []string{"scope_docs_url"}},
		"an address with a query":     {func(f *ClientForm) { f.Authorize += "?tenant=1" }, nil},
		"how the secret is shown":     {func(f *ClientForm) { f.Auth = "guess" }, []string{"auth_method"}},
		"how requests are written":    {func(f *ClientForm) { f.Body = "xml" }, []string{"body_format"}},
		"what is between scopes":      {func(f *ClientForm) { f.Separator = "semicolon" }, []string{"scope_separator"}},
		"a scope with a quote":        {func(f *ClientForm) { f.Mandatory = `read "write"` }, []string{"mandatory_scopes"}},
		"a scope with an accent":      {func(f *ClientForm) { f.Optional = "réad" }, []string{"optional_scopes"}},
		"a long scope":                {func(f *ClientForm) { f.Optional = strings.Repeat("x", 501) }, []string{"optional_scopes"}},
		"many scopes":                 {func(f *ClientForm) { f.Mandatory = strings.Repeat("scope ", 700) }, []string{"mandatory_scopes"}},
		"an alias without a name":     {func(f *ClientForm) { f.Aliases = "=x" }, []string{"scope_aliases"}},
		"an alias of a word":          {func(f *ClientForm) { f.Aliases = "email" }, []string{"scope_aliases"}},
		"an alias named as ours":      {func(f *ClientForm) { f.Aliases = "code=read" }, nil},
		"parameters":                  {func(f *ClientForm) { f.AuthorizeParams = "access_type=offline\n\n prompt = consent \nempty=" }, nil},
		"a parameter of a word":       {func(f *ClientForm) { f.AuthorizeParams = "offline" }, []string{"authorize_params"}},
		"a long parameter":            {func(f *ClientForm) { f.TokenParams = "a=" + long }, []string{"token_params"}},
		"many parameters":             {func(f *ClientForm) { f.TokenParams = numbered(31) }, []string{"token_params"}},
		"a pointer to tokens":         {func(f *ClientForm) { f.TokensAt = "authed_user" }, []string{"tokens_at"}},
		"a pointer to the subject":    {func(f *ClientForm) { f.SubjectAt = "/userinfo/sub sub" }, []string{"subject_at"}},
		"a pointer to the account":    {func(f *ClientForm) { f.AccountAt = "//" }, []string{"account_at"}},
		"what is kept":                {func(f *ClientForm) { f.Keep = "instance url!" }, []string{"keep"}},
		"what is kept of the way":     {func(f *ClientForm) { f.KeepBack = "<realm>" }, []string{"keep_back"}},
		"a life of words":             {func(f *ClientForm) { f.Life = "an hour" }, []string{"access_life"}},
		"a life below nothing":        {func(f *ClientForm) { f.Life = "-1" }, []string{"access_life"}},
		"a life that is no number":    {func(f *ClientForm) { f.Life = "NaN" }, []string{"access_life"}},
		"a life for ever":             {func(f *ClientForm) { f.RefreshLife = "Inf" }, []string{"refresh_life"}},
		"a refresh life too long":     {func(f *ClientForm) { f.RefreshLife = "7301" }, []string{"refresh_life"}},
		"an idle life of words":       {func(f *ClientForm) { f.IdleLife = "x" }, []string{"idle_life"}},
		"a grace of words":            {func(f *ClientForm) { f.Grace = "x" }, []string{"grace"}},
	} {
		f := filled(c.change)
		_, err := f.Settings(false)
		if got := slices.Sorted(keysOf(WrongFields(err))); !slices.Equal(got, slices.Sorted(slices.Values(c.wrong))) {
			t.Errorf("%s: %v, want %v", name, WrongFields(err), c.wrong)
		}
	}
	f := filled(func(f *ClientForm) { f.Secret = "" })
	if _, err := f.Settings(true); err != nil {
		t.Errorf("a secret that is set already: %v", err)
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("p", i+1) + "=1\n")
	}
	return b.String()
}

func keysOf(f Fields) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range f {
			if !yield(name) {
				return
			}
		}
	}
}

// What Holdfast itself sends is not for a client to say, in whatever case.
func TestParametersOfOursAreReserved(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"client_id", "client_secret", "client_assertion", "redirect_uri", "response_type", "state", "scope", "code", "code_verifier", "code_challenge",
		"code_challenge_method", "grant_type", "refresh_token", "nonce", "State", "CLIENT_SECRET",
		"request", "request_uri", "client_assertion_type",
	} {
		f := filled(func(f *ClientForm) { f.AuthorizeParams, f.TokenParams = name+"=x", " "+name+" = x" })
		_, err := f.Settings(false)
		if wrong := WrongFields(err); wrong["authorize_params"] == "" || wrong["token_params"] == "" || !Reserved(name) {
			t.Errorf("%s: %v", name, wrong)
		}
	}
	for _, name := range []string{"access_type", "prompt", "audience", "resource"} {
		if Reserved(name) {
			t.Errorf("%s is nobody's", name)
		}
	}
}

// Case 161, but that scopes keep their case: to some providers it matters.
func TestScopesAreReadAsTheyAreSpelled(t *testing.T) {
	t.Parallel()
	f := filled(func(f *ClientForm) {
		f.Mandatory, f.Optional = "Files.Read, files.read\nFiles.Read\thttps://a.example/auth", "files.read User.Read offline_access\nUser.Read"
	})
	s, err := f.Settings(false)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Files.Read", "files.read", "https://a.example/auth"}; !slices.Equal(s.Mandatory, want) {
		t.Errorf("mandatory %v, want %v", s.Mandatory, want)
	}
	if want := []string{"User.Read", "offline_access"}; !slices.Equal(s.Optional, want) {
		t.Errorf("optional %v, want %v: what is mandatory is not optional", s.Optional, want)
	}
	if got := s.Choice([]string{"User.Read", " files.read ", "", "user.read"}); !slices.Equal(got, []string{"Files.Read", "files.read", "https://a.example/auth", "User.Read", "user.read"}) {
		t.Errorf("148 what is mandatory is always asked for, each scope once: %v", got)
	}
	if got := shown(strings.Repeat("é", 61)); got != strings.Repeat("é", 60)+"…" {
		t.Errorf("a complaint repeats %q", got)
	}
}

func TestAFormThatIsFilledFromSettingsGivesThemBack(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]ClientSettings{
		"little": {Authorize: "https://a.example/a", Token: "https://a.example/t", Auth: SecretBasic, Body: FormBody},
		"everything": {
			Issuer: "https://a.example", NamesItself: true, Authorize: "https://a.example/a", Token: "https://a.example/t", Refresh: "https://a.example/r",
			Revoke: "https://a.example/x", UserInfo: "https://a.example/u", Introspect: "https://a.example/i", ScopeDocs: "https://a.example/d",
			Auth: SecretPost, Body: JSONBody, PKCE: true, Mandatory: []string{"Read", "read"}, Optional: []string{"write"}, Separator: ",",
			Aliases: map[string]string{"email": "mail"}, AuthorizeParams: map[string]string{"access_type": "offline", "prompt": "consent"}, TokenParams: map[string]string{"audience": "x=y"},
			UserInfoPost: true, TokensAt: "/authed_user", SubjectAt: []string{"/answer/id", "/userinfo/sub"}, AccountAt: []string{"/userinfo/email"},
			Keep: []string{"instance_url"}, KeepBack: []string{"realmId"}, Life: 5400, RefreshLife: 157680000, IdleLife: 8640000, Grace: 90, KeepAlive: true, RevokesAll: true,
		},
	} {
		c := OAuthClient{Name: "Acme", Provider: "acme", ClientID: "id", Global: true, Version: 4, Settings: s.String()}
		f := ClientFormOf(c)
		if f.Name != "Acme" || f.Provider != "acme" || f.ClientID != "id" || !f.Global || f.Version != 4 || f.Secret != "" {
			t.Errorf("%s: %+v", name, f)
		}
		got, err := f.Settings(true)
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%s: %v\n%+v\nwant\n%+v", name, err, got, s)
		}
	}
}
