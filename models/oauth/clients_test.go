package oauth_test

import (
	"slices"
	"strings"
	"testing"

	"holdfast/models"
	"holdfast/models/modelstest"
	"holdfast/models/modelstest/oauthtest"
)

// sees is a client as somebody sees it.
func (c *town) sees(t testing.TB, who models.Actor, id models.ID) models.ClientForm {
	t.Helper()
	found, err := c.OAuth.Client(t.Context(), who, id)
	modelstest.Must(t, err)
	f := models.ClientFormOf(found.OAuthClient)
	for _, p := range found.Offered {
		f.Projects = append(f.Projects, p.ID)
	}
	return f
}

// saves changes a client of ana's.
func (c *town) saves(t testing.TB, change func(*models.ClientForm)) error {
	t.Helper()
	f := c.sees(t, c.ana, c.client)
	change(&f)
	return c.OAuth.UpdateClient(t.Context(), c.ana, c.client, f)
}

// Cases 161 to 165 and 169.
func TestAClientIsItsOwners(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		ben := seated(t, c.House, c.Person(t, "ben", models.PlainMember))
		f := c.form("Second")
		f.Mandatory, f.Optional = "Files.Read", "files.read"
		id, err := c.OAuth.CreateClient(ctx, c.ana, f)
		modelstest.Must(t, err)
		if got := c.sees(t, c.ana, id); got.Mandatory != "Files.Read" || got.Optional != "files.read" || got.Secret != "" || got.Version != 1 {
			t.Errorf("161 %+v", got)
		}
		f.Authorize, f.Token = "not an address", "http://public.example.org/token"
		_, err = c.OAuth.CreateClient(ctx, c.ana, f)
		modelstest.WantWrong(t, err, "authorize_url", "token_url") // 162
		_, err = c.OAuth.CreateClient(ctx, c.ana, models.ClientForm{})
		modelstest.WantWrong(t, err, "name", "client_id", "secret", "authorize_url", "token_url", "auth_method", "body_format") // 163
		f = c.form("second")
		_, err = c.OAuth.CreateClient(ctx, c.ana, f)
		modelstest.WantWrong(t, err, "name")
		f.Name, f.Global = "Everybody's", true
		_, err = c.OAuth.CreateClient(ctx, c.ana, f)
		modelstest.WantWrong(t, err, "global") // 164
		modelstest.WantWrong(t, c.saves(t, func(f *models.ClientForm) { f.Global = true }), "global")
		_, err = c.OAuth.Client(ctx, ben, id)
		modelstest.Want(t, err, models.NotFound)
		modelstest.Want(t, c.OAuth.UpdateClient(ctx, ben, id, c.form("x")), models.NotFound) // 165
		modelstest.Want(t, c.OAuth.DeleteClient(ctx, ben, id, "Second"), models.NotFound)
		_, err = c.OAuth.CheckClient(ctx, ben, id, redirect)
		modelstest.Want(t, err, models.NotFound)
		root := c.Person(t, "root", models.Administrator)
		modelstest.Want(t, c.OAuth.UpdateClient(ctx, root, id, c.form("x")), models.NotFound)
		modelstest.Must(t, c.saves(t, func(f *models.ClientForm) { f.Name = "Renamed" }))
		if c.Count(t, `SELECT count(*) FROM oauth_clients WHERE owner_id = ?`, c.ana.UserID) != 2 { // 169
			t.Error("the owner was changed")
		}
		modelstest.Want(t, c.OAuth.UpdateClient(ctx, c.ana, c.client, models.ClientForm{
			Name: "Late", ClientID: oauthtest.ClientID, Authorize: "https://a.example/a", Token: f.Token, Auth: models.SecretBasic, Body: models.FormBody, Version: 1,
		}), models.Conflict)
		if got := c.Events(t, c.client.String()); !slices.Equal(got, []string{models.OAuthClientCreated, models.OAuthClientUpdated}) {
			t.Errorf("%v", got)
		}
	})
}

