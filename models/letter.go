package models

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

// Party is a person as a letter names one.
type Party struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Party is the user as a letter names one.
func (u User) Party() Party { return Party{u.Name, u.Email} }

// User is the person who acts, as far as the session knows them.
func (a Actor) User() User { return User{ID: a.UserID, Name: a.Name, Email: a.Email} }

// Letter is a mail that waits in the outbox, or what is left of one that went.
// The token of its link stands sealed in a row of its own, and only until the
// letter has gone.
type Letter struct {
	ID        ID
	UserID    int64 // whom it is for
	Name      string
	Email     string
	Kind      LetterKind
	Subject   string
	Details   string // JSON of LetterDetails; empty once it has gone
	State     LetterState
	Tries     int
	CreatedAt time.Time
	DueAt     time.Time  // of the next try
	GoodUntil *time.Time // when its link dies, or what it tells of is over
	EndedAt   *time.Time // when it went, or was given up
	Outcome   string     // what the mail server said last
}

// LetterState is how far a letter has come.
type LetterState string

const (
	LetterQueued LetterState = "queued"
	LetterSent   LetterState = "sent"
	LetterFailed LetterState = "failed"
)

// Valid reports whether s is a state that exists.
func (s LetterState) Valid() bool { return s == LetterQueued || s == LetterSent || s == LetterFailed }

// LetterKind is what a letter tells.
type LetterKind string

const (
	OfferLetter       LetterKind = "transfer.offer"          // to the receiver, with the link
	OfferMadeLetter   LetterKind = "transfer.offer_made"     // to the owner
	ReceivedLetter    LetterKind = "transfer.received"       // to the new owner
	HandedOverLetter  LetterKind = "transfer.handed_over"    // to the former owner
	DeclinedLetter    LetterKind = "transfer.declined"       // to the owner
	WithdrawnLetter   LetterKind = "transfer.withdrawn"      // to the receiver
	RevokedLetter     LetterKind = "transfer.revoked"        // to the owner, when an administrator did it
	ExpiredLetter     LetterKind = "transfer.expired"        // to the owner
	InvitationLetter  LetterKind = "user.invitation"         // to a new user, with the link
	DeletionLetter    LetterKind = "credential.deletion"     // to the owner
	ResetLetter       LetterKind = "login.reset"             // to who asked, or for whom it was asked, with the link
	AccountLetter     LetterKind = "account.changed"         // to a user of whose ways in something changed
	GrantLetter       LetterKind = "credential.connection"   // to the owner, who has to see to a connection
	ClientTakenLetter LetterKind = "oauth_client.taken_over" // to its former owner
	ClientLetter      LetterKind = "oauth_client.refused"    // to its owner
)

// OfTheFuture reports whether the letter tells of what ends at its Until, and is
// worth nothing to who reads it later.
func (k LetterKind) OfTheFuture() bool { return k == OfferMadeLetter || k == DeletionLetter }

// LetterKinds are all kinds of letters.
func LetterKinds() []LetterKind {
	return []LetterKind{
		OfferLetter, OfferMadeLetter, ReceivedLetter, HandedOverLetter, DeclinedLetter,
		WithdrawnLetter, RevokedLetter, ExpiredLetter, InvitationLetter, DeletionLetter,
		ResetLetter, AccountLetter, GrantLetter, ClientLetter, ClientTakenLetter,
	}
}

// LetterDetails are what a letter says besides its link. There is no secret in them.
type LetterDetails struct {
	Other  Party         `json:"other"`            // the other side of a transfer
	By     Party         `json:"by"`               // the administrator who did it; else nobody
	Things []LetterThing `json:"things,omitempty"` // credentials
	Until  time.Time     `json:"until"`            // when the link or the grace period ends; zero is at once

	Changes []LetterChange `json:"changes,omitempty"` // to the reader's ways in
	Reason  string         `json:"reason,omitempty"`  // that the administrator gave

	Provider string `json:"provider,omitempty"` // what the other side of a connection is called
	Account  string `json:"account,omitempty"`  // and whose account there it is
	Health   string `json:"health,omitempty"`   // how the connection is, see HealthState
	Cause    string `json:"cause,omitempty"`    // and why
	Client   string `json:"client,omitempty"`   // what the OAuth client is called that is refused
	ClientID string `json:"client_id,omitempty"`
	Count    int    `json:"count,omitempty"` // how many credentials are connected with it
}

// LetterChange is one thing that was done to a reader's ways in: the name of its
// event, what it was done to, and what that was called before or is now.
type LetterChange struct {
	Event string `json:"event"`
	Thing string `json:"thing,omitempty"`
	Was   string `json:"was,omitempty"`
	Now   string `json:"now,omitempty"`
}

