package handlers

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/models"
	ops "holdfast/models/oauth"
	view "holdfast/views/oauthclients"
	"holdfast/views/ui"
	"holdfast/web"
)

// texts are the fields of the form that hold text, by their inputs. The secret is
// none of them: it goes in and never comes out.
func texts(f *models.ClientForm) map[string]*string {
	return map[string]*string{
		"name": &f.Name, "client_id": &f.ClientID, "auth_method": &f.Auth,
		"issuer": &f.Issuer, "authorize_url": &f.Authorize, "token_url": &f.Token, "refresh_url": &f.Refresh, "revoke_url": &f.Revoke,
		"userinfo_url": &f.UserInfo, "introspect_url": &f.Introspect, "scope_docs_url": &f.ScopeDocs,
		"mandatory_scopes": &f.Mandatory, "optional_scopes": &f.Optional, "scope_aliases": &f.Aliases, "scope_separator": &f.Separator, "body_format": &f.Body,
		"authorize_params": &f.AuthorizeParams, "token_params": &f.TokenParams, "tokens_at": &f.TokensAt, "subject_at": &f.SubjectAt, "account_at": &f.AccountAt,
		"keep": &f.Keep, "keep_back": &f.KeepBack, "access_life": &f.Life, "refresh_life": &f.RefreshLife, "idle_life": &f.IdleLife, "grace": &f.Grace,
	}
}

// ticks are the fields of the form that are yes or no.
func ticks(f *models.ClientForm) map[string]*bool {
	return map[string]*bool{
		"names_itself": &f.NamesItself, "pkce": &f.PKCE, "userinfo_post": &f.UserInfoPost, "keep_alive": &f.KeepAlive, "revokes_all": &f.RevokesAll, "global": &f.Global,
	}
}

// clientForm is what was posted.
func clientForm(r *web.Request) models.ClientForm {
	f := models.ClientForm{Provider: r.Value("provider"), Secret: r.Value("secret")}
	f.Version, _ = strconv.ParseInt(r.Value("version"), 10, 64) // what is no number is no version: the form is stale
	for name, into := range texts(&f) {
		*into = strings.ReplaceAll(r.Value(name), "\r\n", "\n")
	}
	for name, into := range ticks(&f) {
		*into = r.Checked(name)
	}
	for _, id := range r.Values("project") {
		f.Projects = append(f.Projects, models.ParseID(id))
	}
	return f
}

func shownTexts(f models.ClientForm) map[string]string {
	shown := map[string]string{}
	for name, text := range texts(&f) {
		shown[name] = *text
	}
	return shown
}

func shownTicks(f models.ClientForm) map[string]bool {
	shown := map[string]bool{}
	for name, is := range ticks(&f) {
		shown[name] = *is
	}
	return shown
}

// form is the form as it is filled in, of a new client or of the one that is kept.
func (h oauthClients) form(r *web.Request, f models.ClientForm, kept *ops.ClientView) (view.Form, error) {
	v := view.Form{
		Redirect: h.callback(), Retype: r.Value("secret") != "", Provider: h.provider(f.Provider), Admin: r.Who.Admin(),
		Texts: shownTexts(f), Ticks: shownTicks(f), Version: f.Version,
	}
	if p, err := h.ops.KnownBy(v.Provider.Name); err == nil {
		v.Notes, v.Facts = p.Notes, facts(p)
		v.Unsure = unsure(p, kept == nil)
	}
	var have []models.SharedWith
	if kept != nil {
		v.ID, v.SavedName, v.SecretSet, v.KeepGlobal = kept.ID.String(), kept.Name, kept.SecretSet, kept.Global
		have = kept.Offered
	}
	mine, err := h.creds.Projects(r.Ctx(), r.Who)
	v.Projects = offerable(mine, have, f.Projects)
	return v, err
}

// offerable are the projects to tick. One that has the client already and where
// the person may not share stays as it is.
func offerable(mine, have []models.SharedWith, chosen []models.ID) []view.Share {
	var out []view.Share
	for _, p := range have {
		if !slices.ContainsFunc(mine, func(m models.SharedWith) bool { return m.ID == p.ID }) {
			out = append(out, view.Share{ID: p.ID.String(), Name: p.Name, Checked: true, Locked: true, Note: "You may not share there, so it stays."})
		}
	}
	for _, p := range mine {
		out = append(out, view.Share{ID: p.ID.String(), Name: p.Name, Checked: slices.Contains(chosen, p.ID), Note: roleWord(p.Role)})
	}
	return out
}

