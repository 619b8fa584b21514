package oauth_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/app"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

// A child of this test binary is told by these what to do: TestMain is left to
// others, and the child runs one test, which is none unless it is a child.
const (
	childOf    = "HOLDFAST_TEST_ASK_OF" // the URL of the database
	childKeys  = "HOLDFAST_TEST_ASK_KEYS"
	childID    = "HOLDFAST_TEST_ASK_FOR" // the credential
	childMany  = "HOLDFAST_TEST_ASK_MANY"
	childClock = "HOLDFAST_TEST_ASK_AT" // where its clock stands
)

// answered is a line that a child writes about one of its askers.
type answered struct{ Token, Code string }

// TestAChildAsks is a process of its own: once a line comes in, many ask for the
// token of a credential, and a line goes out for each.
func TestAChildAsks(t *testing.T) {
	if os.Getenv(childOf) == "" {
		t.Skip("it is no child")
	}
	at, err := time.Parse(time.RFC3339Nano, os.Getenv(childClock))
	modelstest.Must(t, err)
	n, err := strconv.Atoi(os.Getenv(childMany))
	modelstest.Must(t, err)
	a, err := app.Open(t.Context(), app.Deps{
		DatabaseURL: os.Getenv(childOf), Keys: app.Keys{File: os.Getenv(childKeys), Own: true}, AllowPrivate: []string{"127.0.0.1"},
		Now: func() time.Time { return at }, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	modelstest.Must(t, err)
	defer a.Close()
	fmt.Println("ready")
	if !bufio.NewScanner(os.Stdin).Scan() {
		return
	}
	who, id := models.Actor{UserID: 1, Email: "ana@example.org"}, models.ParseID(os.Getenv(childID))
	var all sync.WaitGroup
	var out sync.Mutex
	for range n {
		all.Go(func() {
			got, err := a.OAuth.Token(t.Context(), who, id)
			line := answered{Token: got.Token}
			if err != nil {
				line.Code = err.Error()
			}
			out.Lock()
			defer out.Unlock()
			_ = json.NewEncoder(os.Stdout).Encode(line)
		})
	}
	all.Wait()
}

// child is a process over the same database and keys.
type child struct {
	*exec.Cmd
	in    io.WriteCloser
	lines *bufio.Scanner
}

// spawn starts a child in which n will ask, and waits until it is ready.
func (c *town) spawn(t *testing.T, n int, id models.ID) child {
	t.Helper()
	self, err := os.Executable()
	modelstest.Must(t, err)
	p := child{Cmd: exec.CommandContext(t.Context(), self, "-test.run", "^TestAChildAsks$")}
	p.Env = append(os.Environ(), childOf+"="+c.URL, childKeys+"="+c.KeyFile, childID+"="+id.String(), childMany+"="+strconv.Itoa(n),
		childClock+"="+c.Clock.Now().Format(time.RFC3339Nano))
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	modelstest.Must(t, err)
	p.in, err = p.StdinPipe()
	modelstest.Must(t, err)
	modelstest.Must(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	p.lines = bufio.NewScanner(out)
	if !p.lines.Scan() || p.lines.Text() != "ready" {
		t.Fatalf("the child says %q", p.lines.Text())
	}
	return p
}

// asks has the child's askers ask.
func (p child) asks(t *testing.T) {
	t.Helper()
	_, err := fmt.Fprintln(p.in, "ask")
	modelstest.Must(t, err)
}

// answers are what the child's askers were told.
func (p child) answers(t *testing.T, n int) (all []answered) {
	t.Helper()
	for len(all) < n && p.lines.Scan() {
		var a answered
		if json.Unmarshal(p.lines.Bytes(), &a) == nil {
			all = append(all, a)
		}
	}
	if len(all) != n {
		t.Fatalf("the child told of %d askers, want %d", len(all), n)
	}
	return all
}

// kill ends the child where it stands.
func (p child) kill(t *testing.T) {
	t.Helper()
	modelstest.Must(t, p.Process.Kill())
	_ = p.Wait() // killed, as it should be
}

func TestOfManyAskersInTwoProcessesOneRefreshes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, old := c.owned(t)
		for round := 1; round <= 2; round++ {
			c.Clock.Pass(over)
			g := c.gated(t)
			both := []child{c.spawn(t, many/2, id), c.spawn(t, many/2, id)}
			for _, p := range both {
				p.asks(t)
			}
			pass := g.next(t) // one hangs there, whichever is the first, while the others ask
			until(t, "the lease is held", func() bool { return c.Count(t, `SELECT count(*) FROM grant_leases WHERE owner <> ''`) == 1 })
			pass()
			now := ""
			for _, a := range append(both[0].answers(t, many/2), both[1].answers(t, many/2)...) {
				if a.Code != "" || a.Token == old || now != "" && a.Token != now {
					t.Fatalf("an asker was told %q, or another token", a.Code)
				}
				now = a.Token
			}
			if !c.provider.Valid(now) {
				t.Error("the token does not work")
			}
			old = now
			c.refreshed(t, round)
		}
		c.orderly(t)
	})
}

