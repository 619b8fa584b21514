package handlers_test

import (
	"strings"
	"testing"
)

// provider adds an identity provider.
func (d desk) provider(t *testing.T, id int, name string, enabled bool) {
	t.Helper()
	d.Exec(t, `INSERT INTO providers (id, name, name_key, issuer, client_id, auth_method, scopes, login_claim, authoritative, factor_values, enabled, created_at, updated_at)
		VALUES (?, ?, ?, 'https://idp.example.org', 'c', 'none', 'openid', 'email', ?, '', ?, ?, ?)`, id, name, strings.ToLower(name), true, enabled, d.Clock.Now(), d.Clock.Now())
}

func TestALoginByAnIdentityProvider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		d := c.desk(t)
		d.provider(t, 3, "Ministry", true)
		d.provider(t, 4, "Partner", false)
		a := d.row(with(d.form(t), "add", "1"))
		if strings.Contains(a.body, "Partner") || strings.Index(a.body, ">Password</option>") > strings.Index(a.body, ">Ministry</option>") {
			t.Error("a new login can choose a disabled provider, or has no password first")
		}
		form := with(formOf(t, a), "key.1", "ana@ministry.example", "provider.1", "3", "secret.1", "not for a provider at all")
		d.review(form).expect(t, 200, "Signs in by Ministry")
		d.saved(t, form, "1 login saved", "Bound to", "Nobody yet: the first sign-in binds it")
		page := d.get(d.admin, d.at).body
		if strings.Contains(page, `name="secret.1"`) || strings.Contains(page, `name="link.1"`) || strings.Contains(page, `name="provider.1"`) {
			t.Error("a login by a provider has a password, or another provider to choose")
		}
		d.save(with(d.form(t), "was_provider.1", "9", "provider.1", "4", "secret.1", "still not for a provider", "key.1", "ana2")).expect(t, 303)
		if got := c.cell(t, `SELECT trusted_idp_id, secret_hash FROM logins WHERE key = 'ana2'`); got != "3 " {
			t.Errorf("it became %q", got)
		}
		c.Exec(t, `UPDATE providers SET enabled = ? WHERE id = 3`, false)
		d.get(d.admin, d.at).expect(t, 200, "Ministry is disabled, so nobody can come in by it.", "Can't be used")
		for _, provider := range []string{"3", "4", "77", "x"} {
			d.save(with(form, "revision", d.form(t).Get("revision"), "key.1", "more", "provider.1", provider)).expect(t, 422, `href="#login-1-provider"`)
		}
	})
}
