package kinds

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// sentence says what is wrong and what to do. It speaks of the schema alone,
// never of the value; n is the control, or nil.
func sentence(k jsonschema.ErrorKind, n *node) string {
	switch k := k.(type) {
	case *kind.Type, *kind.Format:
		return typeOrFormat(k, n)
	case *kind.Enum, *kind.Const:
		return "Use one of the allowed values."
	case *kind.MinLength:
		if k.Want == 1 {
			return fillIn
		}
		return fmt.Sprintf("Enter at least %d characters.", k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("Enter at most %d characters.", k.Want)
	case *kind.Pattern:
		return patternSentence(k.Want, n)
	case *kind.Minimum, *kind.Maximum, *kind.ExclusiveMinimum, *kind.ExclusiveMaximum, *kind.MultipleOf:
		return rangeSentence(k, n)
	case *kind.FalseSchema:
		return "Leave this empty."
	case *kind.Not:
		return "This value is not allowed here. Enter another."
	}
	return collectionSentence(k)
}

func typeOrFormat(k jsonschema.ErrorKind, n *node) string {
	words := phrase(k)
	switch {
	case words == nothing:
		return "Leave this empty."
	case words == "":
		return "Enter a value of the right type."
	case n != nil && n.nullable:
		return "Enter " + words + ", or leave this empty."
	}
	return "Enter " + words + "."
}

// nothing is the phrase for null.
const nothing = "nothing"

// phrase names what a type or a format asks for, to stand after "Enter".
func phrase(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Type:
		return typePhrase(k.Want)
	case *kind.Format:
		return formatPhrase(k.Want)
	}
	return ""
}

func typePhrase(types []string) string {
	var phrases []string
	for _, t := range types {
		if words := oneType(t); words != nothing {
			phrases = append(phrases, words)
		}
	}
	if len(phrases) == 0 {
		return nothing
	}
	return strings.Join(phrases, " or ")
}

func oneType(jsonType string) string {
	switch jsonType {
	case "string":
		return "text"
	case "integer":
		return "a whole number"
	case "number":
		return "a number"
	case "boolean":
		return "true or false"
	case "object":
		return "a JSON object in braces"
	case "array":
		return "a JSON list in brackets"
	}
	return nothing
}

func formatPhrase(format string) string {
	switch format {
	case "uri", "iri":
		return "a full web address, such as https://example.org"
	case "email", "idn-email":
		return "an e-mail address, such as name@example.org"
	case "date":
		return "a date, such as 2026-01-31"
	case "date-time":
		return "a date and time, such as 2026-01-31T10:00:00Z"
	case "time":
		return "a time, such as 10:00:00Z"
	case "ipv4":
		return "an IPv4 address, such as 192.0.2.10"
	case "ipv6":
		return "an IPv6 address, such as 2001:db8::1"
	case "hostname", "idn-hostname":
		return "a host name, such as db.example.org"
	case "uuid":
		return "a UUID"
	case "duration":
		return "a duration, such as PT1H"
	case "regex":
		return "a regular expression"
	}
	return "a valid " + format
}

func patternSentence(pattern string, n *node) string {
	switch {
	case n != nil && n.schema.text("x-pattern-hint") != "":
		return n.schema.text("x-pattern-hint")
	case strings.HasPrefix(pattern, "^https?://"):
		return "Enter an address that begins with http:// or https://."
	case strings.HasPrefix(pattern, "^https://"):
		return "Enter an address that begins with https://."
	case n != nil && n.field.Placeholder != "" && len(n.field.Placeholder) <= 80:
		return "This does not have the expected form, which looks like " + n.field.Placeholder + "."
	}
	return "This does not have the expected form. See what the service shows and copy it whole."
}

func rangeSentence(k jsonschema.ErrorKind, n *node) string {
	if n != nil {
		low, hasLow := n.schema.values["minimum"]
		high, hasHigh := n.schema.values["maximum"]
		if hasLow && hasHigh {
			return "Enter a number between " + textOf(low) + " and " + textOf(high) + "."
		}
	}
	switch k := k.(type) {
	case *kind.Minimum:
		return "Enter " + ratText(k.Want) + " or more."
	case *kind.Maximum:
		return "Enter " + ratText(k.Want) + " or less."
	case *kind.ExclusiveMinimum:
		return "Enter a number greater than " + ratText(k.Want) + "."
	case *kind.ExclusiveMaximum:
		return "Enter a number less than " + ratText(k.Want) + "."
	case *kind.MultipleOf:
		return "Enter a multiple of " + ratText(k.Want) + "."
	}
	return "Enter another number."
}

func ratText(r *big.Rat) string {
	f, _ := r.Float64()
	if text := strconv.FormatFloat(f, 'f', -1, 64); len(text) <= 21 {
		return text
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func collectionSentence(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.MinItems:
		return "Too few items: at least " + strconv.Itoa(k.Want) + "."
	case *kind.MaxItems:
		return "Too many items: at most " + strconv.Itoa(k.Want) + "."
	case *kind.AdditionalItems:
		return "Too many items."
	case *kind.UniqueItems:
		return "Each item must be different."
	case *kind.Contains, *kind.MinContains, *kind.MaxContains:
		return "The list does not hold the items that it must."
	case *kind.MinProperties:
		return "Too few entries: at least " + strconv.Itoa(k.Want) + "."
	case *kind.MaxProperties:
		return "Too many entries: at most " + strconv.Itoa(k.Want) + "."
	case *kind.PropertyNames:
		return "It holds a name that is not allowed."
	case *kind.RefCycle, *kind.InvalidJsonValue:
		return unchecked
	}
	return "This does not fit the schema."
}
