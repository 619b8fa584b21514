package kinds

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// compile makes a validator of a schema file. References lead nowhere but into
// the file itself: neither the network nor the disk is read.
func compile(name string, data []byte) (schema *jsonschema.Schema, err error) {
	defer func() { // a fault of the compiler must not stop the program
		if p := recover(); p != nil {
			schema, err = nil, errors.New("it could not be compiled as a JSON Schema")
		}
	}()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("it is not valid JSON")
	}
	at := "https://kinds.invalid/" + name + ".json"
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	c.AssertFormat()
	c.UseLoader(noLoader{})
	if err := c.AddResource(at, doc); err != nil {
		return nil, errors.New("it could not be read as a JSON Schema")
	}
	schema, err = c.Compile(at)
	if err != nil {
		return nil, errors.New(reason(err))
	}
	return schema, nil
}

type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errors.New("not loaded") }

// reason says in plain words why a schema does not compile.
func reason(err error) string {
	if load, ok := errors.AsType[*jsonschema.LoadURLError](err); ok {
		return fmt.Sprintf("it refers to %q; only references inside the file are followed", load.URL)
	}
	if pattern, ok := errors.AsType[*jsonschema.InvalidRegexError](err); ok {
		return fmt.Sprintf("the pattern %q is not one that Go understands (RE2)", pattern.Regex)
	}
	if missing, ok := errors.AsType[*jsonschema.JSONPointerNotFoundError](err); ok {
		return fmt.Sprintf("it refers to %q, which is not in the file", missing.URL)
	}
	if invalid, ok := errors.AsType[*jsonschema.SchemaValidationError](err); ok {
		if fault, ok := errors.AsType[*jsonschema.ValidationError](invalid.Err); ok {
			return "it is not a valid JSON Schema: " + firstFault(fault)
		}
	}
	return "it is not a JSON Schema that can be used"
}

// firstFault names the place and the fault that the meta-schema found there.
func firstFault(fault *jsonschema.ValidationError) string {
	for len(fault.Causes) > 0 {
		fault = fault.Causes[0]
	}
	place := ""
	for _, token := range fault.InstanceLocation {
		place += "/" + escape(token)
	}
	if place == "" {
		place = "the top"
	}
	return fmt.Sprintf("at %s, %s", place, fault.ErrorKind.LocalizedString(message.NewPrinter(language.English)))
}
