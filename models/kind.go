package models

import (
	"slices"
	"strings"
)

// Kind describes what the body of a credential holds, and how its form looks.
type Kind struct {
	Name        string // as stored with the credential: postgresql
	Title       string
	Group       string // kinds are listed by group
	Icon        string // a lucide icon
	Description string
	Aliases     []string // other names that it is looked for by: postgres
	DocsURL     string   // http(s), or empty
	Fields      []Field
	Whole       bool // the body is one JSON object, entered as text
	Custom      bool // came from HOLDFAST_SCHEMAS_DIR
}

// FieldType says which control a field needs.
type FieldType string

const (
	TextField       FieldType = "text"
	URLField        FieldType = "url"
	EmailField      FieldType = "email"
	DateField       FieldType = "date"
	DateTimeField   FieldType = "datetime"
	NumberField     FieldType = "number"
	IntegerField    FieldType = "integer"
	CheckboxField   FieldType = "checkbox"
	SelectField     FieldType = "select"
	SecretField     FieldType = "secret"     // one line, never shown again
	SecretTextField FieldType = "secrettext" // several lines: keys, service accounts
	JSONField       FieldType = "json"       // a nested object or list as text; secret as a whole
	GroupField      FieldType = "group"      // a nested object with fields of its own
	MultilineField  FieldType = "multiline"  // long text that is no secret
)

// Field is one control of a kind's form, or a group of them.
type Field struct {
	Path        string // JSON pointer into the body: /tls/ca; empty when the body is entered whole
	Label       string
	Hint        string
	Placeholder string
	Type        FieldType
	Required    bool // an empty control will be refused
	Secret      bool // write-only: its value is never shown; of a select, nothing chosen keeps it
	Options     []Option
	Default     string
	Fields      []Field // of a group
}

// Input is the name of the field's form control, and its key in Fields.
func (f Field) Input() string { return "body" + f.Path }

// Option is one choice of a select.
type Option struct{ Value, Label string }

// BrokenKind is a schema file that could not be used.
type BrokenKind struct{ File, Reason string }

const (
	MaxBody            = 64 << 10 // bytes of a body as JSON
	MaxSensitiveValues = 50
)

// SensitiveValues lists what must not appear in a log: every value of the body
// but nulls and those under keys that name a place or a person. Lists count
// under the key that holds them; the order follows the sorted keys.
func SensitiveValues(body map[string]any) []any { return sensitive(nil, "", body) }

func sensitive(found []any, key string, value any) []any {
	switch v := value.(type) {
	case nil:
		return found
	case map[string]any:
		for _, k := range sortedKeys(v) {
			found = sensitive(found, k, v[k])
		}
		return found
	case []any:
		for _, item := range v {
			found = sensitive(found, key, item)
		}
		return found
	}
	if safeKey(key) {
		return found
	}
	return append(found, value)
}

func safeKey(key string) bool {
	switch strings.ToLower(key) {
	case "account", "apiurl", "apiversion", "baseurl", "database", "email", "host",
		"hosturl", "instanceurl", "loginurl", "user", "username":
		return true
	}
	return false
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
