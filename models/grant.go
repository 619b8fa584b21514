package models

import (
	"slices"
	"strings"
	"time"
)

// Grant is what somebody allowed the console to do with their account at a
// provider, for one credential. The tokens are sealed in it, and no list reads
// them. A grant that belongs to no credential any more waits to be given up at
// the provider.
type Grant struct {
	ID            ID
	CredentialID  *ID    // nil: no one's any more, or not anyone's yet
	MadeFor       ID     // the credential that it was got for, for its history
	Name          string // of that credential
	OAuthClientID *ID    `gorm:"column:oauth_client_id"` // nil: the client was deleted
	Provider      string // what the provider is called: "Google"
	ConnectedBy   int64
	Realm         string // whose subjects those are: the provider's issuer, or the host of its tokens
	Subject       string // who it is at the provider; empty is not known
	Account       string // what people call them there
	Asked         string // scopes, with spaces between
	Given         string
	Missing       string // of those asked for
	Refreshable   bool
	Sealed        []byte
	KeyID         string
	Version       int64      // one more whenever tokens or trouble change
	ObtainedAt    time.Time  // when the access token came
	ExpiresAt     *time.Time // when it ends; nil is not known
	RefreshUntil  *time.Time // when the refresh token ends
	RefreshSince  *time.Time // since when that is its end
	IdleUntil     *time.Time // when it ends unless it is used
	CheckedAt     time.Time  // when the provider last showed that it works
	Trouble       string     // why it does not, see the Trouble constants; empty is none
	Cause         string     // the provider's code behind it
	TroubleAt     *time.Time // since when
	Tries         int64      // failures in a row
	RetryAt       *time.Time // before which nobody asks again
	LostAt        *time.Time // when the answer to a refresh was lost
	ToldAt        *time.Time // when its owner was told of this trouble
	DueAt         *time.Time // when the job has to see to it
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Why a grant does not work.
const (
	TroubleReconnect = "reconnect" // a person must connect anew
	TroubleRetrying  = "retrying"  // the provider does not answer as it should; it is asked again
)

const (
	// FreshFor is how long an access token must live on to be handed out as it is.
	FreshFor = 5 * time.Minute
	// AheadFor is how long before that the job refreshes it.
	AheadFor = 5 * time.Minute
	// tellBefore is how long before a grant ends for good its owner is told.
	tellBefore = 7 * 24 * time.Hour
	// KeepAliveBefore is how long before a refresh token dies unused the job uses it.
	KeepAliveBefore = 48 * time.Hour
	// CheckEvery is how often the job asks the provider about a token whose end nobody
	// knows: only the provider can tell that it still works.
	CheckEvery = 24 * time.Hour
	// FirstRetry and LastRetry are how long a grant rests after failures.
	FirstRetry = 15 * time.Second
	LastRetry  = 30 * time.Minute
	// MostRevocations is how often a revocation is tried.
	MostRevocations = 12
)

// margin is how long before its end an access token counts as over. One that
// lives for minutes only would never be fresh otherwise.
func (g Grant) margin(of time.Duration) time.Duration {
	if g.ExpiresAt == nil {
		return of
	}
	return min(of, g.ExpiresAt.Sub(g.ObtainedAt)/2)
}

// Fresh reports whether the access token can be handed out at now without asking
// the provider. Of one whose end is not known, only the provider can tell.
func (g Grant) Fresh(now time.Time) bool {
	return g.ExpiresAt == nil || g.ExpiresAt.Sub(now) > g.margin(FreshFor)
}

// Valid reports whether the access token works at now as far as anybody knows.
func (g Grant) Valid(now time.Time) bool { return g.ExpiresAt == nil || now.Before(*g.ExpiresAt) }

// ScopesAsked are the scopes that were asked for.
func (g Grant) ScopesAsked() []string { return strings.Fields(g.Asked) }

// ScopesGiven are the scopes that were granted.
func (g Grant) ScopesGiven() []string { return strings.Fields(g.Given) }

// Ends is when nothing can make the grant work any longer, as far as that is
// known, and whether it is.
func (g Grant) Ends() (time.Time, bool) {
	var ends []time.Time
	if !g.Refreshable && g.ExpiresAt != nil {
		ends = append(ends, *g.ExpiresAt)
	}
	if g.Refreshable && g.RefreshUntil != nil {
		ends = append(ends, *g.RefreshUntil)
	}
	if len(ends) == 0 {
		return time.Time{}, false
	}
	return slices.MinFunc(ends, time.Time.Compare), true
}

// tellAt is when the owner of a grant that ends at end is told: a week before,
// and of one that lives less than a month after three quarters of its life. That
// its access token is refreshed meanwhile makes its life no shorter.
func (g Grant) tellAt(end time.Time) time.Time {
	since := g.ObtainedAt
	if g.Refreshable {
		since = orThen(g.RefreshSince, since)
	}
	return end.Add(-min(tellBefore, end.Sub(since)/4))
}

func orThen(at *time.Time, other time.Time) time.Time {
	if at != nil {
		return *at
	}
	return other
}

// Retry is how long a grant rests after its nth failure in a row, unless the
// provider says longer.
func Retry(n int64, asked time.Duration) time.Duration {
	return max(asked, min(FirstRetry<<min(n-1, 10), LastRetry))
}

// NextRevocation is how long a revocation waits after its nth failure, and
// whether there is another try: a minute first, twice as long each time, half a
// day at most.
func NextRevocation(n int64) (time.Duration, bool) {
	return min(time.Minute<<min(n-1, 10), 12*time.Hour), n < MostRevocations
}

// DueNext is when the job has to see to the grant next: to refresh it ahead of its
// end, to use its refresh token before that dies, or to tell its owner.
func (g Grant) DueNext() *time.Time {
	var all []time.Time
	if g.Refreshable && g.Trouble != TroubleReconnect {
		if g.ExpiresAt != nil {
			all = append(all, g.ExpiresAt.Add(-g.margin(FreshFor+AheadFor)))
		}
		if g.IdleUntil != nil {
			all = append(all, g.IdleUntil.Add(-g.early()))
		}
		if g.RetryAt != nil {
			all = []time.Time{*g.RetryAt}
		}
	}
	if g.ExpiresAt == nil && g.RetryAt == nil && g.Trouble == "" {
		all = append(all, g.CheckedAt.Add(CheckEvery))
	}
	if end, ends := g.Ends(); ends && !g.Told() {
		all = append(all, g.tellAt(end))
	}
	if len(all) == 0 {
		return nil
	}
	first := slices.MinFunc(all, time.Time.Compare)
	return &first
}

// RefreshDue reports whether the job has to refresh the grant at now, and why.
func (g Grant) RefreshDue(now time.Time) (RefreshReason, bool) {
	switch {
	case !g.Refreshable || g.Trouble == TroubleReconnect:
		return "", false
	case g.RetryAt != nil:
		return ForAhead, !now.Before(*g.RetryAt)
	case g.ExpiresAt != nil && !now.Before(g.ExpiresAt.Add(-g.margin(FreshFor+AheadFor))):
		return ForAhead, true
	case g.IdleUntil != nil && !now.Before(g.IdleUntil.Add(-g.early())):
		return ForKeepAlive, true
	}
	return "", false
}

// CheckDue reports whether the job has to ask at now whether the token still works,
// since nobody knows its end.
func (g Grant) CheckDue(now time.Time) bool {
	return g.ExpiresAt == nil && g.Trouble == "" && !now.Before(g.CheckedAt.Add(CheckEvery))
}

// early is how long before its refresh token dies unused the job uses it.
func (g Grant) early() time.Duration {
	return min(KeepAliveBefore, g.IdleUntil.Sub(g.ObtainedAt)/2)
}

// TellDue reports whether the owner of the grant has to be told at now that it
// will end.
func (g Grant) TellDue(now time.Time) bool {
	end, ends := g.Ends()
	return ends && !g.Told() && !now.Before(g.tellAt(end))
}

// Told reports whether the owner of the grant was told of what troubles it now.
func (g Grant) Told() bool {
	return g.ToldAt != nil && (g.TroubleAt == nil || !g.ToldAt.Before(*g.TroubleAt))
}

// Known reports whether it is known whose account a grant is of.
func (g Grant) Known() bool { return g.Subject != "" }

// SameAccount reports whether two grants are of one account, as far as that is known.
func (g Grant) SameAccount(other Grant) bool {
	return g.Known() && g.Realm == other.Realm && g.Subject == other.Subject
}

// Outlives reports whether the grant, which other takes the place of, can be given up
// at the provider without ending that one as well: of the same account and the same
// client, many providers end both. Where an account is not known, it is the same one
// as long as the same person connected it.
func (g Grant) Outlives(other Grant) bool {
	switch {
	case g.OAuthClientID == nil || other.OAuthClientID == nil || *g.OAuthClientID != *other.OAuthClientID:
		return true
	case g.Known() && other.Known():
		return !g.SameAccount(other)
	}
	return g.ConnectedBy != other.ConnectedBy
}

// GivenUp is what became of giving up a grant at its provider. While the provider
// could not be told and Why is empty, it is tried again.
type GivenUp struct {
	Revoked bool
	Why     string // the provider is not told; a reason in words, without a full stop
}

// AccessToken is what a program fetches of a connected credential.
type AccessToken struct {
	Token     string
	Type      string
	ExpiresAt *time.Time // nil is not known
	Scopes    []string
	Kept      map[string]string // such as instance_url
	Version   int64             // of the grant
	Stale     bool              // it should have been refreshed, which did not go; it still works
}
