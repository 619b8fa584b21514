package transfers

import "holdfast/views/ui"

// open reports whether the offer can be accepted.
func (i Item) open() bool { return i.State == Pending && i.Blocked == "" }

func (i Item) nameID() string { return "name-" + i.ID }

func (l Link) those(fits func(Item) bool) []Item {
	var some []Item
	for _, i := range l.Items {
		if fits(i) {
			some = append(some, i)
		}
	}
	return some
}

func (l Link) open() []Item { return l.those(Item.open) }

func (l Link) blocked() []Item {
	return l.those(func(i Item) bool { return i.State == Pending && i.Blocked != "" })
}

func (l Link) ended() []Item {
	return l.those(func(i Item) bool { return i.State != Pending })
}

// over reports whether nothing waits for an answer any more.
func (l Link) over() bool { return len(l.ended()) == len(l.Items) }

// Title is the title of the page.
func (l Link) Title() string {
	verb := " offers you "
	if l.over() {
		verb = " offered you "
	}
	if len(l.Items) < 2 {
		return l.From + verb + "a credential"
	}
	return l.From + verb + ui.Plural(len(l.Items), "credential", "credentials")
}

func (l Link) choose() string {
	if len(l.open()) == 1 {
		return "Your answer"
	}
	return "Your answer is for"
}

func (l Link) youOwn() string {
	if len(l.Items) == 1 {
		return "It is yours: you can edit, share and delete it."
	}
	return "They are yours: you can edit, share and delete them."
}

// itOrThem is what is offered, in short.
func (l Link) itOrThem() string {
	if len(l.Items) == 1 {
		return "it"
	}
	return "them"
}

// stays tells what becomes of what is in it. There is no password to change in a
// connected account.
func (l Link) stays() string {
	text := "What is in it stays as it is."
	if len(l.Items) > 1 {
		text = "What is in them stays as it is."
	}
	if len(l.those(func(i Item) bool { return i.State == Pending && i.Provider == "" })) == 0 {
		return text
	}
	return text + " To be sure that nobody else knows a password, change it where it is used and here."
}

// theyUse tells what stays for the projects.
func (l Link) theyUse() string {
	switch {
	case len(l.those(func(i Item) bool { return len(i.Projects) > 0 })) == 0:
		if len(l.Items) == 1 {
			return "No project uses it, so nothing changes for any program."
		}
		return "No project uses them, so nothing changes for any program."
	case len(l.Items) == 1:
		return "The projects named above keep using it; nothing changes for their programs."
	}
	return "The projects named below keep using them; nothing changes for their programs."
}

func (l Link) problems() []ui.Problem {
	all := found(ui.Problem{Text: l.Error})
	for _, i := range l.open() {
		if i.AskName && i.NameError != "" {
			all = append(all, ui.Problem{ID: i.nameID(), Label: l.nameLabel(i), Text: i.NameError})
		}
	}
	return all
}

// nameLabel names the field for the new name; among several it says whose.
func (l Link) nameLabel(i Item) string {
	if len(l.Items) == 1 {
		return "New name"
	}
	return "New name for " + i.Name
}

// nameHint says why another name is asked for; an error says it better.
func (i Item) nameHint() string {
	if i.NameError != "" {
		return "No two of your credentials may be called the same."
	}
	return "You have a credential of its name already, and no two of yours may be called the same."
}

// same is the state that all offers of the link share, or "".
func (l Link) same() State {
	for _, i := range l.Items {
		if i.State != l.Items[0].State {
			return ""
		}
	}
	if len(l.Items) == 0 {
		return ""
	}
	return l.Items[0].State
}

func (l Link) outcomeTone() ui.Tone {
	if l.same() == Accepted {
		return ui.Success
	}
	return ui.Info
}

func (l Link) outcomeTitle() string {
	switch l.same() {
	case Accepted:
		return "You accepted"
	case Declined:
		return "You declined"
	case Revoked:
		return "The offer was revoked"
	case Expired:
		return "The offer has expired"
	}
	return "Nothing is left to answer"
}

// named is the one credential by its name, or all of them.
func (l Link) named() string {
	if len(l.Items) == 1 {
		return l.Items[0].Name
	}
	return "them"
}

// outcomeText says what became of the offer, and what to do next.
func (l Link) outcomeText() string {
	what := "It"
	if len(l.Items) == 1 {
		what = l.named()
	}
	switch l.same() {
	case Accepted:
		if len(l.Items) > 1 {
			return "All of them are yours now."
		}
		return what + " is yours now" + l.at() + "."
	case Declined:
		return l.From + " keeps " + l.named() + ". Ask for a new offer if you have changed your mind."
	case Revoked:
		return what + " is not offered to you any more" + l.at() + ". Ask " + l.From + " if you expected it."
	case Expired:
		return "Nobody answered in time, so " + l.From + " keeps " + l.named() + ". Ask for a new offer if you want it."
	}
	return "Each of the offers has its answer, or has ended. They are listed below."
}

// at is when the only offer ended.
func (l Link) at() string {
	if len(l.Items) != 1 || l.Items[0].Ended.IsZero() {
		return ""
	}
	return ", since " + ui.Exact(l.Items[0].Ended)
}
