package oauth_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
	"holdfast/models/oauth"
)

// leaves goes to the provider and has the answer, which is not brought back yet.
func (c *town) leaves(t testing.TB, who models.Actor, w oauth.Wish) oauth.Back {
	t.Helper()
	way, err := c.OAuth.Begin(t.Context(), who, w)
	modelstest.Must(t, err)
	return c.back(t, way)
}

// Case 147 of the domain: what the address of the provider says.
func TestTheAddressOfTheProvider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.resettled(t, func(s *models.ClientSettings) {
			s.Authorize += "?tenant=1&state=stolen"
			s.AuthorizeParams = map[string]string{"access_type": "offline"}
		})
		w := c.wish("acme")
		w.Scopes = []string{"write", "Extra", "write"}
		way, err := c.OAuth.Begin(t.Context(), c.ana, w)
		modelstest.Must(t, err)
		u, err := url.Parse(way.URL)
		modelstest.Must(t, err)
		q := u.Query()
		for name, want := range map[string]string{
			"client_id": oauthtest.ClientID, "redirect_uri": redirect, "response_type": "code", "scope": "read write Extra", "code_challenge_method": "S256",
			"tenant": "1", "access_type": "offline",
		} {
			if q.Get(name) != want {
				t.Errorf("%s is %q, want %q", name, q.Get(name), want)
			}
		}
		if len(q["state"]) != 1 || len(q.Get("state")) < 40 || q.Get("state") == "stolen" || len(q.Get("code_challenge")) < 40 || way.Provider != "Acme app" {
			t.Errorf("%s", way.URL)
		}
		if dump := c.Dump(t); strings.Contains(dump, q.Get("state")) {
			t.Error("the state stands in a row")
		}
	})
}

func TestTheProviderIsToldWhichAccountIsMeant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		account := c.again(id, "openid", "offline_access")
		another, plain := account, account
		another.Switch, plain.Scopes = true, []string{"write", "offline_access"}
		first := c.wish("first")
		first.Scopes = account.Scopes
		for name, x := range map[string]struct {
			wish oauth.Wish
			hint string
		}{
			"the same account": {account, "ana@example.org"}, "another one": {another, ""}, "not OpenID Connect": {plain, ""}, "none before": {first, ""},
		} {
			way, err := c.OAuth.Begin(t.Context(), c.ana, x.wish)
			modelstest.Must(t, err)
			if u, err := url.Parse(way.URL); err != nil || u.Query().Get("login_hint") != x.hint {
				t.Errorf("%s: %s, %v", name, way.URL, err)
			}
		}
	})
}

func TestAWayBackIsGoodOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		ben := seated(t, c.House, c.Person(t, "ben", models.Administrator))
		elsewhere := c.ana
		elsewhere.SessionID = seated(t, c.House, c.ana).SessionID
		b := c.leaves(t, c.ana, c.wish("acme"))
		over := func(why string, who models.Actor, b oauth.Back) {
			t.Helper()
			calls := c.provider.TokenCalls()
			_, err := c.OAuth.Finish(ctx, who, b)
			if wants(t, err, "connect_over"); c.provider.TokenCalls() != calls {
				t.Errorf("%s: the provider was asked", why)
			}
		}
		over("another user", ben, b)
		over("another session", elsewhere, b)
		over("no state", c.ana, oauth.Back{Code: b.Code, Redirect: redirect})
		over("a state of nobody's", c.ana, oauth.Back{State: b.State + "x", Code: b.Code, Redirect: redirect})
		id, err := c.OAuth.Finish(ctx, c.ana, b) // none of them has ended it
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(ctx, c.ana, id)
		modelstest.Must(t, err)
		came(t, r, models.ConnectDone, "")
		over("a replay", c.ana, b)
		_, err = c.OAuth.Result(ctx, ben, id)
		modelstest.Want(t, err, models.NotFound)
		if a := c.fetches(t, c.ana, *r.CredentialID); !c.provider.Valid(a.Token) {
			t.Error("a replay has ended what was connected")
		}
		late := c.leaves(t, c.ana, c.wish("late"))
		c.Clock.Pass(models.ConnectLife - time.Second)
		modelstest.Must(t, second(c.OAuth.Finish(ctx, c.ana, late)))
		late = c.leaves(t, c.ana, c.wish("too late"))
		c.Clock.Pass(models.ConnectLife)
		over("ten minutes later", c.ana, late)
	})
}

func second[T any](_ T, err error) error { return err }

