// Package admin draws the pages of administrators: users, the kinds of
// credential, and the audit log. It sees no credential's values.
package admin

import (
	"time"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// NewUser posts "name", "email" and "rank" ("member" or "admin") to /admin/users.
type NewUser struct {
	Name, Email, Rank                string // as typed
	NameError, EmailError, RankError string
}

// AccessLink is shown once, right after it was made.
type AccessLink struct {
	Now        time.Time
	UserID     int64
	UserName   string
	URL        string
	ValidUntil time.Time
	Mail       string // where a letter with the link goes as well; empty for none
	MailServer bool   // there is one; else that letter waits in the outbox
}

// EndAll shows what ending everybody's sessions would do.
type EndAll struct{ Sessions int }

// Kinds is what kinds of credential there are.
type Kinds struct {
	Groups []KindGroup
	Broken []BrokenKind
	Dir    string // HOLDFAST_SCHEMAS_DIR; empty when not set
}

// KindGroup is kinds of one sort.
type KindGroup struct {
	Title string
	Kinds []Kind
}

// Kind is one kind; Custom when it came from the directory.
type Kind struct {
	Name, Title, Icon string
	Custom            bool
}

// BrokenKind is a file that could not be read as a kind.
type BrokenKind struct{ File, Reason string }

// Audit is the audit log.
type Audit struct {
	Now    time.Time
	Filter to.AuditFilter
	Events []ui.Option // to filter by, without "all"
	Rows   []Event
	Next   string // cursor of the next page; empty on the last
}

// Event is one line of the audit log.
type Event struct {
	At       time.Time
	Who      string // a person or a job
	What     string // "credential changed"
	Thing    string // its name, or its id
	ThingURL string // empty when there is nothing to go to
	Changes  []string
	From     string // address; empty for jobs
}
