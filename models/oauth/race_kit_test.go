package oauth_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/app"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

// over is how long after connecting a token is over, and stale how long after it
// is not fresh, but works.
const (
	over      = 2 * time.Hour
	stale     = 56 * time.Minute
	leaseOver = oauth.LeaseLife + time.Second
)

// gate holds refreshes at the provider before they are carried out. Each comes
// with a function that lets it go on.
type gate struct {
	came chan func()
	open func() // all of them, from now on
}

func (c *town) gated(t *testing.T) gate {
	t.Helper()
	all := make(chan struct{})
	g := gate{came: make(chan func(), 128), open: sync.OnceFunc(func() { close(all) })}
	t.Cleanup(g.open)
	c.provider.Behave(func(m *oauthtest.Manners) {
		m.Hold = func(r *http.Request) {
			if r.PostForm.Get("grant_type") != "refresh_token" {
				return
			}
			one := make(chan struct{})
			g.came <- sync.OnceFunc(func() { close(one) })
			select {
			case <-one:
			case <-all:
			}
		}
	})
	return g
}

// next waits until a refresh has come to the provider.
func (g gate) next(t *testing.T) func() {
	t.Helper()
	select {
	case pass := <-g.came:
		return pass
	case <-time.After(bound):
		t.Fatal("nobody came to the provider")
		return nil
	}
}

// bound ends a wait for what must come.
const bound = 30 * time.Second

// until waits for a condition that others bring about.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	end := time.After(bound)
	for !holds() {
		select {
		case <-look.C:
		case <-end:
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

// told is what one asker was told.
type told struct {
	models.AccessToken
	err error
}

// asking has n askers ask at once for the token of a credential, by turns of ops.
// It returns when each has begun, with what waits for their answers.
func (c *town) asking(t *testing.T, n int, id models.ID, ops ...oauth.Ops) (answers func() []told) {
	t.Helper()
	return c.askingIn(t.Context(), t, n, id, ops...)
}

func (c *town) askingIn(ctx context.Context, t *testing.T, n int, id models.ID, ops ...oauth.Ops) (answers func() []told) {
	t.Helper()
	all := make([]told, n)
	var begun, done sync.WaitGroup
	begun.Add(n)
	for i := range n {
		done.Go(func() {
			begun.Done()
			all[i].AccessToken, all[i].err = ops[i%len(ops)].Token(ctx, c.ana, id)
		})
	}
	begun.Wait()
	return func() []told {
		t.Helper()
		end := make(chan struct{})
		go func() { done.Wait(); close(end) }()
		select {
		case <-end:
		case <-time.After(bound):
			t.Fatal("somebody still waits for an answer")
		}
		return all
	}
}

// oneToken stops the test unless all were told the same token, which works.
func (c *town) oneToken(t *testing.T, all []told, not string) string {
	t.Helper()
	for i, a := range all {
		if a.err != nil {
			t.Fatalf("asker %d was told %v (%v)\n%s", i, a.err, errors.Unwrap(a.err), c.Log)
		}
		if a.Token != all[0].Token || a.Stale || a.Token == not {
			t.Fatalf("asker %d got another token, or the old one; stale: %v", i, a.Stale)
		}
	}
	if !c.provider.Valid(all[0].Token) {
		t.Fatal("the token does not work")
	}
	return all[0].Token
}

// refreshed stops the test unless the provider was asked for fresh tokens so often.
func (c *town) refreshed(t *testing.T, n int) {
	t.Helper()
	if got := c.provider.Refreshes(); got != n {
		t.Fatalf("the provider was asked %d times for fresh tokens, want %d", got, n)
	}
}

// refuses stops the test unless every asker was told an error with this code.
func refuses(t *testing.T, all []told, kind models.ErrorKind, code string) {
	t.Helper()
	for _, a := range all {
		e, ok := errors.AsType[*models.Error](a.err)
		if !ok || e.Kind != kind || e.Code != code {
			t.Fatalf("told %v, want %s", a.err, code)
		}
		if kind == models.Unavailable && e.RetryAfter <= 0 {
			t.Errorf("%s does not say when to come again", code)
		}
	}
}

// token is the token of a credential at this moment.
func (c *town) token(t *testing.T, id models.ID) string {
	t.Helper()
	a, err := c.OAuth.Token(t.Context(), c.ana, id)
	modelstest.Must(t, err)
	return a.Token
}

// owned is a connected credential, and its token.
func (c *town) owned(t *testing.T) (models.ID, string) {
	t.Helper()
	id := c.connects(t, c.ana, "acme")
	return id, c.token(t, id)
}

// graced has the provider document a grace, and keep it.
func (c *town) graced(t *testing.T, d time.Duration) {
	t.Helper()
	c.provider.Behave(func(m *oauthtest.Manners) { m.Grace = d })
	c.resettled(t, func(s *models.ClientSettings) { s.Grace = models.Seconds(d / time.Second) })
}

// skewed is a replica whose clock goes wrong by d.
func (c *town) skewed(t *testing.T, d time.Duration) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Deps{
		DatabaseURL: c.URL, Keys: app.Keys{File: c.KeyFile, Own: true}, AllowPrivate: []string{"127.0.0.1"},
		Now: func() time.Time { return c.Clock.Now().Add(d) }, Log: slog.New(slog.NewTextHandler(c.Log, nil)),
	})
	modelstest.Must(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// fence is how many have held the lease of the only grant.
func (c *town) fence(t *testing.T) int {
	t.Helper()
	return c.Count(t, `SELECT max(fence) FROM grant_leases`)
}

// orderly stops the test unless nobody holds a lease, the ledger is closed, and
// no secret stands where it must not.
func (c *town) orderly(t *testing.T) {
	t.Helper()
	if n := c.Count(t, `SELECT count(*) FROM grant_leases WHERE owner <> ''`); n != 0 {
		t.Errorf("%d leases were not given back", n)
	}
	if n := c.Count(t, `SELECT count(*) FROM refreshes WHERE outcome = ?`, models.OutcomeAsked); n != 0 {
		t.Errorf("%d lines of the ledger are open", n)
	}
	c.keepsSecrets(t)
}
