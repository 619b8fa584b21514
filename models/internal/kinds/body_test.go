package kinds

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"holdfast/models"
)

func fromJSON(t testing.TB, text string) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	return body
}

func TestABodyFromJSONIsCastByType(t *testing.T) {
	t.Parallel()
	c := with(t, many)
	for name, s := range map[string]struct{ kind, given, want string }{
		"port and flags": {
			"postgresql",
			`{"host":"h","port":"5000","database":"d","user":"u","password":"p","ssl":"true","allowSelfSignedCert":"false","extra":{"a":"1"}}`,
			`{"allowSelfSignedCert":false,"database":"d","extra":{"a":"1"},"host":"h","password":"p","port":5000,"ssl":true,"user":"u"}`,
		},
		"raw stays as it is":              {"raw", `{"port":"5000","ssl":"true","a":"","n":null}`, `{"a":"","n":null,"port":"5000","ssl":"true"}`},
		"an object as text":               {"http", `{"tls":"{\"ca\":\"x\"}"}`, `{"tls":{"ca":"x"}}`},
		"an object as it is":              {"http", `{"tls":{"ca":"x"}}`, `{"tls":{"ca":"x"}}`},
		"typed values stay":               {"own", `{"port":5,"ratio":0.5,"level":1,"on":true,"tags":["a"]}`, `{"level":1,"on":true,"port":5,"ratio":0.5,"tags":["a"]}`},
		"an option by its text":           {"own", `{"level":"2"}`, `{"level":2}`},
		"empty and null optional ones go": {"own", `{"port":"","web":"","ratio":null,"tls":null}`, `{}`},
		"null stays where it is a value":  {"own", `{"note":null,"size":null}`, `{"note":null,"size":null}`},
		"no checkbox is made up":          {"own", `{}`, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := fromJSON(t, s.given)
			kept := fmt.Sprint(given)
			body, fields := c.Cast(s.kind, given)
			wantBody(t, body, fields, s.want)
			if fmt.Sprint(given) != kept {
				t.Error("the given body was changed")
			}
		})
	}
}

func TestEveryFaultOfABodyFromJSONIsTold(t *testing.T) {
	t.Parallel()
	c := with(t, guarded)
	for name, s := range map[string]struct {
		kind, given string
		want        models.Fields
	}{
		"several at once": {"postgresql", `{"host":"","port":"abc","database":5,"user":"u","password":null,"ssl":"maybe"}`, models.Fields{
			"body/host": fillIn, "body/port": wholeNumber, "body/database": "Enter text.", "body/password": fillIn, "body/ssl": trueOrFalse,
		}},
		"in a group":            {"own", `{"host":"h","token":"t","proxy":{"url":7,"port":"x"}}`, models.Fields{"body/proxy/url": "Enter text.", "body/proxy/port": wholeNumber}},
		"a group that is none":  {"own", `{"host":"h","token":"t","proxy":5}`, models.Fields{"body": "Proxy: Enter a JSON object in braces."}},
		"a group as wrong text": {"own", `{"host":"h","token":"t","proxy":"{"}`, models.Fields{"body": "Proxy: This is not valid JSON (line 1, column 1)."}},
		"no body at all":        {"raw", `null`, models.Fields{"body": jsonObject}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, fields := c.Cast(s.kind, fromJSON(t, s.given))
			wantFields(t, body, fields, s.want)
		})
	}
}

func TestAGroupMayComeAsText(t *testing.T) {
	t.Parallel()
	body, fields := with(t, guarded).Cast("own", fromJSON(t, `{"host":"h","token":"t","proxy":"{\"url\":\"u\",\"port\":\"80\"}"}`))
	wantBody(t, body, fields, `{"host":"h","proxy":{"port":80,"url":"u"},"token":"t"}`)
}

