package kinds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Bounds for a schema file. They keep the compiler, whose cost grows with depth
// and with the square of the number of sub-schemas, quick on any input.
const (
	maxFile  = 256 << 10
	maxDepth = 64
	maxNodes = 10_000
)

// object is a JSON object that remembers the order of its keys.
type object struct {
	keys   []string
	values map[string]any
}

func newObject() *object { return &object{values: map[string]any{}} }

func (o *object) set(key string, value any) {
	if _, known := o.values[key]; !known {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

func (o *object) text(key string) string {
	s, _ := o.values[key].(string)
	return s
}

func (o *object) object(key string) *object {
	child, _ := o.values[key].(*object)
	return child
}

func (o *object) list(key string) []any {
	items, _ := o.values[key].([]any)
	return items
}

func (o *object) is(key string) bool {
	b, _ := o.values[key].(bool)
	return b
}

// parseSchema reads a schema file, keeping the order of its keys.
func parseSchema(data []byte) (*object, error) {
	if len(data) > maxFile {
		return nil, errors.New("it is bigger than 256 KiB")
	}
	if why := jsonFault(data); why != "" {
		return nil, errors.New("it is " + why)
	}
	r := orderedReader{json.NewDecoder(bytes.NewReader(data)), maxNodes}
	r.dec.UseNumber()
	value, err := r.value(0)
	if err != nil {
		return nil, err
	}
	schema, ok := value.(*object)
	if !ok {
		return nil, errors.New("it is not a JSON object at the top")
	}
	return schema, nil
}

type orderedReader struct {
	dec  *json.Decoder
	left int
}

func (r *orderedReader) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("it is nested more than %d levels deep", maxDepth)
	}
	if r.left--; r.left < 0 {
		return nil, fmt.Errorf("it has more than %d values", maxNodes)
	}
	token, err := r.dec.Token()
	if err != nil {
		return nil, errors.New("it is not valid JSON")
	}
	switch t := token.(type) {
	case json.Number:
		if !finite(t) {
			return nil, errors.New("it holds a number that is too large or too small")
		}
	case json.Delim:
		if t == '{' {
			return r.object(depth + 1)
		}
		return r.list(depth + 1)
	}
	return token, nil
}

func (r *orderedReader) object(depth int) (any, error) {
	o := newObject()
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return nil, errors.New("it is not valid JSON")
		}
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		o.set(name, value)
	}
	_, err := r.dec.Token()
	return o, err
}

func (r *orderedReader) list(depth int) (any, error) {
	items := []any{}
	for r.dec.More() {
		item, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := r.dec.Token()
	return items, err
}
