package transfers

import (
	"holdfast/views/to"
	"holdfast/views/ui"
)

// Title is the title of the page.
func (l Leaving) Title() string {
	if l.Owner == "" {
		return "Hand over several"
	}
	return "What " + l.Owner + " owns"
}

func (l Leaving) crumbs() []ui.Crumb {
	if l.Owner == "" {
		return []ui.Crumb{{Label: "Transfers", URL: to.Transfers()}}
	}
	return []ui.Crumb{{Label: "Users", URL: to.Users()}, {Label: l.Owner, URL: to.User(l.OwnerID)}}
}

// url takes the form, and comes back to this page of the list.
func (l Leaving) url() string {
	if l.Owner == "" {
		return to.LeavingAfter(l.After)
	}
	return to.UserLeavingAfter(l.OwnerID, l.After)
}

func (l Leaving) caption() string {
	if l.Owner == "" {
		return "Your credentials"
	}
	return "Credentials of " + l.Owner
}

func (l Leaving) lead() string {
	how := "Tick what one person is to take over. They get one letter with a link"
	if l.ValidFor > 0 {
		how += ", valid for " + lasting(l.ValidFor) + ","
	}
	how += " to accept or decline each or all of it."
	if l.Owner == "" {
		return how + " Until they accept, everything stays yours."
	}
	return how + " Until they accept, everything stays with " + l.Owner + "."
}

func (l Leaving) hint() string {
	text := "They must be a member of every project that uses what is ticked."
	for _, r := range l.Rows {
		if r.Account {
			return text + " An account that is connected stays connected, and does not change hands itself: they can reconnect with one of their own."
		}
	}
	return text
}

// firstChoice is the id of the first box, or "" where nothing can be offered.
func (l Leaving) firstChoice() string {
	for _, r := range l.Rows {
		if r.Pending == nil {
			return r.boxID()
		}
	}
	return ""
}

func (l Leaving) problems() []ui.Problem {
	return found(
		ui.Problem{ID: l.firstChoice(), Label: "Credentials", Text: l.ChoiceError},
		ui.Problem{ID: "email", Label: "E-mail", Text: l.EmailError},
	)
}

func (r Owned) boxID() string { return "credential-" + r.ID }
