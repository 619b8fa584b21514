package kinds

import (
	"strings"
	"testing"

	"holdfast/models"
)

// Every keyword finds its way to a sentence at the control it is about.
func TestViolationsBecomeSentencesAtControls(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct {
		schema, given string
		want          models.Fields
	}{
		"too short":        {`"properties":{"f":{"minLength":8}}`, `{"f":"abc"}`, models.Fields{"body/f": "Enter at least 8 characters."}},
		"too long":         {`"properties":{"f":{"maxLength":2}}`, `{"f":"abc"}`, models.Fields{"body/f": "Enter at most 2 characters."}},
		"too small":        {`"properties":{"f":{"type":"number","minimum":0.5}}`, `{"f":0.25}`, models.Fields{"body/f": "Enter 0.5 or more."}},
		"too large":        {`"properties":{"f":{"type":"number","maximum":10}}`, `{"f":11}`, models.Fields{"body/f": "Enter 10 or less."}},
		"not above":        {`"properties":{"f":{"type":"number","exclusiveMinimum":0}}`, `{"f":0}`, models.Fields{"body/f": "Enter a number greater than 0."}},
		"not below":        {`"properties":{"f":{"type":"number","exclusiveMaximum":1}}`, `{"f":1}`, models.Fields{"body/f": "Enter a number less than 1."}},
		"no multiple":      {`"properties":{"f":{"type":"integer","multipleOf":5}}`, `{"f":7}`, models.Fields{"body/f": "Enter a multiple of 5."}},
		"a wrong address":  {`"properties":{"f":{"type":"string","pattern":"^https?://"}}`, `{"f":"ftp://a"}`, models.Fields{"body/f": "Enter an address that begins with http:// or https://."}},
		"a host name":      {`"properties":{"f":{"format":"hostname"}}`, `{"f":"-a-"}`, models.Fields{"body/f": "Enter a host name, such as db.example.org."}},
		"nothing allowed":  {`"properties":{"f":false}`, `{"f":"x"}`, models.Fields{"body/f": "Leave this empty."}},
		"not":              {`"properties":{"f":{"not":{"const":"x"}}}`, `{"f":"x"}`, models.Fields{"body/f": "This value is not allowed here. Enter another."}},
		"all of":           {`"allOf":[{"required":["f"]},{"required":["g"]}],"properties":{"f":{},"g":{}}`, `{"x":1}`, models.Fields{"body/f": fillIn, "body/g": fillIn}},
		"too few items":    {`"properties":{"f":{"type":"array","minItems":2,"uniqueItems":true}}`, `{"f":[1]}`, models.Fields{"body/f": "Too few items: at least 2."}},
		"twice the same":   {`"properties":{"f":{"type":"array","uniqueItems":true}}`, `{"f":[1,1]}`, models.Fields{"body/f": "Each item must be different."}},
		"a missing entry":  {`"properties":{"f":{"type":"object","required":["ca"]}}`, `{"f":{}}`, models.Fields{"body/f": "Add “ca”."}},
		"a wrong entry":    {`"properties":{"f":{"type":"object","additionalProperties":{"type":"string"}}}`, `{"f":{"a":5}}`, models.Fields{"body/f": "A value inside does not fit. Enter text."}},
		"a needed partner": {`"dependentRequired":{"f":["g"]},"properties":{"f":{},"g":{}}`, `{"f":"x"}`, models.Fields{"body/g": fillIn}},
		"one of two ways":  {`"anyOf":[{"required":["f"]},{"required":["g"]}],"properties":{"f":{"title":"First"},"g":{"title":"Second"}}`, `{"x":1}`, models.Fields{"body/f": "Fill in one of these: First, Second.", "body/g": "Fill in one of these: First, Second."}},
		"both of one of":   {`"oneOf":[{"required":["f"]},{"required":["g"]}],"properties":{"f":{},"g":{}}`, `{"f":"x","g":"y"}`, models.Fields{"body": "More than one way is filled in. Keep only one."}},
		"the way meant":    {`"anyOf":[{"properties":{"how":{"const":"a"}},"required":["f"]},{"properties":{"how":{"const":"b"}},"required":["g"]}],"properties":{"how":{"enum":["a","b"]},"f":{},"g":{}}`, `{"how":"b"}`, models.Fields{"body/g": fillIn}},
		"if and then":      {`"if":{"required":["f"]},"then":{"required":["g"]},"properties":{"f":{},"g":{}}`, `{"f":"x"}`, models.Fields{"body/g": fillIn}},
		"unlisted keys":    {`"additionalProperties":false,"properties":{"f":{}}`, `{"b":1,"a":2}`, models.Fields{"body": "Remove “a”, “b”; only the listed fields are allowed."}},
		"unlisted in a group": {
			`"properties":{"g":{"title":"TLS","properties":{"f":{}},"additionalProperties":false}}`, `{"g":{"x":1}}`,
			models.Fields{"body": "TLS: Remove “x”; only the listed fields are allowed."},
		},
		"a key without a field": {`"required":["z"],"patternProperties":{"^x":{"type":"integer"}},"properties":{"f":{}}`, `{"x1":"a"}`, models.Fields{"body": "Add “z”. “x1”: Enter a whole number."}},
		"a group, required":     {`"required":["g"],"properties":{"g":{"title":"G","properties":{"f":{}}}}`, `{"x":1}`, models.Fields{"body": "G: fill in its fields."}},
		"deep in groups":        {`"properties":{"a":{"properties":{"b":{"properties":{"f":{"type":"integer","maximum":9}}}}}}`, `{"a":{"b":{"f":10}}}`, models.Fields{"body/a/b/f": "Enter 9 or less."}},
		"draft-07 dependencies": {`"$schema":"http://json-schema.org/draft-07/schema#","dependencies":{"f":["g"]},"properties":{"f":{},"g":{}}`, `{"f":"x"}`, models.Fields{"body/g": fillIn}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			schema := "{" + s.schema + "}"
			if !strings.Contains(schema, "$schema") {
				schema = `{"$schema":"https://json-schema.org/draft/2020-12/schema",` + s.schema + "}"
			}
			body, fields := with(t, schema).Cast("own", fromJSON(t, s.given))
			wantFields(t, body, fields, s.want)
		})
	}
}

