// Package credentials draws the pages of credentials: the list, the picker of
// kinds, the form, the page, and the questions asked before something is taken
// away. It gets finished values and draws a secret on one page alone, which its
// owner asked for (RevealPage); elsewhere there is no place for one to stand,
// since a secret field's Value is never written.
package credentials

import (
	"time"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// List is one's own credentials, or, with a project, what that project may use.
type List struct {
	Now                    time.Time
	Filter                 to.CredentialFilter // as asked for
	ProjectID, ProjectName string              // of a project's list; empty for one's own
	Kinds, Projects        []ui.Option         // to filter by, without "all"
	Rows                   []Row
	Next                   string // cursor of the next page; empty on the last
	NoneYet                bool   // there is nothing at all, filter or not
}

// Row is one credential of a list.
type Row struct {
	ID, Name            string
	KindTitle, KindIcon string
	Projects            []string  // names, the first three; not drawn in a project's list
	MoreProjects        int       // how many there are beyond those
	Owner               string    // drawn in a project's list alone
	LastUsed, Updated   time.Time // zero LastUsed is never
	DueAt               time.Time // when it will be purged; zero when not scheduled
	Purged              bool      // an emptied record
	Offered             bool      // somebody may accept it: "Transfer pending"
	Health              string    // of one that connects an account: how that is, see Health
}

// Picker is the choice of a kind.
type Picker struct {
	Q      string // what was searched; Groups hold what matches
	Groups []KindGroup
}

// KindGroup is kinds of one sort, such as databases.
type KindGroup struct {
	Title string
	Kinds []Kind
}

// Kind is one kind of credential. Icon is a name of the sprite; an unknown one becomes a key.
type Kind struct {
	Name, Title, Icon string
	Words             string // of the picker: what it is also found by
	URL               string // of the picker: where it leads; empty is the form of that kind
}

// Form makes or changes a credential. It posts to /credentials, or to the
// credential's page when ID is set, these inputs: "kind" (new ones alone),
// "version" (changes alone), "name", each Field.Input, "remove" once for each
// ticked Field.Input, and "project" once for each ticked project that is not locked.
type Form struct {
	ID          string // empty for a new one
	Kind        Kind
	KindHint    string // what the kind is for; may be empty
	KindDocs    string // where its system documents it, http(s); may be empty
	Version     int    // the version being changed
	Name        string // as typed
	SavedName   string // as it stands, for the page's title; changes alone
	NameError   string
	Wrong       string // what is wrong with no single field; may be empty
	Fields      []Field
	Projects    []Share
	Conflict    *Conflict // set when the credential changed meanwhile
	OfferedTo   string    // who may accept it at this moment; saving then needs "revoke" ticked
	Revoke      bool      // that was ticked
	RevokeError string
	Now         time.Time
}

// Field is one value of the body.
type Field struct {
	Input       string // the input's name, such as "body/host"
	ID          string // unique on the page, and fit for an HTML id
	Label, Hint string
	Placeholder string
	Type        string // text url email date datetime number integer checkbox select secret secrettext json multiline group
	Required    bool
	Secret      bool // Value is then never drawn, whatever the type
	Held        bool // a secret is stored already; empty keeps it
	ChangedAt   time.Time
	Removable   bool // a held, optional secret may be removed
	Remove      bool // the removal was ticked
	Retype      bool // a secret was typed and is gone, since none is sent back
	Value       string
	Checked     bool // of a checkbox
	Options     []ui.Option
	Error       string
	Fields      []Field // of a group
}

// Share is one project that may be ticked.
type Share struct {
	ID, Name string
	Checked  bool
	Locked   bool   // cannot be changed here; not posted
	Note     string // why it is locked, or the person's role
}

// Conflict says what changed between opening the form and saving it.
type Conflict struct{ Changes []Change }

// Change is one field that somebody changed. Before and After are empty for secrets.
type Change struct {
	Field, Who    string
	When          time.Time
	Before, After string
}

// Page is one credential. For a member who does not own it, the handler leaves
// Values, History and the Can… empty.
type Page struct {
	Now                        time.Time
	ID, Name                   string
	Kind                       Kind
	Version                    int
	Owner                      string // name; "You" for the owner
	Mine                       bool   // the person owns it
	Created, Updated, LastUsed time.Time
	DueAt                      time.Time // when it will be purged; zero when not scheduled
	Purged                     bool      // an emptied record
	Unreadable                 bool      // the body cannot be opened with the keys at hand
	Values                     []Value
	Projects                   []ProjectLink
	CanEdit, CanDelete         bool
	CanRestore, CanDeleteNow   bool
	CanOffer                   bool
	CanReveal                  bool   // a secret is held, and can be opened
	Offer                      *Offer // the open one; for the owner alone
	Health                     Health
	Connection                 *Connection // of one that connects an account; for the owner alone
	History                    []Event
	Older, Newest              string // URLs; empty for none
}

// Offer is the open offer of a credential.
type Offer struct {
	To, ToEmail string
	Until       time.Time
	Letter      string // "queued", "sent" or "failed": the letter with the link; empty when not known
	Trouble     string // what the mail server said last
	By          string // the administrator who made it in the owner's place; empty for the owner

	NoMailServer bool // the letter waits in the outbox, where an administrator can read it
}

// Value is one field of the body, as its owner may see it.
type Value struct {
	Label, Text string // Text of a secret is not drawn
	Secret, Set bool
	ChangedAt   time.Time // of a set secret; zero when not known
}

// ProjectLink is a project that a credential is shared with.
type ProjectLink struct {
	ID, Name  string
	CanRemove bool
	Member    bool // the person may open the project
}

// Event is one line of the history.
type Event struct {
	At        time.Time
	Who, What string   // "Ada Lovelace", "changed the credential"
	Details   []string // "Name: staging → production", "Secrets changed: Password"
}

// Delete shows what a deletion would do.
type Delete struct {
	Now       time.Time
	ID, Name  string
	Projects  []string // that lose access
	LastUsed  time.Time
	Steps     int       // uses so far
	DueAt     time.Time // when it would be purged; not after Now means at the next purge
	OfferedTo string    // whose open offer is revoked; empty for nobody's

	Access Access
}

// Access is the account that a credential is connected to; its zero value is none.
type Access struct {
	Provider, Account string
	Told              bool // the provider can be told that it is given up
}

// DeleteNow asks for the name before a credential goes at once. The form posts "confirm".
type DeleteNow struct {
	ID, Name string
	Refused  string // why it cannot go; the form is left out then
	Typed    string
	Error    string
	Access   Access
}

// Unshare shows what taking a project away would do.
type Unshare struct {
	Now                    time.Time
	ID, Name               string
	ProjectID, ProjectName string
	LastUsed               time.Time // by that project; zero is never
	OfferedTo              string    // whose open offer is revoked; empty for nobody's
}
