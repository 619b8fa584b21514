package credentials

import (
	"strings"

	"holdfast/views/ui"
)

const revokeHint = "The link of the offer then stops working, and a letter says so."

// letter tells what became of the letter with the link.
func (o Offer) letter() string {
	trouble := strings.TrimRight(o.Trouble, ". ")
	switch {
	case o.Letter == "sent":
		return "The letter with the link was sent."
	case o.Letter == "failed" && trouble == "":
		return "The letter with the link could not be delivered."
	case o.Letter == "failed":
		return "The letter with the link could not be delivered: " + trouble + "."
	case o.Letter == "queued" && trouble != "":
		return "The letter with the link waits to be sent. The last try failed: " + trouble + "."
	case o.Letter == "queued":
		return "The letter with the link waits to be sent."
	}
	return ""
}

// problems are the faults of the typed confirmation.
func (d DeleteNow) problems() []ui.Problem {
	if d.Error == "" {
		return nil
	}
	return []ui.Problem{{ID: "confirm", Label: "Name of the credential", Text: d.Error}}
}