// unsure are the fields of a new form that hold what nobody has confirmed. Of a
// client that is kept, its owner has had the time to.
func unsure(p models.KnownProvider, fresh bool) map[string]bool {
	fields := map[string]bool{}
	for _, f := range p.Facts {
		fields[f.Of] = f.Unsure && fresh
	}
	return fields
}

func facts(p models.KnownProvider) []view.Fact {
	var out []view.Fact
	for _, f := range p.Facts {
		out = append(out, view.Fact{Of: f.Of, Value: factText(f), Source: f.Source, Seen: f.Seen, Unsure: f.Unsure})
	}
	return out
}

// factText is the value of a fact in words.
func factText(f models.ProviderFact) string {
	var value any
	if json.Unmarshal([]byte(f.Value), &value) != nil {
		return f.Value
	}
	switch v := value.(type) {
	case bool:
		return map[bool]string{true: "Yes", false: "No"}[v]
	case float64:
		return lasting(time.Duration(v) * time.Second)
	case []any:
		return joined(v)
	case map[string]any:
		var pairs []any
		for _, name := range slices.Sorted(maps.Keys(v)) {
			pairs = append(pairs, name+"="+joined([]any{v[name]}))
		}
		return joined(pairs)
	}
	return joined([]any{value})
}

func joined(list []any) string {
	var words []string
	for _, one := range list {
		if text, ok := one.(string); ok {
			words = append(words, text)
		}
	}
	return strings.Join(words, ", ")
}

// lasting is a length of time in words.
func lasting(d time.Duration) string {
	switch {
	case d >= 24*time.Hour && d%(24*time.Hour) == 0:
		return ui.Plural(int(d/(24*time.Hour)), "day", "days")
	case d >= time.Hour && d%time.Hour == 0:
		return ui.Plural(int(d/time.Hour), "hour", "hours")
	case d%time.Minute == 0:
		return ui.Plural(int(d/time.Minute), "minute", "minutes")
	}
	return ui.Plural(int(d/time.Second), "second", "seconds")
}

// picker is the choice of the providers that match what was searched.
func (h oauthClients) picker(q string) view.Picker {
	v := view.Picker{Q: q}
	wanted := strings.Fields(models.Fold(q))
	for _, p := range h.ops.Known() {
		found := known(p)
		found.Words = models.Fold(strings.Join(append([]string{p.Title, p.Name}, p.Aliases...), " "))
		if containsAll(found.Words, wanted) {
			v.Providers = append(v.Providers, found)
		}
	}
	return v
}

func known(p models.KnownProvider) view.Provider {
	return view.Provider{Name: p.Name, Title: p.Title, Icon: p.Icon, Docs: p.Docs}
}

// provider is one of the catalogue, or the zero value for another.
func (h oauthClients) provider(name string) view.Provider {
	p, err := h.ops.KnownBy(name)
	if err != nil {
		return view.Provider{}
	}
	return known(p)
}

// inputs are what the address says of what a provider's addresses depend on, and
// whether it says all of it.
func inputs(r *web.Request, p models.KnownProvider) (given map[string]string, all bool) {
	given, all = map[string]string{}, true
	for _, in := range p.Inputs {
		given[in.Name] = r.Query("input/" + in.Name)
		all = all && r.QueryParams().Has("input/"+in.Name)
	}
	return given, all
}

func (h oauthClients) asking(p models.KnownProvider, given map[string]string, wrong models.Fields) view.Asking {
	v := view.Asking{Provider: known(p)}
	for _, in := range p.Inputs {
		value := given[in.Name]
		if value == "" && wrong == nil {
			value = in.Default
		}
		v.Inputs = append(v.Inputs, view.Asked{Name: in.Name, Label: in.Label, Hint: in.Hint, Example: in.Example, Value: value, Error: wrong["input/"+in.Name]})
	}
	return v
}
