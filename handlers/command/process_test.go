package command_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
)

// workshop is where the program is built, once for all tests.
var workshop string

func TestMain(m *testing.M) {
	var err error
	if workshop, err = os.MkdirTemp("", "holdfast-command-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(workshop)
	os.Exit(code)
}

// program is the path of the real program.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "holdfast")
	if out, err := exec.Command("go", "build", "-o", path, "holdfast").CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

// child is the program as a process of its own.
type child struct {
	serving
	cmd  *exec.Cmd
	errs *buffer
}

func start(t *testing.T, o *outside) *child {
	t.Helper()
	path, err := program()
	modelstest.Must(t, err)
	c := &child{cmd: exec.Command(path), errs: &buffer{}}
	for name, value := range o.env {
		c.cmd.Env = append(c.cmd.Env, name+"="+value)
	}
	c.cmd.Stderr = c.errs
	out, err := c.cmd.StdoutPipe()
	modelstest.Must(t, err)
	modelstest.Must(t, c.cmd.Start())
	t.Cleanup(func() { _ = c.cmd.Process.Kill(); _ = c.cmd.Wait() })
	c.await(t, out, c.errs)
	return c
}

// sit opens a session, as the sign-in page would, and reports its cookie.
func sit(t *testing.T, h *modelstest.House, who models.Actor) string {
	t.Helper()
	h.Lets(t, who)
	token := sha256.Sum256([]byte(who.Email))
	hash := sha256.Sum256(token[:])
	if _, _, err := h.People.Start(t.Context(), models.Actor{}, modelstest.In(who.LoginID), hash[:]); err != nil {
		t.Fatal(err)
	}
	return "holdfast=" + base64.RawURLEncoding.EncodeToString(token[:])
}

func browse(t *testing.T, at, cookie string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
	modelstest.Must(t, err)
	r.Header.Set("Cookie", cookie)
	a, err := http.DefaultTransport.RoundTrip(r)
	modelstest.Must(t, err)
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	modelstest.Must(t, err)
	return a.StatusCode, string(body)
}

func TestSIGTERMEndsWell(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		o, _ := fresh(t)
		c := start(t, o)
		if status, _ := fetch(t, c.url+"/readyz"); status != 200 {
			t.Errorf("ready: %d", status)
		}
		modelstest.Must(t, c.cmd.Process.Signal(signal))
		if err := c.cmd.Wait(); err != nil {
			t.Errorf("%v: %v\n%s", signal, err, c.errs)
		}
	}
}

// Killed in the middle of writing, it comes back with every row that it had
// confirmed, and with no half one.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *modelstest.House, o *outside) {
		ada := h.Person(t, "ada", models.PlainMember)
		cookie := sit(t, h, ada)
		kept := hammer(t, start(t, o), cookie)
		c := start(t, o)
		for name, at := range kept {
			if status, page := browse(t, c.url+at, cookie); status != 200 || !strings.Contains(page, name) {
				t.Errorf("%s is lost: %d", name, status)
			}
			id := models.ParseID(strings.TrimPrefix(at, "/credentials/"))
			if body := h.Body(t, id); body != fmt.Sprintf(`{"name":%q}`, name) {
				t.Errorf("%s has the body %s", name, body)
			}
		}
		whole := h.Count(t, `SELECT count(*) FROM credentials c JOIN bodies b ON b.credential_id = c.id
			JOIN events e ON e.thing_name = c.name AND e.name = 'credential.created'`)
		for _, table := range []string{"credentials", "bodies", "events WHERE name = 'credential.created'"} {
			if n := h.Count(t, `SELECT count(*) FROM `+table); n != whole || n < len(kept) {
				t.Errorf("%d whole credentials, %d confirmed, %d rows of %s", whole, len(kept), n, table)
			}
		}
	})
}

// hammer writes from several sides until a good many are confirmed, kills the
// program, and reports the confirmed names with their addresses.
func hammer(t *testing.T, c *child, cookie string) map[string]string {
	t.Helper()
	const enough = 60
	var mu sync.Mutex
	var all sync.WaitGroup
	var confirmed atomic.Int64
	kept := map[string]string{}
	for writer := range 4 {
		all.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("Key %d-%d", writer, i)
				at, err := create(c.url, cookie, name)
				if err != nil {
					return // it was killed
				}
				mu.Lock()
				kept[name] = at
				mu.Unlock()
				if confirmed.Add(1) == enough {
					_ = c.cmd.Process.Kill() // SIGKILL, while the others write on
				}
			}
		})
	}
	all.Wait()
	_ = c.cmd.Wait()
	if confirmed.Load() < enough {
		t.Fatalf("only %d writes were confirmed\n%s", confirmed.Load(), c.errs)
	}
	return kept
}

func create(at, cookie, name string) (string, error) {
	return submit(at+"/credentials", cookie, url.Values{"kind": {"raw"}, "name": {name}, "body": {fmt.Sprintf(`{"name":%q}`, name)}})
}

// submit posts a form that is answered with a redirect, and reports where to.
// The host that it claims to ask for is not the program's.
func submit(at, cookie string, form url.Values) (string, error) {
	r, err := http.NewRequest(http.MethodPost, at, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Host = forged
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	_ = a.Body.Close()
	if a.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("got %d", a.StatusCode)
	}
	return a.Header.Get("Location"), nil
}
