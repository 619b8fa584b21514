package db

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"holdfast/models"
)

// connected is a crowded database in which every credential is connected with one
// of eleven clients, and has a line in the ledger; one in a hundred grants is left, a
// tenth of those is due, and one in a hundred of the others is.
func connected(t *testing.T, d *DB) *DB {
	t.Helper()
	crowded(t, d, 10_000)
	id, blob, at := `'00000000-0000-7000-b000-00000000000' || substr(name, length(name), 1)`, `zeroblob(200)`, `'2026-01-01 00:00:00+00:00'`
	hash := `CAST(id AS blob)`
	if d.pg {
		id, blob, hash = `CAST(`+id+` AS uuid)`, `decode(repeat('00', 200), 'hex')`, `decode(replace(id::text, '-', ''), 'hex')`
	}
	mustExec(t, d,
		`INSERT INTO oauth_clients (id, owner_id, name, name_key, provider, client_id, settings, version, created_at, updated_at)
			SELECT `+id+`, 2, 'App ' || substr(name, length(name), 1), 'app ' || substr(name, length(name), 1), '', 'x', '{}', 1, min(created_at), min(created_at) FROM credentials GROUP BY 1, 3, 4`,
		`INSERT INTO oauth_clients (id, owner_id, name, name_key, provider, client_id, settings, version, created_at, updated_at)
			SELECT id, owner_id, name, name_key, '', 'x', '{}', 1, created_at, created_at FROM credentials WHERE name LIKE '%02'`,
		`INSERT INTO oauth_client_secrets (id, oauth_client_id, sealed, key_id, set_at) SELECT id, id, `+blob+`, 'none', created_at FROM oauth_clients`,
		`INSERT INTO oauth_client_projects (project_id, oauth_client_id, created_at) SELECT '`+field.String()+`', id, created_at FROM oauth_clients WHERE name LIKE '%1'`,
		`INSERT INTO grants (id, credential_id, made_for, name, oauth_client_id, provider, connected_by, realm, subject, account, asked, given, missing, refreshable, sealed, key_id, version,
				obtained_at, expires_at, checked_at, due_at, created_at, updated_at)
			SELECT id, CASE WHEN name LIKE '%11' THEN NULL ELSE id END, id, name, `+id+`, 'App', 1, 'r', name, name, '', '', '', name LIKE '%', `+blob+`, 'none', 1,
				created_at, created_at, created_at, CASE WHEN name LIKE '%07' OR name LIKE '%011' THEN created_at WHEN name LIKE '%3' THEN NULL ELSE '2099-01-01 00:00:00+00:00' END, created_at, created_at FROM credentials`,
		`INSERT INTO grant_leases (grant_id, owner, fence, expires_at) SELECT id, '', 1, created_at FROM grants`,
		`INSERT INTO refreshes (id, credential_id, grant_id, at, why, outcome, status, millis, rotated) SELECT id, id, id, created_at, 'fetch', 'asked', 0, 0, refreshable FROM grants`,
		`INSERT INTO oauth_clients (id, owner_id, name, name_key, provider, client_id, settings, version, created_at, updated_at)
			VALUES ('00000000-0000-7000-b000-0000000000ff', 1, 'Of few', 'of few', '', 'x', '{}', 1, `+at+`, `+at+`)`,
		`UPDATE grants SET oauth_client_id = '00000000-0000-7000-b000-0000000000ff' WHERE name LIKE '%04'`,
		`INSERT INTO logins (user_id, key, key_canon, secret_hash, created_at, updated_at) VALUES (1, 'ana', 'ana', 'x', `+at+`, `+at+`)`,
		`INSERT INTO sessions (id, token_hash, user_id, login_id, created_at, last_seen_at, expires_at, ip, user_agent)
			SELECT '`+field.String()+`', `+hash+`, 1, (SELECT max(l.id) FROM logins l), created_at, created_at, created_at, '', '' FROM projects p WHERE id = '`+field.String()+`'`,
		`INSERT INTO connects (id, state_hash, user_id, session_id, oauth_client_id, wish, state, created_at, expires_at)
			SELECT id, `+hash+`, 1, '`+field.String()+`', `+id+`, '{}', 'asks', created_at, created_at FROM credentials`,
		`ANALYZE`,
	)
	return d
}

// wholeGrants finds a step of a plan that reads everybody's connections. A console
// has few clients, whose list may walk along the index of their names.
var wholeGrants = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`Seq Scan on (grants|grant_leases|refreshes|connects|connect_verifiers|credentials|shares|oauth_client_secrets)`),
	false: regexp.MustCompile(`(?m)SCAN (g|k|s|grants|grant_leases|refreshes|connects|connect_verifiers|credentials|shares|oauth_client_secrets)( USING .*|)$`),
}

var errUndo = errors.New("undo")

