package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

const maxFileSize = 64 << 10

// TextSource is a source of keys that never changes, such as a setting.
func TextSource(text string) func() ([]Key, error) {
	return func() ([]Key, error) { return ParseKeys(text) }
}

// FileSource reads Holdfast's own key file, and refuses one that others may read.
func FileSource(path string) func() ([]Key, error) {
	return func() ([]Key, error) {
		keys, _, err := readFile(path, refuseShared)
		return keys, err
	}
}

// MountedSource reads a key file that an orchestrator mounts and whose mode is
// its business (a Docker secret is readable by all inside its container).
func MountedSource(path string) func() ([]Key, error) {
	return func() ([]Key, error) {
		keys, _, err := readFile(path, func(string, fs.FileMode) error { return nil })
		return keys, err
	}
}

func refuseShared(path string, mode fs.FileMode) error {
	if runtime.GOOS == "windows" || mode.Perm()&0o077 == 0 {
		return nil
	}
	return fmt.Errorf("key file %s may be read or written by others (mode %04o): run chmod 600 %s", path, mode.Perm(), path)
}

func readFile(path string, check func(string, fs.FileMode) error) ([]Key, fs.FileMode, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if err := check(path, info.Mode()); err != nil {
		return nil, 0, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFileSize))
	if err != nil {
		return nil, 0, err
	}
	keys, err := ParseKeys(string(text))
	if err != nil {
		return nil, 0, fmt.Errorf("key file %s: %w", path, err)
	}
	return keys, info.Mode().Perm(), nil
}

// CreateFile makes a key file with one new key unless there is one, and says
// whether it did. Of two starters at once, one makes it and both find the same:
// the file appears under its name only when it is complete.
func CreateFile(path string, now time.Time) (made bool, err error) {
	if _, err := os.Lstat(path); err == nil {
		return false, nil
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, err
	}
	draft, err := os.CreateTemp(dir, ".keys-*") // mode 0600
	if err != nil {
		return false, err
	}
	defer os.Remove(draft.Name())
	if err := fill(draft, []Key{NewKey(now)}); err != nil {
		return false, err
	}
	err = os.Link(draft.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, syncDir(dir)
}

// Prepend puts k in front of the key file's keys, so that it seals from the
// next reload on. The file is replaced as a whole and keeps its mode; a second
// Prepend meanwhile fails instead of losing a key.
func Prepend(path string, k Key) error {
	draftPath := path + ".new"
	draft, err := os.OpenFile(draftPath, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another rotation is at work; if none is, remove %s", draftPath)
	}
	if err != nil {
		return err
	}
	if err := prependInto(draft, path, k); err != nil {
		_ = draft.Close()
		_ = os.Remove(draftPath)
		return err
	}
	return syncDir(filepath.Dir(path))
}

func prependInto(draft *os.File, path string, k Key) error {
	keys, mode, err := readFile(path, refuseShared)
	if err != nil {
		return err
	}
	keys = append([]Key{k}, keys...)
	if _, err := ParseKeys(FormatKeys(keys)); err != nil { // a malformed or repeated id
		return err
	}
	if err := draft.Chmod(mode); err != nil {
		return err
	}
	if err := fill(draft, keys); err != nil {
		return err
	}
	return os.Rename(draft.Name(), path)
}

// fill writes the keys, makes sure that they are on the disk, and closes f.
func fill(f *os.File, keys []Key) error {
	_, err := f.WriteString(FormatKeys(keys) + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes a new name in dir survive a power cut.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // has no such thing
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
