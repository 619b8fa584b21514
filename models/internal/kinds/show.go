package kinds

import (
	"slices"
	"strings"

	"holdfast/models"
)

// Values is what a form shows of body: text by the name of the control, never of
// a secret. A checkbox says true or false.
func (c *Catalogue) Values(kind string, body map[string]any) map[string]string {
	shown := map[string]string{}
	c.visit(kind, body, func(n *node, value any) {
		if n.field.Secret {
			return
		}
		switch jsonTypeOf(value) {
		case "string", "number", "boolean":
			shown[n.field.Input()] = textOf(value)
		}
	})
	return shown
}

// Held names the controls whose secret has a value, in the order of the form.
func (c *Catalogue) Held(kind string, body map[string]any) []string {
	var held []string
	c.visit(kind, body, func(n *node, value any) {
		if n.field.Secret && value != nil && value != "" {
			held = append(held, n.field.Input())
		}
	})
	return held
}

// visit shows every leaf of a kind with its value to look.
func (c *Catalogue) visit(kind string, body map[string]any, look func(*node, any)) {
	e, ok := c.entries[kind]
	switch {
	case !ok || len(body) == 0:
	case e.kind.Whole:
		look(e.nodes[0], body)
	default:
		visit(e.nodes, body, look)
	}
}

func visit(nodes []*node, body map[string]any, look func(*node, any)) {
	for _, n := range nodes {
		if n.field.Type != models.GroupField {
			look(n, body[n.name])
			continue
		}
		if nested, isObject := body[n.name].(map[string]any); isObject {
			visit(n.children, nested, look)
		}
	}
}

// Changed names the fields that differ, sorted: host, tls/ca; for a kind whose
// body is one JSON object, or that is not known, body.
func (c *Catalogue) Changed(kind string, before, after map[string]any) []string {
	e, ok := c.entries[kind]
	if !ok || e.kind.Whole {
		if len(before) == 0 && len(after) == 0 || sameValue(before, after) {
			return nil
		}
		return []string{"body"}
	}
	found := changed(nil, "", e.nodes, before, after)
	slices.Sort(found)
	return found
}

func changed(found []string, path string, nodes []*node, before, after map[string]any) []string {
	for _, key := range allKeys(before, after) {
		was, is := before[key], after[key]
		if sameValue(was, is) {
			continue
		}
		name := strings.TrimPrefix(path+"/"+escape(key), "/")
		n := named(nodes, key)
		if n == nil || n.field.Type != models.GroupField || !objectOrNone(was) || !objectOrNone(is) {
			found = append(found, name)
			continue
		}
		wasObject, _ := was.(map[string]any)
		isObject, _ := is.(map[string]any)
		found = changed(found, name, n.children, wasObject, isObject)
	}
	return found
}

func objectOrNone(value any) bool {
	_, isObject := value.(map[string]any)
	return isObject || value == nil
}

func allKeys(a, b map[string]any) []string {
	var keys []string
	for key := range a {
		keys = append(keys, key)
	}
	for key := range b {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	return keys
}
