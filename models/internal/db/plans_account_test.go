package db

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/models"
)

func TestTheHistoryOfSignInsIsReadFromItsIndex(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, open func() *DB) {
		d := laid(t, open)
		var rows []string
		for i := range 9000 {
			rows = append(rows, fmt.Sprintf(`('00000000-0000-7000-8000-%012d', %d, 1, 'k', '2026-01-01 00:00:00+00:00', 'in', '', 'pwd', '', '')`, i, i%3+1))
		}
		mustExec(t, d, `INSERT INTO sign_ins (id, user_id, login_id, key, at, outcome, reason, proofs, ip, user_agent) VALUES `+strings.Join(rows, ","), `ANALYZE`)
		heard := listen(d)
		next := ""
		for page := range 2 {
			err := d.ReadSelf(t.Context(), ana, func(v *SelfView) error {
				list, then, err := v.SignIns(next)
				if next = then; len(list) != models.PageSize || then == "" {
					t.Errorf("page %d: %d rows, then %q", page, len(list), then)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range heard() {
			plan := explain(t, d, s)
			for _, bad := range []string{"Seq Scan", "Sort  (", "SCAN sign_ins", "TEMP B-TREE"} {
				if strings.Contains(plan, bad) {
					t.Errorf("%s in the plan of\n%s\n%s", bad, s.query, plan)
				}
			}
		}
	})
}
