package audit_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestTheAuditIsNarrowedAndPagedTheNewestFirst(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		root, ana := h.Person(t, "root", models.Administrator), h.Person(t, "ana", models.PlainMember)
		start := h.Clock.Now()
		for i := range 60 {
			h.Clock.Pass(time.Duration(i%2) * time.Second)
			h.Keep(t, ana, string(rune('A'+i%26))+string(rune('a'+i/26)))
		}
		p := h.Project(t, root, "P")
		var seen []models.Event
		for f := (models.EventFilter{}); ; {
			page, err := h.Audit.List(ctx, root, f)
			modelstest.Must(t, err)
			seen = append(seen, page.Rows...)
			h.Keep(t, ana, "while reading "+page.Next) // before the first page
			if f.After = page.Next; f.After == "" {
				break
			}
		}
		if !slices.IsSortedFunc(seen, func(a, b models.Event) int { return b.At.Compare(a.At) }) || len(seen) != 65 {
			t.Errorf("%d events in order", len(seen))
		}
		for want, f := range map[int]models.EventFilter{
			1:  {ThingType: "project", ThingID: p.String()},
			2:  {Name: models.UserCreated},
			4:  {Actor: "command line"},
			31: {Actor: " ANA@example.org", From: start, To: start.Add(16 * time.Second)},
			0:  {Actor: "a\x00\xff", Name: "\x00", After: "x~\x00"},
		} {
			page, err := h.Audit.List(ctx, root, f)
			modelstest.Must(t, err)
			if len(page.Rows) != want {
				t.Errorf("%+v: %d events, want %d", f, len(page.Rows), want)
			}
		}
		_, err := h.Audit.List(ctx, ana, models.EventFilter{})
		modelstest.Want(t, err, models.Forbidden)
	})
}
