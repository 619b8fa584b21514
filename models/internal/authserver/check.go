package authserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"holdfast/models"
)

// Check asks the servers of the settings and says what stands in the way of
// connecting, in sentences for whoever owns the client; none when nothing does.
// The token endpoint is asked for tokens for a code that nobody has given out.
func (c *Client) Check(ctx context.Context, p Party) (problems []string) {
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	looks := []func() []string{func() []string { return c.drift(ctx, p.Settings) }, func() []string { return one(c.probe(ctx, p)) }}
	for _, e := range endpointsOf(p.Settings) {
		looks = append(looks, func() []string { return one(c.reach(ctx, e)) })
	}
	found := make([][]string, len(looks))
	var all sync.WaitGroup
	for i, look := range looks {
		all.Go(func() { found[i] = look() })
	}
	all.Wait()
	for _, problem := range slices.Concat(found...) {
		if !slices.Contains(problems, problem) {
			problems = append(problems, problem)
		}
	}
	return problems
}

func one(problem string) []string {
	if problem == "" {
		return nil
	}
	return []string{problem}
}

// reach says why an address can't be asked: whether it is one, whether its name
// is known, and whether anybody is there. The token endpoint is asked by probe.
func (c *Client) reach(ctx context.Context, e endpoint) string {
	u, err := url.Parse(e.address)
	barred, _ := errors.AsType[*Failure](c.mayAsk(e.address))
	switch {
	case e.name == issuing || e.address == "" && e.name != authorizing:
		return ""
	case e.address == "":
		return "There is no address of the " + e.name + "."
	case err != nil || u.Fragment != "":
		return explain(e.name, &Failure{Kind: Misrouted, Code: BadAddress})
	case barred != nil:
		return explain(e.name, barred)
	}
	_, err = c.send(ctx, http.MethodHead, u.Scheme+"://"+u.Host+"/", http.Header{}, nil)
	if f, ok := errors.AsType[*Failure](err); ok {
		return explain(e.name, f)
	}
	return ""
}

// probe says why the token endpoint would give no tokens.
func (c *Client) probe(ctx context.Context, p Party) string {
	_, err := c.Exchange(ctx, p, "holdfast-"+rand.Text(), Verifier())
	f, failed := errors.AsType[*Failure](err)
	switch {
	case !failed:
		return "The token endpoint takes a code that nobody has given out. It is none, or not one to trust."
	case f.Code == NoEndpoint:
		return "There is no address of the token endpoint."
	case f.Kind == Denied || f.Code == "invalid_request":
		return "" // as it should: the code was the only thing wrong
	case f.Kind == Misasked && (f.Status == http.StatusNotFound || f.Status == http.StatusMethodNotAllowed || f.Status == http.StatusGone), f.Kind == Garbled:
		return "There is no token endpoint at this address. Compare it with the provider's documentation."
	case slices.Contains([]string{"redirect_uri_mismatch", "bad_redirect_uri"}, f.Code):
		return fmt.Sprintf("The provider does not know the address that it is to send browsers back to. Register %s there.", p.Redirect)
	}
	return explain(issuing, f)
}

// drift says in what the server describes itself otherwise than the settings do.
// One without a description has none to differ from.
func (c *Client) drift(ctx context.Context, s models.ClientSettings) (problems []string) {
	if s.Issuer == "" {
		return nil
	}
	d, err := c.describe(ctx, s.Issuer)
	switch {
	case errors.Is(err, errNotDescribed):
		return nil
	case err != nil:
		return []string{unfound(err)}
	case d.Issuer != s.Issuer:
		return []string{c.unusable(d, s.Issuer)}
	}
	described := d.endpoints()
	for i, e := range endpointsOf(s) {
		if there := described[i].address; e.address != "" && there != "" && there != e.address {
			problems = append(problems, "The provider's description names another "+e.name+" than the settings."+named(there))
		}
	}
	if len(d.AuthMethods) > 0 && s.Auth != "" && !slices.Contains(d.AuthMethods, s.Auth) {
		problems = append(problems, "The provider's description says that it does not take the client secret in this way ("+s.Auth+").")
	}
	if s.PKCE && len(d.Challenges) > 0 && !slices.Contains(d.Challenges, "S256") {
		problems = append(problems, "The provider's description says that it does not offer PKCE with S256.")
	}
	return problems
}

func named(address string) string {
	if !showable(address) {
		return ""
	}
	return " It is " + address + " there."
}
