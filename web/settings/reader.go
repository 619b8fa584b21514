package settings

import (
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
)

const prefix = "HOLDFAST_"

// Fault is what is wrong with one setting, without its value.
type Fault struct{ Name, Text string }

// Faults are all that is wrong, one line each.
type Faults []Fault

func (f Faults) Error() string {
	lines := []string{"faulty settings:"}
	for _, fault := range f {
		lines = append(lines, "  "+fault.Name+" "+fault.Text)
	}
	return strings.Join(lines, "\n")
}

// reader looks names up, and remembers the known ones and the faults.
type reader struct {
	from   Source
	known  []string
	faults Faults
}

// value reads one setting. With a fault it gives the zero value.
func value[T any](r *reader, name, fallback string, parse func(string) (T, error)) T {
	text := r.lookup(name)
	if text == "" {
		text = fallback
	}
	v, err := parse(text)
	if err != nil {
		var zero T
		r.fault(name, err.Error())
		return zero
	}
	return v
}

// lookup is the value of name, or what stands in the file that NAME_FILE names.
// An empty value is none.
func (r *reader) lookup(name string) string {
	fileName := name + "_FILE"
	r.known = append(r.known, name, fileName)
	text, path := strings.TrimSpace(r.from.Getenv(name)), r.from.Getenv(fileName)
	if path == "" {
		return text
	}
	if text != "" {
		r.fault(name, "and "+fileName+" are both set: remove one of them")
		return ""
	}
	content, err := r.from.ReadFile(path)
	if err != nil {
		r.fault(fileName, "names a file that cannot be read"+reason(err))
		return ""
	}
	text = strings.TrimSpace(string(content))
	if text == "" {
		r.fault(fileName, "names an empty file")
	}
	return text
}

// reason is why a file cannot be read, without its path: it may be a misplaced secret.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return ": " + e.Err.Error()
	}
	return ""
}

func (r *reader) fault(name, text string) { r.faults = append(r.faults, Fault{name, text}) }

func (r *reader) faulty(name string) bool {
	return slices.ContainsFunc(r.faults, func(f Fault) bool { return f.Name == name || f.Name == name+"_FILE" })
}

func (r *reader) err() error {
	if len(r.faults) == 0 {
		return nil
	}
	return r.faults
}

// unknown are the names that look like ours and mean nothing.
func (r *reader) unknown() []string {
	var names []string
	for _, entry := range r.from.Environ {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, prefix) && !slices.Contains(r.known, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// keys reads HOLDFAST_KEYS. A file of keys is named rather than kept, so that
// it can be read again when a key was added.
func (r *reader) keys() Keys {
	const name = "HOLDFAST_KEYS"
	text := value(r, name, "", optional(r.from.checkedKeys))
	if path := r.from.Getenv(name + "_FILE"); path != "" && text != "" {
		return Keys{File: path}
	}
	return Keys{Text: text}
}

func (s Source) checkedKeys(text string) (string, error) {
	if s.CheckKeys == nil {
		return text, nil
	}
	return text, s.CheckKeys(text)
}

// keysFor finds the place of the keys when HOLDFAST_KEYS is not set: beside
// SQLite's file; a shared server has no such place.
func (r *reader) keysFor(s Settings) Keys {
	if s.Keys != (Keys{}) || r.faulty("HOLDFAST_KEYS") || r.faulty("HOLDFAST_DATABASE_URL") {
		return s.Keys
	}
	if s.Postgres() {
		r.fault("HOLDFAST_KEYS", "must be set with a Postgres database: id:base64 of 32 random bytes, the same for all replicas")
		return Keys{}
	}
	file := strings.TrimPrefix(s.DatabaseURL, "sqlite:")
	return Keys{File: filepath.Join(filepath.Dir(file), "holdfast.keys"), Own: true}
}

// baseFor finds the base URL when it is not set: the address, if that is one
// that only this machine reaches. With port 0 it is known after listening.
func (r *reader) baseFor(s Settings) string {
	if s.BaseURL != "" || r.faulty("HOLDFAST_BASE_URL") || r.faulty("HOLDFAST_ADDR") {
		return s.BaseURL
	}
	host, port, _ := net.SplitHostPort(s.Addr)
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		r.fault("HOLDFAST_BASE_URL", "must be set when HOLDFAST_ADDR listens on all addresses, such as https://holdfast.example.org")
		return ""
	}
	if !loopback(host) {
		r.fault("HOLDFAST_BASE_URL", "must be set to an https:// address when HOLDFAST_ADDR is not a loopback address")
		return ""
	}
	if port == "0" {
		return ""
	}
	return plainURL(s.Addr)
}
