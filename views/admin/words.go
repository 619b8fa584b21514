package admin

import (
	"holdfast/views/to"
	"holdfast/views/ui"
)

var usersCrumb = ui.Crumb{Label: "Users", URL: to.Users()}

func rank(admin bool) string {
	if admin {
		return "Administrator"
	}
	return "Member"
}

func (n NewUser) ranks() []ui.Option {
	return ui.Choose([]ui.Option{{Value: "member", Label: "Member"}, {Value: "admin", Label: "Administrator"}}, n.Rank)
}

func (n NewUser) problems() []ui.Problem {
	var found []ui.Problem
	for _, p := range []ui.Problem{
		{ID: "name", Label: "Name", Text: n.NameError},
		{ID: "email", Label: "E-mail", Text: n.EmailError},
		{ID: "rank", Label: "Rank", Text: n.RankError},
	} {
		if p.Text != "" {
			found = append(found, p)
		}
	}
	return found
}

func (u Users) pager() ui.Pager {
	p := ui.Pager{Shown: len(u.Rows), Noun: "users"}
	if !u.First {
		p.First = to.UsersWith(u.Q, "")
	}
	if u.Next != "" {
		p.Next = to.UsersWith(u.Q, u.Next)
	}
	return p
}

func (a Audit) pager() ui.Pager {
	p := ui.Pager{Shown: len(a.Rows), Noun: "events"}
	if a.Filter.Before != "" {
		p.First = to.AuditWith(a.Filter.At(""))
	}
	if a.Next != "" {
		p.Next = to.AuditWith(a.Filter.At(a.Next))
	}
	return p
}

func (a Audit) events() []ui.Option {
	return ui.Choose(append([]ui.Option{{Label: "All events"}}, a.Events...), a.Filter.Event)
}

func (k Kinds) count() int {
	n := 0
	for _, g := range k.Groups {
		n += len(g.Kinds)
	}
	return n
}
