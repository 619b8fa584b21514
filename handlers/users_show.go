package handlers

import (
	"fmt"
	"time"

	"holdfast/models"
	ops "holdfast/models/people"
	view "holdfast/views/admin"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

func (h users) show(r *web.Request) (web.Reply, error) {
	p, err := h.ops.Get(r.Ctx(), r.Who, r.ID("id"))
	v := view.User{
		Now: r.Now(), ID: p.ID, Name: p.Name, Email: p.Email, Admin: p.Rank == models.Administrator,
		State: view.State(p.Standing(p.Ways)), Why: whyState(p, r.Now()), Created: p.CreatedAt, LastSignIn: p.LastLoginAt, Me: p.ID == r.Who.UserID,
		Factors: view.UserFactors{Now: r.Now(), UserID: p.ID, CodesLeft: p.Codes, Me: p.ID == r.Who.UserID},
	}
	for _, l := range p.Logins {
		v.Logins = append(v.Logins, userLogin(l, p, r.Now()))
	}
	for _, f := range p.Factors {
		v.Factors.Rows = append(v.Factors.Rows, view.FactorRow{Label: f.Label, Added: f.CreatedAt, LastUsed: orZero(f.LastUsedAt)})
	}
	for _, s := range p.Sessions {
		v.Sessions = append(v.Sessions, sessionRow(r, s, to.EndUserSession(p.ID, s.ID.String())))
	}
	return web.Page(p.Name, view.UserPage(v)), err
}

// userLogin is a login in short: by what one comes in, and whether one can.
func userLogin(l models.Login, of ops.Profile, now time.Time) view.Login {
	v := view.Login{Key: l.Key, Way: "Password", LastSignIn: orZero(l.LastLoginAt), State: view.Active}
	open := l.Usable(now)
	for _, p := range of.Providers {
		if l.Federated() && p.ID == *l.TrustedIDPID {
			v.Way, open = p.Name, l.Stands(now) && p.Enabled
		}
	}
	switch {
	case l.BlockedAt != nil:
		v.State = view.Blocked
	case l.Expired(now):
		v.State = view.Expired
	case l.Locked(now):
		v.State = view.Locked
	case !of.MayEnter():
		v.State = view.Shut
	case !open && !l.Federated() && l.SecretHash == "":
		v.State = view.Invited
	case !open:
		v.State = view.Wayless
	}
	return v
}

// whyState says what a user's state means, or who made it so.
func whyState(p ops.Profile, now time.Time) string {
	switch p.Standing(p.Ways) {
	case models.StandsDeleted:
		return "Purged on " + ui.Exact(orZero(p.DeletedAt)) + ". Only the number " + fmt.Sprint(p.ID) + " is left, so that what the user did keeps its author."
	case models.StandsLeaving:
		return "Can't sign in. Will be purged on " + ui.Exact(orZero(p.DeletionAt)) + ", in " + ui.Left(orZero(p.DeletionAt), now) + "."
	case models.StandsDisabled:
		return disabledWords(p)
	case models.StandsInvited:
		return "No password is set yet. An access link lets them set one."
	case models.StandsLocked:
		return "Too many wrong passwords. The editor of logins says when that ends, and can unlock it."
	case models.StandsWayless:
		return "No login lets them in. Look at their logins."
	}
	return sentenceOf(waysWords(p.Ways))
}

func disabledWords(p ops.Profile) string {
	text := "Disabled on " + ui.Exact(orZero(p.DisabledAt))
	if p.DisabledBy != "" {
		text += " by " + p.DisabledBy
	}
	if p.DisableReason != "" {
		text += ": " + p.DisableReason
	}
	return sentenceOf(text)
}

// sentenceOf ends a text with a full stop, if it is one.
func sentenceOf(text string) string {
	if text == "" {
		return ""
	}
	return text + "."
}

// waysWords say how many of a user's logins are shut, where there are several.
func waysWords(w models.WayCount) string {
	if w.All < 2 {
		return ""
	}
	for _, shut := range []struct {
		n    int
		word string
	}{{w.Blocked, "blocked"}, {w.Locked, "locked"}, {w.Expired, "expired"}} {
		if shut.n > 0 {
			return fmt.Sprintf("%d of %d logins %s", shut.n, w.All, shut.word)
		}
	}
	return ""
}
