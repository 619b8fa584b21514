package kinds

import (
	"fmt"
	"testing"

	"holdfast/models"
)

const writeOnly = `{"type":"object","required":["region","host","strict"],"properties":{
	"host":{"type":"string"},
	"region":{"enum":["eu","us"],"writeOnly":true,"default":"eu"},
	"strict":{"type":"boolean","writeOnly":true,"default":true},
	"vault":{"type":"object","writeOnly":true,"properties":{"on":{"type":"boolean"},"mode":{"enum":[1,2]},"name":{"type":"string"},"size":{"type":"integer"}}},
	"useToken":{"type":"boolean"},"tokenKind":{"enum":["a","b"]}}}`

func TestAWriteOnlyChoiceOrBooleanIsASecret(t *testing.T) {
	t.Parallel()
	kind := kindOf(t, with(t, writeOnly), "own")
	for path, want := range map[string]models.FieldType{
		"/region": models.SelectField, "/strict": models.SelectField, "/vault/on": models.SelectField,
		"/vault/mode": models.SelectField, "/vault/name": models.SecretField, "/vault/size": models.SecretField,
	} {
		if f := fieldAt(t, kind.Fields, path); f.Type != want || !f.Secret || f.Default != "" {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if got := fmt.Sprint(fieldAt(t, kind.Fields, "/strict").Options); got != "[{true Yes} {false No}]" {
		t.Errorf("options %s", got)
	}
	for _, path := range []string{"/useToken", "/tokenKind"} { // a name alone does not hide a choice
		if f := fieldAt(t, kind.Fields, path); f.Secret {
			t.Errorf("%s is secret", path)
		}
	}
}

func TestAWriteOnlyChoiceIsNeverShownAndNothingChosenKeepsIt(t *testing.T) {
	t.Parallel()
	c := with(t, writeOnly)
	before, fields := c.Read("own", posted("body/host", "h", "body/region", "us", "body/strict", "false", "body/vault/mode", "2", "body/vault/on", "true"), nil)
	wantBody(t, before, fields, `{"host":"h","region":"us","strict":false,"useToken":false,"vault":{"mode":2,"on":true}}`)
	if got := fmt.Sprint(c.Values("own", before)); got != "map[body/host:h body/useToken:false]" {
		t.Errorf("shown %s", got)
	}
	if got := fmt.Sprint(c.Held("own", before)); got != "[body/region body/strict body/vault/on body/vault/mode]" {
		t.Errorf("held %s", got)
	}
	body, fields := c.Read("own", posted("body/host", "h2", "body/region", "", "body/strict", ""), before)
	wantBody(t, body, fields, `{"host":"h2","region":"us","strict":false,"useToken":false,"vault":{"mode":2,"on":true}}`)
	body, fields = c.Read("own", posted("body/host", "h", "body/strict", "true", "remove/vault/mode", "on", "remove/vault/on", "on"), before)
	wantBody(t, body, fields, `{"host":"h","region":"us","strict":true,"useToken":false}`)
	body, fields = c.Read("own", posted("body/host", "h"), nil)
	wantFields(t, body, fields, models.Fields{"body/region": chooseOne, "body/strict": chooseOne})
	body, fields = c.Cast("own", map[string]any{"host": "h", "region": "eu", "strict": "true"})
	wantBody(t, body, fields, `{"host":"h","region":"eu","strict":true}`)
}

func TestANewValueAndRemoveContradictEachOther(t *testing.T) {
	t.Parallel()
	c := with(t, guarded)
	before := map[string]any{"host": "h", "token": "t", "apiKey": "k", "extra": map[string]any{"a": 1}}
	body, fields := c.Read("own", posted("body/host", "h", "body/token", "new", "remove/token", "on", "body/apiKey", "new",
		"remove/apiKey", "on", "body/extra", "{}", "remove/extra", "on"), before)
	wantFields(t, body, fields, models.Fields{"body/token": typeOrRemove, "body/apiKey": typeOrRemove, "body/extra": typeOrRemove})
	body, fields = c.Read("raw", posted("body", `{"a":1}`, "remove", "on"), before)
	wantFields(t, body, fields, models.Fields{"body": typeOrRemove})
}

func TestWhatIsRequiredButMayBeNullMayBeLeftEmpty(t *testing.T) {
	t.Parallel()
	c := with(t, `{"type":"object","required":["note","size","mode","token","extra","group"],"properties":{
		"note":{"anyOf":[{"type":"string"},{"type":"null"}]},"size":{"type":["integer","null"]},"mode":{"enum":["a",null]},
		"token":{"type":["string","null"]},"extra":{"type":["object","null"]},
		"group":{"type":["object","null"],"required":["in"],"properties":{"in":{"type":"string"}}},
		"free":{"type":["string","null"]}}}`)
	for _, f := range kindOf(t, c, "own").Fields {
		if f.Required {
			t.Errorf("%s is marked required", f.Path)
		}
	}
	const empty = `{"extra":null,"group":null,"mode":null,"note":null,"size":null,"token":null}`
	body, fields := c.Read("own", posted("body/note", "", "body/size", " "), nil)
	wantBody(t, body, fields, empty)
	if held := c.Held("own", body); len(held) > 0 {
		t.Errorf("null is held: %v", held)
	}
	body, fields = c.Cast("own", map[string]any{"note": "", "size": "", "mode": "", "token": "", "extra": "", "group": nil, "free": ""})
	wantBody(t, body, fields, empty)
	before := map[string]any{"note": "n", "token": "t", "extra": map[string]any{"a": 1}, "group": map[string]any{"in": "x"}}
	body, fields = c.Read("own", posted("body/group/in", "x", "remove/extra", "on"), before)
	wantBody(t, body, fields, `{"extra":null,"group":{"in":"x"},"mode":null,"note":null,"size":null,"token":"t"}`)
}

func TestAFieldOfJSONSaysHowJSONIsEntered(t *testing.T) {
	t.Parallel()
	kind := kindOf(t, with(t, `{"properties":{
		"words":{"type":"array","items":{"type":"string"}},"sizes":{"type":"array","items":{"type":"integer"}},
		"rows":{"type":"array","items":{"type":"object"}},"extra":{"type":"object"},"told":{"type":"object","description":"Sent along"},
		"json":{"type":"array","description":"As JSON, please."}}}`), "own")
	for path, want := range map[string]string{
		"/words": `A JSON array, such as ["one", "two"].`,
		"/sizes": `A JSON array, such as [1, 2].`,
		"/rows":  `A JSON array, such as [{"key": "value"}].`,
		"/extra": `A JSON object, such as {"key": "value"}.`,
		"/told":  `Sent along. A JSON object, such as {"key": "value"}.`,
		"/json":  `As JSON, please.`,
	} {
		if got := fieldAt(t, kind.Fields, path).Hint; got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}
