package handlers_test

import (
	"testing"

	"holdfast/models"
)

// deadProvider is an identity provider that nobody answers for, the only one, and
// somebody whom it vouched for when it still did.
func (c *console) deadProvider(t *testing.T) (idp, refused string) {
	t.Helper()
	now := c.Clock.Now()
	c.Exec(t, `DELETE FROM providers`)
	c.Exec(t, `INSERT INTO providers (name, name_key, issuer, client_id, auth_method, scopes, login_claim, authoritative, factor_values, enabled, created_at, updated_at)
		VALUES ('Contoso', 'contoso', 'http://127.0.0.1:1', 'us', 'none', 'openid', 'email', ?, '', ?, ?, ?)`, true, true, now, now)
	idp = c.cell(t, `SELECT id FROM providers`)
	id := models.NewID()
	c.Exec(t, `INSERT INTO provider_refusals (id, provider_id, issuer, subject, claim, email, name, reason, tries, first_at, last_at, ip)
		SELECT ?, id, issuer, ?, ?, 'eve@example.org', 'Eve', 'unknown', 1, created_at, created_at, '192.0.2.7' FROM providers`, id, "s-"+id.String(), id.String()+"@example.org")
	return idp, id.String()
}
