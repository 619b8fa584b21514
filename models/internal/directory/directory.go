package directory

import (
	"cmp"
	"embed"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"holdfast/models"
)

//go:embed providers/*.json
var providers embed.FS

// Directory is every provider that is shipped. It does not change and may be used
// from several goroutines.
type Directory struct {
	byName map[string]models.KnownProvider
	sorted []models.KnownProvider
}

// shipped reads the files once: they are the same for as long as the program runs.
var shipped = sync.OnceValue(func() *Directory {
	d, err := read(providers)
	if err != nil {
		panic(err)
	}
	return d
})

// Load is the directory that comes with Holdfast. A file of it that is broken is a
// mistake of ours that a test finds, so it panics.
func Load() *Directory { return shipped() }

// read reads the files of folder providers; a file's name is the provider's.
func read(files fs.FS) (*Directory, error) {
	paths, err := fs.Glob(files, "providers/*.json")
	if err != nil {
		return nil, err
	}
	d := &Directory{byName: map[string]models.KnownProvider{}}
	for _, path := range paths {
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, err
		}
		p, err := parse(strings.TrimSuffix(strings.TrimPrefix(path, "providers/"), ".json"), data)
		if err != nil {
			return nil, err
		}
		d.byName[p.Name] = p
		d.sorted = append(d.sorted, p)
	}
	slices.SortFunc(d.sorted, byTitle)
	return d, nil
}

func byTitle(a, b models.KnownProvider) int {
	return cmp.Or(cmp.Compare(models.Fold(a.Title), models.Fold(b.Title)), cmp.Compare(a.Name, b.Name))
}

// List is every provider by title. What the providers hold is shared and must not
// be changed; Fill makes settings of one's own.
func (d *Directory) List() []models.KnownProvider { return slices.Clone(d.sorted) }

// Find is the provider of that name.
func (d *Directory) Find(name string) (models.KnownProvider, bool) {
	p, ok := d.byName[name]
	return p, ok
}
