// Package outbound asks other servers on behalf of the console, and only those
// that anybody on the internet could ask. What an administrator enters as an
// address must not open a way to what stands beside the console: a metadata
// service, a database, the console itself.
//
// The address that is dialled is judged, not the name, so a name that leads
// elsewhere a moment later changes nothing. It refuses to know what is asked.
package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	// Timeout ends a question, whatever the other side still has to say.
	Timeout = 10 * time.Second
	// MostBytes of an answer are read; a longer one is an error.
	MostBytes = 1 << 20
)

// ErrPrivate says that an address is not one of the internet's, and was not
// allowed by the settings either.
var ErrPrivate = errors.New("outbound: the address is private")

// ErrPlain says that what is no HTTPS was asked of a host that is not allowed by
// the settings.
var ErrPlain = errors.New("outbound: only HTTPS leaves the house")

// ErrTooLarge says that an answer is longer than MostBytes.
var ErrTooLarge = errors.New("outbound: the answer is too large")

// Client is an HTTP client that follows no redirect, waits Timeout at most and
// reaches public addresses only, or those that the list allows: host names,
// addresses and CIDRs. No proxy of the environment is used.
func Client(allow []string) *http.Client {
	g := newGuard(allow)
	return &http.Client{
		Timeout:       Timeout,
		Transport:     carrier{guard: g, safe: g.transport(g.reachable), plain: g.transport(g.allowed)},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Allowed reports why a browser or the console may not be sent to address, or
// nil: it must be an absolute HTTPS one, or one of an allowed host.
func Allowed(allow []string, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return errors.New("outbound: this is no address")
	}
	return newGuard(allow).scheme(u)
}

// carrier carries HTTPS to wherever is reachable, and plain HTTP to where the
// settings say so.
type carrier struct {
	guard       guard
	safe, plain http.RoundTripper
}

func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) {
	by := c.safe
	if r.URL.Scheme != "https" {
		if err := c.guard.scheme(r.URL); err != nil {
			return nil, err
		}
		by = c.plain
	}
	answer, err := by.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &bounded{answer.Body, MostBytes}
	return answer, nil
}

// transport dials what may says yes to.
func (g guard) transport(may func(net.IP) bool) *http.Transport {
	guarded := &net.Dialer{Timeout: Timeout / 2, ControlContext: judge(may)}
	free := &net.Dialer{Timeout: Timeout / 2}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(address); err == nil && g.names[plainName(host)] {
				return free.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
		ForceAttemptHTTP2: true, MaxIdleConns: 16, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: Timeout / 2, ResponseHeaderTimeout: Timeout, MaxResponseHeaderBytes: 64 << 10,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
}

// bounded is a body that ends with an error rather than go on for ever.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1] // one more, to tell a full answer from one that goes on
	}
	n, err := b.ReadCloser.Read(p)
	if int64(n) > b.left {
		return int(b.left), fmt.Errorf("%w: more than %d bytes", ErrTooLarge, MostBytes)
	}
	b.left -= int64(n)
	return n, err
}
