package kinds

import "slices"

// settled is a property's schema with its references followed and its "or null"
// taken off, so that what is left says one thing.
type settled struct {
	schema   *object
	types    []string // the JSON types allowed besides null; none is any
	nullable bool
	choices  []choice
}

// choice is one allowed value and the text that stands for it in a form.
type choice struct {
	text, label string
	value       any
}

func (s settled) allows(jsonType string) bool { return slices.Contains(s.types, jsonType) }

// onlyOf reports whether types are given and all among the allowed ones.
func (s settled) onlyOf(allowed ...string) bool {
	for _, t := range s.types {
		if !slices.Contains(allowed, t) {
			return false
		}
	}
	return len(s.types) > 0
}

// maxHops bounds references and wrappers that lead to one another.
const maxHops = 8

// settler reads the parts of one file. Its allowance bounds the work that
// references to references can ask for.
type settler struct {
	root      *object
	allowance int
}

const allowance = 100_000

func (r *settler) settle(schema *object) settled { return r.within(schema, maxHops) }

func (r *settler) within(schema *object, hops int) settled {
	s := settled{schema: r.follow(schema, hops)}
	if hops == 0 || r.allowance < 0 {
		return s
	}
	if wrapped := s.schema.list("allOf"); len(wrapped) == 1 {
		if only, ok := wrapped[0].(*object); ok {
			s.schema = r.overlay(r.follow(only, hops-1), s.schema)
		}
	}
	s.types, s.nullable = typesOf(s.schema)
	for _, key := range []string{"anyOf", "oneOf"} {
		r.branch(&s, key, hops)
	}
	if len(s.choices) == 0 {
		s.choices = s.enumerated()
	}
	if len(s.types) == 0 {
		s.types = s.implied()
	}
	return s
}

// branch takes the alternatives under key into s: one alternative besides null
// is the schema itself, several allow the types of each.
func (r *settler) branch(s *settled, key string, hops int) {
	var left []settled
	for _, item := range s.schema.list(key) {
		part, ok := item.(*object)
		if !ok {
			return
		}
		alternative := r.within(part, hops-1)
		s.nullable = s.nullable || alternative.nullable
		if alternative.isNull() {
			s.nullable = true
			continue
		}
		left = append(left, alternative)
	}
	switch {
	case len(left) == 1:
		s.schema = r.overlay(left[0].schema, s.schema)
		s.types, s.choices = either(s.types, left[0].types), left[0].choices
	case len(left) > 1:
		s.types, s.choices = either(s.types, union(left)), constants(left)
	}
}

func (s settled) isNull() bool {
	value, fixed := s.schema.values["const"]
	return s.nullable && len(s.types) == 0 && len(s.choices) == 0 || fixed && value == nil
}

// enumerated reads enum and const; null among them makes the value optional.
func (s *settled) enumerated() []choice {
	values := s.schema.list("enum")
	if value, fixed := s.schema.values["const"]; fixed {
		values = []any{value}
	}
	var found []choice
	for _, value := range values {
		if value == nil {
			s.nullable = true
			continue
		}
		text := textOf(plain(value))
		if !slices.ContainsFunc(found, func(c choice) bool { return c.text == text }) {
			found = append(found, choice{text, text, number(plain(value))})
		}
	}
	return found
}

// implied guesses the types that a schema without "type" means.
func (s settled) implied() []string {
	if s.schema.object("properties") != nil {
		return []string{"object"}
	}
	if _, list := s.schema.values["items"]; list {
		return []string{"array"}
	}
	var types []string
	for _, c := range s.choices {
		if t := jsonTypeOf(c.value); !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

func typesOf(schema *object) (types []string, nullable bool) {
	named := schema.list("type")
	if one := schema.text("type"); one != "" {
		named = []any{one}
	}
	for _, item := range named {
		name, _ := item.(string)
		if name == "null" {
			nullable = true
		} else if name != "" {
			types = append(types, name)
		}
	}
	return types, nullable
}

// constants are the choices of alternatives that are one value each.
func constants(parts []settled) []choice {
	var found []choice
	for _, part := range parts {
		if len(part.choices) != 1 {
			return nil
		}
		c := part.choices[0]
		if title := part.schema.text("title"); title != "" {
			c.label = title
		}
		found = append(found, c)
	}
	return found
}

func union(parts []settled) []string {
	var types []string
	for _, part := range parts {
		if len(part.types) == 0 {
			return nil
		}
		for _, t := range part.types {
			if !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
	}
	return types
}

func either(given, fallback []string) []string {
	if len(given) > 0 {
		return given
	}
	return fallback
}
