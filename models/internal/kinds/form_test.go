package kinds

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/models"
)

func TestAPostgresqlFormIsCastByType(t *testing.T) {
	t.Parallel()
	body, fields := Load("").Read("postgresql", posted("body/host", "db.example.org", "body/port", "5000", "body/database", "app",
		"body/user", "ada", "body/password", "  s3cret ", "body/ssl", "on"), nil)
	wantBody(t, body, fields, `{"allowSelfSignedCert":false,"database":"app","host":"db.example.org","password":"  s3cret ","port":5000,"ssl":true,"user":"ada"}`)
}

func TestEveryFaultOfAFormIsToldAtItsFieldAtOnce(t *testing.T) {
	t.Parallel()
	body, fields := Load("").Read("postgresql", posted("body/host", " ", "body/port", "70000", "body/user", "ada"), nil)
	wantFields(t, body, fields, models.Fields{
		"body/host": fillIn, "body/port": "Enter a number between 1 and 65535.", "body/database": fillIn, "body/password": fillIn,
	})
	body, fields = Load("").Read("dhis2", posted("body/username", "a", "body/password", "b", "body/hostUrl", "nowhere", "body/apiVersion", "x"), nil)
	wantFields(t, body, fields, models.Fields{
		"body/hostUrl":    "Enter a full web address, such as https://example.org.",
		"body/apiVersion": "This does not have the expected form, which looks like 41.",
	})
}

const many = `{"type":"object","properties":{
	"port":{"type":"integer"},"ratio":{"type":"number"},"mode":{"enum":["a","b"]},"level":{"enum":[1,2]},
	"note":{"anyOf":[{"type":"string"},{"type":"null"}]},"nick":{"type":["string","null"]},"size":{"type":["integer","null"]},
	"tls":{"type":"object"},"tags":{"type":"array","items":{"type":"string"}},"when":{"type":"string","format":"date-time"},
	"pin":{"type":"integer","minimum":1000},"key":{"type":"string","x-multiline":true},"on":{"type":"boolean","title":"Token on"},"web":{"type":"string","format":"uri"}}}`

