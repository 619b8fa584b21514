package directory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"holdfast/models"
)

// file is a provider as it is written down.
type file struct {
	Title   string                 `json:"title"`
	Icon    string                 `json:"icon"`
	Aliases []string               `json:"aliases"`
	Docs    string                 `json:"docs"`
	Inputs  []models.ProviderInput `json:"inputs"`
	Facts   map[string]fact        `json:"facts"` // by their name in ClientSettings' JSON
	Notes   []string               `json:"notes"`
}

// fact is one setting and how it came to be known.
type fact struct {
	Value  json.RawMessage `json:"value"`
	Source string          `json:"source"`
	Seen   string          `json:"seen"`
	Unsure bool            `json:"unsure"`
}

// parse reads one file. Whatever it can't make sense of is an error: a name that
// is misspelled would otherwise be a fact that nobody ever looks at.
func parse(name string, data []byte) (models.KnownProvider, error) {
	p, err := understood(name, data)
	if err != nil {
		return models.KnownProvider{}, fmt.Errorf("directory: provider %s: %w", name, err)
	}
	return p, nil
}

func understood(name string, data []byte) (models.KnownProvider, error) {
	var f file
	if err := strictly(data, &f); err != nil {
		return models.KnownProvider{}, err
	}
	settings, facts, err := f.assemble()
	if err != nil {
		return models.KnownProvider{}, err
	}
	p := models.KnownProvider{
		Name: name, Title: f.Title, Icon: f.Icon, Docs: f.Docs, Aliases: f.Aliases,
		Inputs: f.Inputs, Settings: settings, Facts: facts, Notes: f.Notes,
	}
	return p, errors.Join(complete(p), checkInputs(p))
}

// assemble puts the values of the facts together, in the order of the settings.
func (f file) assemble() (settings models.ClientSettings, facts []models.ProviderFact, err error) {
	values, order := map[string]json.RawMessage{}, settingNames()
	for of, one := range f.Facts {
		if !slices.Contains(order, of) {
			return settings, nil, fmt.Errorf("no setting is called %q", of)
		}
		if len(one.Value) == 0 || one.Source == "" || one.Seen == "" {
			return settings, nil, fmt.Errorf("fact %s needs a value, a source and a date", of)
		}
		values[of] = one.Value
	}
	whole, err := json.Marshal(values)
	if err != nil {
		return settings, nil, err
	}
	if err := strictly(whole, &settings); err != nil {
		return settings, nil, err
	}
	for _, of := range order {
		if one, known := f.Facts[of]; known {
			facts = append(facts, one.named(of))
		}
	}
	return settings, facts, nil
}

func (f fact) named(of string) models.ProviderFact {
	var value bytes.Buffer
	_ = json.Compact(&value, f.Value) // it was read as JSON
	return models.ProviderFact{Of: of, Value: value.String(), Source: f.Source, Seen: f.Seen, Unsure: f.Unsure}
}

// settingNames are the JSON names of the settings, in their order.
func settingNames() (names []string) {
	for field := range reflect.TypeFor[models.ClientSettings]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// strictly reads data as one JSON value that has nothing v does not know.
func strictly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON")
	}
	return nil
}

// complete says what a provider can't do without.
func complete(p models.KnownProvider) error {
	for what, text := range map[string]string{
		"title": p.Title, "docs": p.Docs, "authorize_url": p.Settings.Authorize, "token_url": p.Settings.Token, "auth_method": p.Settings.Auth,
	} {
		if text == "" {
			return fmt.Errorf("%s is missing", what)
		}
	}
	return nil
}
