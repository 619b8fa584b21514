// Package zitadeltest is a whole provider of OpenID Connect that is somebody
// else's, with a page of its own to sign in at.
package zitadeltest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

// The one client that it knows.
const (
	ClientID = "holdfast"
	Secret   = "marker-zitadel-secret"
)

// one is held while there is one: their library keeps its endpoints in a variable
// that all of them write.
var one sync.Mutex

// Start has it listen until the test ends, and waits for the one before. It goes by
// the wall clock, and sends browsers back to redirect.
func Start(t *testing.T, redirect string) (issuer string) {
	t.Helper()
	one.Lock()
	t.Cleanup(one.Unlock)
	server := httptest.NewUnstartedServer(nil)
	issuer = "http://" + server.Listener.Addr().String() + "/"
	client := storage.WebClient(ClientID, Secret, redirect)
	house := storage.NewStorageWithClients(storage.NewUserStore(issuer), map[string]*storage.Client{ClientID: client})
	server.Config.Handler = exampleop.SetupServer(issuer, house, nil, false)
	server.Start()
	t.Cleanup(server.Close)
	return issuer
}

// form is what its page calls the sign-in that is under way.
var form = regexp.MustCompile(`name="id" value="([^"]+)"`)

// SignIn is a person at the provider: they follow the address, type their password
// into its form, and are sent back to an address that begins with home.
func SignIn(t *testing.T, address, home string) (back *url.URL) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	person := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), home) {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	asked, err := person.Get(address)
	must(t, err)
	page, err := io.ReadAll(asked.Body)
	must(t, err)
	_ = asked.Body.Close()
	id := form.FindSubmatch(page)
	if id == nil {
		t.Fatalf("there is no form at %s: %d\n%s", asked.Request.URL, asked.StatusCode, page)
	}
	done, err := person.PostForm(asked.Request.URL.Scheme+"://"+asked.Request.URL.Host+"/login/username", url.Values{
		"id": {string(id[1])}, "username": {"test-user@127.0.0.1"}, "password": {"verysecure"},
	})
	must(t, err)
	_ = done.Body.Close()
	if back == nil {
		t.Fatalf("the provider sent nobody back: %d", done.StatusCode)
	}
	return back
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
