package authserver

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"
)

// Exchange turns the code that a browser has brought back into the provider's
// answer, as it came. The errors are *Failure.
func (c *Client) Exchange(ctx context.Context, p Party, code, verifier string) (answer map[string]any, err error) {
	fields := p.fields(map[string]string{"grant_type": "authorization_code", "code": code})
	if p.Redirect != "" {
		fields["redirect_uri"] = p.Redirect
	}
	if p.Settings.PKCE {
		fields["code_verifier"] = verifier
	}
	return c.ask(ctx, p, p.Settings.Token, fields)
}

// Refresh turns a refresh token into the provider's answer, as it came.
func (c *Client) Refresh(ctx context.Context, p Party, refresh string) (answer map[string]any, err error) {
	fields := p.fields(map[string]string{"grant_type": "refresh_token", "refresh_token": refresh})
	return c.ask(ctx, p, p.Settings.RefreshAt(), fields)
}

// Revoke gives a token up (RFC 7009). The hint says what it is: access_token or
// refresh_token, or nothing. A token that was no good any more is given up. A
// server that can't give up this sort of token says unsupported_token_type.
func (c *Client) Revoke(ctx context.Context, p Party, token, hint string) error {
	fields := map[string]string{"token": token}
	if hint != "" {
		fields["token_type_hint"] = hint
	}
	a, err := c.post(ctx, p, p.Settings.Revoke, fields)
	if err != nil {
		return err
	}
	_, err = c.judge(a)
	f, ok := errors.AsType[*Failure](err)
	switch {
	case !ok:
		return err
	case slices.Contains([]string{"invalid_token", "token_revoked", "token_expired"}, f.Code) && f.Kind == Denied:
		return nil
	case a.status/100 == 2 && f.Kind == Garbled: // it was done; how that is said is not laid down
		return nil
	}
	return err
}

// Introspect asks whether an access token is good, and until when (RFC 7662);
// expires is nil when that is not said.
func (c *Client) Introspect(ctx context.Context, p Party, access string) (active bool, expires *time.Time, err error) {
	said, err := c.ask(ctx, p, p.Settings.Introspect, map[string]string{"token": access, "token_type_hint": "access_token"})
	if err != nil {
		return false, nil, err
	}
	active, told := said["active"].(bool)
	if !told {
		return false, nil, &Failure{Kind: Garbled, Code: Unreadable, Status: 200}
	}
	if exp, ok := said["exp"].(json.Number); ok {
		if seconds, err := exp.Float64(); err == nil && seconds > 0 && seconds < 1e12 {
			at := time.Unix(int64(seconds), 0).UTC()
			expires = &at
		}
	}
	return active, expires, nil
}

func (c *Client) ask(ctx context.Context, p Party, address string, fields map[string]string) (map[string]any, error) {
	a, err := c.post(ctx, p, address, fields)
	if err != nil {
		return nil, err
	}
	return c.judge(a)
}

// fields are what is sent to the token endpoint: what is ours to say, and what
// the settings add to it.
func (p Party) fields(ours map[string]string) map[string]string {
	all := map[string]string{}
	for name, value := range p.Settings.TokenParams {
		if !ofToken(name) {
			all[name] = value
		}
	}
	maps.Copy(all, ours)
	return all
}

// ofToken names the parameters of a token request that are ours to say.
func ofToken(name string) bool {
	return slices.Contains([]string{
		"grant_type", "code", "code_verifier", "redirect_uri", "refresh_token", "client_id", "client_secret", "client_assertion", "client_assertion_type",
	}, name)
}