// killedAsking has a child ask, and kills it once its question is at the provider,
// which carries it out.
func (c *town) killedAsking(t *testing.T, id models.ID) {
	t.Helper()
	g := c.gated(t)
	p := c.spawn(t, 4, id)
	p.asks(t)
	pass := g.next(t)
	p.kill(t)
	before := len(c.provider.Secrets())
	pass()
	until(t, "the provider has carried it out", func() bool { return len(c.provider.Secrets()) > before })
	g.open()
}

// While the lease of the dead one lasts nobody asks; then, with a grace that the
// provider documents, the next one gets what the dead one would have had.
func TestAKilledProcessAndAGrace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, old := c.owned(t)
		c.graced(t, time.Minute)
		c.Clock.Pass(over)
		c.killedAsking(t, id)
		refuses(t, c.asking(t, 4, id, c.OAuth.Patient(60*time.Millisecond))(), models.Unavailable, "temporary_failure")
		c.refreshed(t, 1)
		c.Clock.Pass(leaseOver)
		c.oneToken(t, c.asking(t, many, id, c.OAuth)(), old)
		c.refreshed(t, 2)
		if n := c.Count(t, `SELECT count(*) FROM refreshes WHERE outcome = 'lost'`); n != 1 {
			t.Errorf("%d lines of the ledger tell of a lost answer", n)
		}
		c.WantMail(t)
		c.orderly(t)
	})
}

// Without a grace the refresh token may be used up: it is not shown while the
// access token works, and once that is over, the provider says that it is over.
func TestAKilledProcessAndNoGrace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id, _ := c.owned(t)
		c.Clock.Pass(over)
		old := c.token(t, id) // so that the provider is known to give another refresh token each time
		c.Clock.Pass(stale)
		c.killedAsking(t, id)
		patient := c.OAuth.Patient(60 * time.Millisecond)
		for range 2 { // while the lease lasts, and afterwards
			for _, a := range c.asking(t, 4, id, patient)() {
				if a.err != nil || a.Token != old || !a.Stale || !c.provider.Valid(a.Token) {
					t.Fatalf("told %v, stale: %v", a.err, a.Stale)
				}
			}
			c.refreshed(t, 2)
			c.Clock.Pass(leaseOver)
		}
		c.WantMail(t)
		c.Clock.Pass(over)
		for range 2 {
			refuses(t, c.asking(t, many, id, c.OAuth)(), models.Conflict, "reauthorization_required")
		}
		c.refreshed(t, 3)
		if l := c.WantMail(t, "credential.connection ana@example.org")[0]; !strings.Contains(fmt.Sprint(l.Details), "reconnect") {
			t.Errorf("the letter says %v", l.Details)
		}
		c.orderly(t)
	})
}

// The connection breaks, and the process lives: the same, without a wait.
func TestALostAnswer(t *testing.T) {
	t.Parallel()
	for name, grace := range map[string]time.Duration{"and a grace": time.Minute, "and no grace": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, c *town) {
				id, _ := c.owned(t)
				c.graced(t, grace)
				c.Clock.Pass(over)
				old := c.token(t, id)
				c.Clock.Pass(stale)
				c.provider.Behave(func(m *oauthtest.Manners) { m.LoseAnswer = 1 })
				all := c.asking(t, many, id, c.OAuth)()
				if grace > 0 {
					c.oneToken(t, all, old)
					c.refreshed(t, 3)
					c.orderly(t)
					return
				}
				for _, a := range all {
					if a.err != nil || a.Token != old || !a.Stale {
						t.Fatalf("told %v, stale: %v", a.err, a.Stale)
					}
				}
				c.refreshed(t, 2)
				c.Clock.Pass(over)
				refuses(t, c.asking(t, many, id, c.OAuth)(), models.Conflict, "reauthorization_required")
				c.refreshed(t, 3)
				c.WantMail(t, "credential.connection ana@example.org")
				c.orderly(t)
			})
		})
	}
}
