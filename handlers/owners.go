package handlers

import (
	"holdfast/models"
	"holdfast/web"
)

// bridge is what a route leads to.
type bridge func(*web.Request) (web.Reply, error)

// owners is a bridge that only the owner of the credential may cross. Members
// of a project that has it know that it is there, so they are told why they
// can't; everyone else learns nothing.
func (h credentials) owners(do bridge) bridge {
	return func(r *web.Request) (web.Reply, error) {
		reply, err := do(r)
		if models.KindOf(err) != models.NotFound || err == nil {
			return reply, err
		}
		c, unknown := h.ops.Glimpse(r.Ctx(), r.Who, r.UUID("id"))
		if unknown != nil || c.OwnerID == r.Who.UserID {
			return reply, err
		}
		return reply, models.Fail(models.Forbidden, "Only its owner can do this. Ask %s.", c.OwnerName)
	}
}
