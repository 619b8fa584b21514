package db

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/models"
)

// handed is a crowded database in which every credential was offered once by
// its owner, with a letter each: most offers have ended and most letters have
// gone; a tenth of the offers is open, and a tenth of those is overdue; one in a
// hundred letters waits.
func handed(t *testing.T, d *DB) *DB {
	t.Helper()
	crowded(t, d, 10_000)
	hash, token := `CAST(id AS blob)`, `zeroblob(120)`
	if d.pg {
		hash, token = `decode(replace(id::text, '-', ''), 'hex')`, `decode(repeat('00', 120), 'hex')`
	}
	mustExec(t, d,
		`INSERT INTO letters (id, user_id, name, email, kind, subject, details, state, tries, created_at, due_at, good_until, ended_at)
			SELECT id, owner_id % 3 + 1, 'X', 'x@example.org', 'transfer.offer', name, '', CASE WHEN name LIKE '%03' THEN 'queued' WHEN name LIKE '%23' THEN 'failed' ELSE 'sent' END, 1,
				created_at, CASE WHEN name LIKE '%003' THEN '2099-01-01 00:00:00+00:00' ELSE created_at END, NULL, CASE WHEN name LIKE '%03' THEN NULL ELSE created_at END FROM credentials`,
		`INSERT INTO letter_tokens (id, sealed, key_id) SELECT id, `+token+`, 'none' FROM letters WHERE subject LIKE '%3' OR subject LIKE '%6'`,
		`INSERT INTO transfers (id, credential_id, name, version, from_id, to_id, offered_by, token_hash, letter_id, state, created_at, expires_at)
			SELECT id, id, name, 1, owner_id, owner_id % 3 + 1, owner_id, `+hash+`, id, CASE WHEN name LIKE '%4' THEN 'pending' ELSE 'declined' END, created_at,
				CASE WHEN name LIKE '%04' THEN created_at ELSE '2099-01-01 00:00:00+00:00' END FROM credentials`,
		`ANALYZE`,
	)
	return d
}

// mine are the ids of a page of ana's credentials, as RawSow makes them.
func mine() (ids []models.ID) {
	for i := range models.PageSize {
		ids = append(ids, models.ParseID(fmt.Sprintf("00000000-0000-7000-8000-%012d", 4004+10*i)))
	}
	return ids
}

// wholes finds a step of a plan that reads a whole table. The index of the open
// offers is no whole table, and the primary key is the order of the outbox; a
// console has few users.
var wholes = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`Seq Scan on (transfers|letters|letter_tokens|credentials|shares|events)`),
	false: regexp.MustCompile(`(?m)SCAN (t|l|c|x|k|s|transfers|letters|letter_tokens|credentials|shares)( USING INDEX [^ts].*| USING COVERING.*|)$`),
}

// sorts finds a step that sorts, which no page of a long list needs.
var sorts = map[bool]*regexp.Regexp{true: regexp.MustCompile(`(^|[^l]) Sort  \(`), false: regexp.MustCompile(`USE TEMP B-TREE FOR (RIGHT PART|ORDER)`)}

