package models

import (
	"slices"
	"time"
)

// guard refuses what nobody means, or nobody may do to themselves. That an
// administrator is left is asked where all of them are known.
func (p *planner) guard(plan LoginPlan) {
	if len(p.set.Items) == 0 && len(p.world.Live) > 0 && !p.set.AllowEmpty {
		p.faults.add("", CodeEmptySet, "An empty set removes every login of this user. Confirm that this is meant.")
	}
	if len(p.drafts) < len(p.set.Items) {
		return // what of the set can't be read would seem to be removed
	}
	if p.locksSelfOut(plan) {
		p.faults.add("", CodeSelfLockout, "This would take away the login you have come in by, and leave you no other. Give yourself another way in first.")
	}
	if p.set.Revision == nil && slices.ContainsFunc(plan.Of(LoginRemoves), func(l PlannedLogin) bool { return p.world.Now.Sub(l.Was.CreatedAt) < justNow }) {
		p.faults.add("", CodeConflict, "Somebody has just added a login that this would remove. Read the logins again.")
	}
}

// justNow is how long a new login can't be removed by who can't know of it.
const justNow = 10 * time.Second

// locksSelfOut reports whether who acts loses the login they came in by, or as a
// program any, and has none left.
func (p *planner) locksSelfOut(plan LoginPlan) bool {
	if p.world.By.UserID != p.world.User.ID {
		return false
	}
	lost := slices.ContainsFunc(plan.Logins, func(l PlannedLogin) bool {
		mine := p.world.By.Program() || l.Was.ID == p.world.By.LoginID
		return mine && (l.Deed == LoginRemoves || l.Shut())
	})
	return lost && !slices.ContainsFunc(plan.Logins, p.opens)
}

// opens reports whether the planned login lets its user in.
func (p *planner) opens(l PlannedLogin) bool {
	if l.Deed == LoginRemoves || !l.Will.Stands(p.world.Now) {
		return false
	}
	if l.Will.Federated() {
		return p.world.Providers[*l.Will.TrustedIDPID]
	}
	return l.Secret != "" || l.Will.Usable(p.world.Now)
}

// warn says what is allowed but may not be meant: nobody comes in any more, not
// even by a link that is on its way.
func (p *planner) warn(plan *LoginPlan) {
	way := func(l PlannedLogin) bool {
		pending := l.Deed != LoginRemoves && !l.Will.Federated() && l.Will.SecretHash == "" && l.Will.Stands(p.world.Now)
		return p.opens(l) || pending
	}
	if !plan.Empty() && !slices.ContainsFunc(plan.Logins, way) {
		plan.Warnings = append(plan.Warnings, LoginNotice{"", "user_without_login", "This user has no login left that lets them in."})
	}
}
