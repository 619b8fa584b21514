package transfers

import (
	"time"

	"holdfast/views/ui"
)

// words are the state as people say it.
func (s State) words() string {
	switch s {
	case Accepted:
		return "Accepted"
	case Declined:
		return "Declined"
	case Revoked:
		return "Revoked"
	case Expired:
		return "Expired"
	}
	return "Waiting for an answer"
}

// troubled reports whether the mail server's last word still matters.
func (l Letter) troubled() bool {
	return l.Trouble != "" && (l.State == "queued" || l.State == "failed")
}

// until is a moment to come, exactly and as people say it.
func until(t, now time.Time) string {
	if !t.After(now) {
		return ui.Exact(t)
	}
	return ui.Exact(t) + ", in " + ui.Left(t, now)
}

// left is the time to answer that is left.
func (o Offered) left(now time.Time) string {
	if !o.Until.After(now) {
		return "Out of time"
	}
	return ui.Left(o.Until, now) + " left"
}

// whereLink tells the receiver where the link is with which they answer.
func (o Offered) whereLink(m Mine) string {
	switch {
	case o.Letter.State == "failed":
		return "The letter to " + m.Me + " could not be delivered. Ask an administrator for it: it is in the outbox."
	case o.Letter.State == "queued" && m.NoMailServer:
		return "No mail server is set, so the letter with the link waits in the outbox. Ask an administrator for it."
	case o.Letter.State == "queued":
		return "The letter with the link is on its way to " + m.Me + "."
	}
	return "Open the letter sent to " + m.Me + " to accept or decline."
}

// offeredTo says to whom a pending offer goes, and how long it stands.
func (o Open) offeredTo(now time.Time) string {
	if !o.Until.After(now) {
		return "To " + o.To + ", out of time"
	}
	return "To " + o.To + ", " + ui.Left(o.Until, now) + " left"
}

// lasting is a length of time in the largest unit that says it exactly: "48 hours", "7 days".
func lasting(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d > 2*day && d%day == 0:
		return ui.Plural(int(d/day), "day", "days")
	case d >= time.Hour && d%time.Hour == 0:
		return ui.Plural(int(d/time.Hour), "hour", "hours")
	case d >= time.Minute:
		return ui.Plural(int(d/time.Minute), "minute", "minutes")
	}
	return "less than a minute"
}

func (o Offer) hint() string {
	if len(o.Projects) == 0 {
		return "The address that they sign in with."
	}
	return "They must be a member of every project that uses it."
}

// nobody is the hint where there is no one to choose.
func (o Offer) nobody() string {
	if len(o.Projects) == 0 {
		return "You share no project with anybody yet. Enter the address of somebody who signs in here."
	}
	return "Nobody you know is a member of every project that uses it. Add the receiver to those projects first, or stop sharing it with a project."
}

// letter tells of the letter that is to go, or went.
func (o Offer) letter() string {
	switch {
	case o.Pending == nil:
		return "They get a letter with a link that is valid for " + lasting(o.ValidFor) + ", and must accept there."
	case o.Pending.Letter.State == "failed":
		return "The letter did not reach them. Revoke the offer, check the address and offer it again."
	case o.Pending.Letter.State == "queued":
		return "They will get a letter with a link, and must accept there."
	}
	return "They got a letter with a link, and must accept there."
}

func (o Offer) problems() []ui.Problem {
	return found(ui.Problem{Text: o.OtherError}, ui.Problem{ID: "email", Label: "E-mail", Text: o.EmailError})
}

// found are those that have something to say.
func found(problems ...ui.Problem) []ui.Problem {
	var all []ui.Problem
	for _, p := range problems {
		if p.Text != "" {
			all = append(all, p)
		}
	}
	return all
}
