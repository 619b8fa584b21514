package connect

import (
	"slices"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// Title is the title of the page of what came of it.
func (r Result) Title() string {
	switch r.State {
	case Done:
		if r.Account == "" {
			return "Connected"
		}
		return "Connected as " + r.Account
	case Asks:
		if len(r.Problems) == 1 {
			return r.title(r.Problems[0])
		}
		if r.AskName && len(r.Problems) == 0 {
			return "The name was taken meanwhile"
		}
		return "Almost connected"
	case Failed:
		return r.Trouble.Title
	case Taken:
		return "Just a moment"
	}
	return "You are still on the way"
}

func (r Result) has(problem string) bool { return slices.Contains(r.Problems, problem) }

// who is the account in a sentence.
func (r Result) who() string {
	if r.Account == "" {
		return "an account that " + r.Provider + " does not name"
	}
	return r.Account
}

// left is where the person is.
func (r Result) left() string {
	if r.At == "" {
		return r.Provider
	}
	return r.Provider + " (" + r.At + ")"
}

func (r Result) was() string {
	if r.Was == "" {
		return "the account of before"
	}
	return r.Was
}

// title is a problem in short.
func (r Result) title(problem string) string {
	switch problem {
	case WrongAccount:
		return "This is another account"
	case AccountUnknown:
		return "It can't be told whose account this is"
	case MissingScopes:
		return "Not everything was granted"
	case NoRefreshToken:
		return "It can’t be refreshed"
	}
	return "Something is amiss"
}

// heading is the title of a problem among others; of the only one, it is that of
// the page.
func (r Result) heading(problem string) string {
	if len(r.Problems) == 1 {
		return ""
	}
	return r.title(problem)
}

// about says what a problem is, and what it means.
func (r Result) about(problem string) string {
	switch problem {
	case WrongAccount:
		return "You came back as " + r.who() + ". This credential has been connected as " + r.was() + ", and its programs may count on that."
	case AccountUnknown:
		return r.Provider + " did not say whose account it is, so Holdfast can't see whether it is " + r.was() + " again."
	case MissingScopes:
		return "Whoever granted access left something out, or " + r.Provider + " does not give it to this account. Programs that need it will fail."
	case NoRefreshToken:
		return r.Provider + " gave a token, but none to refresh it with" + r.ends() + ". Already connected? Many providers give that one only the first time an account is connected, and some never do."
	}
	return ""
}

func (r Result) ends() string {
	if r.EndsAt.IsZero() {
		return ""
	}
	return ": the connection would end " + ui.Exact(r.EndsAt)
}

// again is the label of the main action of what has to be decided on.
func (r Result) again() string {
	switch {
	case r.has(WrongAccount) && r.Was != "":
		return "Try again with " + r.Was
	case r.has(MissingScopes):
		return "Ask again for everything"
	}
	return "Connect again"
}

// keep is the label of the other choice.
func (r Result) keep() string {
	switch {
	case r.has(WrongAccount) && r.Account != "":
		return "Use " + r.Account + " from now on"
	case r.has(WrongAccount):
		return "Use this account from now on"
	case len(r.Problems) == 1 && r.has(MissingScopes):
		return "Keep it with what was granted"
	case r.has(NoRefreshToken) && !r.EndsAt.IsZero():
		return "Keep it anyway; it ends " + ui.Exact(r.EndsAt)
	case len(r.Problems) > 0:
		return "Keep it anyway"
	}
	return "Keep it"
}

// lasts tells whether it goes on by itself, and until when.
func (r Result) lasts() string {
	switch {
	case r.Refreshable && r.EndsAt.IsZero():
		return "Holdfast can refresh it by itself."
	case r.Refreshable:
		return "Holdfast can refresh it by itself until " + ui.Exact(r.EndsAt) + ", then connect again."
	case !r.ExpiresAt.IsZero():
		return "It can't be refreshed: it works until " + ui.Exact(r.ExpiresAt) + ", then connect again."
	}
	return "There is nothing to refresh: " + r.Provider + " named no end."
}

// otherwise says what happens when nothing is chosen.
func (r Result) otherwise() string {
	text := "If you choose nothing, Holdfast gives this access up in " + ui.Left(r.Until, r.Now) + "."
	if r.CredentialID != "" {
		return text + " What the credential was connected to before stays as it is."
	}
	return text + " No credential is made then."
}

// problems are the faults of the name.
func (r Result) problems() []ui.Problem {
	var found []ui.Problem
	if r.Wrong != "" {
		found = append(found, ui.Problem{Text: r.Wrong})
	}
	if r.AskName && r.NameError != "" {
		found = append(found, ui.Problem{ID: "name", Label: "Name", Text: r.NameError})
	}
	return found
}

func (r Result) crumbs() []ui.Crumb {
	if r.CredentialID == "" {
		return []ui.Crumb{{Label: "Credentials", URL: to.Credentials()}}
	}
	return crumbs(r.Credential, r.CredentialID)
}
