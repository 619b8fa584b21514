package oauth_test

import (
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

const far = "https://elsewhere.example.org"

// The tokens of credentials that are connected already are not sent to another
// server: they may be other people's.
func TestAClientInUseCannotMove(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		changes := map[string]func(*models.ClientForm){
			"token_url": func(f *models.ClientForm) { f.Token = far + "/token"; f.Refresh = c.provider.URL + "/token" }, "refresh_url": func(f *models.ClientForm) { f.Refresh = far + "/token" },
			"revoke_url": func(f *models.ClientForm) { f.Revoke = far + "/revoke" }, "userinfo_url": func(f *models.ClientForm) { f.UserInfo = far + "/userinfo" },
			"introspect_url": func(f *models.ClientForm) { f.Introspect = far + "/introspect" }, "client_id": func(f *models.ClientForm) { f.ClientID = "another" },
		}
		with := func(change func(*models.ClientForm)) func(*models.ClientForm) {
			return func(f *models.ClientForm) { change(f); f.Secret = oauthtest.Secret }
		}
		id := c.connects(t, c.ana, "acme")
		for field, change := range changes {
			modelstest.WantWrong(t, c.saves(t, with(change)), field)
		}
		for name, change := range map[string]func(*models.ClientForm){
			"another path there": func(f *models.ClientForm) { f.Token += "?v=2"; f.Secret = oauthtest.Secret },
			"no revocation":      func(f *models.ClientForm) { f.Revoke = "" },
			"scopes":             func(f *models.ClientForm) { f.Optional += "\nadmin" },
		} {
			if err := c.saves(t, change); err != nil {
				t.Errorf("%s: %v", name, models.WrongFields(err))
			}
		}
		modelstest.Must(t, second(c.OAuth.Disconnect(t.Context(), c.ana, id)))
		for field, change := range changes {
			if err := c.saves(t, with(change)); err != nil {
				t.Errorf("nothing is connected, and %s can't be changed: %v", field, models.WrongFields(err))
			}
		}
	})
}

// The secret that is set is not sent to another address than it was entered for.
func TestTheSecretIsEnteredAgainForAnotherAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		for field, change := range map[string]func(*models.ClientForm){
			"token": func(f *models.ClientForm) { f.Token = far + "/token" }, "refresh": func(f *models.ClientForm) { f.Refresh = far + "/token" },
			"revoke": func(f *models.ClientForm) { f.Revoke = far + "/revoke" }, "introspect": func(f *models.ClientForm) { f.Introspect = far + "/introspect" },
			"the path": func(f *models.ClientForm) { f.Token += "/2" },
		} {
			if err := c.saves(t, change); models.WrongFields(err)["secret"] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		modelstest.Must(t, c.saves(t, func(f *models.ClientForm) { f.Authorize, f.UserInfo = far+"/authorize", far+"/userinfo" })) // it is not sent there
		modelstest.Must(t, c.saves(t, func(f *models.ClientForm) { f.Auth = models.SecretNone; f.Token = far + "/token" }))
		if c.Count(t, `SELECT count(*) FROM oauth_client_secrets`) != 0 {
			t.Error("a client without a secret has one")
		}
		modelstest.WantWrong(t, c.saves(t, func(f *models.ClientForm) { f.Auth = models.SecretBasic }), "secret")
		modelstest.Must(t, c.saves(t, func(f *models.ClientForm) { f.Auth, f.Secret = models.SecretBasic, oauthtest.Secret }))
	})
}

func TestAnAdministratorTakesAClientOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		root, ben := c.Person(t, "root", models.Administrator), c.Person(t, "ben", models.PlainMember)
		id := c.connects(t, c.ana, "acme")
		seen, err := c.OAuth.Client(ctx, root, c.client)
		if !seen.MayTake || seen.Mine || seen.ClientID != "" || err != nil {
			t.Errorf("%+v %v", seen, err)
		}
		modelstest.Want(t, c.OAuth.TakeOver(ctx, ben, c.client), models.Forbidden)
		stale := root
		stale.ProvenAt = stale.ProvenAt.Add(-models.ProvenFor)
		modelstest.Want(t, c.OAuth.TakeOver(ctx, stale, c.client), models.Unproven)
		modelstest.Must(t, c.OAuth.TakeOver(ctx, root, c.client))
		modelstest.Must(t, c.OAuth.TakeOver(ctx, root, c.client)) // it is theirs
		modelstest.Want(t, second(c.OAuth.ResumeClient(ctx, c.ana, c.client, redirect)), models.NotFound)
		if f := c.sees(t, root, c.client); f.ClientID != oauthtest.ClientID || c.tells(t, c.client, models.OAuthClientPassed) != 1 {
			t.Errorf("%+v %v", f, c.Events(t, c.client.String()))
		}
		c.minutes(61)
		c.fetches(t, c.ana, id)
		if got := c.connection(t, c.ana, id); got.ClientMine || got.ClientName != "Acme app" {
			t.Errorf("%+v", got)
		}
		root.ProvenAt = c.Clock.Now()
		c.registers(t, root, "Taken")
		modelstest.WantWrong(t, c.OAuth.TakeOver(ctx, root, c.registers(t, c.ana, "taken")), "name")
	})
}

func TestAClientIsCheckedAndFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		problems, err := c.OAuth.CheckClient(ctx, c.ana, c.client, redirect)
		if len(problems) != 0 || err != nil {
			t.Errorf("%v %v", problems, err)
		}
		problems, err = c.OAuth.CheckClient(ctx, c.ana, c.client, "http://holdfast.example.org/oauth/callback")
		if len(problems) != 1 || !strings.Contains(problems[0], "HOLDFAST_BASE_URL") || err != nil {
			t.Errorf("%v %v", problems, err)
		}
		c.down(401, "invalid_client")
		problems, err = c.OAuth.CheckClient(ctx, c.ana, c.client, redirect)
		if len(problems) != 1 || err != nil {
			t.Errorf("%v %v", problems, err)
		}
		s, err := c.OAuth.Discover(ctx, c.ana, c.provider.URL)
		if s.Token != c.provider.URL+"/token" || err != nil {
			t.Errorf("%+v %v", s, err)
		}
		if _, err := c.OAuth.KnownBy("nobody"); models.KindOf(err) != models.NotFound {
			t.Error(err)
		}
		if p, err := c.OAuth.KnownBy("github"); err != nil || c.OAuth.ProviderTitle(models.OAuthClient{Provider: p.Name}) != p.Title || len(c.OAuth.Known()) < 30 {
			t.Errorf("%+v %v", p, err)
		}
	})
}
