package kinds

import (
	"strings"

	"holdfast/models"
)

// control chooses the form control for a property. A name that says secret does
// not make a choice one (useToken), writeOnly does.
func (n *node) control(secret, hidden bool, depth int) models.FieldType {
	nested := n.allows("object") || n.allows("array")
	switch {
	case n.onlyOf("object") && depth < maxGroups && hasProperties(n.schema):
		return models.GroupField
	case n.onlyOf("boolean") && !hidden:
		return models.CheckboxField
	case len(n.choices) > 0 || n.onlyOf("boolean"):
		return models.SelectField
	case nested:
		return models.JSONField
	case secret && n.multiline():
		return models.SecretTextField
	case secret:
		return models.SecretField
	case n.onlyOf("integer"):
		return models.IntegerField
	case n.onlyOf("integer", "number"):
		return models.NumberField
	}
	return n.textControl()
}

func (n *node) textControl() models.FieldType {
	switch n.schema.text("format") {
	case "uri", "url", "iri":
		return models.URLField
	case "email", "idn-email":
		return models.EmailField
	case "date":
		return models.DateField
	case "date-time":
		return models.DateTimeField
	}
	if n.multiline() {
		return models.MultilineField
	}
	return models.TextField
}

func (n *node) multiline() bool {
	if _, said := n.schema.values["x-multiline"]; said {
		return n.schema.is("x-multiline")
	}
	return n.schema.text("contentMediaType") != "" || n.schema.text("format") == "textarea" ||
		saysMultiline(n.name, n.schema.text("description"))
}

func hasProperties(schema *object) bool {
	p := schema.object("properties")
	return p != nil && len(p.keys) > 0
}

func options(choices []choice) []models.Option {
	list := make([]models.Option, 0, len(choices))
	for _, c := range choices {
		list = append(list, models.Option{Value: c.text, Label: c.label})
	}
	return list
}

// yesOrNo are the choices of a boolean whose value is not shown: a checkbox
// could not tell "keep what is there" from "no".
func yesOrNo() []choice {
	return []choice{{"true", "Yes", true}, {"false", "No", false}}
}

// jsonHint adds to a hint how JSON is entered, unless it speaks of JSON already.
func (d *describer) jsonHint(n *node) string {
	hint := n.field.Hint
	if strings.Contains(strings.ToLower(hint), "json") {
		return hint
	}
	if hint != "" && !strings.ContainsAny(hint[len(hint)-1:], ".!?") {
		hint += "."
	}
	return strings.TrimSpace(hint + " " + d.jsonExample(n))
}

func (d *describer) jsonExample(n *node) string {
	if n.allows("object") {
		return `A JSON object, such as {"key": "value"}.`
	}
	if items := n.schema.object("items"); items != nil {
		each := d.settle(items)
		switch {
		case each.onlyOf("integer", "number"):
			return "A JSON array, such as [1, 2]."
		case each.onlyOf("object"):
			return `A JSON array, such as [{"key": "value"}].`
		}
	}
	return `A JSON array, such as ["one", "two"].`
}
