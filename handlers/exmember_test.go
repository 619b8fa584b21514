package handlers_test

import (
	"testing"

	"holdfast/models/modelstest"
	"holdfast/views/to"
)

// Who was offered a credential and then lost a project learns nothing more of it.
func TestTheLinkNamesNoProjectThatTheReceiverWasRemovedFrom(t *testing.T) {
	deals(t, func(t *testing.T, c deal) {
		at, ctx := linkOf(c.offered(t)), t.Context()
		c.try(t, []row{{name: "as a member", who: c.ben, path: at.show, status: 200, has: []string{"Wells"}, hasNot: []string{"that you can't see"}}})
		modelstest.Must(t, c.Projects.RemoveMember(ctx, c.ada.Actor, c.wells, c.ben.UserID))
		modelstest.Must(t, c.Projects.Rename(ctx, c.ada.Actor, c.wells, "Secret merger"))
		hidden := []string{"Wells", "Secret merger"}
		chosen := form("offer", c.offerOf(t, c.key))
		c.try(t, []row{
			{name: "removed", who: c.ben, path: at.show, status: 200, has: []string{"1 project that you can't see"}, hasNot: hidden},
			{name: "accepting", who: c.ben, path: at.accept, form: chosen, status: 409, has: []string{"1 project that you can't see"}, hasNot: hidden},
			{name: "the list", who: c.ben, path: to.Transfers(), status: 200, hasNot: hidden},
		})
	})
}
