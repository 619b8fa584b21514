package connect

import (
	"slices"
	"strconv"

	"holdfast/views/to"
	"holdfast/views/ui"
)

// Title is the title of the form's page.
func (f Form) Title() string {
	switch {
	case f.ID == "":
		return "Connect an account"
	case f.Has != "":
		return "Reconnect " + f.SavedName
	}
	return "Connect " + f.SavedName
}

func (f Form) crumbs() []ui.Crumb {
	if f.ID == "" {
		return []ui.Crumb{{Label: "Credentials", URL: to.Credentials()}, {Label: "New", URL: to.PickKind()}}
	}
	return crumbs(f.SavedName, f.ID)
}

// crumbs lead to a page about one credential.
func crumbs(name, id string) []ui.Crumb {
	return []ui.Crumb{{Label: "Credentials", URL: to.Credentials()}, {Label: name, URL: to.Credential(id)}}
}

func (f Form) url() string {
	if f.ID == "" {
		return to.Credentials()
	}
	return to.Connect(f.ID)
}

// with is this form with another client chosen.
func (f Form) with(client string) string {
	if f.ID == "" {
		return to.ConnectNew(client)
	}
	return to.ConnectWith(f.ID, client)
}

// back is where Cancel leads.
func (f Form) back() string {
	if f.ID == "" {
		return to.PickKind()
	}
	return to.Credential(f.ID)
}

// others are the clients to change to.
func (f Form) others() []Client {
	return slices.DeleteFunc(slices.Clone(f.Clients), func(c Client) bool { return f.Chosen != nil && c.ID == f.Chosen.ID })
}

// account is the present account, in a sentence.
func (f Form) account() string {
	if f.Account == "" {
		return "the present one"
	}
	return f.Account
}

const nameHint = "How you will find it again. No two of yours may be called the same."

const moreHint = "What your programs need and the list above has not, one a line, spelled as the provider spells it."

// problems are all faults of the form, in the order of its fields.
func (f Form) problems() []ui.Problem {
	var found []ui.Problem
	for _, p := range []ui.Problem{
		{ID: "clients", Label: "OAuth client", Text: f.ClientError},
		{ID: "name", Label: "Name", Text: f.NameError},
		{ID: "scopes", Label: "Scopes", Text: f.ScopesError},
		{ID: "projects", Label: "Projects", Text: f.ProjectsError},
	} {
		if p.Text == "" {
			continue
		}
		if f.Chosen == nil && (p.ID != "clients" || len(f.Clients) == 0) { // there is no such field yet
			p.ID = ""
		}
		found = append(found, p)
	}
	return found
}

// title names a client by its provider, too.
func (c Client) title() string {
	if c.Provider == "" || c.Provider == c.Name {
		return c.Name
	}
	return c.Provider + ": " + c.Name
}

// provider is what the other side is called in a sentence.
func (c Client) provider() string {
	if c.Provider == "" {
		return c.Name
	}
	return c.Provider
}

// at is where the person signs in, in a sentence.
func (c Client) at() string {
	if c.At == "" {
		return "at " + c.provider()
	}
	return "at " + c.At
}

// at is where the person signs in, in a sentence.
func (l Leaving) at() string {
	if l.At == "" {
		return "there"
	}
	return "at " + l.At
}

// notShown says how to come to the clients that are not shown.
func (f Form) notShown() string {
	text := "Only the first " + strconv.Itoa(len(f.Clients)) + " are shown."
	if f.ID != "" {
		return text
	}
	return text + " Open OAuth clients for the others: the page of each has “Connect an account”."
}

func scopeID(i int) string { return "scope-" + strconv.Itoa(i) }

func (s Scope) note() string {
	switch {
	case s.Locked:
		return "always asked for"
	case s.Before:
		return "of the present connection"
	}
	return ""
}

// account is what is taken away, at the beginning of a sentence.
func (d Disconnect) account() string {
	if d.Account == "" {
		return "The account at " + d.Provider
	}
	return d.Account
}

// told says what the provider hears of it.
func (d Disconnect) told() string {
	if d.Told {
		return d.Provider + " is told that Holdfast gives its access up, and its tokens stop working there. Only where another credential of the same account would end as well, it is not told."
	}
	return d.Provider + " can't be told by Holdfast. To take the access back there, too, remove Holdfast in the account's own settings."
}
