package to

import "net/url"

// Projects lists one's projects, and takes the POST that creates.
func Projects() string { return "/projects" }

// ProjectsAfter is the page of that list that begins after cursor.
func ProjectsAfter(cursor string) string { return Projects() + query("after", cursor) }

// NewProject is the form of a new project.
func NewProject() string { return "/projects/new" }

// Project is the page of one project, and takes the POST that renames it.
func Project(id string) string { return "/projects/" + url.PathEscape(id) }

// RenameProject is the form that renames a project.
func RenameProject(id string) string { return Project(id) + "/edit" }

// ProjectCredentials lists what a project may use.
func ProjectCredentials(id string) string { return Project(id) + "/credentials" }

// ProjectCredentialsWith is that list, filtered.
func ProjectCredentialsWith(id string, f CredentialFilter) string {
	f.Project = ""
	return ProjectCredentials(id) + f.Query()
}

// Members lists a project's members, and takes the POST that adds one.
func Members(project string) string { return Project(project) + "/members" }

// MembersAfter is the page of that list that begins after cursor.
func MembersAfter(project, cursor string) string { return Members(project) + query("after", cursor) }

// Member takes the POST that changes one member's role.
func Member(project string, user int64) string { return Members(project) + "/" + number(user) }

// RemoveMember shows what removing a member would do; a POST does it.
func RemoveMember(project string, user int64) string { return Member(project, user) + "/remove" }

// MakeOwner asks whether to hand the project over; a POST does it.
func MakeOwner(project string, user int64) string { return Member(project, user) + "/make-owner" }

// LeaveProject asks whether to leave; a POST does it.
func LeaveProject(project string) string { return Project(project) + "/leave" }
