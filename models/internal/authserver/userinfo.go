package authserver

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
)

// UserInfo asks whose account an access token is for. A token that is not taken
// there is a Failure with the code UserInfoUnauthorized.
func (c *Client) UserInfo(ctx context.Context, p Party, access string) (map[string]any, error) {
	method := http.MethodGet
	if p.Settings.UserInfoPost {
		method = http.MethodPost
	}
	a, err := c.send(ctx, method, p.Settings.UserInfo, http.Header{"Authorization": {"Bearer " + access}}, nil)
	if err != nil {
		return nil, err
	}
	if a.status == http.StatusUnauthorized {
		return nil, &Failure{Kind: Denied, Code: UserInfoUnauthorized, Status: a.status}
	}
	return c.judge(a)
}

// Claims are what an ID token says, nil when it is none. Its signature is not
// looked at: the token must have come straight from the token endpoint over TLS,
// which OpenID Connect lets stand for the signature (core 3.1.3.7, 6). They tell
// what an account is called and which it is, and never give access to anything.
func Claims(idToken string) map[string]any {
	parts := strings.Split(idToken, ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return nil
	}
	return object(payload)
}
