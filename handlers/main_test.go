package handlers_test

import (
	"os"
	"testing"
)

// TestMain puts the databases of the tests into memory where the machine has
// such a place: nobody will miss them, and a disk has to be waited for.
func TestMain(m *testing.M) {
	const memory = "/dev/shm"
	if i, err := os.Stat(memory); err == nil && i.IsDir() && os.Getenv("TMPDIR") == "" {
		if dir, err := os.MkdirTemp(memory, "holdfast-handlers-"); err == nil {
			_ = os.Setenv("TMPDIR", dir)
			code := m.Run()
			_ = os.RemoveAll(dir)
			os.Exit(code)
		}
	}
	os.Exit(m.Run())
}
