package credentials

import (
	"strings"

	"holdfast/views/ui"
)

const revokeHint = "The link of the offer then stops working, and a letter says so."

const undelivered = "Revoke the offer and make it again, or ask an administrator to pass on the letter from the outbox."

// letter tells what became of the letter with the link.
func (o Offer) letter() string {
	trouble := strings.TrimRight(o.Trouble, ". ")
	switch {
	case o.Letter == "sent":
		return "The letter with the link was sent."
	case o.Letter == "failed" && trouble == "":
		return "The letter with the link could not be delivered. " + undelivered
	case o.Letter == "failed":
		return "The letter with the link could not be delivered: " + trouble + ". " + undelivered
	case o.Letter == "queued" && o.NoMailServer:
		return "No mail server is set: the letter with the link waits in the outbox, where an administrator can read it and pass it on."
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

// end tells what becomes of it at the provider, and when.
func (a Access) end(when string) string {
	account := "the " + a.Provider + " account"
	if a.Account != "" {
		account += " " + a.Account
	}
	if a.Told {
		return "The access to " + account + " is given up at " + a.Provider + " " + when + ", where that ends nothing else."
	}
	return a.Provider + " can't be told that the access to " + account + " is given up: remove Holdfast in the account’s own settings."
}

// access tells what becomes of the account that it is connected to.
func (d Delete) access() string {
	return d.Access.end("when it is purged, not before") + " Restored until then, the credential works as it did."
}
