package models

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ClientForm is what somebody says of an OAuth client. Texts are as they were
// typed: lists with spaces or line ends between, parameters one a line.
type ClientForm struct {
	Name, Provider, ClientID string
	Secret                   string // empty keeps the one that is set
	Global                   bool
	Projects                 []ID // it is offered to
	Version                  int64

	Issuer, Authorize, Token, Refresh, Revoke, UserInfo, Introspect, ScopeDocs string

	NamesItself, PKCE, UserInfoPost, KeepAlive, RevokesAll bool

	Auth, Body, Separator          string // Separator is "space" or "comma"
	Mandatory, Optional, Aliases   string
	AuthorizeParams, TokenParams   string
	TokensAt, SubjectAt, AccountAt string
	Keep, KeepBack                 string
	Life, RefreshLife, IdleLife    string // minutes, days, days
	Grace                          string // minutes
}

// mostScopes is how long a list of scopes may be.
const mostScopes = 4000

// ClientFormOf is the form as it was filled in last; the secret never comes back.
func ClientFormOf(c OAuthClient) ClientForm {
	f := ClientForm{Name: c.Name, Provider: c.Provider, ClientID: c.ClientID, Global: c.Global, Version: c.Version}
	f.Fill(c.ReadSettings())
	return f
}

// Fill puts settings into the form.
func (f *ClientForm) Fill(s ClientSettings) {
	f.Issuer, f.Authorize, f.Token, f.Refresh, f.Revoke = s.Issuer, s.Authorize, s.Token, s.Refresh, s.Revoke
	f.UserInfo, f.Introspect, f.ScopeDocs = s.UserInfo, s.Introspect, s.ScopeDocs
	f.NamesItself, f.PKCE, f.UserInfoPost, f.KeepAlive, f.RevokesAll = s.NamesItself, s.PKCE, s.UserInfoPost, s.KeepAlive, s.RevokesAll
	f.Auth, f.Body, f.Separator = s.Auth, s.Body, "space"
	if f.Body == "" {
		f.Body = FormBody
	}
	if s.Between() == "," {
		f.Separator = "comma"
	}
	f.Mandatory, f.Optional = strings.Join(s.Mandatory, "\n"), strings.Join(s.Optional, "\n")
	f.Aliases, f.AuthorizeParams, f.TokenParams = pairsText(s.Aliases), pairsText(s.AuthorizeParams), pairsText(s.TokenParams)
	f.TokensAt, f.SubjectAt, f.AccountAt = s.TokensAt, strings.Join(s.SubjectAt, "\n"), strings.Join(s.AccountAt, "\n")
	f.Keep, f.KeepBack = strings.Join(s.Keep, "\n"), strings.Join(s.KeepBack, "\n")
	f.Life, f.Grace = counted(s.Life, time.Minute), counted(s.Grace, time.Minute)
	f.RefreshLife, f.IdleLife = counted(s.RefreshLife, 24*time.Hour), counted(s.IdleLife, 24*time.Hour)
}

// Settings trims what was typed and reports what is wrong with it. hasSecret
// says that a secret is set already. Whether the addresses may be asked is the
// outbound client's matter.
func (f *ClientForm) Settings(hasSecret bool) (ClientSettings, error) {
	wrong := Fields{}
	f.checkNames(wrong, hasSecret)
	s := ClientSettings{NamesItself: f.NamesItself, PKCE: f.PKCE, UserInfoPost: f.UserInfoPost, KeepAlive: f.KeepAlive, RevokesAll: f.RevokesAll, Auth: f.Auth, Body: f.Body}
	f.readAddresses(&s, wrong)
	f.readChoices(&s, wrong)
	f.readScopes(&s, wrong)
	s.AuthorizeParams = readPairs(f.AuthorizeParams, "authorize_params", reserved, wrong)
	s.TokenParams = readPairs(f.TokenParams, "token_params", reserved, wrong)
	f.readPointers(&s, wrong)
	s.Life = readCount(f.Life, "access_life", time.Minute, wrong)
	s.Grace = readCount(f.Grace, "grace", time.Minute, wrong)
	s.RefreshLife = readCount(f.RefreshLife, "refresh_life", 24*time.Hour, wrong)
	s.IdleLife = readCount(f.IdleLife, "idle_life", 24*time.Hour, wrong)
	return s, wrong.Err()
}

