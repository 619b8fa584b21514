package kinds

import "holdfast/models"

// Cast makes a body of one that came as JSON: texts become the types that the
// schema asks for, empty optional ones are left out, unknown keys stay. Faults
// are told as by Read. The given body is not changed.
func (c *Catalogue) Cast(kind string, body map[string]any) (map[string]any, models.Fields) {
	e, ok := c.entries[kind]
	if !ok {
		return nil, models.Fields{"kind": unknownKind}
	}
	r := reading{fields: models.Fields{}}
	switch {
	case body == nil:
		r.fields.Add("body", jsonObject)
		return nil, r.fields
	case e.kind.Whole:
		r.complain(e.nodes[0], unfit(body, maxDepth))
	default:
		body = r.castObject(e.nodes, body)
	}
	return r.checked(e, body)
}

func (r *reading) castObject(nodes []*node, given map[string]any) map[string]any {
	body := unknownKeys(nodes, given)
	for _, n := range nodes {
		value, there := given[n.name]
		switch {
		case there && !n.leftOut(value):
			body[n.name] = r.castValue(n, value)
		case there && n.emptyIsNull():
			body[n.name] = nil
		}
	}
	return body
}

// leftOut reports whether value says nothing: null where null is no value of the
// field, or an empty text.
func (n *node) leftOut(value any) bool {
	return value == "" && !n.hasChoice("") || value == nil && !n.nullable
}

func (n *node) hasChoice(text string) bool {
	for _, c := range n.choices {
		if c.value == text {
			return true
		}
	}
	return false
}

func (r *reading) castValue(n *node, value any) any {
	if nested, isObject := value.(map[string]any); isObject && n.field.Type == models.GroupField {
		return r.castObject(n.children, nested)
	}
	text, isText := value.(string)
	if !isText {
		r.complain(n, unfit(value, maxDepth))
		return value
	}
	switch n.field.Type {
	case models.GroupField:
		return r.castGroup(n, text)
	case models.CheckboxField:
		value, complaint := n.scalar(text)
		r.complain(n, complaint)
		return value
	}
	return r.cast(n, text)
}

// castGroup reads a nested object that came as JSON text.
func (r *reading) castGroup(n *node, text string) any {
	value, complaint := n.fromJSON(text)
	if complaint != "" {
		r.fields.Add("body", n.field.Label+": "+complaint)
		return text
	}
	if nested, isObject := value.(map[string]any); isObject {
		return r.castObject(n.children, nested)
	}
	return value
}

func (r *reading) complain(n *node, complaint string) {
	if complaint != "" {
		r.fields.Add(n.field.Input(), complaint)
	}
}
