package models

import (
	"strings"
	"time"
)

// Transfer offers a credential of one user to another, who may take it over
// from an emailed link. The token of the link is not here, only its hash;
// offers that were made together share one link.
type Transfer struct {
	ID           ID
	CredentialID ID
	Name         string // of the credential, when it was offered
	Version      int64  // of the credential, when it was offered
	FromID       int64
	ToID         int64
	OfferedBy    int64 // the owner, or an administrator in the owner's place
	TokenHash    []byte
	LetterID     ID // the letter with the link
	State        TransferState
	CreatedAt    time.Time
	ExpiresAt    time.Time
	EndedAt      *time.Time
	EndedBy      *int64 // none while it is pending, and when its time ran out
}

// TransferState is how far an offer has come. Pending is the only state that
// an offer leaves.
type TransferState string

const (
	TransferPending  TransferState = "pending"
	TransferAccepted TransferState = "accepted"
	TransferDeclined TransferState = "declined"
	TransferRevoked  TransferState = "revoked"
	TransferExpired  TransferState = "expired"
)

// What the operations on transfers report besides wrong fields and not_found.
// The codes are the seed's.
var (
	ErrTransferToken = &Error{Kind: Expired, Code: "token_error", Text: "This link opens nothing for you. It may be meant for somebody else, or it is incomplete. Sign in with the address that the letter was sent to."}
	ErrOfferExpired  = &Error{Kind: Expired, Code: "token_error", Text: "The time of this offer is over. Ask for a new one."}
	ErrOwnerChanged  = &Error{Kind: Conflict, Code: "not_owner", Text: "Whoever offered this credential does not own it any more."}
	ErrNotOwner      = &Error{Kind: Forbidden, Code: "not_owner", Text: "Only the owner of a credential can do this."}
	ErrNotPending    = &Error{Kind: Conflict, Code: "not_pending", Text: "This offer is not open any more."}
	ErrNoTransfer    = &Error{Kind: Conflict, Code: "not_pending", Text: "Nobody is offered this credential at the moment."}
)

// At is the state at now: an offer whose time is over counts as expired, noted or not.
func (t Transfer) At(now time.Time) TransferState {
	if t.State == TransferPending && !now.Before(t.ExpiresAt) {
		return TransferExpired
	}
	return t.State
}

// Open reports why the offer can't be answered at now, or nil.
func (t Transfer) Open(now time.Time) error {
	switch t.At(now) {
	case TransferPending:
		return nil
	case TransferExpired:
		return ErrOfferExpired
	}
	return ErrNotPending
}

// Confirmable reports why c can't be handed over by the offer at now, or nil.
func (t Transfer) Confirmable(c Credential, now time.Time) error {
	if err := t.Open(now); err != nil {
		return err
	}
	switch {
	case c.OwnerID != t.FromID:
		return ErrOwnerChanged
	case c.Purged(), c.Scheduled():
		return Fail(Conflict, "“%s” is being deleted, so it can't be handed over.", c.Name)
	case c.Version != t.Version:
		return Fail(Conflict, "“%s” was changed after it was offered. Ask for a new offer.", c.Name)
	}
	return nil
}

// Offerable reports why the credential can't be offered to anybody, or nil.
// Pending says that it is offered already.
func (c Credential) Offerable(pending bool) error {
	switch {
	case c.Purged():
		return Wrong("credentials", "“%s” was purged. Only its record is left.", c.Name)
	case c.Scheduled():
		return Wrong("credentials", "“%s” is scheduled for deletion. Restore it before you offer it.", c.Name)
	case pending:
		return Wrong("credentials", "“%s” is offered to somebody already. Revoke that offer first.", c.Name)
	}
	return nil
}

// CleanReceiver trims the e-mail address of who shall receive a credential of
// owner's from by, and reports what is wrong with it.
func CleanReceiver(email string, owner, by Party) (string, error) {
	email = strings.TrimSpace(email)
	switch {
	case !PlausibleEmail(email):
		return email, Wrong("email", "Enter an e-mail address such as ana@example.org.")
	case Fold(email) == Fold(owner.Email) && owner.Email == by.Email:
		return email, Wrong("email", "%s", "That is your own address. Enter the address of somebody else.")
	case Fold(email) == Fold(owner.Email):
		return email, Wrong("email", "%s", "That is the owner's own address. Enter the address of somebody else.")
	}
	return email, nil
}

// Receiver is who shall receive credentials, as the one who offers may know them.
type Receiver struct {
	User
	SignsIn bool // has a login that lets them in
	Known   bool // shares a project with who offers
}

// OfferedTo reports why r can't be offered the credentials, or nil. Missing are
// the projects of the credentials that r is no member of.
func (r Receiver) OfferedTo(missing []SharedWith) error {
	switch {
	case !r.SignsIn:
		return Wrong("email", "%s can't sign in at the moment, so nothing can be offered to them.", r.Name)
	case len(missing) > 0:
		return Wrong("email", "%s is not a member of %s. Everybody who takes over a credential has to be in each project that uses it.", r.Name, listProjects(missing))
	}
	return nil
}

// ErrNoReceiver is the one answer to an address that nobody has and to one
// whose user the sender may not know of.
var ErrNoReceiver = Wrong("email", "Nobody in your projects has this address. Ask an administrator to add them to a project of yours first.")

// ErrNobody is what an administrator, who may know of everybody, is told.
var ErrNobody = Wrong("email", "Nobody has this address. Look under Users how it is spelled.")

// listProjects names the projects that the person can see, and counts the others.
func listProjects(list []SharedWith) string {
	var names []string
	hidden := 0
	for _, p := range list {
		if p.Role == "" {
			hidden++
			continue
		}
		names = append(names, p.Name)
	}
	switch {
	case hidden == 1 && len(names) > 0:
		names = append(names, "one project that you can't see")
	case hidden == 1:
		names = append(names, "a project that you can't see")
	case hidden > 1:
		names = append(names, "several projects that you can't see")
	}
	return joinWords(names)
}

// joinWords is "A", "A and B" or "A, B and C".
func joinWords(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// NameField is the field of a form that gives the credential of an offer a new name.
func NameField(offer ID) string { return "name/" + offer.String() }

// NameTaken says that the receiver needs another name for what they take over.
const NameTaken = "You have another credential with this name. Give this one a new name."

// ErrNoLogin is what a receiver is told whose logins were all blocked or ended
// while they answered.
var ErrNoLogin = Fail(Forbidden, "You can't sign in any more, so nothing can be handed over to you.")

// Offered is an offer as one of its two sides sees it.
type Offered struct {
	Transfer
	Kind     string       // of the credential; empty when it is gone
	From, To Party        //
	By       Party        // the administrator who made it in the owner's place; else nobody
	Projects []SharedWith // that use it; on a page of one offer alone
	Letter   LetterState  // of the letter with the link
	Trouble  string       // why that letter could not go out, as the server said
	Clash    bool         // the receiver has a credential of that name
	Blocked  error        // why it can't be accepted, apart from Clash
	Provider string       // of one that connects an account, as long as it is open: where that is
	Account  string       // and what people call it there
}

// OfferPage is one page of offers, the newest first.
type OfferPage struct {
	Rows []Offered
	Next string // empty on the last page
}
