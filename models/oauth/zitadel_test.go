package oauth_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"holdfast/models"
	"holdfast/models/internal/authserver"
	"holdfast/models/internal/db"
	"holdfast/models/internal/seal"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/zitadeltest"
	"holdfast/models/oauth"
)

// A provider that is not ours: found by discovery, connected with PKCE, refreshed
// with rotation, where reuse is refused, and revoked.
func TestAWholeProviderOfSomebodyElse(t *testing.T) {
	t.Parallel()
	issuer := zitadeltest.Start(t, redirect)
	for name, house := range map[string]func(testing.TB) *modelstest.House{"sqlite": modelstest.SQLite, "postgres": modelstest.OnPostgres} {
		t.Run(name, func(t *testing.T) {
			h := house(t)
			h.Clock.Pass(time.Since(h.Clock.Now()))
			ana := seated(t, h, h.Person(t, "ana", models.PlainMember))
			s, err := h.OAuth.Discover(t.Context(), ana, issuer)
			modelstest.Must(t, err)
			s.Mandatory = []string{"openid", "email", "offline_access"}
			f := models.ClientForm{Name: "Zitadel", ClientID: zitadeltest.ClientID, Secret: zitadeltest.Secret}
			f.Fill(s)
			client, err := h.OAuth.CreateClient(t.Context(), ana, f)
			modelstest.Must(t, err)
			problems, err := h.OAuth.CheckClient(t.Context(), ana, client, redirect)
			if err != nil || len(problems) != 0 {
				t.Errorf("%q, %v", problems, err)
			}

			way, err := h.OAuth.Begin(t.Context(), ana, oauth.Wish{Client: client, ConnectWish: models.ConnectWish{Name: "there"}, Redirect: redirect})
			modelstest.Must(t, err)
			q := zitadeltest.SignIn(t, way.URL, redirect).Query()
			id, err := h.OAuth.Finish(t.Context(), ana, oauth.Back{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Redirect: redirect})
			modelstest.Must(t, err)
			r, err := h.OAuth.Result(t.Context(), ana, id)
			modelstest.Must(t, err)
			if r.State != models.ConnectDone || r.Outcome.Account != "test-user@zitadel.ch" || !r.Outcome.Refreshable {
				t.Fatalf("%s %+v\n%s", r.State, r.Outcome, h.Log)
			}

			first, err := h.OAuth.Token(t.Context(), ana, *r.CredentialID)
			modelstest.Must(t, err)
			used := refreshTokenOf(t, h, *r.CredentialID)
			h.Clock.Pass(4 * time.Minute) // their tokens live for five
			second, err := h.OAuth.Token(t.Context(), ana, *r.CredentialID)
			modelstest.Must(t, err)
			if second.Token == first.Token || second.Stale {
				t.Errorf("it was not refreshed: %+v", h.Log)
			}
			works(t, s.UserInfo, second.Token, http.StatusOK)
			works(t, s.UserInfo, first.Token, http.StatusForbidden) // the old one went with the rotation

			thief := authserver.New([]string{"127.0.0.1"}, time.Now)
			_, err = thief.Refresh(t.Context(), authserver.Party{Settings: s, ClientID: zitadeltest.ClientID, Secret: zitadeltest.Secret}, used)
			if f, ok := errors.AsType[*authserver.Failure](err); !ok || f.Kind != authserver.Denied || refreshTokenOf(t, h, *r.CredentialID) == used {
				t.Errorf("the refresh token was not rotated, or is taken twice: %v", err)
			}
			revoked, err := h.OAuth.Disconnect(t.Context(), ana, *r.CredentialID)
			if err != nil || !revoked.Revoked {
				t.Errorf("%v, %v\n%s", revoked, err, h.Log)
			}
			works(t, s.UserInfo, second.Token, http.StatusForbidden)
			for _, secret := range []string{zitadeltest.Secret, used, first.Token, second.Token, q.Get("code"), q.Get("state")} {
				if strings.Contains(h.Dump(t), secret) || strings.Contains(h.Log.String(), secret) {
					t.Errorf("%s stands in a row or in the log", secret)
				}
			}
		})
	}
}

// refreshTokenOf opens what is kept of a credential's grant.
func refreshTokenOf(t *testing.T, h *modelstest.House, credential models.ID) string {
	t.Helper()
	var g models.Grant
	modelstest.Must(t, h.DB.ReadSystem(t.Context(), func(v *db.SystemView) error {
		found, err := v.GrantOf(credential)
		if err == nil {
			g = *found
		}
		return err
	}))
	plain, err := h.Ring(t).Open(g.Sealed, seal.Place{Table: "grants", Column: "sealed", Row: g.ID.String()})
	modelstest.Must(t, err)
	var kept models.Tokens
	modelstest.Must(t, json.Unmarshal(plain, &kept))
	return kept.Refresh
}

// works asks the provider itself whether a token is worth something.
func works(t *testing.T, address, token string, want int) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	modelstest.Must(t, err)
	q.Header.Set("Authorization", "Bearer "+token)
	a, err := http.DefaultClient.Do(q)
	modelstest.Must(t, err)
	_ = a.Body.Close()
	if a.StatusCode != want {
		t.Errorf("the provider answers %d, want %d", a.StatusCode, want)
	}
}
