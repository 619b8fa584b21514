package browsertest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/handlers/command"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/pgtest"
)

// patience is how long anything here may take before it counts as broken.
const patience = 20 * time.Second

// program is the whole program, running in this process on a port of its own.
type program struct {
	url   string // what it listens on
	setup string // the setup link, while there is no user
	log   *record
	stop  func()
}

// where says what a program keeps its data in. It outlives the program.
type where struct {
	settings map[string]string
	dir      string // of everything that is on disk; empty with Postgres
	phones   *phones
}

// onSQLite is a directory of the test's own.
func onSQLite(t *testing.T) where {
	dir := t.TempDir()
	return where{dir: dir, phones: &phones{of: map[string]*modelstest.Phone{}}, settings: map[string]string{"HOLDFAST_DATABASE_URL": "sqlite:" + filepath.Join(dir, "holdfast.db")}}
}

// onPostgres is a database of the test's own.
func onPostgres(t *testing.T) where {
	key := base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of browser test"))
	return where{phones: &phones{of: map[string]*modelstest.Phone{}}, settings: map[string]string{"HOLDFAST_DATABASE_URL": pgtest.Database(t, nil), "HOLDFAST_KEYS": "test:" + key}}
}

// start runs `holdfast serve` there until stop, or the end of the test.
func start(t *testing.T, at where, more map[string]string) *program {
	t.Helper()
	env := map[string]string{"HOLDFAST_ADDR": "127.0.0.1:0"}
	maps.Copy(env, at.settings)
	maps.Copy(env, more)
	p := &program{log: &record{}}
	out, says := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- command.Run(ctx, command.Outside{
			Getenv: func(name string) string { return env[name] }, Environ: pairs(env),
			ReadFile: os.ReadFile, IsDir: isDir, Stdout: says, Stderr: p.log, Now: time.Now, Version: "test",
		})
		says.Close()
	}()
	p.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case code := <-ended:
			if code != 0 {
				t.Errorf("the program ended with %d and said:\n%s", code, p.log)
			}
		case <-time.After(patience):
			t.Error("the program did not end")
		}
	})
	t.Cleanup(func() {
		p.stop()
		for line := range strings.Lines(p.log.String()) {
			if strings.Contains(line, "level=ERROR") {
				t.Errorf("the log says: %s", line)
			}
		}
	})
	p.read(out)
	if p.url == "" {
		t.Fatalf("the program did not start and said:\n%s", p.log)
	}
	houses.Store(p.url, at.phones)
	return p
}

// read takes the lines up to the one that says the program is ready.
func (p *program) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if link := lines.Text(); strings.Contains(link, "/setup?token=") {
			p.setup = link
		}
		if url, ready := strings.CutPrefix(lines.Text(), "listening on "); ready {
			p.url = url
			break
		}
	}
	go io.Copy(p.log, out)
}

// record keeps what is written to it, by whomever.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func pairs(env map[string]string) (list []string) {
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}

func isDir(path string) bool {
	i, err := os.Stat(path)
	return err == nil && i.IsDir()
}
