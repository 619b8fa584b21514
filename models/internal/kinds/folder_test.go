package kinds

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"holdfast/models"
)

func TestAFolderAddsKindsAndReplacesBuiltinOnes(t *testing.T) {
	t.Parallel()
	c := Load(folder(t, map[string]string{
		"my-crm.json":  `{"properties":{"url":{"type":"string"}}}`,
		"dhis2.json":   `{"properties":{"token":{"type":"string"}}}`,
		"notes.txt":    "no schema",
		".hidden.json": `{`,
	}))
	if broken := c.Broken(); len(broken) > 0 {
		t.Fatalf("broken: %v", broken)
	}
	own := kindOf(t, c, "my-crm")
	if own.Title != "My crm" || own.Group != "Custom" || own.Icon != defaultIcon || !own.Custom {
		t.Errorf("own kind: %+v", own)
	}
	dhis2 := kindOf(t, c, "dhis2")
	if len(dhis2.Fields) != 1 || dhis2.Title != "DHIS2" || dhis2.Group != "Health and research" || !dhis2.Custom {
		t.Errorf("replaced kind: %+v", dhis2)
	}
	if len(c.List()) != len(Load("").List())+1 {
		t.Error("a replaced kind is listed twice")
	}
}

func TestABrokenFileIsReportedAndLeavesTheBuiltinInPlace(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct{ file, text, reason string }{
		"broken JSON":                {"postgresql.json", "{\n\"a\":}", "not valid JSON (line 2, column 5)"},
		"empty":                      {"postgresql.json", "", "not valid JSON (line 1, column 1)"},
		"a list":                     {"postgresql.json", "[]", "not a JSON object at the top"},
		"a schema of texts":          {"postgresql.json", `{"type":"string"}`, "describes a string"},
		"a wrong keyword":            {"postgresql.json", `{"properties":{"port":{"type":"whole"}}}`, "not a valid JSON Schema: at /properties/port/type"},
		"a remote reference":         {"postgresql.json", `{"properties":{"a":{"$ref":"https://example.org/x.json"}}}`, `refers to "https://example.org/x.json"; only references inside`},
		"a file reference":           {"postgresql.json", `{"$ref":"file:///etc/passwd"}`, `refers to "file:///etc/passwd"`},
		"an unknown draft":           {"postgresql.json", `{"$schema":"https://example.org/draft"}`, "only references inside the file"},
		"a dangling reference":       {"postgresql.json", `{"properties":{"a":{"$ref":"#/nowhere"}}}`, "not in the file"},
		"a pattern of JavaScript":    {"postgresql.json", `{"properties":{"a":{"pattern":"(?=x)"}}}`, "at /properties/a/pattern, '(?=x)' is not valid regex"},
		"such a pattern in 2020-12":  {"postgresql.json", `{"$schema":"https://json-schema.org/draft/2020-12/schema","properties":{"a":{"pattern":"(?=x)"}}}`, "(?=x)"},
		"a huge number":              {"postgresql.json", `{"properties":{"a":{"minimum":1e999999}}}`, "a number that is too large"},
		"a tiny number":              {"postgresql.json", `{"properties":{"a":{"minimum":1e-999999}}}`, "a number that is too large or too small"},
		"a tiny step":                {"postgresql.json", `{"properties":{"a":{"multipleOf":1e-999999}}}`, "a number that is too large or too small"},
		"a tiny constant":            {"postgresql.json", `{"properties":{"a":{"const":1e-999999}}}`, "a number that is too large or too small"},
		"a schema of lists":          {"postgresql.json", `{"type":"array"}`, "describes an array; the body"},
		"draft-04":                   {"postgresql.json", `{"$schema":"http://json-schema.org/draft-04/schema#"}`, "written for JSON Schema draft-04; write it for draft-07 or 2020-12"},
		"draft-06":                   {"postgresql.json", `{"$schema":"http://json-schema.org/draft-06/schema"}`, "written for JSON Schema draft-06"},
		"2019-09":                    {"postgresql.json", `{"$schema":"https://json-schema.org/draft/2019-09/schema"}`, "written for JSON Schema 2019-09"},
		"too big":                    {"postgresql.json", `{"a":"` + strings.Repeat("x", maxFile) + `"}`, "bigger than 256 KiB"},
		"too deep":                   {"postgresql.json", strings.Repeat(`{"not":`, 100) + "{}" + strings.Repeat("}", 100), "nested more than 64"},
		"too many values":            {"postgresql.json", `{"a":[` + strings.Repeat("1,", maxNodes) + "1]}", "more than 10000 values"},
		"references without end":     {"postgresql.json", explosion(), "lead to too many parts"},
		"a name with capitals":       {"MyKind.json", "{}", "small letters"},
		"a name with a blank":        {"my kind.json", "{}", "small letters"},
		"a name too long":            {strings.Repeat("a", 65) + ".json", "{}", "small letters"},
		"the name of the OAuth kind": {"oauth.json", "{}", "kept for credentials that are connected"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := Load(folder(t, map[string]string{s.file: s.text, "fine.json": "{}"}))
			broken := c.Broken()
			if len(broken) != 1 || broken[0].File != s.file || !strings.Contains(broken[0].Reason, s.reason) {
				t.Fatalf("reported: %q", broken)
			}
			if kind := kindOf(t, c, "postgresql"); kind.Custom || len(kind.Fields) != 7 {
				t.Errorf("the built-in kind is gone: %+v", kind)
			}
			kindOf(t, c, "fine")
		})
	}
}

// explosion is a small schema whose references unfold without bound.
func explosion() string {
	again := strings.TrimSuffix(strings.Repeat(`{"$ref":"#/definitions/a"},`, 50), ",")
	return `{"definitions":{"a":{"anyOf":[` + again + `]}},"properties":{"f":{"$ref":"#/definitions/a"}}}`
}

func TestAFolderThatCannotBeReadIsOneReport(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "nowhere")
	c := Load(dir)
	want := models.BrokenKind{File: dir, Reason: "The folder cannot be read: it does not exist."}
	if broken := c.Broken(); len(broken) != 1 || broken[0] != want {
		t.Errorf("reported %v", broken)
	}
	kindOf(t, c, "raw")
}

func TestOnlyRegularFilesAreReadAndLinksToThem(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"real": `{"title":"Linked"}`})
	if err := os.Symlink(filepath.Join(dir, "real"), filepath.Join(dir, "link.json")); err != nil {
		t.Skip("no links here:", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.json"), 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	c := Load(dir)
	if kindOf(t, c, "link").Title != "Linked" {
		t.Error("the link was not followed")
	}
	if broken := c.Broken(); len(broken) != 2 || !strings.Contains(broken[1].Reason, "not a regular file") {
		t.Errorf("reported %v", broken)
	}
}

func TestAByteOrderMarkIsNoFault(t *testing.T) {
	t.Parallel()
	kindOf(t, Load(folder(t, map[string]string{"bom.json": "\ufeff{}"})), "bom")
}