func TestAFormShowsEverythingButSecrets(t *testing.T) {
	t.Parallel()
	c := with(t, guarded)
	body := fromJSON(t, `{"host":"h","token":"t","apiKey":"","proxy":{"url":"u","secret":"s","port":8080},"extra":{"a":1},"unknown":"x"}`)
	want := map[string]string{"body/host": "h", "body/proxy/url": "u", "body/proxy/port": "8080"}
	if got := c.Values("own", body); !maps.Equal(got, want) {
		t.Errorf("shown %v", got)
	}
	if got := fmt.Sprint(c.Held("own", body)); got != "[body/token body/proxy/secret body/extra]" {
		t.Errorf("held %s", got)
	}
	if got := c.Values("raw", body); len(got) > 0 {
		t.Errorf("raw shows %v", got)
	}
	if got := fmt.Sprint(c.Held("raw", body), c.Held("raw", nil)); got != "[body] []" {
		t.Errorf("raw holds %s", got)
	}
	ssl := c.Values("postgresql", map[string]any{"port": 5432.0, "ssl": true, "allowSelfSignedCert": false, "host": map[string]any{"a": "b"}})
	if !maps.Equal(ssl, map[string]string{"body/port": "5432", "body/ssl": "true", "body/allowSelfSignedCert": "false"}) {
		t.Errorf("shown %v", ssl)
	}
}

// What a form shows and gets back untouched is the same body.
func TestShowingAndReadingBackChangesNothing(t *testing.T) {
	t.Parallel()
	c := with(t, guarded)
	before := fromJSON(t, `{"host":"h","token":"t","proxy":{"url":"u","secret":"s","port":3128,"mine":1e3},"extra":{"a":1.5},"unknown":"x"}`)
	form := posted()
	for input, text := range c.Values("own", before) {
		form[input] = []string{text}
	}
	after, fields := c.Read("own", form, before)
	if len(fields) > 0 {
		t.Fatal(fields)
	}
	if names := c.Changed("own", before, after); len(names) > 0 {
		t.Errorf("changed: %v", names)
	}
}

func TestChangedNamesTheLeavesThatDiffer(t *testing.T) {
	t.Parallel()
	c := with(t, guarded)
	for name, s := range map[string]struct{ kind, before, after, want string }{
		"nothing":             {"own", `{"host":"h","proxy":{"port":1}}`, `{"proxy":{"port":1},"host":"h"}`, "[]"},
		"null is nothing":     {"own", `{"host":null}`, `{}`, "[]"},
		"fields":              {"own", `{"token":"a","host":"h"}`, `{"token":"b","apiKey":"k","host":"h"}`, "[apiKey token]"},
		"in groups":           {"own", `{"proxy":{"url":"a","port":1,"x":1}}`, `{"proxy":{"url":"b","port":1,"x":2}}`, "[proxy/url proxy/x]"},
		"a whole group":       {"own", `{}`, `{"proxy":{"url":"a"}}`, "[proxy/url]"},
		"JSON by its field":   {"own", `{"extra":{"a":[1,{"b":2}]}}`, `{"extra":{"a":[1,{"b":3}]}}`, "[extra]"},
		"unknown keys":        {"own", `{"x":{"y":1}}`, `{"x":{"y":2},"z":1}`, "[x z]"},
		"raw":                 {"raw", `{"a":1}`, `{"a":2}`, "[body]"},
		"raw, the same":       {"raw", `{"a":[1]}`, `{"a":[1]}`, "[]"},
		"an unknown kind":     {"gone", `{"a":1}`, `{}`, "[body]"},
		"a list that shrinks": {"own", `{"extra":[1,2]}`, `{"extra":[1]}`, "[extra]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fmt.Sprint(c.Changed(s.kind, fromJSON(t, s.before), fromJSON(t, s.after))); got != s.want {
				t.Errorf("got %s, want %s", got, s.want)
			}
		})
	}
}

func TestANumberIsTheSameHoweverItIsHeld(t *testing.T) {
	t.Parallel()
	same := []any{5000, int64(5000), 5000.0, json.Number("5000"), json.Number("5e3"), json.Number("5000.0")}
	for _, a := range same {
		for _, b := range same {
			if !sameValue(a, b) {
				t.Errorf("%T %v differs from %T %v", a, a, b, b)
			}
		}
		if sameValue(a, "5000") || sameValue(a, 5001) || sameValue(a, nil) || sameValue(true, a) {
			t.Errorf("%T %v equals what it is not", a, a)
		}
	}
}
