// Package outbox draws what became of the console's letters.
package outbox

import "time"

// Page is a page of the outbox.
type Page struct {
	Now         time.Time
	State       string // "" all, "queued", "sent" or "failed"
	Rows        []Letter
	First, Next string // URLs; empty for none
	MailServer  bool   // there is one; else the letters that wait can be read here
	None        bool   // no letter at all, whatever the state
}

// Letter is one letter.
type Letter struct {
	ID, To, ToName, Subject string
	State                   string // "queued", "sent", "failed", or "dropped" when it was not needed any more
	Queued                  time.Time
	Ended                   time.Time // zero while it waits
	NextTry                 time.Time // while it waits for another try; zero before the first
	Tries                   int
	Outcome                 string // what went wrong last
	CanRetry                bool
	Text                    []Part // what it says, to be read here; empty when it may not be read
}

// Part is a piece of a letter's text: plain, or a link.
type Part struct {
	Text string
	URL  string // empty for plain text
}
