package authserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"holdfast/models"
)

// description is the part of a discovery document that is looked at.
type description struct {
	Issuer      string   `json:"issuer"`
	Authorize   string   `json:"authorization_endpoint"`
	Token       string   `json:"token_endpoint"`
	Revoke      string   `json:"revocation_endpoint"`
	UserInfo    string   `json:"userinfo_endpoint"`
	Introspect  string   `json:"introspection_endpoint"`
	Challenges  []string `json:"code_challenge_methods_supported"`
	AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	Scopes      []string `json:"scopes_supported"`
	NamesItself bool     `json:"authorization_response_iss_parameter_supported"`
}

// errNotDescribed says that a server answers, and has no description.
var errNotDescribed = errors.New("oauth: there is no description of an authorization server")

// Discover finds the settings of a server that describes itself: as OpenID
// Connect lays down, else as RFC 8414 does. The errors are about the field issuer.
func (c *Client) Discover(ctx context.Context, issuer string) (models.ClientSettings, error) {
	d, err := c.describe(ctx, issuer)
	if err != nil {
		return models.ClientSettings{}, models.Wrong("issuer", "%s", unfound(err))
	}
	if why := c.unusable(d, issuer); why != "" {
		return models.ClientSettings{}, models.Wrong("issuer", "%s", why)
	}
	s := models.ClientSettings{
		Issuer: d.Issuer, NamesItself: d.NamesItself, Authorize: d.Authorize, Token: d.Token, Revoke: d.Revoke, UserInfo: d.UserInfo, Introspect: d.Introspect,
		PKCE: slices.Contains(d.Challenges, "S256"), Auth: d.auth(),
	}
	d.lasting(&s)
	d.optional(&s)
	return s, nil
}

// lasting asks for what makes a grant last, where the server knows it: a refresh
// token comes for offline_access, and that only with a consent that is asked for
// (OpenID Connect Core 11). With openid it tells whose account it is.
func (d description) lasting(s *models.ClientSettings) {
	for _, scope := range []string{"openid", "offline_access"} {
		if slices.Contains(d.Scopes, scope) {
			s.Mandatory = append(s.Mandatory, scope)
		}
	}
	if slices.Contains(d.Scopes, "offline_access") {
		s.AuthorizeParams = map[string]string{"prompt": "consent"}
	}
}

// mostOptional is how many scopes a server may name for them to be a choice: of
// hundreds, somebody picks the few that they need.
const mostOptional = 30

// optional offers the scopes that the server names besides, if they are few.
func (d description) optional(s *models.ClientSettings) {
	if len(d.Scopes) > mostOptional {
		return
	}
	for _, scope := range d.Scopes {
		if models.ScopeLike(scope) && !slices.Contains(s.Mandatory, scope) && !slices.Contains(s.Optional, scope) {
			s.Optional = append(s.Optional, scope)
		}
	}
}

func (c *Client) describe(ctx context.Context, issuer string) (description, error) {
	if err := c.mayAsk(issuer); err != nil {
		return description{}, err
	}
	u, err := url.Parse(issuer)
	if err != nil || u.RawQuery != "" || u.Fragment != "" {
		return description{}, &Failure{Kind: Misrouted, Code: BadAddress}
	}
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	for _, place := range places(u) {
		a, err := c.send(ctx, http.MethodGet, place, http.Header{}, nil)
		if err != nil {
			return description{}, err
		}
		whole := object(a.body)
		if a.status != http.StatusOK || a.cut != nil || whole == nil {
			continue
		}
		var d description
		if json.Unmarshal(a.body, &d) == nil {
			return d, nil
		}
	}
	return description{}, errNotDescribed
}

// places are where a server may describe itself: OpenID Connect appends to the
// path, RFC 8414 puts its own between the host and the path.
func places(issuer *url.URL) []string {
	path := strings.TrimSuffix(issuer.EscapedPath(), "/")
	root := issuer.Scheme + "://" + issuer.Host
	return []string{root + path + "/.well-known/openid-configuration", root + "/.well-known/oauth-authorization-server" + path}
}

// unusable says why a description can't be used, or nothing.
func (c *Client) unusable(d description, issuer string) string {
	switch {
	case d.Issuer != issuer && c.mayAsk(d.Issuer) == nil && showable(d.Issuer):
		return fmt.Sprintf("The provider calls itself %s, which is not the same as the issuer here, to the letter. Copy it from there.", d.Issuer)
	case d.Issuer != issuer:
		return "The provider calls itself by another name than the issuer here. They have to be the same to the letter."
	case d.Authorize == "" || d.Token == "":
		return "The provider's description names no authorization endpoint or no token endpoint. Enter the addresses by hand."
	}
	for _, e := range d.endpoints() {
		if u, err := url.Parse(e.address); e.address != "" && (err != nil || u.Fragment != "" || c.mayAsk(e.address) != nil) {
			return "The provider's description names an address for the " + e.name + " that can't be used: it has to be https, and the host one that Holdfast may ask."
		}
	}
	return ""
}

// endpoint is an address and what is there.
type endpoint struct{ name, address string }

const (
	authorizing = "authorization endpoint"
	issuing     = "token endpoint"
	refreshing  = "refresh endpoint"
)

func (d description) endpoints() []endpoint {
	return endpointsOf(models.ClientSettings{Authorize: d.Authorize, Token: d.Token, Revoke: d.Revoke, UserInfo: d.UserInfo, Introspect: d.Introspect})
}

func endpointsOf(s models.ClientSettings) []endpoint {
	return []endpoint{
		{authorizing, s.Authorize},
		{issuing, s.Token},
		{refreshing, s.Refresh},
		{"revocation endpoint", s.Revoke},
		{"user info endpoint", s.UserInfo},
		{"introspection endpoint", s.Introspect},
	}
}

// auth is how a client shows its secret: the first way of ours that is taken.
func (d description) auth() string {
	for _, way := range []string{models.SecretBasic, models.SecretPost, models.SecretNone} {
		if slices.Contains(d.AuthMethods, way) {
			return way
		}
	}
	return models.SecretBasic // what is meant when nothing is said
}

// unfound says for a person why there is no description.
func unfound(err error) string {
	if f, ok := errors.AsType[*Failure](err); ok {
		return explain("issuer", f)
	}
	return "No description of a provider was found there. Holdfast looked at the issuer with /.well-known/openid-configuration added, and with /.well-known/oauth-authorization-server."
}

// showable reports whether an address that a provider names may stand in a
// sentence: it is short, and looks like one.
func showable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && len(address) <= 200 && u.RawQuery == "" && u.Fragment == "" &&
		strings.IndexFunc(address, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) < 0
}
