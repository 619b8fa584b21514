package models

import (
	"strings"
	"time"
)

// Health is how a connection is, from what was seen last.
type Health struct {
	State  HealthState
	Cause  string    // a code: the provider's, or ours
	At     time.Time // when that was seen; zero is never
	Until  time.Time // of HealthExpiring the end, of HealthRetrying the next try
	Works  bool      // programs still get a token that works
	Scopes []string  // that are missing, of HealthConsent
}

// HealthState is one word for it.
type HealthState string

const (
	HealthOK        HealthState = "ok"
	HealthExpiring  HealthState = "expiring"       // it will end, and only a person can prevent that
	HealthRetrying  HealthState = "retrying"       // the provider does not answer as it should
	HealthConsent   HealthState = "needs_consent"  // not everything that was asked for was granted
	HealthReconnect HealthState = "reconnect"      // a person must connect anew
	HealthClient    HealthState = "client_problem" // the client is refused, or gone
	HealthNone      HealthState = "disconnected"   // there is no grant
)

// Facts are what the health of a credential is judged by.
type Facts struct {
	Connected bool // there is a grant
	Grant     Grant
	Gone      bool       // the client was deleted
	Incident  *time.Time // since when the client is refused
	Code      string     // and as what
}

// Health judges a connection at now.
func (f Facts) Health(now time.Time) Health {
	g := f.Grant
	h := Health{State: HealthOK, At: g.CheckedAt, Works: g.Valid(now)}
	end, ends := g.Ends()
	switch {
	case !f.Connected:
		return Health{State: HealthNone}
	case g.Trouble == TroubleReconnect:
		h.State, h.Cause, h.At = HealthReconnect, g.Cause, orThen(g.TroubleAt, g.CheckedAt)
	case f.Gone && (g.Refreshable || !h.Works):
		h.State, h.Cause = HealthClient, "client_deleted"
	case !g.Refreshable && !h.Works:
		h.State, h.Cause, h.At = HealthReconnect, "token_expired", *g.ExpiresAt
	case f.Incident != nil:
		h.State, h.Cause, h.At = HealthClient, f.Code, *f.Incident
	case g.Trouble == TroubleRetrying:
		h.State, h.Cause, h.At, h.Until = HealthRetrying, g.Cause, orThen(g.TroubleAt, g.CheckedAt), orThen(g.RetryAt, now)
	case ends && !now.Before(g.tellAt(end)):
		h.State, h.Until = HealthExpiring, end
	case g.Missing != "":
		h.State, h.Scopes = HealthConsent, strings.Fields(g.Missing)
	}
	return h
}
