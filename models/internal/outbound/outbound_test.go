package outbound_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"holdfast/models/internal/outbound"
)

// port is that of a server on this machine, on all its loopback addresses.
func port(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

func ask(c *http.Client, address string) (string, error) {
	r, err := c.Get(address)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	return fmt.Sprint(r.StatusCode, " ", string(text)), err
}

func TestNoPrivateAddressIsDialled(t *testing.T) {
	t.Parallel()
	c := outbound.Client(nil)
	p := port(t, func(w http.ResponseWriter, _ *http.Request) { t.Error("somebody came"); w.WriteHeader(http.StatusOK) })
	for _, host := range []string{
		"127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]",
		"10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "[::ffff:169.254.169.254]", "100.64.0.1", "[fe80::1]", "[fd00::1]",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "198.18.0.1", "224.0.0.1", "255.255.255.255", "[ff02::1]", "192.0.2.1",
	} {
		if _, err := ask(c, "https://"+host+":"+p+"/"); !errors.Is(err, outbound.ErrPrivate) {
			t.Errorf("https to %s: %v", host, err)
		}
		if _, err := ask(c, "http://"+host+":"+p+"/"); !errors.Is(err, outbound.ErrPlain) {
			t.Errorf("http to %s: %v", host, err)
		}
	}
}

func TestWhatTheSettingsAllowIsDialled(t *testing.T) {
	t.Parallel()
	p := port(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "here") })
	for allow, host := range map[string]string{"127.0.0.1": "127.0.0.1", "127.0.0.0/8": "127.0.0.1", "localhost": "LocalHost", "::ffff:127.0.0.1": "127.0.0.1"} {
		if got, err := ask(outbound.Client([]string{"10.0.0.0/8", allow}), "http://"+host+":"+p+"/"); got != "200 here" {
			t.Errorf("%s allows %s: %q, %v", allow, host, got, err)
		}
	}
	for allow, host := range map[string]string{"127.0.0.2": "127.0.0.1", "example.org": "127.0.0.1", "localhost": "127.0.0.1", "10.0.0.0/8": "127.0.0.1", "127.0.0.1": "localhost"} {
		if got, err := ask(outbound.Client([]string{allow}), "http://"+host+":"+p+"/"); err == nil {
			t.Errorf("%s allows %s: %q", allow, host, got)
		}
	}
}

func TestAnAddressIsJudgedWhenItIsDialledNotWhenItIsNamed(t *testing.T) {
	t.Parallel()
	// localhost is a name that leads to this machine, which only the dialler can know.
	p := port(t, func(http.ResponseWriter, *http.Request) { t.Error("somebody came") })
	if addrs, err := net.LookupHost("localhost"); err != nil || len(addrs) == 0 {
		t.Skip("this machine has no localhost")
	}
	_, err := ask(outbound.Client([]string{"10.0.0.0/8"}), "https://localhost:"+p+"/")
	if !errors.Is(err, outbound.ErrPrivate) {
		t.Error(err)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	p := port(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, r, "/else", http.StatusTemporaryRedirect)
	})
	got, err := ask(outbound.Client([]string{"127.0.0.1"}), "http://127.0.0.1:"+p+"/")
	if err != nil || !strings.HasPrefix(got, "307") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAnAnswerIsReadToItsBoundAndNoFurther(t *testing.T) {
	t.Parallel()
	size := outbound.MostBytes
	p := port(t, func(w http.ResponseWriter, r *http.Request) {
		n := size
		if r.URL.Path == "/more" {
			n++
		}
		_, _ = w.Write(make([]byte, n))
	})
	c := outbound.Client([]string{"127.0.0.1"})
	if got, err := ask(c, "http://127.0.0.1:"+p+"/"); err != nil || len(got) != size+4 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := ask(c, "http://127.0.0.1:"+p+"/more"); !errors.Is(err, outbound.ErrTooLarge) {
		t.Errorf("one more: %v", err)
	}
}

func TestWhereABrowserMayBeSent(t *testing.T) {
	t.Parallel()
	allow := []string{"127.0.0.1", "idp.internal"}
	for _, good := range []string{"https://id.example.org/auth?x=1", "http://127.0.0.1:9/auth", "http://idp.internal/"} {
		if err := outbound.Allowed(allow, good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"http://id.example.org/", "javascript:alert(1)", "//id.example.org/", "/auth", "", "ftp://127.0.0.1/", "https://u:p@id.example.org/", "https:id.example.org", "http://127.0.0.2/"} {
		if err := outbound.Allowed(allow, bad); err == nil {
			t.Errorf("%s is allowed", bad)
		}
	}
}