func (f *ClientForm) checkNames(wrong Fields, hasSecret bool) {
	f.Name, f.ClientID, f.Secret = strings.TrimSpace(f.Name), strings.TrimSpace(f.ClientID), strings.TrimSpace(f.Secret)
	if text := wrongName(f.Name, 100); text != "" {
		wrong.Add("name", text)
	}
	if !sendable(f.ClientID, 500) {
		wrong.Add("client_id", "Enter the client ID that the provider gave you, of at most 500 characters.")
	}
	switch {
	case f.Auth == SecretNone && f.Secret != "":
		wrong.Add("secret", "This provider is told no secret. Leave it empty, or choose another way to send it.")
	case f.Auth == SecretNone:
	case f.Secret == "" && !hasSecret:
		wrong.Add("secret", "Enter the client secret that the provider gave you.")
	case f.Secret != "" && !sendable(f.Secret, 4000):
		wrong.Add("secret", "Enter the client secret as the provider gave it to you, of at most 4,000 characters.")
	}
}

// address is a field that holds one.
type address struct {
	field, label string
	text         *string
	into         *string
	needed       bool
}

func (f *ClientForm) readAddresses(s *ClientSettings, wrong Fields) {
	if f.Issuer = strings.TrimSpace(f.Issuer); f.Issuer != "" && !issuerLike(f.Issuer) {
		wrong.Add("issuer", "Enter the issuer as the provider spells it, such as https://login.example.org.")
	}
	for _, a := range []address{
		{"issuer", "issuer", &f.Issuer, &s.Issuer, false},
		{"authorize_url", "authorization endpoint", &f.Authorize, &s.Authorize, true},
		{"token_url", "token endpoint", &f.Token, &s.Token, true},
		{"refresh_url", "refresh endpoint", &f.Refresh, &s.Refresh, false},
		{"revoke_url", "revocation endpoint", &f.Revoke, &s.Revoke, false},
		{"userinfo_url", "userinfo endpoint", &f.UserInfo, &s.UserInfo, false},
		{"introspect_url", "introspection endpoint", &f.Introspect, &s.Introspect, false},
		{"scope_docs_url", "page about scopes", &f.ScopeDocs, &s.ScopeDocs, false},
	} {
		*a.text = strings.TrimSpace(*a.text)
		*a.into = *a.text
		switch {
		case *a.text == "" && a.needed:
			wrong.Add(a.field, "Enter the address of the "+a.label+".")
		case *a.text != "" && !WebAddress(*a.text):
			wrong.Add(a.field, "Enter a web address such as https://login.example.org/oauth/token.")
		}
	}
	if f.NamesItself && f.Issuer == "" {
		wrong.Add("issuer", "Enter the issuer that the provider names in its answers.")
	}
}

func (f *ClientForm) readChoices(s *ClientSettings, wrong Fields) {
	if !slices.Contains([]string{SecretBasic, SecretPost, SecretNone}, f.Auth) {
		wrong.Add("auth_method", "Choose how the client secret is shown.")
	}
	if !slices.Contains([]string{FormBody, JSONBody}, f.Body) {
		wrong.Add("body_format", "Choose how requests are written.")
	}
	switch f.Separator {
	case "space", "":
	case "comma":
		s.Separator = ","
	default:
		wrong.Add("scope_separator", "Choose what stands between scopes.")
	}
}

func (f *ClientForm) readScopes(s *ClientSettings, wrong Fields) {
	s.Mandatory = readScopes(f.Mandatory, "mandatory_scopes", wrong)
	s.Optional = slices.DeleteFunc(readScopes(f.Optional, "optional_scopes", wrong), func(o string) bool { return slices.Contains(s.Mandatory, o) })
	s.Aliases = readPairs(f.Aliases, "scope_aliases", nil, wrong)
}

