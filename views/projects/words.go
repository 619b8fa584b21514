package projects

import (
	"strconv"

	"holdfast/views/to"
	"holdfast/views/ui"
)

func crumbs(id, name string) []ui.Crumb {
	return []ui.Crumb{{Label: "Projects", URL: to.Projects()}, {Label: name, URL: to.Project(id)}}
}

func memberCrumbs(id, name string) []ui.Crumb {
	return append(crumbs(id, name), ui.Crumb{Label: "Members", URL: to.Members(id)})
}

func (l List) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Rows), Noun: "projects"}
	if !l.First {
		p.First = to.Projects()
	}
	if l.Next != "" {
		p.Next = to.ProjectsAfter(l.Next)
	}
	return p
}

func (m Members) pager() ui.Pager {
	p := ui.Pager{Shown: len(m.Rows), Noun: "members"}
	if !m.First {
		p.First = to.Members(m.ProjectID)
	}
	if m.Next != "" {
		p.Next = to.MembersAfter(m.ProjectID, m.Next)
	}
	return p
}

func (m Members) problems() []ui.Problem {
	return append(named("email", "E-mail", m.EmailError), named("role", "Role", m.RoleError)...)
}

// named is the fault of one field, or none.
func named(id, label, text string) []ui.Problem {
	if text == "" {
		return nil
	}
	return []ui.Problem{{ID: id, Label: label, Text: text}}
}

// key makes ids unique by member.
func (m Member) key(part string) string { return part + "-" + strconv.FormatInt(m.UserID, 10) }

func (r Remove) title() string {
	if r.Me {
		return "Leave " + r.ProjectName + "?"
	}
	return "Remove " + r.Name + " from " + r.ProjectName + "?"
}

func (r Remove) url() string {
	if r.Me {
		return to.LeaveProject(r.ProjectID)
	}
	return to.RemoveMember(r.ProjectID, r.UserID)
}

func (r Remove) button() string {
	if r.Me {
		return "Leave project"
	}
	return "Remove member"
}

func (r Remove) whose() string {
	if r.Me {
		return "Your credentials that the project loses"
	}
	return "Their credentials that the project loses"
}

// lostOffers tells of offers that can't be accepted without the seat.
func (r Remove) lostOffers() string {
	offers := ui.Plural(r.OffersTo, "credential", "credentials") + " of this project"
	if r.Me {
		return "You are offered " + offers + ". You can't accept while you are not a member."
	}
	return r.Name + " is offered " + offers + ", and can't accept while not a member."
}

// standingOffers tells of offers that the removal leaves as they are.
func (r Remove) standingOffers() string {
	offers := ui.Plural(r.OffersOf, "credential", "credentials")
	if r.Me {
		return "Your offer of " + offers + " of this project stays open. Revoke it if you don't want it any more."
	}
	return "What " + r.Name + " offers to others, " + offers + " of this project, stays on offer."
}
