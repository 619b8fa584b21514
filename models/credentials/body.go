package credentials

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"holdfast/models"
	"holdfast/models/internal/seal"
)

// place is where the sealed body of a row belongs; it opens nowhere else.
func place(b models.Body) seal.Place {
	return seal.Place{Table: "bodies", Column: "sealed", Row: b.ID.String()}
}

// put seals a body into its row.
func (o Ops) put(b *models.Body, body map[string]any) error {
	plain, err := json.Marshal(body)
	if err != nil { // it came from JSON or from a form
		return errors.New("write the body as JSON")
	}
	sealed := o.ring.Seal(plain, place(*b))
	b.Sealed = sealed
	b.KeyID, err = seal.KeyID(sealed)
	return err
}

// take opens the sealed body of a row.
func (o Ops) take(b models.Body) (map[string]any, error) {
	plain, err := o.ring.Open(b.Sealed, place(b))
	if err != nil {
		return nil, unopened(b, err)
	}
	body, err := decode(plain)
	if err != nil {
		return nil, unopened(b, err)
	}
	return body, nil
}

func unopened(b models.Body, why error) error {
	return &models.Error{
		Kind: models.Unavailable, Cause: fmt.Errorf("open body %s: %w", b.ID, why),
		Text: "This credential can't be opened: the key it was sealed with is missing, or its row was changed outside Holdfast. Ask whoever runs Holdfast to bring the key back, or enter the values anew.",
	}
}

func decode(plain []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(plain))
	d.UseNumber() // 5000 stays 5000
	body := map[string]any{}
	if err := d.Decode(&body); err != nil || body == nil || d.More() { // null is no object
		return nil, errors.New("a sealed body is no JSON object") // the cause may quote it
	}
	return body, nil
}

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
