package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list says of a package.
type pkg struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

// mayImport is the plan of the house: what of ours a package may import. A
// pattern ends in /* for the packages below it, at any depth.
var mayImport = []struct {
	who  string
	ours []string
}{
	{"holdfast", []string{"handlers/command"}},
	{"holdfast/models", nil},

	{"holdfast/models/internal/*", []string{"models", "models/internal/*"}},
	{"holdfast/models/app", []string{"models", "models/*"}},
	{"holdfast/models/modelstest/pgtest", nil},
	{"holdfast/models/modelstest/zitadeltest", nil},
	{"holdfast/models/modelstest", []string{"models", "models/*"}},
	{"holdfast/models/*", []string{"models", "models/internal/*"}}, // a room: no other room
	{"holdfast/views/to", nil},
	{"holdfast/static", nil},
	{"holdfast/jobs", nil},
	{"holdfast/views/ui", []string{"views/to", "static"}},
	{"holdfast/views/*", []string{"views/ui", "views/to", "static"}},
	{"holdfast/web/settings", nil},
	{"holdfast/web/post/smtptest", nil},
	{"holdfast/web/post", []string{"models"}},
	{"holdfast/web", []string{"models", "views/layout", "views/to", "static"}},
	{"holdfast/handlers/command", []string{"handlers", "jobs", "models", "models/app", "models/*", "views/to", "views/mail", "web", "web/*"}},
	{"holdfast/handlers", []string{"web", "models", "models/app", "models/*", "views/*"}},
}

// homes are where a library may be imported, and nowhere else.
var homes = map[string][]string{
	"gorm.io/":                    {"holdfast/models/internal/db"},
	"modernc.org/sqlite":          {"holdfast/models/internal/db"},
	"github.com/jackc/pgx/":       {"holdfast/models/internal/db", "holdfast/models/modelstest/pgtest"},
	"github.com/pressly/goose/":   {"holdfast/models/internal/db"},
	"github.com/labstack/echo/":   {"holdfast/web"},
	"github.com/gorilla/sessions": {"holdfast/web"},
	"github.com/prometheus/":      {"holdfast/web"},
	"github.com/a-h/templ":        {"holdfast/web", "holdfast/views/*"},
	"github.com/wneessen/go-mail": {"holdfast/web/post"},
	"github.com/emersion/":        {"holdfast/web/post/smtptest"},
	"golang.org/x/crypto/argon2":  {"holdfast/models/internal/passwords"},
	"golang.org/x/crypto/bcrypt":  {"holdfast/models/internal/passwords"},
	"github.com/santhosh-tekuri/": {"holdfast/models/internal/kinds"},
	"github.com/coreos/go-oidc/":  {"holdfast/models/internal/oidc"},
	"golang.org/x/oauth2":         {"holdfast/models/internal/oidc", "holdfast/models/internal/authserver"},
	"github.com/pquerna/otp":      {"holdfast/models/internal/totp"},
	"github.com/zitadel/oidc/":    {"holdfast/models/modelstest/zitadeltest"},
	"rsc.io/qr":                   {"holdfast/models/internal/totp"},
}

func TestPlan(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			if strings.HasPrefix(i, "holdfast") && !allowed(p.ImportPath, strings.TrimPrefix(i, "holdfast/")) {
				t.Errorf("%s may not import %s", p.ImportPath, i)
			}
			for library, home := range homes {
				if strings.HasPrefix(i, library) && !slices.ContainsFunc(home, func(h string) bool { return matches(h, p.ImportPath) }) {
					t.Errorf("%s may not import %s: its home is %v", p.ImportPath, i, home)
				}
			}
		}
	}
}

// TestPlanNamesWhatIsThere keeps a rule from outliving what it is about.
func TestPlanNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, rule := range mayImport {
		if !slices.ContainsFunc(all, func(p pkg) bool { return matches(rule.who, p.ImportPath) }) {
			t.Errorf("the plan names %s, which is nowhere", rule.who)
		}
	}
	for library := range homes {
		if !slices.ContainsFunc(all, func(p pkg) bool {
			return slices.ContainsFunc(p.Imports, func(i string) bool { return strings.HasPrefix(i, library) })
		}) {
			t.Errorf("the plan gives %s a home, and nobody imports it", library)
		}
	}
}

// TestTheHouseRules: no init, no package of odds and ends, no environment and
// no wall clock but in main.
func TestTheHouseRules(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if slices.Contains([]string{"utils", "util", "common", "helpers", "base", "misc"}, filepath.Base(p.ImportPath)) {
			t.Errorf("%s: name a package by what it gives", p.ImportPath)
		}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range faults(p.ImportPath, file) {
				t.Errorf("%s/%s: %s", p.ImportPath, name, fault)
			}
		}
	}
}

func faults(path string, file *ast.File) []string {
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				found = append(found, "has an init function")
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && (n.Sel.Name == "Now" || n.Sel.Name == "Since") && !ownClock(path) {
				found = append(found, "reads the wall clock")
			}
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "os" && (n.Sel.Name == "Getenv" || n.Sel.Name == "Environ") && path != "holdfast" && !testKit(path) {
				found = append(found, "reads the environment")
			}
		}
		return true
	})
	return found
}

// ownClock names who may read the wall clock: main hands it to everyone else.
// Jobs wait by it (and are tested in synctest bubbles), the log of a statement
// tells how long it took, and the key ring limits how often it reads its file.
func ownClock(path string) bool {
	return slices.Contains([]string{"holdfast", "holdfast/jobs", "holdfast/models/internal/db", "holdfast/models/internal/seal"}, path) || testKit(path)
}

func testKit(path string) bool {
	return strings.HasPrefix(path, "holdfast/models/modelstest") || path == "holdfast/web/post/smtptest"
}

func allowed(who, what string) bool {
	for _, rule := range mayImport {
		if matches(rule.who, who) {
			return slices.ContainsFunc(rule.ours, func(o string) bool { return matches(o, what) })
		}
	}
	return false
}

func matches(pattern, path string) bool {
	if below, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(path, below+"/")
	}
	return pattern == path
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