// Cases 167 and 168.
func TestWhoMayConnectWithAClient(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		ben, eve := seated(t, c.House, c.Person(t, "ben", models.PlainMember)), seated(t, c.House, c.Person(t, "eve", models.PlainMember))
		root := seated(t, c.House, c.Person(t, "root", models.Administrator))
		project, bens := c.Project(t, c.ana, "P"), c.Project(t, ben, "Ben's")
		c.Seat(t, c.ana, project, ben, models.Viewer)
		modelstest.WantWrong(t, c.saves(t, func(f *models.ClientForm) { f.Projects = []models.ID{bens} }), "projects")
		modelstest.Must(t, c.saves(t, func(f *models.ClientForm) { f.Projects = []models.ID{project} }))
		global := c.form("Everybody's")
		global.Global = true
		_, err := c.OAuth.CreateClient(ctx, root, global)
		modelstest.Must(t, err)
		names := func(p models.ClientPage, err error) string {
			t.Helper()
			modelstest.Must(t, err)
			var all []string
			for _, row := range p.Rows {
				all = append(all, row.Name)
			}
			return strings.Join(all, ", ")
		}
		for name, got := range map[string][2]string{
			"ana":         {names(c.OAuth.Clients(ctx, c.ana, "")), "Acme app, Everybody's"},
			"ben":         {names(c.OAuth.Clients(ctx, ben, "")), "Acme app, Everybody's"},
			"eve":         {names(c.OAuth.Clients(ctx, eve, "")), "Everybody's"},
			"root":        {names(c.OAuth.Clients(ctx, root, "")), "Acme app, Everybody's"},
			"the project": {names(c.OAuth.ClientsInProject(ctx, ben, project, "")), "Acme app, Everybody's"},
			"another":     {names(c.OAuth.ClientsInProject(ctx, ben, bens, "")), "Everybody's"},
		} {
			if got[0] != got[1] {
				t.Errorf("%s: %s, want %s", name, got[0], got[1])
			}
		}
		_, err = c.OAuth.ClientsInProject(ctx, eve, project, "")
		modelstest.Want(t, err, models.NotFound)
		seen, err := c.OAuth.Client(ctx, ben, c.client)
		modelstest.Must(t, err)
		if s := seen.ReadSettings(); seen.Mine || seen.ClientID != "" || s.Token != "" || !seen.SecretSet.IsZero() || len(s.Mandatory) != 1 || seen.MayTake {
			t.Errorf("who may only connect sees %+v", seen)
		}
		modelstest.Want(t, c.OAuth.UpdateClient(ctx, ben, c.client, c.form("x")), models.Forbidden)
		modelstest.Want(t, c.OAuth.DeleteClient(ctx, ben, c.client, "Acme app"), models.Forbidden)
		_, _, err = c.OAuth.ClientImpact(ctx, ben, c.client)
		modelstest.Want(t, err, models.Forbidden)
		list, err := c.OAuth.ToConnect(ctx, ben)
		if len(list) != 2 || list[0].Name != "Acme app" || !slices.Equal(list[0].Mandatory, []string{"read"}) || err != nil {
			t.Errorf("%+v %v", list, err)
		}
		id := c.connects(t, ben, "bens")
		modelstest.Must(t, c.saves(t, func(f *models.ClientForm) { f.Projects = nil }))
		if got := names(c.OAuth.Clients(ctx, ben, "")); got != "Everybody's" {
			t.Errorf("ben sees %s", got)
		}
		c.minutes(61)
		c.fetches(t, ben, id) // what is connected stays so
		if c.tells(t, c.client, models.OAuthClientOffered) != 1 || c.tells(t, c.client, models.OAuthClientTaken) != 1 {
			t.Errorf("167 %v", c.Events(t, c.client.String()))
		}
	})
}

// Cases 52, 157 and 166.
func TestADeletedClientLeavesItsCredentials(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *town) {
		ctx := t.Context()
		id := c.connects(t, c.ana, "acme")
		row, impact, err := c.OAuth.ClientImpact(ctx, c.ana, c.client)
		if impact.Credentials != 1 || len(impact.Some) != 1 || impact.Some[0].Name != "acme" || row.ID != c.client || err != nil {
			t.Errorf("%+v %v", impact, err)
		}
		modelstest.WantWrong(t, c.OAuth.DeleteClient(ctx, c.ana, c.client, "another"), "confirm")
		modelstest.Must(t, c.OAuth.DeleteClient(ctx, c.ana, c.client, "acme APP"))
		if h := c.feels(t, id, models.HealthClient); h.Cause != "client_deleted" || !h.Works {
			t.Errorf("%+v", h)
		}
		if got := c.connection(t, c.ana, id); got.Client != (models.ID{}) || got.ClientName != "" || got.Account != "ana@example.org" {
			t.Errorf("%+v", got)
		}
		c.minutes(58)
		if a := c.fetches(t, c.ana, id); !c.provider.Valid(a.Token) {
			t.Errorf("%+v", a)
		}
		c.ahead(t)
		c.minutes(3)
		_, err = c.OAuth.Token(ctx, c.ana, id)
		wants(t, err, "client_problem")
		_, err = c.OAuth.RefreshNow(ctx, c.ana, id)
		wants(t, err, "client_problem")
		c.asked(t, 0)
		if h := c.feels(t, id, models.HealthClient); h.Works {
			t.Errorf("%+v", h)
		}
		c.client = c.registers(t, c.ana, "Acme app") // another one, with which it can be connected again
		came(t, c.visits(t, c.ana, c.again(id, "write", "offline_access")), models.ConnectDone, "")
		c.feels(t, id, models.HealthOK)
		c.Schedule(t, c.ana, id)
		modelstest.Must(t, c.OAuth.DeleteClient(ctx, c.ana, c.client, "Acme app"))
		modelstest.Must(t, c.Credentials.DeleteNow(ctx, c.ana, id, "acme")) // 52
		c.givesUp(t, 0)
		if _, left := c.grants(t); left != 0 {
			t.Errorf("%d are left", left)
		}
	})
}
