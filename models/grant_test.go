package models

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func in(d time.Duration) *time.Time {
	at := noon.Add(d)
	return &at
}

const day = 24 * time.Hour

// lives is a refreshable grant whose token came at from and ends at to.
func lives(from, to time.Duration) Grant {
	return Grant{Refreshable: true, ObtainedAt: noon.Add(from), ExpiresAt: in(to)}
}

func TestFresh(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grant        Grant
		fresh, valid bool
	}{
		"136 ends in 6 minutes":           {lives(-54*time.Minute, 6*time.Minute), true, true},
		"136 ends in 5 minutes":           {lives(-55*time.Minute, 5*time.Minute), false, true},
		"137 ends in 4 minutes":           {lives(-56*time.Minute, 4*time.Minute), false, true},
		"196 ended 299 s ago":             {lives(-time.Hour, -299*time.Second), false, false},
		"ends now":                        {lives(-time.Hour, 0), false, false},
		"its end is not known":            {Grant{}, true, true},
		"of 4 minutes, after 1":           {lives(-time.Minute, 3*time.Minute), true, true},
		"of 4 minutes, after 2":           {lives(-2*time.Minute, 2*time.Minute), false, true},
		"of 8 minutes, with 4 left":       {lives(-4*time.Minute, 4*time.Minute), false, true},
		"of 8 minutes, with more than 4":  {lives(-4*time.Minute+time.Second, 4*time.Minute+time.Second), true, true},
		"was over before it came, by far": {lives(0, -time.Hour), false, false},
	} {
		if got := c.grant.Fresh(noon); got != c.fresh {
			t.Errorf("%s: fresh %v", name, got)
		}
		if got := c.grant.Valid(noon); got != c.valid {
			t.Errorf("%s: valid %v", name, got)
		}
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grant Grant
		want  *time.Time
	}{
		"a refresh token without an end": {lives(0, time.Hour), nil},
		"a refresh token with one":       {Grant{Refreshable: true, ExpiresAt: in(time.Hour), RefreshUntil: in(day)}, in(day)},
		"no refresh token":               {Grant{ExpiresAt: in(time.Hour)}, in(time.Hour)},
		"no refresh token, no end known": {Grant{}, nil},
		"the end of no refresh token":    {Grant{RefreshUntil: in(day)}, nil},
	} {
		at, ends := c.grant.Ends()
		if ends != (c.want != nil) || ends && !at.Equal(*c.want) {
			t.Errorf("%s: %v %v", name, at, ends)
		}
	}
}

