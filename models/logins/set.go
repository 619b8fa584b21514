package logins

import (
	"time"

	"holdfast/models"
)

// Set are the logins of a user, and the revision of their set.
type Set struct {
	User     models.User
	Logins   []models.Login // without those that are removed, the oldest first
	Revision int64
}

// Result is what setting the logins of a user did, or would do.
type Result struct {
	Plan     models.LoginPlan
	User     models.User
	Before   Set            // what it was done to
	Logins   []models.Login // as they are now, or would be
	Revision int64          // of the set as it is now; in a preview as it would be
	Sessions int            // that ended, or would
	Revoked  int            // links that died, or would
	Links    []Link         // that were made; a preview makes none
	Letters  int            // to the user, or would go
}

// Link is an access link on its way to the user: the token is shown once, to
// the administrator, and goes by mail.
type Link struct {
	Token     string `json:"-"`
	LoginID   int64
	Key       string
	Purpose   models.LinkPurpose
	ExpiresAt time.Time
}

// takenBack is the result without what a preview took back: the links, and the
// numbers of new logins.
func (r Result) takenBack() Result {
	r.Links, r.Logins = nil, nil
	for i, l := range r.Plan.Logins {
		if l.Deed == models.LoginCreates {
			r.Plan.Logins[i].Will.ID = 0
		}
		if l.Deed != models.LoginRemoves {
			r.Logins = append(r.Logins, r.Plan.Logins[i].Will)
		}
	}
	return r
}
