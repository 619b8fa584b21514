package kinds

import (
	"bytes"
	"encoding/json"
)

// Revealed are the secrets of body in the clear, by the name of the control:
// those that Held names. An object or a list is JSON over several lines.
func (c *Catalogue) Revealed(kind string, body map[string]any) map[string]string {
	clear := map[string]string{}
	c.visit(kind, body, func(n *node, value any) {
		if n.field.Secret && value != nil && value != "" {
			clear[n.field.Input()] = wholeText(value)
		}
	})
	return clear
}

// wholeText is textOf, made to be read.
func wholeText(value any) string {
	switch value.(type) {
	case map[string]any, []any:
	default:
		return textOf(value)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // < stays <
	e.SetIndent("", "  ")
	if e.Encode(value) != nil { // it came from JSON
		return textOf(value)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
