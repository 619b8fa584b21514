package oauthclients

import (
	"strconv"
	"strings"

	"holdfast/views/to"
	"holdfast/views/ui"
)

var crumb = ui.Crumb{Label: "OAuth clients", URL: to.OAuthClients()}

func crumbs(id, name string) []ui.Crumb {
	return []ui.Crumb{crumb, {Label: name, URL: to.OAuthClient(id)}}
}

func (l List) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Rows), Noun: "OAuth clients"}
	if !l.First {
		p.First = to.OAuthClients()
	}
	if l.Next != "" {
		p.Next = to.OAuthClientsAfter(l.Next)
	}
	return p
}

// counted is how many credentials there are; counting ends at a thousand.
func counted(n int) string {
	if n >= 1000 {
		return "1,000 or more"
	}
	return strconv.Itoa(n)
}

func credentialsOf(n int) string {
	if n >= 1000 {
		return "1,000 credentials or more are"
	}
	return ui.Plural(n, "credential is", "credentials are")
}

// found says what a provider has told of itself.
func (f Form) found() string {
	const where = "They are filled in below, as the provider describes itself"
	switch f.Scopes {
	case 0:
		return where + ". Nothing is saved yet."
	case 1:
		return where + ", and so is 1 optional scope that it names. Nothing is saved yet."
	}
	return where + ", and so are " + strconv.Itoa(f.Scopes) + " optional scopes that it names: remove what nobody needs. Nothing is saved yet."
}

func (f Form) action() string {
	if f.ID == "" {
		return to.OAuthClients()
	}
	return to.OAuthClient(f.ID)
}

func (f Form) back() string {
	if f.ID == "" {
		return to.OAuthClients()
	}
	return to.OAuthClient(f.ID)
}

func (f Form) title() string {
	if f.ID == "" {
		return "New OAuth client"
	}
	return "Edit " + f.SavedName
}

func (f Form) crumbs() []ui.Crumb {
	if f.ID == "" {
		return []ui.Crumb{crumb, {Label: "Choose a provider", URL: to.NewOAuthClient("")}}
	}
	return crumbs(f.ID, f.SavedName)
}

// the is the provider in the middle of a sentence.
func (p Provider) the() string {
	if p.Title == "" {
		return "the provider"
	}
	return p.Title
}

// begins is the provider where a sentence begins.
func (p Provider) begins() string {
	if p.Title == "" {
		return "The provider"
	}
	return p.Title
}

// kind is the provider in the mark beside a title.
func (p Provider) kind() string {
	if p.Title == "" {
		return "Another provider"
	}
	return p.Title
}

func (p Provider) icon() string {
	if p.Icon == "" {
		return "cable"
	}
	return p.Icon
}

// meaning says what the code means by which a provider refuses a client.
func (p Page) meaning() string {
	switch p.Code {
	case "invalid_client":
		return p.Provider.begins() + " says invalid_client: it does not know this client ID, or does not take its secret. The secret may have ended, or the app may have been deleted there."
	case "unauthorized_client":
		return p.Provider.begins() + " says unauthorized_client: it knows the app, and does not let it do this. The app may have been blocked there, or may lack the right to refresh tokens."
	}
	return p.Provider.begins() + " says " + p.Code + "."
}

func (p Page) resting() string {
	if p.Credentials == 0 {
		return "Until this is mended, nothing is asked with it."
	}
	return credentialsOf(p.Credentials) + " connected with it. Until this is mended, none of their tokens are refreshed."
}

// provider is what stands for the provider: the host of one that is not known.
func (p Page) provider() string {
	if p.Provider.Title == "" && p.Host != "" {
		return p.Host
	}
	return p.Provider.kind()
}

func (p Page) secret() string {
	if p.SecretSet.IsZero() {
		return "None is set"
	}
	return "Set, last changed " + ui.Exact(p.SecretSet)
}

// known are the lines of what is set, as label and value.
func (p Page) known() [][2]string {
	var lines [][2]string
	for _, f := range fields {
		switch f.name {
		case "name", "client_id", "secret", "global", "projects", "mandatory_scopes", "optional_scopes", "scope_docs_url":
			continue
		case "body_format", "scope_separator":
			if p.Texts[f.name] == "form" || p.Texts[f.name] == "space" {
				continue // as everywhere
			}
		}
		if ticked, tick := p.Ticks[f.name]; tick && (ticked || f.name == "pkce") {
			lines = append(lines, [2]string{f.label, yes(ticked)})
		} else if text := p.Texts[f.name]; text != "" {
			lines = append(lines, [2]string{f.label, chosen(f.name, strings.TrimSpace(text))})
		}
	}
	return lines
}

func yes(is bool) string {
	if is {
		return "Yes"
	}
	return "No"
}

func (d Delete) impact() string {
	switch {
	case d.Credentials == 0:
		return "No credential is connected with it, so nothing stops working."
	default:
		return credentialsOf(d.Credentials) + " connected with it. They stay, and say that their client is gone. They work until their tokens end; then somebody has to connect them again with another client."
	}
}

func single(id, label, text string) []ui.Problem {
	if text == "" {
		return nil
	}
	return []ui.Problem{{ID: id, Label: label, Text: text}}
}

// linked reports whether a source is an address that can be opened.
func (f Fact) linked() bool { return strings.HasPrefix(f.Source, "https://") }
