package admin

import (
	"slices"

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

func ranks(chosen string) []ui.Option {
	return ui.Choose([]ui.Option{{Value: "member", Label: "Member"}, {Value: "admin", Label: "Administrator"}}, chosen)
}

func (n NewUser) problems() []ui.Problem {
	return told(
		ui.Problem{ID: "name", Label: "Name", Text: n.NameError},
		ui.Problem{ID: "email", Label: "E-mail", Text: n.EmailError},
		ui.Problem{ID: "rank", Label: "Rank", Text: n.RankError},
	)
}

// told are those of the problems that say something.
func told(all ...ui.Problem) []ui.Problem {
	return slices.DeleteFunc(all, func(p ui.Problem) bool { return p.Text == "" })
}

func (u Users) pager() ui.Pager {
	p := ui.Pager{Shown: len(u.Rows), Noun: "users"}
	if u.Filter.After != "" {
		p.First = to.UsersWith(u.Filter.From(""))
	}
	if u.Next != "" {
		p.Next = to.UsersWith(u.Filter.From(u.Next))
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
