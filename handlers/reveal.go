package handlers

import (
	"holdfast/models"
	view "holdfast/views/credentials"
	"holdfast/web"
)

// reveal answers with the secrets themselves. They stand in this answer and
// nowhere else: no redirect, no news, nothing to go back to.
func (h credentials) reveal(r *web.Request) (web.Reply, error) {
	c, err := h.ops.Reveal(r.Ctx(), r.Who, r.UUID("id"))
	v := view.Reveal{ID: c.ID.String(), Name: c.Name, Secrets: secrets(c.Kind.Fields, c.Secrets)}
	return web.Page("Secrets of "+c.Name, view.RevealPage(v)), err
}

// secrets are the fields that hold one, in the order of the form.
func secrets(list []models.Field, clear map[string]string) []view.Secret {
	var out []view.Secret
	for _, f := range list {
		if f.Type == models.GroupField {
			for _, s := range secrets(f.Fields, clear) {
				s.Label = f.Label + ": " + s.Label
				out = append(out, s)
			}
			continue
		}
		if text, held := clear[f.Input()]; held {
			out = append(out, view.Secret{ID: id(f.Input()), Label: f.Label, Text: text})
		}
	}
	return out
}
