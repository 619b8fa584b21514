package handlers

import (
	"holdfast/models"
	"holdfast/models/people"
	view "holdfast/views/account"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

func (h account) signIns(r *web.Request) (web.Reply, error) {
	after := r.Query("after")
	list, next, err := h.ops.SignIns(r.Ctx(), r.Who, after)
	v := view.SignIns{Now: r.Now()}
	for _, s := range list {
		device, _ := deviceOf(s.UserAgent)
		v.Rows = append(v.Rows, view.SignIn{At: s.At, In: s.Outcome == models.CameIn, What: ownSignIn(s), Login: s.Key, Device: device, Address: s.IP})
	}
	if after != "" {
		v.First = to.OwnSignIns("")
	}
	if next != "" {
		v.Next = to.OwnSignIns(next)
	}
	return web.Page("Sign-in history", view.SignInsPage(v)), err
}

// ownSignIn says to the login's user how a try to sign in ended.
func ownSignIn(s models.SignIn) string {
	if s.Outcome == models.CameIn {
		return "with " + proofWords(s.Proofs)
	}
	if why, known := ownRefusals[s.Reason]; known {
		return why
	}
	return "It could not be accepted."
}

var ownRefusals = map[string]string{
	models.RefusedWrong:    "The password was wrong.",
	models.RefusedLocked:   "The login was locked after wrong passwords.",
	models.RefusedBlocked:  "The login was blocked.",
	models.RefusedExpired:  "The login had ended.",
	models.RefusedDisabled: "You were disabled.",
	models.RefusedPending:  "The login had no password that works.",
	models.RefusedCode:     "The password was right, the code was not.",
	models.RefusedProvider: "The identity provider did not vouch for you.",
}

// proofWords are what somebody has shown at the door.
func proofWords(p models.Proofs) string {
	words := "a password"
	if p.Has(models.ByProvider) {
		words = "an identity provider"
	}
	switch {
	case p.Has(models.ByCode):
		words += " and a code"
	case p.Has(models.ByRecovery):
		words += " and a recovery code"
	case p.Has(models.ByProviders):
		words += " and its second factor"
	}
	return words
}

// ownLogin is a login as its user sees it.
func ownLogin(r *web.Request, l models.Login, p people.Provider) view.Login {
	v := view.Login{Key: l.Key, Provider: p.Name, LastSignIn: orZero(l.LastLoginAt), Ends: orZero(l.ExpireAt), Factor: l.MFA}
	switch now := r.Now(); {
	case l.BlockedAt != nil:
		v.Closed = "An administrator blocked it " + ui.Ago(*l.BlockedAt, now) + "."
	case l.Expired(now):
		v.Closed = "It has ended."
	case l.LockedForGood():
		v.Closed = "Too many wrong passwords. Set a new one by “Forgot your password?”, or ask an administrator to unlock it."
	case l.Locked(now):
		v.Closed = "Too many wrong passwords; it opens again by itself on " + ui.Exact(*l.LockedUntil) + "."
	case l.Federated() && !p.Enabled:
		v.Closed = "Its identity provider is turned off."
	case !l.Federated() && l.SecretHash == "":
		v.Closed = "It has no password yet."
	case !l.Federated() && l.SecretOver(now):
		v.Closed = "Its temporary password is over."
	}
	return v
}
