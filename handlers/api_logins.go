package handlers

import (
	"slices"
	"strconv"

	"holdfast/models"
	ops "holdfast/models/logins"
	"holdfast/web"
)

// loginsAPI is the user-credentials service for programs.
type loginsAPI struct {
	ops  ops.Ops
	pace *pace
}

// mostOfSet is how large a set of logins may be, in bytes.
const mostOfSet = 64 << 10

func (h loginsAPI) find(r *web.Request) (web.Reply, error) {
	if err := h.called(r); err != nil {
		return web.Reply{}, err
	}
	set, err := h.ops.FindByUserID(r.Ctx(), r.Who, r.ID("id"))
	return web.JSON(loginsJSON(set.Logins, r.Now())).Header("ETag", etag(set.Revision)), err
}

func (h loginsAPI) set(r *web.Request) (web.Reply, error) {
	if err := h.called(r); err != nil {
		return web.Reply{}, err
	}
	asked, err := askedOf(r)
	if err != nil {
		return web.Reply{}, err
	}
	body, err := r.JSON(mostOfSet)
	if err != nil {
		return web.Reply{}, err
	}
	if asked.set.Items, asked.set.Wrong, err = readLogins(body); err != nil {
		return web.Reply{}, err
	}
	result, err := h.carryOut(r, asked)
	reply := web.JSON(resultJSON(result, asked.dryRun, r.Now())).Header("ETag", etag(result.Before.Revision))
	if !asked.dryRun {
		reply = reply.Header("ETag", etag(result.Revision))
	}
	if asked.set.Strict {
		reply = reply.Header("Preference-Applied", strictly)
	}
	return reply, err
}

func (h loginsAPI) carryOut(r *web.Request, a asked) (ops.Result, error) {
	if a.dryRun {
		return h.ops.Preview(r.Ctx(), r.Who, r.ID("id"), a.set)
	}
	return h.ops.SetCredentials(r.Ctx(), r.Who, r.ID("id"), a.set)
}

// gone answers the methods of older versions.
func (h loginsAPI) gone(r *web.Request) (web.Reply, error) {
	if !slices.Contains([]string{"create", "block", "reset"}, r.Param("method")) {
		return web.Reply{}, models.Fail(models.NotFound, "There is nothing at this address.")
	}
	return web.Reply{}, models.Fail(models.Gone, "This method was given up. Read the logins of the user with GET /api/v1/users/{id}/logins and send all of them back, changed, with PUT.")
}

// called is asked before every call: how often the program has called, and whether
// the user can be one at all.
func (h loginsAPI) called(r *web.Request) error {
	if err := h.pace.step(r.Who, r.Now()); err != nil {
		return err
	}
	if r.ID("id") > 0 {
		return nil
	}
	e := models.Fail(models.Unreadable, "The id of a user is a whole number above 0.")
	e.Code = "invalid_user_id"
	return e
}

// etag is a revision as a header tells it.
func etag(revision int64) string { return strconv.Quote(strconv.FormatInt(revision, 10)) }
