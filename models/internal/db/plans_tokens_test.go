package db

import (
	"context"
	"regexp"
	"testing"

	"holdfast/models"
)

// wholeTokens finds a step of a plan that reads every API token, share or offer.
var wholeTokens = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`Seq Scan on (api_tokens|transfers|shares|logins)`),
	false: regexp.MustCompile(`(?m)SCAN (a|t|s|l|api_tokens|transfers|shares|logins)( USING .*|)$`),
}

// Every call of a program looks for its token: that must cost the same however
// many tokens there are.
func TestTokensAndOffersOfASeatAreReadFromTheirIndexes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := handed(t, laid(t, open))
		hash := `CAST(id AS blob)`
		if d.pg {
			hash = `decode(replace(id::text, '-', ''), 'hex')`
		}
		mustExec(t, d,
			`INSERT INTO api_tokens (id, user_id, name, token_hash, hint, created_at, expires_at)
				SELECT id, owner_id, name, `+hash+`, 'wxyz', created_at, CASE WHEN name LIKE '%1' THEN created_at ELSE '2099-01-01 00:00:00+00:00' END FROM credentials`,
			`INSERT INTO logins (user_id, key, key_canon, secret_hash, created_at, updated_at) SELECT owner_id, name || owner_id, name || owner_id, 'x', created_at, created_at FROM credentials`,
			`ANALYZE`,
		)
		mine := mine()[0]
		known := []byte(mine.String())
		if d.pg {
			known = mine[:]
		}
		heard := listen(d)
		for name, ask := range map[string]func(context.Context) error{
			"bearer": func(ctx context.Context) error {
				return d.ReadSystem(ctx, func(v *SystemView) error {
					who, _, err := v.Bearer(known)
					return some(int(who.UserID), err)
				})
			},
			"list": func(ctx context.Context) error {
				return d.ReadSelf(ctx, models.Actor{UserID: 4}, func(v *SelfView) error { _, err := v.APITokens(); return err })
			},
			"offers of a seat": func(ctx context.Context) error {
				return d.ReadProject(ctx, ana, field, models.SeeProject, func(v *ProjectView) error {
					s, err := v.SeatOffers(1)
					return some(s.Of, err)
				})
			},
		} {
			heard()
			if err := ask(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			said := heard()
			if len(said) == 0 {
				t.Errorf("%s asks nothing", name)
			}
			for _, s := range said {
				plan := explain(t, d, s)
				if bad := wholeTokens[d.pg].FindString(plan); bad != "" {
					t.Errorf("%s: %q in the plan of\n%s\n%s", name, bad, s.query, plan)
				}
			}
		}
	})
}
