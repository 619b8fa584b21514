package logins

import (
	"holdfast/views/to"
	"holdfast/views/ui"
)

// removals counts the logins that would go.
func (r Review) removals() int {
	n := 0
	for _, p := range r.Plan {
		if p.Act == "removed" {
			n++
		}
	}
	return n
}

// url is where the form of a plan goes: one that is empty has nothing to save.
func (r Review) url() string {
	if len(r.Plan) == 0 {
		return to.UserLoginsRow(r.User.ID)
	}
	return to.UserLogins(r.User.ID)
}

// headline counts what is planned.
func (r Review) headline() string {
	if len(r.Plan) == 0 {
		return "Nothing would change"
	}
	return ui.Plural(len(r.Plan), "login changes", "logins change")
}

func (s Stale) title() string {
	if s.Mine {
		return "You changed the logins of " + s.User.Name + " in another window"
	}
	return "Somebody else changed the logins of " + s.User.Name + " while you were editing them"
}

// saved is what stands now, and who it is from.
func (s Stale) saved() string {
	if s.Mine {
		return "what you saved there"
	}
	return "theirs"
}

// heading is that of the column of what stands now.
func (s Stale) heading() string {
	if s.Mine {
		return "Saved in the other window"
	}
	return "Theirs, saved"
}

func (c Cell) clash() bool { return c.Base != c.Theirs && c.Base != c.Yours && c.Theirs != c.Yours }
