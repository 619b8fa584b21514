package projects_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// Who adds members could find out who signs in here; not many at a time.
func TestGuessingAddressesOfMembersIsHeldBack(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, h *modelstest.House) {
		ctx := t.Context()
		ana, ben, eve := h.Person(t, "ana", models.PlainMember), h.Person(t, "ben", models.PlainMember), h.Person(t, "eve", models.PlainMember)
		clinic, lab, theirs := h.Project(t, ana, "Clinic"), h.Project(t, ana, "Lab"), h.Project(t, eve, "Theirs")
		for i := range 10 {
			_, err := h.Projects.AddMember(ctx, ana, []models.ID{clinic, lab}[i%2], fmt.Sprintf("nobody%d@example.org", i), models.Viewer)
			modelstest.WantWrong(t, err, "email")
		}
		_, err := h.Projects.AddMember(ctx, ana, clinic, "nobody@example.org", models.Viewer)
		modelstest.Want(t, err, models.RateLimited)
		if e, _ := errors.AsType[*models.Error](err); e.RetryAfter != 15*time.Minute {
			t.Errorf("wait %v", e.RetryAfter)
		}
		_, err = h.Projects.AddMember(ctx, ana, clinic, ben.Email, models.Viewer) // whom she knows she can add
		modelstest.Must(t, err)
		_, err = h.Projects.AddMember(ctx, eve, theirs, "nobody@example.org", models.Viewer) // each is counted alone
		modelstest.WantWrong(t, err, "email")
		h.Clock.Pass(15 * time.Minute)
		_, err = h.Projects.AddMember(ctx, ana, clinic, "nobody@example.org", models.Viewer)
		modelstest.WantWrong(t, err, "email")
	})
}
