package models

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Tokens are what a provider has granted, as they are sealed.
type Tokens struct {
	Access   string            `json:"access_token"`
	Refresh  string            `json:"refresh_token,omitempty"`
	Previous string            `json:"previous_refresh_token,omitempty"` // the one that Refresh came for
	Type     string            `json:"token_type,omitempty"`
	Kept     map[string]string `json:"kept,omitempty"` // members of the answer that programs need: instance_url
}

// Granted is a provider's answer, read.
type Granted struct {
	Tokens
	IDToken      string
	Scopes       []string
	SaysScopes   bool       // the answer tells what was granted
	ExpiresAt    *time.Time // of the access token; nil is not known
	RefreshUntil *time.Time // when the refresh token ends, as the answer says; nil is not told
	Rotated      bool       // the answer brought another refresh token
}

// What can be wrong with a provider's answer. The names are the seed's.
const (
	NotAnObject         = "invalid_token_format"
	NoAccessToken       = "missing_access_token"
	BlankAccessToken    = "invalid_access_token"
	NoRefreshToken      = "missing_refresh_token"
	BlankRefreshToken   = "invalid_refresh_token"
	StrangeTokenType    = "unsupported_token_type"
	StrangeScopes       = "invalid_oauth_response"
	StrangeExpiry       = "invalid_expiration"
	ScopesMissing       = "missing_scopes"
	WrongAccount        = "wrong_account"
	AccountNotKnown     = "account_unknown"
	mostLife            = 365 * 24 * time.Hour
	mostTokenCharacters = 32 << 10
	mostGiven           = 500 // scopes in one answer
)

// AnswerFault says why an answer can't be used. It quotes nothing of it.
type AnswerFault struct{ Code string }

func (f *AnswerFault) Error() string { return "oauth: the answer can't be used: " + f.Code }

func unusable(code string) error { return &AnswerFault{code} }

// ReadGranted reads the answer of a token endpoint at now. Of before, the refresh
// token and what was kept stay where the answer has none. What many providers
// leave out is left open: a type, scopes, an expiry. What makes no sense is an
// AnswerFault, and nothing of it is quoted.
func ReadGranted(answer any, s ClientSettings, before Tokens, now time.Time) (Granted, error) {
	whole, ok := answer.(map[string]any)
	if !ok {
		return Granted{}, unusable(NotAnObject)
	}
	part, ok := At(whole, s.TokensAt).(map[string]any)
	if !ok {
		return Granted{}, unusable(NoAccessToken)
	}
	g := Granted{Tokens: Tokens{Kept: kept(whole, s.Keep, before.Kept)}}
	for _, read := range []func(map[string]any) error{
		g.readAccess, func(m map[string]any) error { return g.readRefresh(m, before) }, g.readType, g.readScopes,
		func(m map[string]any) error { return g.readExpiry(m, s, now) },
	} {
		if err := read(part); err != nil {
			return Granted{}, err
		}
	}
	g.IDToken, _ = whole["id_token"].(string)
	return g, nil
}

