// Package transfers draws the pages on which a credential changes hands: the
// form that offers it, the lists of offers, what an emailed link shows, and
// everything that one user could hand over. It sees names and states, never
// a value, and no token but in the address of the link's own page.
package transfers

import (
	"time"
)

// State is how far an offer has come.
type State string

// The states there are.
const (
	Pending  State = "pending"
	Accepted State = "accepted"
	Declined State = "declined"
	Revoked  State = "revoked"
	Expired  State = "expired"
)

// Letter is what became of the letter with the link.
type Letter struct {
	State   string // "queued", "sent" or "failed"; empty when it is not known any more
	Trouble string // what the mail server said last; empty for nothing
}

// Candidate is somebody who could take a credential over.
type Candidate struct {
	Name, Email string
	FillURL     string // of the same form with their address in it; empty on a form for several
}

// Offer is the form that offers one credential. It posts "email" to
// to.OfferTransfer(ID); with JavaScript the field alone is checked by
// to.CheckTransfer(ID) when it changes, which answers with the Check part: what is
// said below the field is swapped, the field itself and what is typed never.
type Offer struct {
	Now           time.Time
	ID, Name      string
	Projects      []string // that use it: the receiver must be in each
	People        []Candidate
	ValidFor      time.Duration
	Email         string // as typed
	EmailError    string
	OtherError    string // of the credential itself: "scheduled for deletion"
	Fits          string // the name of who has the address, once it was checked and fits
	Pending       *Open  // it is offered already: this instead of the form
	Provider      string // of one that connects an account: where that is; empty for others
	Account       string // and what people call it there; may be empty
	NoMailServer  bool   // the letter will wait in the outbox, where an administrator can read it
	Administrator bool   // the person may open the outbox
}

// Open is an offer that waits for an answer, as its sender sees it.
type Open struct {
	To, ToEmail string
	Until       time.Time
	Letter      Letter
}

// Offered is one line of a list of offers.
type Offered struct {
	CredentialID string // empty when the page of the credential is not the person's to open
	Name         string // of the credential, when it was offered
	Other        string // name and address of the other side
	OtherEmail   string
	State        State
	Made, Until  time.Time
	Ended        time.Time // zero while pending
	Letter       Letter    // with the link; of those to the person, its state alone
}

// Mine are the offers to and of a person.
type Mine struct {
	Now               time.Time
	Me                string // the person's own address, where the letters go
	In, Out           []Offered
	NextIn, NextOut   string // URLs; empty on the last page
	FirstIn, FirstOut string // URLs; empty on the first page
	OwnsNothing       bool   // has no credential to offer
	NoMailServer      bool   // letters wait in the outbox, where an administrator can read them
}

// Link is what an emailed link shows its receiver. It posts "offer" (the id of
// each that is meant) and "name/ID" for those whose name must or may change, to
// to.AcceptTransfer(Token), or "offer" to to.DeclineTransfer(Token).
type Link struct {
	Now             time.Time
	Token           string
	From, FromEmail string
	By, ByEmail     string // the administrator who offers it in the owner's place; empty for the owner
	Until           time.Time
	Items           []Item
	Error           string // of no single offer
}

// Item is one offer of a link.
type Item struct {
	ID        string // of the offer
	Name      string // of the credential, when it was offered
	KindTitle string
	KindIcon  string
	Projects  []string // that use it
	State     State
	Ended     time.Time
	Chosen    bool
	Blocked   string // why it can't be accepted, in a sentence; it can still be declined
	AskName   bool   // the name clashes, or is wrong: ask for another
	NewName   string // as typed, or a proposal
	NameError string
	GoTo      string // URL of the credential, once it is the person's
	Provider  string // of one that connects an account: where that is; empty for others
	Account   string // and what people call it there; may be empty
}

// Leaving is what a user owns, to be offered to somebody several at once. It
// posts "credential" (the id of each) and "email".
type Leaving struct {
	Now         time.Time
	Owner       string // whose; empty for one's own
	OwnerID     int64
	Rows        []Owned
	People      []Candidate
	Email       string
	EmailError  string
	ChoiceError string
	After       string // cursor of this page; empty on the first
	First       string // URL; empty on the first page
	Next        string // URL; empty on the last page
	ValidFor    time.Duration
}

// Owned is one credential that could be handed over.
type Owned struct {
	ID, Name            string
	URL                 string // of its page; empty where the person may not open it
	KindTitle, KindIcon string
	Account             bool // it connects an account at a provider
	Projects            []string
	LastUsed            time.Time
	Chosen              bool
	Pending             *Open  // offered already
	RevokeURL           string // takes the POST that takes the offer back
}
