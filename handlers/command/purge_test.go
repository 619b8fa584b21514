package command

import (
	"log/slog"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

func TestAPurgeTellsItsCountsInOneLine(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ana := h.Person(t, "ana", models.PlainMember)
		h.Schedule(t, ana, h.Keep(t, ana, "due"))
		h.Clock.Pass(2 * modelstest.GraceDays * 24 * 3600e9)
		log := &modelstest.Log{}
		n, err := purgeDue(h.Purge, slog.New(slog.NewTextHandler(log, nil)))(t.Context())
		if n != 0 || err != nil { // with a count, the job would log a line of its own
			t.Errorf("the job counts %d, %v", n, err)
		}
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "deleted=1 emptied=0 failed=0") {
			t.Errorf("logged %q", got)
		}
	})
}
