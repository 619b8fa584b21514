package kinds

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"holdfast/models"
)

const (
	unchecked      = "This could not be checked against its schema. Ask an administrator to look at the kind."
	replaceInstead = "This is required. Type a new value instead of removing it."
	typeOrRemove   = "Either type a new value or tick Remove, not both."
)

// deepest is how deep a body with groups may be: a value below the last group
// may have all its levels.
const deepest = maxDepth + maxGroups + 1

// check tells fields everything that is wrong with body.
func (e *entry) check(body map[string]any, removed map[string]bool, fields models.Fields) {
	if complaint := unfit(body, deepest); complaint != "" {
		if len(fields) == 0 { // else it is told at its field
			fields.Add("body", complaint)
		}
		return
	}
	encoded, err := json.Marshal(body)
	if err != nil || len(encoded) > models.MaxBody {
		fields.Add("body", "This credential is larger than 64 KiB. Shorten its values.")
		return
	}
	if n := len(models.SensitiveValues(body)); n > models.MaxSensitiveValues {
		fields.Add("body", fmt.Sprintf("This holds %d sensitive values; at most %d are allowed.", n, models.MaxSensitiveValues))
	}
	fault := e.validate(body)
	if fault == nil {
		return
	}
	broken, ok := errors.AsType[*jsonschema.ValidationError](fault)
	if !ok {
		fields.Add("body", unchecked)
		return
	}
	c := complaints{entry: e, removed: removed, fields: fields}
	c.tell(broken)
	slices.Sort(c.loose)
	if len(c.loose) > 0 {
		fields.Add("body", strings.Join(slices.Compact(c.loose), " "))
	}
}

// validate never panics: a fault of the validator is an error like another.
func (e *entry) validate(body map[string]any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the validator failed")
		}
	}()
	schema, err := e.compiled()
	if err != nil {
		return err
	}
	return schema.Validate(body)
}

// complaints turns what the validator found into sentences at controls.
type complaints struct {
	entry   *entry
	removed map[string]bool
	fields  models.Fields
	loose   []string // what belongs to no control
}

// spot is where a violation is: at a control, inside its JSON, or at none.
type spot struct {
	node   *node    // the control or group; nil at the top and for unknown keys
	nodes  []*node  // the fields below, at the top or in a group
	inside []string // the way into the value of a control
	key    string   // an unknown key
}

func (s spot) isControl() bool { return s.node != nil && s.nodes == nil }

func (c *complaints) find(location []string) spot {
	if c.entry.kind.Whole {
		return spot{node: c.entry.nodes[0], inside: location}
	}
	s := spot{nodes: c.entry.nodes}
	for i, step := range location {
		n := named(s.nodes, step)
		switch {
		case n == nil:
			return spot{key: step, inside: location[i+1:]}
		case n.field.Type != models.GroupField:
			return spot{node: n, inside: location[i+1:]}
		}
		s = spot{node: n, nodes: n.children}
	}
	return s
}

// say puts a sentence at the place of a violation.
func (c *complaints) say(location []string, sentence string) {
	s := c.find(location)
	switch {
	case s.isControl():
		c.fields.Add(s.node.field.Input(), within(s.inside, sentence))
	case s.key != "":
		c.loose = append(c.loose, short(s.key)+": "+within(s.inside, sentence))
	case s.node != nil:
		c.loose = append(c.loose, s.node.field.Label+": "+sentence)
	default:
		c.loose = append(c.loose, sentence)
	}
}

// within says that a violation is inside entered JSON. It counts list items but
// names no keys: the keys of entered JSON are as secret as its values.
func within(inside []string, sentence string) string {
	if len(inside) == 0 {
		return sentence
	}
	if i, err := strconv.Atoi(inside[0]); err == nil {
		return fmt.Sprintf("Item %d does not fit. %s", i+1, sentence)
	}
	return "A value inside does not fit. " + sentence
}

// short is a key that may be named in a sentence, at a bearable length.
func short(key string) string {
	runes := []rune(key)
	if len(runes) > 40 {
		return "“" + string(runes[:40]) + "…”"
	}
	return "“" + key + "”"
}

// missing complains about keys that should be there, each at its own control.
func (c *complaints) missing(location, keys []string) {
	for _, key := range keys {
		s := c.find(append(slices.Clone(location), key))
		switch {
		case s.isControl() && len(s.inside) > 0:
			c.say(location, "Add "+short(key)+".")
		case s.isControl():
			c.fields.Add(s.node.field.Input(), c.fillIn(s.node))
		case s.node != nil: // a whole group
			c.askForGroup(s.node)
		default:
			c.loose = append(c.loose, "Add "+short(key)+".")
		}
	}
}

// askForGroup complains at the required fields of a group that is missing.
func (c *complaints) askForGroup(group *node) {
	told := false
	for _, n := range group.children {
		if n.required {
			c.fields.Add(n.field.Input(), c.fillIn(n))
			told = true
		}
	}
	if !told {
		c.loose = append(c.loose, group.field.Label+": fill in its fields.")
	}
}

func (c *complaints) fillIn(n *node) string {
	switch {
	case c.removed[n.field.Input()]:
		return replaceInstead
	case n.field.Type == models.SelectField:
		return chooseOne
	}
	return fillIn
}
