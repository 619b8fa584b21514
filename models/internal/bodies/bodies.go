// Package bodies puts the body of a credential into its row, and takes it out
// again. A body is one JSON object, sealed as a whole for one row: moved to
// another it does not open.
//
// It refuses to know what the values mean, and who may see them.
package bodies

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"holdfast/models"
	"holdfast/models/internal/seal"
)

// place is where the sealed body of a row belongs; it opens nowhere else.
func place(b models.Body) seal.Place {
	return seal.Place{Table: "bodies", Column: "sealed", Row: b.ID.String()}
}

// Put seals a body into its row.
func Put(ring *seal.Ring, b *models.Body, body map[string]any) error {
	plain, err := json.Marshal(body)
	if err != nil { // it came from JSON or from a form
		return errors.New("write the body as JSON")
	}
	b.Sealed = ring.Seal(plain, place(*b))
	b.KeyID, err = seal.KeyID(b.Sealed)
	return err
}

// Take opens the sealed body of a row.
func Take(ring *seal.Ring, b models.Body) (map[string]any, error) {
	plain, err := ring.Open(b.Sealed, place(b))
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
