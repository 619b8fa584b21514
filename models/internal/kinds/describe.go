package kinds

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"holdfast/models"
)

const (
	maxFields = 500
	maxGroups = 3 // groups within groups; deeper objects are entered as JSON
)

// node is a field together with what its form does not show.
type node struct {
	settled
	field    models.Field
	name     string
	required bool // by its own object, even where that object is optional
	children []*node
}

// describe reads the form out of a schema.
func describe(name string, schema *object) (models.Kind, []*node, error) {
	d := describer{settler{schema, allowance}, maxFields}
	root := d.settle(schema)
	if !slices.Contains(either(root.types, []string{"object"}), "object") {
		return models.Kind{}, nil, fmt.Errorf("it describes a %s; the body of a credential is an object", root.types[0])
	}
	kind := models.Kind{
		Name:        name,
		Title:       strings.TrimSpace(root.schema.text("title")),
		Group:       strings.TrimSpace(root.schema.text("x-group")),
		Icon:        knownIcon(root.schema.text("x-icon")),
		Description: strings.TrimSpace(root.schema.text("description")),
		DocsURL:     webAddress(root.schema.text("x-docs")),
	}
	nodes := d.properties(root.schema, models.Field{Required: true}, 0)
	if d.left < 0 {
		return models.Kind{}, nil, fmt.Errorf("it has more than %d fields", maxFields)
	}
	if d.allowance < 0 {
		return models.Kind{}, nil, errors.New("its references lead to too many parts")
	}
	if len(nodes) == 0 {
		kind.Whole = true
		nodes = []*node{wholeBody()}
	}
	kind.Fields = fieldsOf(nodes)
	return kind, nodes, nil
}

func wholeBody() *node {
	return &node{
		settled:  settled{schema: newObject(), types: []string{"object"}},
		required: true,
		field: models.Field{
			Label: "JSON", Type: models.JSONField, Required: true, Secret: true,
			Hint: "One JSON object. It is kept secret as a whole.", Placeholder: `{"token": "…"}`,
		},
	}
}

func fieldsOf(nodes []*node) []models.Field {
	fields := make([]models.Field, 0, len(nodes))
	for _, n := range nodes {
		n.field.Fields = fieldsOf(n.children)
		fields = append(fields, n.field)
	}
	return slices.Clip(fields)
}

type describer struct {
	settler
	left int
}

// properties describes the properties of schema; above is the group they are in.
func (d *describer) properties(schema *object, above models.Field, depth int) []*node {
	properties := schema.object("properties")
	if properties == nil {
		return nil
	}
	required := schema.list("required")
	nodes := make([]*node, 0, len(properties.keys))
	for _, name := range properties.keys {
		part, ok := properties.values[name].(*object)
		if !ok { // true and false are schemas too
			part = newObject()
		}
		if d.left--; d.left < 0 {
			return nil
		}
		nodes = append(nodes, d.property(name, part, slices.Contains(required, any(name)), above, depth))
	}
	return nodes
}

func (d *describer) property(name string, schema *object, required bool, above models.Field, depth int) *node {
	n := &node{name: name, settled: d.settle(schema), required: required}
	s := n.schema
	n.field = models.Field{
		Path:        above.Path + "/" + escape(name),
		Label:       firstText(s.text("title"), label(name)),
		Hint:        strings.TrimSpace(s.text("description")),
		Placeholder: firstText(s.text("placeholder"), firstExample(s)),
		Default:     textOf(number(plain(s.values["default"]))),
		Required:    required && above.Required,
	}
	secret := above.Secret || s.is("writeOnly") || s.text("format") == "password" || saysSecret(name)
	n.field.Type = n.control(secret, depth)
	switch n.field.Type {
	case models.GroupField:
		n.field.Default, n.field.Placeholder = "", ""
		group := n.field
		group.Secret = above.Secret || s.is("writeOnly")
		n.children = d.properties(s, group, depth+1)
	case models.CheckboxField:
		n.field.Required = false // unticked is an answer
	case models.SelectField:
		n.field.Options = options(n.choices)
	case models.SecretField, models.SecretTextField, models.JSONField:
		n.field.Secret = true
		n.field.Default = ""
	}
	return n
}

// control chooses the form control for a property.
func (n *node) control(secret bool, depth int) models.FieldType {
	nested := n.allows("object") || n.allows("array")
	switch {
	case n.onlyOf("object") && depth < maxGroups && hasProperties(n.schema):
		return models.GroupField
	case n.onlyOf("boolean"):
		return models.CheckboxField
	case len(n.choices) > 0:
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

func firstText(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}

func firstExample(schema *object) string {
	if examples := schema.list("examples"); len(examples) > 0 {
		return textOf(number(plain(examples[0])))
	}
	return ""
}

func webAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return text
}

func escape(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
}

func unescape(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}
