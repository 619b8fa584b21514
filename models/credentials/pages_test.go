package credentials_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestPagesVisitEveryRowOnceEvenWhileOthersAreAdded(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		const n = 120
		before := sheaf(t, h, ana, n, p)
		walk := func(label string, list func(models.CredentialFilter) (models.CredentialPage, error), sort models.Sort) {
			seen := map[models.ID]int{}
			f := models.CredentialFilter{Sort: sort}
			for pages := 1; ; pages++ {
				page, err := list(f)
				modelstest.Must(t, err)
				for _, r := range page.Rows {
					seen[r.ID]++
				}
				for _, at := range []string{"000", "n060", "zzz"} { // before, among and behind
					h.Clock.Pass(time.Second)
					h.Keep(t, ana, fmt.Sprintf("%s %s %d", at, label, pages), p)
				}
				if f.After = page.Next; f.After == "" {
					break
				}
				if len(page.Rows) != models.PageSize || pages > 10 {
					t.Fatalf("%s: page %d has %d rows and says there are more", label, pages, len(page.Rows))
				}
			}
			for _, id := range before {
				if seen[id] != 1 {
					t.Errorf("%s: a row was visited %d times", label, seen[id])
				}
			}
			for id, times := range seen {
				if times != 1 {
					t.Errorf("%s: %s was visited %d times", label, id, times)
				}
			}
		}
		for _, sort := range sorts {
			walk("by "+string(sort), func(f models.CredentialFilter) (models.CredentialPage, error) {
				return h.Credentials.List(ctx, ana, f)
			}, sort)
		}
		walk("project", func(f models.CredentialFilter) (models.CredentialPage, error) {
			return h.Credentials.ListInProject(ctx, ana, p, f)
		}, models.ByName)
		walk("project by newest", func(f models.CredentialFilter) (models.CredentialPage, error) {
			return h.Credentials.ListInProject(ctx, ana, p, f)
		}, models.ByNewest)
		walk("user in project", func(f models.CredentialFilter) (models.CredentialPage, error) {
			return h.Credentials.ListOfUserInProject(ctx, ana, ana.UserID, p, f)
		}, models.ByName)
	})
}

// A letter may fold to three, so that a key is six times as long as its name.
func TestPagesOfTheLongestNames(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		p := h.Project(t, ana, "P")
		const n = 60
		for i := range n {
			h.Keep(t, ana, strings.Repeat("\u0390", 250)+fmt.Sprint(i), p)
		}
		for label, list := range map[string]func(models.CredentialFilter) (models.CredentialPage, error){
			"own": func(f models.CredentialFilter) (models.CredentialPage, error) {
				return h.Credentials.List(t.Context(), ana, f)
			},
			"project": func(f models.CredentialFilter) (models.CredentialPage, error) {
				return h.Credentials.ListInProject(t.Context(), ana, p, f)
			},
		} {
			first, err := list(models.CredentialFilter{})
			modelstest.Must(t, err)
			second, err := list(models.CredentialFilter{After: first.Next})
			modelstest.Must(t, err)
			if len(first.Rows) != models.PageSize || len(second.Rows) != n-models.PageSize || second.Next != "" {
				t.Errorf("%s: pages of %d and %d rows", label, len(first.Rows), len(second.Rows))
			}
		}
	})
}

func TestAForgedCursorNeitherFailsNorOpensAnything(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, bob := h.Person(t, "ana", models.PlainMember), h.Person(t, "bob", models.PlainMember)
		p := h.Project(t, ana, "P")
		id := h.Keep(t, ana, "A", p)
		h.Keep(t, bob, "bob's own")
		forged := []string{
			"x", "~", "~~", "' OR 1=1 --", "x~y", id.String(), id.String() + "~", "~" + id.String(), id.String() + "~\x00",
			id.String() + "~\xff\xfe", strings.Repeat("9", 5000), models.ID{}.String() + "~zzz", id.String() + "~" + strings.Repeat("z", 2000),
			id.String() + "~9999-99-99T00:00:00Z", id.String() + "~0001-01-01T00:00:00Z", "not-an-id~2026-01-01T00:00:00Z",
		}
		for _, after := range forged {
			for _, sort := range sorts {
				page, err := h.Credentials.List(ctx, ana, models.CredentialFilter{After: after, Sort: sort})
				if err != nil || len(page.Rows) > 1 {
					t.Errorf("%.60q by %q: %v %v", after, sort, names(page), err)
				}
			}
			page, err := h.Credentials.ListInProject(ctx, ana, p, models.CredentialFilter{After: after})
			if err != nil || len(page.Rows) > 1 {
				t.Errorf("%.60q in a project: %v %v", after, names(page), err)
			}
			if _, err := h.Credentials.History(ctx, ana, id, after); err != nil {
				t.Errorf("%.60q in a history: %v", after, err)
			}
		}
		for _, sort := range []models.Sort{models.ByChanged, models.ByLastUsed} {
			page, err := h.Credentials.List(ctx, ana, models.CredentialFilter{After: id.String() + "~no time", Sort: sort})
			wantNames(t, page, err, "A")
		}
	})
}

func TestAHistoryIsPagedTheNewestFirst(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana := h.Person(t, "ana", models.PlainMember)
		id := h.Keep(t, ana, "n0")
		h.Keep(t, ana, "another")
		for v := range 60 {
			modelstest.Must(t, h.Credentials.Update(ctx, ana, id, renamed(fmt.Sprintf("n%d", v+1), int64(v+1))))
		}
		seen := 0
		last := int64(1000)
		for after := ""; ; {
			page, err := h.Credentials.History(ctx, ana, id, after)
			modelstest.Must(t, err)
			for _, e := range page.Rows {
				seen++
				if v := e.ReadDetails().Version; v >= last {
					t.Errorf("version %d after %d", v, last)
				} else {
					last = v
				}
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if seen != 61 {
			t.Errorf("%d events, want 61", seen)
		}
	})
}