func TestHealthIsTheWorstThatIsKnown(t *testing.T) {
	t.Parallel()
	good := lives(-time.Hour, time.Hour)
	good.CheckedAt = noon.Add(-time.Hour)
	with := func(change func(*Grant)) Facts {
		g := good
		change(&g)
		return Facts{Connected: true, Grant: g}
	}
	everything := with(func(g *Grant) {
		g.Trouble, g.Cause, g.TroubleAt, g.Missing, g.RefreshUntil = TroubleReconnect, "invalid_grant", in(-time.Minute), "write", in(time.Minute)
	})
	everything.Gone, everything.Incident, everything.Code = true, in(-time.Minute), "invalid_client"
	retrying := with(func(g *Grant) {
		g.Trouble, g.Cause, g.TroubleAt, g.RetryAt, g.Missing, g.RefreshUntil = TroubleRetrying, "http_503", in(-time.Minute), in(time.Minute), "write", in(time.Minute)
	})
	refused := retrying
	refused.Incident, refused.Code = in(-2*time.Minute), "invalid_client"
	gone := refused
	gone.Gone = true
	for name, c := range map[string]struct {
		facts Facts
		want  Health
	}{
		"no grant":                      {Facts{}, Health{State: HealthNone}},
		"ok":                            {with(func(*Grant) {}), Health{State: HealthOK, At: good.CheckedAt, Works: true}},
		"ok though the token is over":   {with(func(g *Grant) { g.ExpiresAt = in(-time.Minute) }), Health{State: HealthOK, At: good.CheckedAt}},
		"reconnect before all":          {everything, Health{State: HealthReconnect, Cause: "invalid_grant", At: *in(-time.Minute), Works: true}},
		"reconnect since who knows":     {with(func(g *Grant) { g.Trouble = TroubleReconnect }), Health{State: HealthReconnect, At: good.CheckedAt, Works: true}},
		"the client gone before refuse": {gone, Health{State: HealthClient, Cause: "client_deleted", At: good.CheckedAt, Works: true}},
		"the client gone, nothing to refresh, works": {
			Facts{Connected: true, Gone: true, Grant: Grant{CheckedAt: noon, ObtainedAt: noon}}, Health{State: HealthOK, At: noon, Works: true},
		},
		"the client gone, nothing to refresh, over": {
			Facts{Connected: true, Gone: true, Grant: Grant{CheckedAt: noon, ExpiresAt: in(-1)}}, Health{State: HealthClient, Cause: "client_deleted", At: noon},
		},
		"over, nothing to refresh":    {with(func(g *Grant) { g.Refreshable, g.ExpiresAt = false, in(-1) }), Health{State: HealthReconnect, Cause: "token_expired", At: *in(-1)}},
		"the client refused":          {refused, Health{State: HealthClient, Cause: "invalid_client", At: *in(-2 * time.Minute), Works: true}},
		"retrying before expiring":    {retrying, Health{State: HealthRetrying, Cause: "http_503", At: *in(-time.Minute), Until: *in(time.Minute), Works: true}},
		"retrying, at any time":       {with(func(g *Grant) { g.Trouble = TroubleRetrying }), Health{State: HealthRetrying, At: good.CheckedAt, Until: noon, Works: true}},
		"expiring before consent":     {with(func(g *Grant) { g.RefreshUntil, g.Missing = in(time.Minute), "write" }), Health{State: HealthExpiring, At: good.CheckedAt, Until: *in(time.Minute), Works: true}},
		"expiring without a refresh":  {with(func(g *Grant) { g.Refreshable, g.ExpiresAt = false, in(time.Minute) }), Health{State: HealthExpiring, At: good.CheckedAt, Until: *in(time.Minute), Works: true}},
		"ends, not soon":              {with(func(g *Grant) { g.RefreshUntil = in(30 * day) }), Health{State: HealthOK, At: good.CheckedAt, Works: true}},
		"ends in a week":              {with(func(g *Grant) { g.ObtainedAt, g.RefreshUntil = noon.Add(-30*day), in(7*day) }), Health{State: HealthExpiring, At: good.CheckedAt, Until: *in(7 * day), Works: true}},
		"ends in a week and a moment": {with(func(g *Grant) { g.ObtainedAt, g.RefreshUntil = noon.Add(-30*day), in(7*day+1) }), Health{State: HealthOK, At: good.CheckedAt, Works: true}},
		"something is missing":        {with(func(g *Grant) { g.Missing = "write admin" }), Health{State: HealthConsent, At: good.CheckedAt, Works: true, Scopes: []string{"write", "admin"}}},
	} {
		h := c.facts.Health(noon)
		if h.State != c.want.State || h.Cause != c.want.Cause || !h.At.Equal(c.want.At) || !h.Until.Equal(c.want.Until) || h.Works != c.want.Works || !slices.Equal(h.Scopes, c.want.Scopes) {
			t.Errorf("%s: %+v\nwant %+v", name, h, c.want)
		}
	}
}

func TestHowLongToWait(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n           int64
		asked, want time.Duration
	}{
		{1, 0, 15 * time.Second},
		{2, 0, 30 * time.Second},
		{3, 0, time.Minute},
		{7, 0, 16 * time.Minute},
		{8, 0, 30 * time.Minute},
		{1000, 0, 30 * time.Minute},
		{1, 20 * time.Second, 20 * time.Second},
		{1, time.Second, 15 * time.Second},
		{9, time.Hour, time.Hour},
	} {
		if got := Retry(c.n, c.asked); got != c.want {
			t.Errorf("after %d failures, asked for %s: %s, want %s", c.n, c.asked, got, c.want)
		}
	}
	var whole time.Duration
	for n := int64(1); ; n++ {
		wait, more := NextRevocation(n)
		if more != (n < MostRevocations) || wait < time.Minute || wait > 12*time.Hour {
			t.Errorf("after %d failures: %s %v", n, wait, more)
		}
		if !more {
			break
		}
		whole += wait
	}
	if whole < day || whole > 7*day {
		t.Errorf("a revocation is tried for %s", whole)
	}
}