// readScopes keeps the case of scopes: to some providers it matters.
func readScopes(text, field string, wrong Fields) (all []string) {
	if len(text) > mostScopes {
		wrong.Add(field, "Enter at most 4,000 characters of scopes.")
		return nil
	}
	for _, scope := range scopesIn(text) {
		if !scopeLike.MatchString(scope) {
			wrong.Add(field, "“"+shown(scope)+"” can't be a scope: it has signs that none may have.")
		} else if !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	return all
}

// scopeLike is a scope-token of RFC 6749 (3.3).
var scopeLike = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,500}$`)

// ScopeLike reports whether text can be a scope.
func ScopeLike(text string) bool { return scopeLike.MatchString(text) }

// shown is as much of what was typed as a complaint repeats.
func shown(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

// reserved are the parameters that the console itself sends.
var reserved = []string{
	"client_id", "client_secret", "client_assertion", "redirect_uri", "response_type", "state", "scope", "code", "code_verifier",
	"code_challenge", "code_challenge_method", "grant_type", "refresh_token", "nonce", "request", "request_uri", "client_assertion_type",
}

// Reserved reports whether the console itself sends a parameter of that name.
func Reserved(name string) bool { return slices.Contains(reserved, strings.ToLower(name)) }

func readPairs(text, field string, barred []string, wrong Fields) map[string]string {
	pairs := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case !ok || name == "" || !sendable(name, 200) || value != "" && !sendable(value, 1000):
			wrong.Add(field, "Write one a line, as name=value.")
		case slices.Contains(barred, strings.ToLower(name)):
			wrong.Add(field, "Holdfast sends “"+shown(name)+"” itself. Take this line out.")
		case len(pairs) >= 30:
			wrong.Add(field, "Enter at most 30 lines.")
		default:
			pairs[name] = value
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	return pairs
}

func pairsText(pairs map[string]string) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		lines = append(lines, name+"="+pairs[name])
	}
	return strings.Join(lines, "\n")
}

// pointerLike is a JSON pointer (RFC 6901) of plain names.
var pointerLike = regexp.MustCompile(`^(/[^\s/]+){1,10}$`)

func (f *ClientForm) readPointers(s *ClientSettings, wrong Fields) {
	f.TokensAt = strings.TrimSpace(f.TokensAt)
	if f.TokensAt != "" && !pointerLike.MatchString(f.TokensAt) {
		wrong.Add("tokens_at", "Enter a JSON pointer such as /authed_user, or nothing.")
	}
	s.TokensAt = f.TokensAt
	s.SubjectAt = readList(f.SubjectAt, "subject_at", pointerLike, "Enter JSON pointers such as /userinfo/sub, one a line.", wrong)
	s.AccountAt = readList(f.AccountAt, "account_at", pointerLike, "Enter JSON pointers such as /userinfo/email, one a line.", wrong)
	names := regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,100}$`)
	s.Keep = readList(f.Keep, "keep", names, "Enter names such as instance_url, one a line.", wrong)
	s.KeepBack = readList(f.KeepBack, "keep_back", names, "Enter names such as realmId, one a line.", wrong)
}

func readList(text, field string, like *regexp.Regexp, complaint string, wrong Fields) (all []string) {
	for _, word := range strings.Fields(text) {
		if !like.MatchString(word) || len(all) >= 20 {
			wrong.Add(field, complaint)
			return nil
		}
		all = append(all, word)
	}
	return all
}

// readCount reads a number of minutes or days; nothing is 0.
func readCount(text, field string, unit time.Duration, wrong Fields) Seconds {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n*float64(unit) > float64(20*365*24*time.Hour) {
		wrong.Add(field, "Enter a number, or nothing.")
		return 0
	}
	return Seconds(n * unit.Seconds())
}

func counted(s Seconds, unit time.Duration) string {
	if s == 0 {
		return ""
	}
	return strconv.FormatFloat(s.Duration().Seconds()/unit.Seconds(), 'f', -1, 64)
}
