package handlers_test

import (
	"testing"
	"time"

	"holdfast/models"
	"holdfast/views/to"
)

// Whoever removes a member with an open offer learns what becomes of it, and so
// does the member who leaves.
func TestRemovingAMemberTellsOfTheirOffers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *console) {
		ada, ben, eve := c.member(t, "ada"), c.member(t, "ben"), c.member(t, "eve")
		p := c.Project(t, ada.Actor, "Wells")
		c.Seat(t, ada.Actor, p, ben.Actor, models.Editor)
		c.Seat(t, ada.Actor, p, eve.Actor, models.Editor)
		id := p.String()
		c.try(t, []row{{name: "no offer", who: ada, path: to.RemoveMember(id, ben.UserID), status: 200, hasNot: []string{"offer"}}})
		c.offer(t, ada.Actor, ben.Actor, c.Keep(t, ada.Actor, "Used here", p))
		c.offer(t, ada.Actor, ben.Actor, c.Keep(t, ada.Actor, "Used nowhere"))
		c.offer(t, ben.Actor, eve.Actor, c.Keep(t, ben.Actor, "Theirs", p))
		c.try(t, []row{
			{name: "removing the receiver", who: ada, path: to.RemoveMember(id, ben.UserID), status: 200, has: []string{"ben is offered 1 credential of this project, and can't accept while not a member.", "What ben offers to others, 1 credential of this project, stays on offer."}},
			{name: "leaving", who: ben, path: to.LeaveProject(id), status: 200, has: []string{"You are offered 1 credential of this project.", "Your offer of 1 credential of this project stays open."}},
			{name: "removing eve", who: ada, path: to.RemoveMember(id, eve.UserID), status: 200, has: []string{"eve is offered 1 credential"}, hasNot: []string{"stays on offer"}},
		})
		c.Clock.Pass(49 * time.Hour)
		ada = c.sit(t, ada.Actor)
		c.try(t, []row{{name: "expired", who: ada, path: to.RemoveMember(id, ben.UserID), status: 200, hasNot: []string{"offer"}}})
	})
}
