package credentials

import (
	"encoding/json"
	"time"
)

// changes is when each secret field, by its input's name, was last changed.
type changes map[string]time.Time

func readChanges(text string) changes {
	c := changes{}
	_ = json.Unmarshal([]byte(text), &c) // what can't be read is not known
	return c
}

func (c changes) String() string {
	text, err := json.Marshal(c)
	if err != nil { // names and times
		return "{}"
	}
	return string(text)
}

// next is c after an edit: the fields that are held, changed now or before.
func (c changes) next(held, changed []string, now time.Time) changes {
	out := changes{}
	for _, input := range held {
		out[input] = c[input]
	}
	for _, path := range changed {
		if _, ok := out[inputOf(path)]; ok {
			out[inputOf(path)] = now
		}
	}
	return out
}

// inputOf is the form control of a changed field: Changed names fields by
// their path without the slash in front, and a body entered whole "body".
func inputOf(path string) string {
	if path == "body" {
		return path
	}
	return "body/" + path
}
