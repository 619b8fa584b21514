package db

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/models"
)

// peopled is a database of n users, each with a login and a line of history;
// every third never signed in.
func peopled(t *testing.T, d *DB, n int) *DB {
	t.Helper()
	at, many := `'2026-01-01 00:00:00+00:00'`, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `+strconv.Itoa(n)+`) SELECT `
	id := `('00000000-0000-7000-8000-' || substr('000000000000' || i, length('000000000000' || i) - 11))`
	if d.pg {
		id += `::uuid`
	}
	when := `CASE WHEN i % 3 = 0 THEN '0001-01-01 00:00:00+00:00' ELSE '2026-01-' || substr('0' || (1 + i % 28), length('0' || (1 + i % 28)) - 1) || ' 00:00:00+00:00' END`
	if d.pg {
		when = `(` + when + `)::timestamptz`
	}
	mustExec(t, d,
		`INSERT INTO users (name, name_key, email, email_key, rank, created_at, updated_at, last_login_at) `+many+
			`'N' || (i * 7919 % 10007), 'n' || (i * 7919 % 10007), 'u' || i || '@example.org', 'u' || i || '@example.org', CASE WHEN i = 1 THEN 'admin' ELSE 'member' END, `+strings.Repeat(at+`, `, 2)+when+` FROM n`,
		`INSERT INTO logins (user_id, key, key_canon, secret_hash, created_at, updated_at) SELECT id, email, email_key, 'x', created_at, created_at FROM users`,
		`INSERT INTO sign_ins (id, user_id, login_id, key, at, outcome, reason, proofs, ip, user_agent) `+many+id+`, 1 + i % 20, 1, 'k', `+at+`, 'in', '', 'pwd', '', '' FROM n`,
		`INSERT INTO totps (id, user_id, label, sealed, key_id, last_step, created_at) `+many+id+`, i, 'l', 'x', 'k', 0, `+at+` FROM n`,
		`UPDATE users SET deletion_at = `+at+` WHERE id > 100 AND id % 500 = 0`,
	)
	if d.pg {
		mustExec(t, d, `VACUUM FULL users`)
	}
	mustExec(t, d, `ANALYZE`)
	return d
}

// everybody finds a step of a plan that reads a whole table or orders one.
var everybody = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`Seq Scan on (users|logins|totps|sign_ins)|Sort  \(`),
	false: regexp.MustCompile(`(?m)SCAN (l|f|logins|totps|sign_ins)|USE TEMP B-TREE`),
}

func TestTheListOfUsersIsOneQueryFromItsIndex(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := peopled(t, laid(t, open), 6000)
		heard := listen(d)
		root := models.Actor{UserID: 1}
		list := func(f models.UserFilter) func(context.Context) error {
			return func(ctx context.Context) error {
				return d.ReadConsole(ctx, root, models.SeeConsole, func(v *ConsoleView) error {
					_, err := v.Users(f)
					return err
				})
			}
		}
		noon := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC).Format(time.RFC3339Nano)
		indexed := map[string]func(context.Context) error{
			"by e-mail": list(models.UserFilter{}), "by e-mail, next": list(models.UserFilter{After: joinText("u4000@example.org", "4000")}),
			"by name": list(models.UserFilter{Sort: models.UsersByName}), "by name, next": list(models.UserFilter{Sort: models.UsersByName, After: joinText("n5000", "3")}),
			"seen": list(models.UserFilter{Sort: models.UsersBySeen}), "seen, next": list(models.UserFilter{Sort: models.UsersBySeen, After: joinText(noon, "3")}),
			"unseen": list(models.UserFilter{Sort: models.UsersByUnseen}), "unseen, next": list(models.UserFilter{Sort: models.UsersByUnseen, After: joinText(noon, "3")}),
			"newest": list(models.UserFilter{Sort: models.UsersByNewest}), "newest, next": list(models.UserFilter{Sort: models.UsersByNewest, After: joinText("", "3000")}),
			"history": func(ctx context.Context) error {
				return d.ReadConsole(ctx, root, models.ManageUsers, func(v *ConsoleView) error {
					_, _, err := v.SignInsOf(3, "00000000-0000-7000-8000-000000005000")
					return err
				})
			},
			"due": func(ctx context.Context) error {
				return d.ReadSystem(ctx, func(v *SystemView) error {
					_, err := v.DueUsers(DueUser{}, 100)
					return err
				})
			},
		}
		for name, ask := range indexed {
			if err := ask(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			asked := 0
			for _, s := range heard() {
				if strings.Contains(s.query, "u.rank FROM users") { // the door
					continue
				}
				plan := explain(t, d, s)
				if name == "due" { // those few are put in order
					plan = strings.ReplaceAll(plan, "Sort  (", "")
				}
				if asked++; everybody[d.pg].MatchString(plan) {
					t.Errorf("%s: %q in the plan of\n%s\n%s", name, everybody[d.pg].FindString(plan), s.query, plan)
				}
			}
			if asked != 1 {
				t.Errorf("%s: %d questions", name, asked)
			}
		}
		for _, state := range []models.UserState{models.EnteringUsers, models.InvitedUsers, models.BlockedUsers, models.LockedUsers, models.ExpiredUsers, models.NeverUsers, models.FactorlessUsers, models.DisabledUsers, models.LeavingUsers} {
			if err := list(models.UserFilter{State: state, Search: "u1", Provider: 1})(t.Context()); err != nil || len(heard()) != 2 {
				t.Errorf("%q: %v, or more questions than the door's and one", state, err)
			}
		}
	})
}
