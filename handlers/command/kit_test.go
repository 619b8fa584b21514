package command_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/handlers/command"
)

// outside is the machine as a test imagines it: an environment, a clock that
// tells the truth or is ahead of it, and what was printed.
type outside struct {
	env      map[string]string
	ahead    time.Duration
	out, err buffer
}

// buffer may be written by the program while the test reads.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// on is a machine with these settings: names and values.
func on(env ...string) *outside {
	o := &outside{env: map[string]string{"HOLDFAST_ADDR": "127.0.0.1:0"}}
	for i := 0; i < len(env); i += 2 {
		o.env[env[i]] = env[i+1]
	}
	return o
}

// fresh is a machine with an empty directory for the data, which is not there yet.
func fresh(t *testing.T, env ...string) (*outside, string) {
	dir := filepath.Join(t.TempDir(), "data")
	return on(append([]string{"HOLDFAST_DATABASE_URL", "sqlite:" + filepath.Join(dir, "holdfast.db")}, env...)...), dir
}

func (o *outside) with(stdout io.Writer, args ...string) command.Outside {
	var environ []string
	env := maps.Clone(o.env) // a program keeps the one that it was started in
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	return command.Outside{
		Args: args, Getenv: func(name string) string { return env[name] }, Environ: environ, ReadFile: os.ReadFile,
		IsDir:  func(path string) bool { i, err := os.Stat(path); return err == nil && i.IsDir() },
		Stdout: stdout, Stderr: &o.err, Version: "1.2.3-test",
		Now: func() time.Time { return time.Now().Add(o.ahead) },
	}
}

// run does one command and reports what it printed.
func (o *outside) run(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	o.out, o.err = buffer{}, buffer{}
	if code := command.Run(t.Context(), o.with(&o.out, args...)); code != want {
		t.Fatalf("holdfast %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, &o.out, &o.err)
	}
	return o.out.String(), o.err.String()
}

// serving is a running holdfast serve.
type serving struct {
	url   string
	setup string // the setup link, if one was printed
	stop  context.CancelFunc
	code  <-chan int
}

// serve runs until it listens.
func (o *outside) serve(t *testing.T) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- command.Run(ctx, o.with(write, "serve"))
		_ = write.Close()
	}()
	s := &serving{stop: stop, code: code}
	s.await(t, read, &o.err)
	t.Cleanup(func() {
		stop()
		_, _ = io.Copy(io.Discard, read)
	})
	return s
}

// await reads what serve prints until it says that it listens.
func (s *serving) await(t *testing.T, read io.Reader, errs *buffer) {
	t.Helper()
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			s.url = at
			return
		}
		if !regexp.MustCompile(`^http://\S+/setup\?token=\S+$`).MatchString(lines.Text()) || s.setup != "" {
			t.Fatalf("serve printed %q", lines.Text())
		}
		s.setup = lines.Text()
	}
	t.Fatalf("serve ended before it listened\n%s", errs)
}

// end stops it as SIGTERM does, and reports the exit code.
func (s *serving) end(t *testing.T) int {
	t.Helper()
	s.stop()
	select {
	case code := <-s.code:
		return code
	case <-time.After(20 * time.Second):
		t.Fatal("serve does not end")
		return -1
	}
}

// fetch reads a page of the running program without following redirects.
func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(body)
}

// someKeys is a valid value for HOLDFAST_KEYS.
func someKeys() string {
	return "k1:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
}

// patience is how long a test waits before it says that something is wrong.
const patience = time.Minute

// told waits for what somebody tells of.
func told(t *testing.T, what string, news <-chan struct{}) {
	t.Helper()
	select {
	case <-news:
	case <-time.After(patience):
		t.Fatalf("waited in vain until %s", what)
	}
}

// until waits for a condition that nothing tells of.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	look, late := time.NewTicker(20*time.Millisecond), time.After(patience)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}
