package browsertest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// consentSecret is the client secret at the provider.
const consentSecret = "marker-of-an-oauth-client-secret-7Q"

// consentProvider is that provider while it runs.
type consentProvider struct {
	issuer string
	in     io.Writer
	took   chan string // whose access it has taken back by itself

	mu      sync.Mutex
	gave    []string // codes and tokens
	revoked int      // consents that were taken back
}

// secrets are what nobody but the program may see.
func (c *consentProvider) secrets() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(slices.Clone(c.gave), consentSecret)
}

// takenBack counts the consents that the program has given up there.
func (c *consentProvider) takenBack() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.revoked
}

// takesBack has the provider take back whatever it has given for an account.
func (c *consentProvider) takesBack(t *testing.T, account string) {
	t.Helper()
	if _, err := fmt.Fprintln(c.in, account); err != nil {
		t.Fatal(err)
	}
	select {
	case <-c.took:
	case <-t.Context().Done():
		t.Fatal("the provider does not take it back")
	}
}

// says is a line of its output.
func (c *consentProvider) says(line string) {
	if whose, took := strings.CutPrefix(line, "took "); took {
		c.took <- whose
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if secret, gave := strings.CutPrefix(line, "gave "); gave {
		c.gave = append(c.gave, secret)
	}
	if line == "revoked" {
		c.revoked++
	}
}

// consentServer is a whole provider that is not ours (oidc-provider, certified for
// OpenID Connect), with pages of its own to sign in and to consent at, on another
// site than the program. It knows the redirect URI that the console tells. It
// rotates refresh tokens, wants PKCE, and names itself in its answers.
func consentServer(t *testing.T, redirect string) *consentProvider {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(root, "node_modules", "oidc-provider"))
	}
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("the provider of this test is not installed: %v", err)
	}
	if err != nil {
		t.Skip("Node or its packages not installed (make install): skipping the test with a provider's consent page")
	}
	server := exec.CommandContext(t.Context(), node, filepath.Join("handlers", "browsertest", "provider.mjs"), redirect, consentSecret)
	server.Dir = root
	in, err := server.StdinPipe() // it ends when this is closed
	if err != nil {
		t.Fatal(err)
	}
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = server.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if issuer, ok := strings.CutPrefix(lines.Text(), "issuer "); ok {
			c := &consentProvider{issuer: issuer, in: in, took: make(chan string, 1)}
			go func() {
				for lines.Scan() { // so that it never waits for a reader
					c.says(lines.Text())
				}
			}()
			return c
		}
	}
	t.Fatal("the provider ended before it listened")
	return nil
}
