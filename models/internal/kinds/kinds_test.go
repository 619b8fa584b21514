package kinds

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"holdfast/models"
)

// with is a catalogue with the built-in kinds and one more, "own".
func with(t testing.TB, schema string) *Catalogue {
	t.Helper()
	c := Load(folder(t, map[string]string{"own.json": schema}))
	if broken := c.Broken(); len(broken) > 0 {
		t.Fatalf("the schema of the test is broken: %v", broken)
	}
	return c
}

// folder is a folder of schema files.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// posted is a form as net/http gives it.
func posted(pairs ...string) map[string][]string {
	form := map[string][]string{}
	for i := 0; i < len(pairs); i += 2 {
		form[pairs[i]] = append(form[pairs[i]], pairs[i+1])
	}
	return form
}

func kindOf(t testing.TB, c *Catalogue, name string) models.Kind {
	t.Helper()
	kind, ok := c.Find(name)
	if !ok {
		t.Fatalf("no kind %q; broken: %v", name, c.Broken())
	}
	return kind
}

func fieldAt(t testing.TB, fields []models.Field, path string) models.Field {
	t.Helper()
	for _, f := range fields {
		if f.Path == path {
			return f
		}
		if nested := f.Fields; len(nested) > 0 {
			for _, g := range nested {
				if g.Path == path {
					return g
				}
			}
		}
	}
	t.Fatalf("no field %q", path)
	return models.Field{}
}

// wantBody compares a body by its JSON, so that 5000 and 5e3 differ.
func wantBody(t testing.TB, body map[string]any, fields models.Fields, want string) {
	t.Helper()
	if len(fields) > 0 {
		t.Fatalf("unexpected complaints: %v", fields)
	}
	got, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("body %s, want %s", got, want)
	}
}

// wantFields compares complaints exactly; there must be no body with them.
func wantFields(t testing.TB, body map[string]any, fields, want models.Fields) {
	t.Helper()
	if body != nil {
		t.Errorf("there is a body although something is wrong: %v", body)
	}
	for input, sentence := range want {
		if fields[input] != sentence {
			t.Errorf("at %s: %q, want %q", input, fields[input], sentence)
		}
	}
	for input, sentence := range fields {
		if _, expected := want[input]; !expected {
			t.Errorf("unexpected at %s: %q", input, sentence)
		}
	}
}