// At is the value that a JSON pointer leads to; nil where there is none.
func At(v any, pointer string) any {
	for pointer != "" {
		var name string
		name, pointer, _ = strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
		if pointer != "" {
			pointer = "/" + pointer
		}
		name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

func (g *Granted) readAccess(m map[string]any) error {
	v, there := m["access_token"]
	text, isText := v.(string)
	switch {
	case !there || v == nil:
		return unusable(NoAccessToken)
	case !isText || !sendable(text, mostTokenCharacters) || strings.TrimSpace(text) == "":
		return unusable(BlankAccessToken)
	}
	g.Access = text
	return nil
}

func (g *Granted) readRefresh(m map[string]any, before Tokens) error {
	g.Refresh, g.Previous = before.Refresh, before.Previous
	v, there := m["refresh_token"]
	if !there || v == nil {
		return nil
	}
	text, isText := v.(string)
	if !isText || !sendable(text, mostTokenCharacters) || strings.TrimSpace(text) == "" {
		return unusable(BlankRefreshToken)
	}
	if text != before.Refresh {
		g.Refresh, g.Previous, g.Rotated = text, before.Refresh, before.Refresh != ""
	}
	return nil
}

// readType takes bearer tokens, and those of no type: many providers forget to
// say it. Tokens that have to be signed with are of no use to who only fetches.
func (g *Granted) readType(m map[string]any) error {
	g.Type = "Bearer"
	v, there := m["token_type"]
	if !there || v == nil {
		return nil
	}
	text, isText := v.(string)
	if !isText || !slices.Contains([]string{"bearer", "user", "bot", ""}, strings.ToLower(text)) { // Slack calls its bearer tokens so
		return unusable(StrangeTokenType)
	}
	return nil
}

func (g *Granted) readScopes(m map[string]any) error {
	v, there := m["scope"]
	if !there || v == nil {
		v, there = m["scopes"]
	}
	if !there || v == nil {
		return nil
	}
	switch said := v.(type) {
	case string:
		g.Scopes = scopesIn(said)
	case []any:
		for _, one := range said {
			text, isText := one.(string)
			if !isText {
				return unusable(StrangeScopes)
			}
			g.Scopes = append(g.Scopes, scopesIn(text)...)
		}
	default:
		return unusable(StrangeScopes)
	}
	g.Scopes = slices.DeleteFunc(g.Scopes, func(scope string) bool { return !sendable(scope, 500) })
	if len(g.Scopes) > mostGiven {
		return unusable(StrangeScopes)
	}
	g.SaysScopes = len(g.Scopes) > 0
	return nil
}

// scopesIn are the scopes of a text. Whatever a provider puts between them, no
// scope has a space or a comma in it.
func scopesIn(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' || r == '\r' })
}

func (g *Granted) readExpiry(m map[string]any, s ClientSettings, now time.Time) error {
	at, err := endOf(m, "expires_in", "expires_at", now)
	if err != nil {
		return err
	}
	if at == nil && s.Life > 0 {
		known := now.Add(s.Life.Duration())
		at = &known
	}
	g.ExpiresAt = at
	for _, name := range []string{"refresh_token_expires_in", "x_refresh_token_expires_in", "refresh_expires_in"} {
		if life, ok := seconds(m[name]); ok && life > 0 {
			until := now.Add(life)
			g.RefreshUntil = &until
			break
		}
	}
	return nil
}

// endOf is when what lives as long as in says, or until at, ends. A life of a
// year and a day is no life but another unit, so it is refused.
func endOf(m map[string]any, in, at string, now time.Time) (*time.Time, error) {
	if v := m[in]; v != nil && v != "" {
		life, ok := seconds(v)
		if !ok || life <= 0 || life > mostLife {
			return nil, unusable(StrangeExpiry)
		}
		end := now.Add(life)
		return &end, nil
	}
	v := m[at]
	if v == nil || v == "" {
		return nil, nil
	}
	end, ok := momentOf(v)
	if !ok || end.Before(now.Add(-24*time.Hour)) || end.After(now.Add(mostLife)) {
		return nil, unusable(StrangeExpiry)
	}
	return &end, nil
}

func momentOf(v any) (time.Time, bool) {
	if text, isText := v.(string); isText {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return at.UTC(), true
		}
	}
	since, ok := seconds(v)
	return time.Unix(0, 0).Add(since).UTC(), ok
}

// seconds reads a number of seconds, which some providers write as text and some
// with a fraction.
func seconds(v any) (time.Duration, bool) {
	var n float64
	var err error
	switch x := v.(type) {
	case json.Number:
		n, err = x.Float64()
	case float64:
		n = x
	case int:
		n = float64(x)
	case int64:
		n = float64(x)
	case string:
		n, err = strconv.ParseFloat(strings.TrimSpace(x), 64)
	default:
		return 0, false
	}
	if err != nil || math.IsNaN(n) || math.Abs(n) > float64(math.MaxInt64/int64(time.Second)) {
		return 0, false
	}
	return time.Duration(n * float64(time.Second)), true
}

// kept are the members of an answer that are to be kept, or what they were.
func kept(answer map[string]any, names []string, before map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range before {
		out[name] = value
	}
	for _, name := range names {
		if text := ShortText(answer[name]); text != "" {
			out[name] = text
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// ShortText is a plain value as text, if it can stand in a row and on a page.
func ShortText(v any) string {
	var text string
	switch x := v.(type) {
	case string:
		text = x
	case json.Number:
		text = x.String()
	case float64:
		text = strconv.FormatFloat(x, 'f', -1, 64)
	}
	if !sendable(text, 500) {
		return ""
	}
	return text
}

// MissingScopes are those of asked that are not among given, spelled as they were
// asked for. Letter case does not count, and neither does offline_access, which no
// provider echoes; nor does a scope that the provider calls by another name.
func MissingScopes(asked, given []string, s ClientSettings) (missing []string) {
	has := map[string]bool{}
	for _, scope := range given {
		has[strings.ToLower(scope)] = true
	}
	for _, scope := range asked {
		alias, known := s.Aliases[scope]
		switch lower := strings.ToLower(scope); {
		case has[lower], known && has[strings.ToLower(alias)]:
		case slices.Contains([]string{"offline_access", "offline.access", "offline", "refresh_token"}, lower):
		default:
			missing = append(missing, scope)
		}
	}
	return missing
}

// Named is the text that the first of the pointers leads to; empty for none.
func Named(says map[string]any, pointers []string) string {
	for _, pointer := range pointers {
		if text := ShortText(At(says, pointer)); text != "" {
			return text
		}
	}
	return ""
}

// PlainCode is a provider's error code if it has the form of one, so that it can
// stand in a row and on a page; otherwise it is other.
func PlainCode(code, other string) string {
	if code == "" || len(code) > 64 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return other
	}
	return code
}