// offerings are what is asked about offers and letters, by what it shows; what
// begins with “few:” may sort the few rows that it found, such as all that are open.
func offerings(d *DB) map[string]func(context.Context) error {
	const after = "00000000-0000-7000-8000-000000005000"
	self := func(ask func(*SelfView) (int, error)) func(context.Context) error {
		return func(ctx context.Context) error {
			return d.ReadSelf(ctx, ana, func(v *SelfView) error { return some(ask(v)) })
		}
	}
	console := func(ask func(*ConsoleView) (int, error)) func(context.Context) error {
		return func(ctx context.Context) error {
			return d.ReadConsole(ctx, ana, models.SeeOutbox, func(v *ConsoleView) error { return some(ask(v)) })
		}
	}
	job := func(ask func(*SystemTx) (int, error)) func(context.Context) error {
		return func(ctx context.Context) error {
			return d.System(ctx, models.Actor{Job: "test"}, func(t *SystemTx) error { return some(ask(t)) })
		}
	}
	hash := []byte(mine()[0].String())
	if d.pg {
		hash = mine()[0][:]
	}
	bob := models.Actor{UserID: 2, Email: "bob@example.org"}
	letters := func(state models.LetterState, after string) func(context.Context) error {
		return console(func(v *ConsoleView) (int, error) { p, err := v.Letters(state, after); return len(p.Rows), err })
	}
	return map[string]func(context.Context) error{
		"to me": self(func(v *SelfView) (int, error) { p, err := v.OffersToMe(""); return len(p.Rows), err }),
		"to me, next page": self(func(v *SelfView) (int, error) {
			p, err := v.OffersToMe("00000000-0000-7002-8000-000000005000")
			return len(p.Rows), err
		}),
		"of mine":              self(func(v *SelfView) (int, error) { p, err := v.OffersOfMine(""); return len(p.Rows), err }),
		"of mine, next page":   self(func(v *SelfView) (int, error) { p, err := v.OffersOfMine(after); return len(p.Rows), err }),
		"few: pending of page": self(func(v *SelfView) (int, error) { l, err := v.PendingOf(mine()); return len(l), err }),
		"few: pending of one": self(func(v *SelfView) (int, error) {
			_, found, err := v.Pending(mine()[1])
			return map[bool]int{true: 1}[found], err
		}),
		"few: by token": func(ctx context.Context) error {
			return d.ReadSelf(ctx, bob, func(v *SelfView) error { l, err := v.Given(hash); return some(len(l), err) })
		},
		"few: held": func(ctx context.Context) error {
			return d.Self(ctx, ana, func(t *SelfTx) error { l, err := t.Estate().Hold(mine()); return some(len(l), err) })
		},
		"few: taken, to answer": func(ctx context.Context) error {
			return d.Self(ctx, bob, func(t *SelfTx) error { l, err := t.Take(hash); return some(len(l), err) })
		},
		"few: of a user": console(func(v *ConsoleView) (int, error) { l, err := v.PendingOf(1, mine()); return len(l), err }),
		"few: overdue":   job(func(t *SystemTx) (int, error) { l, err := t.Overdue(200); return len(l), err }),
		"claim": job(func(t *SystemTx) (int, error) {
			_, found, err := t.Claim(time.Minute)
			return map[bool]int{true: 1}[found], err
		}),
		"outbox": letters("", ""), "outbox, next page": letters("", after),
		"outbox, sent": letters(models.LetterSent, ""), "outbox, sent, next page": letters(models.LetterSent, after),
		"outbox, waiting": letters(models.LetterQueued, ""), "outbox, failed": letters(models.LetterFailed, after),
		"few: tokens": console(func(v *ConsoleView) (int, error) {
			p, err := v.Letters(models.LetterQueued, "")
			if err != nil {
				return 0, err
			}
			l, err := v.Tokens(p.Rows)
			return len(l), err
		}),
	}
}

func some(n int, err error) error {
	if err == nil && n == 0 {
		err = fmt.Errorf("nothing is found")
	}
	return err
}

func TestOffersAndLettersAreReadFromTheirIndexes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := handed(t, laid(t, open))
		heard, all := listen(d), offerings(d)
		maps.Copy(all, ownLists(d))
		for name, ask := range all {
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
				if bad := wholes[d.pg].FindString(plan); bad != "" {
					t.Errorf("%s: %q in the plan of\n%s\n%s", name, bad, s.query, plan)
				}
				if bad := sorts[d.pg].FindString(plan); bad != "" && !strings.HasPrefix(name, "few: ") {
					t.Errorf("%s: %q in the plan of\n%s\n%s", name, bad, s.query, plan)
				}
			}
		}
	})
}

// ownLists are a person's own credentials in every order, with the column that
// says what is offered.
func ownLists(d *DB) map[string]func(context.Context) error {
	all := map[string]func(context.Context) error{}
	for _, sort := range []models.Sort{models.ByName, models.ByNewest, models.ByChanged, models.ByLastUsed} {
		for _, after := range []string{"", middle(sort)} {
			all["own by "+string(sort)+" after "+after] = func(ctx context.Context) error {
				return d.ReadSelf(ctx, ana, func(v *SelfView) error {
					p, err := v.Credentials(models.CredentialFilter{Sort: sort, After: after})
					offered := slices.DeleteFunc(p.Rows, func(c models.Listed) bool { return !c.Offered })
					return some(len(offered), err)
				})
			}
		}
	}
	return all
}
