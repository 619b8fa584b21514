package benchmarks

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

const (
	askers      = 64                     // of one expired token
	fetches     = 15                     // of them, one after another
	slow        = 50 * time.Millisecond  // the token endpoint
	slower      = 100 * time.Millisecond // that of the job
	aheadOf     = 1000                   // grants
	mostOne     = 60.0                   // ms until the last answer, in one process
	mostTwo     = 110.0                  // and in two
	redirect    = "http://127.0.0.1:8080/oauth/callback"
	callsAtOnce = 32 // by the job
)

// linked is a house with a provider and somebody who connects accounts there.
type linked struct {
	*modelstest.House
	provider *oauthtest.Provider
	who      models.Actor
	client   models.ID
}

func link(b *testing.B, h *modelstest.House) linked {
	b.Helper()
	l := linked{House: h, provider: oauthtest.New(b, h.Clock.Now), who: h.Person(b, "connects", models.PlainMember)}
	h.Lets(b, l.who)
	hash := models.NewID()
	_, session, err := h.People.Start(b.Context(), models.Actor{IP: "192.0.2.9"}, modelstest.In(l.who.LoginID), append(hash[:], hash[:]...))
	modelstest.Must(b, err)
	l.who.SessionID = session.SessionID
	f := models.ClientForm{Name: "Acme", ClientID: oauthtest.ClientID, Secret: oauthtest.Secret}
	f.Fill(l.provider.Settings())
	l.client, err = h.OAuth.CreateClient(b.Context(), l.who, f)
	modelstest.Must(b, err)
	return l
}

// own is the same on a database of its own, whose clock may be moved.
func (p *place) own(b *testing.B) linked {
	b.Helper()
	if p.pg {
		return link(b, modelstest.OnPostgres(b))
	}
	return link(b, modelstest.SQLite(b))
}

// connects makes a connected credential.
func (l linked) connects(b *testing.B, name string) models.ID {
	b.Helper()
	way, err := l.OAuth.Begin(b.Context(), l.who, oauth.Wish{
		Client: l.client, ConnectWish: models.ConnectWish{Name: name, Scopes: []string{"offline_access"}}, Redirect: redirect,
	})
	modelstest.Must(b, err)
	q := l.provider.Visit(b, way.URL)
	id, err := l.OAuth.Finish(b.Context(), l.who, oauth.Back{State: q.Get("state"), Code: q.Get("code"), Redirect: redirect})
	modelstest.Must(b, err)
	r, err := l.OAuth.Result(b.Context(), l.who, id)
	modelstest.Must(b, err)
	if r.CredentialID == nil {
		b.Fatalf("not connected: %+v", r.Outcome)
	}
	return *r.CredentialID
}

// delays has the provider take its time over each refresh.
func (l linked) delays(d time.Duration) {
	l.provider.Behave(func(m *oauthtest.Manners) {
		m.Hold = func(r *http.Request) {
			if r.PostForm.Get("grant_type") == "refresh_token" {
				time.Sleep(d)
			}
		}
	})
}

// benchFetch64 is the time until the last of 64 who ask at once for one expired
// token has it. That the provider is asked once is no figure: else it fails.
func benchFetch64(b *testing.B, t *table, p *place) {
	l := p.own(b)
	id, other := l.connects(b, "expired"), l.Replica(b, "")
	l.delays(slow)
	for _, c := range []struct {
		what string
		ops  []oauth.Ops
		most float64
	}{
		{"one process", []oauth.Ops{l.OAuth}, mostOne},
		{"two replicas", []oauth.Ops{l.OAuth, other.OAuth}, mostTwo},
	} {
		l.fetch(b, id, c.ops) // connections open
		var last []float64
		for range fetches {
			last = append(last, l.fetch(b, id, c.ops))
		}
		mid, _, most := median(last, func(ms float64) float64 { return ms })
		t.most(job("64 fetches of one expired token, 50 ms endpoint, "+c.what, p, 0), "last answer, ms", mid, c.most, "%.1f", fmt.Sprintf("50.0 (worst of %d: %.1f)", fetches, most))
	}
}

