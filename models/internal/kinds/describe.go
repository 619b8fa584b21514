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
	if old := unsupportedDraft(schema.text("$schema")); old != "" {
		return models.Kind{}, nil, fmt.Errorf("it is written for JSON Schema %s; write it for draft-07 or 2020-12", old)
	}
	root := d.settle(schema)
	if !slices.Contains(either(root.types, []string{"object"}), "object") {
		return models.Kind{}, nil, fmt.Errorf("it describes %s; the body of a credential is an object", withArticle(root.types[0]))
	}
	kind := models.Kind{
		Name:        name,
		Title:       strings.TrimSpace(root.schema.text("title")),
		Group:       strings.TrimSpace(root.schema.text("x-group")),
		Icon:        knownIcon(root.schema.text("x-icon")),
		Description: strings.TrimSpace(root.schema.text("description")),
		DocsURL:     webAddress(root.schema.text("x-docs")),
		Aliases:     aliases(root.schema.list("x-aliases")),
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
		Required:    required && above.Required && !n.nullable,
	}
	hidden := above.Secret || s.is("writeOnly")
	secret := hidden || s.text("format") == "password" || saysSecret(name)
	n.field.Type = n.control(secret, hidden, depth)
	d.complete(n, hidden, depth)
	return n
}

// complete fills in what depends on the control of n.
func (d *describer) complete(n *node, hidden bool, depth int) {
	switch n.field.Type {
	case models.GroupField:
		n.field.Default, n.field.Placeholder = "", ""
		group := n.field
		group.Secret = hidden
		n.children = d.properties(n.schema, group, depth+1)
	case models.CheckboxField:
		n.field.Required = false // unticked is an answer
	case models.SelectField:
		if len(n.choices) == 0 {
			n.choices = yesOrNo()
		}
		n.field.Options = options(n.choices)
		n.field.Secret = hidden
	case models.JSONField:
		n.field.Hint = d.jsonHint(n)
		n.field.Secret = true
	case models.SecretField, models.SecretTextField:
		n.field.Secret = true
	}
	if n.field.Secret {
		n.field.Default = ""
	}
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

// aliases are the other names that a kind is looked for by.
func aliases(items []any) []string {
	var names []string
	for _, item := range items {
		text, _ := item.(string)
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(names, text) {
			names = append(names, text)
		}
	}
	return names
}

// unsupportedDraft names the draft of JSON Schema that a file says it is written
// for, if it is one whose keywords would be misread.
func unsupportedDraft(schema string) string {
	_, where, _ := strings.Cut(strings.TrimSuffix(schema, "#"), "://")
	for _, draft := range []string{"draft-03", "draft-04", "draft-06", "draft/2019-09"} {
		if where == "json-schema.org/"+draft+"/schema" {
			return strings.TrimPrefix(draft, "draft/")
		}
	}
	return ""
}

func withArticle(jsonType string) string {
	if strings.ContainsAny(jsonType[:1], "aeio") {
		return "an " + jsonType
	}
	return "a " + jsonType
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
