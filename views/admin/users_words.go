package admin

import (
	"holdfast/views/to"
	"holdfast/views/ui"
)

func (u Users) states() []ui.Option {
	return ui.Choose([]ui.Option{
		{Label: "Everybody"},
		{Value: "active", Label: "Active"},
		{Value: "invited", Label: "Invited, no password yet"},
		{Value: "blocked", Label: "With a blocked login"},
		{Value: "locked", Label: "With a locked login"},
		{Value: "expired", Label: "With an expired login"},
		{Value: "never", Label: "Never signed in"},
		{Value: "no-factor", Label: "No second factor"},
		{Value: "disabled", Label: "Disabled"},
		{Value: "leaving", Label: "Waiting for deletion"},
	}, u.Filter.State)
}

func (u Users) orders() []ui.Option {
	return ui.Choose([]ui.Option{
		{Label: "E-mail"},
		{Value: "name", Label: "Name"},
		{Value: "seen", Label: "Last sign-in, newest first"},
		{Value: "unseen", Label: "Last sign-in, oldest first"},
		{Value: "newest", Label: "Newest"},
	}, u.Filter.Sort)
}

func (u Users) providers() []ui.Option {
	return ui.Choose(append([]ui.Option{{Label: "Any"}}, u.Providers...), u.Filter.IDP)
}

func crumbsOf(id int64, name string) []ui.Crumb {
	return []ui.Crumb{usersCrumb, {Label: name, URL: to.User(id)}}
}

func (e EditUser) problems() []ui.Problem {
	return NewUser{NameError: e.NameError, EmailError: e.EmailError, RankError: e.RankError}.problems()
}

func (i Impact) problems() []ui.Problem {
	return told(
		ui.Problem{ID: "confirm", Label: "E-mail of the user", Text: i.TypedError},
		ui.Problem{ID: "reason", Label: "Reason", Text: i.ReasonError},
	)
}

// obstacles reports whether something must be handed over before a deletion.
func (i Impact) obstacles() bool { return i.Credentials > 0 || len(i.Projects) > 0 }

func (s SignIns) pager() ui.Pager {
	p := ui.Pager{Shown: len(s.Rows), Noun: "sign-ins"}
	if s.After != "" {
		p.First = to.UserSignIns(s.ID)
	}
	if s.Next != "" {
		p.Next = to.UserSignInsAfter(s.ID, s.Next)
	}
	return p
}

// count is a number in words.
func count(n int, one, many string) string {
	if n == 0 {
		return "None"
	}
	return ui.Plural(n, one, many)
}
