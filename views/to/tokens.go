package to

import "net/url"

// Tokens lists one's API tokens, and takes the POST that makes one.
func Tokens() string { return "/account/tokens" }

// RevokeToken shows what revoking one of one's API tokens would do; a POST does it.
func RevokeToken(id string) string { return Tokens() + "/" + url.PathEscape(id) + "/revoke" }

// UserTokens lists the API tokens of a user.
func UserTokens(user int64) string { return User(user) + "/tokens" }

// RevokeUserToken shows what revoking an API token of a user would do; a POST does it.
func RevokeUserToken(user int64, id string) string {
	return UserTokens(user) + "/" + url.PathEscape(id) + "/revoke"
}
