package kinds

import (
	"strings"

	"holdfast/models"
)

// unknownKind is what Read and Cast say, under "kind", when no kind has the name.
const unknownKind = "This kind of credential is not known here. Choose another."

// Read makes a body from a posted form. before is the body as it stands, nil for
// a new credential: an empty secret keeps what is there, remove/PATH = on clears
// it, and keys that the schema does not know stay. Every fault is told at the
// name of its control, or under "body" where there is none; with faults there is
// no body.
func (c *Catalogue) Read(kind string, form map[string][]string, before map[string]any) (map[string]any, models.Fields) {
	e, ok := c.entries[kind]
	if !ok {
		return nil, models.Fields{"kind": unknownKind}
	}
	r := reading{form: form, before: before, fields: models.Fields{}, removed: map[string]bool{}}
	body := r.body(e)
	return r.checked(e, body)
}

type reading struct {
	form    map[string][]string
	before  map[string]any
	fields  models.Fields
	removed map[string]bool // inputs of secrets that are to go
}

func (r *reading) checked(e *entry, body map[string]any) (map[string]any, models.Fields) {
	if body != nil {
		e.check(body, r.removed, r.fields)
	}
	if len(r.fields) > 0 {
		return nil, r.fields
	}
	return body, nil
}

func (r *reading) body(e *entry) map[string]any {
	if e.kind.Whole {
		return r.whole(e.nodes[0])
	}
	return r.object(e.nodes, r.before)
}

func (r *reading) whole(n *node) map[string]any {
	text := r.text(n)
	if strings.TrimSpace(text) != "" {
		if r.toRemove(n) {
			r.fields.Add(n.field.Input(), typeOrRemove)
			return nil
		}
		value, complaint := n.fromText(text)
		body, isObject := value.(map[string]any)
		if complaint == "" && !isObject {
			complaint = jsonObject
		}
		if complaint != "" {
			r.fields.Add(n.field.Input(), complaint)
			return nil
		}
		return body
	}
	switch {
	case r.toRemove(n):
		r.fields.Add(n.field.Input(), replaceInstead)
		return nil
	case r.before == nil:
		r.fields.Add(n.field.Input(), jsonObject)
	}
	return r.before
}

// text is what was posted for a control; of several values the last counts.
func (r *reading) text(n *node) string {
	posted := r.form[n.field.Input()]
	if len(posted) == 0 {
		return ""
	}
	return posted[len(posted)-1]
}

func (r *reading) toRemove(n *node) bool {
	marks := r.form["remove"+n.field.Path]
	return len(marks) > 0 && marks[len(marks)-1] == "on"
}

func (r *reading) object(nodes []*node, before map[string]any) map[string]any {
	body := unknownKeys(nodes, before)
	for _, n := range nodes {
		if value, given := r.value(n, before); given {
			body[n.name] = value
		}
	}
	return body
}

func (r *reading) value(n *node, before map[string]any) (value any, given bool) {
	switch {
	case n.field.Type == models.GroupField:
		return r.group(n, before[n.name])
	case n.field.Type == models.CheckboxField:
		text := r.text(n)
		return text == "on" || text == "true", true
	case n.field.Secret:
		return r.secret(n, before)
	}
	text := r.text(n)
	if strings.TrimSpace(text) == "" {
		return nil, n.emptyIsNull()
	}
	return r.cast(n, text), true
}

// group reads a nested object. An optional one in which nothing was entered is
// left out, so that its required fields are not asked for.
func (r *reading) group(n *node, held any) (any, bool) {
	before, _ := held.(map[string]any)
	body := r.object(n.children, before)
	switch {
	case touched(n.children, body):
		return body, true
	case n.emptyIsNull():
		return nil, true
	}
	return body, n.required
}

// emptyIsNull reports whether nothing entered is written as null: the schema
// wants the key to be there and lets it say nothing.
func (n *node) emptyIsNull() bool { return n.required && n.nullable }

func touched(nodes []*node, body map[string]any) bool {
	for key, value := range body {
		n := named(nodes, key)
		untouched := n != nil && !n.field.Secret && n.field.Type != models.GroupField &&
			(value == false || textOf(value) == n.field.Default)
		if !untouched {
			return true
		}
	}
	return false
}

func (r *reading) secret(n *node, before map[string]any) (any, bool) {
	text := r.text(n)
	typed := text != "" && (n.field.Type != models.JSONField || strings.TrimSpace(text) != "")
	held, there := before[n.name]
	switch {
	case typed && r.toRemove(n):
		r.complain(n, typeOrRemove)
		return held, there
	case typed:
		return r.cast(n, text), true
	case r.toRemove(n):
		r.removed[n.field.Input()] = true
		return nil, n.emptyIsNull()
	}
	return held, there || n.emptyIsNull()
}

func (r *reading) cast(n *node, text string) any {
	value, complaint := n.fromText(text)
	r.complain(n, complaint)
	return value
}

func named(nodes []*node, name string) *node {
	for _, n := range nodes {
		if n.name == name {
			return n
		}
	}
	return nil
}

// unknownKeys is a new map of what before holds beside the fields of the schema.
func unknownKeys(nodes []*node, before map[string]any) map[string]any {
	kept := map[string]any{}
	for key, value := range before {
		if named(nodes, key) == nil {
			kept[key] = value
		}
	}
	return kept
}
