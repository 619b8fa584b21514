package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	coreos "github.com/coreos/go-oidc/v3/oidc"

	"holdfast/models"
	"holdfast/models/internal/outbound"
)

// endpoints are a provider as it describes itself.
type endpoints struct {
	provider    *coreos.Provider
	namesItself bool // in its answers to a browser (RFC 9207)
	description
}

// description is the part of a discovery document that is looked at.
type description struct {
	Authorize     string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Keys          string   `json:"jwks_uri"`
	UserInfo      string   `json:"userinfo_endpoint"`
	ResponseTypes []string `json:"response_types_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	Iss           bool     `json:"authorization_response_iss_parameter_supported"`
}

// discover is what is known of a provider, for ten minutes. One that does not
// answer is not asked again at once: whoever comes next need not wait for it.
func (c *Client) discover(ctx context.Context, issuer string) (*endpoints, error) {
	c.mu.Lock()
	known, ok := c.known[issuer]
	c.mu.Unlock()
	if ok && c.now().Before(known.until) {
		return known.endpoints, known.err
	}
	at, err := c.look(ctx, issuer)
	fresh := found{at, err, c.now().Add(KeptFor)}
	if err != nil {
		fresh.until = c.now().Add(deadFor)
	}
	if ctx.Err() == nil { // that the visitor went away says nothing of the provider
		c.mu.Lock()
		c.known[issuer] = fresh
		c.mu.Unlock()
	}
	return at, err
}

// MayAsk reports why the issuer may not be asked at all, or nil.
func (c *Client) MayAsk(issuer string) error { return outbound.Allowed(c.allow, issuer) }

// Forget makes the next question look anew.
func (c *Client) Forget(issuer string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, issuer)
}

func (c *Client) look(ctx context.Context, issuer string) (*endpoints, error) {
	provider, err := coreos.NewProvider(coreos.ClientContext(ctx, c.http), issuer)
	if err != nil {
		return nil, unanswered(err)
	}
	at := &endpoints{provider: provider}
	if err := provider.Claims(&at.description); err != nil {
		return nil, unanswered(err)
	}
	at.namesItself = at.Iss
	for _, address := range []string{at.Authorize, at.Token, at.Keys} {
		if err := outbound.Allowed(c.allow, address); err != nil {
			return nil, unanswered(fmt.Errorf("endpoint %q: %w", address, err))
		}
	}
	if u, err := url.Parse(at.Authorize); err != nil || u.Fragment != "" {
		return nil, unanswered(errors.New("the authorization endpoint has a fragment"))
	}
	return at, nil
}

// Check asks the provider anew and says what stands in the way of signing in by
// it, in sentences for an administrator; none when nothing does.
func (c *Client) Check(ctx context.Context, p Party) (problems []string) {
	c.Forget(p.Issuer)
	provider, err := c.discover(ctx, p.Issuer)
	if err != nil {
		return []string{explain(err)}
	}
	if len(provider.ResponseTypes) > 0 && !slices.Contains(provider.ResponseTypes, "code") {
		problems = append(problems, "It does not offer the code flow, which is the only one that Holdfast uses.")
	}
	if len(provider.Challenges) > 0 && !slices.Contains(provider.Challenges, "S256") {
		problems = append(problems, "It does not offer PKCE with S256.")
	}
	if p.AuthMethod != models.SecretNone && len(provider.AuthMethods) > 0 && !slices.Contains(provider.AuthMethods, p.AuthMethod) {
		problems = append(problems, "It does not take the client secret in this way ("+p.AuthMethod+").")
	}
	if len(provider.Algorithms) > 0 && !slices.ContainsFunc(provider.Algorithms, func(a string) bool { return slices.Contains(algorithms(), a) }) {
		problems = append(problems, "It signs with nothing that Holdfast accepts: RS256, ES256, PS256 or EdDSA.")
	}
	if why := c.checkKeys(ctx, provider.Keys); why != "" {
		problems = append(problems, why)
	}
	return problems
}

// explain says why discovery failed.
func explain(err error) string {
	other, misnamed := errors.AsType[*coreos.IssuerMismatchError](err)
	switch {
	case misnamed:
		return fmt.Sprintf("The provider calls itself %.200q, which is not the same as the issuer here, to the letter. Copy it from there.", other.Discovered)
	case errors.Is(err, outbound.ErrPrivate):
		return "This address is not on the internet. If that is meant, the operator of Holdfast has to allow it with HOLDFAST_ALLOW_PRIVATE_HOSTS."
	case errors.Is(err, outbound.ErrPlain):
		return "It, or an address that it names, is not https."
	case strings.Contains(err.Error(), outbound.ErrTooLarge.Error()): // the library keeps the words alone
		return "The answer is too large."
	case timedOut(err):
		return "There was no answer in time."
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return fmt.Sprintf("The name %.200q is not known. Look whether the issuer is spelled rightly.", dns.Name)
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return "Nobody answers at this address. Look whether the issuer is right, and whether the provider is up."
	}
	return "No description of a provider was found there. Holdfast looked for it at the issuer with /.well-known/openid-configuration added. " + detail(err)
}

// detail is what went wrong in the words of the network.
func detail(err error) string {
	if h, ok := errors.AsType[hushed](err); ok {
		return "It was told: " + h.Error()
	}
	return ""
}

func timedOut(err error) bool {
	late, ok := errors.AsType[net.Error](err)
	return ok && late.Timeout()
}

// checkKeys says why the keys can't be read, or nothing.
func (c *Client) checkKeys(ctx context.Context, address string) string {
	question, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "The address of its keys can't be used."
	}
	answer, err := c.http.Do(question)
	if err != nil {
		return "Its keys can't be read. " + explain(short(err))
	}
	defer answer.Body.Close()
	var keys struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&keys); answer.StatusCode != http.StatusOK || err != nil || len(keys.Keys) == 0 {
		return "There are no keys at the address that it names for them."
	}
	return ""
}
