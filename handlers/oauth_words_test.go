package handlers_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/views/to"
)

// The audit says in words what Holdfast does by itself, and what is set.
func TestTheAuditTellsOfOAuthInWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		boss := c.person(t, "boss", models.Administrator)
		for i, e := range []struct{ name, actor, details string }{
			{models.TokenRefreshFailed, "refresh:person", `{"after":{"provider":"Acme","account":"ana"}}`},
			{models.GrantRevoked, "revoke", `{"before":{"provider":"Acme","account":"ben"}}`},
			{models.CredentialParted, "ana@example.org", `{"before":{"provider":"Acme","account":"cid"}}`},
			{models.CredentialUpdated, "ana@example.org", `{"before":{"login":"dan"}}`},
			{models.AccountSwitched, "ana@example.org", `{"before":{"provider":"Same","account":"eve"},"after":{"provider":"Same","account":"fay"}}`},
			{models.OAuthClientRefused, "refresh:ahead", `{"after":{"code":"invalid_client"}}`},
			{models.OAuthClientCreated, "ana@example.org", `{"after":{"name":"[true]","idle_life":"1.5552e+07","grace":"1800","pkce":"true","keep_alive":"false","authorize_params":"[access_type prompt]","mandatory_scopes":"[]"}}`},
			{models.OAuthClientUpdated, "ana@example.org", `{"before":{"refresh_life":"odd"},"after":{"refresh_life":"3600"}}`},
		} {
			c.Exec(t, `INSERT INTO events (id, at, name, actor_id, actor_name, thing_type, thing_id, thing_name, details, ip, request_id) VALUES (?, ?, ?, 0, ?, 'oauth_client', 'x', 'Acme', ?, '', '')`,
				models.NewID(), c.Clock.Now().Add(time.Duration(i)*time.Second), e.name, e.actor, e.details)
		}
		c.try(t, []row{{
			name: "in words", who: boss, path: to.Audit(), status: 200,
			has: []string{
				"Holdfast (refresh)", "Holdfast (revocation)", "Account: ben", "Account: cid", "Login: dan removed", "Account: eve → fay", "found that the provider refuses the OAuth client",
				"Name: [true]", "Idle life: 180 days", "Grace: 30 minutes", "PKCE: yes", "Keep alive: no", "Authorize params: access_type, prompt", "Refresh life: odd → 1 hour",
			},
			hasNot: []string{"refresh:", "ben removed", "cid removed", "Provider: Same", "was refused by the provider", "1.5552"},
		}})
	})
}

func TestTheEndOfAClientIsToldInTwoLines(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		p, ana, boss := oauthtest.New(t, c.Clock.Now), c.member(t, "ana"), c.person(t, "boss", models.Administrator)
		id := c.client(t, ana, atProvider(p, "Acme"))
		c.post(ana, to.DeleteOAuthClient(id), "confirm=Acme")
		page := c.get(boss, to.Audit()+"?event="+models.OAuthClientDeleted)
		row{name: "deleted", status: 200, has: []string{"deleted the OAuth client", "Name: Acme"}, hasNot: []string{"Acme removed", "Token url", "Auth method"}}.check(t, page)
		if strings.Contains(page.body, p.URL) {
			t.Error("it lists the settings of what is gone")
		}
	})
}
