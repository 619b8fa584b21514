package handlers

import (
	"slices"
	"strings"

	"holdfast/models"
	ops "holdfast/models/credentials"
	view "holdfast/views/credentials"
	"holdfast/views/to"
	"holdfast/views/ui"
	"holdfast/web"
)

// emptyForm is the form of a new credential of a kind.
func (h credentials) emptyForm(r *web.Request, k models.Kind) (view.Form, error) {
	projects, err := h.ops.Projects(r.Ctx(), r.Who)
	f := view.Form{
		Now: r.Now(), Kind: kind(k), KindHint: k.Description, KindDocs: k.DocsURL,
		Fields: fields(k.Fields, ops.View{}, true), Projects: shares(projects, nil),
	}
	return f, err
}

// form is the form of a stored credential, as it stands.
func (h credentials) form(r *web.Request, c ops.View) (view.Form, error) {
	projects, err := h.ops.Projects(r.Ctx(), r.Who)
	f := view.Form{
		ID: c.ID.String(), Now: r.Now(), Kind: kind(c.Kind), KindHint: c.Kind.Description, KindDocs: c.Kind.DocsURL,
		Version: int(c.Version), Name: c.Name, SavedName: c.Name, Wrong: c.Broken,
		Fields: fields(c.Kind.Fields, c, false), Projects: shares(projects, c.Projects),
	}
	if c.Offer != nil {
		f.OfferedTo = c.Offer.To.Name
	}
	return f, err
}

// fields are the controls of a kind, holding what c may show. A new form
// starts with the defaults.
func fields(list []models.Field, c ops.View, fresh bool) []view.Field {
	out := make([]view.Field, 0, len(list))
	for _, f := range list {
		since, held := c.Held[f.Input()]
		one := view.Field{
			Input: f.Input(), ID: id(f.Input()), Label: f.Label, Hint: f.Hint, Placeholder: f.Placeholder,
			Type: string(f.Type), Required: f.Required, Secret: f.Secret, Held: held, ChangedAt: since,
			Removable: held && !f.Required, Value: c.Values[f.Input()], Fields: fields(f.Fields, c, fresh),
		}
		if fresh && !f.Secret {
			one.Value = f.Default
		}
		one.Checked = one.Value == "true"
		for _, o := range f.Options {
			one.Options = append(one.Options, ui.Option{Value: o.Value, Label: o.Label})
		}
		out = append(out, one)
	}
	return out
}

// id makes an HTML id of an input's name.
func id(input string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, input)
}

// asTyped is the form as it was sent, secrets excepted, with what is wrong.
func asTyped(f view.Form, r *web.Request, wrong models.Fields) view.Form {
	f.Name, f.NameError = r.Value("name"), wrong["name"]
	f.Revoke, f.RevokeError = r.Checked("revoke"), wrong["revoke"]
	f.Fields = typedFields(f.Fields, r, wrong)
	f.Wrong = strings.TrimSpace(elsewhere(f.Fields, wrong) + " " + wrong["projects"])
	chosen := map[string]bool{}
	for _, id := range r.Values("project") {
		chosen[id] = true
	}
	for i, p := range f.Projects {
		f.Projects[i].Checked = p.Locked && p.Checked || chosen[p.ID]
	}
	return f
}

// elsewhere is what is wrong with the body and with no field of it.
func elsewhere(list []view.Field, wrong models.Fields) string {
	for _, f := range list {
		if f.Input == "body" {
			return "" // the body is one field, which says it
		}
	}
	return wrong["body"]
}

func typedFields(list []view.Field, r *web.Request, wrong models.Fields) []view.Field {
	removed := map[string]bool{}
	for _, input := range r.Values("remove") {
		removed[input] = true
	}
	for i := range list {
		f := &list[i]
		f.Error, f.Remove = wrong[f.Input], removed[f.Input]
		f.Retype = f.Secret && r.Value(f.Input) != ""
		if !f.Secret {
			f.Value, f.Checked = r.Value(f.Input), r.Value(f.Input) != ""
		}
		f.Fields = typedFields(f.Fields, r, wrong)
	}
	return list
}

// shares are the projects to tick: those that have the credential already are
// locked, since taking one away shows its impact first.
func shares(mine, have []models.SharedWith) []view.Share {
	had := map[models.ID]bool{}
	out := make([]view.Share, 0, len(mine)+len(have))
	for _, p := range have {
		had[p.ID] = true
		out = append(out, view.Share{ID: p.ID.String(), Name: p.Name, Checked: true, Locked: true, Note: "Shared. To take it away, open the credential's page."})
	}
	for _, p := range mine {
		if !had[p.ID] {
			out = append(out, view.Share{ID: p.ID.String(), Name: p.Name, Note: roleWord(p.Role)})
		}
	}
	return out
}

func kind(k models.Kind) view.Kind { return view.Kind{Name: k.Name, Title: k.Title, Icon: k.Icon} }

// picker is the choice of kinds that match what was searched. What is connected
// instead of entered comes first, with a tile for each client to connect with.
func picker(kinds []models.Kind, clients []models.MayConnect, q string) view.Picker {
	p := view.Picker{Q: q}
	wanted := strings.Fields(models.Fold(q))
	for _, group := range byGroup(kinds) {
		g := view.KindGroup{Title: group[0].Group}
		for _, k := range group {
			found := kind(k)
			found.Words = models.Fold(strings.Join(append([]string{k.Title, k.Name, k.Group}, k.Aliases...), " "))
			if containsAll(found.Words, wanted) {
				g.Kinds = append(g.Kinds, found)
			}
		}
		connected := group[0].Name == models.OAuthKind
		if connected {
			g.Kinds = append(g.Kinds, tiles(clients, group[0], wanted)...)
		}
		switch {
		case len(g.Kinds) == 0:
		case connected:
			p.Groups = slices.Insert(p.Groups, 0, g)
		default:
			p.Groups = append(p.Groups, g)
		}
	}
	return p
}

// tiles are the clients that match what was searched.
func tiles(clients []models.MayConnect, k models.Kind, wanted []string) (found []view.Kind) {
	for _, c := range clients {
		tile := view.Kind{Name: c.ID.String(), Title: clientTitle(c), Icon: k.Icon, URL: to.ConnectNew(c.ID.String())}
		tile.Words = models.Fold(strings.Join([]string{tile.Title, k.Title, k.Group}, " "))
		if containsAll(tile.Words, wanted) {
			found = append(found, tile)
		}
	}
	return found
}

func clientTitle(c models.MayConnect) string {
	if c.Provider == c.Name {
		return c.Name
	}
	return c.Provider + ": " + c.Name
}

// byGroup parts kinds, which come in the order of their groups.
func byGroup(kinds []models.Kind) [][]models.Kind {
	var groups [][]models.Kind
	for i, k := range kinds {
		if i == 0 || k.Group != kinds[i-1].Group {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], k)
	}
	return groups
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func kindOptions(kinds []models.Kind) []ui.Option {
	out := make([]ui.Option, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, ui.Option{Value: k.Name, Label: k.Title})
	}
	return out
}

func projectOptions(list []models.SharedWith) []ui.Option {
	out := make([]ui.Option, 0, len(list))
	for _, p := range list {
		out = append(out, ui.Option{Value: p.ID.String(), Label: p.Name})
	}
	return out
}