func TestWhenTheJobLooks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grant Grant
		next  *time.Time
		why   RefreshReason // due at noon
		tell  bool
	}{
		"an hour":                        {grant: lives(0, time.Hour), next: in(50 * time.Minute)},
		"an hour, ten minutes left":      {grant: lives(-50*time.Minute, 10*time.Minute), next: in(0), why: ForAhead},
		"ten minutes: at half":           {grant: lives(0, 10*time.Minute), next: in(5 * time.Minute)},
		"no end known":                   {grant: Grant{Refreshable: true, CheckedAt: noon}, next: in(day)},
		"no end known, seen yesterday":   {grant: Grant{Refreshable: true, CheckedAt: noon.Add(-day)}, next: in(0)},
		"no end known, no way to get on": {grant: Grant{CheckedAt: noon.Add(-day)}, next: in(0)},
		"nothing to refresh with":        {grant: Grant{ObtainedAt: noon, ExpiresAt: in(time.Hour)}, next: in(45 * time.Minute)},
		"the same, told":                 {grant: Grant{ObtainedAt: noon, ExpiresAt: in(time.Hour), ToldAt: in(0)}},
		"the same, three quarters over":  {grant: Grant{ObtainedAt: noon.Add(-45 * time.Minute), ExpiresAt: in(15 * time.Minute)}, next: in(0), tell: true},
		"idle for 90 days":               {grant: Grant{Refreshable: true, ObtainedAt: noon, ExpiresAt: in(200 * day), IdleUntil: in(90 * day)}, next: in(88 * day)},
		"idle for 2 days: at half":       {grant: Grant{Refreshable: true, ObtainedAt: noon, ExpiresAt: in(200 * day), IdleUntil: in(2 * day)}, next: in(day)},
		"idle, 48 hours left":            {grant: Grant{Refreshable: true, ObtainedAt: noon.Add(-88 * day), ExpiresAt: in(200 * day), IdleUntil: in(2 * day)}, next: in(0), why: ForKeepAlive},
		"reconnect":                      {grant: Grant{Refreshable: true, Trouble: TroubleReconnect, ExpiresAt: in(-1), IdleUntil: in(-1), TroubleAt: in(-1)}},
		"retrying, later":                {grant: Grant{Refreshable: true, Trouble: TroubleRetrying, ExpiresAt: in(-1), RetryAt: in(time.Minute)}, next: in(time.Minute)},
		"retrying, now":                  {grant: Grant{Refreshable: true, Trouble: TroubleRetrying, ExpiresAt: in(-1), RetryAt: in(0)}, next: in(0), why: ForAhead},
		"ends in 30 days":                {grant: Grant{Refreshable: true, ObtainedAt: noon, ExpiresAt: in(60 * day), RefreshUntil: in(30 * day)}, next: in(23 * day)},
		"ends in 30 days, and is needed": {grant: Grant{Refreshable: true, ObtainedAt: noon.Add(-time.Hour), ExpiresAt: in(0), RefreshUntil: in(30 * day)}, next: in(-10 * time.Minute), why: ForAhead},
		"ends in 6 days, refreshed today": {
			grant: Grant{Refreshable: true, ObtainedAt: noon, ExpiresAt: in(day), RefreshUntil: in(6 * day), RefreshSince: in(-24 * day)}, next: in(-day), tell: true,
		},
		"ends in 6 days": {grant: Grant{Refreshable: true, ObtainedAt: noon.Add(-24 * day), ExpiresAt: in(day), RefreshUntil: in(6 * day)}, next: in(-day), tell: true},
	} {
		next := c.grant.DueNext()
		if (next == nil) != (c.next == nil) || next != nil && !next.Equal(*c.next) {
			t.Errorf("%s: due at %v, want %v", name, next, c.next)
		}
		if why, due := c.grant.RefreshDue(noon); why != c.why && due || due != (c.why != "") {
			t.Errorf("%s: %q %v", name, why, due)
		}
		if got, want := c.grant.CheckDue(noon), strings.HasPrefix(name, "no end known, "); got != want {
			t.Errorf("%s: to be checked %v", name, got)
		}
		if got := c.grant.TellDue(noon); got != c.tell {
			t.Errorf("%s: to be told %v", name, got)
		}
	}
}

func TestToldIsToldOfThisTrouble(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grant Grant
		want  bool
	}{
		"never":             {Grant{}, false},
		"of its end":        {Grant{ToldAt: in(0)}, true},
		"of this trouble":   {Grant{ToldAt: in(0), TroubleAt: in(0)}, true},
		"of an earlier one": {Grant{ToldAt: in(-1), TroubleAt: in(0)}, false},
	} {
		if got := c.grant.Told(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestWhatTakesAnothersPlaceRevokesItOnlyWhereThatIsSafe(t *testing.T) {
	t.Parallel()
	mine, other := NewID(), NewID()
	of := func(subject, realm string, by int64, client *ID) Grant {
		return Grant{Subject: subject, Realm: realm, ConnectedBy: by, OAuthClientID: client}
	}
	for name, c := range map[string]struct {
		old, now Grant
		want     bool
	}{
		"the same account":                  {of("1", "G", 1, &mine), of("1", "G", 1, &mine), false},
		"the same account, another person":  {of("1", "G", 1, &mine), of("1", "G", 2, &mine), false},
		"the same account, another client":  {of("1", "G", 1, &mine), of("1", "G", 1, &other), true},
		"the old client is gone":            {of("1", "G", 1, nil), of("1", "G", 1, &mine), true},
		"another account":                   {of("1", "G", 1, &mine), of("2", "G", 1, &mine), true},
		"the same number elsewhere":         {of("1", "G", 1, &mine), of("1", "H", 1, &mine), true},
		"the old one not known":             {of("", "G", 1, &mine), of("1", "G", 1, &mine), false},
		"the new one not known":             {of("1", "G", 1, &mine), of("", "G", 1, &mine), false},
		"neither known, another person":     {of("", "G", 1, &mine), of("", "G", 2, &mine), true},
		"the old one not known, of another": {of("", "G", 1, &mine), of("1", "G", 2, &mine), true},
	} {
		if got := c.old.Outlives(c.now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
