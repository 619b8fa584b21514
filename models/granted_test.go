package models

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// had are the tokens of a grant that is there already.
var had = Tokens{Access: "a0", Refresh: "r0", Previous: "r-1", Type: "Bearer", Kept: map[string]string{"instance_url": "https://old.example"}}

// plainly is an answer without any fault, with members changed; nil takes one away.
func plainly(change map[string]any) map[string]any {
	m := map[string]any{"access_token": "a1", "refresh_token": "r1", "token_type": "Bearer", "scope": "read write", "expires_in": json.Number("3600")}
	for name, v := range change {
		if m[name] = v; v == nil {
			delete(m, name)
		}
	}
	return m
}

// Cases 113 to 126 of the inventory. Where Lightning refuses, and we take what
// many providers leave out and tell that it is open, the row says so.
func TestAnAnswerIsTakenOrRefusedAsTheCasesSay(t *testing.T) {
	t.Parallel()
	year := json.Number("31536000")
	for name, c := range map[string]struct {
		answer any
		before Tokens
		code   string // empty: it is taken
		also   func(Granted) bool
	}{
		"113 not a map":                     {answer: "a1", code: NotAnObject},
		"113 a list":                        {answer: []any{"a1"}, code: NotAnObject},
		"113 nothing":                       {code: NotAnObject},
		"114 no access token":               {answer: plainly(map[string]any{"access_token": nil}), code: NoAccessToken},
		"114 access token is null":          {answer: map[string]any{"access_token": nil}, code: NoAccessToken},
		"115 blank access token":            {answer: plainly(map[string]any{"access_token": "  "}), code: BlankAccessToken},
		"115 empty access token":            {answer: plainly(map[string]any{"access_token": ""}), code: BlankAccessToken},
		"115 access token is a number":      {answer: plainly(map[string]any{"access_token": json.Number("1")}), code: BlankAccessToken},
		"115 access token with a line":      {answer: plainly(map[string]any{"access_token": "a\r\nX: y"}), code: BlankAccessToken},
		"115 access token too long":         {answer: plainly(map[string]any{"access_token": strings.Repeat("a", mostTokenCharacters+1)}), code: BlankAccessToken},
		"116 no refresh: taken here, told":  {answer: plainly(map[string]any{"refresh_token": nil}), also: func(g Granted) bool { return g.Refresh == "" && !g.Rotated }},
		"117 no refresh but stored: kept":   {answer: plainly(map[string]any{"refresh_token": nil}), before: had, also: func(g Granted) bool { return g.Refresh == "r0" && g.Previous == "r-1" && !g.Rotated }},
		"117 refresh is null but stored":    {answer: map[string]any{"access_token": "a", "refresh_token": nil}, before: had, also: func(g Granted) bool { return g.Refresh == "r0" }},
		"117 the same refresh again":        {answer: plainly(map[string]any{"refresh_token": "r0"}), before: had, also: func(g Granted) bool { return g.Refresh == "r0" && g.Previous == "r-1" && !g.Rotated }},
		"117 another refresh":               {answer: plainly(nil), before: had, also: func(g Granted) bool { return g.Refresh == "r1" && g.Previous == "r0" && g.Rotated }},
		"117 the first refresh":             {answer: plainly(nil), also: func(g Granted) bool { return g.Refresh == "r1" && g.Previous == "" && !g.Rotated }},
		"118 blank refresh":                 {answer: plainly(map[string]any{"refresh_token": " "}), code: BlankRefreshToken},
		"118 blank refresh though stored":   {answer: plainly(map[string]any{"refresh_token": ""}), before: had, code: BlankRefreshToken},
		"118 refresh is a list":             {answer: plainly(map[string]any{"refresh_token": []any{}}), code: BlankRefreshToken},
		"119 no token_type: taken here":     {answer: plainly(map[string]any{"token_type": nil}), also: func(g Granted) bool { return g.Type == "Bearer" }},
		"120 mac":                           {answer: plainly(map[string]any{"token_type": "mac"}), code: StrangeTokenType},
		"120 DPoP":                          {answer: plainly(map[string]any{"token_type": "DPoP"}), code: StrangeTokenType},
		"120 a type that is a number":       {answer: plainly(map[string]any{"token_type": json.Number("1")}), code: StrangeTokenType},
		"120 bearer":                        {answer: plainly(map[string]any{"token_type": "bearer"}), also: func(g Granted) bool { return g.Type == "Bearer" }},
		"120 Bearer":                        {answer: plainly(nil), also: func(g Granted) bool { return g.Type == "Bearer" }},
		"120 Slack's user":                  {answer: plainly(map[string]any{"token_type": "user"}), also: func(g Granted) bool { return g.Type == "Bearer" }},
		"121 no scope: taken here, told":    {answer: plainly(map[string]any{"scope": nil}), also: func(g Granted) bool { return !g.SaysScopes && g.Scopes == nil }},
		"121 an empty scope: taken, told":   {answer: plainly(map[string]any{"scope": " "}), also: func(g Granted) bool { return !g.SaysScopes }},
		"121 a scope that is a number":      {answer: plainly(map[string]any{"scope": json.Number("7")}), code: StrangeScopes},
		"121 a scope that is an object":     {answer: plainly(map[string]any{"scope": map[string]any{}}), code: StrangeScopes},
		"122 scopes as an array":            {answer: plainly(map[string]any{"scope": nil, "scopes": []any{"read", "write"}}), also: readWrite},
		"122 scope as an array":             {answer: plainly(map[string]any{"scope": []any{"read", "write"}}), also: readWrite},
		"122 an array of numbers":           {answer: plainly(map[string]any{"scope": []any{json.Number("1")}}), code: StrangeScopes},
		"123 scope as a string":             {answer: plainly(nil), also: readWrite},
		"123 scope with commas":             {answer: plainly(map[string]any{"scope": "read,write"}), also: readWrite},
		"123 scope with both, and lines":    {answer: plainly(map[string]any{"scope": " read,\n write "}), also: readWrite},
		"123 scopes as a string":            {answer: plainly(map[string]any{"scope": nil, "scopes": "read write"}), also: readWrite},
		"124 no expiry: taken here, told":   {answer: plainly(map[string]any{"expires_in": nil}), also: func(g Granted) bool { return g.ExpiresAt == nil }},
		"124 an empty expiry: the same":     {answer: plainly(map[string]any{"expires_in": ""}), also: func(g Granted) bool { return g.ExpiresAt == nil }},
		"125 expires_in 3600":               {answer: plainly(nil), also: after(time.Hour)},
		"125 expires_in with a fraction":    {answer: plainly(map[string]any{"expires_in": json.Number("3600.5")}), also: after(time.Hour + time.Second/2)},
		"125 expires_in as text":            {answer: plainly(map[string]any{"expires_in": "3600"}), also: after(time.Hour)},
		"125 expires_in as text, spaced":    {answer: plainly(map[string]any{"expires_in": " 3600 "}), also: after(time.Hour)},
		"125 expires_in of a year":          {answer: plainly(map[string]any{"expires_in": year}), also: after(365 * 24 * time.Hour)},
		"125 expires_in of a year and more": {answer: plainly(map[string]any{"expires_in": json.Number("31536001")}), code: StrangeExpiry},
		"125 expires_in 0":                  {answer: plainly(map[string]any{"expires_in": json.Number("0")}), code: StrangeExpiry},
		"125 expires_in -1":                 {answer: plainly(map[string]any{"expires_in": json.Number("-1")}), code: StrangeExpiry},
		"125 expires_in huge":               {answer: plainly(map[string]any{"expires_in": json.Number("1e300")}), code: StrangeExpiry},
		"125 expires_in NaN":                {answer: plainly(map[string]any{"expires_in": "NaN"}), code: StrangeExpiry},
		"125 expires_in infinite":           {answer: plainly(map[string]any{"expires_in": "Inf"}), code: StrangeExpiry},
		"125 expires_in of words":           {answer: plainly(map[string]any{"expires_in": "soon"}), code: StrangeExpiry},
		"125 expires_in an object":          {answer: plainly(map[string]any{"expires_in": map[string]any{}}), code: StrangeExpiry},
		"126 expires_at in an hour":         {answer: at(json.Number("1767358800")), also: after(time.Hour)},
		"126 expires_at as text":            {answer: at("1767358800"), also: after(time.Hour)},
		"126 expires_at as a date":          {answer: at("2026-01-02T14:00:00+01:00"), also: after(time.Hour)},
		"126 expires_at an hour ago":        {answer: at(noon.Add(-time.Hour).Unix()), also: after(-time.Hour)},
		"126 expires_at 25 hours ago":       {answer: at(noon.Add(-25 * time.Hour).Unix()), code: StrangeExpiry},
		"126 expires_at in over a year":     {answer: at(noon.Add(366 * 24 * time.Hour).Unix()), code: StrangeExpiry},
		"126 expires_at of words":           {answer: at("tomorrow"), code: StrangeExpiry},
		"126 expires_in wins":               {answer: plainly(map[string]any{"expires_at": "tomorrow"}), also: after(time.Hour)},
	} {
		g, err := ReadGranted(c.answer, ClientSettings{}, c.before, noon)
		fault, _ := errors.AsType[*AnswerFault](err)
		switch {
		case c.code == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.code != "" && (fault == nil || fault.Code != c.code):
			t.Errorf("%s: %v, want %s", name, err, c.code)
		case c.also != nil && !c.also(g):
			t.Errorf("%s: %+v", name, g)
		}
	}
}