// Case 158.
func TestTwoTabsDoNotMix(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		first := c.leaves(t, c.ana, c.wish("one"))
		c.behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-2", "other@example.org" })
		next := c.leaves(t, c.ana, c.wish("two"))
		mixed := next
		mixed.Code = first.Code // the PKCE verifier is another one
		id, err := c.OAuth.Finish(ctx, c.ana, mixed)
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(ctx, c.ana, id)
		modelstest.Must(t, err)
		came(t, r, models.ConnectFailed, "invalid_grant")
		c.behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-1", "ana@example.org" })
		one := c.leaves(t, c.ana, c.wish("one"))
		c.behave(func(m *oauthtest.Manners) { m.Subject, m.Email = "account-2", "other@example.org" })
		two := c.leaves(t, c.ana, c.wish("two"))
		for name, b := range map[string]oauth.Back{"ana@example.org": one, "other@example.org": two} {
			id, err := c.OAuth.Finish(ctx, c.ana, b)
			modelstest.Must(t, err)
			r, err := c.OAuth.Result(ctx, c.ana, id)
			modelstest.Must(t, err)
			came(t, r, models.ConnectDone, "")
			if got := c.connection(t, c.ana, *r.CredentialID); got.Account != name {
				t.Errorf("%s got the account %s, want %s", r.Credential, got.Account, name)
			}
		}
	})
}

// RFC 9207.
func TestTheProviderNamesItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		c.behave(func(m *oauthtest.Manners) { m.NamesItself = true })
		c.resettled(t, func(*models.ClientSettings) {})
		c.connects(t, c.ana, "acme")
		for name, issuer := range map[string]string{"missing though announced": "", "another": "https://evil.example", "in another case": strings.ToUpper(c.provider.URL)} {
			b := c.leaves(t, c.ana, c.wish(name))
			b.Issuer = issuer
			calls := c.provider.TokenCalls()
			id, err := c.OAuth.Finish(t.Context(), c.ana, b)
			modelstest.Must(t, err)
			r, err := c.OAuth.Result(t.Context(), c.ana, id)
			modelstest.Must(t, err)
			if came(t, r, models.ConnectFailed, "wrong_issuer"); c.provider.TokenCalls() != calls {
				t.Errorf("%s: the code was shown", name)
			}
		}
		c.behave(func(m *oauthtest.Manners) { m.NamesItself = false })
		c.resettled(t, func(*models.ClientSettings) {})
		b := c.leaves(t, c.ana, c.wish("not announced, and wrong"))
		b.Issuer = "https://evil.example"
		id, err := c.OAuth.Finish(t.Context(), c.ana, b)
		modelstest.Must(t, err)
		r, err := c.OAuth.Result(t.Context(), c.ana, id)
		modelstest.Must(t, err)
		came(t, r, models.ConnectFailed, "wrong_issuer")
	})
}

func TestWhatIsWrongWithAWishIsSaidBeforeAnybodyLeaves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		begin := func(change func(*oauth.Wish)) error {
			w := c.wish("acme")
			change(&w)
			_, err := c.OAuth.Begin(ctx, c.ana, w)
			return err
		}
		plain := c.Keep(t, c.ana, "plain")
		taken, scheduled := c.connects(t, c.ana, "taken"), c.connects(t, c.ana, "scheduled")
		c.Schedule(t, c.ana, scheduled)
		modelstest.WantWrong(t, begin(func(w *oauth.Wish) { w.Client = models.NewID() }), "client")
		modelstest.WantWrong(t, begin(func(w *oauth.Wish) { w.Name = "" }), "name")
		modelstest.WantWrong(t, begin(func(w *oauth.Wish) { w.Name = "Taken" }), "name")
		modelstest.WantWrong(t, begin(func(w *oauth.Wish) { w.Projects = []models.ID{models.NewID()} }), "projects")
		modelstest.WantWrong(t, begin(func(w *oauth.Wish) { w.Scopes = []string{"a b"} }), "scopes")
		modelstest.WantWrong(t, begin(func(w *oauth.Wish) { w.Name, w.Scopes, w.Projects = "", []string{`"`}, []models.ID{plain} }), "name", "scopes", "projects")
		modelstest.Want(t, begin(func(w *oauth.Wish) { w.Credential = plain }), models.Conflict)
		modelstest.Want(t, begin(func(w *oauth.Wish) { w.Credential = scheduled }), models.Conflict)
		modelstest.Must(t, begin(func(w *oauth.Wish) { w.Credential = taken }))
		program := c.ana
		program.SessionID, program.TokenID = models.ID{}, models.NewID()
		_, err := c.OAuth.Begin(ctx, program, c.wish("acme"))
		modelstest.Want(t, err, models.Forbidden)
		for range 60 {
			err = begin(func(*oauth.Wish) {})
		}
		modelstest.Want(t, err, models.RateLimited)
		c.Clock.Pass(models.ConnectLife)
		modelstest.Must(t, begin(func(*oauth.Wish) {}))
	})
}

func TestOldWaysAreSwept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		id := c.connects(t, c.ana, "acme")
		c.leaves(t, c.ana, c.wish("gone"))
		c.Clock.Pass(models.ConnectKept)
		c.fetches(t, c.ana, id)
		n, err := c.OAuth.Sweep(t.Context())
		if n != 2 || err != nil || c.Count(t, `SELECT count(*) FROM connects`)+c.Count(t, `SELECT count(*) FROM connect_verifiers`) != 0 {
			t.Errorf("%d %v", n, err)
		}
		c.Clock.Pass(models.LedgerKept)
		n, err = c.OAuth.Sweep(t.Context())
		if n != 2 || err != nil || c.ledger(t, id) != "" { // that it was connected, and fetched
			t.Errorf("%d %v", n, err)
		}
	})
}
