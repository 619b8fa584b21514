package kinds

import (
	"slices"
	"strings"
	"testing"

	"holdfast/models"
)

func TestANameTellsWhetherAPropertyIsSecret(t *testing.T) {
	t.Parallel()
	for name := range strings.FieldsSeq(`password dbPassword DB_PASSWORD user-password passwd passphrase token accessToken apiToken tokens
		secret clientSecret secretId key apiKey api_key APIKey apikey privateKey secretAccessKey accessKey accountKey pin PIN cardPin
		credentials credentialJson pass pwd authtoken`) {
		if !saysSecret(name) {
			t.Errorf("%s is not taken as secret", name)
		}
	}
	for name := range strings.FieldsSeq(`publicKey publishableKey accessKeyId keyId keyName primaryKey keyspace keyboard monkey projectKey
		tokenUrl token_endpoint credentialType spin pinned shipping host username compass bypass`) {
		if saysSecret(name) {
			t.Errorf("%s is taken as secret", name)
		}
	}
}

func TestALabelIsMadeOfAName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"hostUrl": "Host URL", "api_version": "API version", "username": "Username", "APIKey": "API key", "my-crm": "My crm", "x": "X", "": "", "§": "§",
	} {
		if got := label(name); got != want {
			t.Errorf("label(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestEachPropertyGetsItsControl(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct {
		schema string
		want   models.FieldType
		secret bool
	}{
		"a text":                      {`{"type":"string"}`, models.TextField, false},
		"no type at all":              {`{}`, models.TextField, false},
		"true":                        {`true`, models.TextField, false},
		"an address":                  {`{"type":"string","format":"uri"}`, models.URLField, false},
		"an optional address":         {`{"anyOf":[{"type":"string","format":"uri"},{"type":"null"}]}`, models.URLField, false},
		"an e-mail":                   {`{"type":"string","format":"email"}`, models.EmailField, false},
		"a date":                      {`{"type":"string","format":"date"}`, models.DateField, false},
		"a date and time":             {`{"type":"string","format":"date-time"}`, models.DateTimeField, false},
		"an integer":                  {`{"type":"integer"}`, models.IntegerField, false},
		"an integer or null":          {`{"type":["integer","null"]}`, models.IntegerField, false},
		"a number":                    {`{"type":"number"}`, models.NumberField, false},
		"a boolean":                   {`{"type":"boolean"}`, models.CheckboxField, false},
		"a secret boolean":            {`{"type":"boolean","writeOnly":true}`, models.SelectField, true},
		"a choice":                    {`{"enum":["a","b",null]}`, models.SelectField, false},
		"a choice of constants":       {`{"oneOf":[{"const":"a","title":"First"},{"const":"b"}]}`, models.SelectField, false},
		"a secret choice":             {`{"enum":["a"],"writeOnly":true}`, models.SelectField, true},
		"write-only":                  {`{"type":"string","writeOnly":true}`, models.SecretField, true},
		"a write-only integer":        {`{"type":"integer","writeOnly":true}`, models.SecretField, true},
		"a password":                  {`{"type":"string","format":"password"}`, models.SecretField, true},
		"a long secret":               {`{"type":"string","writeOnly":true,"x-multiline":true}`, models.SecretTextField, true},
		"a secret by media type":      {`{"type":"string","writeOnly":true,"contentMediaType":"application/json"}`, models.SecretTextField, true},
		"a long text":                 {`{"type":"string","format":"textarea"}`, models.MultilineField, false},
		"a text in PEM":               {`{"type":"string","description":"In PEM form."}`, models.MultilineField, false},
		"an object":                   {`{"type":"object"}`, models.JSONField, true},
		"an object or null":           {`{"anyOf":[{"type":"object"},{"type":"null"}]}`, models.JSONField, true},
		"a list":                      {`{"type":"array"}`, models.JSONField, true},
		"items alone":                 {`{"items":{}}`, models.JSONField, true},
		"an object with fields":       {`{"properties":{"a":{}}}`, models.GroupField, false},
		"one with fields or null":     {`{"anyOf":[{"type":"object","properties":{"a":{}}},{"type":"null"}]}`, models.GroupField, false},
		"a text or a boolean":         {`{"type":["string","boolean"]}`, models.TextField, false},
		"a reference that goes round": {`{"$ref":"#/properties/f"}`, models.TextField, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, nodes, err := describe("own", mustParse(t, `{"properties":{"f":`+s.schema+`}}`))
			if err != nil {
				t.Fatal(err)
			}
			if f := nodes[0].field; f.Type != s.want || f.Secret != s.secret {
				t.Errorf("control %s, secret %v", f.Type, f.Secret)
			}
		})
	}
}

func mustParse(t testing.TB, text string) *object {
	t.Helper()
	o, err := parseSchema([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestHintsDefaultsAndOptions(t *testing.T) {
	t.Parallel()
	kind := kindOf(t, with(t, `{"required":["a","g","on"],"properties":{
		"a":{"title":"Alpha","description":"Says what.","examples":["x"],"placeholder":"p","default":"d"},
		"b":{"examples":[5000],"type":"integer","default":5e3},
		"on":{"type":"boolean","default":true},
		"s":{"writeOnly":true,"default":"hunter2"},
		"g":{"type":"object","required":["in"],"properties":{"in":{}}},
		"o":{"type":"object","required":["in"],"properties":{"in":{},"deep":{"properties":{"er":{"properties":{"est":{"properties":{"end":{}}}}}}}}},
		"l":{"oneOf":[{"const":1,"title":"One"},{"const":2}]},
		"a/b~c":{}}}`), "own")
	for path, want := range map[string]models.Field{
		"/a":       {Label: "Alpha", Hint: "Says what.", Placeholder: "p", Default: "d", Required: true, Type: models.TextField},
		"/b":       {Label: "B", Placeholder: "5000", Default: "5000", Type: models.IntegerField},
		"/on":      {Label: "On", Default: "true", Type: models.CheckboxField},
		"/s":       {Label: "S", Type: models.SecretField, Secret: true},
		"/g/in":    {Label: "In", Required: true, Type: models.TextField},
		"/o/in":    {Label: "In", Type: models.TextField},
		"/a~1b~0c": {Label: "A b c", Type: models.TextField},
	} {
		f := fieldAt(t, kind.Fields, path)
		if f.Label != want.Label || f.Hint != want.Hint || f.Placeholder != want.Placeholder || f.Default != want.Default ||
			f.Required != want.Required || f.Type != want.Type || f.Secret != want.Secret {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if got := fieldAt(t, kind.Fields, "/l").Options; !slices.Equal(got, []models.Option{{Value: "1", Label: "One"}, {Value: "2", Label: "2"}}) {
		t.Errorf("options %v", got)
	}
	deep := fieldAt(t, kind.Fields, "/o/deep").Fields[0]
	if deep.Fields[0].Type != models.JSONField {
		t.Errorf("an object below three groups is %s", deep.Fields[0].Type)
	}
}

func TestOnlyKnownIconsAndWebAddressesAreTaken(t *testing.T) {
	t.Parallel()
	kind := kindOf(t, with(t, `{"x-icon":"../etc","x-docs":"javascript:alert(1)","title":" Mine "}`), "own")
	if kind.Icon != defaultIcon || kind.DocsURL != "" || kind.Title != "Mine" || !kind.Whole {
		t.Errorf("%+v", kind)
	}
}
