package benchmarks

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// build makes the binary as it is released, once for a run.
func build(tb testing.TB) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "holdfast")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// program is a process that serves.
type program struct {
	at    string // host:port
	pid   int
	begun time.Time
	cmd   *exec.Cmd
}

// start runs a program that says "listening on http://…" when it is ready.
func start(tb testing.TB, cmd *exec.Cmd) *program {
	tb.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	p := &program{begun: time.Now(), cmd: cmd}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	p.pid = cmd.Process.Pid
	tb.Cleanup(func() { p.stop() })
	lines := bufio.NewReader(out)
	for p.at == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			tb.Fatalf("%s ended before it listened: %v", cmd.Path, err)
		}
		if _, at, ok := strings.Cut(line, "listening on http://"); ok {
			p.at = strings.TrimSpace(at)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return p
}

func (p *program) stop() {
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
}

// holdfast is the binary on a database, logging as it does by default, to nowhere.
func holdfast(tb testing.TB, binary, database, keyFile string) *program {
	tb.Helper()
	cmd := exec.Command(binary)
	cmd.Dir = tb.TempDir()
	cmd.Env = []string{
		"HOLDFAST_ADDR=127.0.0.1:0", "HOLDFAST_DATABASE_URL=" + database, "HOLDFAST_KEYS_FILE=" + keyFile,
		"HOLDFAST_PURGE_EVERY=24h", "PATH=" + os.Getenv("PATH"),
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	defer null.Close()
	cmd.Stderr = null
	return start(tb, cmd)
}

// browser is one connection that is kept, with the least that a client needs:
// what it spends, the server can't have.
type browser struct {
	conn net.Conn
	in   *bufio.Reader
	last struct {
		status, bytes int
		location      string
		body          []byte
	}
}

func dial(at string) (*browser, error) {
	c, err := net.Dial("tcp", at)
	if err != nil {
		return nil, err
	}
	return &browser{conn: c, in: bufio.NewReaderSize(c, 64<<10)}, nil
}

// send sends a request as it stands and reads the answer; full keeps its body.
func (w *browser) send(request []byte, full bool) error {
	if _, err := w.conn.Write(request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(w.in, nil)
	if err != nil {
		return err
	}
	w.last.status, w.last.location = answer.StatusCode, answer.Header.Get("Location")
	if full {
		w.last.body, err = io.ReadAll(answer.Body)
		w.last.bytes = len(w.last.body)
		return err
	}
	n, err := io.Copy(io.Discard, answer.Body)
	w.last.bytes = int(n)
	return err
}

func getRequest(at, path, cookie string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: holdfast=%s\r\nUser-Agent: benchmark\r\n\r\n", path, at, cookie)
}

func postRequest(at, path string, form url.Values) []byte {
	body := form.Encode()
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", path, at, len(body), body)
}

// visiting asks p for a request of its own connection, and wants a status.
func visiting(p *program, request []byte, want int) func(testing.TB) func() error {
	return func(tb testing.TB) func() error {
		w, err := dial(p.at)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = w.conn.Close() })
		return func() error {
			if err := w.send(request, false); err != nil {
				return err
			}
			if w.last.status != want {
				return fmt.Errorf("%s answered %d, want %d", p.cmd.Path, w.last.status, want)
			}
			return nil
		}
	}
}
