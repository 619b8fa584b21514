package models

import (
	"strings"
	"time"
)

// Credential is what a program needs to reach another system, without the
// secret: its sealed body stands in a row of its own, which no list reads.
type Credential struct {
	ID                ID
	OwnerID           int64
	Name              string
	NameKey           string
	Kind              string
	Version           int64
	CreatedAt         time.Time
	UpdatedAt         time.Time
	LastUsedAt        time.Time  // zero while never used
	DeletionAt        *time.Time // the seed's scheduled_deletion: due from then on
	DeletionRequested *time.Time `gorm:"column:deletion_requested_at"`
	PurgedAt          *time.Time // emptied for good; kept because steps refer to it
}

// Scheduled reports whether the credential waits for its purge.
func (c Credential) Scheduled() bool { return c.DeletionAt != nil && c.PurgedAt == nil }

// Purged reports whether only the emptied record is left.
func (c Credential) Purged() bool { return c.PurgedAt != nil }

// Editable reports why the credential can't be changed, or nil.
func (c Credential) Editable() error {
	switch {
	case c.Purged():
		return Fail(Conflict, "This credential was purged. Only its record is left.")
	case c.Scheduled():
		return Fail(Conflict, "This credential is scheduled for deletion. Restore it before you change it.")
	}
	return nil
}

// Connectable reports why no account can be connected to the credential, or nil.
func (c Credential) Connectable() error {
	if c.Kind != OAuthKind {
		return Fail(Conflict, "This credential holds values of its own, so no account can be connected to it.")
	}
	return c.Editable()
}

// Revealable reports why there is no secret to be shown, or nil.
func (c Credential) Revealable() error {
	if c.Purged() {
		return Fail(Conflict, "This credential was purged. Its secret is erased.")
	}
	return nil
}

// Restorable reports why the credential can't be brought back, or nil.
func (c Credential) Restorable() error {
	switch {
	case c.Purged():
		return Fail(Conflict, "This credential was purged. Its secret is gone and can't be brought back.")
	case !c.Scheduled():
		return Fail(Conflict, "This credential is not scheduled for deletion.")
	}
	return nil
}

// Deletable reports why the credential can't be deleted at once, or nil. The
// seed: a credential with steps stays for the record.
func (c Credential) Deletable(active bool) error {
	switch {
	case c.Purged():
		return Fail(Conflict, "This credential was purged already.")
	case !c.Scheduled():
		return Fail(Conflict, "Schedule the deletion first.")
	case active:
		return Fail(Conflict, "This credential was used by programs, so its record can't be deleted at once. Its secret is erased when the grace period ends.")
	}
	return nil
}

// CleanCredentialName trims a typed name and reports what is wrong with it.
func CleanCredentialName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if text := wrongName(name, 255); text != "" {
		return name, Wrong("name", "%s", text)
	}
	return name, nil
}

// Body is the sealed secret map of a credential in one environment.
type Body struct {
	ID           ID
	CredentialID ID
	Environment  string
	Sealed       []byte // AES-256-GCM, bound to this row
	KeyID        string // the key that Sealed was sealed with
	Fields       string // JSON: when each field was last changed; names only
	UpdatedAt    time.Time
}

// OAuthKind is the kind of credentials that hold no values of their own but
// connect an account at a provider.
const OAuthKind = "oauth"

// MainEnvironment is the environment that every credential has.
const MainEnvironment = "main"

// Share lets a project use a credential. NameKey and Suspended repeat what the
// credential says so that a project's list is read from one index.
type Share struct {
	ProjectID    ID
	CredentialID ID
	NameKey      string
	Suspended    bool
	CreatedAt    time.Time
}

// Step is one use of a credential by a program.
type Step struct {
	ID           ID
	CredentialID ID
	ProjectID    *ID
	UsedAt       time.Time
}

// Listed is a credential as a list shows it; it never holds a secret.
type Listed struct {
	ID         ID
	Name       string
	NameKey    string
	Kind       string
	OwnerID    int64
	OwnerName  string
	OwnerEmail string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	LastUsedAt time.Time
	DeletionAt *time.Time
	PurgedAt   *time.Time
	Offered    bool         // somebody may accept it at this moment; told to its owner alone
	Projects   []SharedWith `gorm:"-"`
	Health     *Health      `gorm:"-"` // of one that connects an account; nil of others
}

// SharedWith is a project that may use a credential.
type SharedWith struct {
	ID   ID
	Name string
	Role Role // the asking person's role there; empty for a stranger
}

// State narrows a list to credentials in one state.
type State string

const (
	AnyState       State = ""
	ActiveState    State = "active"
	ScheduledState State = "scheduled"
	PurgedState    State = "purged"
)

// Sort says in which order a list comes.
type Sort string

const (
	ByName     Sort = ""
	ByNewest   Sort = "newest"
	ByChanged  Sort = "changed"
	ByLastUsed Sort = "used"
)

// PageSize is how many rows a page of a list has.
const PageSize = 50

// CredentialFilter narrows, orders and pages a list of credentials.
type CredentialFilter struct {
	Search  string
	Kind    string
	Project ID
	State   State
	Sort    Sort
	After   string // where the former page ended; empty is the first page
}

// CredentialPage is one page of a list. Next is empty on the last one.
type CredentialPage struct {
	Rows []Listed
	Next string
	None bool // there is nothing to list, whatever the filter
}

// Impact is what a deletion would take away.
type Impact struct {
	Projects   []SharedWith
	LastUsedAt time.Time
	Active     bool   // it has steps
	Steps      int    // how many, as far as they are counted: see MostSteps
	Offered    string // to whom it is offered; empty for nobody
}

// MostSteps is where counting a credential's steps ends.
const MostSteps = 1000

// PurgeCount is what one purge run did.
type PurgeCount struct{ Deleted, Emptied, Failed int }

// Total is how many credentials the run dealt with.
func (p PurgeCount) Total() int { return p.Deleted + p.Emptied + p.Failed }

// Plus adds two counts.
func (p PurgeCount) Plus(q PurgeCount) PurgeCount {
	return PurgeCount{p.Deleted + q.Deleted, p.Emptied + q.Emptied, p.Failed + q.Failed}
}