func at(v any) map[string]any { return plainly(map[string]any{"expires_in": nil, "expires_at": v}) }

func readWrite(g Granted) bool {
	return g.SaysScopes && slices.Equal(g.Scopes, []string{"read", "write"})
}

func after(d time.Duration) func(Granted) bool {
	return func(g Granted) bool { return g.ExpiresAt != nil && g.ExpiresAt.Equal(noon.Add(d)) }
}

// Cases 127 to 131.
func TestMissingScopes(t *testing.T) {
	t.Parallel()
	s := ClientSettings{Aliases: map[string]string{"email": "https://example.org/auth/userinfo.email"}}
	for name, c := range map[string]struct{ asked, given, want string }{
		"127 one is missing":               {"read write", "read", "write"},
		"127 several are missing, spelled": {"Read write admin", "x", "Read write admin"},
		"128 letter case is no difference": {"read WRITE", "Read write", ""},
		"129 offline_access, mandatory":    {"offline_access", "", ""},
		"129 offline_access, optional":     {"read offline_access", "read", ""},
		"129 offline_access, not asked":    {"read", "read", ""},
		"129 and another is missing":       {"read offline_access", "x", "read"},
		"129 as others spell it":           {"read offline.access refresh_token Offline", "read", ""},
		"130 nothing was asked for":        {"", "read", ""},
		"131 more than was asked for":      {"read", "read write admin", ""},
		"an alias":                         {"email", "https://example.org/auth/userinfo.Email", ""},
		"an alias by its own name":         {"email", "email", ""},
		"an alias is missing":              {"email", "profile", "email"},
	} {
		if got := MissingScopes(strings.Fields(c.asked), strings.Fields(c.given), s); strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatElseAnAnswerTells(t *testing.T) {
	t.Parallel()
	s := ClientSettings{TokensAt: "/authed_user", Keep: []string{"instance_url", "team"}, Life: 7200}
	whole := map[string]any{
		"ok": true, "id_token": "x.y.z", "team": map[string]any{"id": "T1"}, "instance_url": "https://new.example",
		"authed_user": map[string]any{"access_token": "a1", "scope": "read", "refresh_token_expires_in": json.Number("86400")},
	}
	g, err := ReadGranted(whole, s, had, noon)
	if err != nil || g.Access != "a1" || g.Refresh != "r0" || g.IDToken != "x.y.z" {
		t.Fatalf("%+v %v", g, err)
	}
	if !after(2 * time.Hour)(g) {
		t.Errorf("of a provider that says nothing, what the catalogue knows counts: %v", g.ExpiresAt)
	}
	if g.RefreshUntil == nil || !g.RefreshUntil.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("the refresh token ends at %v", g.RefreshUntil)
	}
	if want := map[string]string{"instance_url": "https://new.example"}; !maps.Equal(g.Kept, want) {
		t.Errorf("kept %v, want %v", g.Kept, want)
	}
	if had.Kept["instance_url"] != "https://old.example" {
		t.Error("what was kept before was changed")
	}
	if _, err := ReadGranted(plainly(nil), s, had, noon); err == nil {
		t.Error("tokens stand where they should not")
	}
	for _, name := range []string{"x_refresh_token_expires_in", "refresh_expires_in"} {
		g, err := ReadGranted(plainly(map[string]any{name: "60"}), ClientSettings{}, Tokens{}, noon)
		if err != nil || g.RefreshUntil == nil || !g.RefreshUntil.Equal(noon.Add(time.Minute)) {
			t.Errorf("%s: %v %v", name, g.RefreshUntil, err)
		}
	}
	for _, zero := range []any{json.Number("0"), json.Number("-1"), "never"} { // Keycloak: no end
		g, err := ReadGranted(plainly(map[string]any{"refresh_expires_in": zero}), ClientSettings{}, Tokens{}, noon)
		if err != nil || g.RefreshUntil != nil {
			t.Errorf("%v: %v %v", zero, g.RefreshUntil, err)
		}
	}
}

// A fault is told to people and to the log, so it quotes nothing.
func TestAFaultQuotesNothingOfTheAnswer(t *testing.T) {
	t.Parallel()
	for _, bad := range []map[string]any{{"token_type": "marker"}, {"refresh_token": "marker\n"}, {"scope": map[string]any{"marker": 1}}, {"expires_in": "marker"}} {
		if _, err := ReadGranted(plainly(bad), ClientSettings{}, Tokens{}, noon); err == nil || strings.Contains(err.Error(), "marker") {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestPointersAndNames(t *testing.T) {
	t.Parallel()
	says := map[string]any{"a/b": "slash", "c~d": "tilde", "list": []any{"zero", map[string]any{"x": json.Number("7")}}, "n": 1.5, "text": "t", "long": strings.Repeat("x", 501), "yes": true}
	for pointer, want := range map[string]string{
		"/a~1b": "slash", "/c~0d": "tilde", "/list/0": "zero", "/list/1/x": "7", "/n": "1.5", "/text": "t",
		"/list/2": "", "/list/-1": "", "/list/x": "", "/text/deeper": "", "/none": "", "/long": "", "/yes": "", "": "",
	} {
		if got := Named(says, []string{pointer}); got != want {
			t.Errorf("%s: %q, want %q", pointer, got, want)
		}
	}
	if got := Named(says, []string{"/none", "/yes", "/text", "/n"}); got != "t" {
		t.Errorf("the first that is there counts: %q", got)
	}
	for code, want := range map[string]string{"access_denied": "access_denied", "": "other", "Bad": "other", "a<b": "other", strings.Repeat("a", 65): "other"} {
		if got := PlainCode(code, "other"); got != want {
			t.Errorf("%q: %q", code, got)
		}
	}
}
