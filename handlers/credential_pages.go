package handlers

import (
	"time"

	"holdfast/models"
	ops "holdfast/models/credentials"
	view "holdfast/views/credentials"
	"holdfast/views/to"
	"holdfast/web"
)

// titled finds the title and the icon of a kind by its name.
type titled func(kind string) (title, icon string)

func rows(list []models.Listed, title titled) []view.Row {
	out := make([]view.Row, 0, len(list))
	for _, c := range list {
		r := view.Row{ID: c.ID.String(), Name: c.Name, Owner: c.OwnerName, LastUsed: c.LastUsedAt, Updated: c.UpdatedAt, DueAt: orZero(c.DeletionAt), Purged: c.PurgedAt != nil, Offered: c.Offered}
		r.KindTitle, r.KindIcon = title(c.Kind)
		if c.Health != nil {
			r.Health = string(c.Health.State)
		}
		for i, p := range c.Projects {
			if i == 3 {
				r.MoreProjects = len(c.Projects) - i
				break
			}
			r.Projects = append(r.Projects, p.Name)
		}
		out = append(out, r)
	}
	return out
}

func page(r *web.Request, c ops.View, history models.EventPage) view.Page {
	p := view.Page{
		Now: r.Now(), ID: c.ID.String(), Name: c.Name, Kind: kind(c.Kind), Version: int(c.Version),
		Owner: "You", Mine: true, Created: c.CreatedAt, Updated: c.UpdatedAt, LastUsed: c.LastUsedAt,
		DueAt: orZero(c.DeletionAt), Purged: c.Purged(), Unreadable: c.Broken != "",
		CanEdit: c.Editable() == nil, CanDelete: c.Editable() == nil,
		CanReveal:  c.Broken == "" && len(c.Held) > 0,
		CanRestore: c.Restorable() == nil, CanDeleteNow: c.Scheduled(), CanOffer: c.Editable() == nil && c.Offer == nil,
		Values: values(c.Kind.Fields, c), History: events(history.Rows, labelsOf(c.Kind.Fields)),
	}
	for _, s := range c.Projects {
		p.Projects = append(p.Projects, view.ProjectLink{ID: s.ID.String(), Name: s.Name, CanRemove: p.CanEdit, Member: s.Role != ""})
	}
	if o := c.Offer; o != nil {
		p.Offer = &view.Offer{To: o.To.Name, ToEmail: o.To.Email, Until: o.ExpiresAt, Letter: string(o.Letter), Trouble: trouble(r, *o), By: o.By.Name}
	}
	if history.Next != "" {
		p.Older = to.CredentialBefore(p.ID, history.Next)
	}
	if r.Query("before") != "" {
		p.Newest = to.Credential(p.ID)
	}
	return p
}

// values are the fields of the body, as far as their owner may see them.
func values(list []models.Field, c ops.View) []view.Value {
	if c.Broken != "" || c.Purged() {
		return nil
	}
	var out []view.Value
	for _, f := range list {
		if f.Type == models.GroupField {
			for _, v := range values(f.Fields, c) {
				v.Label = f.Label + ": " + v.Label
				out = append(out, v)
			}
			continue
		}
		since, held := c.Held[f.Input()]
		text := c.Values[f.Input()]
		out = append(out, view.Value{Label: f.Label, Text: shownText(f, text), Secret: f.Secret, Set: held || text != "", ChangedAt: since})
	}
	return out
}

// shownText is a value in words: the label of a choice, yes or no.
func shownText(f models.Field, text string) string {
	for _, o := range f.Options {
		if o.Value == text {
			return o.Label
		}
	}
	switch {
	case f.Type == models.CheckboxField && text == "true":
		return "Yes"
	case f.Type == models.CheckboxField:
		return "No"
	}
	return text
}

func glimpsed(r *web.Request, c models.Listed, title titled) view.Page {
	p := view.Page{Now: r.Now(), ID: c.ID.String(), Name: c.Name, Owner: c.OwnerName, Created: c.CreatedAt, Updated: c.UpdatedAt, LastUsed: c.LastUsedAt}
	p.Kind.Name = c.Kind
	p.Kind.Title, p.Kind.Icon = title(c.Kind)
	if c.Health != nil {
		p.Health = healthView(*c.Health)
	}
	for _, s := range c.Projects {
		p.Projects = append(p.Projects, view.ProjectLink{ID: s.ID.String(), Name: s.Name, Member: true})
	}
	return p
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
