package views_test

import (
	"strings"
	"time"

	"holdfast/views/admin"
	"holdfast/views/credentials"
	"holdfast/views/to"
	"holdfast/views/tokens"
	"holdfast/views/ui"
)

// tokenSamples are the pages of API tokens, and the one on which secrets are shown.
func tokenSamples(text func(string) string) []sample {
	rows := []ui.Token{
		{Name: text("HR sync"), Hint: text("x7Qe"), Created: ago(400 * time.Hour), Expires: now.Add(3000 * time.Hour), LastUsed: ago(3 * time.Minute), From: text("2001:db8::17"), RevokeURL: to.RevokeToken("a")},
		{Name: text("Nightly export"), Hint: text("Pq-2"), Created: ago(3 * time.Hour), Expires: now.Add(7 * 24 * time.Hour), RevokeURL: to.RevokeToken("b")},
		{Name: text("Trial"), Hint: text("0_aZ"), Created: ago(900 * time.Hour), Expires: ago(24 * time.Hour), LastUsed: ago(800 * time.Hour), From: text("192.0.2.17")},
	}
	example := text("http://127.0.0.1:8080/api/v1/users/1/logins")
	page := tokens.Page{Now: now, Rows: rows, CanCreate: true, Example: example, Lives: []int{7, 30, 90, 365}, Days: 30}
	none, member, wrong := page, page, page
	none.Rows = nil
	member.Rows, member.CanCreate = nil, false
	wrong.Name, wrong.NameError, wrong.Days, wrong.DaysError = text("HR sync"), text("You have another token with this name."), 0, text("Choose how long the token works.")
	made := tokens.Created{Name: text("HR sync"), Token: text("hf_" + strings.Repeat("x7Q", 14) + "e"), Expires: now.Add(30 * 24 * time.Hour), Example: example}
	mine := tokens.Revoke{Now: now, Token: rows[0], URL: to.RevokeToken("a"), Back: to.Tokens()}
	theirs := mine
	theirs.User, theirs.UserID, theirs.URL, theirs.Back = text("Grace Hopper"), 2, to.RevokeUserToken(2, "a"), to.UserTokens(2)
	pem := "-----BEGIN PRIVATE KEY-----\n" + strings.Repeat(strings.Repeat("x7Q", 21)+"\n", 12) + "-----END PRIVATE KEY-----\n"
	shown := credentials.Reveal{ID: oneID, Name: text("Warehouse"), Secrets: []credentials.Secret{
		{ID: "body-password", Label: text("Password"), Text: text("correct horse battery staple")},
		{ID: "body-tls-key", Label: text("Certificates: Private key"), Text: text(pem)},
		{ID: "body-options", Label: text("Options"), Text: "{\n  \"a\": [\n    1\n  ]\n}"},
	}}
	return []sample{
		{name: "tokens", title: "API tokens", path: "/account/tokens", body: tokens.ListPage(page)},
		{name: "tokens-none", title: "API tokens", path: "/account/tokens", body: tokens.ListPage(none)},
		{name: "tokens-member", title: "API tokens", path: "/account/tokens", body: tokens.ListPage(member)},
		{name: "tokens-wrong", title: "API tokens", path: "/account/tokens", body: tokens.ListPage(wrong)},
		{name: "token-made", title: "Your new token", path: "/account/tokens", body: tokens.CreatedPage(made)},
		{name: "token-revoke", title: "Revoke", path: "/account/tokens/a/revoke", body: tokens.RevokePage(mine)},
		{name: "token-revoke-theirs", title: "Revoke", path: "/admin/users/2/tokens/a/revoke", body: tokens.RevokePage(theirs)},
		{name: "user-tokens", title: "API tokens", path: "/admin/users/2/tokens", body: admin.TokensPage(admin.Tokens{Now: now, UserID: 2, UserName: text("Grace Hopper"), Rows: rows})},
		{name: "user-tokens-none", title: "API tokens", path: "/admin/users/2/tokens", body: admin.TokensPage(admin.Tokens{Now: now, UserID: 2, UserName: text("Grace Hopper")})},
		{name: "reveal", title: "Secrets of Warehouse", path: "/credentials/x/reveal", body: credentials.RevealPage(shown)},
		{name: "reveal-none", title: "Secrets of Warehouse", path: "/credentials/x/reveal", body: credentials.RevealPage(credentials.Reveal{ID: oneID, Name: text("Warehouse")})},
	}
}
