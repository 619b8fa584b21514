package handlers

import (
	"holdfast/models"
	view "holdfast/views/admin"
	"holdfast/web"
)

func (h users) signIns(r *web.Request) (web.Reply, error) {
	u, list, next, err := h.ops.SignInsOf(r.Ctx(), r.Who, r.ID("id"), r.Query("after"))
	v := view.SignIns{Now: r.Now(), ID: u.ID, Name: u.Name, After: r.Query("after"), Next: next}
	for _, s := range list {
		device, _ := deviceOf(s.UserAgent)
		v.Rows = append(v.Rows, view.SignIn{
			At: s.At, Login: s.Key, In: s.Outcome == models.CameIn, How: signInHow(s), Address: s.IP, Device: device,
		})
	}
	return web.Page("Sign-ins of "+u.Name, view.SignInsPage(v)), err
}

// refusedWords say to administrators why somebody was refused.
var refusedWords = map[string]string{
	models.RefusedWrong:    "Wrong password",
	models.RefusedLocked:   "The login was locked after wrong passwords",
	models.RefusedBlocked:  "The login is blocked",
	models.RefusedExpired:  "The login has expired",
	models.RefusedDisabled: "The user is disabled",
	models.RefusedPending:  "No password is set, or a temporary one is over",
	models.RefusedCode:     "Wrong code of the second factor",
	models.RefusedProvider: "The identity provider's answer was refused",
}

// signInHow says why a sign-in was refused, or what was shown.
func signInHow(s models.SignIn) string {
	if s.Outcome == models.Refused {
		if words, known := refusedWords[s.Reason]; known {
			return words
		}
		return s.Reason
	}
	return sentence(proofWords(s.Proofs))
}
