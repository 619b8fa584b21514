package oauthclients

import (
	"slices"
	"strconv"

	"holdfast/views/ui"
)

// field is one of the form: what it is called, and what to say of it.
type field struct {
	name, label, hint, placeholder string
	needed                         bool
	more                           bool // it stands below "More about this provider"
}

// fields are those of the form, in their order.
var fields = []field{
	{name: "name", label: "Name", needed: true, hint: "People see it when they choose what to connect with."},
	{name: "client_id", label: "Client ID", needed: true, hint: "The provider gives it to you when you register the app there."},
	{name: "secret", label: "Client secret"},
	{name: "auth_method", label: "How Holdfast sends the secret", needed: true, hint: "Always in this way; Holdfast does not try others."},

	{name: "issuer", label: "Issuer", placeholder: "https://login.example.org", hint: "Exactly as the provider spells it; a slash at the end matters."},
	{name: "authorize_url", label: "Authorization endpoint", needed: true, hint: "Where people are asked for their consent."},
	{name: "token_url", label: "Token endpoint", needed: true, hint: "Where tokens are given out and refreshed."},
	{name: "revoke_url", label: "Revocation endpoint", hint: "Without it, access can't be given up from here."},
	{name: "userinfo_url", label: "Userinfo endpoint", hint: "Tells whose account was connected."},
	{name: "introspect_url", label: "Introspection endpoint"},
	{name: "pkce", label: "Use PKCE (S256)", hint: "Leave it ticked unless the provider refuses it."},
	{name: "names_itself", label: "It sends browsers back with its issuer (RFC 9207)", hint: "A browser that comes back without it, or with another, is then turned away."},

	{name: "mandatory_scopes", label: "Mandatory scopes", hint: "Always asked for. One a line; capital letters stay as they are."},
	{name: "optional_scopes", label: "Optional scopes", hint: "Whoever connects chooses among them. One a line."},
	{name: "scope_docs_url", label: "Page about scopes", hint: "Shown to whoever connects."},

	{name: "authorize_params", label: "Extra authorization parameters", hint: "One a line, as name=value, such as access_type=offline. They are not kept secret."},
	{name: "token_params", label: "Extra token parameters", hint: "One a line, as name=value. They are not kept secret."},

	{name: "global", label: "Everybody may connect with it"},
	{name: "projects", label: "Projects"},

	{name: "refresh_url", label: "Refresh endpoint", more: true, hint: "Where it is not the token endpoint."},
	{name: "body_format", label: "How requests are written", needed: true, more: true},
	{name: "scope_separator", label: "What stands between scopes", needed: true, more: true},
	{name: "scope_aliases", label: "Scopes that come back under another name", more: true, hint: "One a line, as asked=answered."},
	{name: "tokens_at", label: "Where the tokens are in the answer", more: true, hint: "A JSON pointer such as /authed_user. Empty is the whole answer."},
	{name: "subject_at", label: "What tells accounts apart", more: true, hint: "JSON pointers such as /userinfo/sub, one a line. The first that is there counts."},
	{name: "account_at", label: "What the account is called", more: true, hint: "JSON pointers such as /userinfo/email, one a line."},
	{name: "keep", label: "Kept from the answer", more: true, hint: "Members that programs need, such as instance_url, one a line."},
	{name: "keep_back", label: "Kept from the way back", more: true, hint: "Parameters that come back with the browser, such as realmId, one a line."},
	{name: "userinfo_post", label: "Ask the userinfo endpoint by POST", more: true},
	{name: "access_life", label: "Life of access tokens, in minutes", more: true, hint: "For answers that don't say."},
	{name: "refresh_life", label: "Life of refresh tokens, in days", more: true, hint: "Used or not. Empty when they don't end."},
	{name: "idle_life", label: "Life of unused refresh tokens, in days", more: true, hint: "Empty when they don't end."},
	{name: "grace", label: "Used refresh tokens are taken again for, in minutes", more: true, hint: "When the answer was lost. Empty when they are not."},
	{name: "keep_alive", label: "Using a refresh token puts off its end", more: true, hint: "Holdfast then refreshes in time, also when no program asks."},
	{name: "revokes_all", label: "Revoking one token ends every grant of the account", more: true, hint: "Holdfast then revokes nothing while another credential uses the same account."},
}