func TestASchemaWithoutPropertiesIsCheckedAsAWhole(t *testing.T) {
	t.Parallel()
	c := with(t, `{"type":"object","required":["id"],"additionalProperties":{"type":"string","maxLength":4}}`)
	body, fields := c.Read("own", posted("body", `{"a":"b"}`), nil)
	wantFields(t, body, fields, models.Fields{"body": "Add “id”."})
	body, fields = c.Read("own", posted("body", `{"id":"abcde"}`), nil)
	wantFields(t, body, fields, models.Fields{"body": "A value inside does not fit. Enter at most 4 characters."})
}

func TestBuiltinsAskForOneWayToConnect(t *testing.T) {
	t.Parallel()
	c := Load("")
	body, fields := c.Read("sftp", posted("body/host", "h", "body/port", "22", "body/username", "u"), nil)
	either := "Fill in one of these: Password, Private key."
	wantFields(t, body, fields, models.Fields{"body/password": either, "body/privateKey": either})
	body, fields = c.Read("kafka", posted("body/bootstrapServers", "k:9092", "body/securityProtocol", "SASL_SSL"), nil)
	wantFields(t, body, fields, models.Fields{"body/saslMechanism": chooseOne, "body/username": fillIn, "body/password": fillIn})
	body, fields = c.Read("kafka", posted("body/bootstrapServers", "k:9092", "body/securityProtocol", "PLAINTEXT"), nil)
	wantBody(t, body, fields, `{"bootstrapServers":"k:9092","securityProtocol":"PLAINTEXT"}`)
}