// LetterThing is a credential as a letter names one.
type LetterThing struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Was      string   `json:"was,omitempty"` // its name before, when it got another
	Projects []string `json:"projects,omitempty"`
}

// ReadDetails are what the letter says; nothing once it has gone.
func (l Letter) ReadDetails() LetterDetails {
	var d LetterDetails
	_ = json.Unmarshal([]byte(l.Details), &d)
	return d
}

// SubjectOf is the subject of a letter.
func SubjectOf(kind LetterKind, d LetterDetails) string {
	things := strconv.Itoa(len(d.Things)) + " credentials"
	if len(d.Things) == 1 {
		things = "“" + d.Things[0].Name + "”"
	}
	switch kind {
	case OfferLetter:
		return d.Other.Name + " offers you " + things
	case OfferMadeLetter:
		if d.By.Name != "" {
			return "An administrator offered " + things + " of yours to " + d.Other.Name
		}
		return "You offered " + things + " to " + d.Other.Name
	case ReceivedLetter:
		return "You own " + things + " now"
	case HandedOverLetter:
		if len(d.Things) == 1 && d.Things[0].Was != "" { // the reader knows it by that name
			things = "“" + d.Things[0].Was + "”"
		}
		return d.Other.Name + " took over " + things
	case DeclinedLetter:
		return d.Other.Name + " declined " + things
	case WithdrawnLetter:
		return "The offer of " + things + " was withdrawn"
	case RevokedLetter:
		return "An administrator revoked your offer of " + things
	case ExpiredLetter:
		return "Your offer of " + things + " has expired"
	case InvitationLetter:
		return "Your invitation to Holdfast"
	case DeletionLetter:
		return things + " will be deleted"
	case ResetLetter:
		return "Set a new password for Holdfast"
	case AccountLetter:
		return "Your ways in to Holdfast have changed"
	case GrantLetter:
		switch HealthState(d.Health) {
		case HealthExpiring, HealthClient:
			return things + " will lose its connection to " + d.Provider
		case HealthRetrying:
			return things + " gets no fresh token from " + d.Provider
		}
		return things + " has lost its connection to " + d.Provider
	case ClientTakenLetter:
		return "An administrator took over your OAuth client “" + d.Client + "”"
	case ClientLetter:
		return "The OAuth client “" + d.Client + "” is refused by " + d.Provider
	}
	return "News from Holdfast"
}

// mostTries is how often a letter is handed to a mail server that can't take it now.
const mostTries = 17

// RetryIn is how long a letter waits after its nth try, and whether there is
// another: a minute first, then twice as long each time, six hours at most.
// Together they last about two days.
func RetryIn(tries int) (time.Duration, bool) {
	if tries >= mostTries {
		return 0, false
	}
	return min(time.Minute<<(tries-1), 6*time.Hour), true
}

// LetterPage is one page of the outbox, the newest first.
type LetterPage struct {
	Rows []Letter
	Next string // empty on the last page
}

// TooLate is the outcome of a letter that could not be sent in time.
const TooLate = "It could not be sent in time, so it was given up."

// NotNeeded is the outcome of a letter whose link died before it could be sent.
const NotNeeded = "Its link was replaced, used or taken back before it could be sent."

// Retriable reports why the letter can't be handed to the mail server again, or nil.
func (l Letter) Retriable(now time.Time) error {
	switch {
	case l.State == LetterSent:
		return Fail(Conflict, "This letter was sent already.")
	case l.GoodUntil != nil && !now.Before(*l.GoodUntil):
		return Fail(Conflict, "It is too late for this letter: what it tells of is over. Do it again if it is still wanted.")
	case l.OnItsWay(now):
		return Fail(Conflict, "This letter is on its way at this moment. Look again in a few minutes.")
	}
	return nil
}

// OnItsWay reports whether somebody has claimed the letter and not said yet
// what became of it: a letter that waits for another try has an outcome.
func (l Letter) OnItsWay(now time.Time) bool {
	return l.State == LetterQueued && l.Tries > 0 && l.Outcome == "" && now.Before(l.DueAt)
}

// After is the letter once a try ended with err: gone, given up, or waiting
// for the next try.
func (l Letter) After(err error, now time.Time) Letter {
	l.EndedAt, l.Outcome = &now, ""
	if err == nil {
		l.State = LetterSent
		return l
	}
	l.Outcome = outcome(err)
	wait, more := RetryIn(l.Tries)
	if KindOf(err) == Invalid || !more {
		l.State = LetterFailed
		return l
	}
	l.EndedAt, l.DueAt = nil, now.Add(wait)
	return l
}

// outcome is what may be shown of a failed try.
func outcome(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Internal {
		return e.Text
	}
	return "It could not be handed to the mail server; the log says why."
}
