package browsertest

import "testing"

// lodgers are people in every state, and a provider that vouches for some.
type lodgers struct {
	disabled, leaving string // user ids
	idp, refused      string // an identity provider, and a sign-in of it that was refused
	oauth, refuses    string // OAuth clients: one that is ready, and one that its provider refuses
	stale             func() // makes the newcomer's sessions so old that they have to confirm
}

const (
	bareLogin     = "christine@example.org" // needs a second factor and has none
	barePassword  = "sonic boom minimised 4"
	givenLogin    = "valerie@example.org" // has to choose a password of her own
	givenPassword = "illusion transmitter 3d"
)

// peopling adds people in every state to a furnished house.
func peopling(t *testing.T, at where, prog *program, f furniture) furniture {
	t.Helper()
	ada := newClient(t, prog).signIn(adminLogin, adminPassword)
	ada.user(prog, "Christine Darden", bareLogin, barePassword)
	ada.user(prog, "Valerie Thomas", givenLogin, givenPassword)
	f.lodgers.disabled, _ = ada.user(prog, "Evelyn Boyd", "evelyn@example.org", "")
	f.lodgers.leaving, _ = ada.user(prog, "Gladys West", "gladys@example.org", "")
	ada.post("/admin/users/"+f.lodgers.disabled+"/disable", "reason", "On leave until spring.")
	ada.post("/admin/users/"+f.lodgers.leaving+"/delete", "confirm", "gladys@example.org", "reason", "Left the team.")
	f.lodgers.idp = ada.id("/admin/idps", "name", "Ministry", "issuer", "https://login.example.org", "client_id", "holdfast", "secret", secret,
		"auth_method", "client_secret_basic", "scopes", "openid email profile", "login_claim", "email", "authoritative", "1")
	f.lodgers.oauth, f.lodgers.refuses = oauthClient(ada, "Field offices", f.project), oauthClient(ada, "Donors", f.project)
	f.lodgers.refused = "01900000-0000-7000-8000-00000000beef"
	behindItsBack(t, at, `UPDATE logins SET mfa = 1 WHERE key = ?`, bareLogin)
	behindItsBack(t, at, `UPDATE logins SET must_change = 1 WHERE key = ?`, givenLogin)
	behindItsBack(t, at, vouched, f.invited, f.lodgers.idp)
	behindItsBack(t, at, refused, f.lodgers.refused, f.lodgers.idp)
	behindItsBack(t, at, `UPDATE oauth_clients SET incident_at = created_at, incident_code = 'invalid_client' WHERE id = ?`, f.lodgers.refuses)
	f.lodgers.stale = func() {
		behindItsBack(t, at, `UPDATE sessions SET proven_at = '2020-01-01 00:00:00+00:00' WHERE user_id = (SELECT id FROM users WHERE email = ?)`, newcomerLogin)
	}
	return f
}

const (
	vouched = `INSERT INTO logins (user_id, key, key_canon, trusted_idp_id, secret_hash, created_at, updated_at)
SELECT ?, 'dorothy@ministry.example', 'dorothy@ministry.example', id, '', created_at, created_at FROM providers WHERE id = ?`
	refused = `INSERT INTO provider_refusals (id, provider_id, issuer, subject, claim, email, name, reason, tries, first_at, last_at, ip)
SELECT ?, id, issuer, 'a-subject-of-theirs', 'mae@ministry.example', 'mae@ministry.example', 'Mae Jemison', 'unknown', 2, created_at, created_at, '192.0.2.7'
FROM providers WHERE id = ?`
)
