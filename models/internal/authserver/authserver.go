// Package authserver asks OAuth 2.0 authorization servers: it makes the address
// that a browser is sent to, turns codes and refresh tokens into answers, gives
// tokens up, and looks whether a server is where its settings say.
//
// It owns the wire: what is sent, once, and how an answer is judged (Failure). It
// refuses to know users, credentials and rows, and what an answer's tokens are
// worth (models.ReadGranted). No secret, token, code or text of a provider that is
// longer than a short code stands in its errors.
package authserver

import (
	"net/http"
	"time"

	"holdfast/models"
	"holdfast/models/internal/outbound"
)

// Timeout ends a call; the lease on a grant lives longer.
const Timeout = 8 * time.Second

// Client asks authorization servers. It keeps nothing between two calls and is
// safe for concurrent use.
type Client struct {
	http     *http.Client
	allow    []string
	now      func() time.Time
	patience time.Duration // Timeout, but in tests
}

// New is a client that reaches public addresses and those of allow.
func New(allow []string, now func() time.Time) *Client {
	return &Client{http: outbound.Client(allow), allow: allow, now: now, patience: Timeout}
}

// Party is the console as it is registered at a provider.
type Party struct {
	Settings models.ClientSettings
	ClientID string
	Secret   string `json:"-"`
	Redirect string // where the browser comes back to
}

// String names the party and not its secret.
func (p Party) String() string { return "client " + p.ClientID }

// GoString is String: %#v prints no secret, either.
func (p Party) GoString() string { return p.String() }
