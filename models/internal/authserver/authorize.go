package authserver

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"holdfast/models/internal/outbound"
)

// Ask is what a browser takes along to the provider.
type Ask struct {
	State, Verifier string
	Scopes          []string
	Again           bool   // for consent, or the account, anew
	Hint            string // the account that is meant; may be empty
}

// Verifier is a new PKCE verifier.
func Verifier() string { return oauth2.GenerateVerifier() }

// Authorize is the address that the browser is sent to. What the address has for
// a query stays; parameters never say what is ours to say.
func (c *Client) Authorize(p Party, a Ask) (string, error) {
	if p.Settings.Authorize == "" {
		return "", &Failure{Kind: Misasked, Code: NoEndpoint}
	}
	where, err := url.Parse(p.Settings.Authorize)
	if err != nil || where.Fragment != "" {
		return "", &Failure{Kind: Misrouted, Code: BadAddress}
	}
	if err := c.mayAsk(p.Settings.Authorize); err != nil {
		return "", err
	}
	standing := where.Query()
	where.RawQuery, where.ForceQuery = "", false
	config := oauth2.Config{ClientID: p.ClientID, Endpoint: oauth2.Endpoint{AuthURL: where.String()}, RedirectURL: p.Redirect}
	if len(a.Scopes) > 0 {
		config.Scopes = []string{strings.Join(a.Scopes, p.Settings.Between())}
	}
	full, err := url.Parse(config.AuthCodeURL(a.State, a.options(p)...))
	if err != nil {
		return "", &Failure{Kind: Misrouted, Code: BadAddress}
	}
	query := full.Query()
	for name, values := range standing {
		if !query.Has(name) && !ofAuthorize(name) {
			query[name] = values
		}
	}
	full.RawQuery = query.Encode()
	return full.String(), nil
}

// options are what is asked besides what every request says.
func (a Ask) options(p Party) (all []oauth2.AuthCodeOption) {
	params := maps.Clone(p.Settings.AuthorizeParams)
	if params == nil {
		params = map[string]string{}
	}
	if a.Again && params["prompt"] == "" {
		params["prompt"] = "consent"
	}
	if a.Hint != "" && params["login_hint"] == "" && slices.Contains(a.Scopes, "openid") {
		params["login_hint"] = a.Hint
	}
	for name, value := range params {
		if !ofAuthorize(name) {
			all = append(all, oauth2.SetAuthURLParam(name, value))
		}
	}
	if p.Settings.PKCE {
		all = append(all, oauth2.S256ChallengeOption(a.Verifier))
	}
	return all
}

// ofAuthorize names the parameters of an authorization request that are ours to
// say; request and request_uri would say them all over again (RFC 9101).
func ofAuthorize(name string) bool {
	return slices.Contains([]string{
		"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "request", "request_uri",
	}, name)
}

// CheckIssuer reports that the browser has come back with the name of another
// provider than the one that it was sent to, or with none though this one always
// names itself (RFC 9207). Where the settings know no name, any will do.
func CheckIssuer(p Party, iss string) error {
	known := p.Settings.Issuer
	if (iss == "" && p.Settings.NamesItself) || (iss != "" && known != "" && iss != known) {
		return &Failure{Kind: Misasked, Code: WrongIssuer}
	}
	return nil
}

// mayAsk reports why an address may not be asked at all, or nil.
func (c *Client) mayAsk(address string) error {
	err := outbound.Allowed(c.allow, address)
	switch err {
	case nil:
		return nil
	case outbound.ErrPlain:
		return &Failure{Kind: Misrouted, Code: PlainAddress, cause: err}
	}
	return &Failure{Kind: Misrouted, Code: BadAddress}
}