// fetch is one such moment, in milliseconds.
func (l linked) fetch(b *testing.B, id models.ID, ops []oauth.Ops) float64 {
	b.Helper()
	l.Clock.Pass(2 * time.Hour)
	before, start := l.provider.Refreshes(), make(chan struct{})
	tokens, errs := make([]string, askers), make([]error, askers)
	var all sync.WaitGroup
	for i := range askers {
		all.Go(func() {
			<-start
			var got models.AccessToken
			got, errs[i] = ops[i%len(ops)].Token(b.Context(), l.who, id)
			tokens[i] = got.Token
		})
	}
	begun := time.Now()
	close(start)
	all.Wait()
	took := time.Since(begun)
	for i := range askers {
		if errs[i] != nil || tokens[i] != tokens[0] || !l.provider.Valid(tokens[i]) {
			b.Fatalf("asker %d: another token, or %v", i, errs[i])
		}
	}
	if n := l.provider.Refreshes() - before; n != 1 {
		b.Fatalf("the provider was asked %d times", n)
	}
	return float64(took) / 1e6
}

// benchToken is the fetch of a fresh token, beside the floor of a plain secret and
// beside opening a plain credential for its page.
func benchToken(b *testing.B, t *table, p *place) {
	l := link(b, p.House)
	id := l.connects(b, "fresh")
	plain := p.kept(b, l.who)
	token := side{"token", func(testing.TB) func() error {
		return func() error {
			got, err := p.OAuth.Token(b.Context(), l.who, id)
			if err == nil && got.Token == "" {
				err = fmt.Errorf("no token")
			}
			return err
		}
	}, p.here}
	page := side{"page", func(testing.TB) func() error {
		return func() error {
			_, err := p.Credentials.Get(b.Context(), l.who, plain)
			return err
		}
	}, p.here}
	floor := side{"floor", p.floorRead(b, l.who), p.here}
	for _, conns := range []int{1, 16} {
		got := compare(b, conns, token, page, floor)
		t.rates(job("fetch a fresh token, beside reading a plain secret bare", p, conns), got["token"], got["floor"], 0, 0)
		t.rates(job("fetch a fresh token, beside opening a plain credential", p, conns), got["token"], got["page"], 0, 0)
	}
}

// benchAhead is a run of the job over 1,000 grants that are due. Each is refreshed
// once, else it fails.
func benchAhead(b *testing.B, t *table, p *place) {
	l := p.own(b)
	for i := range aheadOf {
		if i%50 == 49 {
			l.Clock.Pass(models.ConnectLife) // nobody connects more often
		}
		l.connects(b, fmt.Sprintf("ahead %04d", i))
	}
	if _, err := l.OAuth.RefreshAhead(b.Context()); err != nil {
		b.Fatal(err)
	}
	l.Clock.Pass(2 * time.Hour)
	if n, err := l.OAuth.RefreshAhead(b.Context()); n != aheadOf || err != nil { // from here on they end together
		b.Fatalf("%d were seen to: %v", n, err)
	}
	l.delays(slower)
	var took []figure
	for range rounds {
		l.Clock.Pass(52 * time.Minute)
		before, cpu, begun := l.provider.Refreshes(), p.here(), time.Now()
		n, err := l.OAuth.RefreshAhead(b.Context())
		wall, spent := time.Since(begun), p.here()-cpu
		if calls := l.provider.Refreshes() - before; err != nil || n != aheadOf || calls != aheadOf {
			b.Fatalf("%d were seen to, by %d calls: %v", n, calls, err)
		}
		took = append(took, figure{perSecond: aheadOf / wall.Seconds(), p50: wall, cpu: spent / aheadOf})
	}
	least := slower * aheadOf / callsAtOnce
	mid, first, last := median(took, func(f figure) float64 { return f.p50.Seconds() })
	what := job("1,000 grants refreshed ahead, 100 ms endpoint", p, 0)
	t.line(what, "seconds", fine(mid, first, last), fmt.Sprintf("%.3f (%d at once)", least.Seconds(), callsAtOnce), fmt.Sprintf("%.2f", mid/least.Seconds()), "", false)
	t.alone(what, took)
}
