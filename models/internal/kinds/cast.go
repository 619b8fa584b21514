package kinds

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"holdfast/models"
)

// What is wrong with a value before its schema is asked.
const (
	notText     = "This holds characters that are not text. Enter it again."
	fillIn      = "Fill in this field."
	chooseOne   = "Choose one of the options."
	wholeNumber = "Enter a whole number, such as 5432."
	anyNumber   = "Enter a number, such as 1.5."
	trueOrFalse = "Enter true or false."
	jsonObject  = "Enter a JSON object in braces, such as {\"name\": 1}."
	jsonTooBig  = "This is larger than 64 KiB. Shorten it."
)

// fromText turns what was typed into the value that the schema asks for; when
// it can't, it says why and the text stands in for the value.
func (n *node) fromText(text string) (value any, complaint string) {
	if !utf8.ValidString(text) {
		return text, notText
	}
	switch n.field.Type {
	case models.SelectField:
		return n.chosen(text)
	case models.JSONField:
		return n.fromJSON(text)
	case models.SecretTextField, models.MultilineField:
		text = strings.ReplaceAll(text, "\r\n", "\n") // browsers send text areas with CRLF
	}
	if n.accepts("string") {
		if n.allows("boolean") && (text == "true" || text == "false") {
			return text == "true", ""
		}
		return n.tidied(text), ""
	}
	return n.scalar(strings.TrimSpace(text))
}

// accepts reports whether a value of the type is allowed as far as the schema says.
func (n *node) accepts(jsonType string) bool { return len(n.types) == 0 || n.allows(jsonType) }

// tidied takes the space off values that can't have any around them. Secrets and
// plain texts stay as typed.
func (n *node) tidied(text string) string {
	switch n.field.Type {
	case models.URLField, models.EmailField, models.DateField:
		return strings.TrimSpace(text)
	case models.DateTimeField:
		return withZone(strings.TrimSpace(text))
	}
	return text
}

// withZone completes what a browser's date and time control sends, as UTC.
func withZone(text string) string {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.RFC3339)
		}
	}
	return text
}

func (n *node) scalar(text string) (any, string) {
	switch {
	case n.allows("boolean") && (text == "true" || text == "false"):
		return text == "true", ""
	case n.allows("number"):
		if v, ok := parseNumber(text); ok {
			return v, ""
		}
		return text, anyNumber
	case n.allows("integer"):
		v, ok := parseNumber(text)
		if !ok || !integral(v) {
			return text, wholeNumber
		}
		return v, ""
	case n.allows("boolean"):
		return text, trueOrFalse
	}
	return text, "" // the schema will say what is wrong
}

func (n *node) chosen(text string) (any, string) {
	i := slices.IndexFunc(n.choices, func(c choice) bool { return c.text == text })
	if i < 0 {
		return text, chooseOne
	}
	return n.choices[i].value, ""
}

func (n *node) fromJSON(text string) (any, string) {
	if len(text) > models.MaxBody {
		return text, jsonTooBig
	}
	fault := jsonFault([]byte(text))
	if fault != "" && n.allows("string") {
		return text, ""
	}
	if fault != "" {
		return text, "This is " + fault + "."
	}
	if complaint := inspect(text); complaint != "" {
		return text, complaint
	}
	value, err := decodeJSON(text)
	if err != nil {
		return text, "This is not valid JSON."
	}
	return value, ""
}
