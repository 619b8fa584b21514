package kinds

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/models"
)

// Whatever is posted, the answer is a body or complaints at known names, the body
// stands a second reading, and no complaint repeats a secret.
func FuzzRead(f *testing.F) {
	f.Add("postgresql", "5432", "s3cret-value-1", `{"a":1}`, true)
	f.Add("raw", "x", "s3cret-value-2", `{"a":[1,{"b":null}]}`, false)
	f.Add("own", "1e999999", "s3cret-value-3", `{"a":`, true)
	f.Add("http", "-", "s3cret-value-4", `"\ud800"`, true)
	f.Add("own", "1e-999999", "s3cret-value-5", `[1e-999999, 0e-999999]`, true)
	f.Add("raw", "0.1", "s3cret-value-6", `{"a":1,"a":{"b":2,"b":3}}`, true)
	f.Add("raw", "0.1", "s3cret-value-7", strings.Repeat(`{"a":`, 70)+"1"+strings.Repeat("}", 70), true)
	c := with(f, many)
	f.Fuzz(func(t *testing.T, name, text, secret, object string, on bool) {
		kind, ok := c.Find(name)
		if !ok {
			kind = kindOf(t, c, "own")
		}
		form := posted("remove/password", map[bool]string{true: "on", false: ""}[on])
		fuzzForm(form, kind.Fields, text, secret, object, on)
		body, fields := c.Read(kind.Name, form, nil)
		if (body == nil) == (len(fields) == 0) {
			t.Fatalf("body %v with complaints %v", body, fields)
		}
		for input, sentence := range fields {
			if !strings.HasPrefix(input, "body") || sentence == "" {
				t.Fatalf("a complaint at %q: %q", input, sentence)
			}
			if len(secret) > 12 && strings.Contains(sentence, secret) {
				t.Fatalf("the secret is told: %q", sentence)
			}
		}
		if body == nil {
			return
		}
		again, fields := c.Cast(kind.Name, body)
		if len(fields) > 0 || len(c.Changed(kind.Name, body, again)) > 0 {
			t.Fatalf("%v is not the same when read again: %v, %v", body, again, fields)
		}
		c.Values(kind.Name, body)
		c.Held(kind.Name, body)
	})
}

func fuzzForm(form map[string][]string, fields []models.Field, text, secret, object string, on bool) {
	for _, f := range fields {
		value := text
		switch {
		case f.Type == models.GroupField:
			fuzzForm(form, f.Fields, text, secret, object, on)
			continue
		case f.Type == models.JSONField:
			value = object
		case len(f.Options) > 0:
			value = f.Options[len(text)%len(f.Options)].Value
		case f.Secret:
			value = secret
		case f.Type == models.CheckboxField && on:
			value = "on"
		}
		form[f.Input()] = []string{value}
	}
}

// Whatever stands in a file, it is a kind or a reported fault, and soon.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(many))
	f.Add([]byte(guarded))
	f.Add([]byte(explosion()))
	f.Add([]byte(`{"properties":{"a":{"type":"number","minimum":1e-999999,"multipleOf":1e-300}}}`))
	f.Add([]byte(`{"$ref":"#","properties":{"a":{"$ref":"#/properties/a"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		begun := time.Now()
		c := &Catalogue{entries: map[string]*entry{}}
		dir := folder(t, map[string]string{"own.json": string(data)})
		c.addFolder(dir)
		_, ok := c.Find("own")
		if broken := c.Broken(); ok == (len(broken) == 1) {
			t.Fatalf("found %v, reported %v", ok, broken)
		}
		if ok {
			kind := kindOf(t, c, "own")
			form := posted()
			fuzzForm(form, kind.Fields, "1", "secret", `{"a":1}`, true)
			c.Read("own", form, map[string]any{"a": "b"})
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Fatalf("it took %v", took)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Load("")
	}
}

func BenchmarkReadPostgresql(b *testing.B) {
	c := Load("")
	form := posted("body/host", "db.example.org", "body/port", "5000", "body/database", "app", "body/user", "ada", "body/password", "p")
	for b.Loop() {
		c.Read("postgresql", form, nil)
	}
}