// grantings are what is asked about connections. What begins with “sealed:” reads
// the tokens of one, and nothing else may.
func grantings(d *DB) map[string]func(context.Context) error {
	system := func(work func(*SystemTx) error) func(context.Context) error {
		return func(ctx context.Context) error {
			err := d.System(ctx, models.Actor{Job: "test"}, func(t *SystemTx) error {
				t.Now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
				return errors.Join(work(t), errUndo)
			})
			if err != nil && strings.TrimSpace(strings.ReplaceAll(err.Error(), errUndo.Error(), "")) == "" {
				return nil
			}
			return err
		}
	}
	self := func(work func(*SelfView) error) func(context.Context) error {
		return func(ctx context.Context) error { return d.ReadSelf(ctx, ana, work) }
	}
	page, one := mine(), mine()[0]
	client := models.ParseID("00000000-0000-7000-b000-0000000000ff")
	g := models.Grant{ID: one, MadeFor: one, CredentialID: &one, OAuthClientID: &client, Subject: "n000000004004", Version: 1}
	half := Ahead{one, time.Unix(60*4004, 0)}
	return map[string]func(context.Context) error{
		"facts of a page":        self(func(v *SelfView) error { f, err := v.Facts(page); return some(len(f), err) }),
		"ledger":                 self(func(v *SelfView) error { l, err := v.Ledger(one); return some(len(l), err) }),
		"clients":                self(func(v *SelfView) error { p, err := v.Clients(""); return some(len(p.Rows), err) }),
		"client for":             self(func(v *SelfView) error { _, err := v.ClientFor(client, one); return err }),
		"connected with":         self(func(v *SelfView) error { l, err := v.ConnectedWith(client); return some(len(l), err) }),
		"way":                    self(func(v *SelfView) error { _, err := v.Connect(one); return err }),
		"secret set":             self(func(v *SelfView) error { _, err := v.ClientSecretSet(client); return err }),
		"sealed: of credential":  self(func(v *SelfView) error { g, err := v.GrantOf(one); return errors.Join(some(int(g.Version), err)) }),
		"sealed: client secret":  self(func(v *SelfView) error { _, err := v.ClientSecretOf(client); return err }),
		"sealed: one":            system(func(t *SystemTx) error { g, err := t.Grant(one); return some(int(g.Version), err) }),
		"due":                    system(func(t *SystemTx) error { l, err := t.DueGrants(Ahead{}, 500); return some(len(l), err) }),
		"due, next":              system(func(t *SystemTx) error { l, err := t.DueGrants(half, 500); return some(len(l), err) }),
		"left":                   system(func(t *SystemTx) error { l, err := t.LeftGrants(Ahead{}, 500); return some(len(l), err) }),
		"left, next":             system(func(t *SystemTx) error { l, err := t.LeftGrants(half, 500); return some(len(l), err) }),
		"shares the account":     system(func(t *SystemTx) error { _, err := t.SharesAccount(g, true); return err }),
		"lease":                  system(func(t *SystemTx) error { _, _, _, err := t.LeaseGrant(one, time.Minute); return err }),
		"busy":                   system(func(t *SystemTx) error { _, err := t.GrantBusy(one); return err }),
		"unanswered":             system(func(t *SystemTx) error { return t.Unanswered(g) }),
		"owner":                  system(func(t *SystemTx) error { _, _, err := t.OwnerOf(g); return err }),
		"connected count":        system(func(t *SystemTx) error { n, err := t.ConnectedCount(client); return some(n, err) }),
		"what a purge leaves":    system(func(t *SystemTx) error { return t.tx.leaveGrants(page) }),
		"ways and lines swept":   system(func(t *SystemTx) error { n, err := t.SweepConnects(time.Unix(60*100, 0), 100); return some(n, err) }),
		"way back, and its end":  func(ctx context.Context) error { return takenBack(ctx, d) },
		"clients of the console": func(ctx context.Context) error { return consoleClients(ctx, d) },
	}
}

func takenBack(ctx context.Context, d *DB) error {
	return notFound(d.Self(ctx, ana, func(t *SelfTx) error { _, _, err := t.TakeConnect([]byte("nobody's")); return err }))
}

func notFound(err error) error {
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	return errors.Join(err, errors.New("it was found"))
}

func consoleClients(ctx context.Context, d *DB) error {
	return d.ReadConsole(ctx, models.Actor{UserID: 1, Rank: models.Administrator}, models.ManageClients, func(v *ConsoleView) error {
		p, err := v.Clients("", ana)
		return some(len(p.Rows), err)
	})
}

func TestConnectionsAreReadFromTheirIndexes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := connected(t, laid(t, open))
		heard := listenTo(d, true)
		for name, ask := range grantings(d) {
			heard()
			if err := ask(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			said := heard()
			if len(said) == 0 {
				t.Errorf("%s asks nothing", name)
			}
			for _, s := range said {
				whole := strings.Contains(s.query, "sealed") || strings.Contains(s.query, `* FROM "grants"`) || strings.Contains(s.query, "* FROM `grants`")
				if whole && !strings.HasPrefix(name, "sealed: ") {
					t.Errorf("%s reads tokens: %s", name, s.query)
				}
				if plan := explain(t, d, s); wholeGrants[d.pg].MatchString(plan) {
					t.Errorf("%s: %q in the plan of\n%s\n%s", name, wholeGrants[d.pg].FindString(plan), s.query, plan)
				}
			}
		}
	})
}