func fieldOf(name string) field {
	for _, f := range fields {
		if f.name == name {
			return f
		}
	}
	return field{name: name, label: name}
}

// label is what a field is called.
func label(name string) string { return fieldOf(name).label }

func (f Form) describedBy(name string) string {
	described := ui.DescribedBy(name, f.hint(name), f.Errors[name])
	if f.unsure(name) {
		if described != "" {
			described += " "
		}
		described += name + "-unsure"
	}
	return described
}

func (f Form) hint(name string) string {
	switch {
	case name != "secret":
		return fieldOf(name).hint
	case f.Retype:
		return "Enter it again: a secret is never sent back."
	case f.SecretSet.IsZero() && f.Texts["auth_method"] == "none":
		return "Leave it empty if there is none."
	case f.ID == "":
		return "It is encrypted, and never shown again."
	case f.SecretSet.IsZero():
		return "None is set."
	}
	return "Set, last changed " + ui.Exact(f.SecretSet) + ". Leave it empty to keep it."
}

// unsure reports whether a field stands as somebody remembers it: what was typed
// over it is the person's own, but the form can't tell.
func (f Form) unsure(name string) bool { return f.Unsure[name] }

// folded are the fields that the catalogue fills in: of a known provider they need
// not be seen.
var folded = []string{
	"auth_method", "issuer", "authorize_url", "token_url", "revoke_url", "userinfo_url", "introspect_url", "pkce", "names_itself", "authorize_params", "token_params",
}

// foldedOpen reports whether one of them has to be mended.
func (f Form) foldedOpen() bool {
	return slices.ContainsFunc(folded, func(name string) bool { return f.Errors[name] != "" })
}

// fold says what is folded, and how much of it nobody has confirmed.
func (f Form) fold() string {
	if f.ID != "" {
		return "Endpoints and parameters"
	}
	return "Filled in from the catalogue" + f.fromMemory(func(one field) bool { return slices.Contains(folded, one.name) })
}

func isMore(one field) bool { return one.more }

// fromMemory counts the fields below a fold that nobody has confirmed.
func (f Form) fromMemory(below func(field) bool) string {
	n := 0
	for _, one := range fields {
		if below(one) && f.unsure(one.name) {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return " (1 from memory: check it)"
	}
	return " (" + strconv.Itoa(n) + " from memory: check them)"
}

// moreOpen reports whether what is rarely needed is shown at once: what is wrong,
// and what somebody entered by hand. What the catalogue filled in need not be read.
func (f Form) moreOpen() bool {
	for _, one := range fields {
		if one.more && f.Errors[one.name] != "" {
			return true
		}
	}
	if f.Provider.Name != "" {
		return false
	}
	for _, one := range fields {
		usual := f.Texts[one.name] == "" || one.name == "body_format" && f.Texts[one.name] == "form" || one.name == "scope_separator" && f.Texts[one.name] == "space"
		if one.more && (!usual || f.Ticks[one.name]) {
			return true
		}
	}
	return false
}

// choices are what may be chosen in a field, with the words for it.
var choices = map[string][]ui.Option{
	"auth_method": {
		{Value: "client_secret_basic", Label: "In a header (client_secret_basic)"},
		{Value: "client_secret_post", Label: "In the request (client_secret_post)"},
		{Value: "none", Label: "There is no secret (none)"},
	},
	"body_format":     {{Value: "form", Label: "As a form"}, {Value: "json", Label: "As JSON"}},
	"scope_separator": {{Value: "space", Label: "A space"}, {Value: "comma", Label: "A comma"}},
}

func chosen(name, value string) string {
	for _, o := range choices[name] {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}
