package kinds

import (
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

const noFormFits = "These values do not fit together. Fill in the fields of one way to connect, all of them."

// tell walks the tree of violations and complains about each leaf.
func (c *complaints) tell(v *jsonschema.ValidationError) {
	at := v.InstanceLocation
	switch k := v.ErrorKind.(type) {
	case nil:
	case *kind.Schema, *kind.Group, *kind.AllOf, *kind.Reference:
		for _, cause := range v.Causes {
			c.tell(cause)
		}
	case *kind.AnyOf:
		c.alternatives(v)
	case *kind.OneOf:
		if len(k.Subschemas) > 0 {
			c.say(at, "More than one way is filled in. Keep only one.")
			return
		}
		c.alternatives(v)
	case *kind.Required:
		c.missing(at, k.Missing)
	case *kind.Dependency:
		c.missing(at, k.Missing)
	case *kind.DependentRequired:
		c.missing(at, k.Missing)
	case *kind.AdditionalProperties:
		c.additional(at, k.Properties)
	default:
		c.say(at, sentence(k, c.control(at)))
	}
}

// control is the control at a place; nil inside its JSON, where its own hints
// would mislead.
func (c *complaints) control(at []string) *node {
	if s := c.find(at); s.isControl() && len(s.inside) == 0 {
		return s.node
	}
	return nil
}

// additional complains about keys that the schema forbids. Those of a form's
// body may be named, those of entered JSON may not.
func (c *complaints) additional(at, keys []string) {
	if c.find(at).isControl() {
		c.say(at, "It holds a name that is not allowed.")
		return
	}
	keys = slices.Sorted(slices.Values(keys))
	for i, key := range keys {
		keys[i] = short(key)
	}
	c.say(at, "Remove "+strings.Join(keys, ", ")+"; only the listed fields are allowed.")
}

// alternatives complains about a value that fits none of several schemas: by the
// one that was meant where that is clear, else by naming the ways to do it right.
func (c *complaints) alternatives(v *jsonschema.ValidationError) {
	meant := slices.DeleteFunc(slices.Clone(v.Causes), func(way *jsonschema.ValidationError) bool { return ruledOut(way) })
	if len(meant) == 1 {
		c.tell(meant[0])
		return
	}
	if c.find(v.InstanceLocation).isControl() {
		c.say(v.InstanceLocation, oneOfThese(v.Causes))
		return
	}
	if asked := c.askedFor(meant, v.InstanceLocation); len(asked) > 0 {
		c.fillInOne(asked)
		return
	}
	c.say(v.InstanceLocation, noFormFits)
}

// ruledOut reports whether way is of another type or constant altogether.
func ruledOut(way *jsonschema.ValidationError) bool {
	for _, leaf := range leaves(way) {
		switch leaf.ErrorKind.(type) {
		case *kind.Type, *kind.Const, *kind.Enum, *kind.FalseSchema:
			return true
		}
	}
	return false
}

// leaves are the violations under v that are not made of others.
func leaves(v *jsonschema.ValidationError) []*jsonschema.ValidationError {
	switch v.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.AllOf, *kind.Reference, *kind.AnyOf, *kind.OneOf:
		var found []*jsonschema.ValidationError
		for _, cause := range v.Causes {
			found = append(found, leaves(cause)...)
		}
		return found
	}
	return []*jsonschema.ValidationError{v}
}

// askedFor gathers the controls that the ways ask to be filled in, when that is
// all they ask: a password or a private key.
func (c *complaints) askedFor(ways []*jsonschema.ValidationError, at []string) []*node {
	var asked []*node
	for _, way := range ways {
		for _, leaf := range leaves(way) {
			required, ok := leaf.ErrorKind.(*kind.Required)
			if !ok || !slices.Equal(leaf.InstanceLocation, at) {
				return nil
			}
			for _, key := range required.Missing {
				s := c.find(append(slices.Clone(at), key))
				if !s.isControl() {
					return nil
				}
				if !slices.Contains(asked, s.node) {
					asked = append(asked, s.node)
				}
			}
		}
	}
	return asked
}

func (c *complaints) fillInOne(asked []*node) {
	labels := make([]string, 0, len(asked))
	for _, n := range asked {
		labels = append(labels, n.field.Label)
	}
	for _, n := range asked {
		c.fields.Add(n.field.Input(), "Fill in one of these: "+strings.Join(labels, ", ")+".")
	}
}

// oneOfThese says what would have been right: a web address or an IPv4 address.
func oneOfThese(ways []*jsonschema.ValidationError) string {
	var phrases []string
	for _, way := range ways {
		for _, leaf := range leaves(way) {
			words := phrase(leaf.ErrorKind)
			if words == "" {
				return "Enter a value that fits one of the allowed forms."
			}
			if words != nothing && !slices.Contains(phrases, words) {
				phrases = append(phrases, words)
			}
		}
	}
	if len(phrases) == 0 {
		return "Leave this empty."
	}
	return "Enter " + strings.Join(phrases, " or ") + "."
}