func TestCastingFromAForm(t *testing.T) {
	t.Parallel()
	c := with(t, many)
	for name, s := range map[string]struct{ input, text, want string }{
		"an integer":                      {"port", " 5000 ", `"port":5000`},
		"an integer written long":         {"port", "5.0", `"port":5`},
		"an integer beyond int64":         {"port", "123456789012345678901234567890", `"port":123456789012345678901234567890`},
		"a number":                        {"ratio", "0.25", `"ratio":0.25`},
		"a whole number":                  {"ratio", "5000", `"ratio":5000`},
		"an option":                       {"mode", "b", `"mode":"b"`},
		"an option with its type":         {"level", "2", `"level":2`},
		"an optional text":                {"note", "hi", `"note":"hi"`},
		"an optional number":              {"size", "7", `"size":7`},
		"an object":                       {"tls", `{"ca":"x","n":1.50}`, `"tls":{"ca":"x","n":1.50}`},
		"a list":                          {"tags", `["a","b"]`, `"tags":["a","b"]`},
		"a date and time without seconds": {"when", "2026-01-31T10:00", `"when":"2026-01-31T10:00:00Z"`},
		"a secret number":                 {"pin", "4711", `"pin":4711`},
		"lines without carriage returns":  {"key", "a\r\nb\r\n", `"key":"a\nb\n"`},
		"an address without spaces":       {"web", " https://a.example ", `"web":"https://a.example"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, fields := c.Read("own", posted("body/"+s.input, s.text), nil)
			delete(body, "on")
			wantBody(t, body, fields, "{"+s.want+"}")
		})
	}
}

func TestWhatDoesNotCastIsToldAtItsField(t *testing.T) {
	t.Parallel()
	c := with(t, many)
	for input, s := range map[string]struct{ text, want string }{
		"port":  {"abc", wholeNumber},
		"ratio": {"1e999", anyNumber},
		"size":  {"1.5", wholeNumber},
		"mode":  {"c", chooseOne},
		"level": {"3", chooseOne},
		"tls":   {"{\n \"a\": }", "This is not valid JSON (line 2, column 7)."},
		"tags":  {`["a", 5]`, "Item 2 does not fit. Enter text."},
		"when":  {"soon", "Enter a date and time, such as 2026-01-31T10:00:00Z."},
		"pin":   {"12", "Enter 1000 or more."},
		"note":  {"\xff", notText},
	} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			body, fields := c.Read("own", posted("body/"+input, s.text), nil)
			wantFields(t, body, fields, models.Fields{"body/" + input: s.want})
		})
	}
}

func TestAnEmptyOptionalFieldIsLeftOutAndAnAbsentCheckboxIsFalse(t *testing.T) {
	t.Parallel()
	body, fields := with(t, many).Read("own", posted("body/note", "", "body/port", " ", "body/tls", "", "body/mode", ""), nil)
	wantBody(t, body, fields, `{"on":false}`)
}

const guarded = `{"type":"object","required":["host","token"],"properties":{
	"host":{"type":"string"},"token":{"type":"string"},"apiKey":{"type":"string"},
	"proxy":{"type":"object","required":["url"],"properties":{"url":{"type":"string"},"secret":{"type":"string"},"port":{"type":"integer","default":3128}}},
	"extra":{"type":"object"}}}`

func TestAnEmptySecretKeepsATypedOneReplacesAndRemoveClears(t *testing.T) {
	t.Parallel()
	c := with(t, guarded)
	before := map[string]any{
		"host": "a", "token": "old", "apiKey": "k", "unknown": []any{1.0}, "extra": map[string]any{"x": 1.0},
		"proxy": map[string]any{"url": "u", "secret": "s", "mine": true},
	}
	body, fields := c.Read("own", posted("body/host", "b", "body/proxy/url", "u2"), before)
	wantBody(t, body, fields, `{"apiKey":"k","extra":{"x":1},"host":"b","proxy":{"mine":true,"secret":"s","url":"u2"},"token":"old","unknown":[1]}`)

	body, fields = c.Read("own", posted("body/host", "b", "body/token", "new", "remove/apiKey", "on", "remove/extra", "on",
		"body/proxy/url", "u", "remove/proxy/secret", "on"), before)
	wantBody(t, body, fields, `{"host":"b","proxy":{"mine":true,"url":"u"},"token":"new","unknown":[1]}`)

	body, fields = c.Read("own", posted("body/host", "b", "body/proxy/url", "u", "remove/token", "on"), before)
	wantFields(t, body, fields, models.Fields{"body/token": replaceInstead})
	if before["token"] != "old" || len(before) != 6 {
		t.Error("the body before was changed")
	}
}

func TestAnOptionalGroupLeftAloneIsLeftOut(t *testing.T) {
	t.Parallel()
	c := with(t, guarded)
	body, fields := c.Read("own", posted("body/host", "h", "body/token", "t", "body/proxy/port", "3128"), nil)
	wantBody(t, body, fields, `{"host":"h","token":"t"}`)
	body, fields = c.Read("own", posted("body/host", "h", "body/token", "t", "body/proxy/port", "8080"), nil)
	wantFields(t, body, fields, models.Fields{"body/proxy/url": fillIn})
}

func TestRawIsOneObjectReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	c := Load("")
	kept := map[string]any{"a": "b"}
	for name, s := range map[string]struct {
		form   map[string][]string
		before map[string]any
		want   string
		fault  string
	}{
		"types stay as typed":          {form: posted("body", `{"port":"5000","n":1.0,"b":"true"}`), want: `{"b":"true","n":1.0,"port":"5000"}`},
		"empty keeps":                  {form: posted("body", ""), before: kept, want: `{"a":"b"}`},
		"typing replaces":              {form: posted("body", `{"c":1}`), before: kept, want: `{"c":1}`},
		"nothing at first is a fault":  {form: posted(), fault: jsonObject},
		"a list is a fault":            {form: posted("body", `[1]`), fault: jsonObject},
		"broken JSON is a fault":       {form: posted("body", `{"a":1}}`), fault: "This is not valid JSON (line 1, column 8)."},
		"it can't be removed":          {form: posted("remove", "on"), before: kept, fault: replaceInstead},
		"an absurd number is a fault":  {form: posted("body", `{"n":1e999999}`), fault: extremeNumber},
		"more than 64 KiB are a fault": {form: posted("body", `{"a":"`+strings.Repeat("x", 70_000)+`"}`), fault: jsonTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, fields := c.Read("raw", s.form, s.before)
			if s.fault != "" {
				wantFields(t, body, fields, models.Fields{"body": s.fault})
				return
			}
			wantBody(t, body, fields, s.want)
		})
	}
}

func TestTheLimitsOfABody(t *testing.T) {
	t.Parallel()
	c := Load("")
	items := func(n int) string {
		return `{"secrets":[` + strings.TrimSuffix(strings.Repeat(`"x",`, n), ",") + `]}`
	}
	body, fields := c.Read("raw", posted("body", items(50)), nil)
	if body == nil {
		t.Errorf("50 values are refused: %v", fields)
	}
	body, fields = c.Read("raw", posted("body", items(51)), nil)
	wantFields(t, body, fields, models.Fields{"body": "This holds 51 sensitive values; at most 50 are allowed."})
	long := strings.Repeat("x", models.MaxBody)
	body, fields = c.Read("http", posted("body/username", long), nil)
	wantFields(t, body, fields, models.Fields{"body": "This credential is larger than 64 KiB. Shorten its values."})
}

func TestAnUnknownKindIsAClearFault(t *testing.T) {
	t.Parallel()
	c := Load("")
	body, fields := c.Read("nope", posted(), nil)
	wantFields(t, body, fields, models.Fields{"kind": unknownKind})
	body, fields = c.Cast("nope", map[string]any{})
	wantFields(t, body, fields, models.Fields{"kind": unknownKind})
	if c.Held("nope", map[string]any{"a": 1}) != nil || len(c.Values("nope", map[string]any{"a": 1})) != 0 {
		t.Error("an unknown kind shows something")
	}
}

// Whatever is wrong, the complaint speaks of the schema and not of the value.
func TestNoComplaintEverHoldsTheValue(t *testing.T) {
	t.Parallel()
	const secret = "Tr0ub4dor&3"
	strict := `{"type":"object","additionalProperties":false,"properties":{%s}}`
	for name, property := range map[string]string{
		"pattern": `"f":{"type":"string","pattern":"^x$","writeOnly":true}`, "format": `"f":{"type":"string","format":"uri"}`,
		"email": `"f":{"type":"string","format":"email"}`, "enum": `"f":{"enum":["a"]}`, "integer": `"f":{"type":"integer"}`,
		"const": `"f":{"const":"a","type":"string"}`, "number": `"f":{"type":"number"}`, "length": `"f":{"type":"string","maxLength":2}`,
		"any": `"f":{"anyOf":[{"format":"uri"},{"format":"ipv4"}]}`, "json": `"f":{"type":"object"}`, "not": `"f":{"not":{"type":"string"}}`,
		"nested": `"f":{"type":"object","additionalProperties":false}`, "names": `"f":{"type":"object","propertyNames":{"maxLength":2}}`,
		"values": `"f":{"type":"object","additionalProperties":{"type":"integer"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := with(t, fmt.Sprintf(strict, property))
			told := ""
			for _, text := range []string{secret, `{"` + secret + `":"` + secret + `"}`} {
				_, read := c.Read("own", posted("body/f", text), nil)
				_, cast := c.Cast("own", map[string]any{"f": text})
				told += strings.TrimPrefix(fmt.Sprint(read)+fmt.Sprint(cast), "map[]map[]")
			}
			if told == "" || strings.Contains(told, secret) {
				t.Errorf("told %q", told)
			}
		})
	}
}
