package to

import "net/url"

// CredentialFilter narrows and orders a list of credentials. Its zero value is
// the plain list; empty fields stay out of the URL.
type CredentialFilter struct {
	Q       string // part of a name
	Kind    string // name of a kind
	Project string // id of a project
	State   string // "" active and scheduled, "active", "scheduled" or "purged"
	Sort    string // "" by name, "newest", "changed" or "used"
	After   string // cursor of the page before; empty for the first page
}

// Query is the filter as "?…", or nothing.
func (f CredentialFilter) Query() string {
	return query("q", f.Q, "kind", f.Kind, "project", f.Project, "state", f.State, "sort", f.Sort, "after", f.After)
}

// From is the same filter at the page that begins after cursor; an empty cursor is the first page.
func (f CredentialFilter) From(cursor string) CredentialFilter {
	f.After = cursor
	return f
}

// Credentials is one's own list, and takes the POST that creates.
func Credentials() string { return "/credentials" }

// CredentialsWith is one's own list, filtered.
func CredentialsWith(f CredentialFilter) string { return Credentials() + f.Query() }

// PickKind is the picker of kinds, the first step of a new credential.
func PickKind() string { return "/credentials/new" }

// NewCredential is the empty form of one kind.
func NewCredential(kind string) string { return PickKind() + query("kind", kind) }

// Credential is the page of one credential, and takes the POST that changes it.
func Credential(id string) string { return "/credentials/" + url.PathEscape(id) }

// CredentialBefore is the page of one credential whose history begins before cursor.
func CredentialBefore(id, cursor string) string { return Credential(id) + query("before", cursor) }

// EditCredential is the form of one credential.
func EditCredential(id string) string { return Credential(id) + "/edit" }

// DeleteCredential shows what deleting would do; a POST schedules it.
func DeleteCredential(id string) string { return Credential(id) + "/delete" }

// RestoreCredential takes the POST that calls a deletion off.
func RestoreCredential(id string) string { return Credential(id) + "/restore" }

// DeleteCredentialNow asks for the name; a POST deletes without waiting.
func DeleteCredentialNow(id string) string { return Credential(id) + "/delete-now" }

// Unshare shows what taking a project away would do; a POST does it.
func Unshare(credential, project string) string {
	return Credential(credential) + "/projects/" + url.PathEscape(project) + "/remove"
}
