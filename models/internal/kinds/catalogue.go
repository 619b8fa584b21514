package kinds

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"holdfast/models"
)

//go:embed builtin/*.json
var builtin embed.FS

// Catalogue is every kind of credential known to this process. It does not
// change after Load and may be used from several goroutines.
type Catalogue struct {
	entries map[string]*entry
	sorted  []models.Kind
	broken  []models.BrokenKind
}

// entry is one kind. Compiling costs far more than describing, so a built-in
// schema is compiled when it is first needed.
type entry struct {
	kind  models.Kind
	nodes []*node
	data  []byte

	once   sync.Once
	schema *jsonschema.Schema
	err    error
}

func newEntry(name string, data []byte) (*entry, error) {
	schema, err := parseSchema(data)
	if err != nil {
		return nil, err
	}
	kind, nodes, err := describe(name, schema)
	if err != nil {
		return nil, err
	}
	return &entry{kind: kind, nodes: nodes, data: data}, nil
}

func (e *entry) compiled() (*jsonschema.Schema, error) {
	e.once.Do(func() {
		e.schema, e.err = compile(e.kind.Name, e.data)
		e.data = nil
	})
	return e.schema, e.err
}

// Load reads the built-in kinds, then those of dir, which win over built-in ones
// of the same name; an empty dir adds none. A file that can't be used is listed
// by Broken and leaves a built-in of its name in place.
func Load(dir string) *Catalogue {
	c := &Catalogue{entries: map[string]*entry{}}
	c.addBuiltin()
	if dir != "" {
		c.addFolder(dir)
	}
	for _, e := range c.entries {
		c.sorted = append(c.sorted, e.kind)
	}
	slices.SortFunc(c.sorted, byGroupThenTitle)
	return c
}

func (c *Catalogue) addBuiltin() {
	files, _ := fs.Glob(builtin, "builtin/*.json")
	for _, path := range files {
		file := strings.TrimPrefix(path, "builtin/")
		data, err := builtin.ReadFile(path)
		if err != nil {
			c.fault(file, "The built-in file cannot be read.")
			continue
		}
		name := strings.TrimSuffix(file, ".json")
		e, err := newEntry(name, data)
		if err != nil {
			c.fault(file, "The file cannot be used: "+err.Error()+".")
			continue
		}
		e.kind.Title = firstText(e.kind.Title, label(name))
		e.kind.Icon = firstText(e.kind.Icon, defaultIcon)
		e.kind.Group = firstText(e.kind.Group, lastGroup)
		c.entries[name] = e
	}
}

func (c *Catalogue) fault(file, reason string) {
	c.broken = append(c.broken, models.BrokenKind{File: file, Reason: reason})
}

// List is every kind, by group and title; the group Other comes last. The fields
// of the kinds are shared and must not be changed.
func (c *Catalogue) List() []models.Kind { return slices.Clone(c.sorted) }

// Find is the kind of that name.
func (c *Catalogue) Find(name string) (models.Kind, bool) {
	e, ok := c.entries[name]
	if !ok {
		return models.Kind{}, false
	}
	return e.kind, true
}

// Broken lists the files that could not be used, by name, with the reason.
func (c *Catalogue) Broken() []models.BrokenKind { return slices.Clone(c.broken) }

const lastGroup = "Other"

func byGroupThenTitle(a, b models.Kind) int {
	if (a.Group == lastGroup) != (b.Group == lastGroup) {
		if a.Group == lastGroup {
			return 1
		}
		return -1
	}
	for _, order := range []int{
		strings.Compare(strings.ToLower(a.Group), strings.ToLower(b.Group)),
		strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)),
	} {
		if order != 0 {
			return order
		}
	}
	return strings.Compare(a.Name, b.Name)
}
