package kinds

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// customGroup holds the operator's kinds that name no group.
const customGroup = "Custom"

// addFolder adds every NAME.json of dir. Its files are compiled at once, so that
// a fault is known at start and not when somebody fills in a form.
func (c *Catalogue) addFolder(dir string) {
	files, err := os.ReadDir(dir)
	if err != nil {
		c.fault(dir, "The folder cannot be read: "+plainCause(err)+".")
		return
	}
	for _, f := range files {
		name, isJSON := strings.CutSuffix(f.Name(), ".json")
		if !isJSON || strings.HasPrefix(name, ".") {
			continue
		}
		if err := c.addFile(filepath.Join(dir, f.Name()), name); err != nil {
			c.fault(f.Name(), "The file cannot be used: "+err.Error()+".")
		}
	}
}

func (c *Catalogue) addFile(path, name string) error {
	if !kindName(name) {
		return errors.New("its name must be small letters, digits, - and _, at most 64 of them, then .json")
	}
	if name == "oauth" {
		return errors.New("the name oauth is kept for credentials that are connected at a provider")
	}
	data, err := readFile(path)
	if err != nil {
		return err
	}
	e, err := newEntry(name, data)
	if err != nil {
		return err
	}
	if _, err := e.compiled(); err != nil {
		return err
	}
	e.kind.Custom = true
	c.dress(e)
	c.entries[name] = e
	return nil
}

// dress fills in what a file does not say: from the built-in kind that it
// replaces, so that DHIS2 keeps its title and group, or from its name.
func (c *Catalogue) dress(e *entry) {
	if old, replaced := c.entries[e.kind.Name]; replaced {
		e.kind.Title = firstText(e.kind.Title, old.kind.Title)
		e.kind.Group = firstText(e.kind.Group, old.kind.Group)
		e.kind.Icon = firstText(e.kind.Icon, old.kind.Icon)
		e.kind.Description = firstText(e.kind.Description, old.kind.Description)
		e.kind.DocsURL = firstText(e.kind.DocsURL, old.kind.DocsURL)
		if e.kind.Aliases == nil {
			e.kind.Aliases = old.kind.Aliases
		}
	}
	e.kind.Title = firstText(e.kind.Title, label(e.kind.Name))
	e.kind.Group = firstText(e.kind.Group, customGroup)
	e.kind.Icon = firstText(e.kind.Icon, defaultIcon)
}

func kindName(name string) bool {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`).MatchString(name)
}

// readFile reads a regular file of a bearable size; a pipe would wait for ever.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, errors.New("it cannot be read: " + plainCause(err))
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.New("it cannot be read: " + plainCause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, errors.New("it cannot be read: " + plainCause(err))
	}
	return []byte(strings.TrimPrefix(string(data), "\ufeff")), nil
}

func plainCause(err error) string {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "it does not exist"
	case errors.Is(err, os.ErrPermission):
		return "permission denied"
	}
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err.Error()
	}
	return "an input or output error"
}
